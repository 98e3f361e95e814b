"""A table's cells to blocks: a data table becomes one Markdown block, a layout table its contents.

Most tables of a filing are there for looks: one row that sets an item's number beside its title,
a column of bullets, a frame around everything. These are dissolved into paragraphs. What has two
rows and two columns with text, and is not prose in columns, is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qhdata.extract.blocks import Block, Sink, joined
from qhdata.extract.bullets import one_line
from qhdata.extract.cells import is_value
from qhdata.extract.chinese_text import squeeze
from qhdata.extract.grid import build_each
from qhdata.extract.markdown import markdown
from qhdata.extract.placed import Raw, place

_BULLET = re.compile(r"^(?:[•●○◦▪■□–—\-*·➢✓o]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5})[.)])$")
_WHOLE = re.compile(r"^-?\d{1,3}(?:,\d{3})+(?:\.\d\d)?$")
PROSE = 160
"""Characters a cell on average above which a table without numbers is prose in columns."""


class _Cell:
    __slots__ = ("blocks", "colspan", "rowspan", "th")

    def __init__(self, colspan: int, rowspan: int, th: bool) -> None:
        self.colspan = colspan
        self.rowspan = rowspan
        self.th = th
        self.blocks: list[Block] = []


_GROUPS = frozenset(["table", "thead", "tbody", "tfoot"])


class TableBuilder:
    """Collects rows and cells while the walk is inside a table."""

    __slots__ = ("feet", "first", "foot", "group", "held", "open", "path", "rows", "sink")

    def __init__(self, path: str) -> None:
        self.path = path
        self.rows: list[list[_Cell]] = []
        self.sink: Sink | None = None
        self.open: _Cell | None = None
        self.feet: list[list[_Cell]] = []
        """Rows of `<tfoot>`, which are drawn last wherever they stand."""
        self.foot = -1
        """The number of rows before the open `<tfoot>`; -1 where none is open."""
        self.held: tuple[list[int], list[str]] = ([], [])
        self.group: object = None
        """The `<thead>`, `<tbody>` or `<tfoot>` around the rows from `first` on."""
        self.first = 0

    def start_foot(self, outer: Sink) -> None:
        """A `<tfoot>` begins: marks and anchors that wait belong to what is drawn first."""
        self.end_spans()
        self.group = None
        self.held = outer.pending, outer.anchors
        outer.pending, outer.anchors = [], []
        self.foot = len(self.rows)
        self.rows.append([])

    def end_foot(self, outer: Sink) -> None:
        """The `<tfoot>` ends."""
        if self.foot < 0:
            return
        self.end_spans()
        self.group = None
        self.feet += [row for row in self.rows[self.foot :] if row]
        del self.rows[self.foot :]
        self.foot, self.first = -1, len(self.rows)
        outer.pending[:0], outer.anchors[:0] = self.held

    def row(self, around: Any) -> None:
        """A `<tr>` begins in another element; one that no table knows is as if it were not."""
        if around.tag in _GROUPS:
            group = None if around.tag == "table" else around
            if group is not self.group:
                self.end_spans()
                self.group = group
        self.rows.append([])

    def end_spans(self) -> None:
        """No cell spans down beyond the rows of its group, as in a browser."""
        for n, row in enumerate(self.rows[self.first :]):
            left = len(self.rows) - self.first - n
            for cell in row:
                cell.rowspan = min(cell.rowspan, left)
        self.first = len(self.rows)

    def empty(self, colspan: int, rowspan: int, th: bool) -> None:
        """A `<td>` that holds nothing."""
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append(_Cell(colspan, rowspan, th and self.foot < 0))

    def cell(self, colspan: int, rowspan: int, th: bool, outer: Sink) -> Sink:
        """A `<td>` begins: text goes to the sink that comes back, with the marks that wait."""
        if not self.rows:
            self.rows.append([])
        self.open = _Cell(colspan, rowspan, th and self.foot < 0)
        self.rows[-1].append(self.open)
        self.sink = Sink()
        self.sink.pending, outer.pending = outer.pending, []
        self.sink.anchors, outer.anchors = outer.anchors, []
        return self.sink

    def close(self, outer: Sink) -> None:
        """The cell ends; marks and anchors without text wait on in the outer sink."""
        if self.sink is None or self.open is None:
            return
        self.sink.flush()
        self.open.blocks = self.sink.blocks
        outer.pending.extend(self.sink.pending)
        outer.anchors.extend(self.sink.anchors)
        self.sink = self.open = None

    def finish(self, notes: dict[str, int], cjk: bool) -> Iterator[Block]:
        """The blocks of the table, in reading order. cjk: Chinese cells are broken anywhere."""
        self.end_spans()
        self.rows += self.feet
        cells = [cell for row in self.rows for cell in row]
        nested = any(b.kind in ("table", "break", "pre") for c in cells for b in c.blocks)
        filled_rows = sum(any(c.blocks for c in row) for row in self.rows)
        if nested or filled_rows <= 1:
            notes["layout_tables"] = notes.get("layout_tables", 0) + 1
            yield from _dissolve(self.rows)
            return
        raw = place([[_raw(cell, cjk) for cell in row] for row in self.rows])
        if _is_layout(raw):
            notes["layout_tables"] = notes.get("layout_tables", 0) + 1
            yield from _dissolve(self.rows)
            return
        anchors = [a for c in cells for b in c.blocks for a in b.anchors]
        links = [(row_n, link) for row_n, row in enumerate(self.rows) for link in _links(row)]
        grids = build_each(raw)
        if grids[0].columns < 2:
            notes["layout_tables"] = notes.get("layout_tables", 0) + 1
            yield from _dissolve(self.rows)
            return
        for grid in grids:
            grid.path = self.path
            for caption in grid.captions:
                block = Block("text", caption.text, caption.marks)
                block.bold, block.center = caption.bold, True
                yield block
            block = Block("table")
            block.grid = grid
            markdown(grid, block)
            block.anchors, anchors = anchors, []
            block.path = self.path
            block.links = _table_links(block.text, links, self.rows)
            yield block
            links = []  # contents, whose headings do not come again


def _raw(cell: _Cell, cjk: bool) -> Raw:
    blocks = [b for b in cell.blocks if b.text] if cell.blocks else []
    if not blocks:
        return Raw("", [], cell.colspan, cell.rowspan, cell.th, False)
    block = joined(blocks)
    if (cjk and len(block.text) > 2 and " " in block.text) or "\n" in block.text:
        squeeze(block)
        if not block.marks:
            block.text = _unbroken(block.text)
    text = block.text.replace("\n", " ") if "\n" in block.text else block.text
    return Raw(text, block.marks, cell.colspan, cell.rowspan, cell.th, block.bold)


def _unbroken(text: str) -> str:
    """A grouped number that a narrow column broke into lines of one width, as one number again.

    >>> _unbroken("35,394.4 2"), _unbroken("1 2,345.00")
    ('35,394.42', '1 2,345.00')
    """
    pieces = text.split()
    if len(pieces) < 2 or (not text[:1].isdigit() and text[:1] != "-"):
        return text
    widths = [len(piece) for piece in pieces]
    if max(widths[:-1]) - min(widths[:-1]) > 1 or widths[-1] > widths[0]:
        return text
    whole = "".join(pieces)
    return whole if _WHOLE.match(whole) else text


def _links(row: list[_Cell]) -> list[str]:
    return [name for cell in row for block in cell.blocks for _, name in block.links]


def _table_links(
    text: str, links: list[tuple[int, str]], rows: list[list[_Cell]]
) -> list[tuple[int, str]]:
    """(offset of the Markdown row that shows the link, name): found by the row's first words."""
    if not links:
        return []
    placed: list[tuple[int, str]] = []
    at = 0
    last = -1
    for row_n, name in links:
        if row_n != last:
            words = next((b.text for c in rows[row_n] for b in c.blocks if b.text), "")
            words = words.split("\n")[0].replace("|", "\\|")
            found = text.find(words, at) if words else -1
            if found >= 0:
                at = text.rfind("\n", 0, found) + 1
            last = row_n
        placed.append((at, name))
    return placed


