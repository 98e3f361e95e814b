"""Growth of one row over a year, in percent of the earlier value.

Example: "What was the growth of revenue from 2023 to 2024, in percent?" Program `new - old; #0 /
old`; gold (47 - 42) / 42 = 11.9 %. It goes wrong by dividing by the later year, or by leaving the
fraction. An earlier value of zero or below has no growth rate and is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, Slot, percent
from qhdata.synth.grid import Grid
from qhdata.synth.material import Material, each_grid

ASKS = Asks(
    en=(
        'By what percentage did "{label}" grow from {old} to {new}? A decline is negative.',
        'What was the growth rate of "{label}" from {old} to {new} (negative for a decline)?',
    ),
    zh=("“{label}”从{old}到{new}的增长率是多少？下降用负数表示。",),
    brief="{label} growth {old} to {new}, percent?",
)


class Growth:
    """Two years of one row, the earlier above zero."""

    name: ClassVar[str] = "change.growth"
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
                yield Skip("growth_of_a_percentage")
            elif row.figures[1].value <= 0 or row.figures[0].value < 0:
                yield Skip("base_not_positive")
            else:
                yield Draft(
                    generator=f"{self.name}@{self.version}",
                    excerpts=(grid.cut((row,), rng),),
                    program="new - old; #0 / old",
                    slots={"new": Slot(grid, row, 0), "old": Slot(grid, row, 1)},
                    asks=ASKS,
                    words={"label": row.label, "new": grid.periods[0], "old": grid.periods[1]},
                    gold=percent(1),
                    distractors=("new - old; #0 / new", "new / old", "old - new; #0 / old"),
                )
