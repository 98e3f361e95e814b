"""Tables on a page of a PDF that draws next to nothing: by how their numbers align.

American filings set numbers flush right in columns. What comes back are rows of raw cells, and the
grid of HTML tables does the rest: symbols joined to their numbers, headers found.
"""

from __future__ import annotations

from qhdata.extract.cells import is_value, is_year, joins_before, joins_next
from qhdata.extract.pdf_page import Line, Piece
from qhdata.extract.placed import Raw

HEAD_LINES = 4
"""Lines above the first row of numbers that may head its columns."""
INSIDE = 3
"""Lines without a number that a table may hold between two rows of numbers."""
LABELS = 7
"""Lines of nothing but labels, set as close as rows, that it may hold there."""
INDENT = 40.0
"""Points by which a label may stand right of all labels that have numbers."""
FLUSH = 3.0
"""Points by which words that begin at one place may differ."""
SHORT = 0.62
"""Share of the page's width that a label reaches at most; a longer line is prose."""
WRAPPED = 0.75
"""The same where no number of the rows around it stands so far left."""
CLOSE = 1.3
"""Gap between two lines of labels at most, in heights, where a table holds many of them."""
_BULLETS = frozenset("•●○▪■")


def aligned_tables(lines: list[Line], width: float) -> list[tuple[int, int, list[list[Raw]]]]:
    """(first line, end, rows) of runs of lines whose numbers stand in columns."""
    for line in lines:
        line.pieces = _symbols_joined(line.pieces)
    rows = [n for n, line in enumerate(lines) if _is_row(line)]
    found: list[tuple[int, int, list[list[Raw]]]] = []
    at = 0
    while at < len(rows):
        run = [rows[at]]
        while at + 1 < len(rows) and _goes_on(lines, rows[at], rows[at + 1], width):
            at += 1
            run.append(rows[at])
        at += 1
        if len(run) < 2:
            continue
        first = _head(lines, run[0], found[-1][1] if found else 0, width)
        body = lines[first : run[-1] + 1]
        made = _columns(body)
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


def _is_row(line: Line) -> bool:
    """A label with a number beside it, or numbers alone; years head columns and are no row."""
    values = [p for p in line.pieces[1:] if is_value(p.text) and not is_year(p.text)]
    alone = len(line.pieces) > 1 and all(is_value(p.text) for p in line.pieces)
    return bool(values) and (len(line.pieces) > 1 or alone)


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


def _first_value(line: Line) -> float:
    """Where the first number of a row begins, with its sign."""
    return min(_begins(p) for p in line.pieces[1:] if is_value(p.text))


def _begins(piece: Piece) -> float:
    return piece.left if piece.sign is None else piece.sign


def _heads_years(line: Line) -> bool:
    """Whether a line has nothing but years, two and more, behind its label."""
    years = sum(is_year(p.text) for p in line.pieces)
    return years >= 2 and years >= len(line.pieces) - 1


def _head(lines: list[Line], first: int, floor: int, width: float) -> int:
    """The first line of the columns' headings, above the first row of numbers."""
    top = first
    for n in range(first - 1, max(floor, first - HEAD_LINES) - 1, -1):
        line = lines[n]
        tall = max(1.0, line.bottom - line.top)
        if lines[n + 1].top - line.bottom > 1.2 * tall:
            break
        alone = len(line.pieces) == 1
        if line.pieces[0].text in _BULLETS:
            break
        if alone and (line.pieces[0].right > SHORT * width and line.pieces[0].left < width / 3):
            break
        if not alone or line.pieces[0].left > width / 3:
            top = n  # a label alone heads nothing, but may stand below a heading
    return top


