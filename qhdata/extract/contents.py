"""The table of contents: which blocks it is, and where its links say that items begin.

Short items look like one ("Item 1B. Unresolved Staff Comments", "None.", "Item 2. Properties" ...),
and what is taken for contents is passed over and cut. So a list needs a sign of being one: page
numbers, links, or that its items come again behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qhdata.extract.blocks import Block, anchors_of
from qhdata.extract.item_heading import (
    Candidate,
    candidates_of,
    is_continued,
    part_of,
    read_heading,
)
from qhdata.extract.items import Item

FEWEST = 5
"""Headings in a row, with next to nothing between them, that may be a list of contents."""
FEWEST_ROWS = 3
"""Rows of a table that name items, from which it may be one."""
_PAGED = re.compile(r"(?:[\s.|]|^)(?:\d{1,3}|[A-Z]{1,2}-\d{1,3}|[ivxl]{1,6})[\s|]*$")
_PAGE = re.compile(r"^\W*(?:pages?\s*)?(?:\d{1,3}|[A-Z]{1,2}-\d{1,3}|[ivxl]{1,6})\W*$", re.I)


@dataclass(slots=True)
class _Row:
    """A line that names an item."""

    block: int
    keys: frozenset[str]
    title: str
    """Its letters, in lower case."""
    paged: bool
    linked: bool


def find_contents(
    blocks: Sequence[Block], items: Sequence[Item]
) -> tuple[set[int], list[Candidate]]:
    """(numbers of the contents' blocks, candidates at the targets of their links)."""
    anchors = anchors_of(blocks)
    candidates: list[Candidate] = []
    lists: list[list[_Row]] = []
    heads: list[_Row] = []
    run: list[_Row] = []
    part = 0
    for n, block in enumerate(blocks):
        if len(block.text) < 160:
            part = part_of(block.text) or part
        lines = _item_rows(block)
        if block.kind == "table":
            rows = [_row(blocks, n, line, 0, items) for line in lines]
            if len(rows) >= FEWEST_ROWS:
                lists.append(rows)
                candidates += _linked(blocks, block, anchors, items, n)
            else:
                heads += rows
        elif len(lines) == 1:
            row = _row(blocks, n, lines[0], part, items)
            if not is_continued(lines[0][:160]):
                heads.append(row)
            if len(block.text) < 200:
                if run and (n - run[-1].block > 3 or _begins_again(run, row)):
                    lists += _close(blocks, run)
                    run = []
                run.append(row)
                if block.links:
                    candidates += _linked(blocks, block, anchors, items, n)
    lists += _close(blocks, run)
    contents: set[int] = set()
    for rows in lists:
        if _is_contents(rows, heads):
            contents.update(range(rows[0].block, rows[-1].block + 1))
    return contents, [c for c in candidates if c.block not in contents]


def _row(blocks: Sequence[Block], n: int, line: str, part: int, items: Sequence[Item]) -> _Row:
    _, numbers, title = read_heading(line.replace("|", " ").strip()) or ("", [], "")
    keys = frozenset(c.item.key for c in candidates_of(n, numbers, title, part, 0.0, items))
    after = blocks[n + 1].text if n + 1 < len(blocks) else ""
    return _Row(
        n,
        keys or frozenset(numbers),
        "".join(c for c in title.lower() if c.isalpha()),
        _PAGED.search(line) is not None or (len(after) < 16 and _PAGE.match(after) is not None),
        bool(blocks[n].links),
    )


def _begins_again(run: Sequence[_Row], row: _Row) -> bool:
    """Whether a row names what the run has named: the text begins below its contents."""
    return any(
        row.keys == other.keys
        and (row.title.startswith(other.title[:12]) or other.title.startswith(row.title[:12]))
        for other in run
    )


def _close(blocks: Sequence[Block], run: Sequence[_Row]) -> Iterator[list[_Row]]:
    """The lists in a run: headings with next to nothing between them, in the first half."""
    start = 0
    for i in range(1, len(run) + 1):
        near = i < len(run) and (
            sum(len(b.text) for b in blocks[run[i - 1].block + 1 : run[i].block]) < 120
        )
        if not near:
            if i - start >= FEWEST and run[start].block < len(blocks) // 2:
                yield list(run[start:i])
            start = i


def _is_contents(rows: Sequence[_Row], heads: Sequence[_Row]) -> bool:
    """Whether half of a list's rows show a page or a link, or half of its items come again."""
    for sign in (sum(r.paged for r in rows), sum(r.linked for r in rows)):
        if sign * 2 >= len(rows):
            return True
    named = {key for row in rows for key in row.keys}
    again = {key for row in heads if row.block > rows[-1].block for key in row.keys}
    return len(named & again) * 2 >= len(named)


def _item_rows(block: Block) -> list[str]:
    if "item" not in block.text[:20000].lower():
        return []
    rows = block.text.split("\n") if block.kind in ("table", "pre") else [block.text]
    return [row for row in rows if read_heading(row.replace("|", " ").strip()) is not None]


def _linked(
    blocks: Sequence[Block], block: Block, anchors: dict[str, int], items: Sequence[Item], at: int
) -> Iterator[Candidate]:
    text = block.text
    names: dict[int, list[str]] = {}
    for offset, name in block.links:
        start = text.rfind("\n", 0, offset) + 1
        names.setdefault(start, []).append(name)
    part, start = 0, 0
    for row in text.split("\n"):
        plain = " ".join(row.replace("|", " ").split())
        part = part_of(plain) or part
        read = read_heading(plain)
        if read is not None:
            for name in names.get(start, []):
                target = anchors.get(name)
                if target is None or target <= at:
                    continue
                title = re.sub(r"[\s\d.–—-]+$", "", read[2])
                for candidate in candidates_of(target, read[1], title, part, 4.0, items):
                    yield _verified(blocks, candidate)
                break
        start += len(row) + 1


def _verified(blocks: Sequence[Block], candidate: Candidate) -> Candidate:
    """The heading at or just after a link's target; a target without one is believed less."""
    for n in range(candidate.block, min(candidate.block + 5, len(blocks))):
        text = blocks[n].text
        read = read_heading(text) if len(text) < 400 else None
        if read is not None and candidate.item.number in read[1]:
            candidate.block = n
            candidate.weight += 3.0
            return candidate
    for n in range(candidate.block, min(candidate.block + 3, len(blocks))):
        if len(blocks[n].text) < 300 and re.search(candidate.item.title, blocks[n].text, re.I):
            candidate.block = n
            candidate.weight += 1.0
            return candidate
    candidate.weight -= 2.0
    candidate.failed.append("heading")
    return candidate
