"""A printed table to its logical grid: spans placed, symbols joined, headers found.

Filers draw `$`, a number and `)` into three cells, and align columns with empty ones. Order
matters: symbols are joined to their number first, then every cell gets an anchor column (values
the last one that they cover, words the first), then anchors that no row uses together and that
stand under the same header are one column. Nothing is dropped but emptiness.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from qhdata.extract.anchors import anchor_of, head_over, label_spans, under_own_headings
from qhdata.extract.cells import is_year, shows_figures
from qhdata.extract.drawn import Drawn
from qhdata.extract.periods import spread
from qhdata.extract.placed import Raw, join_symbols
from qhdata.extract.stacked import unstacked

MAX_HEADS = 2_000
"""Cells in the rows that may head a table above which none is looked for: each is compared with
all others; the widest real table has 60 columns."""
HEADER_ROWS = 8
"""No header is looked for below this row."""
_HEADS = re.compile(
    r"^(?:项\s*目|类\s*别|种\s*类|科\s*目|账\s*龄|序\s*号|姓\s*名|年\s*[份度]|税\s*种|币\s*种|关联方"
    r"|补充资料|被投资单位|会议届次|事项概述|承诺背景|释义项|\S{0,8}名\s*称(?:[(（].{1,6}[)）])?)$"
)
"""What the corner of a Chinese table says above its labels."""


_MEASURE = re.compile(r"\d+(?:\.\d+)? (?:years?|months?|weeks?|days?)")
"""A value with its unit, such as a term: "12 Months Ended" is none."""
_PAGE = re.compile(r"^(?:[A-Z]-)?[ivxl]{1,6}$")


@dataclass(slots=True)
class Grid:
    """The logical grid: `rows` hold final cells by column, headers first."""

    columns: int
    header_rows: int
    rows: list[list[Raw | None]]
    captions: list[Raw] = field(default_factory=list)
    """Header cells that span the whole table: its title, its unit."""
    path: str = ""
    drawn: Drawn | None = None
    """Its cells as they were drawn, of a PDF."""
    drawn_columns: int = 0
    """Columns as they were drawn, empty ones and those of symbols too."""
    stacked: bool = False
    """Whether it was drawn as one with the table before it."""
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    """Codes of marks that stand at its start and at its end, outside of all cells."""


def rows_of(drawn: Drawn) -> list[list[Raw]]:
    """Raw rows of a drawn table, for `place`."""
    return [
        [Raw(cell.text, [], cell.wide, cell.tall, False, cell.bold) for cell in row]
        for row in drawn.rows
    ]


def build(rows: list[list[Raw]]) -> Grid:
    """The logical grid of placed rows; symbols are joined here."""
    join_symbols(rows)
    return _build(rows, _heads_of(rows))


def build_each(rows: list[list[Raw]]) -> list[Grid]:
    """The grids of placed rows in which tables may be stacked, in order; mostly one."""
    join_symbols(rows)
    heads = _heads_of(rows)
    first, *others = unstacked(rows, heads)
    grids = [_build(first, heads), *(_build(part, _heads_of(part)) for part in others)]
    for grid in grids[1:]:
        grid.stacked = True
    return grids


def _heads_of(rows: list[list[Raw]]) -> int:
    return count_headers(rows) if sum(map(len, rows[:HEADER_ROWS])) <= MAX_HEADS else 0


def _build(rows: list[list[Raw]], heads: int) -> Grid:
    header_rows, captions = _split_captions(rows, heads)
    under_own_headings(rows[header_rows:], rows[:header_rows])
    labels = label_spans(rows[header_rows:])
    columns = _columns(rows[header_rows:], rows[:header_rows], labels)
    width = max(columns.values(), default=0) + 1
    grid = Grid(columns=width, header_rows=header_rows, rows=[], captions=captions)
    grid.drawn_columns = max((c.col + c.colspan for row in rows for c in row), default=0)
    starts = _starts(columns, width)
    for n, row in enumerate(rows):
        line: list[Raw | None] = [None] * width
        for cell in row:
            if n < header_rows:
                first, last = _covered(cell, columns, starts)
            else:
                first = last = columns[anchor_of(cell, labels)]
            while line[first] is not None and first < width - 1 and n < header_rows:
                first += 1
            last = max(first, last)
            held = line[first]
            if held is not None:
                cell = _words(held, cell)
            cell.row, cell.col, cell.colspan = n, first, last - first + 1
            line[first] = cell
        grid.rows.append(line)
    spread(grid.rows, header_rows, width)
    return grid


def _words(left: Raw, right: Raw) -> Raw:
    n = len(left.text) + 1
    left.text = f"{left.text} {right.text}"
    left.marks += [(offset + n, code) for offset, code in right.marks]
    left.value = False
    return left


def count_headers(rows: list[list[Raw]]) -> int:
    """How many leading rows head the columns: no label with values beside it has come yet."""
    if not rows:
        return 0
    first = min(cell.col for row in rows for cell in row)
    count = _spanned(rows)
    for n, row in enumerate(rows[:HEADER_ROWS]):
        if n < count:
            continue
        rest = [cell for cell in row if cell.col != first]
        label = len(rest) < len(row)
        if all(cell.th for cell in row) and len(rows) > n + 1:
            count = n + 1
        elif not rest:
            wide = row[0].colspan > 1 and not count and n == 0
            if not wide and not (n <= 1 and len(rows) > n + 1 and not label):
                continue
        elif label and all(_PAGE.match(cell.text) for cell in rest):
            break  # contents, whose first pages have Roman numbers
        elif any(cell.value and not is_year(cell.text) for cell in rest) or (
            count and label and any(shows_figures(cell.text) for cell in rest)
        ):
            break
        elif all(is_year(cell.text) for cell in rest if cell.value) and (
            not label or _heads(row, rows[n + 1 :], count == 0)
        ):
            count = n + 1
        else:
            break
    return count if count < len(rows) else 0


def _spanned(rows: list[list[Raw]]) -> int:
    """Header rows that the first row says: its label spans down beside cells that span across."""
    top = rows[0]
    down = min(max(cell.rowspan for cell in top), HEADER_ROWS)
    across = any(cell.colspan > 1 and cell.rowspan < down for cell in top)
    if (
        down < 2
        or not across
        or down >= len(rows)
        or any(c.value and not is_year(c.text) for c in top)
    ):
        return 0
    return down if rows[down - 1][0].row < down else 0


def _heads(row: list[Raw], below: list[list[Raw]], first: bool) -> bool:
    """Whether a row of words with a label heads what is below: it is bold, or numbers follow.

    first: no heading stands above it, so the numbers may follow years and labels that stand alone.
    """
    if len(row) > 1 and _HEADS.match(row[0].text) and not any(cell.value for cell in row):
        return True
    if all(cell.bold for cell in row):
        return not (below and all(cell.bold for cell in below[0]) and len(below[0]) == len(row))
    if row[0].value or any(_MEASURE.fullmatch(cell.text) for cell in row):
        return False
    rows = below[:2]
    if first:
        filled = (r for r in below[:HEADER_ROWS] if len(r) > 1 and not all(map(_is_year, r)))
        rows = [*rows, *islice(filled, 2)]
    return any(cell.value and not _is_year(cell) for r in rows for cell in r[1:])


def _is_year(cell: Raw) -> bool:
    return is_year(cell.text)


def _split_captions(rows: list[list[Raw]], header_rows: int) -> tuple[int, list[Raw]]:
    """Take header cells that span the whole table out of the rows: they are its title."""
    captions: list[Raw] = []
    if header_rows < 2:
        return header_rows, captions
    first = min(cell.col for row in rows for cell in row)
    last = max(cell.col + cell.colspan for row in rows for cell in row)
    n = 0
    while (
        n < header_rows - 1
        and len(rows[0]) == 1
        and rows[0][0].col == first
        and rows[0][0].colspan >= last - first - 1 > 1
    ):
        captions.append(rows.pop(0)[0])
        n += 1
    return header_rows - n, captions


def _columns(
    body: list[list[Raw]], headers: list[list[Raw]], labels: frozenset[tuple[int, int]]
) -> dict[int, int]:
    """Anchor column -> final column. labels: see `label_spans`."""
    used: dict[int, set[int]] = {}
    for n, row in enumerate(body):
        for cell in row:
            used.setdefault(anchor_of(cell, labels), set()).add(n)
    for cell in _unfilled(used, headers):
        used.setdefault(cell.col, set())
    columns: dict[int, int] = {}
    final, group_rows, before = -1, set[int](), -9
    for anchor in sorted(used):
        together = (
            final >= 0
            and not (group_rows & used[anchor])
            and _one_column(before, anchor, headers, final)
        )
        if together:
            group_rows |= used[anchor]
        else:
            final += 1
            group_rows = set(used[anchor])
        columns[anchor] = final
        before = anchor
    return columns


def _unfilled(used: dict[int, set[int]], headers: list[list[Raw]]) -> list[Raw]:
    """Lowest header cells over columns that no row fills: they keep a column of their own.

    One that stands within 2 of a filled column without header heads that column: old filings set
    the header over the `$`.
    """
    leaves = [
        cell
        for n, row in enumerate(headers)
        for cell in row
        if not any(
            low.col < cell.col + cell.colspan and cell.col < low.col + low.colspan
            for below in headers[n + 1 :]
            for low in below
        )
    ]
    claimed = {a for a in used for c in leaves if c.col <= a < c.col + c.colspan}
    free = [a for a in used if a not in claimed]
    return [
        cell
        for cell in leaves
        if not any(cell.col <= a < cell.col + cell.colspan for a in used)
        and not any(cell.col - 2 <= a < cell.col + cell.colspan + 2 for a in free)
    ]


def _one_column(left: int, right: int, headers: list[list[Raw]], final: int) -> bool:
    heads = head_over(left, headers), head_over(right, headers)
    if heads[0] is not None and heads[1] is not None:
        return heads[0] is heads[1] and right - left <= max(3, heads[0].colspan)
    if heads[0] is None and heads[1] is None:
        return right - left <= 2 and (final > 0 or left > 0)
    return right - left <= 1 and final > 0


def _starts(columns: dict[int, int], width: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = [(1 << 30, -1)] * width
    for anchor, final in columns.items():
        low, high = spans[final]
        spans[final] = (min(low, anchor), max(high, anchor))
    return spans


def _covered(cell: Raw, columns: dict[int, int], spans: list[tuple[int, int]]) -> tuple[int, int]:
    """First and last final column under a header cell; the nearest where there is none."""
    end = cell.col + cell.colspan
    under = [final for anchor, final in columns.items() if cell.col <= anchor < end]
    if under:
        return min(under), max(under)
    middle = (cell.col + end - 1) / 2
    nearest = min(
        range(len(spans)),
        key=lambda i: (min(abs(spans[i][0] - middle), abs(spans[i][1] - middle)), -i),
    )
    return nearest, nearest
