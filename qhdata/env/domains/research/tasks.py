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
from qhdata.env.labels import known, printed, wording
from qhdata.env.pick import Filer, alike, amount, in_words, percent
from qhdata.env.tools.answer import DECLINED
from qhdata.env.tools.arithmetic import shown, work_out
from qhdata.env.tools.filings import shown_value
from qhdata.env.world import SeenFact
from qhdata.records import Gold
from qhdata.step import Skip

TRIES = 12
"""Drafts that one generator makes for one filer and moment."""

_RATIOS = (
    ("gross margin", "gross profit", "revenue"),
    ("operating margin", "operating income", "revenue"),
    ("net margin", "net income", "revenue"),
    ("share of liabilities in total assets", "liabilities", "assets"),
    ("share of cash in total assets", "cash", "assets"),
)


def said(period: str) -> str:
    """How a question names a period: `fiscal 2024`, `the second quarter of fiscal 2024`."""
    year, mark, part = period[:4], period[4:5], period[5:]
    if mark == "Q":
        return (
            f"the {('first', 'second', 'third', 'fourth')[int(part) - 1]} quarter of fiscal {year}"
        )
    if mark == "H":
        return f"the {('first', 'second')[int(part) - 1]} half of fiscal {year}"
    return f"fiscal {year}"


def look(filer: Filer, label: str, period: str, version: str = "first") -> Call:
    """The expert's look-up."""
    arguments: dict[str, str | int] = {"filer": filer.name, "concept": label, "period": period}
    if version != "first":
        arguments["version"] = version
    return Call(name="get_fact", arguments=arguments)


def submit(value: str, unit: str = "") -> Call:
    """The expert's answer."""
    arguments: dict[str, str | int] = {"value": value}
    return Call(name="submit_answer", arguments={**arguments, "unit": unit} if unit else arguments)


def draft(
    filer: Filer,
    kind: str,
    asks: tuple[str, ...],
    gold: Gold,
    calls: tuple[Call, ...],
    facts: tuple[SeenFact, ...],
    slip: tuple[Call, str] | None = None,
) -> Draft:
    """A draft that ends in an answer."""
    return Draft(
        kind=kind,
        filer_id=filer.filer_id,
        as_of=filer.world.as_of,
        asks=asks,
        golds=(gold,),
        calls=calls,
        facts=facts,
        slip=slip,
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


@dataclass(frozen=True)
class Restated:
    """A value that a later filing changed: as first published, or as restated."""

    name: ClassVar[str] = "research.restated"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Both versions of the same question: only the wording says which is right."""
        changed = [
            (key, chain)
            for key, chain in sorted(filer.history.items())
            if key in filer.first and Decimal(chain[0].value) != Decimal(chain[-1].value)
        ]
        if not changed:
            yield Skip("nothing_restated")
        for (label, period), chain in changed[:TRIES]:
            if not alike(chain[0], chain[-1]):
                yield Skip("two_scales")
                continue
            for version, fact, words in (
                ("first", chain[0], "as first published"),
                ("latest", chain[-1], "as restated in its latest filing"),
            ):
                yield draft(
                    filer,
                    f"restated_{version}",
                    (
                        f"What was the {wording(label)} of {filer.name} for {said(period)},"
                        f" {words}, in {in_words(fact)}?",
                    ),
                    amount(fact),
                    (look(filer, label, period, version), submit(shown_value(fact))),
                    (chain[0], chain[-1]),
                )


@dataclass(frozen=True)
class TwoHop:
    """The filer is known by its ticker, or a part of its name, and has to be found first."""

    name: ClassVar[str] = "research.two_hop"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Only where the hint leads to one filer."""
        known_as = filer.world.filer(filer.filer_id)
        hint = known_as[1] if known_as and known_as[1] else filer.name.split(" ")[0]
        found = filer.world.filers(hint, 5)
        if len(found) != 1 or found[0][0] != filer.filer_id or hint == filer.name:
            yield Skip("hint_is_ambiguous")
            return
        for label, period in filer.some(rng, TRIES, short=True):
            fact = filer.first[label, period]
            yield draft(
                filer,
                "two_hop",
                (
                    f"Find the filer known as {hint}. What was its {wording(label)} for"
                    f" {said(period)}, in {in_words(fact)}?",
                ),
                amount(fact),
                (
                    Call(name="find_filer", arguments={"name": hint}),
                    look(filer, label, period),
                    submit(shown_value(fact)),
                ),
                (fact,),
            )


@dataclass(frozen=True)
class NotStated:
    """A value that the filer does not report: silence earns nothing, `decline` is the answer."""

    name: ClassVar[str] = "research.not_stated"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """A concept that it never reports, and a year that is not public yet."""
        near = next(iter(filer.first.values()), None)
        label = next(unreported(filer, rng), None)
        if near is None or label is None:
            yield Skip("everything_reported")
            return
        year = max(period[:4] for _, period in filer.first)
        yield declined(filer, label, year, "not_reported", near, in_words(near))
        label = rng.choice(filer.labels)
        year = str(int(year) + 1)
        if not any(name == label and p.startswith(year) for name, p in filer.first):
            yield declined(filer, label, year, "not_yet_public", near, in_words(near))


def declined(filer: Filer, label: str, year: str, reason: str, near: SeenFact, unit: str) -> Draft:
    """A draft whose right end is `decline`."""
    return Draft(
        kind=reason,
        filer_id=filer.filer_id,
        as_of=filer.world.as_of,
        asks=(
            f"What was the {wording(label)} of {filer.name} for {said(year)}, in {unit}? If that"
            " cannot be told from its filings, decline with the reason.",
        ),
        golds=(),
        calls=(look(filer, label, year), Call(name="decline", arguments={"reason": reason})),
        facts=(near,),
        expected={DECLINED: {"task": {"reason": reason}}},
    )


def unreported(filer: Filer, rng: Random) -> Iterator[str]:
    """Labels of amounts that a filer neither tags nor names in any text that can be seen."""
    here = {name for name, _ in filer.history}
    absent = [label for label in known() if label not in here and not label.startswith("eps")]
    for label in rng.sample(absent, len(absent)):
        if not any(words in filer.texts for words in (label, *printed(label))):
            yield label


def two_years(filer: Filer, label: str, rng: Random) -> tuple[SeenFact, SeenFact] | Skip:
    """An earlier and a later year of one label that can be computed with."""
    years = filer.years(label)
    if len(years) < 2:
        return Skip("no_prior_year")
    late, early = sorted(rng.sample(years, 2), reverse=True)
    pair = filer.first[label, early], filer.first[label, late]
    if not alike(*pair):
        return Skip("two_scales")
    if Decimal(pair[0].value) == Decimal(pair[1].value):
        return Skip("no_change")
    return pair
