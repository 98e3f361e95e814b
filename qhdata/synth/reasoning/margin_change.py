"""How a margin moved, in percentage points: three or four steps over two years.

Example: "By how many percentage points did the net margin change from 2023 to 2024?" Program
`new_part / new_whole; old_part / old_whole; #0 - #1`; gold 12.1 - 10.4 = 1.7 points. It goes wrong
by the order of the years, or by the relative change of the margin.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, Slot, points
from qhdata.synth.grid import Grid
from qhdata.synth.material import Material, each_grid

ASKS = Asks(
    en=(
        'By how many percentage points did "{part}" as a share of "{whole}" change from {old} to '
        "{new}? A decrease is negative.",
    ),
    zh=("“{part}”占“{whole}”的比例从{old}到{new}变动了多少个百分点？减少用负数表示。",),
    brief="{part} over {whole}, change {old} to {new} in points?",
)

_PARTS = ("gross_profit", "operating_income", "net_income", "cost_of_revenue", "research")


class MarginChange:
    """A part of revenue in two years."""

    name: ClassVar[str] = "ratio.margin_change"
    version: ClassVar[int] = 1

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each part of revenue that a table with two years shows."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        if len(grid.periods) < 2:
            yield Skip("no_prior_period")
            return
        whole = grid.by_concept.get("revenue")
        if whole is None or any(figure.value <= 0 for figure in whole.figures):
            yield Skip("no_whole")
            return
        for key in rng.sample(_PARTS, len(_PARTS)):
            part = grid.by_concept.get(key)
            if part is None:
                yield Skip("input_not_in_table")
                continue
            yield Draft(
                generator=f"{self.name}@{self.version}",
                excerpts=(grid.cut((part, whole), rng),),
                program="new_part / new_whole; old_part / old_whole; #0 - #1",
                slots={
                    "new_part": Slot(grid, part, 0),
                    "new_whole": Slot(grid, whole, 0),
                    "old_part": Slot(grid, part, 1),
                    "old_whole": Slot(grid, whole, 1),
                },
                asks=ASKS,
                words={
                    "part": part.label,
                    "whole": whole.label,
                    "new": grid.periods[0],
                    "old": grid.periods[1],
                },
                gold=points(1),
                distractors=(
                    "old_part / old_whole; new_part / new_whole; #0 - #1",
                    "new_part / new_whole; old_part / old_whole; #0 - #1; #2 / #1",
                    "new_part - old_part; #0 / old_part",
                ),
            )
