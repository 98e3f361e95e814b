"""One reported figure and numbers that the question gives: what if, tax, currency, time value.

Example: "What is left of pretax income of 2024 after tax at 21%?" Program `1 - 21%; x * #0`; gold
10 x 0.79 = 7.9. It goes wrong by the tax in place of the rest; the formulas and their usual
mistakes stand in `formulas.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.concepts import concept
from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, GoldShape, Slot
from qhdata.synth.grid import NAMELESS, Grid
from qhdata.synth.material import Material, each_grid
from qhdata.synth.periods_asked import part_of_year, part_unsaid
from qhdata.synth.reasoning.formulas import FORMULAS, Formula
from qhdata.synth.reasoning.options import OPTIONS

ALL: tuple[Formula, ...] = (*FORMULAS, *OPTIONS)
OF_ANY_PERIOD = ("tax.", "currency.", "per_share.")
"""Formulas that a quarter's figure may enter; the others take it for a year's."""


class FormulaOfFigure:
    """Every formula whose figure stands in a table, in each of its columns."""

    name: ClassVar[str] = "formula.of_figure"
    version: ClassVar[int] = 1

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each formula, figure and column."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        places = [
            (formula, key, column)
            for formula in ALL
            for key in formula.of
            if key in grid.by_concept
            for column in range(len(grid.periods))
        ]
        if not places:
            yield Skip("no_figure_in_table")
            return
        rng.shuffle(places)
        for formula, key, column in places:
            row = grid.by_concept[key]
            if row.figures[column].value <= 0:
                yield Skip("base_not_positive")
            elif not formula.key.startswith(OF_ANY_PERIOD) and _of_a_part(grid, column):
                yield Skip("part_of_a_year")
            elif formula.unit and row.unit != "USD":
                yield Skip("not_in_dollars")
            else:
                yield self._draft(formula, Slot(grid, row, column), rng)

    def _draft(self, formula: Formula, slot: Slot, rng: Random) -> Draft:
        given = {name: rng.choice(some) for name, some in formula.given.items()}
        return Draft(
            generator=f"{self.name}@{self.version}",
            excerpts=(slot.grid.cut((slot.row,), rng),),
            program=formula.program.format_map(given),
            slots={"x": slot},
            asks=Asks(en=(formula.en,), zh=(formula.zh,), brief=formula.brief),
            words={"label": _named(slot), "period": slot.period, **given},
            gold=GoldShape(kind=formula.kind, decimals=formula.decimals, unit=formula.unit),
            distractors=tuple(wrong.format_map(given) for wrong in formula.wrong),
        )


def _of_a_part(grid: Grid, column: int) -> bool:
    return part_of_year(grid.periods[column]) or part_unsaid(grid, column)


def _named(slot: Slot) -> str:
    """The row's label; what the row means where that says nothing ("TOTAL")."""
    if slot.row.concept is None or not NAMELESS.fullmatch(slot.label.strip()):
        return slot.label
    meant = concept(slot.row.concept)
    return meant.zh if slot.grid.lang == "zh" else meant.en
