"""Where a cell of a row stands: the column of the many that it covers under which it is put.

Words stand in the first that they cover, values in the last, as they are set to the left and to the
right; but for years and numbers that are labels, and values that reach below another's heading.
"""

from __future__ import annotations

from collections.abc import Sequence

from qhdata.extract.placed import Raw


def anchor_of(cell: Raw, labels: frozenset[tuple[int, int]]) -> int:
    """The column of a cell. labels: see `label_spans`."""
    if cell.value and (cell.col, cell.colspan) not in labels:
        return cell.col + cell.colspan - 1
    return cell.col


def label_spans(body: list[list[Raw]]) -> frozenset[tuple[int, int]]:
    """(column, columns) of the words that begin rows: years and numbers that are drawn as they are
    ("2025" above "Thereafter", "10.11" below "10.5.22") are labels too.
    """
    first = min((row[0].col for row in body), default=0)
    words = ((row[0].col, row[0].colspan) for row in body if not row[0].value)
    return frozenset(span for span in words if span[0] == first)


def under_own_headings(body: Sequence[list[Raw]], headers: list[list[Raw]]) -> None:
    """A value that reaches below the next heading, where the next value stands, ends at its own."""
    heads: dict[int, Raw | None] = {}
    for row in body if headers else ():
        for n, cell in enumerate(row[:-1]):
            if cell.colspan < 2 or not cell.value:
                continue
            for col in (cell.col, _last(cell), _last(row[n + 1])):
                if col not in heads:
                    heads[col] = head_over(col, headers)
            own, last = heads[cell.col], heads[_last(cell)]
            if own is None or last is None or own is last or last is not heads[_last(row[n + 1])]:
                continue
            if n and _last(row[n - 1]) >= own.col:
                continue  # another stands below its heading
            cell.colspan = own.col + own.colspan - cell.col


def _last(cell: Raw) -> int:
    return cell.col + cell.colspan - 1


def head_over(col: int, headers: list[list[Raw]]) -> Raw | None:
    """The narrowest header cell over a column, the lowest of equals."""
    best: Raw | None = None
    for row in headers:
        for cell in row:
            if cell.col <= col < cell.col + cell.colspan and (
                best is None or cell.colspan <= best.colspan
            ):
                best = cell
    return best
