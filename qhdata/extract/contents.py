"""The table of contents: which blocks it is, and where its links say that items begin."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from qhdata.extract.blocks import Block, anchors_of
from qhdata.extract.item_heading import Candidate, candidates_of, part_of, read_heading
from qhdata.extract.items import Item

LINES = 40
"""Lines of a list of contents without links at most."""
LONGEST = 250
"""Characters of an entry at most: the title of Item 5.02 of an 8-K has 150."""
_HEAD = re.compile(r"^\W*(?:table of )?contents\W*$", re.I)
_PAGE = re.compile(r"^\W*(?:[A-Z]-)?\d{1,3}\W*$")
_PAGE_AT_END = re.compile(r"(?:[.·…]{2,}|\s)\s*(?:[A-Z]-)?\d{1,3}\W*$")


def find_contents(
    blocks: Sequence[Block], items: Sequence[Item]
) -> tuple[set[int], list[Candidate]]:
    """(numbers of the contents' blocks, candidates at the targets of their links)."""
    anchors = anchors_of(blocks)
    contents: set[int] = set()
    candidates: list[Candidate] = []
    entries: list[_Entry] = []
    tables: list[list[_Entry]] = []
    for n, block in enumerate(blocks):
        rows = _item_rows(block)
        if block.kind == "table":
            tables.append([_entry(blocks, n, row) for row in rows])
            if len(rows) >= 3:
                candidates += _linked(blocks, block, anchors, items, n)
        elif block.kind != "table" and len(rows) == 1:
            entries.append(_entry(blocks, n, rows[0]))
            if block.links and len(block.text) < 200:
                candidates += _linked(blocks, block, anchors, items, n)
    heads = [*entries, *(e for rows in tables if len(rows) < 3 for e in rows)]
    last = {key: e.block for e in sorted(heads) for key in e.names()}
    for table in tables:
        signs = sum(e.paged or e.again(last) for e in table)
        if len(table) >= 3 and signs * 2 >= len(table):
            contents.add(table[0].block)
    for run in _runs(blocks, [e for e in entries if len(blocks[e.block].text) < 200]):
        contents.update(_listed(blocks, run, last))
    contents.update(lines_before_items(blocks))
    return contents, [c for c in candidates if c.block not in contents]


def keys_named(
    blocks: Sequence[Block], contents: Collection[int], items: Sequence[Item]
) -> set[str]:
    """Keys of the items that the contents name by number and title."""
    keys: set[str] = set()
    part = 0
    for n in sorted(contents):
        for row in blocks[n].text.split("\n"):
            plain = " ".join(row.replace("|", " ").split())
            part = part_of(plain) or part
            read = read_heading(plain)
            if read is not None and len(plain) < 300:
                made = candidates_of(n, read[1], read[2], part, 0.0, items)
                keys |= {c.item.key for c in made if c.title and not c.failed}
    return keys


def lines_before_items(blocks: Sequence[Block]) -> set[int]:
    """Numbers of the blocks that list what follows, by links or below "Table of contents", with the
    line that heads them: the contents that filing agents put before the items of an 8-K.
    """
    anchors = anchors_of(blocks)
    found: set[int] = set()
    run: list[int] = []
    for n in range(len(blocks) + 1):
        block = blocks[n] if n < len(blocks) else None
        if (
            block is not None
            and block.kind in ("text", "list")
            and block.links
            and len(block.text) < LONGEST
            and all(anchors.get(name, -1) > n for _, name in block.links)
        ):
            run.append(n)
            continue
        targets = [anchors[name] for i in run for _, name in blocks[i].links]
        few = 2 if any(read_heading(blocks[i].text) for i in run) else 3
        if len(run) >= few and min(targets) > run[-1]:
            head = run[0] - 1
            found.update(run if head < 0 or not _HEAD.match(blocks[head].text) else [head, *run])
        run = []
        if block is not None and _HEAD.match(block.text):
            found.update(_headed(blocks, n))
    return found


def _headed(blocks: Sequence[Block], head: int) -> range:
    """The blocks from "Table of contents" to where the first line below it comes again."""
    first = _plain(blocks[head + 1].text) if head + 1 < len(blocks) else ""
    for n in range(head + 1, min(head + 2 + LINES, len(blocks))):
        if n > head + 2 and _plain(blocks[n].text) == first:
            while part_of(blocks[n - 1].text):  # the heading of the part that begins here
                n -= 1
            return range(head, n)
        if len(blocks[n].text) >= LONGEST or blocks[n].kind not in ("text", "list"):
            break
    return range(0)


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".")


