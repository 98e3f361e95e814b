"""Pick what to ask about: a filer's values as one moment shows them, and the moments worth standing
at.

A generator sees facts only through the world, so a task cannot be drafted from a filing that its
own `as_of` hides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from random import Random

from qhdata.env.labels import known
from qhdata.env.tools.arithmetic import shown
from qhdata.env.tools.filings import SCALES, shown_value
from qhdata.env.world import SeenFact, World
from qhdata.records import DecimalText, Gold

_SEEN = (
    "SELECT fact_id, filer_id, doc_id, concept, label, value, unit, scale, period, period_start,"
    " period_end, public_at, start, end, quote FROM seen_facts WHERE filer_id = ?"
    " AND period <> '' AND preference < 99 ORDER BY label, period, preference, concept, unit,"
    " public_at, fact_id"
)
MONEY = ("USD", "CNY", "EUR", "GBP", "JPY", "CAD")


class Filer:
    """One filer's values at one moment, read once and shared by its generators."""

    def __init__(self, world: World, filer_id: str) -> None:
        self.world = world
        self.filer_id = filer_id
        found = world.filer(filer_id)
        self.name = found[0] if found else filer_id

    @cached_property
    def history(self) -> Mapping[tuple[str, str], tuple[SeenFact, ...]]:
        """(label, period) -> its values, as published; of the preferred concept alone, as a look-up
        gives them.
        """
        found: dict[tuple[str, str], list[SeenFact]] = {}
        for row in self.world.rows(_SEEN, (self.filer_id,)):
            fact = SeenFact(*row)
            chain = found.setdefault((fact.label, fact.period), [])
            if not chain or (chain[0].concept, chain[0].unit) == (fact.concept, fact.unit):
                chain.append(fact)
        return {key: tuple(chain) for key, chain in found.items()}

    @cached_property
    def first(self) -> Mapping[tuple[str, str], SeenFact]:
        """(label, period) -> the value as first published; amounts of money alone."""
        return {key: chain[0] for key, chain in self.history.items() if chain[0].unit in MONEY}

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Labels with at least one amount, in the catalogue's order."""
        here = {label for label, _ in self.first}
        return tuple(label for label in known() if label in here)

    @cached_property
    def texts(self) -> str:
        """Everything that can be seen of the filer, in lower case, spaces folded."""
        pages = self.world.rows(
            "SELECT p.text FROM seen_documents d JOIN seen_pages p ON p.doc_id = d.doc_id"
            " WHERE d.filer_id = ? ORDER BY d.doc_id, p.ordinal",
            (self.filer_id,),
        )
        return " ".join("".join(text for (text,) in pages).replace("’", "'").lower().split())

    def years(self, label: str) -> list[str]:
        """Fiscal years for which a label has a value, the latest first."""
        return sorted((p for name, p in self.first if name == label and len(p) == 4), reverse=True)

    def periods(self, label: str) -> list[str]:
        """All periods of a label, the latest first."""
        return sorted((p for name, p in self.first if name == label), reverse=True)

    def some(self, rng: Random, count: int, short: bool) -> list[tuple[str, str]]:
        """Some (label, period), in an order of chance; short: years alone."""
        keys = [key for key in self.first if not short or len(key[1]) == 4]
        return rng.sample(keys, min(count, len(keys)))


def digits(facts: Sequence[SeenFact]) -> int:
    """Digits of the longest number shown."""
    return max(sum(c.isdigit() for c in shown_value(fact)) for fact in facts)


def alike(*facts: SeenFact) -> bool:
    """Whether values can be computed with as shown: one unit, one scale."""
    return len({(fact.unit, fact.scale) for fact in facts}) == 1


def in_words(fact: SeenFact) -> str:
    """Unit and scale as a question names them: `USD million`."""
    return " ".join((fact.unit, SCALES[fact.scale])).strip()


def amount(fact: SeenFact, value: Decimal | None = None) -> Gold:
    """Gold of an amount in a fact's unit and scale; by default the fact's own value."""
    exact = Decimal(fact.value) if value is None else value
    places = max(0, -(exact.scaleb(-fact.scale).normalize().as_tuple().exponent))  # type: ignore[operator]
    return Gold(
        slot="answer",
        kind="number",
        value=shown(exact, 12),
        unit=fact.unit,
        scale=DecimalText(str(10**fact.scale)),
        decimals=min(places, 6),
    )


def percent(value: Decimal) -> Gold:
    """Gold of a percentage, one decimal asked for."""
    return Gold(slot="answer", kind="percent", value=shown(value, 9), decimals=1)


def moments(world: World, filer_id: str) -> list[str]:
    """When something of a filer became public: the moments at which what can be known changes."""
    return [
        at
        for (at,) in world.rows(
            "SELECT DISTINCT public_at FROM seen_filings WHERE filer_id = ? ORDER BY 1", (filer_id,)
        )
    ]
