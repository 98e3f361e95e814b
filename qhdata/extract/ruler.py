"""Tables of the text era by their column ruler: `<S>` begins the labels, each `<C>` a column.

Numbers lean right, so a piece belongs to the column in which it ends; words lean left and belong
where they begin. Every piece of every line lands in a cell: nothing falls between columns.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from qhdata.extract.blocks import Block
from qhdata.extract.cells import is_value
from qhdata.extract.grid import Grid
from qhdata.extract.markdown import markdown
from qhdata.extract.placed import Raw, join_symbols

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
_OPEN_LABEL = re.compile(
    r"(?:,|;|\b(?:of|and|or|to|in|on|for|by|from|the|a|net|with|at|per|upon))$", re.I
)
_COUNTED = re.compile(r"^(?:\(?[a-z0-9]{1,3}[.)]\s|\d+\.\d)", re.I)
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
    columns = _split(columns, first, lines[at + 1 :])
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
        over = [cell for cell in cells if cell.col > 0]
        if len(over) == 1 < len(columns) and _central(line, over[0].text, first, lines[at + 1 :]):
            over[0].col, over[0].colspan = 1, len(columns)
        rows.append(cells)
    header_rows = len(rows)
    body = [line for line in lines[at + 1 :] if not _RULE.match(line)]
    end = next((n + 1 for n in range(len(body) - 1, -1, -1) if _WIDE.search(body[n].strip())), 0)
    if not any(line.strip() and _is_prose(line, first) for line in body[end:]):
        end = len(body)  # words below the last row of figures are notes only where they run on
    for n, line in enumerate(body[:end]):
        if line.strip() and _is_prose(line, first):
            rows.append([Raw(" ".join(_OTHER.sub("", line).split()), [], 1, 1, False, False)])
        elif line.strip():
            cells = _cells(_OTHER.sub("", line), columns, first, heading=False)
            if cells:
                cells[0].row = len(line) - len(line.lstrip()) if cells[0].col == 0 else 0
                if len(rows) > header_rows and _wraps(
                    rows[-1], cells, first, _next_indent(body, n)
                ):
                    cells[0].text = f"{rows[-1][0].text} {cells[0].text}"
                    cells[0].row = rows.pop()[0].row
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


def _split(columns: list[int], first: int, body: list[str]) -> list[int]:
    """Columns, and those that the ruler left out: where most rows set as many values side by side
    in one column, it is that many.
    """
    rows: dict[int, list[list[tuple[int, int]]]] = {}
    for line in body:
        spans: dict[int, list[tuple[int, int]]] = {}
        for piece in _PIECE.finditer(_LEADERS.sub(lambda m: " " * len(m[0]), line), first):
            if is_value(piece[0].strip()):
                end = piece.start() + len(_NOTES.sub("", piece[0].rstrip())) - 1
                begin = piece.end() - len(piece[0].lstrip())
                spans.setdefault(max(1, bisect_right(columns, end)), []).append((begin, end))
        for column, found in spans.items():
            rows.setdefault(column, []).append(found)
    more: list[int] = []
    for held in rows.values():
        count = max({len(r) for r in held}, key=[len(r) for r in held].count)
        same = [r for r in held if len(r) == count]
        if count < 2 or len(same) < 3 or len(same) * 10 < 6 * len(held):
            continue
        edges = [max(r[k][1] for r in same) + 1 for k in range(count - 1)]
        if all(e <= min(r[k + 1][1] for r in same) for k, e in enumerate(edges)):
            more += edges
    return sorted({*columns, *more})


def _central(line: str, text: str, first: int, body: list[str]) -> bool:
    """Whether a line's lone heading stands in the middle of all columns, not over one of them."""
    ends = (p.end() for b in body for p in _PIECE.finditer(b, first) if is_value(p[0].strip()))
    right = max(ends, default=first)
    middle = len(line.rstrip()) - len(text) / 2
    return abs(middle - (first + right) / 2) <= max(3.0, 0.12 * (right - first))


def _next_indent(body: list[str], n: int) -> int:
    below = next((line for line in body[n + 1 :] if line.strip()), "")
    return len(below) - len(below.lstrip())


def _wraps(above: list[Raw], row: list[Raw], first: int, below: int) -> bool:
    """Whether the label of a row goes on from the one above, which has nothing but a label.

    first: where labels end. below: the indent of the next row; one as deep as this row's says that
    the label above heads a list.
    """
    if len(above) != 1 or above[0].col or above[0].colspan > 1 or row[0].col:
        return False
    text, goes_on = above[0].text, row[0].text
    if text.endswith((":", ".")) or text.isupper() or _COUNTED.match(goes_on):
        return False
    deeper = 0 < row[0].row - above[0].row <= 4 or row[0].row == above[0].row
    joined = goes_on[:1].islower() or goes_on[:1] == "(" or _OPEN_LABEL.search(text) is not None
    filled = row[0].row > above[0].row and len(text) + above[0].row >= 0.75 * first
    filled = filled and (len(row) == 1 or below < row[0].row)
    return deeper and (joined or filled)


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


def _word_end(line: str, first: int) -> int:
    """Where the label of a line ends: a word that runs on into the first column stays whole, a
    number that begins before it is the column's.
    """
    if not (line[first - 1 : first].strip() and line[first : first + 1].strip()):
        return first
    number = all(c in "0123456789,." for c in line[first - 1 : first + 1])
    if not (line[first].isalpha() or number):
        return first
    start = line.rfind(" ", 0, first) + 1
    end = line.find(" ", first)
    end = len(line) if end < 0 else end
    alone = line[start - 2 : start] == "  " and is_value(line[start:end])
    return start if alone else end


def _phrase_start(line: str, first: int) -> int:
    """Where a heading begins that reaches over the end of the labels."""
    if not (line[first - 1 : first].strip() and line[first : first + 1].strip()):
        return first
    gap = line.rfind("  ", 0, first)
    if gap >= 0:
        return gap + 2
    end = line.find("  ", first)  # it begins the line: a long label
    return len(line) if end < 0 else end


def _cells(line: str, columns: list[int], first: int, *, heading: bool) -> list[Raw]:
    line = _LEADERS.sub(lambda m: " " * len(m[0]), line)
    found: dict[int, str] = {}
    label_end = _phrase_start(line, first) if heading else _word_end(line, first)
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
