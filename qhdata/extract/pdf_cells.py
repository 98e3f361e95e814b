"""Columns of a table on a page of a PDF, and which of them each of its pieces is of.

A column is where numbers stand over one another, with the sign of money that stands apart before
them: headings are centred over both. Words beside numbers are columns too. A heading spans what the
rule below it runs over; where there is none, what it stands over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qhdata.extract.cells import is_amount, is_value, is_year
from qhdata.extract.pdf_labels import whole_labels
from qhdata.extract.pdf_page import Line, Piece
from qhdata.extract.placed import Raw

INDENT = 40.0
"""Points by which a label may stand right of all labels that have numbers."""
FLUSH = 3.0
"""Points by which words that begin at one place may differ."""
ENDS = 8.0
"""Points by which a number's end may be misjudged where words follow it closely."""
_WORDS = re.compile(r"[A-Za-z]{3,}")
MOST = 40
"""Columns of a table above which it is none."""
Across = Sequence[tuple[float, float, float]]
"""Rules that are drawn across: y, left, right."""


def cells_of(body: list[Line], heads: int, across: Across) -> list[list[Raw]] | None:
    """Rows of raw cells, or None where the numbers make no column. heads: lines that head them."""
    columns = _merged([p for line in body for p in line.pieces[1:] if is_value(p.text)])
    if not columns:
        return None
    body = [*body[:heads], *whole_labels(body[heads:])]
    for line in body[heads:]:
        line.pieces[1:] = [part for p in line.pieces[1:] for part in _parted(p, columns)]
    words = _word_columns(body, heads, columns)
    columns = sorted(columns + words)
    columns = _with_signs(body, columns)
    if len(columns) > MOST:
        return None
    edges = [left for left, _ in columns]
    labels = _labels_left(body, edges[0])
    rows = []
    for n, line in enumerate(body):
        cells: dict[int, Raw] = {}
        if n < heads:
            line.pieces = [part for p in line.pieces for part in _halves(p, columns)]
        for k, piece in enumerate(line.pieces):
            first, last = _covers(piece, columns, edges, label=k == 0 and piece.left < labels)
            if n < heads and first:
                first, last = _spans(body[n:heads], piece, across, columns) or (first, last)
            if first in cells:
                cells[first].text += f" {piece.text}"
                continue
            cells[first] = Raw(piece.text, [], last - first + 1, 1, n < heads, piece.bold)
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


def _parted(piece: Piece, columns: list[list[float]]) -> list[Piece]:
    """A number and the words close behind it that begin the next column, as two pieces."""
    value, _, words = piece.text.partition(" ")
    if not (is_amount(value) and _WORDS.match(words)):
        return [piece]
    end = piece.left + (piece.right - piece.left) * len(value) / len(piece.text)
    for _, right in columns:
        if piece.left < right and abs(end - right) < ENDS:
            first = replace(piece, text=value, right=right)
            return [first, replace(piece, text=words, left=right + FLUSH, sign=None)]
    return [piece]


def _halves(piece: Piece, columns: list[list[float]]) -> list[Piece]:
    """A piece of a heading as two where a gap wider than a space parts what two columns are headed
    by: headings of narrow columns all but touch.
    """
    if piece.apart is None:
        return [piece]
    _, count, right, left = piece.apart
    words = piece.text.split(" ")
    if count >= len(words):
        return [piece]
    first = replace(piece, text=" ".join(words[:count]), right=right, apart=None)
    second = replace(piece, text=" ".join(words[count:]), left=left, apart=None)
    under = [{n for n, column in enumerate(columns) if _over(p, column)} for p in (first, second)]
    return [first, second] if under[1] and max(under[0], default=-1) < min(under[1]) else [piece]


