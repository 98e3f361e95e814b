"""How whole the tables of a document are, measured on their Markdown rows and on nothing else.

Torn tables show as ragged rows and empty cells; a financial statement is mostly numbers, so the
share of numeric cells says whether the tables are data at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from qhdata.taggers.measured import Measured
from qhdata.taggers.prose import cells, tables

LABELS = ("tables", "rows", "empty_cells", "ragged_rows", "numeric_cells")
NUMBER = re.compile(r"[(\-−]?\s?[$€£¥]?\s?[(\-−]?\d[\d,. ]*\s?%?\)?")


@dataclass(frozen=True, kw_only=True)
class TableHealth(Measured):
    """Labels `tables`, `rows` (counts), `empty_cells`, `ragged_rows`, `numeric_cells` (shares)."""

    name: ClassVar[str] = "table_health"
    version: ClassVar[int] = 1
    labels: ClassVar[tuple[str, ...]] = LABELS

    def measure(self, text: str) -> tuple[float, ...]:
        """Scores in the order of LABELS; shares are 0 where there is no table."""
        n_tables = n_rows = n_cells = empty = ragged = numeric = 0
        for rows in tables(text):
            n_tables += 1
            width = len(cells(rows[0]))
            for row in rows:
                found = cells(row)
                n_rows += 1
                n_cells += len(found)
                empty += found.count("")
                ragged += len(found) != width
                numeric += sum(NUMBER.fullmatch(cell) is not None for cell in found)
        filled = n_cells - empty
        return (
            float(n_tables),
            float(n_rows),
            empty / n_cells if n_cells else 0.0,
            ragged / n_rows if n_rows else 0.0,
            numeric / filled if filled else 0.0,
        )
