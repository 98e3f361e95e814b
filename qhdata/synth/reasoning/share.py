"""One row as a share of another: common-size analysis of a statement.

Example: "What percentage of revenue was cost of revenue in 2024?" Program `part / whole`; gold 30 /
47 = 63.8 %. It goes wrong upside down, by the other year's whole, or by the rest (1 - share). The
whole is revenue, for what is of a day total assets, above zero, and so is the part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.concepts import concept
from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, Slot, percent
from qhdata.synth.grid import Grid, Row
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

_BALANCE = re.compile(
    r"\b(?:assets|liabilit(?:y|ies)|equity|debt|borrowings|receivables?|payables?|inventor(?:y|ies)"
    r"|deposits|goodwill|stock|capital|deficit|retained|notes|loans|cash and cash equivalents)\b"
    r"|资产|负债|权益|股本|公积|存货|借款|应[收付]|预[收付]|款项|准备|现金及现金等价物余额",
    re.I,
)
_FLOW = re.compile(
    r"\b(?:income|loss|expenses?|proceeds|payments?|expenditures|purchases?|repurchases?|changes?"
    r"|interest on|cash flows?|net cash|sales? of|depreciation|amortization)\b"
    r"|收益|损益|损失|支付|收到|流量|流入|流出|费用|利润",
    re.I,
)


def is_balance(row: Row) -> bool:
    """Whether a row is of a day rather than of a length of time: by its concept, or its words."""
    if row.concept is not None:
        return concept(row.concept).instant
    return _BALANCE.search(row.label) is not None and _FLOW.search(row.label) is None


class Share:
    """Rows of a statement over its revenue or total assets."""

    name: ClassVar[str] = "structure.share"
    version: ClassVar[int] = 2

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each row beside its whole."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Draft | Skip]:
        if not any(key in grid.by_concept for key in _WHOLES):
            yield Skip("no_whole")
            return
        for row in rng.sample(grid.rows, len(grid.rows)):
            column = rng.randrange(len(grid.periods))
            whole = grid.by_concept.get("assets" if is_balance(row) else "revenue")
            if whole is None:
                yield Skip("no_whole")  # equity is no share of revenue, nor is income of assets
                continue
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
