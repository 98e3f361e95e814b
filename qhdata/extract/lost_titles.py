"""An item that has no row, and its title inside another item: its heading was not read.

The item that holds it fails `item_inside`. Of a form whose items stand in order only those are
looked for that belong between it and the next; an 8-K reports in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.item_heading import part_of
from qhdata.extract.items import FORM_8K, FORM_10K, FORM_10Q, Item

_NUMBERED = re.compile(
    r"^\W*(?:(?!form\b)[A-Z]{2,7}\W{1,3})?(\d{1,2}(?:\.\d\d)?[A-K]?)[.:)\s–—-]+(?=\S)", re.I
)
_PLAIN = re.compile(r"\b(?![A-Z])\w{4,}")
"""A word of four letters and more that no title in capitals and small letters would begin so."""
_BEHIND = re.compile(r"[.:;!?)”\"]\s+(?i:item)\s+(\d{1,2}(?:\.\d\d)?[A-K]?)[.:\s–—-]+(?=[A-Z])")
"""An item's number behind a sentence, where a heading was typed into a paragraph."""
BETWEEN = 100
"""Characters of captions that may stand between two items."""
LONGEST = 160
"""Characters of a title that heads a block, at most."""


def check_titles(blocks: Sequence[Block], found: Sequence[Found], items: Sequence[Item]) -> None:
    """An item fails `item_inside` where the title of one that has no row stands in it."""
    order = {item.key: n for n, item in enumerate(items)}
    there = [f for f in found if f.status != "not_found" and f.key in order]
    here = sorted({order[f.key] for f in there})
    moved = {items[n].number for n in here} if items is FORM_10K else set()  # Item 14 has two keys
    new = any("." in items[n].number for n in here)
    anywhere = [i for n, i in enumerate(items) if n not in here and ("." in i.number) == new]
    for section in there:
        if {"item_inside", "heading"} & set(section.failed):
            continue
        own = order[section.key]
        until = next((n for n in here if n > own), len(items))
        lost = [item for item in items[own + 1 : until] if item.number not in moved]
        lost = anywhere if items is FORM_8K else lost
        inside = blocks[section.start : section.end]
        if lost and any(_names(b, n, lost, items[own]) for n, b in enumerate(inside)):
            section.failed.append("item_inside")
            section.confidence = round(max(0.05, section.confidence - 0.2), 2)


def check_between(blocks: Sequence[Block], found: Sequence[Found], items: Sequence[Item]) -> None:
    """The first item found of a 10-Q's part fails `coverage` where text stands between the part's
    heading and it, which no item holds: that of an item before it, however short under its title.
    """
    if items is not FORM_10Q:
        return
    there = [f for f in found if f.status != "not_found" and f.key.startswith("part")]
    have = {f.key for f in there}
    order = {item.key: n for n, item in enumerate(items)}
    for before, after in pairwise(sorted(there, key=lambda f: f.start)):
        between = [b.text for b in blocks[before.end : after.start] if part_of(b.text) is None]
        gap = sum(map(len, between))
        first = after.key in ("part1.item1", "part2.item1")
        lost = [i for i in items[: order[after.key]] if i.key[:5] == after.key[:5]]
        named = any(
            re.search(item.title, said[:LONGEST], re.I)
            for said in between
            for item in lost
            if item.key not in have
        )
        if (gap > BETWEEN or named) and not first and "coverage" not in after.failed:
            after.failed.append("coverage")
            after.confidence = round(max(0.05, after.confidence - 0.2), 2)


def _names(block: Block, n: int, lost: Sequence[Item], own: Item) -> bool:
    """Whether block n of an item has the title of a lost one, at its start or behind a sentence."""
    if block.kind != "text":
        return False
    if n and len(block.text) < LONGEST and any(_is_title(block, item, own) for item in lost):
        return True
    return any(True for _ in _typed_in(block.text, lost))


def _typed_in(text: str, lost: Sequence[Item]) -> Iterator[Item]:
    for found in _BEHIND.finditer(text):
        for item in lost:
            if item.number == found[1].upper() and re.match(
                item.title, text[found.end() : found.end() + 80], re.I
            ):
                yield item


def _is_title(block: Block, item: Item, own: Item) -> bool:
    text = block.text
    number = _NUMBERED.match(text)
    if number and number[1].upper() != item.number:
        return False
    titled = not _PLAIN.search(text)
    drawn = block.bold or block.center or text.isupper()
    apart = number or titled or (drawn and not text.endswith("."))
    title = text[number.end() :] if number else text
    return bool(
        apart
        and re.match(rf"\W*(?:{item.title})", title, re.I)
        and not re.search(own.title, title, re.I)
    )
