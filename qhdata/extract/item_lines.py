"""A paragraph that holds an item's heading on a line of its own, parted there.

Filing agents set "PART II<br>Item 5. Market for ..." or a caption and its item into one paragraph,
and some set a whole report so. A section begins where a block does, so such a paragraph becomes
several. Such a line is the number and title of one of the form's items, below a line that ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.item_heading import is_continued, names_item, part_of, read_heading
from qhdata.extract.item_rows import part_rows
from qhdata.extract.items import Item

LONGEST = 250
"""Characters of a line that heads an item, at most."""
_ENDS = re.compile(r"[.:;!?)\]”\"’]\W*$")
_CAPTION = re.compile(r"^\W*SECTION\s+\d\b", re.I)
_PAGE_AT_END = re.compile(r"\s\d{1,3}\s*$")
_SIGNATURES = re.compile(r"^[\W_]{0,4}SIGNATURES?\W{0,4}$", re.I)


def part_lines(blocks: Sequence[Block], items: Sequence[Item]) -> list[Block]:
    """Blocks, in which each line or row that heads an item or the signatures begins one."""
    out: list[Block] = []
    for block in blocks:
        if block.kind == "text" and "\n" in block.text:
            out += _parted(block, list(_starts(block.text, items)))
        elif block.kind == "table":
            out += part_rows(block, items)
        else:
            out.append(block)
    return out


def below_part(lines: Sequence[str]) -> int:
    """Which line, right below "PART II" and its title, heads the part's first item, or 0.

    Contents have several such lines, or a page behind it.
    """
    first = lines[0].strip()
    if first[:4].upper() != "PART" or part_of(first) is None:
        return 0
    heads = [n for n, line in enumerate(lines[1:], 1) if names_item(line.strip()[:80])]
    heads = [n for n in heads if read_heading(lines[n].strip())]
    paged = len(heads) == 1 and _PAGE_AT_END.search(lines[heads[0]][-12:])
    return heads[0] if len(heads) == 1 and heads[0] <= 2 and not paged else 0


def _starts(text: str, items: Sequence[Item]) -> Iterator[int]:
    """Offsets of the lines, but for the first, that head an item or the signatures."""
    lines = text.split("\n")
    at = len(lines[0]) + 1
    above = [lines[0]]
    for n, line in enumerate(lines[1:], 1):
        following = lines[n + 1] if n + 1 < len(lines) else ""
        if _ended(above, items) and (
            _SIGNATURES.match(line) or _heads(line, items) or _heads(f"{line} {following}", items)
        ):
            yield at
        above = [*above[-1:], line]
        at += len(line) + 1


def _heads(line: str, items: Sequence[Item]) -> bool:
    """Whether a line is an item's number with its title."""
    if len(line) > LONGEST or not names_item(line) or is_continued(line):
        return False
    read = read_heading(line)
    return read is not None and any(
        item.number in read[1] and re.match(rf"\W*(?:{item.title})", read[2], re.I)
        for item in items
    )


def _ended(above: Sequence[str], items: Sequence[Item]) -> bool:
    """Whether nothing of the lines above goes on: they end a sentence, or head something."""
    last = above[-1].strip()
    return (
        not last
        or _ENDS.search(last) is not None
        or part_of(last) is not None
        or _heads(last, items)
        or any(len(line) < 160 and _CAPTION.match(line) for line in above)
    )


def _parted(block: Block, starts: Sequence[int]) -> list[Block]:
    """A block cut in front of each start; what is open goes on in the next."""
    if not starts:
        return [block]
    out: list[Block] = []
    for start, stop in zip([0, *starts], [*starts, len(block.text) + 1], strict=True):
        piece = Block("text", block.text[start : stop - 1])
        piece.bold, piece.center, piece.size = block.bold, block.center, block.size
        piece.level, piece.path, piece.page = block.level, block.path, block.page
        piece.marks = [(o - start, code) for o, code in block.marks if start <= o < stop]
        piece.links = [(o - start, name) for o, name in block.links if start <= o < stop]
        out.append(piece)
    out[0].anchors, out[0].broken = block.anchors, block.broken
    return out
