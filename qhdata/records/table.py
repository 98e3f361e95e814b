"""Table and Cell: as printed in the filing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qhdata.records.base import DecimalText


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One filled cell of the logical grid, symbols joined to their number."""

    row: int
    col: int
    rowspan: int
    colspan: int
    text: str
    value: DecimalText | None
    """The number that the text shows, unscaled and signed; None for words."""
    header: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a document: where its Markdown stands in the text, and its cells."""

    table_id: str
    doc_id: str
    section_key: str | None
    ordinal: int
    start: int
    end: int
    kind: Literal["statement", "data", "layout"]
    title: str
    unit: str | None
    scale: DecimalText | None
    """What shown numbers are multiplied by: 1000 for "in thousands"."""
    scope: Literal["consolidated", "parent", "both"] | None = None
    """Of Chinese reports: whose figures, the group's (合并), the company's own (母公司), or both,
    side by side under headings that say so; None where nothing says it.
    """
    header_rows: int
    totals: int
    """Rows that say they are a total and have rows above them to add up."""
    totals_right: int
    """Totals that some run of rows above adds up to: the table was read right."""
    cells: tuple[Cell, ...]
    source_ref: str
    """The way back to the original: an element path, or page and box."""
