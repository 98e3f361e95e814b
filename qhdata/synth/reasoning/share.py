"""One row as a share of another: common-size analysis of a statement.

Example: "What percentage of revenue was cost of revenue in 2024?" Program `part / whole`; gold 30 /
47 = 63.8 %. It goes wrong upside down, by the other year's whole, or by the rest (1 - share). The
whole is revenue or total assets, above zero, and the part is not.
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
        'What percentage of "{whole}" was "{part}" in {period}?',
        'Express "{part}" for {period} as a percentage of "{whole}".',
    ),
    zh=("{period}“{part}”占“{whole}”的百分比是多少？",),
    brief="{part} {period} as percent of {whole}?",
)

_WHOLES = ("revenue", "assets")


class Share:
    """Rows of a statement over its revenue or total assets."""

    name: ClassVar[str] = "structure.share"
    version: ClassVar[int] = 1

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each row beside its whole."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        whole = next((grid.by_concept[key] for key in _WHOLES if key in grid.by_concept), None)
        if whole is None:
            yield Skip("no_whole")
            return
        for row in rng.sample(grid.rows, len(grid.rows)):
            column = rng.randrange(len(grid.periods))
            if row is whole or (row.unit, row.scale) != (whole.unit, whole.scale):
                continue
            if whole.figures[column].value <= 0:
                yield Skip("base_not_positive")
                continue
            if row.figures[column].value <= 0:
                yield Skip("part_not_positive")
                continue
            yield Draft(
                generator=f"{self.name}@{self.version}",
                excerpts=(grid.cut((row, whole), rng),),
                program="part / whole",
                slots={"part": Slot(grid, row, column), "whole": Slot(grid, whole, column)},
                asks=ASKS,
                words={"part": row.label, "whole": whole.label, "period": grid.periods[column]},
                gold=percent(1),
                distractors=("whole / part", "whole - part; #0 / whole"),
            )
