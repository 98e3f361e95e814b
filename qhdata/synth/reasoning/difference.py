"""The change of one row between two years.

Example: "By how much did revenue change from 2023 to 2024?" Program `new - old`; gold 47 - 42 = 5,
negative for a decrease. It goes wrong by the order of the years, which is the sign, or by adding.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, Slot
from qhdata.synth.grid import Grid
from qhdata.synth.material import Material, each_grid

ASKS = Asks(
    en=(
        'By how much did "{label}" change from {old} to {new}? A decrease is negative.',
        'Compute "{label}" for {new} minus "{label}" for {old}.',
        'What is the change in "{label}" between {old} and {new} (negative if it fell)?',
    ),
    zh=(
        "“{label}”从{old}到{new}变动了多少？减少用负数表示。",
        "计算“{label}”{new}减去{old}的差额。",
    ),
    brief="{label} {new} minus {old}?",
)


class Difference:
    """Two years of one row."""

    name: ClassVar[str] = "change.difference"
    version: ClassVar[int] = 1

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each row with two years."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        if len(grid.periods) < 2:
            yield Skip("no_prior_period")
            return
        for row in rng.sample(grid.rows, len(grid.rows)):
            yield Draft(
                generator=f"{self.name}@{self.version}",
                excerpts=(grid.cut((row,), rng),),
                program="new - old",
                slots={"new": Slot(grid, row, 0), "old": Slot(grid, row, 1)},
                asks=ASKS,
                words={"label": row.label, "new": grid.periods[0], "old": grid.periods[1]},
                distractors=("old - new", "new + old"),
            )
