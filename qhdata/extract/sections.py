"""Blocks to sections: the contents' links first, headings second, and a confidence for each.

Every place where an item may begin is a candidate with a weight: the target of a link in the table
of contents, a heading with the item's number, better with its title. The heaviest sequence in the
form's order wins, so a stray "see Item 1A" cannot shift what follows. What a section fails is
written beside it: wrong without a warning is the one unforgivable result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qhdata.extract.blocks import Block
from qhdata.extract.items import Item

_ITEM = re.compile(
    r"^[\W_]{0,4}(?:PART\s+(?P<part>[IV]{1,3})\s*[,.:;–—\-]*\s*)?ITEMS?\s*(?:NO\.?\s*)?[\s:#-]{0,3}"
    r"(?P<number>\d{1,2}(?:\.\d{2})?)(?P<letter>\s?\(?[A-K]\)?(?![A-Za-z’']))?(?:\s?\(T\))?"
    r"(?P<more>(?:\s*[.:]?\s*(?:,|and|&|through|-)\s*(?:ITEM\s*)?\d{1,2}(?:\.\d{2})?[A-C]?(?![\d%,]))*)"
    r"(?P<rest>.*)",
    re.I | re.S,
)
_MORE = re.compile(r"\d{1,2}(?:\.\d{2})?[A-C]?", re.I)
_PART = re.compile(r"^[\W_]{0,4}PART\s+(I{1,3}|IV|1|2|3|4)\b[\s.:,–—-]*(.*)$", re.I | re.S)
_REFERENCE = re.compile(
    r"^[\s.,\"”’)]*(?:of|in|to|and|above|below|under|is|are|was|has|which|that|this|on (?:page|form)|"
    r"included|contained|see|hereof|herein|disclosed|shall|will|or|for)\b(?!.{0,40}\bregistrant)",
)
_CONTINUED = re.compile(r"\(?\s*cont(?:inued|’d|'d|\.)\s*\)?\s*$", re.I)
_SIGNATURE = re.compile(r"^[\W_]{0,4}SIGNATURES?\W{0,4}$", re.I)
_BY_REFERENCE = re.compile(
    r"incorporated\s+(?:herein\s+)?(?:by\s+)?reference|incorporated herein by", re.I
)
_POINTS = re.compile(
    r"(?:annual report to (?:share|stock)holders|exhibit\s+13(?:\.\d+)?|proxy statement|EX-13)",
    re.I,
)
_OMITTED = re.compile(
    r"^\W*(?:\[?reserved\]?|removed and reserved|not applicable|none|omitted|n/a)\b.{0,80}$",
    re.I | re.S,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_SMALL = frozenset(
    "part1.item1b part1.item4 part2.item9 part2.item9b part2.item9c part3.item14 part4.item16".split()
)
"""Items that are a page at most: more is another item's text, or statements at the back."""
MAX_CANDIDATES = 3000
"""Above this many places that look like items the best sequence is not searched for."""


@dataclass(slots=True)
class Candidate:
    """A place where an item may begin."""

    block: int
    item: Item
    order: int
    weight: float
    title: str
    failed: list[str] = field(default_factory=list)
    with_: int = -1
    """Order of the item that shares this heading, such as 2 of "Items 1 and 2"."""


@dataclass(slots=True)
class Found:
    """A section in blocks: [start, end)."""

    key: str
    title: str
    start: int
    end: int
    level: int
    confidence: float
    failed: list[str]
    status: str = "present"
    points_to: str | None = None
    parent: str | None = None


def find_items(blocks: Sequence[Block], items: Sequence[Item], eightk: bool) -> list[Found]:
    """Sections of one document of a form, in order; core items that are missing come last."""
    contents, linked = _contents(blocks, items)
    heads = list(_headings(blocks, items, contents, eightk))
    candidates = _merge(linked, heads)
    chosen = _each_once(candidates) if eightk else _best(candidates)
    if not chosen:
        return []
    found = _spans(blocks, chosen, eightk)
    have = {f.key for f in found}
    for item in items:
        if item.core and item.key not in have:
            found.append(Found(item.key, "", 0, 0, 2, 0.0, ["not_found"], "not_found"))
    return found


def contents_blocks(blocks: Sequence[Block], items: Sequence[Item]) -> set[int]:
    """Numbers of the blocks that are the table of contents."""
    return _contents(blocks, items)[0]


# ------------------------------------------------------------------ candidates


