"""What is asked in research: one value, or two or three of them and an operation.

"What was the change in net income of Aster Corp from fiscal 2022 to fiscal 2023, in USD million?"
-> get_fact, get_fact, calculate, submit_answer. Gold is computed from the reported values exactly;
what the tools show is exact too, so no answer is right by rounding alone. How it can go wrong: two
concepts under one label (the preferred one is asked), values of two scales (skipped), a restated
value (as first published, unless the question says otherwise).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import ClassVar

from qhdata.env.domain import Call, Draft
from qhdata.env.domains.research.words import (
    TRIES,
    draft,
    look,
    said,
    submit,
    two_years,
)
from qhdata.env.labels import wording
from qhdata.env.pick import Filer, alike, amount, in_words, percent
from qhdata.env.tools.arithmetic import shown, work_out
from qhdata.env.tools.filings import shown_value
from qhdata.step import Skip

_RATIOS = (
    ("gross margin", "gross profit", "revenue"),
    ("operating margin", "operating income", "revenue"),
    ("net margin", "net income", "revenue"),
    ("share of liabilities in total assets", "liabilities", "assets"),
    ("share of cash in total assets", "cash", "assets"),
)


@dataclass(frozen=True)
class Lookup:
    """One value."""

    name: ClassVar[str] = "research.lookup"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Any amount, of a year, half or quarter."""
        for label, period in filer.some(rng, TRIES, short=False):
            fact = filer.first[label, period]
            words, when = wording(label), said(period)
            yield draft(
                filer,
                "lookup",
                (
                    f"What was the {words} of {filer.name} for {when}, in {in_words(fact)}?",
                    f"In {in_words(fact)}: {filer.name}, {words}, {when}.",
                ),
                amount(fact),
                (look(filer, label, period), submit(shown_value(fact))),
                (fact,),
                (look(filer, f"{label} reported", period), "no concept"),
            )


@dataclass(frozen=True)
class Difference:
    """The change between two years."""

    name: ClassVar[str] = "research.difference"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """A later year less an earlier one."""
        for label in rng.sample(filer.labels, len(filer.labels))[:TRIES]:
            pair = two_years(filer, label, rng)
            if isinstance(pair, Skip):
                yield pair
                continue
            early, late = pair
            expression = f"{shown_value(late)} - {shown_value(early)}".replace("- -", "+ ")
            yield draft(
                filer,
                "difference",
                (
                    f"By how much did the {wording(label)} of {filer.name} change from"
                    f" {said(early.period)} to {said(late.period)}, in {in_words(late)}?"
                    " A decrease is negative.",
                ),
                amount(late, Decimal(late.value) - Decimal(early.value)),
                (
                    look(filer, label, early.period),
                    look(filer, label, late.period),
                    Call(name="calculate", arguments={"expression": expression}),
                    submit(work_out(expression, 6)),
                ),
                (early, late),
            )


@dataclass(frozen=True)
class Total:
    """The sum of two years."""

    name: ClassVar[str] = "research.total"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Two years of a flow together; balances are not added."""
        for label in rng.sample(filer.labels, len(filer.labels))[:TRIES]:
            pair = two_years(filer, label, rng)
            if isinstance(pair, Skip):
                yield pair
                continue
            if pair[0].period_start is None:
                yield Skip("a_balance")
                continue
            expression = " + ".join(shown_value(fact) for fact in pair).replace("+ -", "- ")
            yield draft(
                filer,
                "total",
                (
                    f"What was the {wording(label)} of {filer.name} in {said(pair[0].period)} and"
                    f" {said(pair[1].period)} together, in {in_words(pair[0])}?",
                ),
                amount(pair[0], sum((Decimal(f.value) for f in pair), Decimal(0))),
                (
                    *(look(filer, label, fact.period) for fact in pair),
                    Call(name="calculate", arguments={"expression": expression}),
                    submit(work_out(expression, 6)),
                ),
                pair,
            )


@dataclass(frozen=True)
class Growth:
    """The growth between two years in percent."""

    name: ClassVar[str] = "research.growth"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """From a positive earlier year; growth from zero or a loss has no agreed meaning."""
        for label in rng.sample(filer.labels, len(filer.labels))[:TRIES]:
            pair = two_years(filer, label, rng)
            if isinstance(pair, Skip):
                yield pair
                continue
            early, late = pair
            if Decimal(early.value) <= 0 or Decimal(late.value) <= 0:
                yield Skip("not_positive")
                continue
            a, b = shown_value(early), shown_value(late)
            expression = f"({b} - {a}) / {a} * 100"
            exact = (Decimal(late.value) / Decimal(early.value) - 1) * 100
            yield draft(
                filer,
                "growth",
                (
                    f"By how many percent did the {wording(label)} of {filer.name} grow from"
                    f" {said(early.period)} to {said(late.period)}? Give one decimal place.",
                ),
                percent(exact),
                (
                    look(filer, label, early.period),
                    look(filer, label, late.period),
                    Call(name="calculate", arguments={"expression": expression}),
                    submit(shown(exact, 1), "%"),
                ),
                (early, late),
            )


@dataclass(frozen=True)
class Ratio:
    """One value as a percentage of another of the same period."""

    name: ClassVar[str] = "research.ratio"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Margins and shares that the statements themselves do not print."""
        for words, above, below in _RATIOS:
            years = [year for year in filer.years(above) if (below, year) in filer.first]
            if not years:
                yield Skip("no_pair")
                continue
            year = rng.choice(years)
            top, bottom = filer.first[above, year], filer.first[below, year]
            if Decimal(bottom.value) <= 0 or not alike(top, bottom):
                yield Skip("not_positive" if alike(top, bottom) else "two_scales")
                continue
            exact = Decimal(top.value) / Decimal(bottom.value) * 100
            expression = f"{shown_value(top)} / {shown_value(bottom)} * 100"
            yield draft(
                filer,
                "ratio",
                (
                    f"What was the {words} of {filer.name} in {said(year)}, in percent with one"
                    f" decimal place? ({wording(above)} over {wording(below)})",
                ),
                percent(exact),
                (
                    look(filer, above, year),
                    look(filer, below, year),
                    Call(name="calculate", arguments={"expression": expression}),
                    submit(shown(exact, 1), "%"),
                ),
                (top, bottom),
            )


@dataclass(frozen=True)
class Largest:
    """The largest of two or three years; the value is asked, so that the year cannot be guessed."""

    name: ClassVar[str] = "research.largest"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Only where the values differ."""
        for label in rng.sample(filer.labels, len(filer.labels))[:TRIES]:
            years = sorted(filer.years(label)[:3])
            facts = tuple(filer.first[label, year] for year in years)
            if len(facts) < 2:
                yield Skip("no_prior_year")
                continue
            if not alike(*facts) or len({fact.value for fact in facts}) < len(facts):
                yield Skip("not_different")
                continue
            best = max(facts, key=lambda fact: Decimal(fact.value))
            when = " and ".join((", ".join(map(said, years[:-1])), said(years[-1])))
            yield draft(
                filer,
                "largest",
                (
                    f"What was the highest {wording(label)} of {filer.name} among {when},"
                    f" in {in_words(best)}?",
                ),
                amount(best),
                (*(look(filer, label, year) for year in years), submit(shown_value(best))),
                facts,
            )
