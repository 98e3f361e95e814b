"""Name the largest rows of an excerpt as bullets: a count, the right labels, none of the others.

Example: "- Goodwill\\n- Inventories". Shown totals would always win, so rows that are totals are
left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.grid import Excerpt, Grid, source_of
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, each_grid
from qhdata.synth.reasoning.total import couples


class LargestBullets:
    """The two largest of at least three rows."""

    name: ClassVar[str] = "format.largest_bullets"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """A few drafts for each table."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[TextDraft | Skip]:
        for first, second, column in couples(grid, rng):
            excerpt = grid.cut((first, second), rng, least=3)
            rows = sorted(excerpt.rows, key=lambda row: row.figures[column].value, reverse=True)
            values = [row.figures[column].value for row in rows]
            labels = [row.label for row in rows]
            if len(rows) < 3 or values[1] == values[2]:
                yield Skip("no_clear_two_largest")
                continue
            if any(a != b and a.lower() in b.lower() for a in labels for b in labels):
                yield Skip("label_within_label")
                continue
            yield self._draft(grid, excerpt, labels, column)

    def _draft(self, grid: Grid, excerpt: Excerpt, labels: list[str], column: int) -> TextDraft:
        period = grid.periods[column]
        if grid.lang == "zh":
            ask = f"列出节选中{period}数值最大的两行的名称，每行以“- ”开头，不要写其他内容。"
        elif grid.settings.wording == "brief":
            ask = f"Two largest {period}? Two bullets."
        else:
            ask = (
                f"Name the two rows of the excerpt with the largest values for {period}, as two "
                f"bullets that begin with "
                '"- ". Write nothing else.'
            )
        right = "\n".join(f"- {label}" for label in labels[:2])
        wrong = f"- {labels[0]}\n- {labels[-1]}"
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=grid.document,
            lang=grid.lang,
            prompt=f"{excerpt.text()}\n\n{ask}",
            reply=right,
            sources=tuple(source_of(grid, row.figures[column]) for row in excerpt.rows),
            criteria=(
                criterion("bullets", "Two bullets.", "bullet_count", {"count": 2}, gate=True),
                criterion(
                    "largest", "The two largest.", "contains_all", {"texts": labels[:2]}, gate=True
                ),
                criterion("no_other", "No other row.", "contains_none", {"texts": labels[2:]}),
            ),
            wrong=((wrong, "wrong_rows"),),
        )
