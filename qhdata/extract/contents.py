"""The table of contents: which blocks it is, and where its links say that items begin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qhdata.extract.blocks import Block, anchors_of
from qhdata.extract.item_heading import Candidate, candidates_of, part_of, read_heading
from qhdata.extract.items import Item


def find_contents(
    blocks: Sequence[Block], items: Sequence[Item]
) -> tuple[set[int], list[Candidate]]:
    """(numbers of the contents' blocks, candidates at the targets of their links)."""
    anchors = anchors_of(blocks)
    contents: set[int] = set()
    candidates: list[Candidate] = []
    run: list[int] = []
    for n, block in enumerate(blocks):
        rows = _item_rows(block)
        if block.kind == "table" and len(rows) >= 3:
            contents.add(n)
            candidates += _linked(blocks, block, anchors, items, n)
        elif block.kind != "table" and len(rows) == 1 and len(block.text) < 200:
            if run and n - run[-1] > 3:
                _close_run(blocks, run, contents)
                run = []
            run.append(n)
            if block.links:
                candidates += _linked(blocks, block, anchors, items, n)
    _close_run(blocks, run, contents)
    return contents, [c for c in candidates if c.block not in contents]


def _close_run(blocks: Sequence[Block], run: list[int], contents: set[int]) -> None:
    """Five headings with next to nothing between them are a list of contents."""
    start = 0
    for i in range(1, len(run) + 1):
        gap = i < len(run) and sum(len(b.text) for b in blocks[run[i - 1] + 1 : run[i]]) < 120
        if not gap:
            if i - start >= 5 and run[start] < len(blocks) // 2:
                contents.update(range(run[start], run[i - 1] + 1))
            start = i


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
