"""One reported value, found in a table among its neighbours.

Example: "What was inventories in 2023?" Program `value`; gold as printed, 42. It goes wrong by the
other year's column, the row above or below, or the scale; a problem where one of these shows the
same number is refused.
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
        'What does {filer} report for "{label}" in {period}?',
        'Read the value of "{label}" for {period} from the table.',
        'According to the excerpt, how much was "{label}" in {period}?',
    ),
    zh=("{filer}{period}的“{label}”是多少？", "根据上表，“{label}”在{period}的数值是多少？"),
    brief="{label} {period}?",
)


class Lookup:
    """Any row, any column."""

    name: ClassVar[str] = "lookup.value"
    version: ClassVar[int] = 1

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each figure."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        places = [(row, column) for row in grid.rows for column in range(len(grid.periods))]
        rng.shuffle(places)
        for row, column in places:
            yield Draft(
                generator=f"{self.name}@{self.version}",
                excerpts=(grid.cut((row,), rng),),
                program="value",
                slots={"value": Slot(grid, row, column)},
                asks=ASKS,
                words={"label": row.label, "period": grid.periods[column]},
            )
