"""Tables on a page of a PDF: by the rules drawn around their cells, or by how their numbers align.

Chinese reports draw every cell; American ones draw next to nothing, but set numbers flush right in
columns. Both end as rows of raw cells, and the grid of HTML tables does the rest: symbols joined to
their numbers, headers found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from qhdata.extract.cells import is_value, is_year, joins_before, joins_next
from qhdata.extract.grid import Raw
from qhdata.extract.pdf_page import Line, Piece, Rules, lines_of

SNAP = 3.0
"""Points within which two rules meet, or are one."""
HEAD_LINES = 4
"""Lines above the first row of numbers that may head its columns."""
INSIDE = 3
"""Lines without a number that a table may hold between two rows of numbers."""
SHORT = 0.62
"""Share of the page's width that a label reaches at most; a longer line is prose."""


@dataclass(slots=True)
class Found:
    """A table's raw rows and the pieces that it took from the page."""

    rows: list[list[Raw]]
    top: float
    bottom: float
    taken: set[int]
    """id() of its pieces."""


# ------------------------------------------------------------------ ruled


def ruled_tables(pieces: Sequence[Piece], rules: Rules) -> list[Found]:
    """Tables whose cells are drawn, of two columns at least."""
    found = []
    for across, down in _regions(_merged(rules.across), _merged(rules.down)):
        xs = _unique([x for x, _, _ in down] + [e for _, a, b in across for e in (a, b)])
        ys = _unique([y for y, _, _ in across] + [e for _, a, b in down for e in (a, b)])
        if len(xs) < 3 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > 20_000:
            continue
        inside = [
            p
            for p in pieces
            if xs[0] - SNAP <= (p.left + p.right) / 2 <= xs[-1] + SNAP
            and ys[0] - SNAP <= (p.top + p.bottom) / 2 <= ys[-1] + SNAP
        ]
        if not inside:
            continue
        rows = _drawn(inside, xs, ys, across, down)
        if sum(any(cell.text for cell in row) for row in rows) < 2:
            continue
        found.append(Found(rows, ys[0], ys[-1], {id(p) for p in inside}))
    return found


