"""Join what the end of a page cut in two: tables that go on, sentences that stop in the middle.

Two tables with nothing but a page's end between them are one where the second goes on in the
columns of the first: it repeats its headings, or has none; so are two that are drawn as one, with
nothing between them. Two paragraphs are one where the first stops without a stop and the second
goes on in lower case, or, in Chinese, without a new number. Facts keep their places: marks move
with the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract.blocks import EXCLUDED, Block, joined
from qhdata.extract.cells import is_year
from qhdata.extract.drawn import one_table
from qhdata.extract.grid import Grid, build, rows_of
from qhdata.extract.markdown import markdown
from qhdata.extract.placed import place

LEAST = 40
"""Characters below which a line is no sentence that a page could cut."""
PADDING = 2
"""Empty columns beyond the last number: of its sign, and of nothing."""

_OPEN = re.compile(r"[a-z0-9,;\u2019’'\"”)%—–-]$")
"""How an English sentence may stop at the foot of a page; a full stop ends it."""
_GOES_ON = re.compile(r"^[a-z(]")
_DANGLING = re.compile(
    r"\b(?:the|of|an?|in|to|with|for|by|from|under|at|on|our|its|their|his|her|is|are|was|were|be"
    r"|been|has|have|had|that|which|than|as|per|between|into|upon|this|these|those|approximately)$"
)
"""Words that no paragraph ends with: whatever comes next goes on."""
_AND = re.compile(r"\b(?:and|or|,)$")
_AMOUNT = re.compile(r"^[$€£]\s?\d")
_ITEM = re.compile(r"^\((\d{1,2}|[a-z]|[ivx]{1,5})\)\s")
_MARK = re.compile(r"(?<!^)\((\d{1,2}|[a-z]|[ivx]{1,5})\)\s")
_MARK_FIRST = re.compile(r"^(?:[•●·■▪*-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})[).]\s)")
_ROMAN = [
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
]
_ENDED = re.compile(r";(?:\s+(?:and|or|and/or))?$")
NEAR = 600
"""Characters before an item's end in which another item shows that they run on in a sentence."""
_CJK_OPEN = re.compile(r"[\u4e00-\u9fff，、]$")
_CJK_GOES_ON = re.compile(r"^[\u4e00-\u9fff]")
_CJK_ENDS = re.compile(r"[。；！？]")
_CJK_NEW = re.compile(
    r"^(?:第[一二三四五六七八九十百]+[章节条]|[一二三四五六七八九十]{1,3}、|注：|项目|单位|公司|合并|母公司)"
)


def join_cut(blocks: Sequence[Block]) -> tuple[list[Block], dict[str, int]]:
    """(blocks, counts of what was joined: tables_joined, sentences_joined)."""
    out: list[Block] = []
    counts = {"tables_joined": 0, "sentences_joined": 0}
    redrawn: dict[int, Block] = {}
    grown: dict[int, int] = {}
    """Number of a table in `out` that others joined -> the length of their Markdown so far."""
    for block in blocks:
        before = out[-1] if out else None
        if before is None or not (block.broken or _drawn_on(before.grid, block.grid)):
            out.append(block)
        elif before.grid and block.grid and before.grid.drawn and block.grid.drawn:
            drawn = one_table(before.grid.drawn, block.grid.drawn)
            if drawn is None:
                out.append(block)
                continue
            before.grid.drawn = drawn
            redrawn[id(before)] = before
            counts["tables_joined"] += 1
        elif block.grid is not None and before.grid is not None:
            if not _goes_on(before.grid, block.grid):
                out.append(block)
                continue
            n = len(out) - 1
            length = grown.get(n, len(before.text)) + 1
            before.anchors += block.anchors
            before.links += [(offset + length, name) for offset, name in block.links]
            grown[n] = length + len(block.text)
            counts["tables_joined"] += 1
        elif _one_sentence(before, block):
            cjk = _CJK_OPEN.search(before.text) is not None
            whole_text = joined([before, block], "" if cjk else " ")
            whole_text.kind, whole_text.page = before.kind, before.page
            whole_text.broken, whole_text.path = before.broken, before.path
            out[-1] = whole_text
            counts["sentences_joined"] += 1
        else:
            out.append(block)
    for block in redrawn.values():
        _redraw(block)
    for n in grown:  # once, however many joined it
        table = out[n]
        if table.grid is not None:
            markdown(table.grid, table)
            table.links = [(min(offset, len(table.text)), name) for offset, name in table.links]
    return out, {name: n for name, n in counts.items() if n}


