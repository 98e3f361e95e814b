"""Say an amount in another scale: thousands in millions, 万元 in 亿元.

Example: "Give revenue of 2024 in billions of USD, to two decimals." -> 0.05. Checked by the judge,
in the scale that is asked; the number as the table shows it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import ClassVar

from qhdata.quantities.render import render_number, round_places
from qhdata.quantities.units import CONTEXT
from qhdata.step import Skip
from qhdata.synth.answers import final
from qhdata.synth.grid import Grid, Row, source_of, unit_words
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, each_grid

SCALES = {"en": (3, 6, 9), "zh": (3, 4, 6, 8)}
"""Powers of ten that have a word in the language."""
PLACES = 2


class ConvertUnit:
    """Amounts of money, any column."""

    name: ClassVar[str] = "number.convert"
    version: ClassVar[int] = 1
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each row."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[TextDraft | Skip]:
        for row in rng.sample(grid.rows, len(grid.rows)):
            if row.unit not in ("USD", "CNY", "EUR", "GBP", "HKD", "JPY"):
                yield Skip("not_an_amount")
                continue
            column = rng.randrange(len(grid.periods))
            value = row.figures[column].value
            fit = [
                power
                for power in SCALES[grid.lang]
                if power != row.scale.adjusted() and Decimal(1) <= abs(value.scaleb(-power)) < 10**6
            ]
            if not fit:
                yield Skip("no_scale_fits")
                continue
            yield self._draft(grid, row, column, rng.choice(fit), rng)

    def _draft(self, grid: Grid, row: Row, column: int, power: int, rng: Random) -> TextDraft:
        figure, period = row.figures[column], grid.periods[column]
        scale = Decimal(1).scaleb(power)
        words = unit_words(row.unit, scale, grid.lang)
        if grid.lang == "zh":
            words = words.removeprefix("单位：")
            ask = (
                f"将“{row.label}”{period}的数值换算为{words}，保留{PLACES}位小数，"
                "写在 \\boxed{} 中。"
            )
        elif grid.settings.wording == "brief":
            ask = f"{row.label} {period} {words}, {PLACES} decimals?"
        else:
            ask = (
                f'Give "{row.label}" for {period} {words}, to {PLACES} decimal places, in '
                "\\boxed{}."
            )
        shown = round_places(CONTEXT.divide(figure.value, scale), PLACES)
        brief = grid.settings.wording == "brief"
        arguments: dict[str, object] = {
            "value": format(figure.value, "f"),
            "unit": row.unit,
            "scale": format(scale, "f"),
            "decimals": PLACES,
        }
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=grid.document,
            lang=grid.lang,
            prompt=f"{grid.cut((row,), rng).text()}\n\n{ask}",
            reply=final(render_number(shown, PLACES, separators=not brief), grid.settings),
            sources=(source_of(grid, figure),),
            criteria=(
                criterion(
                    "number", "The amount, converted.", "number_matches", arguments, gate=True
                ),
            ),
            wrong=((final(grid.number(figure), grid.settings), "scale_error"),),
        )
