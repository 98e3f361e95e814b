"""What research generators share: periods in words, look-ups, answers, pairs of years."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from qhdata.env.domain import Call, Draft
from qhdata.env.labels import known, printed, wording
from qhdata.env.pick import Filer, alike
from qhdata.env.tools.answer import DECLINED
from qhdata.env.world import SeenFact
from qhdata.records import Gold
from qhdata.step import Skip

TRIES = 12
"""Drafts that one generator makes for one filer and moment."""


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
