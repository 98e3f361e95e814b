"""Headings that a page's top repeats because what they head goes on: "(2) POLICIES (CONTINUED)".

Two or three times in a document are too few to run, and they stand in the middle of the sentence
that the page cut. The heading itself stands further up, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice

from qhdata.extract.blocks import Block

LONGEST = 200
"""Characters of a heading at most."""
TABLE_WITHIN = 3
"""Lines to a table at most whose title a heading is: other headings, the unit."""
_CONTINUED = re.compile(r"[\s,:–—(\[-]*\(?\bcont(?:inued|’d|'d|\.)[)\]]?\W*$", re.I)


def repeated_heads(blocks: Sequence[Block], doomed: Collection[int]) -> list[int]:
    """Numbers of the blocks at a page's top that say no more than that a heading goes on.

    doomed: blocks that are cut already, which do not end the top of a page.
    """
    seen: set[str] = set()
    found: list[int] = []
    top = False
    for n, block in enumerate(blocks):
        if block.kind == "break":
            top = True
            continue
        if n in doomed or not block.text:
            continue
        if block.kind != "text" or len(block.text) > LONGEST:
            top = False
            continue
        marker = _CONTINUED.search(block.text)
        stem = _plain(block.text[: marker.start()] if marker else block.text)
        if top and marker and stem in seen and not block.marks:
            if not _before_table(blocks, n, doomed):
                found.append(n)
            continue
        top = False
        seen.add(stem)
    return found


def _before_table(blocks: Sequence[Block], n: int, doomed: Collection[int]) -> bool:
    """Whether a table begins below: it needs the title that its first half has."""
    below = (b for m, b in enumerate(blocks[n + 1 : n + 9], n + 1) if m not in doomed and b.text)
    for block in islice(below, TABLE_WITHIN):
        if block.kind != "text" or block.grid is not None:
            return True
        if block.text[0].islower():  # the rest of a sentence that the page cut
            return False
    return False


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
