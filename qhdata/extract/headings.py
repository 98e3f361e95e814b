"""Which blocks head what follows, and at what level: parts and items, then bold lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found

_PART = re.compile(r"^PART\s+[IV]{1,3}\b", re.I)
_WORDS = re.compile(r"[A-Za-z\u4e00-\u9fff]{2}")
_UNIT = re.compile(
    r"^\(?(?:(?:dollars|amounts|u\.s\.|all)?[\w\s,.$]*\b(?:in|except)\b[\w\s,.$-]*|unaudited|continued)\)?$",
    re.I,
)
LONGEST = 160
"""Characters above which a bold block is emphasis, not a heading."""


def mark_headings(blocks: Sequence[Block], items: set[int]) -> None:
    """Set `level` of headings: 1 for parts, 2 for items (block numbers in `items`), 3 and 4 below.

    `<h1>` to `<h6>` keep the level that their author gave.
    """
    body = _body_size(blocks)
    for n, block in enumerate(blocks):
        if block.kind != "text":
            block.level = 0
            continue
        if n in items and len(block.text) < 300:
            block.level = 2
        elif block.level or not block.bold:
            if block.level and (len(block.text) > 300 or not _WORDS.search(block.text)):
                block.level = 0
        elif _is_heading(block.text):
            if _PART.match(block.text) and len(block.text) < 80:
                block.level = 1
            else:
                large = block.center or block.size > body + 0.9 or block.text.isupper()
                block.level = 3 if large else 4


def _is_heading(text: str) -> bool:
    if len(text) > LONGEST or "\n" in text or not _WORDS.search(text):
        return False
    if text.endswith((";", ",")) or (text.endswith((".", ":")) and len(text) > 90):
        return False
    return not (len(text) < 60 and _UNIT.match(text))


def _body_size(blocks: Sequence[Block]) -> float:
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block.kind == "text" and block.size:
            sizes[block.size] += len(block.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def by_heading(blocks: Sequence[Block], key: str) -> list[Found]:
    """Sections of a document without a form's items: one a heading, to the next of its level."""
    heads = [(n, b.level) for n, b in enumerate(blocks) if b.level]
    found = []
    open_: list[tuple[int, Found]] = []
    for n, level in heads:
        while open_ and open_[-1][0] >= level:
            open_.pop()[1].end = n
        title = " ".join(blocks[n].text.split())[:200]
        section = Found(key, title, n, len(blocks), level, 0.5, [])
        open_.append((level, section))
        found.append(section)
    return found
