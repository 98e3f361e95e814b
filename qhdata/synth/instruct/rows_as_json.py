"""Copy rows of an excerpt into JSON: keys are the labels, values the numbers as shown.

Example: {"Revenue": "47", "Inventories": "42"}. Checked key by key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.grid import Grid, source_of
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, each_grid


class RowsAsJson:
    """Two rows of one column."""

    name: ClassVar[str] = "format.rows_as_json"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """A few drafts for each table."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[TextDraft | Skip]:
        rows = rng.sample(grid.rows, len(grid.rows))
        for first, second in zip(rows[::2], rows[1::2], strict=False):
            if (first.unit, first.scale) != (second.unit, second.scale):
                yield Skip("mixed_units")
                continue
            column = rng.randrange(len(grid.periods))
            chosen = (first, second)
            values = {row.label: grid.number(row.figures[column]) for row in chosen}
            excerpt = grid.cut(chosen, rng)
            labels = ", ".join(f'"{label}"' for label in values)
            period = grid.periods[column]
            if grid.lang == "zh":
                ask = (
                    f"以 JSON 给出{period}的 {labels} 的数值，键为项目名，值为表中所示的文字，"
                    "不要写其他内容。"
                )
            elif grid.settings.wording == "brief":
                ask = f"JSON {period}: {labels}"
            else:
                ask = (
                    f"Give {labels} for {period} as one JSON object: keys are these labels, "
                    f"values the numbers "
                    "as the excerpt shows them, as strings. Reply with JSON only."
                )
            swapped = dict(zip(values, reversed(list(values.values())), strict=True))
            wrong = ((_json(swapped), "wrong_value"),) if swapped != values else ()
            yield TextDraft(
                generator=f"{self.name}@{self.version}",
                document=grid.document,
                lang=grid.lang,
                prompt=f"{excerpt.text()}\n\n{ask}",
                reply=_json(values),
                sources=tuple(source_of(grid, row.figures[column]) for row in chosen),
                criteria=(
                    criterion(
                        "keys",
                        "Exactly the asked keys.",
                        "json_keys",
                        {"keys": list(values)},
                        gate=True,
                    ),
                    criterion(
                        "values", "The right numbers.", "json_values", {"values": values}, gate=True
                    ),
                ),
                wrong=wrong,
            )


def _json(values: dict[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False)
