"""Headings that say part of a period, and the columns whose years or dates end it.

"Year Ended" stands over every year below it, also where it was centred by empty cells and so lies
over one of them. Only a row of nothing but such headings is spread, or one over the same years
again and again, and only where equal shares of the columns hold each heading where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract.cells import is_year
from qhdata.extract.placed import Raw

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_OPEN = re.compile(
    rf"(?:\b(?:ended|ending|as of|at|months?|years?|quarters?)|{MONTH} \d\d?,?)$", re.I
)
_DATE = re.compile(rf"^(?:\d\d?/\d\d?(?:/\d\d)?(?:\d\d)?|{MONTH} \d\d?,?(?: \d{{4}})?)$", re.I)


def is_open_period(text: str) -> bool:
    """Whether a heading is the part of a period that a year or a date below ends.

    >>> is_open_period("Three Months Ended June 30,"), is_open_period("Year 2019")
    (True, False)
    """
    return _OPEN.search(text[-60:]) is not None


def ends_period(text: str) -> bool:
    """Whether a heading is a year or a date.

    >>> ends_period("2019"), ends_period("Jan 26, 2025"), ends_period("3/31/04"), ends_period("Q1")
    (True, True, True, False)
    """
    return is_year(text) or _DATE.match(text) is not None


def spread(rows: Sequence[list[Raw | None]], header_rows: int, width: int) -> None:
    """Widen the headings of open periods over all columns that they are of, in place."""
    for n, row in enumerate(rows[: max(0, header_rows - 1)]):
        over = [cell for cell in row[1:] if cell is not None]
        count = width - 1
        if not over or count % len(over):
            continue
        share = count // len(over)
        if share < 2 or all(cell.colspan == share for cell in over):
            continue
        below = rows[n + 1 : header_rows]
        if any(r[0] is not None and ends_period(r[0].text) for r in below):
            continue
        day = count == 2  # one of two dates may be a day by itself
        ends = is_year if day else ends_period
        leaves = [_leaf(below, col) for col in range(1, width)]
        if not all(map(ends, leaves)):
            continue
        shares = {tuple(leaves[k : k + share]) for k in range(0, count, share)}
        repeated = len(over) > 1 and len(shares) == 1 and len({*leaves}) == share
        if not repeated and not all(is_open_period(cell.text) for cell in over):
            continue
        places = [(1 + k * share, cell) for k, cell in enumerate(over)]
        if any(not _within(cell, start, share) for start, cell in places):
            continue
        if len(over) == 1 and not _middle(over[0], share):
            continue
        for cell in over:
            row[cell.col] = None
        for start, cell in places:
            cell.col, cell.colspan = start, share
            row[start] = cell


def _leaf(below: Sequence[list[Raw | None]], col: int) -> str:
    """The lowest heading of a column, where it is its own."""
    lowest = next((cell for r in reversed(below) if (cell := r[col]) is not None), None)
    return lowest.text if lowest is not None and lowest.colspan == 1 else ""


def _within(cell: Raw, start: int, share: int) -> bool:
    return start <= cell.col and cell.col + cell.colspan <= start + share


def _middle(cell: Raw, count: int) -> bool:
    """Whether as many columns are left of it as right of it, to within one."""
    left, right = cell.col - 1, count - (cell.col + cell.colspan - 1)
    return abs(left - right) <= 1