def _is_layout(rows: list[list[Raw]]) -> bool:
    if len(rows) < 2:
        return True
    cells = [cell for row in rows for cell in row]
    if all(len(row) == 1 for row in rows):
        return True
    values = sum(is_value(cell.text) for cell in cells)
    bullets = sum(len(row) == 2 and _BULLET.match(row[0].text) is not None for row in rows)
    long = any(len(cell.text) > 40 for cell in cells)
    if bullets * 10 >= len(rows) * 8 and long:
        return True
    if values == 0 and sum(len(c.text) for c in cells) > PROSE * len(cells):
        return True
    return len(rows) == 2 and values == 0 and all(len(row) == 1 for row in rows[1:])


def _dissolve(rows: list[list[_Cell]]) -> Iterator[Block]:
    """Blocks of a layout table; a row of single short paragraphs is one paragraph."""
    for row in rows:
        filled = [cell for cell in row if cell.blocks]
        if not filled:
            continue
        texts = [
            [b for b in cell.blocks if b.text and b.kind in ("text", "list")] for cell in filled
        ]
        single = all(
            len(cell.blocks) == 1 and len(found) == 1
            for cell, found in zip(filled, texts, strict=True)
        )
        if len(filled) > 1 and single:
            yield one_line([found[0] for found in texts])
        elif len(filled) == 2 and len(texts[0]) == 1 == len(filled[0].blocks) and texts[1]:
            first, rest = texts[0][0], filled[1].blocks
            if _BULLET.match(first.text) and rest[0] is texts[1][0]:
                yield one_line([first, rest[0]])
                yield from rest[1:]
            else:
                yield from (*filled[0].blocks, *rest)
        else:
            for cell in filled:
                yield from cell.blocks
