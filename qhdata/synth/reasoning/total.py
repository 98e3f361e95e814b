"""The sum of two rows of one year, where the filing itself adds them.

Example: "What is research and development plus selling expense for 2024?" Program `a + b`; gold 12
+ 3 = 15. It goes wrong by taking the other year for one of them, or by subtracting. Both rows are
parts of one printed total (`summed.py`): of any two rows, most are amounts that nobody would add.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, Slot
from qhdata.synth.grid import Grid, Row
from qhdata.synth.material import Material, each_grid
from qhdata.synth.summed import summed

ASKS = Asks(
    en=(
        'What is the sum of "{first}" and "{second}" for {period}?',
        'Add "{first}" and "{second}" for {period}.',
    ),
    zh=("{period}“{first}”与“{second}”之和是多少？",),
    brief="{first} plus {second} {period}?",
)

_TOTALS = re.compile(r"^(?:total|net|sub-?total|合计|总计)|合计$|总计$", re.IGNORECASE)


class Total:
    """Two rows of one unit."""

    name: ClassVar[str] = "combine.sum"
    version: ClassVar[int] = 2

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """Random couples of rows."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        runs = summed(grid)
        if not runs:
            yield Skip("adds_nothing_up")
            return
        parts = [couple for run in runs for couple in couples(replace(grid, rows=run), rng)]
        rng.shuffle(parts)
        for first, second, column in parts:
            yield Draft(
                generator=f"{self.name}@{self.version}",
                excerpts=(grid.cut((first, second), rng),),
                program="a + b",
                slots={"a": Slot(grid, first, column), "b": Slot(grid, second, column)},
                asks=ASKS,
                words={
                    "first": first.label,
                    "second": second.label,
                    "period": grid.periods[column],
                },
                distractors=("a - b", "b - a", "a * 2", "b * 2"),
            )


def couples(grid: Grid, rng: Random) -> Iterator[tuple[Row, Row, int]]:
    """Couples of rows with one known unit that are no totals, each with a column, in random
    order.
    """
    rows = [
        row
        for row in grid.rows
        if not _TOTALS.search(row.label) and row.unit not in ("percent", "")
    ]
    rng.shuffle(rows)
    for first, second in pairwise(rows):
        if (first.unit, first.scale) == (second.unit, second.scale):
            yield first, second, rng.randrange(len(grid.periods))
