"""A value as first reported and as a later filing gives it: how far was it restated?

Example: an excerpt of the 10-K and one of the 10-K/A. "By how much was revenue for 2023 restated?"
Program `later - first`; gold 45 - 42 = 3. It goes wrong by the sign, or by taking the change
between years. The same row under the same heading must stand in two filings of one filer, with
different values.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.concepts import plain_label
from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, Slot
from qhdata.synth.material import Material
from qhdata.synth.periods_asked import part_unsaid

ASKS = Asks(
    en=(
        'By how much does the later filing restate "{label}" for {period}? A cut is negative.',
        'What is "{label}" for {period} in the later filing, less what the earlier one reported?',
    ),
    zh=("后一份文件将{period}的“{label}”重述了多少？减少用负数表示。",),
    brief="{label} {period}, later minus first?",
)


class Restated:
    """Rows that two filings of one filer show with different values."""

    name: ClassVar[str] = "change.restated"
    version: ClassVar[int] = 1

    def drafts(self, material: Material, rng: Random) -> Iterator[Draft | Skip]:
        """One draft for each restated figure."""
        shown: dict[tuple[str, ...], list[Slot]] = {}
        for grid in material.grids:
            if grid.document.public_at is None:
                yield Skip("public_at_unknown")
                continue
            for row in grid.rows:
                for column, header in enumerate(grid.headers):
                    if part_unsaid(grid, column):  # 2024 may be its first half here
                        continue
                    key: tuple[str, ...] = (
                        grid.document.filer_id,
                        plain_label(row.label),
                        header.casefold(),
                        row.unit,
                        str(row.scale),
                    )
                    shown.setdefault(key, []).append(Slot(grid, row, column))
        keys = sorted(shown)
        rng.shuffle(keys)
        for key in keys:
            chain = sorted(shown[key], key=_when)
            first, last = chain[0], chain[-1]
            if first.grid.document.filing_id == last.grid.document.filing_id:
                yield Skip("reported_once")
            elif first.value == last.value:
                yield Skip("not_restated")
            elif _when(first)[0] == _when(last)[0] or _contradicted(chain):
                yield Skip("order_unclear")
            else:
                yield Draft(
                    generator=f"{self.name}@{self.version}",
                    excerpts=(
                        first.grid.cut((first.row,), rng),
                        last.grid.cut((last.row,), rng),
                    ),
                    program="later - first",
                    slots={"first": first, "later": last},
                    asks=ASKS,
                    words={"label": first.label, "period": first.period},
                    distractors=("first - later", "first + later"),
                )


def _when(slot: Slot) -> tuple[str, str]:
    return slot.grid.document.public_at or "", slot.figure_id


def _contradicted(chain: list[Slot]) -> bool:
    """Whether one filing gives two values: parent and consolidated, a segment and the whole."""
    values: dict[str, set[str]] = {}
    for slot in chain:
        values.setdefault(slot.grid.document.filing_id, set()).add(str(slot.value))
    return any(len(found) > 1 for found in values.values())
