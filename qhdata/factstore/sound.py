"""Which facts of a document are stored: one for each concept, context and unit, and none that could
not be read.

Two different values for one concept, context and unit in one document are both refused, because no
reader could say which is meant. A number without a value, a unit or a period that exists is refused
too. Every refusal has a reason that is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from qhdata.factstore.years import iso
from qhdata.records import Fact


def sound(facts: Sequence[Fact], filer_id: str, refused: Counter[str]) -> list[Fact]:
    """The facts of one document that are stored, first shown first of each group."""
    if not filer_id and facts:  # those of several unknown filers would look like one's
        refused["filer_unknown"] += len(facts)
        return []
    groups: dict[tuple[Any, ...], list[Fact]] = {}
    own = _own(facts, filer_id)
    periods: dict[tuple[str | None, str | None], str] = {}
    for fact in facts:
        if own is not None and fact.entity not in own:
            refused["of_another_filer"] += 1
            continue
        if fact.kind == "number":
            span = (fact.period_start, fact.period_end)
            if span not in periods:
                periods[span] = _no_period(*span)
            reason = periods[span] or _no_number(fact)
            if reason:
                refused[reason] += 1
                continue
        key = (
            fact.concept,
            fact.unit,
            fact.period_start,
            fact.period_end,
            fact.dimensions,
            fact.kind == "text",
        )
        groups.setdefault(key, []).append(fact)
    kept = []
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda f: (f.start is None, f.start or 0, f.fact_id))
            if any(not _agree(group[0], other) for other in group[1:]):
                refused["contradicting_facts"] += len(group)
                continue
            refused["reported_again"] += len(group) - 1
        kept.append(group[0])
    return kept


def _own(facts: Sequence[Fact], filer_id: str) -> frozenset[str | None] | None:
    """Entities whose facts count, where some facts are the filer's and some another's; None for
    all: a successor's filing may name another entity throughout.
    """
    entities = {fact.entity for fact in facts}
    if filer_id not in entities or len(entities) == 1:
        return None
    return frozenset({filer_id, None})


def _no_period(start: str | None, end: str | None) -> str:
    if not end:
        return "number_without_period"
    last, first = iso(end), iso(start)
    if last is None or (start is not None and (first is None or first > last)):
        return "not_a_period"
    return ""


def _no_number(fact: Fact) -> str:
    if fact.value is None:
        return "number_without_value"
    if not fact.unit:
        return "number_without_unit"
    return "" if is_number(fact.value) else "not_a_number"


def is_number(text: str | None) -> bool:
    """Whether a value is decimal text: no word, no NaN, no infinity, no more than 100 places, where
    arithmetic would overflow.
    """
    try:
        found = Decimal(text or "")
    except InvalidOperation:
        return False
    return found.is_finite() and abs(found.adjusted()) <= 100


def places(decimals: str | None) -> int | None:
    """XBRL decimals as a number; None where there are none, for INF, and beyond 30.

    >>> places("-6"), places("INF"), places("1e9"), places(None), places("-400")
    (-6, None, None, None, None)
    """
    if not decimals or not decimals.lstrip("-").isdecimal() or len(decimals) > 4:
        return None
    try:
        found = int(decimals)
    except ValueError:  # two signs
        return None
    return found if abs(found) <= 30 else None


def half_unit(decimals: str | None) -> Decimal | None:
    """How far a number may be from the truth: half a unit of its last place; None if unknown.

    >>> half_unit("-3"), half_unit("INF"), half_unit(None)
    (Decimal('5E+2'), Decimal('0'), None)
    """
    if decimals == "INF":
        return Decimal(0)
    known = places(decimals)
    return None if known is None else Decimal("0.5").scaleb(-known)


def fineness(decimals: str | None) -> int:
    """A key of precision: 99 for exact numbers, -99 where nothing is said."""
    known = places(decimals)
    return 99 if decimals == "INF" else -99 if known is None else known


def rounding_explains(a: Decimal, b: Decimal, *decimals: str | None) -> bool:
    """Whether two values agree at the coarser of their precisions: no unit of it apart."""
    if a == b:
        return True
    known = [n for n in map(places, decimals) if n is not None]
    return bool(known) and abs(a - b) < Decimal(1).scaleb(-min(known))


def _agree(a: Fact, b: Fact) -> bool:
    """Same value, or the same at the coarser precision: a press table in millions beside a
    statement in thousands.
    """
    if a.value == b.value and a.text == b.text:
        return True
    if a.kind == "text" or a.value is None or b.value is None:
        return a.kind == b.kind == "text"
    return rounding_explains(Decimal(a.value), Decimal(b.value), a.decimals, b.decimals)
