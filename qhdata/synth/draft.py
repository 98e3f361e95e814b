"""Draft: a problem before its gold is computed. A generator says which figures, which program,
which words; the value is never written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from qhdata.synth.grid import Excerpt, Grid, Row


@dataclass(frozen=True)
class Slot:
    """One input of a program: a row of a grid in one of its columns."""

    grid: Grid
    row: Row
    column: int = 0

    @property
    def figure_id(self) -> str:
        """Its fact's id, or its own."""
        figure = self.row.figures[self.column]
        return figure.fact_id or figure.figure_id

    @property
    def value(self) -> Decimal:
        """In base units."""
        return self.row.figures[self.column].value

    @property
    def bare(self) -> Decimal:
        """As shown."""
        return self.row.figures[self.column].bare

    @property
    def period(self) -> str:
        """What the question calls its column."""
        return self.grid.periods[self.column]

    @property
    def label(self) -> str:
        """The row's label."""
        return self.row.label


@dataclass(frozen=True, kw_only=True)
class GoldShape:
    """What kind of answer; the value is computed."""

    kind: Literal["number", "percent", "points", "multiple", "days"] = "number"
    decimals: int | None = None
    """Places asked for; None: as many as the figures show."""
    unit: str = ""
    """Where it is another than that of the inputs."""


NUMBER = GoldShape()

HUNDREDTHS = ("percent", "points")
"""Kinds that count a program's fraction in hundredths."""


def percent(decimals: int = 1) -> GoldShape:
    """A program's fraction, counted in percent."""
    return GoldShape(kind="percent", decimals=decimals)


def points(decimals: int = 1) -> GoldShape:
    """A difference of two fractions, counted in percentage points."""
    return GoldShape(kind="points", decimals=decimals)


def multiple(decimals: int = 2) -> GoldShape:
    """A ratio."""
    return GoldShape(kind="multiple", decimals=decimals)


@dataclass(frozen=True, kw_only=True)
class Asks:
    """Wordings of one question, with {slots} for words."""

    en: tuple[str, ...]
    zh: tuple[str, ...]
    brief: str
    """A few words, for tiny models."""
    brief_zh: str = ""

    def of(self, lang: str, wording: str) -> tuple[str, ...]:
        """The wordings of a language."""
        if wording == "brief":
            return (self.brief_zh or self.brief,) if lang == "zh" else (self.brief,)
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A problem before its gold is computed."""

    generator: str
    """name@version."""
    excerpts: tuple[Excerpt, ...]
    program: str
    """Over `slots`: `new - old; #0 / old`."""
    slots: Mapping[str, Slot]
    asks: Asks
    words: Mapping[str, str] = field(default_factory=dict)
    """Values of {slots} in the wordings."""
    gold: GoldShape = NUMBER
    distractors: tuple[str, ...] = ()
    """Programs of the usual mistakes."""
