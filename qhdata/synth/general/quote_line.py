"""Quote one line of the excerpt word for word.

Example: 'Quote the line for inventories.' -> "Inventories | 42 | 38". Criteria: the quotation
stands in the excerpt, it holds the asked label and its numbers, and nothing else of the excerpt.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.grid import Grid, source_of
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, each_grid


class QuoteLine:
    """Any row with letters and two or more words."""

    name: ClassVar[str] = "quote.line"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each row."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[TextDraft | Skip]:
        for row in rng.sample(grid.rows, len(grid.rows)):
            if '"' in row.label or "\u201c" in row.label:
                yield Skip("quote_in_label")
                continue
            excerpt = grid.cut((row,), rng)
            text = excerpt.text()
            brief = grid.settings.wording == "brief"
            line = _line_of(text, row.label, grid.number(row.figures[0]))
            others = [other for other in excerpt.rows if _apart(other.label, row.label)]
            if line is None or not others:
                yield Skip("line_not_alone")
                continue
            quoted = line
            shown = grid.number(row.figures[0])
            period = f" {grid.periods[0]}" if grid.settings.context_style == "lines" else ""
            if grid.lang == "zh":
                ask = f"一字不差地引用“{row.label}{period}”所在的一行，放在英文双引号内。"
            elif brief:
                ask = f"Quote the line: {row.label}{period}"
            else:
                ask = (
                    f'Quote, word for word and in double quotes, the line for "{row.label}"'
                    f"{period}. Write nothing else."
                )
            other = rng.choice(others)
            wrong_line = _line_of(text, other.label, grid.number(other.figures[0])) or ""
            spoilt = quoted.replace(shown, "?", 1)
            yield TextDraft(
                generator=f"{self.name}@{self.version}",
                document=grid.document,
                lang=grid.lang,
                prompt=f"{text}\n\n{ask}",
                reply=f'"{quoted}"',
                sources=tuple(source_of(grid, figure) for figure in row.figures),
                criteria=(
                    criterion(
                        "verbatim",
                        "The quotation stands in the excerpt.",
                        "verbatim_quote",
                        {"text": text, "min_words": 2},
                        gate=True,
                    ),
                    criterion(
                        "line",
                        "It is the asked line.",
                        "contains_all",
                        {"texts": [row.label, shown]},
                        gate=True,
                    ),
                    criterion(
                        "alone",
                        "It is one line.",
                        "contains_none",
                        {"texts": [r.label for r in others]},
                    ),
                ),
                wrong=((f'"{wrong_line}"', "wrong_line"), (f'"{spoilt}"', "not_verbatim")),
            )


def _line_of(text: str, label: str, shown: str) -> str | None:
    """The excerpt's line with this label and number, without the table's bars at its ends."""
    for line in text.split("\n"):
        if label in line and shown in line:
            return line.strip("| ")
    return None


def _apart(one: str, other: str) -> bool:
    return one not in other and other not in one
