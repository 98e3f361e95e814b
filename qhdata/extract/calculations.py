"""Totals against their parts, from a document's facts alone: by our rules, by the filer's linkbase.

Facts without dimensions, of one unit and period, are compared. Filings round, so a sum may be off
by half a unit of the last place of each number in it (`decimals`; XBRL Calculations 1.1 has it so);
a number that says nothing of its precision is not checked. Where a concept is reported twice, the
more precise value counts; two that contradict each other at the same precision are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from qhdata.errors import RowError
from qhdata.extract.calculation_rules import RULES, Rule
from qhdata.extract.limits import Limits
from qhdata.extract.linkbase import Summation, read_summations
from qhdata.records import Calculation, DecimalText, Fact, RawDocument, json_text

MOST = 20_000
"""Sums of one document that are looked at."""
_EXACT = Context(prec=120)
_Key = tuple[str, str | None, str]
"""Unit, start, end."""
_Values = Mapping[str, "_Number"]


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal
    slack: Decimal
    fact: Fact


@dataclass(frozen=True, slots=True)
class _Sum:
    rule: str
    total: str
    parts: tuple[tuple[str, Decimal], ...]
    absent: tuple[str, ...]


def calculations_of(
    raw: RawDocument, facts: Sequence[Fact], limits: Limits
) -> tuple[list[Calculation], dict[str, object]]:
    """The sums of one document, and what to note of them: how many, how many hold, and the error
    of a linkbase that could not be read.
    """
    notes: dict[str, object] = {}
    if not facts:
        return [], notes
    summations: list[Summation] = []
    if raw.linkbase:
        try:
            summations = read_summations(raw.linkbase, limits)
        except RowError as error:
            notes["calculation_linkbase"] = error.error
    made = check_calculations(raw.doc_id, facts, summations)
    if made:
        notes |= {"calculations": len(made), "calculations_hold": sum(c.holds for c in made)}
    return made, notes


def check_calculations(
    doc_id: str, facts: Sequence[Fact], summations: Sequence[Summation] = ()
) -> list[Calculation]:
    """Every sum that can be tried, period by period; at most MOST."""
    made: list[Calculation] = []
    for key, values in sorted(_numbers(facts).items(), key=lambda item: str(item[0])):
        for found in (*_by_rules(values), *_by_linkbase(values, summations)):
            if len(made) == MOST:
                return made
            made.append(_calculation(f"{doc_id}/sum{len(made)}", doc_id, key, values, found))
    return made


def _numbers(facts: Iterable[Fact]) -> dict[_Key, dict[str, _Number]]:
    """The best value of each concept, by unit and period."""
    found: dict[_Key, dict[str, _Number]] = {}
    torn: set[tuple[_Key, str]] = set()
    for fact in facts:
        number = _number(fact)
        if number is None or fact.period_end is None:
            continue
        key = (fact.unit or "", fact.period_start, fact.period_end)
        known = found.setdefault(key, {}).setdefault(fact.concept, number)
        if number.slack < known.slack:
            found[key][fact.concept] = number
            torn.discard((key, fact.concept))
        elif number.slack == known.slack and number.value != known.value:
            torn.add((key, fact.concept))
    for key, concept in torn:
        del found[key][concept]
    return found


def _number(fact: Fact) -> _Number | None:
    if fact.kind != "number" or fact.value is None or fact.dimensions != "[]":
        return None
    slack = _slack(fact.decimals)
    return None if slack is None else _Number(Decimal(fact.value), slack, fact)


def _slack(decimals: str | None) -> Decimal | None:
    if decimals is None:
        return None
    if decimals.strip().upper() == "INF":
        return Decimal(0)
    try:
        places = int(decimals)
    except ValueError:
        return None
    return Decimal("0.5").scaleb(-places) if abs(places) <= 30 else None


def _by_rules(values: _Values) -> Iterator[_Sum]:
    done: set[str] = set()
    for rule in RULES:
        found = _of_rule(rule, values) if rule.name not in done else None
        if found is not None:
            done.add(rule.name)
            yield found


def _of_rule(rule: Rule, values: _Values) -> _Sum | None:
    total = _first(rule.total, values)
    parts: list[tuple[str, Decimal]] = []
    for term in rule.terms:
        name = _first(term.names, values)
        if name is not None:
            parts.append((name, Decimal(term.weight)))
        elif term.needed:
            return None
    if total is None or any(name == total for name, _ in parts):
        return None
    return _Sum(rule.name, total, tuple(parts), ())


def _first(names: Sequence[str], values: _Values) -> str | None:
    return next((name for name in names if name in values), None)


def _by_linkbase(values: _Values, summations: Sequence[Summation]) -> Iterator[_Sum]:
    for summation in summations:
        parts = tuple((name, weight) for name, weight in summation.items if name in values)
        if summation.total in values and parts:
            absent = tuple(name for name, _ in summation.items if name not in values)
            yield _Sum(summation.role, summation.total, parts, absent)


def _calculation(
    calculation_id: str, doc_id: str, key: _Key, values: _Values, found: _Sum
) -> Calculation:
    total = values[found.total]
    expected, slack = Decimal(0), total.slack
    parts: list[list[str]] = []
    for name, weight in found.parts:
        number = values[name]
        expected = _EXACT.add(expected, _EXACT.multiply(number.value, weight))
        slack = _EXACT.add(slack, _EXACT.multiply(number.slack, abs(weight)))
        parts.append([f"{weight:f}", name, f"{number.value:f}", number.fact.fact_id])
    gap = abs(_EXACT.subtract(expected, total.value))
    unit, start, end = key
    return Calculation(
        calculation_id=calculation_id,
        doc_id=doc_id,
        rule=found.rule,
        concept=found.total,
        fact_id=total.fact.fact_id,
        unit=unit,
        period_start=start,
        period_end=end,
        parts=json_text(parts),
        absent=found.absent,
        expected=DecimalText(f"{expected:f}"),
        found=DecimalText(f"{total.value:f}"),
        tolerance=DecimalText(f"{slack:f}"),
        holds=gap <= slack,
    )
