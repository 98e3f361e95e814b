"""Ratios with a definition: margins, current ratio, returns, leverage.

Example: "What was the gross margin in 2024, in percent?" Program `revenue - cost_of_revenue; #0 /
revenue`; gold (47 - 30) / 47 = 36.2 %. It goes wrong upside down or with the wrong base; the
definitions and their usual mistakes stand in `factstore/ratios.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.ratios import RATIOS
from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, GoldShape, Slot
from qhdata.synth.grid import Grid
from qhdata.synth.material import Material, each_grid

ASKS = Asks(
    en=("What was {filer}'s {ratio} in {period}?", "Compute the {ratio} for {period}."),
    zh=("{filer}{period}的{ratio}是多少？", "计算{period}的{ratio}。"),
    brief="{ratio} {period}?",
)


class RatioOfPeriod:
    """Every ratio whose inputs stand in one table."""

    name: ClassVar[str] = "ratio.period"
    version: ClassVar[int] = 2

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each ratio and column."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        found = [r for r in RATIOS if all(key in grid.by_concept for key in r.concepts)]
        if not found:
            yield Skip("no_ratio_in_table")
            return
        places = [(ratio, column) for ratio in found for column in range(len(grid.periods))]
        rng.shuffle(places)
        for ratio, column in places:
            rows = {key: grid.by_concept[key] for key in ratio.concepts}
            if any(rows[key].figures[column].value <= 0 for key in ratio.positive):
                yield Skip("base_not_positive")
                continue
            yield Draft(
                generator=f"{self.name}@{self.version}",
                excerpts=(grid.cut(tuple(rows.values()), rng),),
                program=ratio.program,
                slots={key: Slot(grid, row, column) for key, row in rows.items()},
                asks=ASKS,
                words={
                    "ratio": ratio.zh if grid.lang == "zh" else ratio.en,
                    "period": grid.periods[column],
                },
                gold=GoldShape(kind=ratio.kind, decimals=ratio.decimals),
                distractors=ratio.wrong,
            )
