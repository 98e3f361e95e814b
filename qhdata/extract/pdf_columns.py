"""Columns of prose side by side on a page of a PDF: where they stand, and in which order to read.

A gutter is an upright strip that no line crosses, with prose on both sides: lines that fill their
column and are words. Tables look like that too, but their columns are narrow, or numbers, or their
rows begin at one height on both sides. What crosses the gutter (a heading, a table, a line that
runs over both) parts the page into bands; within a band the left column is read before the right.
A page on which fewer than 8 lines are of a column's width is not looked at: most are left so.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qhdata.extract.cells import is_value
from qhdata.extract.pdf_page import Piece, lines_of
from qhdata.extract.pdf_ruled import Found

LEAST_LINES = 4
"""Lines of each column in a band."""
CANDIDATES = 8
"""Pieces of a column's width on a page that may have columns."""
GUTTER = 6.0
"""Points between two columns at least."""
STEP = 3.0
"""Points within which lines begin at one edge."""
WORDS = 14.0
"""Width of a column's line at least, in heights of a line: half of it for Latin letters."""
DEEPEST = 3
"""Gutters within one another: three columns have two."""
INFINITE = 1e9
LEADING = 1.6
"""Gap between a page's first or last line and the next, in heights, that sets it apart."""


_STOP = re.compile(r"[.,;。，；、][\s”’\")]|[。，；、]|\.$")
"""What sentences have and the headings of a table do not."""

Box = Piece | Found
"""Something that stands on the page."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is read together, and what text fills of the width there."""

    pieces: list[Piece]
    tables: list[Found]
    left: float
    right: float
    column: bool = False
    """Whether it is one of columns side by side."""
    goes_on: bool = False
    """Whether it is a column right of another one: a sentence may go on in it."""


def parts_of(pieces: Sequence[Piece], tables: Sequence[Found]) -> Iterator[Part]:
    """The page in reading order. tables: drawn ones; their own pieces are not among pieces."""
    left = min((p.left for p in pieces), default=0.0)
    right = max((p.right for p in pieces), default=0.0)
    whole = Part(list(pieces), list(tables), left, right)
    narrow = sum(_is_narrow(p, right - left) for p in pieces)
    if narrow < CANDIDATES or not _column_edges(whole):
        yield whole
        return
    outer, inner = _set_apart(whole.pieces)
    yield from _read(Part(inner, whole.tables, left, right), outer, 0)


def _is_narrow(piece: Piece, width: float) -> bool:
    wide = piece.right - piece.left
    return 0.15 * width < wide < 0.6 * width and wide > WORDS / 2 * piece.height


