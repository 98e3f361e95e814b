"""The average of one row over two years, as ratios on average balances need it.

Example: "What was the average of inventories over 2023 and 2024?" Program `new + old; #0 / 2`; gold
(42 + 38) / 2 = 40. It goes wrong by forgetting to halve.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, GoldShape, Slot
from qhdata.synth.grid import Grid
from qhdata.synth.material import Material, each_grid

ASKS = Asks(
    en=('What was the average of "{label}" over {old} and {new}?',),
    zh=("“{label}”在{old}和{new}的平均值是多少？",),
    brief="Average {label} {old}, {new}?",
)


class Average:
    """Two years of one row."""

    name: ClassVar[str] = "combine.average"
    version: ClassVar[int] = 1

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each row with two years."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        if len(grid.periods) < 2:
            yield Skip("no_prior_period")
            return
        for row in rng.sample(grid.rows, len(grid.rows)):
            if row.unit == "percent":
                yield Skip("average_of_percentages")
                continue
            yield Draft(
                generator=f"{self.name}@{self.version}",
                excerpts=(grid.cut((row,), rng),),
                program="new + old; #0 / 2",
                slots={"new": Slot(grid, row, 0), "old": Slot(grid, row, 1)},
                asks=ASKS,
                words={"label": row.label, "new": grid.periods[0], "old": grid.periods[1]},
                gold=GoldShape(decimals=1),
                distractors=("new + old", "new - old; #0 / 2"),
            )
