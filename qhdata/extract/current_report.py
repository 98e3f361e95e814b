"""What an 8-K holds that is in none of its items: a heading that was not read lies there.

A current report reports what it chooses, so nothing but its own words says that an item is missing.
Between the cover and the first item stands nothing, or the contents; what stands there else is most
often an item whose heading is odd.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.item_heading import Candidate
from qhdata.extract.items import FORM_8K, Item

_COVER = re.compile(
    r"former\s+(?:name|address)|changed\s+since\s+last|appropriate\s+box|emerging\s+growth"
    r"|14a-12|13e-4|14d-2|rule\s+425|title\s+of\s+(?:each|every)\s+class|exchange\s+on\s+which"
    r"|check\s+mark|telephone|commission\s+file|employer|jurisdiction|zip\s+code|exact\s+name"
    r"|date\s+of\s+report",
    re.I,
)
"""Words of the form's cover; the last of them ends it."""
LONGEST = 200
"""Characters of names and captions that may stand between the cover and the first item."""
LONGEST_COVER = 600
"""Characters of a cover without any of the form's words, such as none of 180 real ones is."""


def doubt_numbering(chosen: Sequence[Candidate]) -> None:
    """No current report has items of before August 2004 and of after: the fewer fail `order`, as
    the later ones do of as many ("Item 5. Other Events" in a new agreement, or quoted).
    """
    new = [c for c in chosen if "." in c.item.number]
    old = [c for c in chosen if "." not in c.item.number]
    if not new or not old:
        return
    fewer = min(new, old, key=lambda some: (len(some), -some[0].block))
    for candidate in fewer:
        if "order" not in candidate.failed:
            candidate.failed.append("order")


def check_before(blocks: Sequence[Block], found: Sequence[Found], contents: Set[int]) -> None:
    """The first item fails `coverage` where text stands between the cover and it, or a line that
    names an item without a row.
    """
    there = [f for f in found if f.status != "not_found"]
    first = min(there, key=lambda f: f.start, default=None)
    if first is None:
        return
    words = [n for n in range(first.start) if _COVER.search(blocks[n].text)]
    behind = range(words[-1] + 1 if words else 0, first.start)
    said = [blocks[n].text for n in behind if n not in contents]
    size = sum(map(len, said))
    have = {f.key for f in there}
    lost = [item for item in FORM_8K if item.key not in have]
    named = words and any(_names(text, item) for text in said for item in lost)
    if (size > (LONGEST if words else LONGEST_COVER) or named) and "coverage" not in first.failed:
        first.failed.append("coverage")
        first.confidence = round(max(0.05, first.confidence - 0.2), 2)


def _names(text: str, item: Item) -> bool:
    """Whether a line begins with an item's title or says its number: "Other Events (Item 8.01)"."""
    number = re.escape(item.number)
    return len(text) <= LONGEST and bool(
        re.match(rf"\W*(?:{item.title})\b", text, re.I)
        or re.search(rf"\bitem\W{{1,3}}{number}(?![\d.]\d)", text, re.I)
    )
