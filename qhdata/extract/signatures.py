"""Where a filing's signatures begin, with a heading of their own or without, and where they end."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.item_heading import read_heading

_SIGNATURE = re.compile(r"^[\W_]{0,4}SIGNATURES?\W{0,4}$", re.I)
_SIGNED = re.compile(r"\bsigned\b|pursuant to the requirements|/s/|duly authorized", re.I)
_PURSUANT = re.compile(
    r"^\W{0,4}(?:SIGNATURES?\W{1,6})?pursuant\s+to\s+the\s+requirements?\s+of\b"
    r".{0,300}?\b(?:caused|signed)\b",
    re.I | re.S,
)
"""The sentence that every form prints above its signatures (General Instruction G of Form 10-K)."""
_BEHIND = re.compile(
    r"^\W*(?:(?:index to exhibits|exhibits? index|exhibits?|certifications?)\W*$"
    r"|table of contents|exhibit \d|schedule\s+[IVX\d]+\b|(?:list of )?subsidiaries of\b"
    r"|index to (?!exhibits)|report of independent|consents? of independent"
    r"|independent auditors['’]? (?:report|consent))",
    re.I,
)
_COVER = re.compile(
    r"^\W*(?:FORM\s+(?:10|8|20|40|6)-|UNITED STATES\W*$|SECURITIES AND EXCHANGE COM)", re.I
)
TITLES = 3
"""Lines of a title, such as the filer's name, above the schedule or exhibits that it belongs to."""
LONGEST = 12_000
"""Characters after which what follows the signatures is no longer theirs."""
MANY = 6_000
"""Characters from which signatures are too long to be believed: some thirty directors sign in
less, each with a title and a date."""


def signed_at(blocks: Sequence[Block], after: int) -> int:
    """The block that heads the signatures behind the last item, or the number of blocks."""
    for n in range(after + 1, len(blocks)):
        text = blocks[n].text
        if _PURSUANT.match(text[:600]):
            return n
        if _SIGNATURE.match(text) and (
            n * 2 >= len(blocks) or any(_SIGNED.search(b.text) for b in blocks[n + 1 : n + 13])
        ):
            return n
    return len(blocks)


def attested_at(blocks: Sequence[Block], after: int) -> int:
    """The block that heads the sentence that every form prints above its signatures, or their
    number: unlike a heading alone it stands in no list of contents.
    """
    for n in range(after + 1, len(blocks)):
        if _PURSUANT.match(blocks[n].text[:600]):
            return n - 1 if n - 1 > after and _SIGNATURE.match(blocks[n - 1].text) else n
    return len(blocks)


def signatures(
    blocks: Sequence[Block], found: Sequence[Found], contents: Collection[int]
) -> Iterator[Found]:
    """The signatures' own section: to the exhibits' list or whatever else follows them."""
    placed = (f.start for f in found if not {"heading", "order"} & set(f.failed))
    last = max(placed, default=0)
    start = signed_at(blocks, last)
    end, size = start, 0
    others = {f.start for f in found}
    while end < len(blocks):
        text = blocks[end].text
        if end > start and (
            size + len(text) > LONGEST
            or end in others
            or end in contents
            or _BEHIND.match(text)
            or (len(text) < 200 and (_COVER.match(text) or read_heading(text)))
        ):
            break  # another filing may begin in the same document
        size += len(text)
        end += 1
    end -= _titles_before(blocks, start, end)
    if end > start:
        title = " ".join(blocks[start].text.split("\n")[0].split())[:200]
        failed = ["long"] if size > MANY else []
        confidence = 0.9 if _SIGNATURE.match(blocks[start].text) else 0.8
        yield Found(
            "signatures", title, start, end, 2, round(confidence - 0.3 * len(failed), 2), failed
        )


def _titles_before(blocks: Sequence[Block], start: int, end: int) -> int:
    """How many lines at the end of the signatures are the title of what begins behind them: they
    stand at the head of the same page.
    """
    if end >= len(blocks) or blocks[end].broken:
        return 0
    for n in range(1, min(TITLES, end - start - 1) + 1):
        block = blocks[end - n]
        if block.kind != "text" or len(block.text) > 100 or _SIGNED.search(block.text):
            return 0
        if not (block.text.isupper() or (block.bold and block.center)):
            return 0
        if block.broken:
            return n
    return 0