def _merged(rules: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Rules at one place that touch, as one."""
    out: list[tuple[float, float, float]] = []
    for place, start, end in sorted(rules, key=lambda r: (round(r[0] / SNAP), r[1])):
        if out and abs(out[-1][0] - place) <= SNAP and start <= out[-1][2] + SNAP:
            before = out[-1]
            out[-1] = (before[0], min(before[1], start), max(before[2], end))
        else:
            out.append((place, start, end))
    return out


def _regions(
    across: list[tuple[float, float, float]], down: list[tuple[float, float, float]]
) -> list[tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]]:
    """Rules that cross or touch, group by group."""
    if len(across) * len(down) > 4_000_000:
        return []
    parent = list(range(len(across) + len(down)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for i, (y, left, right) in enumerate(across):
        for j, (x, top, bottom) in enumerate(down):
            if left - SNAP <= x <= right + SNAP and top - SNAP <= y <= bottom + SNAP:
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]]
    groups = {}
    for n in range(len(parent)):
        held = groups.setdefault(root(n), ([], []))
        if n < len(across):
            held[0].append(across[n])
        else:
            held[1].append(down[n - len(across)])
    drawn = [g for g in groups.values() if len(g[0]) >= 2 and g[1]]
    return sorted(drawn, key=lambda g: min(y for y, _, _ in g[0]))


def _unique(values: Sequence[float]) -> list[float]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > SNAP:
            out.append(value)
    return out


def _drawn(
    pieces: Sequence[Piece],
    xs: list[float],
    ys: list[float],
    across: Sequence[tuple[float, float, float]],
    down: Sequence[tuple[float, float, float]],
) -> list[list[Raw]]:
    """Raw cells of a drawn grid; where no rule stands between two, they are one."""
    columns, rows = len(xs) - 1, len(ys) - 1
    side = [
        [_stands(down, xs[c + 1], ys[r], ys[r + 1]) for c in range(columns)] for r in range(rows)
    ]
    below = [
        [_stands(across, ys[r + 1], xs[c], xs[c + 1]) for c in range(columns)] for r in range(rows)
    ]
    texts: dict[tuple[int, int], list[Piece]] = {}
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for r in range(rows):
        for c in range(columns):
            if (r, c) in owner:
                continue
            wide = 1
            while c + wide < columns and not side[r][c + wide - 1] and (r, c + wide) not in owner:
                wide += 1
            tall = 1
            while r + tall < rows and not any(below[r + tall - 1][c : c + wide]):
                if any((r + tall, k) in owner for k in range(c, c + wide)):
                    break
                tall += 1
            spans[r, c] = (wide, tall)
            for i in range(r, r + tall):
                for k in range(c, c + wide):
                    owner[i, k] = (r, c)
    for piece in pieces:
        c = min(columns - 1, max(0, bisect_right(xs, (piece.left + piece.right) / 2) - 1))
        r = min(rows - 1, max(0, bisect_right(ys, (piece.top + piece.bottom) / 2) - 1))
        texts.setdefault(owner[r, c], []).append(piece)
    out: list[list[Raw]] = [[] for _ in range(rows)]
    for (r, c), (wide, tall) in spans.items():
        held = texts.get((r, c), [])
        bold = bool(held) and all(p.bold for p in held)
        out[r].append(Raw(cell_text(held), [], wide, tall, False, bold))
    return out


def _stands(
    rules: Sequence[tuple[float, float, float]], place: float, start: float, end: float
) -> bool:
    middle = (start + end) / 2
    return any(abs(at - place) <= SNAP and a <= middle <= b for at, a, b in rules)


def cell_text(pieces: list[Piece]) -> str:
    """The words of one cell, line by line; a number that a narrow cell broke is whole again."""
    rows = [" ".join(p.text for p in line.pieces) for line in lines_of(pieces)]
    text = ""
    for row in rows:
        tight = text[-1:].isdigit() and (row[:1].isdigit() or row[:1] in ",.") and "," in text
        dense = text and (_wide(text[-1]) or _wide(row[0]))
        text = f"{text}{'' if not text or tight or dense else ' '}{row}"
    return text


def _wide(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"


# ------------------------------------------------------------------ aligned


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
        elif before is not None and joins_before(piece.text, before.text):
            out[-1] = _pair(before, piece, left=before.left)
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
    if b - a - 1 > INSIDE:
        return False
    tall = max(1.0, lines[a].bottom - lines[a].top)
    for n in range(a + 1, b + 1):
        if lines[n].top - lines[n - 1].bottom > 4.0 * tall:
            return False
    return all(
        len(line.pieces) > 1 or line.pieces[0].right < SHORT * width for line in lines[a + 1 : b]
    )


def _head(lines: list[Line], first: int, floor: int, width: float) -> int:
    """The first line of the columns' headings, above the first row of numbers."""
    top = first
    for n in range(first - 1, max(floor, first - HEAD_LINES) - 1, -1):
        line = lines[n]
        tall = max(1.0, line.bottom - line.top)
        if lines[n + 1].top - line.bottom > 1.2 * tall:
            break
        alone = len(line.pieces) == 1
        if alone and (line.pieces[0].right > SHORT * width and line.pieces[0].left < width / 3):
            break
        if not alone or line.pieces[0].left > width / 3:
            top = n  # a label alone heads nothing, but may stand below a heading
    return top


def _columns(body: list[Line]) -> list[list[Raw]] | None:
    """Rows of raw cells, or None where the numbers make no column."""
    spans = sorted((p.left, p.right) for line in body for p in line.pieces[1:] if is_value(p.text))
    columns: list[list[float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], right)
        else:
            columns.append([left, right])
    if not columns or len(columns) > 40:
        return None
    edges = [left for left, _ in columns]
    rows = []
    for line in body:
        cells: dict[int, Raw] = {}
        for k, piece in enumerate(line.pieces):
            first, last = _covers(piece, columns, edges, label=k == 0)
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