def read_heading(text: str) -> tuple[str, list[str], str] | None:
    """(part, numbers, title) of a heading that begins with an item's number, or None.

    >>> read_heading("Items 1 and 2. Business and Properties")
    ('', ['1', '2'], 'Business and Properties')
    """
    found = _ITEM.match(text[:400])
    if not found:
        return None
    letter = (found["letter"] or "").strip(" ()").upper()
    if "." in found["number"]:
        letter = ""  # "Item 5.02(e)": a paragraph of the item, not another item
    rest = found["rest"]
    if letter and found["letter"].startswith(" ") and not re.match(r"\s*[.:–—)-]", rest):
        rest, letter = found["letter"].lstrip() + rest, ""
    numbers = [found["number"] + letter]
    numbers += [n.upper() for n in _MORE.findall(found["more"] or "")]
    title = re.sub(r"^[\W_]+", "", rest.split("\n")[0] if len(rest) > 300 else rest)
    return (found["part"] or "").upper(), numbers, " ".join(title.split())


def _headings(
    blocks: Sequence[Block], items: Sequence[Item], skip: set[int], eightk: bool
) -> Iterator[Candidate]:
    part = 0
    seen = 0
    for n, block in enumerate(blocks):
        if n in skip or block.kind == "table":
            continue
        head = block.text[:12].upper()
        if "PART" in head:
            opening = _PART.match(block.text[:200])
            if opening and len(block.text) < 160:
                part = _ROMAN[opening[1].upper()]
        if "ITEM" not in block.text[:40].upper():
            continue
        for line in _lines(block):
            read = read_heading(line)
            if read is None or _CONTINUED.search(line[:160]):
                continue
            named, numbers, title = read
            after = line[line.upper().find("ITEM") :]
            if not eightk and (len(line) > 400 or _REFERENCE.match(_after_number(after))):
                continue
            if eightk and _REFERENCE.match(_after_number(after)):
                continue
            weight = 1.0 + 1.5 * block.bold + 0.5 * (len(line) < 120) + 0.5 * line[:4].isupper()
            seen += 1
            if seen > MAX_CANDIDATES:
                return
            yield from _of_numbers(
                n, numbers, title or _next_text(blocks, n), _ROMAN.get(named, part), weight, items
            )


def _lines(block: Block) -> list[str]:
    """Where a heading may stand in a block: its start, or any line that its author broke."""
    if "\n" not in block.text:
        return [block.text]
    return [line.strip() for line in block.text.split("\n")[:1]]


def _after_number(text: str) -> str:
    found = re.match(r"ITEMS?\s*(?:NO\.?\s*)?[\d.]+[A-K]?(?:\(T\))?", text, re.I)
    return text[found.end() :] if found else ""


def _next_text(blocks: Sequence[Block], n: int) -> str:
    """The title of a heading that is only a number: the next short block."""
    for block in blocks[n + 1 : n + 3]:
        if block.kind in ("text", "list") and len(block.text) < 200:
            return block.text
        break
    return ""


def _of_numbers(
    n: int, numbers: list[str], title: str, part: int, weight: float, items: Sequence[Item]
) -> Iterator[Candidate]:
    first = -1
    for number in numbers:
        fitting = [(i, item) for i, item in enumerate(items) if item.number == number]
        if not fitting:
            continue
        titled = [(i, item) for i, item in fitting if re.search(item.title, title, re.I)]
        in_part = [(i, item) for i, item in fitting if item.key.startswith(f"part{part}.")]
        for i, item in titled[:1] or in_part or fitting[:1]:
            failed = [] if titled or not title else ["title"]
            bonus = 3.0 if titled else 0.0
            yield Candidate(n, item, i, weight + bonus, title, failed, first)
            first = i if first < 0 else first


def _contents(blocks: Sequence[Block], items: Sequence[Item]) -> tuple[set[int], list[Candidate]]:
    """The blocks of the table of contents and the places that its links lead to."""
    anchors: dict[str, int] = {}
    for n, block in enumerate(blocks):
        for name in block.anchors:
            anchors.setdefault(name, n)
    contents: set[int] = set()
    candidates: list[Candidate] = []
    run: list[int] = []
    for n, block in enumerate(blocks):
        rows = _item_rows(block)
        if block.kind == "table" and len(rows) >= 3:
            contents.add(n)
            candidates += _linked(blocks, block, anchors, items, n)
        elif block.kind != "table" and len(rows) == 1 and len(block.text) < 200:
            if run and n - run[-1] > 3:
                _close_run(blocks, run, contents)
                run = []
            run.append(n)
            if block.links:
                candidates += _linked(blocks, block, anchors, items, n)
    _close_run(blocks, run, contents)
    return contents, [c for c in candidates if c.block not in contents]


def _close_run(blocks: Sequence[Block], run: list[int], contents: set[int]) -> None:
    """Five headings with next to nothing between them are a list of contents."""
    start = 0
    for i in range(1, len(run) + 1):
        gap = i < len(run) and sum(len(b.text) for b in blocks[run[i - 1] + 1 : run[i]]) < 120
        if not gap:
            if i - start >= 5 and run[start] < len(blocks) // 2:
                contents.update(range(run[start], run[i - 1] + 1))
            start = i


