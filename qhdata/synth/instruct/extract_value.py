"""Find a value and say it in a sentence, with filer, period and unit.

Example: "How much were inventories in 2024?" -> "Acme reported inventories of $42 million for
2024." Checked: the number with its scale stands in the reply, and no other number of the excerpt
does.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.figures import Figure
from qhdata.step import Skip
from qhdata.synth.grid import Grid, source_of
from qhdata.synth.knowledge.statements import amount
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, each_grid
from qhdata.synth.reasoning.lookup import ASKS


class ExtractValue:
    """Any row, any column."""

    name: ClassVar[str] = "statement.extract"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each figure."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[TextDraft | Skip]:
        places = [(row, column) for row in grid.rows for column in range(len(grid.periods))]
        rng.shuffle(places)
        for row, column in places:
            figure, period = row.figures[column], grid.periods[column]
            excerpt = grid.cut((row,), rng)
            text = said(grid, figure)
            others = sorted(
                {other for r in excerpt.rows for f in r.figures if (other := said(grid, f)) != text}
            )
            if not others:
                yield Skip("no_other_value")
                continue
            words = {"filer": grid.document.filer, "label": row.label, "period": period}
            ask = rng.choice(ASKS.of(grid.lang, grid.settings.wording)).format_map(words)
            wrong = rng.choice(others)
            say = _zh if grid.lang == "zh" else _en
            yield TextDraft(
                generator=f"{self.name}@{self.version}",
                document=grid.document,
                lang=grid.lang,
                prompt=f"{excerpt.text()}\n\n{ask}",
                reply=say(grid, row.label, period, text),
                sources=(source_of(grid, figure),),
                criteria=(
                    criterion(
                        "value",
                        "The value with its scale.",
                        "contains_all",
                        {"texts": [text]},
                        gate=True,
                    ),
                    criterion(
                        "only", "No other value.", "contains_none", {"texts": others}, gate=True
                    ),
                ),
                wrong=((say(grid, row.label, period, wrong), "wrong_value"),),
            )


def said(grid: Grid, figure: Figure) -> str:
    """A value as a reply says it: with sign and scale word, or the bare number in brief wording."""
    if grid.settings.wording == "brief":
        return grid.number(figure)
    return amount(figure, grid.lang)


def _en(grid: Grid, label: str, period: str, text: str) -> str:
    if grid.settings.wording == "brief":
        return f"Answer: {text}"
    return f'{grid.document.filer or "The company"} reported "{label}" of {text} for {period}.'


def _zh(grid: Grid, label: str, period: str, text: str) -> str:
    return f"{grid.document.filer}{period}的{label}为{text}。"
