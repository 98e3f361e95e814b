"""Tables on a page of a PDF that draws next to nothing: by how their numbers align.

American filings set numbers flush right in columns. What comes back are rows of raw cells, and the
grid of HTML tables does the rest: symbols joined to their numbers, headers found.
"""

from __future__ import annotations

from qhdata.extract.cells import is_value, is_year, joins_before, joins_next
from qhdata.extract.pdf_cells import FLUSH, Across, cells_of, is_row
from qhdata.extract.pdf_page import Line, Piece
from qhdata.extract.placed import Raw

HEAD_LINES = 6
"""Lines above the first row of numbers that may head its columns."""
INSIDE = 3
"""Lines without a number that a table may hold between two rows of numbers."""
LABELS = 7
"""Lines of nothing but labels, set as close as rows, that it may hold there."""
SHORT = 0.62
"""Share of the page's width that a label reaches at most; a longer line is prose."""
WRAPPED = 0.75
"""The same where no number of the rows around it stands so far left."""
CLOSE = 1.3
"""Gap between two lines of labels at most, in heights, where a table holds many of them."""
_BULLETS = frozenset("•●○▪■")


def aligned_tables(
    lines: list[Line], width: float, across: Across = ()
) -> list[tuple[int, int, list[list[Raw]]]]:
    """(first line, end, rows) of runs of lines whose numbers stand in columns."""
    for line in lines:
        line.pieces = _symbols_joined(line.pieces)
    rows = [n for n, line in enumerate(lines) if is_row(line)]
    found: list[tuple[int, int, list[list[Raw]]]] = []
    at = 0
    while at < len(rows):
        run = [rows[at]]
        while at + 1 < len(rows) and _goes_on(lines, rows[at], rows[at + 1], width):
            if _heads_again(lines, run[0], lines[rows[at] + 1 : rows[at + 1]]):
                break
            at += 1
            run.append(rows[at])
        at += 1
        if len(run) < 2:
            continue
        first = _head(lines, run[0], found[-1][1] if found else 0, width)
        body = lines[first : run[-1] + 1]
        heads = [n for n in range(first, run[0]) if _heads_columns(lines[n], width)]
        made = cells_of(body, heads[-1] + 1 - first if heads else 0, across)
        if made is not None:
            found.append((first, run[-1] + 1, made))
    return found


def _symbols_joined(pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for piece in pieces:
        before = out[-1] if out else None
        if before is not None and joins_next(before.text, piece.text):
            out[-1] = _pair(before, piece, left=piece.left)
            out[-1].sign = before.left
        elif before is not None and joins_before(piece.text, before.text):
            sign = before.sign
            out[-1] = _pair(before, piece, left=before.left)
            out[-1].sign = sign
        else:
            out.append(piece)
    return out


def _pair(a: Piece, b: Piece, left: float) -> Piece:
    return Piece(a.text + b.text, left, b.right, min(a.top, b.top), max(a.bottom, b.bottom), a.bold)


def _goes_on(lines: list[Line], a: int, b: int, width: float) -> bool:
    """Whether two rows of numbers belong to one table: little stands between, and no prose."""
    tall = max(1.0, lines[a].bottom - lines[a].top)
    widest = max(lines[n].top - lines[n - 1].bottom for n in range(a + 1, b + 1))
    if widest > 4.0 * tall:
        return False
    between = lines[a + 1 : b]
    free = min(_first_value(lines[a]), _first_value(lines[b])) - FLUSH
    labels = all(len(line.pieces) == 1 and line.pieces[0].right < free for line in between)
    if len(between) > (LABELS if labels and widest <= CLOSE * tall else INSIDE):
        return False
    if any(_heads_years(line) for line in between):
        return False  # the next table begins below its own years
    reach = max(SHORT * width, min(free, WRAPPED * width))  # a label may run up to the numbers
    return all(len(line.pieces) > 1 or line.pieces[0].right < reach for line in between)


def _heads_again(lines: list[Line], first: int, between: list[Line]) -> bool:
    """Whether lines below a row say again what heads the columns above the first row."""
    said = [_behind(line) for line in lines[max(0, first - HEAD_LINES) : first]]
    return any(len(line.pieces) > 2 and _behind(line) in said for line in between)


def _behind(line: Line) -> list[str]:
    return [p.text for p in line.pieces[1:]]


def _first_value(line: Line) -> float:
    """Where the first number of a row begins, with its sign."""
    return min(_begins(p) for p in line.pieces[1:] if is_value(p.text))


def _begins(piece: Piece) -> float:
    return piece.left if piece.sign is None else piece.sign


def _heads_years(line: Line) -> bool:
    """Whether most of a line without other numbers are years, two and more, behind its label."""
    years = sum(is_year(p.text) for p in line.pieces)
    return years >= 2 and 2 * years >= len(line.pieces) - 1


def _is_bare(line: Line) -> bool:
    """Whether a line has several short pieces and no sentence: what heads columns."""
    return len(line.pieces) > 2 and not any(p.text.endswith((".", ":", ";")) for p in line.pieces)


def _head(lines: list[Line], first: int, floor: int, width: float) -> int:
    """The first line of the columns' headings, above the first row of numbers."""
    top = first
    for n in range(first - 1, max(floor, first - HEAD_LINES) - 1, -1):
        line = lines[n]
        tall = max(1.0, line.bottom - line.top)
        apart = 2.5 if _heads_years(line) else 1.6 if _is_bare(line) else 1.2
        if lines[n + 1].top - line.bottom > apart * tall:
            break
        alone = len(line.pieces) == 1
        if is_row(line):
            return first  # what stands below it goes on with it
        if line.pieces[0].text in _BULLETS:
            break
        if alone and (line.pieces[0].right > SHORT * width and line.pieces[0].left < width / 3):
            break
        if _heads_columns(line, width):
            top = n  # a label alone heads nothing, but may stand below a heading
    return top


def _heads_columns(line: Line, width: float) -> bool:
    """Whether a line above the first row of numbers says something of a column."""
    return len(line.pieces) > 1 or line.pieces[0].left > width / 3
