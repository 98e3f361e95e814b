"""Cross-reference indexes: filings that are laid out freely and say at which pages an item stands.

    Item 1.  Financial Statements    Pages 4 - 22
    Item 2.  Management's Discussion and Analysis
             Liquidity               Pages 35 - 36
             Results of operations   Pages 3, 23 - 34

An item may be several runs of pages: each is a section row of its own with the item's key. A run
begins at its link's target, or where its first page does; it ends with its last page, or where the
next thing that the index or the contents links to begins on that page.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qhdata.extract.blocks import Block, anchors_of
from qhdata.extract.found import Found
from qhdata.extract.item_heading import candidates_of, part_of, read_heading
from qhdata.extract.items import Item

CONFIDENCE = 0.7
"""Most of a section that an index places: one real filing laid out so has been read."""
FEWEST = 5
"""Items that a table has to place before it counts as an index."""

_NUMBERED = re.compile(r"^\(?(\d{1,2}[A-C]?)\)?\.?\s+(?=[A-Z“\"])")
_RANGE = re.compile(
    r"(?<![\w.-])((?:[A-Z]{1,2}[-–])?\d{1,4})(?:\s*(?:-|–|—|to|through)\s*((?:[A-Z]{1,2}[-–])?\d{1,4}))?"
    r"(?![\w.%])"
)
_PAGES = re.compile(
    r"^(?:[Pp]ages?\s*)?(?:[\d,\s–—-]|\b[A-Z]{1,2}-)+$|^(?i:not applicable|none|n/a)\b"
)
_NONE = re.compile(r"\b(?:not applicable|none|n/a|omitted|reserved)\b", re.I)
_ELSEWHERE = re.compile(
    r"proxy statement|annual report to (?:share|stock)holders|exhibit\s+13|\([a-z]\)\s*$", re.I
)
_CELLS = re.compile(r"\s*\|\s*")


@dataclass(slots=True)
class _Entry:
    """What an index says of one item."""

    item: Item
    title: str
    at: int
    ranges: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    words: str = ""


def find_by_index(blocks: Sequence[Block], items: Sequence[Item]) -> list[Found]:
    """Sections by the document's cross-reference index, in order; [] where it has none."""
    anchors = anchors_of(blocks)
    pages = _pages(blocks)
    best: list[Found] = []
    for n, block in enumerate(blocks):
        if block.kind != "table":
            continue
        entries = _entries(blocks, n, items)
        if len({e.item.key for e in entries}) < FEWEST or _lists_contents(entries):
            continue
        found = _placed(blocks, entries, anchors, pages)
        if len({f.key for f in found if f.status == "present"}) > len(
            {f.key for f in best if f.status == "present"}
        ):
            best = found
    return best


def _entries(blocks: Sequence[Block], n: int, items: Sequence[Item]) -> list[_Entry]:
    """The index's items, each with the pages of its own row and of the rows below it."""
    block = blocks[n]
    above = " ".join(b.text for b in blocks[max(0, n - 3) : n])[-300:].lower()
    bare = "item number" in block.text[:300].lower() or "cross" in above
    entries: list[_Entry] = []
    links = sorted(block.links)
    part, start = 0, 0
    for row in block.text.split("\n"):
        cells = [c for c in _CELLS.split(row.strip().strip("|").strip()) if c]
        plain = " ".join(cells)
        stop = start + len(row)
        part = part_of(plain) or part
        read = read_heading(plain)
        if read is None and bare and (number := _NUMBERED.match(plain)):
            read = "", [number[1].upper()], plain[number.end() :]
        fresh: list[_Entry] = []
        if read is not None:
            named = [cell for cell in cells if not _PAGES.match(cell)]
            title = (read_heading(" ".join(named)) or ("", [], read[2]))[2]
            for made in candidates_of(n, read[1], title, part, 0.0, items):
                fresh.append(_Entry(made.item, made.title, n))
            entries += fresh
        last = cells[-1] if cells else ""
        for entry in fresh or entries[-1:]:
            entry.words += " " + plain
            if len(cells) > 1 and re.search(r"\d", last):
                entry.ranges += [(a, b or a) for a, b in _RANGE.findall(last)]
            low, high = (bisect.bisect_left(links, (at, "")) for at in (start, stop))
            entry.links += [name for _, name in links[low:high]]
        start = stop + 1
    return entries


def _lists_contents(entries: Sequence[_Entry]) -> bool:
    """Whether every item has one page and no link: the contents say where items begin, not end."""
    return not any(
        e.links or len(e.ranges) > 1 or any(a != b for a, b in e.ranges) for e in entries
    )


def _placed(
    blocks: Sequence[Block],
    entries: Sequence[_Entry],
    anchors: dict[str, int],
    pages: dict[str, tuple[int, int]],
) -> list[Found]:
    targets = sorted({anchors[name] for b in blocks for _, name in b.links if name in anchors})
    found: list[Found] = []
    for entry in entries:
        spans = sorted(set(_spans(entry, anchors, pages, targets)))
        for start, end in _joined(spans):
            found.append(
                Found(entry.item.key, entry.title, start, end, 2, CONFIDENCE, ["by_index"])
            )
        if not spans:
            elsewhere = _ELSEWHERE.search(entry.words)
            status = "not_found"
            if elsewhere:
                status = "incorporated_by_reference"
            elif _NONE.search(entry.words):
                status = "omitted"
            if status != "not_found" or entry.item.core:
                failed = ["by_index"] if status != "not_found" else ["by_index", "not_found"]
                points = elsewhere[0] if elsewhere else None
                found.append(
                    Found(
                        entry.item.key, entry.title, entry.at, entry.at, 2,
                        CONFIDENCE if status != "not_found" else 0.0, failed, status, points,
                    )
                )  # fmt: skip
    for made in found:
        parent = made.key.partition(".item")[0]
        made.parent = parent if parent.startswith("part") else None
        made.title = made.title[:200] or made.key
    return sorted(found, key=lambda f: (f.start, f.end))


def _spans(
    entry: _Entry,
    anchors: dict[str, int],
    pages: dict[str, tuple[int, int]],
    targets: Sequence[int],
) -> Iterator[tuple[int, int]]:
    """Block ranges of one entry: its pages, begun at its links; links alone where no page says."""
    starts = sorted({anchors[name] for name in entry.links if name in anchors} - {entry.at})
    for first, last in entry.ranges:
        if first not in pages or last not in pages:
            continue
        start, page_end = pages[first]
        stop, end = pages[last]
        if end <= start:
            continue
        start = next((s for s in starts if start <= s < page_end), start)
        linked = [t for t in targets if max(stop, start) < t < end and t not in starts]
        yield start, min(linked, default=end)
    if not entry.ranges:
        for start in starts:
            yield start, next((t for t in targets if t > start), start + 1)


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap as one."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def _pages(blocks: Sequence[Block]) -> dict[str, tuple[int, int]]:
    """Page number -> the blocks that stand on it."""
    pages: dict[str, tuple[int, int]] = {}
    for n, block in enumerate(blocks):
        if block.page:
            pages[block.page] = pages.get(block.page, (n, n))[0], n + 1
    return pages
