"""Say in a few words how a row moved, with both values.

Example: "Revenue rose from 42 to 47." Criteria: at most so many words, both numbers, the right
direction and not the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.grid import Grid, source_of
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, each_grid

_UP, _DOWN = ["rose", "increased", "grew", "up"], ["fell", "decreased", "declined", "down"]
_UP_ZH, _DOWN_ZH = ["上升", "增加", "增长"], ["下降", "减少", "降低"]


class ShortChange:
    """Rows with two years that differ."""

    name: ClassVar[str] = "concise.change"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each row."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[TextDraft | Skip]:
        if len(grid.periods) < 2:
            yield Skip("no_prior_period")
            return
        for row in rng.sample(grid.rows, len(grid.rows)):
            new, old = row.figures
            if new.value == old.value:
                yield Skip("equal_values")
                continue
            now, then = grid.number(new), grid.number(old)
            if not now[:1].isdigit() or not then[:1].isdigit():
                yield Skip("value_not_plain")
                continue
            if set(_words(row.label)) & {*_UP, *_DOWN, "increase", "decrease"}:
                yield Skip("direction_in_label")
                continue
            zh, brief = grid.lang == "zh", grid.settings.wording == "brief"
            up = new.value > old.value
            good, bad = (_UP_ZH, _DOWN_ZH) if zh else (_UP, _DOWN)
            if not up:
                good, bad = bad, good
            label = row.label
            words = len(_words(label)) + 8
            if zh:
                words = 60
                ask = (
                    f"用不超过{words}个字说明“{label}”从{grid.periods[1]}到{grid.periods[0]}的变化，"
                    "并给出两个数值。"
                )
                reply = f"{label}由{then}{good[0]}到{now}。"
                wrong = f"{label}由{then}{bad[0]}到{now}。"
            else:
                reply = f"{label} {good[0]} from {then} to {now}."
                wrong = f"{label} {bad[0]} from {then} to {now}."
                ask = (
                    f"{label} change?"
                    if brief
                    else f'In at most {words} words, say whether "{label}" rose or fell from '
                    f"{grid.periods[1]} to "
                    f"{grid.periods[0]}, and give both values as the excerpt shows them."
                )
            excerpt = grid.cut((row,), rng)
            yield TextDraft(
                generator=f"{self.name}@{self.version}",
                document=grid.document,
                lang=grid.lang,
                prompt=f"{excerpt.text()}\n\n{ask}",
                reply=reply,
                sources=(source_of(grid, new), source_of(grid, old)),
                criteria=(
                    criterion(
                        "direction",
                        "The right direction.",
                        "contains_any",
                        {"texts": good},
                        gate=True,
                    ),
                    criterion(
                        "not_both",
                        "Not the other direction.",
                        "contains_none",
                        {"texts": bad},
                        gate=True,
                    ),
                    criterion(
                        "values",
                        "Both values.",
                        "contains_all",
                        {"texts": [now, then]},
                        weight=2.0,
                    ),
                    criterion(
                        "length",
                        f"At most {words} words.",
                        "max_words",
                        {"words": words},
                        gate=True,
                    ),
                ),
                wrong=((wrong, "wrong_direction"),),
            )


def _words(text: str) -> list[str]:
    return text.lower().replace("-", " ").split()
