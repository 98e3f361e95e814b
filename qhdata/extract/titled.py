"""Items of a report that never says "item": headed by number and title, or by the title alone.

"1A. Risk Factors" or "Risk Factors" in bold. Looked for only where next to no item is headed as the
form asks; every section found so fails `by_title`, because a title may head anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.item_heading import Candidate, part_of
from qhdata.extract.items import Item

LONGEST = 120
"""Characters of a heading at most."""
BEHIND = 60
"""Characters behind the words of a title: "Market for Registrant's Common Equity and ..."."""
LEAST = 4
"""Items that are found so at least."""
_NUMBERED = re.compile(r"^\W{0,3}(?:Section\s)?(\d{1,2}[A-C]?)\s{0,2}[.:)–—-]?\s+(?=[A-Z])")
_PAGE_AT_END = re.compile(r"(?:[.·…]{2,}|\s)\s*(?:[A-Z]-)?\d{1,3}\s*$")
"""Of a line of contents; "(Item 1)" ends in no page."""
_STOP = re.compile(r"[.;:,]\s*$")


def titled(
    blocks: Sequence[Block], items: Sequence[Item], skip: Collection[int]
) -> list[Candidate]:
    """Places where a heading is that of an item but for the word. skip: blocks of the contents."""
    found: list[Candidate] = []
    part = 0
    for n, block in enumerate(blocks):
        text = " ".join(block.text.split())
        if n in skip or block.kind not in ("text", "list") or len(text) > LONGEST:
            continue
        part = part_of(text) or part
        if not (block.bold or block.center or text.isupper()) or _PAGE_AT_END.search(text):
            continue
        found += _of_line(n, text, part, items)
    return found


def _of_line(n: int, text: str, part: int, items: Sequence[Item]) -> Iterator[Candidate]:
    numbered = _NUMBERED.match(text)
    title = text[numbered.end() :] if numbered else text
    for order, item in enumerate(items):
        said = re.match(item.title, title, re.I)
        if said is None or len(title) - said.end() > BEHIND or _named_else(item, items, part):
            continue
        if numbered and numbered[1] == item.number:
            yield Candidate(n, item, order, 3.0, title, ["by_title"])
        elif not numbered and title[:1].isupper() and not _STOP.search(title.rstrip(".")):
            yield Candidate(n, item, order, 1.0, title, ["by_title"])


def _named_else(item: Item, items: Sequence[Item], part: int) -> bool:
    """Whether another item of the part that is open has the same number: a 10-Q has two Item 1."""
    twins = [other for other in items if other.number == item.number and other.key != item.key]
    return any(other.key.startswith(f"part{part}.") for other in twins) and not item.key.startswith(
        f"part{part}."
    )
