"""Quarters and trailing twelve months of a store: which reports to add up, as of a moment."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product

from qhdata.factstore.calendar import classify
from qhdata.factstore.measures import names_of
from qhdata.factstore.periods import years
from qhdata.factstore.quarters import (
    QUARTERS,
    TRAILING,
    Flow,
    Part,
    Way,
    combine,
    part_of,
    same,
    worst,
)
from qhdata.factstore.rows import FACT, StoredFact, read_fact
from qhdata.factstore.years import Year
from qhdata.step import Skip

_Label = tuple[int, str]
_Parts = Mapping[_Label, Sequence[Part | Skip]]
"""Fiscal year and part of it -> what is reported of it: more than one where dates differ."""
_QUARTERS = ("Q1", "Q2", "Q3", "Q4")
_ALL = (
    f"SELECT {FACT} FROM facts WHERE filer_id = ?1 AND concept = ?2 AND dimensions = '[]'"
    " AND kind = 'number' AND period_start IS NOT NULL AND (?3 IS NULL OR public_at <= ?3)"
    " ORDER BY coalesce(public_at, '9'), fact_id"
)
_OTHERS = (
    "SELECT max(period_start IS NULL AND dimensions = '[]'), max(dimensions <> '[]') FROM facts"
    " WHERE filer_id = ?1 AND concept = ?2 AND kind = 'number' AND (?3 IS NULL OR public_at <= ?3)"
)


def quarter(
    connection: sqlite3.Connection,
    filer_id: str,
    name: str,
    fiscal_year: int,
    n: int,
    unit: str | None,
    as_of: str | None,
) -> Flow | Skip:
    """A fiscal quarter, 1 to 4: reported where it is, else derived."""

    def ways(parts: _Parts) -> Flow | Skip:
        return _first(parts, fiscal_year, QUARTERS[n])

    return _of_names(connection, filer_id, name, unit, as_of, ways)


def by_way(
    connection: sqlite3.Connection,
    filer_id: str,
    name: str,
    fiscal_year: int,
    way: Way,
    unit: str | None,
    as_of: str | None,
) -> Flow | Skip:
    """A number by one way only: to check a reported one by what it could be derived from."""

    def ways(parts: _Parts) -> Flow | Skip:
        return _first(parts, fiscal_year, (way,))

    return _of_names(connection, filer_id, name, unit, as_of, ways, believed=True)


def trailing(
    connection: sqlite3.Connection,
    filer_id: str,
    name: str,
    fiscal_year: int,
    n: int,
    unit: str | None,
    as_of: str | None,
) -> Flow | Skip:
    """The twelve months that end with a fiscal quarter."""

    def ways(parts: _Parts) -> Flow | Skip:
        found = _first(parts, fiscal_year, TRAILING[n])
        if isinstance(found, Flow):
            return found
        four = [divmod(fiscal_year * 4 + n - 1 - back, 4) for back in range(4)]
        summed = _four(parts, [(year, number + 1) for year, number in four])
        return summed if isinstance(summed, Flow) else worst([found.reason, summed.reason])

    return _of_names(connection, filer_id, name, unit, as_of, ways)


def _of_names(
    connection: sqlite3.Connection,
    filer_id: str,
    name: str,
    unit: str | None,
    as_of: str | None,
    ways: Callable[[_Parts], Flow | Skip],
    believed: bool = False,
) -> Flow | Skip:
    """The first concept of a family, or the one that is named, that comes to something.

    believed: derived even where the filer's own quarters say that the concept does not add up.
    """
    reasons = []
    known = years(connection, filer_id, as_of)
    for own in names_of(name):
        rows = connection.execute(_ALL, (filer_id, own, as_of))
        facts = [read_fact(row) for row in rows]
        if not facts:
            reasons.append(_nothing(connection, filer_id, own, as_of))
            continue
        found = _of_units(known, facts, unit, ways, believed)
        if isinstance(found, Flow):
            return found
        reasons.append(found.reason)
    return worst(reasons)


def _nothing(connection: sqlite3.Connection, filer_id: str, name: str, as_of: str | None) -> str:
    instant, dimensions = connection.execute(_OTHERS, (filer_id, name, as_of)).fetchone()
    return "instant" if instant else "dimensions" if dimensions else "not_reported"


def _of_units(
    known: Sequence[Year],
    facts: Sequence[StoredFact],
    unit: str | None,
    ways: Callable[[_Parts], Flow | Skip],
    believed: bool,
) -> Flow | Skip:
    units = sorted({fact.unit for fact in facts}) if unit is None else [unit]
    found: dict[str, Flow | Skip] = {}
    for own in units:
        parts = _parts(known, [fact for fact in facts if fact.unit == own])
        flow = found[own] = ways(parts)
        if isinstance(flow, Flow) and flow.derived and not believed and _contradicted(parts):
            found[own] = Skip("does_not_add_up")
    whole = [flow for flow in found.values() if isinstance(flow, Flow)]
    if whole:
        return whole[0] if len(whole) == 1 else Skip("several_units")
    reasons = [skip.reason for skip in found.values() if isinstance(skip, Skip)]
    if len(units) > 1:
        mixed = ways(_parts(known, facts))
        reasons += [mixed.reason] if isinstance(mixed, Skip) else []
    return worst(reasons)


def _parts(known: Sequence[Year], facts: Sequence[StoredFact]) -> _Parts:
    spans: dict[tuple[str | None, str, str], list[StoredFact]] = {}
    for fact in facts:
        spans.setdefault((fact.period_start, fact.period_end or "", fact.unit), []).append(fact)
    found: dict[_Label, list[Part | Skip]] = {}
    for (start, end, _), reports in spans.items():
        period = classify(known, start, end)
        if period.fiscal_period != "other":
            label = (period.fiscal_year, period.fiscal_period)
            found.setdefault(label, []).append(part_of(reports))
    return found


def _first(parts: _Parts, fiscal_year: int, ways: Sequence[Way]) -> Flow | Skip:
    reasons = []
    for way in ways:
        for found in _tries(parts, fiscal_year, way):
            if isinstance(found, Flow):
                return found
            reasons.append(found.reason)
    return worst(reasons)


def _contradicted(parts: _Parts) -> bool:
    """Whether more of the quarters that are reported differ from what they would be derived as
    than agree with it.
    """
    agree = differ = 0
    for year, label in parts:
        if label not in _QUARTERS:
            continue
        ways = QUARTERS[int(label[1])]
        told, made = _first(parts, year, ways[:1]), _first(parts, year, ways[1:])
        if isinstance(told, Flow) and isinstance(made, Flow):
            agree, differ = (agree + 1, differ) if same(told, made) else (agree, differ + 1)
    return differ > agree


def _tries(parts: _Parts, fiscal_year: int, way: Way) -> Iterator[Flow | Skip]:
    """One way with each choice of dates; at most 64 choices."""
    choices = [parts.get((fiscal_year + back, part), ()) for _, back, part in way]
    for chosen in islice(product(*choices), 64):
        skips = [part for part in chosen if isinstance(part, Skip)]
        if skips:
            yield skips[0]
        else:
            whole = [part for part in chosen if isinstance(part, Part)]
            yield combine([(sign, p) for (sign, _, _), p in zip(way, whole, strict=True)])


def _four(parts: _Parts, asked: Sequence[tuple[int, int]]) -> Flow | Skip:
    """The sum of four quarters, each reported or derived; newest first."""
    by_fact = {
        part.fact.fact_id: part
        for known in parts.values()
        for part in known
        if isinstance(part, Part)
    }
    signs: Counter[str] = Counter()
    for year, n in asked:
        own = _first(parts, year, QUARTERS[n])
        if isinstance(own, Skip):
            return own
        for sign, fact in own.parts:
            signs[fact.fact_id] += sign
    terms = [(n, by_fact[fact_id]) for fact_id, n in signs.items() if n]
    if any(abs(n) > 1 for n, _ in terms):
        return Skip("periods_do_not_meet")
    return combine(terms)
