"""Marks of list items: one that stands alone belongs to the words that follow it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract.blocks import Block, joined, shift

_DOTS = re.compile(r"^[•●○◦▪■□·➢–—\-*o]$")
_ALONE = re.compile(r"^[•●○◦▪■·➢]$")
"""Marks that mean nothing else: a dash alone may be a value."""


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
            if block.kind == "text" and not block.level and not _ALONE.match(block.text):
                whole = one_line([mark, block])
                whole.broken, whole.page, whole.path = mark.broken, block.page, block.path
                out.append(whole)
                mark = None
                continue
            out.append(mark)
            mark = None
        if block.kind == "text" and _ALONE.match(block.text):
            mark = block
        else:
            out.append(block)
    return [*out, mark] if mark is not None else out
