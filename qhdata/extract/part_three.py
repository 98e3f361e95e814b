"""Part III in one paragraph: "The information required by Part III is incorporated by reference".

Many annual reports head no item there. Each item that the paragraph speaks for gets a row of its
own over it, with the status that the words give and the check `by_title`: no heading placed it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.item_heading import part_of, read_heading
from qhdata.extract.items import FORM_10K, Item
from qhdata.extract.section_checks import BY_REFERENCE, points_to

LONGEST = 3000
"""Characters; a longer Part III has items of its own."""
_SPEAKS = re.compile(
    r"(?:information|items?)\b[^.]{0,120}\b(?:required|called\s+for)\b[^.]{0,80}"
    r"\b(?:(part\s+III)|items?)\b|\b(part\s+III)\b[^.]{0,160}\breference",
    re.I | re.S,
)
_RANGE = re.compile(
    r"\bitems?\s+(1[0-4])\s*(?:through|to|thru|[-–—])\s*(?:item\s+)?(1[0-4])\b", re.I
)
_LIST = re.compile(
    r"\bitems?\s+(1[0-4](?:\s*(?:,|and|&|or|,\s*and)\s*(?:item\s+)?1[0-4])*)\b", re.I
)


def place_part_three(
    blocks: Sequence[Block], found: list[Found], items: Sequence[Item], skip: Set[int]
) -> None:
    """Add rows for the items that one paragraph under "Part III" incorporates by reference.

    skip: blocks of the contents. Nothing is added where an item of Part III was found.
    """
    if items is not FORM_10K:
        return
    if any(f.key.startswith("part3") and f.status != "not_found" for f in found):
        return
    for n, block in enumerate(blocks):
        if n in skip or len(block.text) >= 80 or block.grid is not None or part_of(block.text) != 3:
            continue
        end = _end(blocks, n)
        text = "\n".join(b.text for b in blocks[n + 1 : end])
        said = _SPEAKS.search(text)
        if not (said and 0 < len(text) <= LONGEST and BY_REFERENCE.search(text)):
            continue
        late = any(f.key == "part4.item15" and f.status != "not_found" for f in found)
        named = numbers_of(text) or ({"10", "11", "12", "13"} | ({"14"} if late else set()))
        title = " ".join(block.text.split())[:200]
        for item in items:
            if item.key.startswith("part3") and item.number in named:
                found[:] = [f for f in found if f.key != item.key]
                found.append(
                    Found(
                        item.key, title, n, end, 2, 0.6, ["by_title"],
                        "incorporated_by_reference", points_to(text, item.key, items), "part3",
                    )
                )  # fmt: skip
        found.sort(key=lambda f: (f.status == "not_found", f.start, -f.end))
        return


def numbers_of(text: str) -> set[str]:
    """Items of Part III that a text names.

    >>> sorted(numbers_of("Items 10, 11, 12 and 13 are"))
    ['10', '11', '12', '13']
    >>> sorted(numbers_of("called for by Items 10 through 14"))
    ['10', '11', '12', '13', '14']
    """
    found = {number for run in _LIST.findall(text) for number in re.findall(r"1[0-4]", run)}
    for low, high in _RANGE.findall(text):
        found |= {str(number) for number in range(int(low), int(high) + 1)}
    return found


def _end(blocks: Sequence[Block], start: int) -> int:
    for n in range(start + 1, len(blocks)):
        text = blocks[n].text
        if len(text) < 200 and (part_of(text) or read_heading(text)):
            return n
        if re.match(r"^\W{0,4}signatures?\W{0,4}$", text, re.I):
            return n
    return len(blocks)
