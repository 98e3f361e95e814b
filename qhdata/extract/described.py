"""What a table is called and counted in: from its own head, and from what stands above it.

A wrong scale is worse than none, so words above count only as far as the table before, and a table
of shares of a hundred or of words has neither unit nor scale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract import chinese_tables
from qhdata.extract.blocks import Block
from qhdata.extract.carried_scales import CarriedScales
from qhdata.extract.cells import is_amount
from qhdata.extract.column_scales import money_of, of_one_share, scales_of_columns, shows_money
from qhdata.extract.extracted import TableOut
from qhdata.extract.grid import Grid
from qhdata.extract.page_furniture import Running
from qhdata.extract.units import DOLLARS, currency_in, is_statement, said_by
from qhdata.records import DecimalText, Section

_AMOUNT = re.compile(
    r"(?:\b[A-Z]{1,3})?[$€£]\s?\d[\d,.]*(?:\s?(?:thousand|million|billion)\b)?", re.I
)
"""A sum that a sentence tells: "at a gold price of US$1,300" says nothing of the table's money."""
_NOTED = re.compile(r"^[\W_]*$|^\W{0,2}(?:\(?(?:\d{1,2}|[a-z])\)|[(\[]|[¹²³⁴⁵⁶⁷⁸⁹⁰*†‡])")
"""Lines that are no titles: notes of the table before, units in brackets."""


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
    carried = CarriedScales()
    last: tuple[str | None, DecimalText | None] = (None, None)
    for n, block in enumerate(blocks):
        grid, start = block.grid, starts[n]
        if grid is None:
            if lang != "zh":
                carried.hear(n, block)
            continue
        if n in chinese:
            told, key = chinese[n], _key_at(ordered, start)
            kind = "statement" if told.statement else "data"
            place = (start, start + len(block.text), kind, told.title[:200])
            out.append(TableOut(block, *place, told.unit, told.scale, key, told.scope))
            continue
        above, key = _above(blocks, n), _key_at(ordered, start)
        columns = scales_of_columns(grid)
        head = _head(grid, columns.texts)
        captions = [b.text if len(b.text) < 240 else _last_words(b.text) for b in above]
        captions = [_AMOUNT.sub(" ", text) for text in captions]
        # columns that differ say so themselves, whatever a running header says of the page
        ran = [] if columns.differ else [r.text for r in running if id(block) in r.tables]
        said = said_by([*head, *captions, *ran])
        unit, scale = _unit(grid, said.unit), columns.scale or said.scale
        if said.counted is not None and not shows_money(grid):
            unit, scale = "shares" if said.shares else None, said.counted  # and of nothing else
        elif scale is None and said.counted is None and not columns.differ and not said.whole:
            if out and all(_NOTED.match(b.text) for b in blocks[before + 1 : n]):
                unit, scale = unit or last[0], last[1]  # it goes on with the table before
            same = carried.at >= 0 and _key_at(ordered, starts[carried.at]) == key
            scale = scale or carried.scale_for(grid, same)
        carried.shown(grid, scale)
        last = unit, scale
        before = n
        statement = any(is_statement(c) for c in [*(b.text for b in above[:3]), *head[:2]])
        titles = [b.text for b in above if len(b.text) < 240 and not _NOTED.match(b.text)]
        title = next((b.text for b in above if b.text in titles and _heads(b)), "")
        if grid.stacked and not above and n and blocks[n - 1].grid is not None:
            title = out[-1].title  # unless that one was contents, and is gone
        if not any(is_amount(c.text) for row in grid.rows for c in row if c is not None):
            unit = scale = None  # shares of a hundred, lists of exhibits: nothing to be scaled
        elif scale is not None and unit != "shares" and of_one_share(grid):
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
                section_key=key,
            )
        )
    return out


def _head(grid: Grid, own: Sequence[str]) -> list[str]:
    """Texts of a table's head that may say what all of it is counted in. own: what is said of
    single columns.
    """
    top = grid.header_rows
    below = [
        row for row in grid.rows[top : top + 1] if not any(c and is_amount(c.text) for c in row)
    ]
    return [
        c.text
        for row in grid.rows[:top] + below
        for c in row[:2]
        if c is not None and c.text not in own and "par value" not in c.text.lower()
    ] + _across(grid)


def _unit(grid: Grid, said: str | None) -> str | None:
    """The currency of a table. said: what words around it name, which may be another's money; but
    `$` is no euro, and which dollar it is only words can say.
    """
    if said in DOLLARS:
        return said
    near = (c.text for row in grid.rows[:6] for c in row if c is not None and "$" in c.text[:4])
    sign = next((currency_in(text) for text in near), None) or money_of(grid)
    if sign or said:
        return sign or said
    first = next((row[0] for row in grid.rows[grid.header_rows :]), None)
    return currency_in(first.text) if first and "par value" not in first.text.lower() else None


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
