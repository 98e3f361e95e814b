"""A table as it is drawn: cells between edges; two that a page's end parted are one again.

What a page cut goes on in the same frame: the same width, and edges that stand where the first half
has its own. A row that the page cut goes on in cells whose last line had filled its cell. Headings
that the second page repeats are said once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qhdata.extract.cells import is_value

SNAP = 3.0
"""Points within which two rules meet, or are one."""
_TOTAL = re.compile(r"(?:合计|总计|小计|totals?)$", re.I)
_CJK = "\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e"
_DENSE = re.compile(f"[{_CJK}]$")


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """One cell of a drawn grid, filled or not."""

    text: str
    col: int
    wide: int
    tall: int
    bold: bool
    full: bool
    """Whether its last line reaches its right edge: the words may go on."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn table: where its columns' edges stand, from its left one on, and its rows."""

    edges: tuple[float, ...]
    rows: tuple[tuple[DrawnCell, ...], ...]


def unique(values: Sequence[float]) -> list[float]:
    """Sorted, and of those within SNAP the first."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > SNAP:
            out.append(value)
    return out


def one_table(first: Drawn, second: Drawn) -> Drawn | None:
    """The two as one, or None where the second is a table of its own."""
    if abs(first.edges[-1] - second.edges[-1]) > 2 * SNAP:
        return None
    within = all(_near(e, first.edges) for e in second.edges[:-1])
    around = all(_near(e, second.edges) for e in first.edges[:-1])
    if not (within or around):
        return None
    edges = (*unique([*first.edges[:-1], *second.edges[:-1]]), first.edges[-1])
    above, below = _on(first, edges), _on(second, edges)
    repeated = _repeated(above, below)
    below = below[repeated:]
    cut = bool(below) and _is_cut(above[-1], below[0])
    if cut:
        above[-1] = _healed(above[-1], below[0])
        below = below[1:]
    if not (repeated or cut) and _is_headed(below[0]):
        last = next((cell.text for cell in above[-1] if cell.text), "")
        if not (within and around) or _TOTAL.search(last):
            return None
    return Drawn(edges, tuple([*above, *below]))


def _near(edge: float, edges: Sequence[float]) -> bool:
    return any(abs(edge - other) <= SNAP for other in edges)


def _on(drawn: Drawn, edges: Sequence[float]) -> list[tuple[DrawnCell, ...]]:
    """The rows with columns counted on other edges."""
    at = [_index(edge, edges) for edge in drawn.edges]
    return [
        tuple(
            replace(c, col=at[c.col], wide=max(1, at[c.col + c.wide] - at[c.col])) for c in row
        )
        for row in drawn.rows
    ]  # fmt: skip


def _index(edge: float, edges: Sequence[float]) -> int:
    n = bisect_left(edges, edge)
    if n and (n == len(edges) or edge - edges[n - 1] <= edges[n] - edge):
        return n - 1
    return n


def _repeated(
    above: Sequence[tuple[DrawnCell, ...]], below: Sequence[tuple[DrawnCell, ...]]
) -> int:
    """How many rows the second begins with that the first began with: its headings."""
    n = 0
    while n < min(len(above), len(below) - 1) and _words(above[n]) == _words(below[n]):
        n += 1
    while n and any(is_value(cell.text) for cell in below[n - 1]):
        n -= 1
    return n if any(cell.text for row in below[:n] for cell in row) else 0


def _words(row: Sequence[DrawnCell]) -> list[str]:
    return ["".join(cell.text.split()) for cell in row]


def _is_cut(last: Sequence[DrawnCell], row: Sequence[DrawnCell]) -> bool:
    """Whether a row only ends what the row above began: words, under cells that were full."""
    began = {cell.col: cell for cell in last}
    filled = [cell for cell in row if cell.text]
    return bool(filled) and all(
        cell.col in began and began[cell.col].full and not is_value(cell.text) for cell in filled
    )


def _healed(last: Sequence[DrawnCell], row: Sequence[DrawnCell]) -> tuple[DrawnCell, ...]:
    rest = {cell.col: cell for cell in row if cell.text}
    return tuple(
        replace(c, text=_joined(c.text, rest[c.col].text), full=rest[c.col].full)
        if c.col in rest else c
        for c in last
    )  # fmt: skip


def _joined(left: str, right: str) -> str:
    return f"{left}{'' if _DENSE.search(left) or _DENSE.match(right[:1]) else ' '}{right}"


def _is_headed(row: Sequence[DrawnCell]) -> bool:
    """Words in every column look like headings."""
    filled = [cell for cell in row if cell.text]
    return len(filled) >= max(2, len(row) - 1) and not any(is_value(c.text) for c in filled)
