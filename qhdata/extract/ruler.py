"""Tables of the text era by their column ruler: `<S>` begins the labels, each `<C>` a column.

Numbers lean right, so a piece belongs to the column in which it ends; words lean left and belong
where they begin. Every piece of every line lands in a cell: nothing falls between columns.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from qhdata.extract.blocks import Block
from qhdata.extract.cells import is_value
from qhdata.extract.grid import Grid, Raw, join_symbols
from qhdata.extract.markdown import markdown

_RULER = re.compile(r"<S>.*<C>", re.I)
_TAG = re.compile(r"<(S|C)>", re.I)
_CAPTION = re.compile(r"</?CAPTION>", re.I)
_OTHER = re.compile(r"</?(?:FN|F\d+|R)>", re.I)
_PIECE = re.compile(
    r"[$€£]?\s{0,3}\(?[$€£]?\s{0,2}(?:\d[\d,]*(?:\.\d+)?|\.\d+)\s?\)?\s?%?"
    r"(?:\s?\([0-9a-z]\))*(?=\s|$|\(|(?<=\))[\d$.])"
    r"|[$€£]\s{1,4}[-–—]+(?=\s|$)|\S+(?: \S+)*"
)
_WIDE = re.compile(r"\S(?:\s{3,}|\s*\.{3,}\s*)\S")
_NOTES = re.compile(r"(?:\s?\([0-9a-z]\))+$")
_RULE = re.compile(r"^[\s\-=_]+$")
_DOTS = re.compile(r"\s*(?:\.\s?){3,}\s*$")
_LEADERS = re.compile(r"(?:\. ?){4,}")


def ruled_table(lines: list[str]) -> tuple[list[Block], list[str]] | None:
    """Caption and table of one `<TABLE>` and the notes below it, or None where it has no ruler."""
    at = next((n for n, line in enumerate(lines) if _RULER.search(line)), None)
    if at is None:
        return None
    columns = [m.start() for m in _TAG.finditer(lines[at]) if m[1].upper() == "C"]
    if len(columns) > 60:
        return None
    first = _label_end(columns, lines[at + 1 :])
    head = [_CAPTION.sub("", line) for line in lines[:at]]
    rows: list[list[Raw]] = []
    captions: list[str] = []
    for line in head:
        if not line.strip() or _RULE.match(line):
            continue
        cells = _cells(line, columns, first, heading=True)
        if len(cells) == 1 and not rows and (cells[0].col == 0 or len(line.strip()) > 50):
            captions.append(" ".join(line.split()))
            continue
        if len(cells) == 1 and cells[0].col > 0 and len(columns) > 1 and not rows:
            cells[0].col, cells[0].colspan = 1, len(columns)
        rows.append(cells)
    header_rows = len(rows)
    body = [line for line in lines[at + 1 :] if not _RULE.match(line)]
    end = next((n + 1 for n in range(len(body) - 1, -1, -1) if _WIDE.search(body[n].strip())), 0)
    if not any(line.strip() and _is_prose(line, first) for line in body[end:]):
        end = len(body)  # words below the last row of figures are notes only where they run on
    for line in body[:end]:
        if line.strip() and _is_prose(line, first):
            rows.append([Raw(" ".join(_OTHER.sub("", line).split()), [], 1, 1, False, False)])
        elif line.strip():
            cells = _cells(_OTHER.sub("", line), columns, first, heading=False)
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
    return [*(Block("text", caption) for caption in captions), block], body[end:]


def _is_prose(line: str, first: int) -> bool:
    """A line that runs over the columns without a gap: a note, or a label that is too long."""
    text = line.strip()
    return not text or (
        len(line.rstrip()) > first + 6 and not _WIDE.search(text) and len(text) > 30
    )


def _label_end(columns: list[int], body: list[str]) -> int:
    """Where labels end: before the leftmost value of the first column; the ruler is loose."""
    first = columns[0]
    stop = columns[1] if len(columns) > 1 else 1 << 30
    for line in body:
        for piece in _PIECE.finditer(line):
            begin = piece.start() + len(piece[0]) - len(piece[0].lstrip())
            if first <= piece.end() - 1 < stop and is_value(piece[0].strip()):
                first = max(1, min(first, begin))
                break
    return first


def _cells(line: str, columns: list[int], first: int, *, heading: bool) -> list[Raw]:
    line = _LEADERS.sub(lambda m: " " * len(m[0]), line)
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
        where = begin + 2
        if value or heading:
            where = piece.start() + len(_NOTES.sub("", piece[0].rstrip())) - 1
        col = max(1, bisect_right(columns, where))
        found[col] = f"{found[col]} {text}" if col in found else text
    cells = []
    for col in sorted(found):
        cell = Raw(found[col], [], 1, 1, heading, heading)
        cell.col = col
        cells.append(cell)
    return cells
