"""Chinese reports: chapters to keys, heading levels, spaces that line ends left in words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.items import CHINESE
from qhdata.extract.sections import Found

_CHAPTER = re.compile(r"^\s*第\s*([一二三四五六七八九十百零〇]{1,4})\s*([节章])\s*(.{0,60})$", re.S)
_FIRST = re.compile(r"^[一二三四五六七八九十]{1,3}、")
_SECOND = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]")
_CJK = "\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e"
_BETWEEN = re.compile(f"(?<=[{_CJK}])[ \n](?=[{_CJK}])")
_LEADERS = re.compile(r"[.·…\s]{4,}\d*\s*$")


def squeeze(block: Block) -> None:
    """Drop a space or line end between two Chinese characters; offsets follow."""
    if not _BETWEEN.search(block.text):
        return
    gone = [m.start() for m in _BETWEEN.finditer(block.text)]
    block.text = _BETWEEN.sub("", block.text)
    if block.marks:
        block.marks = [(at - bisect_left(gone, at), code) for at, code in block.marks]
    if block.links:
        block.links = [(at - bisect_left(gone, at), name) for at, name in block.links]


def is_chapter(text: str) -> bool:
    """Whether a line is a chapter's heading and not its line in the contents."""
    return _CHAPTER.match(text) is not None and not _LEADERS.search(text)


def find_chapters(blocks: Sequence[Block]) -> list[Found]:
    """Chapters as sections; of two places for one chapter the one with more text below it."""
    places: dict[str, list[tuple[int, str, int]]] = {}
    starts = [
        (n, found) for n, b in enumerate(blocks)
        if b.kind in ("text", "list") and (found := _CHAPTER.match(b.text)) and is_chapter(b.text)
    ]  # fmt: skip
    for i, (n, found) in enumerate(starts):
        end = starts[i + 1][0] if i + 1 < len(starts) else len(blocks)
        size = sum(len(b.text) for b in blocks[n:end])
        places.setdefault(found[1], []).append((size, found[3].strip(), n))
    chosen = sorted((max(options)[2], max(options)[1]) for options in places.values())
    sections = []
    for i, (n, title) in enumerate(chosen):
        end = chosen[i + 1][0] if i + 1 < len(chosen) else len(blocks)
        name = title or (blocks[n + 1].text[:60] if n + 1 < len(blocks) else "")
        key = next((item.key for item in CHINESE if re.search(item.title, name)), None)
        failed = [] if key else ["title"]
        blocks[n].level = 2
        sections.append(
            Found(key or "heading", blocks[n].text[:200], n, end, 2, 0.9 if key else 0.5, failed)
        )
    return sections


def mark_headings(blocks: Sequence[Block]) -> None:
    """Levels of 一、 and （一） below the chapters."""
    for block in blocks:
        if block.kind != "text" or len(block.text) > 60 or block.level == 2:
            block.level = 2 if block.level == 2 and len(block.text) <= 120 else 0
        elif _FIRST.match(block.text):
            block.level = 3
        elif _SECOND.match(block.text):
            block.level = 4
        else:
            block.level = 0
