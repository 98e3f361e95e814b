"""Cells as they are found: placed in rows and columns, with their symbols and marks joined.

`$`, `(`, `)` and `%` in cells of their own belong to the number beside them. They join it before
empty columns go, so that no column is left that holds nothing but signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract.blocks import Mark
from qhdata.extract.cells import is_note, is_value, joins_before, joins_next

MAX_SLOTS = 400_000
"""Grid slots of one table above which spans are ignored: no filing comes near."""
GAP = 2
"""Empty columns, of a bracket that is not there, between a value and its footnote mark."""
_MINUS = re.compile(r"\(\d{1,2}\)")


class Raw:
    """A cell as found: its text, what it spans, where its facts stand."""

    __slots__ = ("bold", "col", "colspan", "marks", "row", "rowspan", "text", "th", "value")

    def __init__(
        self, text: str, marks: list[Mark], colspan: int, rowspan: int, th: bool, bold: bool
    ) -> None:
        self.text = text
        self.marks = marks
        self.colspan = colspan
        self.rowspan = rowspan
        self.th = th
        self.bold = bold
        self.row = 0
        self.col = 0
        self.value = False


def place(rows: Sequence[Sequence[Raw]]) -> list[list[Raw]]:
    """Give every cell its row and column; only cells with text come back, and only rows with cells.

    A cell that would fall on one that spans down from above moves right, as in a browser.
    """
    slots = sum(c.colspan * c.rowspan for row in rows for c in row)
    ignore = slots > MAX_SLOTS
    placed: list[list[Raw]] = []
    busy: dict[int, int] = {}
    n = 0
    for row in rows:
        col = 0
        filled: list[Raw] = []
        taken: dict[int, int] = {}
        for cell in row:
            if ignore:
                cell.colspan = cell.rowspan = 1
            while busy.get(col, 0) > 0:
                col += 1
            cell.col = col
            if cell.rowspan > 1:
                for c in range(col, col + cell.colspan):
                    taken[c] = cell.rowspan
            if cell.text:
                filled.append(cell)
            col += cell.colspan
        if busy or taken:
            for c in list(busy):
                busy[c] -= 1
                if busy[c] <= 0:
                    del busy[c]
            for c, down in taken.items():
                busy[c] = max(busy.get(c, 0), down - 1)
        if filled:
            for cell in filled:
                cell.row = n
            placed.append(filled)
            n += 1
    return placed


def join_symbols(rows: list[list[Raw]]) -> None:
    """Join `$`, `(`, `)`, `%` and footnote marks to the number beside them, in place."""
    for row in rows:
        out: list[Raw] = []
        held: Raw | None = None
        for i, cell in enumerate(row):
            if held is not None:
                cell = merged(held, cell, cell)
                held = None
            nxt = row[i + 1].text if i + 1 < len(row) else ""
            if nxt and joins_next(cell.text, nxt):
                held = cell
                continue
            if out and joins_before(cell.text, out[-1].text):
                out[-1] = merged(out[-1], cell, out[-1])
                continue
            out.append(cell)
        row[:] = out
        for cell in row:
            cell.value = is_value(cell.text)
    _join_notes(rows)


def _join_notes(rows: list[list[Raw]]) -> None:
    """Columns that hold nothing but footnote marks, each right of a value, have no own header.

    A column of `(1)` beside every value is a column of minus ones: marks leave rows out, or differ
    below a gap in the headings.
    """
    marks: dict[int, bool] = {}
    spaced: set[int] = set()
    for row in rows:
        for i, cell in enumerate(row):
            note = is_note(cell.text) and i > 0
            gap = cell.col - row[i - 1].col - row[i - 1].colspan if note else GAP + 1
            if 0 < gap <= GAP and row[i - 1].value:
                spaced.add(cell.col)
            marks[cell.col] = marks.get(cell.col, True) and 0 <= gap <= GAP
    for col in spaced:
        marks[col] = marks[col] and _unheaded(rows, col)
    if not any(marks.values()):
        return
    for col in [col for col, only in marks.items() if only and col not in spaced]:
        texts = [cell.text for row in rows for cell in row if cell.col == col]
        valued = sum(c.value and c.col + c.colspan == col for row in rows for c in row)
        if 1 < len(texts) == valued and all(map(_MINUS.fullmatch, texts)):
            marks[col] = False
    for row in rows:
        out: list[Raw] = []
        for cell in row:
            if out and marks[cell.col] and is_note(cell.text):
                out[-1] = merged(out[-1], cell, out[-1])
            else:
                out.append(cell)
        row[:] = out


def _unheaded(rows: list[list[Raw]], col: int) -> bool:
    """Whether a column of marks has no heading of its own.

    `(1)` and `(2)` may be numbers: they are marks where several stand under a heading of many
    columns and what they stand beside has one of its own.
    """
    held = {cell.text for row in rows for cell in row if cell.col == col}
    over = [c for row in rows for c in row if c.col < col < c.col + c.colspan]
    if any(c.colspan <= 2 * GAP for c in over):
        return False
    if not all(map(_MINUS.fullmatch, held)):
        return True
    beside = [
        c
        for row in rows
        for c in row
        if col - GAP - 1 <= c.col + c.colspan - 1 < col and not c.value and c.colspan <= 2 * GAP
    ]
    return len(held) > 1 and bool(over) and bool(beside)


def merged(left: Raw, right: Raw, base: Raw) -> Raw:
    """Two cells as one; it covers both and keeps the last column of `base`."""
    gap = " " if base is left and right.text[:1] in "(（*†" and not left.text.endswith("(") else ""
    n = len(left.text) + len(gap)
    whole = Raw(
        left.text + gap + right.text,
        left.marks + [(offset + n, code) for offset, code in right.marks],
        base.col + base.colspan - left.col,
        max(left.rowspan, right.rowspan),
        base.th,
        base.bold,
    )
    whole.row, whole.col = base.row, left.col
    whole.value = base.value
    return whole