def _word_columns(body: list[Line], heads: int, columns: list[list[float]]) -> list[list[float]]:
    """Where words begin flush left beside numbers, twice and more, or once below a heading of their
    own: columns of their own.
    """
    beside = sorted(
        (p.left, p.right)
        for line in body
        if is_row(line)
        for p in line.pieces[1:]
        if not is_value(p.text)
        and p.left > columns[0][1] - FLUSH
        and not any(left - FLUSH < p.left < right - FLUSH for left, right in columns)
    )
    headings = [
        p for line in body[:heads] for p in line.pieces[1:]
        if not any(_over(p, column) for column in columns)
    ]  # fmt: skip
    found: list[list[float]] = []
    for n, (left, right) in enumerate(beside):
        if found and left - found[-1][0] < FLUSH:
            continue
        again = n + 1 < len(beside) and beside[n + 1][0] - left < FLUSH
        if again or any(_over(p, [left, right]) for p in headings):
            found.append([left, left + FLUSH])
    return found


def _with_signs(body: list[Line], columns: list[list[float]]) -> list[list[float]]:
    """Columns from their sign of money on, which headings are centred over; a heading that stands
    between the sign and the numbers is no column of its own, nor are numbers of another width.
    """
    wide = [list(column) for column in columns]
    for line in body:
        for piece in line.pieces:
            n = _column_of(piece, columns) if piece.sign is not None else None
            if n is not None and piece.sign is not None:
                wide[n][0] = min(wide[n][0], piece.sign)
    out: list[list[float]] = []
    own: list[list[float]] = []
    for column, (left, right) in zip(columns, wide, strict=True):
        if out and left < out[-1][1] - 1 and not _both(body, own[-1], column):
            out[-1] = [min(left, out[-1][0]), max(right, out[-1][1])]
            own[-1] = [own[-1][0], max(column[1], own[-1][1])]
        else:
            out.append([max(left, out[-1][1] if out else left), right])
            own.append(column)
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
    lefts = [line.pieces[0].left for line in body if is_row(line) and line.pieces[0].left < first]
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


def _spans(
    lines: list[Line], piece: Piece, across: Across, columns: list[list[float]]
) -> tuple[int, int] | None:
    """What the first line's heading spans: the rule may stand below further lines of its words."""
    for n, line in enumerate(lines):
        span = _underlined(line, piece, across, columns)
        if span is not None or n + 1 == len(lines):
            return span
        middle = piece.left + piece.right
        below = [p for p in lines[n + 1].pieces if abs(p.left + p.right - middle) < 2 * FLUSH]
        if not below:
            return None
        piece = below[0]
    return None


def _underlined(
    line: Line, piece: Piece, across: Across, columns: list[list[float]]
) -> tuple[int, int] | None:
    """First and last column of a heading by the rule below it, where that runs over several."""
    middles = [(p.left + p.right) / 2 for p in line.pieces]
    middle = (piece.left + piece.right) / 2
    best: tuple[float, float] | None = None
    for y, left, right in across:
        if not (piece.bottom - 0.3 * piece.height <= y <= piece.bottom + 0.6 * piece.height):
            continue
        if [m for m in middles if left < m < right] != [middle]:
            continue  # below another heading too: of the whole table
        if left < columns[0][0] - INDENT or (best and right - left <= best[1] - best[0]):
            continue
        best = left, right
    if best is None:
        return None
    under = [n + 1 for n, (a, b) in enumerate(columns) if best[0] - 1 < (a + b) / 2 < best[1] + 1]
    return (under[0], under[-1]) if len(under) > 1 else None


def _room(cells: dict[int, Raw], first: int) -> int:
    after = [n for n in cells if n > first]
    return min(after) - first if after else 1 << 10


def is_row(line: Line) -> bool:
    """A label with a number beside it, or numbers alone; years head columns and are no row."""
    values = [p for p in line.pieces[1:] if is_value(p.text) and not is_year(p.text)]
    alone = len(line.pieces) > 1 and all(is_value(p.text) for p in line.pieces)
    return bool(values) and (len(line.pieces) > 1 or alone)
