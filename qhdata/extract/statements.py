"""Financial statements that stand behind the items: Item 8 says where, and this finds them.

About half of all annual reports put the auditor's report, the statements and their notes after
Item 15, after Item 16 or on F-pages after the signatures; the text under "Item 8" is then one
sentence. A row of its own with Item 8's key holds them, and the sentence points there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.units import is_statement

ITEM_8 = "part2.item8"
_OPENING = re.compile(
    r"^\W*(?:reports? of (?:the )?independent|independent (?:registered public accounting firm"
    r"|auditor|accountant|public accountant)|index to (?:the )?(?:consolidated )?financial stat"
    r"|(?:audited )?(?:consolidated )?financial statements(?: and [a-z ,]{1,60})?\W*$)",
    re.I,
)
_BALANCE = re.compile(r"balance sheets?|financial (?:position|condition)", re.I)
_FLOWS = re.compile(r"cash flows?", re.I)
_CLOSING = re.compile(
    r"^\W*(?:(?:index to exhibits|exhibits? index|exhibits?)\W*$|signatures?\W*$)", re.I
)
REACH = 600
"""Blocks after an opening within which a balance sheet and cash flows have to stand."""
LONGEST_NOTE = 2000
"""Characters of an item above which it holds statements itself."""
SMALLEST = 3000
"""Characters that statements have at least."""


def place_statements(
    blocks: Sequence[Block], found: list[Found], keys: Sequence[str], lists: Sequence[str]
) -> None:
    """Add the statements' row where their item has none of its own; mend the rows around it.

    keys: of the items that hold statements in this form, the likelier first. lists: of the items
    that list them and the exhibits; statements mostly stand there or behind.
    """
    held = [f for f in found if f.key in keys and f.status != "omitted"]
    pointer = min(held, key=lambda f: keys.index(f.key), default=None)
    if (
        pointer is not None
        and pointer.status == "present"
        and _size(blocks, pointer) > LONGEST_NOTE
    ):
        return
    after = pointer.end if pointer is not None else 0
    back = min(
        (f.start for f in found if f.key in lists and f.status != "not_found"), default=after
    )
    span = find_statements(blocks, max(back, after)) or find_statements(blocks, after)
    if span is None:
        return
    start, end = span
    nested = [f for f in found if f.start <= start < f.end]
    end = next((f.start for f in found if start < f.start < end), end)
    for section in nested:
        if section.key == "part4.item16" or end >= section.end:
            section.end = start
            _pass(section, "long")
    key = pointer.key if pointer is not None else keys[0]
    title = " ".join(blocks[start].text.split())[:200]
    parent = key.partition(".")[0]
    found.append(Found(key, title, start, end, 2, 0.75, ["heading"], "present", None, parent))
    if pointer is not None and pointer.status == "not_found":
        found.remove(pointer)
    elif pointer is not None:
        pointer.points_to, pointer.status = key, "incorporated_by_reference"
        _pass(pointer, "short")
    found.sort(key=lambda f: (f.status == "not_found", f.start, -f.end))


def _size(blocks: Sequence[Block], section: Found) -> int:
    return sum(len(b.text) for b in blocks[section.start : section.end])


def _pass(section: Found, check: str) -> None:
    """Take back a failed check, with what it cost."""
    if check in section.failed:
        section.failed.remove(check)
        section.confidence = round(min(0.97, section.confidence + 0.2), 2)


def find_statements(blocks: Sequence[Block], after: int) -> tuple[int, int] | None:
    """Blocks [start, end) of audited statements that begin after a block, or None."""
    for n in range(after, len(blocks)):
        block = blocks[n]
        if block.kind != "text" or len(block.text) > 200 or not _OPENING.match(block.text):
            continue
        if not _holds_statements(blocks[n : n + REACH]):
            continue
        end = _end(blocks, n)
        if sum(len(b.text) for b in blocks[n:end]) >= SMALLEST:
            return n, end
    return None


def _holds_statements(run: Sequence[Block]) -> bool:
    """Whether tables under a balance sheet's and a cash-flow statement's heading follow."""
    balance = flows = False
    last, title = -10, ""
    for n, block in enumerate(run):
        if block.grid is None:
            if is_statement(block.text):
                last, title = n, block.text
            continue
        inside = " ".join(block.text[:300].split())
        words = title + " " + inside if n - last <= 4 else inside if is_statement(inside) else ""
        if len(block.grid.rows) >= 8 and words:
            balance = balance or _BALANCE.search(words) is not None
            flows = flows or _FLOWS.search(words) is not None
        if balance and flows:
            return True
    return False


def _end(blocks: Sequence[Block], start: int) -> int:
    """To the next list of exhibits or signatures that heads a page or a section; or the end."""
    for n in range(start + 1, len(blocks)):
        block = blocks[n]
        apart = block.kind == "text" and (block.bold or block.center or block.broken)
        if apart and len(block.text) < 60 and _CLOSING.match(block.text):
            return n
    return len(blocks)
