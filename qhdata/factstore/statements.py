"""Whether a filer's statements keep their identities, period by period, as of a moment.

An identity is tried inside one filing, on the last that has all of its numbers: numbers of two
filings may be of two vintages.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from qhdata.factstore.identities import BEGINNING, CONCEPTS_IN, Finding, check_identities
from qhdata.factstore.rows import FACT, StoredFact, read_fact
from qhdata.factstore.sound import fineness
from qhdata.factstore.years import iso

_ASKED = (
    f"SELECT {FACT} FROM facts WHERE filer_id = ?1 AND concept IN "
    f"({','.join(repr(name) for name in CONCEPTS_IN)}) AND dimensions = '[]' AND kind = 'number' "
    "AND ((period_end = ?2 AND (period_start IS NULL OR period_start = ?3)) "
    "OR (period_end = ?4 AND period_start IS NULL)) AND (?5 IS NULL OR public_at <= ?5) "
    "ORDER BY coalesce(public_at, '') DESC, filing_id, unit, fact_id"
)


def identities(
    connection: sqlite3.Connection,
    filer_id: str,
    period_end: str,
    period_start: str | None,
    as_of: str | None,
) -> list[Finding]:
    """Every identity that can be tried on a period: without a start, those of its balance sheet."""
    before = iso(period_start)
    opening = (before - timedelta(days=1)).isoformat() if before else ""
    rows = connection.execute(_ASKED, (filer_id, period_end, period_start, opening, as_of))
    groups: dict[tuple[str, str], dict[str, StoredFact]] = {}
    for row in rows:
        fact = read_fact(row)
        at_opening = fact.period_end == opening and fact.period_start is None
        name = fact.concept + (BEGINNING if at_opening else "")
        own = groups.setdefault((fact.filing_id, fact.unit), {})
        if name not in own or fineness(fact.decimals) > fineness(own[name].decimals):
            own[name] = fact
    found: dict[str, Finding] = {}
    for values in groups.values():
        for finding in check_identities(values):
            found.setdefault(finding.identity, finding)
    return list(found.values())


def every(
    connection: sqlite3.Connection, as_of: str | None
) -> Iterator[tuple[str, str | None, str, Finding]]:
    """(filer, start, end, finding) of every period of a store. Identities of the balance sheet
    come once for each date.
    """
    rows = connection.execute(
        "SELECT filer_id, period_start, period_end FROM periods"
        " WHERE ?1 IS NULL OR public_at <= ?1 ORDER BY filer_id, period_end, period_start",
        (as_of,),
    ).fetchall()
    for filer_id, start, end in rows:
        for finding in identities(connection, filer_id, end, start or None, as_of):
            if bool(start) == any(f.period_start for f in _facts(finding)):
                yield filer_id, start or None, end, finding


def _facts(finding: Finding) -> Iterator[StoredFact]:
    yield finding.total
    for _, fact in finding.parts:
        yield fact
