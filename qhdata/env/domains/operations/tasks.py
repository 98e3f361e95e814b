"""What is asked of the operations desk: set a watch, move one and drop another, flag a restatement.

Every threshold has to be computed from a reported value, and the rows of others are already on the
list: a policy that writes too much, or only closes the case, fails on the difference of states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import ClassVar

from qhdata.env.domain import Call, Draft
from qhdata.env.domains.research.words import TRIES, look, said
from qhdata.env.labels import wording
from qhdata.env.pick import Filer
from qhdata.env.tools.filings import shown_value
from qhdata.env.tools.operations import CASE, FLAGS, WATCHES
from qhdata.env.world import SeenFact
from qhdata.step import Skip

CLOSE = Call(name="close_case", arguments={})
CLOSED = {CASE: {"task": {"closed": True}}}


def threshold(fact: SeenFact, percent: int) -> int:
    """A share of a value, whole, in the scale in which it is shown."""
    value = Decimal(fact.value).scaleb(-fact.scale) * percent / 100
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def key(filer: Filer, label: str) -> str:
    """Key of a watch."""
    return f"{filer.filer_id}|{label}"


def usable(filer: Filer, label: str) -> SeenFact | None:
    """The latest year's value of a label, where it is positive."""
    years = filer.years(label)
    fact = filer.first[label, years[0]] if years else None
    return fact if fact is not None and Decimal(fact.value) > 0 else None


def watch(filer: Filer, label: str, side: str, at: int) -> Call:
    """The expert's write."""
    return Call(
        name="add_watch",
        arguments={"filer": filer.name, "concept": label, "side": side, "threshold": at},
    )


@dataclass(frozen=True)
class SetWatch:
    """A new watch at a share of the reported value, beside one that stays as it is."""

    name: ClassVar[str] = "operations.set_watch"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """80 to 120 percent of the latest year."""
        for label in rng.sample(filer.labels, len(filer.labels))[:TRIES]:
            fact = usable(filer, label)
            others = [name for name in filer.labels if name != label]
            if fact is None or not others:
                yield Skip("not_positive")
                continue
            percent, side = rng.choice((80, 90, 110, 120)), rng.choice(("above", "below"))
            at = threshold(fact, percent)
            expression = f"{shown_value(fact)} * {percent} / 100"
            yield Draft(
                kind="set_watch",
                filer_id=filer.filer_id,
                as_of=filer.world.as_of,
                asks=(
                    f"Warn us when the {wording(label)} of {filer.name} goes {side} {percent} % of"
                    f" its value for {said(fact.period)}, rounded to a whole number in the scale"
                    " that the filing shows.",
                ),
                golds=(),
                calls=(
                    look(filer, label, fact.period),
                    Call(name="calculate", arguments={"expression": expression}),
                    watch(filer, label, side, at),
                    CLOSE,
                ),
                facts=(fact,),
                initial={WATCHES: {key(filer, others[0]): {"side": "above", "threshold": 1}}},
                expected={
                    WATCHES: {key(filer, label): {"side": side, "threshold": at}},
                    **CLOSED,
                },
            )


@dataclass(frozen=True)
class MoveWatch:
    """Turn one watch round at the reported value, and remove another."""

    name: ClassVar[str] = "operations.move_watch"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """Two labels of one filer."""
        whole = [
            (label, fact)
            for label in filer.labels
            if (fact := usable(filer, label)) and "." not in shown_value(fact)
        ]
        if len(whole) < 2:
            yield Skip("too_few_values")
            return
        for _ in range(min(TRIES, len(whole))):
            (label, fact), (gone, other) = rng.sample(whole, 2)
            at = threshold(fact, 100)
            yield Draft(
                kind="move_watch",
                filer_id=filer.filer_id,
                as_of=filer.world.as_of,
                asks=(
                    f"For {filer.name}: stop watching its {wording(gone)}, and change the watch on"
                    f" its {wording(label)} to warn below the value for {said(fact.period)}.",
                ),
                golds=(),
                calls=(
                    Call(name="list_watches", arguments={}),
                    look(filer, label, fact.period),
                    Call(name="remove_watch", arguments={"filer": filer.name, "concept": gone}),
                    watch(filer, label, "below", at),
                    CLOSE,
                ),
                facts=(fact, other),
                initial={
                    WATCHES: {
                        key(filer, label): {"side": "above", "threshold": at + 1},
                        key(filer, gone): {"side": "above", "threshold": threshold(other, 110)},
                    }
                },
                expected={
                    WATCHES: {
                        key(filer, label): {"side": "below", "threshold": at},
                        key(filer, gone): None,
                    },
                    **CLOSED,
                },
            )


@dataclass(frozen=True)
class FlagRestated:
    """Of two values, flag the one that was restated, and only that."""

    name: ClassVar[str] = "operations.flag_restated"
    version: ClassVar[int] = 1

    def drafts(self, filer: Filer, rng: Random) -> Iterator[Draft | Skip]:
        """One restated value and one that was not, of the same period."""
        found = False
        for (label, period), chain in sorted(filer.history.items()):
            if (label, period) not in filer.first or chain[0].value == chain[-1].value:
                continue
            same = [
                name
                for name, when in sorted(filer.first)
                if when == period
                and len({fact.value for fact in filer.history[name, when]}) == 1
                and name != label
            ]
            if not same:
                continue
            found = True
            other = rng.choice(same)
            names = sorted((label, other))
            row = {"first": shown_value(chain[0]), "latest": shown_value(chain[-1])}
            yield Draft(
                kind="flag_restated",
                filer_id=filer.filer_id,
                as_of=filer.world.as_of,
                asks=(
                    f"Check the {wording(names[0])} and the {wording(names[1])} of {filer.name} for"
                    f" {said(period)}, and flag what was restated.",
                ),
                golds=(),
                calls=(
                    *(
                        look(filer, name, period, version)
                        for name in names
                        for version in ("first", "latest")
                    ),
                    Call(
                        name="flag_restatement",
                        arguments={"filer": filer.name, "concept": label, "period": period},
                    ),
                    CLOSE,
                ),
                facts=(chain[0], chain[-1], filer.first[other, period]),
                expected={FLAGS: {f"{filer.filer_id}|{label}|{period}": row}, **CLOSED},
            )
        if not found:
            yield Skip("nothing_restated")
