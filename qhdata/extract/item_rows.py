"""A table with an item of the form in each row: the headings and paragraphs that it lays out.

    | Item 1.  | Legal Proceedings | None           |
    | Item 1A. | Risk Factors      | Not applicable |

So small filers set Part II of a 10-Q or Part III of a 10-K. A section begins where a block does, so
each item becomes a heading, and what stands beside or below it its text. Contents stay a table:
they show pages or links, or say nothing of their items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract.blocks import Block, close_after, joined, open_before
from qhdata.extract.cells import is_value
from qhdata.extract.item_heading import names_item, part_of, read_heading
from qhdata.extract.items import Item
from qhdata.extract.placed import Raw

_PAGE = re.compile(r"^\W*(?:(?:pages?|pp?\.)\s*)?(?:[A-Z]{1,2}-)?\d[\d\s,–-]*$|^pages?\b", re.I)


def part_rows(block: Block, items: Sequence[Item]) -> list[Block]:
    """The blocks of such a table, or the block itself."""
    if block.grid is None or block.links or not names_item(block.text.lstrip("|- \n")):
        return [block]
    rows = _rows(block.grid.rows)
    heads = [_head(row, items) for row in rows]
    first = next((n for n, head in enumerate(heads) if head), len(heads))
    if any(part_of(row[0].text) is None for row in rows[:first]):
        return [block]
    if any(_shows_figures(row, head) for row, head in zip(rows, heads, strict=True)):
        return [block]
    says = [
        len(row) > head or (not following and bool(below))
        for row, head, following, below in zip(
            rows, heads, [*heads[1:], 1], [*rows[1:], []], strict=True
        )
        if head
    ]
    if sum(says) * 2 < len(says) or not says:
        return [block]
    out: list[Block] = []
    for row, head in zip(rows, heads, strict=True):
        if head:
            out.append(_paragraph(row[:head]))
            out += [_paragraph([cell]) for cell in row[head:]]
        elif row:
            out.append(_paragraph(row))
    for made in out:
        made.page, made.path = block.page, block.path
    out[0].anchors, out[0].broken = block.anchors, block.broken
    if block.grid.before:
        open_before(out[0], block.grid.before)
    for code in block.grid.after:
        close_after(out[-1], code)
    return out


def _rows(rows: Sequence[Sequence[Raw | None]]) -> list[list[Raw]]:
    """The filled cells of each row; a cell that spans several rows stands in its first."""
    seen: set[int] = set()
    out = []
    for row in rows:
        cells = [c for c in row if c is not None and c.text and id(c) not in seen]
        seen.update(map(id, cells))
        out.append(list({id(c): c for c in cells}.values()))
    return [row for row in out if row]


def _shows_figures(row: Sequence[Raw], head: int) -> bool:
    """Whether an item's row names a page, or another row has figures in two cells."""
    if head:
        return any(_PAGE.match(cell.text) for cell in row[head:])
    return sum(is_value(c.text) and c.text[-1:].isdigit() for c in row) > 1


def _head(row: Sequence[Raw], items: Sequence[Item]) -> int:
    """How many cells of a row are an item's number and title: 1 or 2, or 0 where it has none."""
    for cells in (1, 2):
        if len(row) < cells:
            break
        read = read_heading(" ".join(cell.text for cell in row[:cells]))
        if read is not None and any(
            item.number in read[1] and re.match(rf"\W*(?:{item.title})", read[2], re.I)
            for item in items
        ):
            return cells
    return 0


def _paragraph(cells: Sequence[Raw]) -> Block:
    pieces = []
    for cell in cells:
        piece = Block("text", cell.text, cell.marks)
        piece.bold = cell.bold
        pieces.append(piece)
    return joined(pieces)