def _columns(body: list[Line]) -> list[list[Raw]] | None:
    """Rows of raw cells, or None where the numbers make no column."""
    columns = _merged([p for line in body for p in line.pieces[1:] if is_value(p.text)])
    if not columns:
        return None
    columns += _word_columns(body, columns)
    columns.sort()
    columns = _with_signs(body, columns)
    if len(columns) > 40:
        return None
    edges = [left for left, _ in columns]
    labels = _labels_left(body, edges[0])
    rows = []
    for line in body:
        cells: dict[int, Raw] = {}
        for k, piece in enumerate(line.pieces):
            first, last = _covers(piece, columns, edges, label=k == 0 and piece.left < labels)
            if first in cells:
                cells[first].text += f" {piece.text}"
                continue
            cells[first] = Raw(piece.text, [], last - first + 1, 1, False, piece.bold)
        row: list[Raw] = []
        at = 0
        for first in sorted(cells):
            if first > at:
                row.append(Raw("", [], first - at, 1, False, False))
            cells[first].colspan = max(1, min(cells[first].colspan, _room(cells, first)))
            row.append(cells[first])
            at = first + cells[first].colspan
        rows.append(row)
    return rows


def _word_columns(body: list[Line], columns: list[list[float]]) -> list[list[float]]:
    """Where words begin flush left beside numbers, twice and more: columns of their own."""
    lefts = sorted(
        p.left
        for line in body
        if _is_row(line)
        for p in line.pieces[1:]
        if not is_value(p.text)
        and p.left > columns[0][1] - FLUSH
        and not any(left - FLUSH < p.left < right - FLUSH for left, right in columns)
    )
    found: list[list[float]] = []
    count = 0
    for n, left in enumerate(lefts):
        count = count + 1 if n and left - lefts[n - 1] < FLUSH else 1
        if count == 2:
            found.append([left, left + FLUSH])
    return found


def _with_signs(body: list[Line], columns: list[list[float]]) -> list[list[float]]:
    """Columns from their sign of money on, which headings are centred over; a heading that stands
    between the sign and the numbers is no column of its own.
    """
    wide = [list(column) for column in columns]
    for line in body:
        for piece in line.pieces:
            n = _column_of(piece, columns) if piece.sign is not None else None
            if n is not None and piece.sign is not None:
                wide[n][0] = min(wide[n][0], piece.sign)
    out: list[list[float]] = []
    for n, (left, right) in enumerate(wide):
        while out and left < out[-1][0] and not _both(body, out[-1], columns[n]):
            out.pop()
        out.append([max(left, out[-1][1] if out else left), right])
    return out


def _column_of(piece: Piece, columns: list[list[float]]) -> int | None:
    return next((n for n, column in enumerate(columns) if _over(piece, column)), None)


def _over(piece: Piece, column: list[float]) -> bool:
    return piece.left < column[1] and column[0] < piece.right


def _both(body: list[Line], one: list[float], other: list[float]) -> bool:
    """Whether a line has something in both of two columns."""
    return any(
        any(_over(p, one) for p in line.pieces) and any(_over(p, other) for p in line.pieces)
        for line in body
    )


def _labels_left(body: list[Line], first: float) -> float:
    """Right of where labels begin: what begins further right on a line heads a column."""
    lefts = [line.pieces[0].left for line in body if _is_row(line) and line.pieces[0].left < first]
    return max(lefts, default=first) + INDENT


def _merged(pieces: list[Piece]) -> list[list[float]]:
    """Left and right of what pieces that reach over one another cover, from left to right."""
    merged: list[list[float]] = []
    for left, right in sorted((p.left, p.right) for p in pieces):
        if merged and left < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], right)
        else:
            merged.append([left, right])
    return merged


def _covers(
    piece: Piece, columns: list[list[float]], edges: list[float], *, label: bool
) -> tuple[int, int]:
    """First and last column of a piece; labels are column 0, numbers 1 and on."""
    under = [n for n, (a, b) in enumerate(columns) if piece.left < b and a < piece.right]
    value, middle = is_value(piece.text), (piece.left + piece.right) / 2
    if under and (value or not label or middle > edges[0]):
        return (under[-1] + 1, under[-1] + 1) if value else (under[0] + 1, under[-1] + 1)
    if label and piece.left < edges[0]:
        return 0, 0
    near = min(range(len(columns)), key=lambda n: abs((columns[n][0] + columns[n][1]) / 2 - middle))
    return (0, 0) if middle < edges[0] - 40 else (near + 1, near + 1)


def _room(cells: dict[int, Raw], first: int) -> int:
    after = [n for n in cells if n > first]
    return min(after) - first if after else 1 << 10
