"""Tables of the text era by their column ruler: `<S>` begins the labels, each `<C>` a column.

Numbers lean right, so a piece belongs to the column in which it ends; words lean left and belong
where they begin. Every piece of every line lands in a cell: nothing falls between columns.
"""

from __future__ import annotations

import re

from qhdata.extract.barred import barred_rows, is_barred
from qhdata.extract.blocks import Block
from qhdata.extract.cells import is_value, is_year
from qhdata.extract.grid import Grid
from qhdata.extract.markdown import markdown
from qhdata.extract.placed import Raw, join_symbols
from qhdata.extract.ruler_columns import (
    LEADERS,
    PIECE,
    RULE,
    WIDE,
    all_columns,
    blank,
    is_prose,
    place,
    stand,
)  # fmt: skip
from qhdata.extract.ruler_heads import Heads

_RULER = re.compile(r"<S>.*<C>", re.I)
_TAG = re.compile(r"<(S|C)>", re.I)
_CAPTION = re.compile(r"</?CAPTION>", re.I)
_OTHER = re.compile(r"</?(?:FN|F\d+|R)>", re.I)
_PHRASE = re.compile(r"\S+(?: \S+)*")
_DOTS = re.compile(r"\s*(?:\.\s?){3,}\s*$")
_OPEN_LABEL = re.compile(
    r"(?:,|;|\b(?:of|and|or|to|in|on|for|by|from|the|a|net|with|at|per|upon))$", re.I
)
_COUNTED = re.compile(r"^(?:\(?[a-z0-9]{1,3}[.)]\s|\d+\.\d)", re.I)


def ruled_table(lines: list[str]) -> tuple[list[Block], list[str]] | None:
    """Captions and tables of one `<TABLE>` and the notes below them, or None where it has no ruler.

    A second caption with a ruler below it begins a table of its own.
    """
    rulers = [n for n, line in enumerate(lines) if _RULER.search(line)]
    if not rulers:
        return None
    at = rulers[0]
    after = (n for n in range(at + 1, rulers[-1]) if _CAPTION.search(lines[n]))
    cut = next(after, None)
    if cut is not None:
        first, second = ruled_table(lines[:cut]), ruled_table(lines[cut:])
        if first is not None and second is not None:
            return first[0] + _notes(first[1]) + second[0], second[1]
    if is_barred(lines):
        return _drawn(lines, at)
    return _ruled(lines, at)


def _notes(lines: list[str]) -> list[Block]:
    """What stands below a table and above the next caption, a paragraph where blanks end it."""
    said = [line.strip() if not RULE.match(line) else "" for line in lines]
    groups = "\n".join(said).split("\n\n")
    return [Block("text", " ".join(group.split())) for group in groups if group.strip()]


def _drawn(lines: list[str], at: int) -> tuple[list[Block], list[str]] | None:
    """A table whose cells are drawn with bars."""
    head = [_CAPTION.sub(blank, line) for line in lines[:at]]
    rows, heads, captions = barred_rows(head, lines[at + 1 :])
    if not rows:
        return None
    width = max(cell.col + cell.colspan for row in rows for cell in row)
    grid = Grid(columns=width, header_rows=heads, rows=_placed(rows, width), path="table:text")
    block = Block("table")
    block.grid = grid
    markdown(grid, block)
    return [*(Block("text", caption) for caption in captions), block], []


def _ruled(lines: list[str], at: int) -> tuple[list[Block], list[str]] | None:
    """A table whose ruler is line `at`."""
    columns = [m.start() for m in _TAG.finditer(lines[at]) if m[1].upper() == "C"]
    if len(columns) > 60:
        return None
    columns, first = all_columns(columns, lines[at + 1 :])
    body = [line for line in lines[at + 1 :] if not RULE.match(line)]
    captions, head = _captions([_CAPTION.sub(blank, line) for line in lines[:at]], first)
    if len(columns) > 1 and any(line[first:].strip() and not RULE.match(line) for line in head):
        more = _more_heads(lines[at + 1 :], first)
        head += lines[at + 1 : at + 1 + more]
        body = [line for line in lines[at + 1 + more :] if not RULE.match(line)]
    rows = Heads(head, stand(columns, first, body), first).rows()
    header_rows = len(rows)
    end = next((n + 1 for n in range(len(body) - 1, -1, -1) if WIDE.search(body[n].strip())), 0)
    if not any(line.strip() and is_prose(line, first) for line in body[end:]):
        end = len(body)  # words below the last row of figures are notes only where they run on
    for n, line in enumerate(body[:end]):
        if line.strip() and is_prose(line, first):
            rows.append([Raw(" ".join(_OTHER.sub("", line).split()), [], 1, 1, False, False)])
        elif line.strip():
            cells = _cells(_OTHER.sub("", line), columns, first)
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
    width = len(columns) + 1
    placed = _placed(rows, width)
    grid = Grid(columns=width, header_rows=header_rows, rows=placed, path="table:text")
    block = Block("table")
    block.grid = grid
    markdown(grid, block)
    return [*(Block("text", caption) for caption in captions), block], body[end:]


def _placed(rows: list[list[Raw]], width: int) -> list[list[Raw | None]]:
    """Rows of cells by their columns; what falls on one that is taken joins it."""
    out: list[list[Raw | None]] = []
    for n, row in enumerate(rows):
        placed: list[Raw | None] = [None] * width
        for cell in row:
            cell.row = n
            held = placed[cell.col]
            if held is not None:
                held.text = f"{held.text} {cell.text}"
            else:
                placed[cell.col] = cell
        out.append(placed)
    return out


def _captions(lines: list[str], first: int) -> tuple[list[str], list[str]]:
    """(captions, the lines below them): leading lines of one phrase, over the labels or long, or
    of the unit alone.
    """
    captions: list[str] = []
    for n, line in enumerate(lines):
        text = line.strip()
        if not text or RULE.match(line):
            continue
        phrases = [p.span() for p in _PHRASE.finditer(line)]
        label = phrases[-1][1] <= first or (len(phrases) == 1 and phrases[0][0] < 2)
        unit = phrases[0][0] < first - 2 and text[0] + text[-1] == "()"
        if not label and not (len(phrases) == 1 and (unit or len(text) > 50)):
            return captions, lines[n:]
        captions.append(" ".join(text.split()))
    return captions, []


def _more_heads(body: list[str], first: int) -> int:
    """Lines below the ruler that still head the columns: no label and no figure."""
    count = 0
    for n, line in enumerate(body):
        if not line.strip() or RULE.match(line):
            continue
        words = [p[0].strip() for p in PIECE.finditer(line)]
        if line[:first].strip() or any(is_value(w) and not is_year(w) for w in words):
            return count
        count = n + 1
    return 0


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


def _cells(line: str, columns: list[int], first: int) -> list[Raw]:
    line = LEADERS.sub(blank, line)
    found: dict[int, str] = {}
    label_end = _word_end(line, first)
    label = _DOTS.sub("", line[:label_end]).rstrip()
    sign = label[-1:] if label[-1:] in "$€£" else ""
    label = _DOTS.sub("", label[: len(label) - len(sign)])
    if label.strip():
        found[0] = " ".join(label.split())
    for piece in PIECE.finditer(line, label_end):
        text = " ".join(piece[0].split())
        if not text or (RULE.match(text) and len(text) > 2):
            continue
        if sign:
            text, sign = f"{sign} {text}", ""
        col = place(piece, columns)
        found[col] = f"{found[col]} {text}" if col in found else text
    cells = []
    for col in sorted(found):
        cell = Raw(found[col], [], 1, 1, False, False)
        cell.col = col
        cells.append(cell)
    return cells
