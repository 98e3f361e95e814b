"""What is asked at the desk: the questions of research in a dozen words, about the open filer.

"revenue 2024 minus 2023, USD million?" -> get, get, calc, answer, in the order of the question's
own words. In a vocabulary of 1,024 a look-up is about 70 tokens, a difference 115; the agent writes
half.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from random import Random
from typing import ClassVar

from qhdata.env.domain import Call, Draft
from qhdata.env.domains.research.words import TRIES, two_years, unreported
from qhdata.env.pick import Filer, amount, digits, in_words, percent
from qhdata.env.tools.answer import DECLINED
from qhdata.env.tools.arithmetic import shown, work_out
from qhdata.env.tools.desk import DESK
from qhdata.env.tools.filings import shown_value
from qhdata.env.world import SeenFact
from qhdata.records import Gold
from qhdata.step import Skip

MAX_DIGITS = 5
"""Digits of a number that is asked about; a longer one is a small model's whole budget."""
MAX_WORDS = 2
"""Words of a label; longer ones are left to research."""


def get(label: str, period: str) -> Call:
    """The expert's look-up."""
    return Call(name="get", arguments={"concept": label, "period": period})


def draft(
    filer: Filer,
    kind: str,
    ask: str,
    gold: Gold | None,
    calls: tuple[Call, ...],
    facts: tuple[SeenFact, ...],
) -> Draft:
    """A draft about the filer on the desk."""
    return Draft(
        kind=kind,
        filer_id=filer.filer_id,
        as_of=filer.world.as_of,
        asks=(ask,),
        golds=(gold,) if gold else (),
        calls=calls,
        facts=facts,
        initial={DESK: {"filer": {"id": filer.filer_id}}},
        expected={} if gold else {DECLINED: {"task": {"reason": "not_reported"}}},
    )


def labels(filer: Filer, rng: Random) -> list[str]:
    """Short labels in an order of chance."""
    short = [label for label in filer.labels if len(label.split()) <= MAX_WORDS]
    return rng.sample(short, len(short))[:TRIES]


def pairs(filer: Filer, rng: Random) -> Iterator[tuple[str, SeenFact, SeenFact, str, str] | Skip]:
    """(label, earlier, later, earlier as shown, later as shown), short numbers alone."""
    for label in labels(filer, rng):
        pair = two_years(filer, label, rng)
        if isinstance(pair, Skip):
            yield pair
        elif digits(pair) > MAX_DIGITS:
            yield Skip("too_many_digits")
        else:
            yield label, *pair, shown_value(pair[0]), shown_value(pair[1])


def calc(expression: str) -> tuple[Call, Call]:
    """Work it out and answer with the result."""
    return (
        Call(name="calc", arguments={"expression": expression}),
        Call(name="answer", arguments={"value": work_out(expression, 1)}),
    )


@dataclass(frozen=True)
class Lookup:
    """One value."""

    name: ClassVar[str] = "desk.lookup"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Any year of a short label."""
        for label in labels(filer, rng):
            year = rng.choice(filer.years(label) or [""])
            fact = filer.first.get((label, year))
            if fact is None or digits([fact]) > MAX_DIGITS:
                yield Skip("too_many_digits" if fact else "no_year")
                continue
            yield draft(
                filer,
                "lookup",
                f"{label} {year}, {in_words(fact)}?",
                amount(fact),
                (
                    get(label, year),
                    Call(name="answer", arguments={"value": shown_value(fact)}),
                ),
                (fact,),
            )


@dataclass(frozen=True)
class Difference:
    """The change between two years."""

    name: ClassVar[str] = "desk.difference"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """A later year less an earlier one."""
        for found in pairs(filer, rng):
            if isinstance(found, Skip):
                yield found
                continue
            label, early, late, a, b = found
            yield draft(
                filer,
                "difference",
                f"{label} {late.period} minus {early.period}, {in_words(late)}?",
                amount(late, Decimal(late.value) - Decimal(early.value)),
                (get(label, late.period), get(label, early.period), *calc(f"{b}-{bare(a)}")),
                (early, late),
            )


@dataclass(frozen=True)
class Total:
    """The sum of two years."""

    name: ClassVar[str] = "desk.total"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Flows alone: balances are not added."""
        for found in pairs(filer, rng):
            if isinstance(found, Skip):
                yield found
                continue
            label, early, late, a, b = found
            if late.period_start is None:
                yield Skip("a_balance")
                continue
            yield draft(
                filer,
                "total",
                f"{label} {early.period} plus {late.period}, {in_words(late)}?",
                amount(late, Decimal(late.value) + Decimal(early.value)),
                (get(label, early.period), get(label, late.period), *calc(f"{a}+{bare(b)}")),
                (early, late),
            )


@dataclass(frozen=True)
class Growth:
    """The growth between two years in percent."""

    name: ClassVar[str] = "desk.growth"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """From a positive year to a positive one."""
        for found in pairs(filer, rng):
            if isinstance(found, Skip):
                yield found
                continue
            label, early, late, a, b = found
            if Decimal(early.value) <= 0 or Decimal(late.value) <= 0:
                yield Skip("not_positive")
                continue
            exact = (Decimal(late.value) / Decimal(early.value) - 1) * 100
            expression = f"({b}-{a})/{a}*100"
            if work_out(expression, 1) != shown(exact, 1):
                yield Skip("rounding_differs")
                continue
            yield draft(
                filer,
                "growth",
                f"{label} growth {early.period} to {late.period}, percent?",
                percent(exact),
                (get(label, late.period), get(label, early.period), *calc(expression)),
                (early, late),
            )


@dataclass(frozen=True)
class Largest:
    """The larger of two years."""

    name: ClassVar[str] = "desk.larger"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Chance is a half once both are looked up; report it apart."""
        for found in pairs(filer, rng):
            if isinstance(found, Skip):
                yield found
                continue
            label, early, late, _, _ = found
            best = max(early, late, key=lambda fact: Decimal(fact.value))
            yield draft(
                filer,
                "larger",
                f"{label} {early.period} or {late.period}, the larger, {in_words(late)}?",
                amount(best),
                (
                    get(label, early.period),
                    get(label, late.period),
                    Call(name="answer", arguments={"value": shown_value(best)}),
                ),
                (early, late),
            )


@dataclass(frozen=True)
class NotStated:
    """A value that is not reported."""

    name: ClassVar[str] = "desk.not_stated"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """A label that the filer never reports, asked as if it did."""
        near = next((f for f in filer.first.values() if len(f.period) == 4), None)
        absent = (label for label in unreported(filer, rng) if len(label.split()) <= MAX_WORDS)
        asked = list(islice(absent, 2)) if near else []
        if near is None or not asked:
            yield Skip("everything_reported")
            return
        for label in asked:
            yield draft(
                filer,
                "not_reported",
                f"{label} {near.period}, {in_words(near)}?",
                None,
                (get(label, near.period), Call(name="none", arguments={})),
                (near,),
            )


def bare(number: str) -> str:
    """A number as the right side of an operation."""
    return f"({number})" if number.startswith("-") else number
