"""What a table is called and counted in: from its own head, and from what stands above it.

A wrong scale is worse than none, so words above count only as far as the table before, and a table
of shares of a hundred or of words has neither unit nor scale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract import chinese_tables
from qhdata.extract.blocks import Block
from qhdata.extract.cells import is_amount
from qhdata.extract.extracted import TableOut
from qhdata.extract.grid import Grid
from qhdata.extract.page_furniture import Running
from qhdata.extract.placed import Raw
from qhdata.extract.units import is_statement, unit_of
from qhdata.records import Section

_NOTED = re.compile(r"^\W{0,2}(?:\(?(?:\d{1,2}|[a-z])\)|[(\[]|[¹²³⁴⁵⁶⁷⁸⁹⁰*†‡])")
"""Lines that are no titles: notes of the table before, units in brackets."""

_PER_SHARE = re.compile(r"\bper (?:\w+ )?(?:share|unit)\b|\bratios?\b|\bEPS\b", re.I)


def tables_of(
    blocks: Sequence[Block],
    starts: list[int],
    sections: Sequence[Section],
    lang: str,
    running: Sequence[Running],
) -> list[TableOut]:
    """Every table, in order. starts: of each block in the text; running: lines that were cut."""
    out: list[TableOut] = []
    before = -1
    ordered = sorted(
        (s for s in sections if s.status != "not_found"), key=lambda s: (s.start, -s.end)
    )
    chinese = chinese_tables.describe(blocks) if lang == "zh" else {}
    for n, block in enumerate(blocks):
        grid = block.grid
        if grid is None:
            continue
        start = starts[n]
        if n in chinese:
            told, key = chinese[n], _key_at(ordered, start)
            kind = "statement" if told.statement else "data"
            place = (start, start + len(block.text), kind, told.title[:200])
            out.append(TableOut(block, *place, told.unit, told.scale, key, told.scope))
            continue
        above = _above(blocks, n)
        captions = [b.text if len(b.text) < 240 else _last_words(b.text) for b in above]
        said = [
            c.text
            for row in grid.rows[: grid.header_rows]
            for c in row[1:2]
            if c is not None and _of_one_column(c, row)
        ]
        head = [
            c.text
            for row in grid.rows[: grid.header_rows + 1]
            for c in row[:2]
            if c is not None and c.text not in said and "par value" not in c.text.lower()
        ]
        head += _across(grid)
        first = [
            c.text for row in grid.rows[:6] for c in row if c is not None and "$" in c.text[:4]
        ]
        # columns that differ say so themselves, whatever a running header says of the page
        ran = [line.text for line in running if id(block) in line.tables] if not said else []
        unit, scale = unit_of([*head, *captions, *first[:1], *ran], chinese=False)
        if (
            scale is None
            and not said
            and out
            and all(_NOTED.match(b.text) for b in blocks[before + 1 : n])
        ):
            unit, scale = unit or out[-1].unit, out[-1].scale  # it goes on with the table before
        before = n
        statement = any(is_statement(c) for c in [*(b.text for b in above[:3]), *head[:2]])
        titles = [b.text for b in above if len(b.text) < 240 and not _NOTED.match(b.text)]
        title = next((b.text for b in above if b.text in titles and _heads(b)), "")
        if not any(is_amount(c.text) for row in grid.rows for c in row if c is not None):
            unit = scale = None  # shares of a hundred, lists of exhibits: nothing to be scaled
        elif scale is not None and _of_one_share(grid):
            scale = None
        out.append(
            TableOut(
                block=block,
                start=start,
                end=start + len(block.text),
                kind="statement" if statement else "data",
                title=" ".join((title or (titles[0] if titles else "")).split())[:200],
                unit=unit,
                scale=scale,
                section_key=_key_at(ordered, start),
            )
        )
    return out


def _of_one_share(grid: Grid) -> bool:
    """Whether all amounts of a table are of one share, or ratios: no scale is meant for them."""
    rows = [[c for c in row if c is not None] for row in grid.rows[grid.header_rows :]]
    amounts = [row for row in rows if any(is_amount(c.text) for c in row[1:])]
    return bool(amounts) and all(_PER_SHARE.search(row[0].text) for row in amounts)


def _of_one_column(cell: Raw, row: Sequence[Raw | None]) -> bool:
    """Whether a heading of the first column of values says a scale that its neighbours do not."""
    if cell.col == 0 or cell.colspan > 1 or unit_of([cell.text], chinese=False)[1] is None:
        return False
    others = [c.text for c in row if c is not None and c.col > cell.col]
    return any(unit_of([text], chinese=False)[1] is None for text in others)


def _across(grid: Grid) -> list[str]:
    """What the header says of all columns: cells that span some and stand alone in their row."""
    rows = [[c for c in row if c is not None and c.col] for row in grid.rows[: grid.header_rows]]
    return [row[0].text for row in rows if len(row) == 1 and row[0].colspan > 1]


def _heads(block: Block) -> bool:
    return bool(block.level) or block.bold or is_statement(block.text)


def _above(blocks: Sequence[Block], n: int) -> list[Block]:
    """What stands above a table, nearest first: not beyond the table before, whose notes end where
    a line of this one's begins.
    """
    above: list[Block] = []
    for block in reversed(blocks[max(0, n - 4) : n]):
        if block.grid is not None:
            break
        if len(block.text) < 240 or (not above and block.text.rstrip().endswith((":", ")"))):
            above.append(block)
    return above


def _last_words(text: str) -> str:
    """The end of a long paragraph, which is what may speak of the table below it."""
    return text[-200:].rpartition(". ")[2]


def _key_at(ordered: Sequence[Section], at: int) -> str | None:
    """Key of the innermost section that holds a place."""
    key = None
    for section in ordered:
        if section.start > at:
            break
        if at < section.end:
            key = section.key
    return key
