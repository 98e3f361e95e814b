"""Quarters and trailing twelve months: as reported, or derived from what is, and marked as derived.

Filers report the year to date, and no fourth quarter: Q2 = H1 - Q1, Q3 = 9M - H1, Q4 = FY - 9M. A
difference of two numbers is right only if they are of one kind, so it is refused, with a reason
from REASONS, where units differ, where the dates do not leave exactly one span, where one number
was restated and another was not told again since, and for what does not add up: amounts per share,
averages, ratios, counts (but of shares issued or bought in a period), and what the filer's own
quarters contradict (revenue that was deferred at the beginning: each quarter has another
beginning). Pure functions; `flows.py` asks a store.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal

from qhdata.factstore.chain import vintages
from qhdata.factstore.rows import StoredFact
from qhdata.factstore.sound import fineness, half_unit, places
from qhdata.step import Skip

REASONS = (
    "restated_between_parts", "conflicting_values", "periods_do_not_meet", "units_differ",
    "several_units", "different_things", "dimensions", "instant", "per_share", "average_or_ratio",
    "count", "does_not_add_up", "not_reported",
)  # fmt: skip
"""Why there is no value; of several the one that stands first is given."""

Way = tuple[tuple[int, int, str], ...]
"""(sign, fiscal year less the asked one, part of the year), to be added up."""
QUARTERS: dict[int, tuple[Way, ...]] = {
    1: (((1, 0, "Q1"),), ((1, 0, "H1"), (-1, 0, "Q2"))),
    2: (((1, 0, "Q2"),), ((1, 0, "H1"), (-1, 0, "Q1"))),
    3: (((1, 0, "Q3"),), ((1, 0, "9M"), (-1, 0, "H1")),
        ((1, 0, "9M"), (-1, 0, "Q1"), (-1, 0, "Q2"))),
    4: (((1, 0, "Q4"),), ((1, 0, "FY"), (-1, 0, "9M")),
        ((1, 0, "FY"), (-1, 0, "Q1"), (-1, 0, "Q2"), (-1, 0, "Q3")),
        ((1, 0, "FY"), (-1, 0, "H1"), (-1, 0, "Q3"))),
}  # fmt: skip
"""Ways to a quarter: the reported one, then the derived, fewest numbers first."""
_TO_DATE = {1: "Q1", 2: "H1", 3: "9M"}
TRAILING: dict[int, tuple[Way, ...]] = {
    n: (((1, -1, "FY"), (1, 0, part), (-1, -1, part)),) for n, part in _TO_DATE.items()
} | {4: (((1, 0, "FY"),),)}
"""Ways to the twelve months that end with a quarter; the sum of four quarters comes after them."""

_EXACT = Context(prec=120)
_DAY = timedelta(days=1)
_NO_SUM = re.compile(r"Average|PerShare|PerUnit|PerBasic|PerDiluted")
_OF_A_PERIOD = re.compile(
    r"^(?!.*(?:Average|Antidilutive)).*(?:DuringPeriod|InPeriod|SharesAcquired)"
)
"""Counts of shares that are flows: issued, granted or bought in a period."""
_MONEY = re.compile(r"[A-Z]{3}", re.ASCII)
_OF_A_DAY = re.compile(r"LiabilityRevenueRecognized|NotYetPaid|InPreviousPeriod")
"""Amounts of a period that are told from its first or last day: what was deferred at the beginning,
what is not paid at the end.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One reported number as it stands at a moment."""

    fact: StoredFact
    """The most precise report of it since it was last restated, the earliest of those."""
    since: str | None
    """When it was restated last; None if never."""
    last: str | None
    """When it was reported last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A number over one span, reported or derived."""

    filer_id: str
    concept: str
    unit: str
    value: Decimal
    decimals: str | None
    """The coarsest of its parts; None where one says none."""
    slack: Decimal | None
    """How far rounding may bring it from the truth: half a unit of each part, added up."""
    period_start: str
    period_end: str
    derived: bool
    parts: tuple[tuple[int, StoredFact], ...]
    """(+1 or -1, fact): what was added up."""
    public_at: str | None
    """The latest of its parts: when the last of them could be read."""


def part_of(reports: Sequence[StoredFact]) -> Part | Skip:
    """What reports of one value in one unit (oldest first, undated last) come to.

    Undated reports count only where there are no others.
    """
    if not reports:
        return Skip("not_reported")
    dated = [fact for fact in reports if fact.public_at is not None]
    if not dated and any(fact.value != reports[0].value for fact in reports):
        return Skip("conflicting_values")
    chain = vintages(dated) or vintages(reports[:1])
    at = max((n for n, v in enumerate(chain) if v.change in ("restatement", "conflict")), default=0)
    if chain[at].change == "conflict":
        return Skip("conflicting_values")
    run = [v.fact for v in chain[at:]]
    best = max(run, key=lambda f: (fineness(f.decimals), -run.index(f)))
    return Part(best, run[0].public_at if at else None, run[-1].public_at)


def combine(terms: Sequence[tuple[int, Part]]) -> Flow | Skip:
    """Add up signed numbers of one filer, concept and unit over spans that leave one span."""
    facts = [(sign, part.fact) for sign, part in terms]
    first = facts[0][1]
    if len(facts) > 1:
        reason = _refused(facts) or (
            "restated_between_parts" if _torn([p for _, p in terms]) else ""
        )
        if reason:
            return Skip(reason)
    span = _span(facts)
    if span is None:
        return Skip("periods_do_not_meet" if first.period_start else "instant")
    total, slack = Decimal(0), Decimal(0)
    known = [half_unit(fact.decimals) for _, fact in facts]
    for own in known:
        slack = _EXACT.add(slack, own or Decimal(0))
    for sign, fact in facts:
        total = (_EXACT.add if sign > 0 else _EXACT.subtract)(total, fact.value)
    moments = [fact.public_at for _, fact in facts]
    return Flow(
        filer_id=first.filer_id,
        concept=first.concept,
        unit=first.unit,
        value=total,
        decimals=coarsest(fact.decimals for _, fact in facts),
        slack=None if None in known else slack,
        period_start=span[0],
        period_end=span[1],
        derived=len(facts) > 1,
        parts=tuple(facts),
        public_at=None if None in moments else max(m for m in moments if m),
    )


def same(a: Flow, b: Flow) -> bool:
    """Whether rounding explains what lies between two numbers; 1 % where a precision is unknown."""
    gap = abs(_EXACT.subtract(a.value, b.value))
    if a.slack is None or b.slack is None:
        return gap <= max(abs(a.value), abs(b.value)) / 100
    return gap <= _EXACT.add(a.slack, b.slack)


def _refused(facts: Sequence[tuple[int, StoredFact]]) -> str:
    first = facts[0][1]
    for _, fact in facts:
        if (fact.filer_id, fact.concept) != (first.filer_id, first.concept):
            return "different_things"
        if fact.dimensions != "[]":
            return "dimensions"
        if fact.unit != first.unit or not fact.unit:
            return "units_differ"
        if fact.period_start is None:
            return "instant"
    return no_sum(first.concept, first.unit)


def no_sum(concept: str, unit: str) -> str:
    """Why values of a concept over two spans do not add up to that over both; empty if they do.

    >>> no_sum("us-gaap:EarningsPerShareBasic", "USD/shares"), no_sum("us-gaap:Revenues", "USD")
    ('per_share', '')
    """
    local = concept.rpartition(":")[2]
    if "/" in unit:
        return "per_share"
    if unit == "pure" or _NO_SUM.search(local):
        return "average_or_ratio"
    if unit == "shares" and _OF_A_PERIOD.search(local):
        return ""
    if not _MONEY.fullmatch(unit):
        return "count"
    if _OF_A_DAY.search(local):
        return "does_not_add_up"
    return ""


def _torn(parts: Sequence[Part]) -> bool:
    """Whether one part was restated and another was not reported since: nobody can say that they
    tell of the same.
    """
    changed = [part.since for part in parts if part.since is not None]
    return any((part.last or "") < since for since in changed for part in parts)


def _span(facts: Sequence[tuple[int, StoredFact]]) -> tuple[str, str] | None:
    """The one span that spans come to, added and taken away; None where they do not."""
    edges: Counter[date] = Counter()
    for sign, fact in facts:
        if fact.period_start is None or fact.period_end is None:
            return None
        edges[date.fromisoformat(fact.period_start)] -= sign
        edges[date.fromisoformat(fact.period_end) + _DAY] += sign
    left = sorted((day, n) for day, n in edges.items() if n)
    if [n for _, n in left] != [-1, 1]:
        return None
    return left[0][0].isoformat(), (left[1][0] - _DAY).isoformat()


def coarsest(decimals: Iterable[str | None]) -> str | None:
    """The coarsest of XBRL decimals; None where one is unknown.

    >>> coarsest(["-6", "INF", "-3"]), coarsest(["INF"]), coarsest(["2", None])
    ('-6', 'INF', None)
    """
    known: list[int] = []
    for text in decimals:
        found = places(text)
        if found is not None:
            known.append(found)
        elif text != "INF":
            return None
    return str(min(known)) if known else "INF"


def worst(reasons: Iterable[str]) -> Skip:
    """The reason that says most of several."""
    return Skip(min(reasons, key=REASONS.index, default="not_reported"))
