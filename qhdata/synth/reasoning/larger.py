"""The larger of two rows, answered with its number, so that a guess of a side earns nothing.

Example: "Which is larger for 2024, inventories or goodwill? Give its value." Program `max(a, b)` is
written `a` with the larger row bound to a; gold 42. It goes wrong by taking the smaller, or the
other year.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, Slot
from qhdata.synth.grid import Grid
from qhdata.synth.material import Material, each_grid
from qhdata.synth.reasoning.total import couples

ASKS = Asks(
    en=(
        'Which is larger for {period}, "{first}" or "{second}"? Give the value of the larger.',
        'Give the value of the larger of "{first}" and "{second}" for {period}.',
    ),
    zh=("{period}“{first}”与“{second}”中较大的一项数值是多少？",),
    brief="Larger of {first}, {second} {period}?",
)


class Larger:
    """Two rows of one unit with different values."""

    name: ClassVar[str] = "compare.larger"
    version: ClassVar[int] = 1

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """Random couples of rows."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        for first, second, column in couples(grid, rng):
            if first.figures[column].value == second.figures[column].value:
                yield Skip("equal_values")
                continue
            yield Draft(
                generator=f"{self.name}@{self.version}",
                excerpts=(grid.cut((first, second), rng),),
                program="max(a, b)",
                slots={"a": Slot(grid, first, column), "b": Slot(grid, second, column)},
                asks=ASKS,
                words={
                    "first": first.label,
                    "second": second.label,
                    "period": grid.periods[column],
                },
                distractors=("min(a, b)",),
            )
