"""Families and ratios of one filer and period, as of a moment.

Filers report one thing under several concepts; a family gives the preferred one that is there. The
inputs of a ratio come from one filing and one unit, the last filing that has them all: numbers of
two filings may be of two vintages.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from qhdata.errors import UserError
from qhdata.factstore.concepts import CONCEPTS, concept
from qhdata.factstore.ratios import RATIOS, Ratio
from qhdata.factstore.rows import FACT, StoredFact, read_fact
from qhdata.factstore.sound import fineness, places
from qhdata.programs import Program, Result, Undefined, Value, interval, parse
from qhdata.step import Skip

FAMILIES = frozenset(c.key for c in CONCEPTS)
_PREFIXES = ("us-gaap", "ifrs-full")
_OF_PERIOD = (
    f"SELECT {FACT} FROM facts WHERE filer_id = ?1 AND family = ?2 AND period_end = ?3 "
    "AND period_start IS ?4 AND dimensions = '[]' AND kind = 'number' "
    "AND (?5 IS NULL OR public_at <= ?5) ORDER BY coalesce(public_at, '') DESC, fact_id DESC"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A ratio of one period, with what it was computed from."""

    ratio: Ratio
    value: Decimal
    unit: str
    """Empty for a pure number: a margin of a quarter is 0.25."""
    low: Decimal
    high: Decimal
    """Where the ratio may lie, given the rounding of its inputs."""
    facts: Mapping[str, StoredFact]
    """By family."""


def names_of(name: str) -> tuple[str, ...]:
    """Qualified names of a family, the preferred first; of a concept its own name.

    >>> names_of("gross_profit"), names_of("us-gaap:Assets")
    (('us-gaap:GrossProfit', 'ifrs-full:GrossProfit'), ('us-gaap:Assets',))
    """
    if name not in FAMILIES:
        return (name,)
    return tuple(f"{prefix}:{local}" for local in concept(name).names for prefix in _PREFIXES)


def of_family(
    connection: sqlite3.Connection,
    filer_id: str,
    family: str,
    period_end: str,
    period_start: str | None,
    as_of: str | None,
) -> StoredFact | None:
    """The value of the preferred concept of a family that is reported, as last told."""
    facts = _facts(connection, filer_id, family, period_end, period_start, as_of)
    return min(facts, key=_place, default=None)


def _facts(
    connection: sqlite3.Connection,
    filer_id: str,
    family: str,
    period_end: str,
    period_start: str | None,
    as_of: str | None,
) -> list[StoredFact]:
    if family not in FAMILIES:
        raise UserError(
            what=f"no family: {family!r}", where="family", mend=", ".join(sorted(FAMILIES))
        )
    rows = connection.execute(_OF_PERIOD, (filer_id, family, period_end, period_start, as_of))
    return [read_fact(row) for row in rows]


def _place(fact: StoredFact) -> int:
    return names_of(fact.family or "").index(fact.concept)


def ratio_of(key: str) -> Ratio:
    """A ratio by its name. Raises UserError for an unknown one."""
    for ratio in RATIOS:
        if ratio.key == key:
            return ratio
    known = ", ".join(ratio.key for ratio in RATIOS)
    raise UserError(what=f"no ratio: {key!r}", where="ratio", mend=known)


@cache
def _program(text: str) -> Program:
    return parse(text)


def measure(
    connection: sqlite3.Connection,
    filer_id: str,
    key: str,
    period_end: str,
    period_start: str | None,
    as_of: str | None,
) -> Measured | Skip:
    """A ratio; a Skip says `not_reported`, `denominator_not_positive`, or why its program has no
    value. Balances are those at the period's end.
    """
    ratio = ratio_of(key)
    groups: dict[tuple[str, str], dict[str, StoredFact]] = {}
    for family in ratio.concepts:
        start = None if concept(family).instant else period_start
        for fact in _facts(connection, filer_id, family, period_end, start, as_of):
            own = groups.setdefault((fact.filing_id, fact.unit), {})
            if family not in own or _better(fact, own[family]):
                own[family] = fact
    whole = [own for own in groups.values() if len(own) == len(ratio.concepts)]
    if not whole:
        return Skip("not_reported")
    last = max(whole, key=_newest)
    if any(last[family].value <= 0 for family in ratio.positive):
        return Skip("denominator_not_positive")
    values = {
        family: Value(f.value, "" if f.unit == "pure" else f.unit, places(f.decimals))
        for family, f in last.items()
    }
    program = _program(ratio.program)
    result, bounds = program.run(values), interval(program, values)
    if not isinstance(result, Result) or isinstance(bounds, Undefined):
        return Skip(next(r.reason for r in (result, bounds) if isinstance(r, Undefined)))
    return Measured(
        ratio=ratio, value=result.value, unit=result.unit, low=bounds[0], high=bounds[1], facts=last
    )


def _newest(facts: Mapping[str, StoredFact]) -> tuple[str, str, str]:
    first = next(iter(facts.values()))
    return max(f.public_at or "" for f in facts.values()), first.filing_id, first.unit


def _better(a: StoredFact, b: StoredFact) -> bool:
    return (-_place(a), fineness(a.decimals)) > (-_place(b), fineness(b.decimals))
