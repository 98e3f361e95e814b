"""What a store can be asked beside single facts: filers, periods, quarters, ratios, identities.

Every query takes `as_of`, a moment or a date (its end).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from qhdata.errors import UserError
from qhdata.factstore import filers, flows, measures, periods, statements
from qhdata.factstore.calendar import Period
from qhdata.factstore.filers import StoredFiler
from qhdata.factstore.identities import Finding
from qhdata.factstore.measures import Measured
from qhdata.factstore.quarters import Flow
from qhdata.factstore.rows import StoredFact, moment
from qhdata.factstore.years import Year
from qhdata.step import Skip


class Queries:
    """The queries of an open store; FactStore is one."""

    connection: sqlite3.Connection

    def filer(self, filer_id: str, *, as_of: str | None = None) -> StoredFiler | None:
        """A filer by what its filings said: name and former names, tickers, SIC, year end; None
        where no filing of it was public.
        """
        return next(filers.filers(self.connection, moment(as_of), filer_id), None)

    def filers(self, *, ticker: str | None = None, as_of: str | None = None) -> list[StoredFiler]:
        """Filers of whom a filing was public; with a ticker, those that had it."""
        return [
            filer
            for filer in filers.filers(self.connection, moment(as_of))
            if ticker is None or any(symbol == ticker.upper() for symbol, _ in filer.tickers)
        ]

    def years(self, filer_id: str, *, as_of: str | None = None) -> tuple[Year, ...]:
        """A filer's fiscal years, oldest first, with the names that it gives them; () where no
        filing of it was public.
        """
        if self.filer(filer_id, as_of=as_of) is None:
            return ()
        return periods.years(self.connection, filer_id, moment(as_of))

    def periods(self, filer_id: str, *, as_of: str | None = None) -> list[Period]:
        """Every period that a filer's facts are about, in its fiscal years and in the calendar."""
        return periods.periods(self.connection, filer_id, moment(as_of))

    def quarter(
        self,
        filer_id: str,
        concept: str,
        fiscal_year: int,
        n: int,
        *,
        unit: str | None = None,
        as_of: str | None = None,
    ) -> Flow | Skip:
        """A fiscal quarter, 1 to 4: as reported, else derived from the year to date and marked so;
        a Skip says why there is none.

        concept: an XBRL name, or a family (`revenue`): its first concept that comes to a value.
        """
        at = moment(as_of)
        return flows.quarter(
            self.connection, filer_id, concept, fiscal_year, _one_to_four(n), unit, at
        )

    def trailing(
        self,
        filer_id: str,
        concept: str,
        fiscal_year: int,
        n: int,
        *,
        unit: str | None = None,
        as_of: str | None = None,
    ) -> Flow | Skip:
        """The twelve months that end with a fiscal quarter: the last year and this year's part less
        last year's, or four quarters.
        """
        at = moment(as_of)
        return flows.trailing(
            self.connection, filer_id, concept, fiscal_year, _one_to_four(n), unit, at
        )

    def of_family(
        self,
        filer_id: str,
        family: str,
        period_end: str,
        *,
        period_start: str | None = None,
        as_of: str | None = None,
    ) -> StoredFact | None:
        """The value of a family (`revenue`), as last reported under the preferred concept of those
        that the filer uses.
        """
        at = moment(as_of)
        return measures.of_family(self.connection, filer_id, family, period_end, period_start, at)

    def ratio(
        self,
        filer_id: str,
        key: str,
        period_end: str,
        *,
        period_start: str | None = None,
        as_of: str | None = None,
    ) -> Measured | Skip:
        """A ratio of `ratios.RATIOS`, its inputs from the last filing that has them all."""
        at = moment(as_of)
        return measures.measure(self.connection, filer_id, key, period_end, period_start, at)

    def identities(
        self,
        filer_id: str,
        period_end: str,
        *,
        period_start: str | None = None,
        as_of: str | None = None,
    ) -> list[Finding]:
        """Identities of a filer's statements that can be tried on a period (of its balance sheet
        alone, without a start): which hold within rounding, and by how much the others fail.
        """
        at = moment(as_of)
        return statements.identities(self.connection, filer_id, period_end, period_start, at)

    def every_identity(
        self, *, as_of: str | None = None
    ) -> Iterator[tuple[str, str | None, str, Finding]]:
        """(filer, start, end, finding) of every period: the statements' report of a store."""
        return statements.every(self.connection, moment(as_of))


def _one_to_four(n: int) -> int:
    if n not in (1, 2, 3, 4):
        raise UserError(what=f"no quarter: {n!r}", where="n", mend="1, 2, 3 or 4")
    return n
