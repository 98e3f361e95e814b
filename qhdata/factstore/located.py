"""Where the cells of a table stand in its text, and what its columns are headed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qhdata.records import Cell, Table

_LONGEST_HEADER = 120
_LOOK_AHEAD = 60
"""Lines of a table's text that are searched for one row."""


def rows_of(cells: Sequence[Cell]) -> dict[int, list[Cell]]:
    """Row -> its cells that say something, from left to right."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        if cell.text.strip():
            rows.setdefault(cell.row, []).append(cell)
    return {row: sorted(found, key=lambda cell: cell.col) for row, found in sorted(rows.items())}


def headings_of(table: Table) -> dict[int, str]:
    """Column -> heading, from all header rows that cover it, top first."""
    parts: dict[int, list[str]] = {}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.col)):
        if (cell.row < table.header_rows or (cell.header and cell.row == 0)) and cell.text.strip():
            for col in range(cell.col, cell.col + max(1, min(cell.colspan, 64))):
                known = parts.setdefault(col, [])
                if cell.text not in known:
                    known.append(cell.text)
    joined = {col: " ".join(" ".join(texts).split()) for col, texts in parts.items()}
    return {col: text for col, text in joined.items() if 0 < len(text) <= _LONGEST_HEADER}


def places_of(
    rows: Mapping[int, Sequence[Cell]], text: str, start: int, end: int
) -> dict[int, dict[int, tuple[int, int]]]:
    """Row -> column -> characters, found by walking the table's lines and its rows side by side.

    A row's cells must stand in one line, in order, each bounded by blanks or bars; so it does not
    matter whether the table is printed as Markdown or in columns of blanks.
    """
    lines: list[tuple[int, str]] = []
    at = start
    for line in text[start:end].split("\n"):
        lines.append((at, line))
        at += len(line) + 1
    found: dict[int, dict[int, tuple[int, int]]] = {}
    index = 0
    for row, cells in rows.items():
        for ahead in range(index, min(len(lines), index + _LOOK_AHEAD)):
            offset, line = lines[ahead]
            spans = _in_line(cells, line)
            if spans is not None:
                found[row] = {
                    col: (offset + first, offset + last) for col, (first, last) in spans.items()
                }
                index = ahead + 1
                break
    return found


def _in_line(cells: Sequence[Cell], line: str) -> dict[int, tuple[int, int]] | None:
    spans: dict[int, tuple[int, int]] = {}
    at = 0
    for cell in cells:
        first = line.find(cell.text, at)
        while first >= 0 and not _bounded(line, first, first + len(cell.text)):
            first = line.find(cell.text, first + 1)
        if first < 0:
            return None
        at = first + len(cell.text)
        spans[cell.col] = (first, at)
    return spans


def _bounded(line: str, first: int, last: int) -> bool:
    before = line[first - 1] if first else " "
    after = line[last] if last < len(line) else " "
    return before in " |\t" and after in " |\t"