class _Entry(NamedTuple):
    """A line that names an item: of the contents, or the item's own heading."""

    block: int
    numbers: tuple[str, ...]
    word: str
    """The title's first letters; "" where the line has none."""
    paged: bool
    """A link, or the number of a page at its end or in the next block."""

    def names(self) -> list[tuple[object, ...]]:
        return [self.numbers, (*self.numbers, ":", self.word)]

    def again(self, last: Mapping[tuple[object, ...], int]) -> bool:
        """Whether the item is headed again below, under a like title."""
        numbers, titled = self.names()
        like = [titled, (*self.numbers, ":", "")] if self.word else [numbers]
        return any(last.get(key, -1) > self.block for key in like)


def _entry(blocks: Sequence[Block], n: int, row: str) -> _Entry:
    block = blocks[n]
    row = row.replace("|", " ").strip()
    following = blocks[n + 1].text if n + 1 < len(blocks) and block.kind != "table" else ""
    _, numbers, title = read_heading(row) or ("", [], "")
    ends = title and _PAGE_AT_END.search(f" {title}"[-80:])  # the 1 of "Item 1." is no page
    paged = bool(block.links or ends or _PAGE.match(following))
    word = re.sub(r"[^a-z]", "", title.lower())[:6]
    return _Entry(n, tuple(numbers), word, paged)


def _runs(blocks: Sequence[Block], entries: Sequence[_Entry]) -> Iterator[list[_Entry]]:
    """Five entries and more with next to nothing between them."""
    run: list[_Entry] = []
    for entry in entries:
        if run:
            at = run[-1].block
            between = sum(len(b.text) for b in blocks[at + 1 : min(entry.block, at + 9)])
            if entry.block - at > 8 or between >= 120:
                if len(run) >= 5:
                    yield run
                run = []
        run.append(entry)
    if len(run) >= 5:
        yield run


def _listed(
    blocks: Sequence[Block], run: Sequence[_Entry], last: Mapping[tuple[object, ...], int]
) -> range:
    """The blocks of a run that list contents: to the last entry that comes again or has a page.

    Five short items of a filing ("None.") are as near to one another and are its text: they do
    not come again, and no page is beside them.
    """
    signs = [e.paged or e.again(last) for e in run]
    count = max((i + 1 for i, sign in enumerate(signs) if sign), default=0)
    if count < 5 or sum(signs) * 10 < count * 6:
        return range(0)
    end = run[count - 1].block + 1
    start = run[0].block
    start -= bool(start and _HEAD.match(blocks[start - 1].text))
    return range(start, end + bool(end < len(blocks) and _PAGE.match(blocks[end].text)))


def _item_rows(block: Block) -> list[str]:
    if "item" not in block.text[:20000].lower().replace(" ", ""):
        return []
    rows = block.text.split("\n") if block.kind in ("table", "pre") else [block.text]
    return [row for row in rows if read_heading(row.replace("|", " ").strip()) is not None]


def _linked(
    blocks: Sequence[Block], block: Block, anchors: dict[str, int], items: Sequence[Item], at: int
) -> Iterator[Candidate]:
    text = block.text
    names: dict[int, list[str]] = {}
    for offset, name in block.links:
        start = text.rfind("\n", 0, offset) + 1
        names.setdefault(start, []).append(name)
    part, start = 0, 0
    for row in text.split("\n"):
        plain = " ".join(row.replace("|", " ").split())
        part = part_of(plain) or part
        read = read_heading(plain)
        if read is not None:
            for name in names.get(start, []):
                target = anchors.get(name)
                if target is None or target <= at:
                    continue
                title = re.sub(r"[\s\d.–—-]+$", "", read[2])
                for candidate in candidates_of(target, read[1], title, part, 4.0, items):
                    yield _verified(blocks, candidate)
                break
        start += len(row) + 1


def _verified(blocks: Sequence[Block], candidate: Candidate) -> Candidate:
    """The heading at or just after a link's target; a target without one is believed less."""
    for n in range(candidate.block, min(candidate.block + 5, len(blocks))):
        text = blocks[n].text
        read = read_heading(text) if len(text) < 400 else None
        if read is not None and candidate.item.number in read[1]:
            candidate.block = n
            candidate.weight += 3.0
            return candidate
    for n in range(candidate.block, min(candidate.block + 3, len(blocks))):
        if _titles(blocks[n], candidate.item):
            candidate.block = n
            candidate.weight += 1.0
            return candidate
    candidate.weight -= 2.0
    candidate.failed.append("heading")
    return candidate


def _titles(block: Block, item: Item) -> bool:
    """Whether a block is a heading with an item's title, and no sentence that mentions it."""
    text = block.text
    said = re.search(item.title, text, re.I) if len(text) < 300 else None
    if said is None:
        return False
    drawn = block.bold or block.center or text.isupper() or block.kind == "table"
    return drawn or not re.search(r"\w", text[: said.start()])
