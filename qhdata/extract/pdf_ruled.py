"""Tables on a page of a PDF by the rules drawn around their cells, as Chinese reports draw them.

A table is a group of rules that touch; its cells are what stands between them. The edges of its
columns are kept, so that a table which a page cut in two can be made whole by its drawing.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from qhdata.extract.cells import is_value
from qhdata.extract.drawn import SNAP, Drawn, DrawnCell, unique
from qhdata.extract.pdf_page import Piece, Rules, lines_of

_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{2})?")
_CUT_AT_STOP = re.compile(r"-?\d{1,3}(?:,\d{3})+\.")
_CENTS = re.compile(r"\d{2}")


@dataclass(slots=True)
class Found:
    """A table's cells and the pieces that it took from the page."""

    drawn: Drawn
    left: float
    right: float
    top: float
    bottom: float
    taken: set[int]
    """id() of its pieces."""


def ruled_tables(pieces: Sequence[Piece], rules: Rules) -> list[Found]:
    """Tables whose cells are drawn, of two columns at least."""
    found = []
    for across, down in _regions(_merged(rules.across), _merged(rules.down)):
        xs = unique([x for x, _, _ in down] + [e for _, a, b in across for e in (a, b)])
        ys = unique([y for y, _, _ in across] + [e for _, a, b in down for e in (a, b)])
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
        edges = tuple(x - xs[0] for x in xs)
        starts = [0, *_begins_anew(rows), len(rows)]
        for first, end in itertools.pairwise(starts):
            drawn = Drawn(edges, tuple(map(tuple, rows[first:end])))
            held = {id(p) for p in inside if first <= _row_of(p, ys) < end}
            found.append(Found(drawn, xs[0], xs[-1], ys[first], ys[end], held))
    return found


def _row_of(piece: Piece, ys: list[float]) -> int:
    return min(len(ys) - 2, max(0, bisect_right(ys, (piece.top + piece.bottom) / 2) - 1))


def _begins_anew(rows: Sequence[Sequence[DrawnCell]]) -> list[int]:
    """Rows of one frame that begin another table: from there on, for three rows at least, the
    columns end at other places than any above, and the first of them has words in each. A row in
    one cell above is its title.
    """
    inner = [{c.col for c in row if c.col} for row in rows]
    for n, row in enumerate(rows):
        for cell in row:  # what reaches down from above bounds the rows below too
            for below in range(n + 1, n + cell.tall if cell.col else 0):
                inner[below].add(cell.col)
    found: list[int] = []
    above: set[int] = set()
    deep = 0
    for n, own in enumerate(inner):
        next_three = inner[n : n + 3]
        alike = len(next_three) == 3 and len(own) > 1 and all(own <= s for s in next_three)
        headed = all(c.text and not is_value(c.text) for c in rows[n])
        if deep > 1 and alike and headed and not set().union(*next_three) & above:
            first = n
            while first > 1 and not inner[first - 1]:
                first -= 1
            found.append(first)
            above, deep = set(), 0
        above |= own
        deep += bool(own)
    return found


def _merged(rules: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Rules at one place that touch, as one; a gap between two tables stays a gap."""
    out: list[tuple[float, float, float]] = []
    ordered = sorted(rules)
    first = 0
    while first < len(ordered):
        place, end = ordered[first][0], first + 1
        while end < len(ordered) and ordered[end][0] - place <= SNAP / 2:
            end += 1
        part: list[tuple[float, float, float]] = []
        for _, low, high in sorted(ordered[first:end], key=lambda r: r[1]):
            if part and low <= part[-1][2] + SNAP:
                part[-1] = (place, part[-1][1], max(part[-1][2], high))
            else:
                part.append((place, low, high))
        out += part
        first = end
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


def _drawn(
    pieces: Sequence[Piece],
    xs: list[float],
    ys: list[float],
    across: Sequence[tuple[float, float, float]],
    down: Sequence[tuple[float, float, float]],
) -> list[list[DrawnCell]]:
    """Cells of a drawn grid; where no rule stands between two, they are one."""
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
        r = _row_of(piece, ys)
        texts.setdefault(owner[r, c], []).append(piece)
    out: list[list[DrawnCell]] = [[] for _ in range(rows)]
    for (r, c), (wide, tall) in spans.items():
        held = texts.get((r, c), [])
        bold = bool(held) and all(p.bold for p in held)
        full = bool(held) and _fills(held, xs[c + wide])
        out[r].append(DrawnCell(cell_text(held), c, wide, tall, bold, full))
    return out


def _stands(
    rules: Sequence[tuple[float, float, float]], place: float, start: float, end: float
) -> bool:
    middle = (start + end) / 2
    return any(abs(at - place) <= SNAP and a <= middle <= b for at, a, b in rules)


def _fills(pieces: Sequence[Piece], edge: float) -> bool:
    """Whether the last line of a cell ends within a character and its margin of the edge."""
    last = max(pieces, key=lambda p: (round(p.bottom), p.right))
    return last.right > edge - 1.6 * last.height


def cell_text(pieces: list[Piece]) -> str:
    """The words of one cell, line by line; a number that a narrow cell broke is whole again."""
    rows = [" ".join(p.text for p in line.pieces) for line in lines_of(pieces)]
    text = ""
    for row in rows:
        tight = row[:1] in "0123456789,." and _is_broken(text, row)
        dense = text and (_wide(text[-1]) or _wide(row[0]))
        text = f"{text}{'' if not text or tight or dense else ' '}{row}"
    return text


def _is_broken(text: str, row: str) -> bool:
    """Whether a line's first digits go on with the number at the end of the lines before."""
    number, following = (text.split() or [""])[-1], row.split()[0]
    if not number[-1:].isdigit():
        return bool(_CUT_AT_STOP.fullmatch(number) and _CENTS.fullmatch(row))
    return "," in number and not (_GROUPED.fullmatch(number) and _GROUPED.fullmatch(following))


def _wide(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
