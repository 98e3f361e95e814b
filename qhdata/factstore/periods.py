"""A filer's fiscal years and the periods of its facts, as a store knows them at a moment.

The table `periods` places every period by all that the store knows. A query as of a moment places
it by the filings that were public then: a year end that is changed later changes nothing before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from qhdata.factstore.calendar import Period, classify
from qhdata.factstore.years import Report, Year, years_of


def period_rows(
    filer_id: str,
    years: tuple[Year, ...],
    spans: Iterable[tuple[tuple[str | None, str], str | None]],
) -> Iterator[tuple[Any, ...]]:
    """Rows of `periods` of one filer. spans: (start, end) and when its first fact was public."""
    for (start, end), public_at in spans:
        p = classify(years, start, end)
        yield (
            filer_id, end, start or "", p.days, p.fiscal_year, p.fiscal_period, int(p.transition),
            p.weeks, p.calendar_year, p.calendar_quarter, p.frame, public_at,
        )  # fmt: skip


def years(connection: sqlite3.Connection, filer_id: str, as_of: str | None) -> tuple[Year, ...]:
    """A filer's fiscal years by the filings that were public."""
    rows = connection.execute(
        "SELECT form, period_end, fiscal_year, fiscal_period, year_end, years, public_at"
        " FROM filings WHERE filer_id = ?1 AND (?2 IS NULL OR public_at <= ?2)",
        (filer_id, as_of),
    )
    return years_of(
        Report(
            form=form or "", period_end=end, fiscal_year=year, fiscal_period=part,
            year_end=year_end, years=tuple(json.loads(ends)), public_at=public_at,
        )
        for form, end, year, part, year_end, ends, public_at in rows
    )  # fmt: skip


def periods(connection: sqlite3.Connection, filer_id: str, as_of: str | None) -> list[Period]:
    """Every period that a public fact of a filer is about, oldest end first."""
    known = years(connection, filer_id, as_of)
    rows = connection.execute(
        "SELECT period_start, period_end FROM periods WHERE filer_id = ?1"
        " AND (?2 IS NULL OR public_at <= ?2) ORDER BY period_end, period_start",
        (filer_id, as_of),
    )
    return [classify(known, start or None, end) for start, end in rows]
