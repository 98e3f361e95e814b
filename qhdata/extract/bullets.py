"""Marks of list items: one that stands alone belongs to the words that follow it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract.blocks import Block, joined, shift

_DOTS = re.compile(r"^[•●○◦▪■□·➢–—\-*o]$")
_ALONE = re.compile(r"^[•●○◦▪■·➢]$")
"""Marks that mean nothing else."""
_DASH = re.compile(r"^[–—-]$")
"""May be a value, unless words follow it."""
_NUMBER = re.compile(
    r"^(?:\((?:\d{1,2}|[a-z]|[ivx]{1,5})\)|(?:\d{1,2}|[a-z])[.)]|\*{1,2}|[†‡§]|[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,2})$",
    re.I,
)
"""Of a note or an item of a list, floated to the left of its words."""


def one_line(blocks: list[Block]) -> Block:
    """Short blocks that stand beside one another as one paragraph, or one item of a list."""
    if _DOTS.match(blocks[0].text) and len(blocks) > 1:
        rest = joined(blocks[1:])
        rest.marks = [(0, code) for _, code in blocks[0].marks] + rest.marks
        rest.anchors = blocks[0].anchors + rest.anchors
        shift(rest, "- ")
        rest.kind = "list"
        return rest
    line = joined(blocks)
    line.bold = all(b.bold for b in blocks)
    return line


def join_marks(blocks: Sequence[Block]) -> list[Block]:
    """Blocks in which a mark in a paragraph of its own is one item with the paragraph after it."""
    out: list[Block] = []
    mark: Block | None = None
    for block in blocks:
        if mark is not None:
            if _goes_on(mark, block):
                own = _NUMBER.match(mark.text)  # a star stays a star: its note hangs on it
                whole = joined([mark, block]) if own else one_line([mark, block])
                whole.bold, whole.center, whole.size = block.bold, block.center, block.size
                whole.broken, whole.page, whole.path = mark.broken, block.page, block.path
                out.append(whole)
                mark = None
                continue
            out.append(mark)
            mark = None
        if block.kind == "text" and len(block.text) < 8 and _marks(block.text):
            mark = block
        else:
            out.append(block)
    return [*out, mark] if mark is not None else out


def _marks(text: str) -> bool:
    return bool(_ALONE.match(text) or _NUMBER.match(text) or _DASH.match(text))


def _goes_on(mark: Block, block: Block) -> bool:
    """Whether a paragraph is what its mark stands before."""
    if block.kind != "text" or block.level or _marks(block.text):
        return False
    first = block.text[:1]
    if _DASH.match(mark.text):  # before Chinese it is a value that lost its column
        return first.isascii() and first.isalpha() and " " in block.text
    return bool(_ALONE.match(mark.text)) or first.isalpha() or first in "“\"‘'"
