"""Tables check themselves: where a row says that it is a total, do the rows above add up to it?

A total is right when some run of rows just above it sums to it, in every column where both stand
(of two rows, also their difference: sales less costs); a total inside the run counts for the rows
that it sums. Filings round, so half a unit of the last place is allowed for each row. A total that
no run explains is not wrong by that (its parts may stand in another table), but a table whose
totals add up was read right: digits, signs and columns. Three of four do in real annual reports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from qhdata.extract.cells import number
from qhdata.extract.grid import Grid

REACH = 40
"""Rows above a total that may be its parts."""
MAX_TOTALS = 200
"""Totals of one table that are looked at."""

_TOTAL = re.compile(
    r"^(?:sub-?)?totals?\b|^net (?:sales|revenues?|income|loss|cash|increase|decrease|earnings)\b"
    r"|^(?:gross profit|operating income|income before)|(?:合计|总计|小计|总额)[)）]?$",
    re.I,
)


def check_totals(grid: Grid) -> tuple[int, int]:
    """(totals that could be checked, totals that the rows above add up to)."""
    rows = grid.rows[grid.header_rows :]
    labels = [row[0].text if row and row[0] is not None else "" for row in rows]
    totals = [n for n, label in enumerate(labels) if n and _TOTAL.search(label.strip())]
    if not totals:
        return 0, 0
    columns = [
        [None if row[c] is None else _value(row[c].text) for row in rows]  # type: ignore[union-attr]
        for c in range(1, grid.columns)
    ]
    checked = right = 0
    explained: dict[int, int] = {}  # total -> first of its parts
    for n in totals[:MAX_TOTALS]:
        own = [column for column in columns if column[n] is not None]
        parts = [c for c in own if any(v is not None for v in c[max(0, n - REACH) : n])]
        if not parts:
            continue
        checked += 1
        first = _first_part(parts, n, explained)
        if first is not None:
            right += 1
            explained[n] = first
    return checked, right


def _first_part(
    columns: Sequence[Sequence[Decimal | None]], n: int, explained: dict[int, int]
) -> int | None:
    """The first row of the shortest run that sums to row n in every column, or None; of two rows
    the second may be taken off the first, as costs are from sales and taxes from income.
    """
    sums = [Decimal(0) for _ in columns]
    lowest = [Decimal(0) for _ in columns]
    counts = [0 for _ in columns]
    at = n - 1
    rows = 0
    while at >= max(0, n - REACH):
        for k, column in enumerate(columns):
            value = column[at]
            if value is not None:
                lowest[k] = value if rows == 0 else lowest[k]
                sums[k] += value
                counts[k] += 1
        rows += any(column[at] is not None for column in columns)
        taken = [total - 2 * low for total, low in zip(sums, lowest, strict=True)]
        for made in (sums, taken) if rows == 2 else (sums,) if rows > 2 else ():
            if all(
                _near(total, column[n], count)
                for total, column, count in zip(made, columns, counts, strict=True)
            ):
                return at
        at = explained.get(at, at) - 1  # a total stands for its parts
    return None


def _near(found: Decimal, wanted: Decimal | None, parts: int) -> bool:
    if wanted is None or not parts:
        return False
    exponent = wanted.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return abs(found - wanted) <= unit * parts / 2


def _value(text: str) -> Decimal | None:
    if "%" in text:
        return None
    shown = number(text)
    return Decimal(shown) if shown is not None else None