def _redraw(block: Block) -> None:
    """The grid of a table that pages had cut, built once from all of its rows."""
    held = block.grid
    if held is None or held.drawn is None:
        return
    grid = build(place(rows_of(held.drawn)))
    grid.path, grid.drawn = held.path, held.drawn
    block.grid = grid
    markdown(grid, block)


def _one_sentence(before: Block, after: Block) -> bool:
    plain = before.kind in ("text", "list") and after.kind == "text"
    if (
        not plain
        or any(b.grid or b.level or b.center for b in (before, after))
        or before.bold != after.bold
        or "\n" in before.text[-200:]
    ):
        return False
    if _CJK_OPEN.search(before.text) and len(before.text) >= LEAST // 2:
        goes_on = bool(_CJK_GOES_ON.match(after.text)) and not _CJK_NEW.match(after.text)
        # what goes on comes to an end, or is long: a caption is neither
        return goes_on and (
            len(after.text) >= LEAST // 2 or _CJK_ENDS.search(after.text) is not None
        )
    if len(before.text) < LEAST or _is_next_item(before.text, after.text):
        return False
    if _DANGLING.search(before.text) or (_AND.search(before.text) and _AMOUNT.match(after.text)):
        return _MARK_FIRST.match(after.text) is None
    return _OPEN.search(before.text) is not None and _GOES_ON.match(after.text) is not None


def _is_next_item(before: str, after: str) -> bool:
    """Whether the second is another item of a list, not more of the first.

    Items that run on inside one paragraph show in the first half: "(i) ..., (ii) ..." or a; b; c.
    """
    mark = _ITEM.match(after)
    if mark:
        others = _MARK.findall(before, 1)
        return not any(_follows(other, mark[1]) for other in others)
    ended = _ENDED.search(before)
    return ended is not None and ";" not in before[max(0, ended.start() - NEAR) : ended.start()]


def _follows(mark: str, other: str) -> bool:
    if mark.isdigit() and other.isdigit():
        return int(other) == int(mark) + 1
    if mark in _ROMAN and other in _ROMAN:
        return _ROMAN.index(other) == _ROMAN.index(mark) + 1
    return len(mark) == len(other) == 1 and ord(other) == ord(mark) + 1


def _goes_on(first: Grid, second: Grid) -> bool:
    """Whether the second is more of the first; its rows then stand in the first."""
    if first.columns != second.columns or second.captions:
        return False
    repeated = _same_head(first, second)
    if not repeated and (second.header_rows or _looks_headed(second)):
        return False
    n = (second.header_rows or 1) if repeated else 0
    if any(code < EXCLUDED for row in second.rows[:n] for c in row if c for _, code in c.marks):
        return False  # a repeated heading that carries facts stays where it is
    _inward(first, second, n)
    for row in second.rows[n:]:
        for cell in row:
            if cell is not None:
                cell.row = len(first.rows)
        first.rows.append(row)
    return True


def _drawn_on(first: Grid | None, second: Grid | None) -> bool:
    """Whether a table right below another, no page's end between them, is drawn as more of it: in
    as many columns, and numbers stand in it before any heading.
    """
    if first is None or second is None or first.drawn or second.drawn or second.header_rows:
        return False
    if abs(first.drawn_columns - second.drawn_columns) > PADDING or not first.header_rows:
        return False
    filled = ([c for c in row if c is not None] for row in second.rows)
    values = next((row[1:] for row in filled if len(row) > 1), [])
    return bool(values) and all(cell.value and not is_year(cell.text) for cell in values)


def _inward(first: Grid, second: Grid, n: int) -> None:
    """Marks between two tables that become one go into the cells beside the seam. n: the rows of
    the second that are left out.
    """
    last = [cell for cell in first.rows[-1] if cell is not None]
    if last:
        last[-1].marks += [(len(last[-1].text), code) for code in first.after]
    following = [cell for row in second.rows[n:] for cell in row if cell is not None]
    if following:
        following[0].marks[:0] = [(0, code) for code in second.before]
    first.after = second.after if following else second.before + second.after


def _same_head(first: Grid, second: Grid) -> bool:
    """Whether the second begins with the headings of the first."""
    n = second.header_rows
    if n != first.header_rows:
        return False
    if not n:  # a first row of words may be a heading that is not known as one
        n = 1
        if any(c.value for c in second.rows[0] if c):
            return False
    return all(
        [c and c.text for c in a] == [c and c.text for c in b]
        for a, b in zip(first.rows[:n], second.rows[:n], strict=True)
    )


def _looks_headed(grid: Grid) -> bool:
    """A first row of words alone in several columns is a heading that was not known as one."""
    cells = [c for c in grid.rows[0] if c is not None]
    return len(cells) >= max(2, grid.columns - 1) and not any(c.value for c in cells)
