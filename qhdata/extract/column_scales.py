"""What a table's columns and rows say of their own scale, beside what is said of all of it.

"2024 (in millions)" over every column of amounts is the table's scale; over one of several it is
that column's. Prices and rates of a share have no scale, whatever stands above them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qhdata.extract.cells import is_amount
from qhdata.extract.grid import Grid
from qhdata.extract.placed import Raw
from qhdata.extract.units import currency_in, scale_said
from qhdata.records import DecimalText

_PER_SHARE = re.compile(r"\bper (?:\w+ )?(?:share|unit)\b|\bratios?\b|\bEPS\b", re.I)
_UNSCALED = re.compile(
    r"\bper (?:\w+ ){0,2}(?:shares?|units?|[RP]SUs?|options?|awards?|warrants?|ADSs?|barrels?|bbl"
    r"|mcf|boe|ounces?|tons?|tonnes?)\b"
    r"|\bweighted[- ]*\s?average\b|\bgrant[- ]*\s?date fair value\b"
    r"|\b(?:exercise|average|strike|grant|conversion|market|closing|stock)\b(?: \w+)? prices?\b"
    r"|%|\bpercent(?:age)?s?\b|\brates?\b|\bratios?\b|\byields?\b|\(in years\)|^\W*years?\W*$"
    r"|\b(?:remaining|contractual)\b.{0,20}\b(?:term|life)\b|^\W*(?:notes?|page)\W*$",
    re.I,
)
"""Headings of columns that no scale is meant for: prices, rates, years, numbers of notes."""
_MONEY = re.compile(r"\b(?:intrinsic|amounts?|values?|costs?|proceeds|dollars?)\b|[$€£]", re.I)
"""Headings of columns of money whose first amount may have no sign."""
_EXCEPT = re.compile(r"[,;]?\s*(?:except|other than|unless)\b[^()]*", re.I)
SIGN = re.compile(r"^\W{0,2}(?:US|HK|NT|C|A|R|S)?[$€£]")


@dataclass(frozen=True, slots=True)
class ColumnScales:
    """What headings over single columns say."""

    scale: DecimalText | None = None
    """What all columns of amounts say."""
    differ: bool = False
    """Whether some column says a scale that another one does not."""
    texts: tuple[str, ...] = ()
    """Headings that say a scale of their columns alone."""


def scales_of_columns(grid: Grid) -> ColumnScales:
    """What the headings say of single columns, prices and rates aside."""
    heads = [
        c
        for row in grid.rows[: grid.header_rows]
        for c in row
        if c is not None and c.col and scale_said(c.text) is not None
    ]
    if not heads:
        return ColumnScales()
    signs = _amounts(grid)
    over = {col: _over(grid, col) for col in signs}
    texts = tuple(c.text for c in heads if any(not _covers(c, col) for col in signs))
    said: dict[int, DecimalText | None] = {}
    for col, above in over.items():
        if not _unscaled(above):
            said[col] = next((s for text in reversed(above) if (s := scale_said(text))), None)
    scales = {scale for scale in said.values() if scale is not None}
    money = any(signs.values())
    agree = (
        len(scales) == 1
        and None not in said.values()
        and (not money or any(signs[col] for col in said))
    )
    if agree:
        return ColumnScales(scales.pop(), False, texts)
    return ColumnScales(None, bool(texts), texts)


def _covers(cell: Raw, col: int) -> bool:
    return cell.col <= col < cell.col + cell.colspan


def _over(grid: Grid, col: int) -> list[str]:
    """The headings above a column, top first."""
    return [
        c.text
        for row in grid.rows[: grid.header_rows]
        for c in row[: col + 1]
        if c is not None and _covers(c, col)
    ]


def _amounts(grid: Grid) -> dict[int, bool]:
    """Columns behind the labels that hold amounts -> whether the first one shows a currency."""
    signs: dict[int, bool] = {}
    for row in grid.rows[grid.header_rows :]:
        for c in row[1:]:
            if c is not None and c.col not in signs and is_amount(c.text):
                signs[c.col] = SIGN.match(c.text) is not None
    return signs


def money_of(grid: Grid) -> str | None:
    """The currency of the first amount that shows one, where half of the amounts' rows and more
    stand at or below it: a sign stands in the first row of what it is meant for.
    """
    above = below = 0
    found: str | None = None
    if not any(c and SIGN.match(c.text) for row in grid.rows[grid.header_rows :] for c in row):
        return None
    for row in grid.rows[grid.header_rows :]:
        amounts = [c.text for c in row if c is not None and c.col and is_amount(c.text)]
        if found is None:
            found = next((currency_in(text) for text in amounts if SIGN.match(text)), None)
        if amounts:
            above, below = above + (found is None), below + (found is not None)
    return found if below >= above else None


def shows_money(grid: Grid) -> bool:
    """Whether an amount shows a currency, rows of amounts per share aside."""
    return any(
        c is not None and c.col and SIGN.match(c.text) and is_amount(c.text)
        for row in grid.rows[grid.header_rows :]
        if not (row[0] is not None and _PER_SHARE.search(row[0].text))
        for c in row
    )


def begins_with_money(grid: Grid) -> bool:
    """Whether the first row of amounts shows a currency where no price or rate stands."""
    for row in grid.rows[grid.header_rows :]:
        amounts = [c for c in row if c is not None and c.col and is_amount(c.text)]
        if amounts:
            signed = [c.col for c in amounts if SIGN.match(c.text)]
            return any(not _unscaled(_over(grid, col)) for col in signed)
    return False


def of_one_share(grid: Grid) -> bool:
    """Whether all money of a table is of one share, or a ratio: no scale is meant for it."""
    rows = [[c for c in row if c is not None] for row in grid.rows[grid.header_rows :]]
    amounts = [row for row in rows if any(is_amount(c.text) for c in row[1:])]
    if amounts and all(_PER_SHARE.search(row[0].text) for row in amounts):
        return True
    if not _unscaled(_all(grid)):
        return False
    signs = _amounts(grid)
    columns = {col: _over(grid, col) for col in signs}
    scaled = [col for col, heads in columns.items() if not _unscaled(heads)]
    return any(signs.values()) and not any(
        signs[col] or _MONEY.search(" ".join(columns[col])) for col in scaled
    )


def _unscaled(heads: list[str]) -> bool:
    """Whether headings say that no scale is meant for what is below; exceptions name others."""
    return _UNSCALED.search(_EXCEPT.sub("", " ".join(heads))) is not None


def _all(grid: Grid) -> list[str]:
    return [c.text for row in grid.rows[: grid.header_rows] for c in row if c is not None]
