"""Questions and answers on one excerpt, as running text: the passage form of the look-ups that sft
trains.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.answers import final
from qhdata.synth.grid import Grid, source_of
from qhdata.synth.knowledge.passage import passage
from qhdata.synth.made import Made
from qhdata.synth.material import Material, each_grid
from qhdata.synth.reasoning.lookup import ASKS


class Questions:
    """Every table, one excerpt for each of its rows."""

    name: ClassVar[str] = "knowledge.questions"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[Made | Skip]:
        """One passage for each row."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Made | Skip]:
        for row in rng.sample(grid.rows, len(grid.rows)):
            excerpt = grid.cut((row,), rng)
            if len(excerpt.rows) < 2:
                yield Skip("too_few_rows")
                continue
            parts = [excerpt.text()]
            asked = [(r, column) for r in excerpt.rows for column in range(len(grid.periods))]
            rng.shuffle(asked)
            wordings = ASKS.of(grid.lang, grid.settings.wording)
            for r, column in asked:
                words = {
                    "filer": grid.document.filer,
                    "label": r.label,
                    "period": grid.periods[column],
                }
                question = rng.choice(wordings).format_map(words)
                shown = grid.number(r.figures[column])
                parts.append(f"{question}\n{_answer(shown, grid)}")
            sources = [source_of(grid, figure) for r in excerpt.rows for figure in r.figures]
            yield passage(f"{self.name}@{self.version}", grid, "\n\n".join(parts), sources)


def _answer(shown: str, grid: Grid) -> str:
    if grid.settings.wording == "brief":
        return final(shown, grid.settings)
    return f"答：{shown}" if grid.lang == "zh" else f"Answer: {shown}"