def _item_rows(block: Block) -> list[str]:
    if "item" not in block.text[:20000].lower():
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
        opening = _PART.match(plain)
        if opening:
            part = _ROMAN[opening[1].upper()]
        read = read_heading(plain)
        if read is not None:
            for name in names.get(start, []):
                target = anchors.get(name)
                if target is None or target <= at:
                    continue
                title = re.sub(r"[\s\d.–—-]+$", "", read[2])
                for candidate in _of_numbers(target, read[1], title, part, 4.0, items):
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
        if len(blocks[n].text) < 300 and re.search(candidate.item.title, blocks[n].text, re.I):
            candidate.block = n
            candidate.weight += 1.0
            return candidate
    candidate.weight -= 2.0
    candidate.failed.append("heading")
    return candidate


# ------------------------------------------------------------------ choice


def _merge(linked: list[Candidate], heads: list[Candidate]) -> list[Candidate]:
    best: dict[tuple[int, int], Candidate] = {}
    for candidate in [*linked, *heads]:
        key = (candidate.block, candidate.order)
        if key not in best or best[key].weight < candidate.weight:
            best[key] = candidate
    return sorted(best.values(), key=lambda c: (c.block, c.order))


def _best(candidates: list[Candidate]) -> list[Candidate]:
    """The heaviest sequence that rises in block and in the form's order."""
    total: list[float] = []
    back: list[int] = []
    for i, candidate in enumerate(candidates):
        best, at = 0.0, -1
        for j in range(max(0, i - 400), i):
            other = candidates[j]
            shared = candidate.with_ == other.order and other.block == candidate.block
            rises = other.order < candidate.order and (other.block < candidate.block or shared)
            if rises and total[j] > best:
                best, at = total[j], j
        total.append(best + candidate.weight)
        back.append(at)
    if not total:
        return []
    i = max(range(len(total)), key=lambda k: (total[k], -k))
    chosen = []
    while i >= 0:
        chosen.append(candidates[i])
        i = back[i]
    return chosen[::-1]


def _each_once(candidates: list[Candidate]) -> list[Candidate]:
    """The best place of each item, in the order of the text: an 8-K reports in any order."""
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        held = best.get(candidate.order)
        if held is None or held.weight < candidate.weight:
            best[candidate.order] = candidate
    return sorted(best.values(), key=lambda c: (c.block, c.order))


def _spans(blocks: Sequence[Block], chosen: list[Candidate], eightk: bool) -> list[Found]:
    last = len(blocks)
    for n in range(len(blocks) - 1, chosen[-1].block, -1):
        if _SIGNATURE.match(blocks[n].text):
            last = n
            if n < len(blocks) * 0.5:
                last = len(blocks)
    if last <= chosen[-1].block:
        last = len(blocks)
    found = []
    for i, candidate in enumerate(chosen):
        end = next((c.block for c in chosen[i + 1 :] if c.block > candidate.block), last)
        found.append(_section(blocks, candidate, max(end, candidate.block + 1), eightk))
    return found


def _section(blocks: Sequence[Block], candidate: Candidate, end: int, eightk: bool) -> Found:
    inside = blocks[candidate.block : end]
    body = "\n".join(b.text for b in inside[1:4])[:1500] or inside[0].text
    size = sum(len(b.text) for b in inside)
    failed = list(dict.fromkeys(candidate.failed))
    status, points = "present", None
    if eightk:
        pass  # an 8-K reports every item that it names, however short
    elif size < 2500 and _BY_REFERENCE.search(" ".join(b.text for b in inside)[:2500]):
        status = "incorporated_by_reference"
        where = _POINTS.search(" ".join(b.text for b in inside)[:2500])
        points = where[0] if where else None
    elif size < 400 and (_OMITTED.match(body) or _OMITTED.match(candidate.title)):
        status = "omitted"
    elif candidate.item.core and size < 500:
        failed.append("short")
    elif candidate.item.key in _SMALL and size > 20_000:
        failed.append("long")
    if any(
        b.bold and b.kind == "text" and len(b.text) < 200 and read_heading(b.text)
        and not _CONTINUED.search(b.text)
        for b in inside[1:]
    ):  # fmt: skip
        failed.append("item_inside")
    confidence = min(0.97, 0.55 + 0.06 * candidate.weight) - 0.2 * len(failed)
    parent, _, _ = candidate.item.key.partition(".item")
    return Found(
        key=candidate.item.key,
        title=" ".join(inside[0].text.split("\n")[0].split())[:200],
        start=candidate.block,
        end=end,
        level=2,
        confidence=round(max(0.05, confidence), 2),
        failed=failed,
        status=status,
        points_to=points,
        parent=parent if parent.startswith("part") and parent != candidate.item.key else None,
    )
