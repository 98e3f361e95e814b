"""Does a sentence agree with the filing? A tie-out, with the filed number where it does not.

Example: 'Draft: "Revenue of $46 million for 2024."' -> {"agrees": false, "filed": "47"}. Half of
the claims are true. The false ones are what goes wrong in drafts: the other year's number, two
digits that changed places, another scale. Checked: both keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import ClassVar

from qhdata.factstore.figures import Figure
from qhdata.step import Skip
from qhdata.synth.grid import Grid, Row, source_of
from qhdata.synth.knowledge.statements import amount
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, each_grid


class CheckClaim:
    """Any row, any column; a true and a false claim of each."""

    name: ClassVar[str] = "compliance.check_claim"
    version: ClassVar[int] = 1
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """Two drafts for each row that has something to get wrong."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[TextDraft | Skip]:
        for row in rng.sample(grid.rows, len(grid.rows)):
            column = rng.randrange(len(grid.periods))
            wrong = _wrong(row, column, rng)
            if wrong is None:
                yield Skip("nothing_to_get_wrong")
                continue
            yield self._draft(grid, row, column, row.figures[column], rng)
            yield self._draft(grid, row, column, wrong, rng)

    def _draft(self, grid: Grid, row: Row, column: int, claimed: Figure, rng: Random) -> TextDraft:
        figure, period = row.figures[column], grid.periods[column]
        agrees = claimed.value == figure.value
        said = amount(claimed, grid.lang)
        filed = grid.number(figure)
        if grid.lang == "zh":
            ask = (
                f"新闻稿草稿写道：“{period}{row.label}为{said}。”与上表是否一致？只回复 JSON："
                '{"agrees": true 或 false, "filed": 表中所示的数字}。'
            )
        elif grid.settings.wording == "brief":
            ask = f"{row.label} {period} is {said}? JSON agrees, filed"
        else:
            ask = (
                f'A draft release says: "{row.label} of {said} for {period}." Does it agree with '
                'the filing? Reply with JSON only: {"agrees": true or false, "filed": the number '
                "as the table shows it}."
            )
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=grid.document,
            lang=grid.lang,
            prompt=f"{grid.cut((row,), rng).text()}\n\n{ask}",
            reply=_json(agrees, filed),
            sources=(source_of(grid, figure),),
            criteria=(
                criterion(
                    "keys", "The two keys.", "json_keys", {"keys": ["agrees", "filed"]}, gate=True
                ),
                criterion(
                    "values",
                    f"It {'agrees' if agrees else 'does not agree'}; the filing says {filed}.",
                    "json_values",
                    {"values": {"agrees": agrees, "filed": filed}},
                    gate=True,
                ),
            ),
            wrong=((_json(not agrees, filed), "wrong_verdict"),),
        )


def _wrong(row: Row, column: int, rng: Random) -> Figure | None:
    """The figure as a careless draft has it; None where every way gives the same number."""
    figure = row.figures[column]
    values = [f.value for n, f in enumerate(row.figures) if n != column]
    if row.unit not in ("", "percent") and figure.scale >= 1000:
        values.append(figure.value * 1000)
    digits = figure.value.as_tuple().digits
    for n in range(len(digits) - 1):
        if digits[n] != digits[n + 1] and digits[n + 1]:
            turned = [*digits[:n], digits[n + 1], digits[n], *digits[n + 2 :]]
            values.append(Decimal((figure.value.as_tuple().sign, turned, _exponent(figure.value))))
            break
    values = [value for value in values if value != figure.value]
    if not values:
        return None
    return replace(figure, value=rng.choice(values))


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _json(agrees: bool, filed: str) -> str:
    return json.dumps({"agrees": agrees, "filed": filed}, ensure_ascii=False)
