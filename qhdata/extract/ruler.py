"""Tables of the text era by their column ruler: `<S>` begins the labels, each `<C>` a column.

Numbers lean right, so a piece belongs to the column in which it ends; words lean left and belong
where they begin. Every piece of every line lands in a cell: nothing falls between columns.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from qhdata.extract.blocks import Block
from qhdata.extract.cells import is_value
from qhdata.extract.grid import Grid, Raw, join_symbols, markdown

_RULER = re.compile(r"<S>.*<C>", re.I)
_TAG = re.compile(r"<(S|C)>", re.I)
_CAPTION = re.compile(r"</?CAPTION>", re.I)
_OTHER = re.compile(r"</?(?:FN|F\d+|R)>", re.I)
_PIECE = re.compile(
    r"[$€£]?\s{0,3}\(?[$€£]?\s{0,2}\d[\d,]*(?:\.\d+)?\s?\)?\s?%?(?:\s?\([0-9a-z]\))*(?=\s|$|\()"
    r"|\S+(?: \S+)*"
)
_RULE = re.compile(r"^[\s\-=_]+$")
_DOTS = re.compile(r"\s*(?:\.\s?){3,}\s*$")
_LEADERS = re.compile(r"(?:\. ?){4,}")


def ruled_table(lines: list[str]) -> list[Block] | None:
    """Caption and table of one `<TABLE>`, or None where no ruler stands in it."""
    at = next((n for n, line in enumerate(lines) if _RULER.search(line)), None)
    if at is None:
        return None
    columns = [m.start() for m in _TAG.finditer(lines[at]) if m[1].upper() == "C"]
    if len(columns) > 60:
        return None
    columns = _measured(columns, lines[at + 1 :])
    head = [_CAPTION.sub("", line) for line in lines[:at]]
    rows: list[list[Raw]] = []
    captions: list[str] = []
    for line in head:
        if not line.strip() or _RULE.match(line):
            continue
        cells = _cells(line, columns, heading=True)
        if len(cells) == 1 and not rows and (cells[0].col == 0 or len(line.strip()) > 50):
            captions.append(" ".join(line.split()))
            continue
        if len(cells) == 1 and cells[0].col > 0 and len(columns) > 1 and not rows:
            cells[0].col, cells[0].colspan = 1, len(columns)
        rows.append(cells)
    header_rows = len(rows)
    for line in lines[at + 1 :]:
        if line.strip() and not _RULE.match(line):
            cells = _cells(_OTHER.sub("", line), columns, heading=False)
            if cells:
                rows.append(cells)
    if len(rows) - header_rows < 1:
        return None
    join_symbols(rows)
    grid = Grid(columns=len(columns) + 1, header_rows=header_rows, rows=[], path="table:text")
    for n, row in enumerate(rows):
        placed: list[Raw | None] = [None] * (len(columns) + 1)
        for cell in row:
            cell.row = n
            held = placed[cell.col]
            if held is not None:
                held.text = f"{held.text} {cell.text}"
            else:
                placed[cell.col] = cell
        grid.rows.append(placed)
    block = Block("table")
    block.grid = grid
    markdown(grid, block)
    return [*(Block("text", caption) for caption in captions), block]


def _measured(columns: list[int], body: list[str]) -> list[int]:
    """Column starts moved left to where the pieces that end in a column really begin.

    The ruler marks a column loosely: numbers often begin before their `<C>`.
    """
    if not columns:
        return columns
    ends = [*columns[1:], 1 << 30]
    starts = list(columns)
    for line in body:
        for piece in _PIECE.finditer(line):
            if not is_value(piece[0].strip()):
                continue
            stop = piece.end() - 1
            for n, (low, high) in enumerate(zip(columns, ends, strict=True)):
                if low <= stop < high:
                    begin = piece.start() + len(piece[0]) - len(piece[0].lstrip())
                    before = columns[n - 1] + 1 if n else 1
                    starts[n] = max(before, min(starts[n], begin))
    return starts


def _cells(line: str, columns: list[int], *, heading: bool) -> list[Raw]:
    line = _LEADERS.sub(lambda m: " " * len(m[0]), line)
    first = columns[0]
    found: dict[int, str] = {}
    label_end = first
    if not heading:
        # a label that runs on into the first column keeps its whole word
        while (
            label_end < len(line)
            and line[label_end - 1 : label_end].strip()
            and (line[label_end : label_end + 1].strip() and line[label_end].isalpha())
        ):
            label_end += 1
    label = _DOTS.sub("", line[:label_end])
    if label.strip():
        found[0] = " ".join(label.split())
    for piece in _PIECE.finditer(line, label_end):
        text = " ".join(piece[0].split())
        if not text or (_RULE.match(text) and len(text) > 2):
            continue
        begin = piece.start() + len(piece[0]) - len(piece[0].lstrip())
        value = is_value(text)
        where = piece.end() - 1 if value else begin
        if heading:
            where = (begin + piece.end()) // 2
        col = max(1, bisect_right(columns, where))
        found[col] = f"{found[col]} {text}" if col in found else text
    cells = []
    for col in sorted(found):
        cell = Raw(found[col], [], 1, 1, heading, heading)
        cell.col = col
        cells.append(cell)
    return cells
