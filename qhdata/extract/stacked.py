"""One drawn table that holds several, each under headings of its own: where the next one begins.

"As of December 31, 2023" over six columns, two rows of amounts, then "As of December 31, 2024" over
the same six headings and two rows more: below the first headings the second amounts would be those
of a year before. The next table begins where the lowest row of headings comes again, cell by cell,
below rows that are laid out as the upper headings are and say something else. Headings that come
again word by word are left: nothing stands under a wrong one there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qhdata.extract.cells import is_year
from qhdata.extract.placed import Raw

NEAR = 3
"""Rows below headings among which a value stands: signatures repeat their lines too."""


def unstacked(rows: list[list[Raw]], heads: int) -> list[list[list[Raw]]]:
    """The rows of each table, mostly of one. heads: rows that head the first."""
    starts = [0, *_again(rows, heads)] if heads > 1 else [0]
    parts = [rows[a:b] for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]
    for part in parts[1:]:
        for n, row in enumerate(part):
            for cell in row:
                cell.row = n
    return parts


def _again(rows: Sequence[list[Raw]], heads: int) -> Iterator[int]:
    """Rows with which another table begins. heads: rows that head the first one."""
    upper, lowest = rows[: heads - 1], _said(rows[heads - 1])
    if len(lowest) < 2:
        return
    free = heads + 1  # a table has a row below its headings
    for n in range(heads + 1, len(rows) - 1):
        if len(rows[n]) != len(lowest) or _said(rows[n]) != lowest:
            continue
        high = 0
        while (
            n - high - 1 >= free and high < len(upper) and _alike(rows[n - high - 1], upper, high)
        ):
            high += 1
        above = rows[n - high : n]
        if not any(_valued(row) for row in rows[n + 1 : n + 1 + NEAR]):
            continue
        if high and [_said(row) for row in above] != [_said(row) for row in upper[-high:]]:
            yield n - high
            free = n + 2


def _alike(row: list[Raw], upper: Sequence[list[Raw]], high: int) -> bool:
    """Whether a row is laid out as the upper heading that it would be, and holds no values."""
    like = upper[-1 - high]
    same = [(c.col, c.colspan) for c in row] == [(c.col, c.colspan) for c in like]
    return same and not _valued(row)


def _valued(row: list[Raw]) -> bool:
    return any(cell.value and not is_year(cell.text) for cell in row)


def _said(row: list[Raw]) -> list[tuple[int, str]]:
    return [(cell.col, cell.text) for cell in row]