def _set_apart(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """(running lines at the top and the foot, the rest)."""
    lines = lines_of(pieces)
    outer: list[Piece] = []
    if len(lines) > 2:
        tall = max(1.0, lines[0].bottom - lines[0].top)
        if lines[1].top - lines[0].bottom > LEADING * tall:
            outer += lines[0].pieces
        if lines[-1].top - lines[-2].bottom > LEADING * max(1.0, lines[-1].bottom - lines[-1].top):
            outer += lines[-1].pieces
    marked = {id(p) for p in outer}
    return outer, [p for p in pieces if id(p) not in marked]


def _read(part: Part, apart: list[Piece], depth: int) -> Iterator[Part]:
    """A part band by band, each split at its gutter; whole where it has none. apart: pieces that
    are in no band.
    """
    gutter = _gutter(part) if depth < DEEPEST else None
    if gutter is None:
        yield replace(part, pieces=[*part.pieces, *apart])
        return
    x, bands = gutter
    boxes: list[Box] = [*part.pieces, *part.tables]
    above, goes_on = -INFINITE, part.goes_on
    for top, bottom in [*bands, (INFINITE, INFINITE)]:
        between = [b for b in [*boxes, *apart] if above <= _middle(b) < top]
        if between:
            yield _made(between, part.left, part.right, part.column, goes_on)
            goes_on = False
        inside = [b for b in boxes if top <= _middle(b) < bottom]
        left = [b for b in inside if b.left + b.right < 2 * x]
        right = [b for b in inside if b.left + b.right >= 2 * x]
        for column in (left, right) if inside else ():
            edges = min(b.left for b in column), max(b.right for b in column)
            yield from _read(_made(column, *edges, True, goes_on), [], depth + 1)
            goes_on = True
        above, goes_on = bottom, False


def _made(boxes: Sequence[Box], left: float, right: float, column: bool, goes_on: bool) -> Part:
    pieces = [b for b in boxes if isinstance(b, Piece)]
    return Part(
        pieces, [b for b in boxes if isinstance(b, Found)], left, right, column, goes_on
    )  # fmt: skip


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _gutter(part: Part) -> tuple[float, list[tuple[float, float]]] | None:
    """(x, bands) of the gutter with most lines beside it."""
    best, most = None, 0
    for x in _column_edges(part):
        bands = _bands(part, x - GUTTER / 2)
        lines = sum(n for _, _, n in bands)
        if lines > most:
            best, most = (x - GUTTER / 2, [(top, bottom) for top, bottom, _ in bands]), lines
    return best


def _column_edges(part: Part) -> list[float]:
    """Where several lines of a column's width begin, but for the leftmost column."""
    width = part.right - part.left
    begin = sorted(
        p.left for p in part.pieces
        if p.left > part.left + 0.15 * width and _is_narrow(p, width) and not is_value(p.text)
    )  # fmt: skip
    found: list[float] = []
    first = 0
    while first < len(begin):
        end = first
        while end < len(begin) and begin[end] - begin[first] <= STEP:
            end += 1
        if end - first >= LEAST_LINES:
            found.append(begin[first])
        first = end
    return found


def _bands(part: Part, x: float) -> list[tuple[float, float, int]]:
    """(top, bottom, lines) of the stretches beside a gutter at x where columns of prose stand."""
    boxes: list[Box] = [*part.pieces, *part.tables]
    walls = [b for b in boxes if b.left < x + GUTTER / 2 and b.right > x - GUTTER / 2]
    walls += _rows_of_figures(part.pieces, x)
    walls.sort(key=_middle)
    if len(walls) * 2 > len(boxes):
        return []
    found = []
    edges = [-INFINITE, *(_middle(b) for b in walls), INFINITE]
    for above, below in itertools.pairwise(edges):
        inside = [p for p in part.pieces if above < _middle(p) < below]
        left = [p for p in inside if p.right < x]
        right = [p for p in inside if p.left > x]
        if not (_is_prose(left) and _is_prose(right)) or _in_rows(left, right):
            continue
        top = min(p.top for p in inside)
        found.append((top - 0.01, max(p.bottom for p in inside) + 0.01, len(left) + len(right)))
    return found


def _rows_of_figures(pieces: Sequence[Piece], x: float) -> list[Piece]:
    """A piece of each line that is a label left of x and figures right of it: a table's row."""
    found = []
    for line in lines_of(list(pieces)):
        label = [p for p in line.pieces if p.right < x]
        values = [p for p in line.pieces if p.left > x and is_value(p.text)]
        short = label and label[-1].right < x - 0.25 * (x - label[0].left)
        if label and (len(values) > 1 or (values and short)):
            found.append(line.pieces[0])
    return found


def _is_prose(pieces: Sequence[Piece]) -> bool:
    """Lines of words that fill their column."""
    if len(pieces) < LEAST_LINES:
        return False
    if sum(is_value(p.text) for p in pieces) * 5 > len(pieces):
        return False
    lines = lines_of(list(pieces))
    wide = max(p.right for p in pieces) - min(p.left for p in pieces)
    full = [
        line for line in lines
        if line.pieces[-1].right - line.pieces[0].left > 0.7 * wide
        and sum(p.right - p.left for p in line.pieces) > 0.6 * wide
    ]  # fmt: skip
    tall = sorted(p.height for p in pieces)[len(pieces) // 2]
    stops = sum(bool(_STOP.search(p.text)) for p in pieces)
    letters = sum(sum(c.isalpha() for c in p.text) for p in pieces)
    return (
        len(lines) >= LEAST_LINES
        and wide > WORDS * tall / 2
        and stops * 6 >= len(pieces)
        and len(full) * 2 >= len(lines)
        and letters * 10 > 6 * sum(len(p.text.replace(" ", "")) for p in pieces)
    )


def _in_rows(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether both sides break at the same heights, as the rows of a table of words do."""
    gaps = [_gaps(side) for side in (left, right)]
    if not gaps[0] or not gaps[1]:
        return False
    shared = sum(any(abs(a - b) < 3.0 for b in gaps[1]) for a in gaps[0])
    return shared >= 2 and shared * 10 >= 7 * max(len(gaps[0]), len(gaps[1]))


def _gaps(pieces: Sequence[Piece]) -> list[float]:
    """Heights at which a line begins after more than the usual gap."""
    lines = lines_of(list(pieces))
    steps = [b.top - a.bottom for a, b in itertools.pairwise(lines)]
    usual = sorted(steps)[len(steps) // 2] if steps else 0.0
    tall = max(1.0, lines[0].bottom - lines[0].top) if lines else 1.0
    return [b.top for s, b in zip(steps, lines[1:], strict=False) if s > usual + 0.3 * tall]
