"""Blocks to sections: the contents' links first, headings second, and a confidence for each.

Every place where an item may begin is a candidate with a weight: the target of a link in the table
of contents, a heading with the item's number, better with its title. The heaviest sequence in the
form's order wins, so a stray "see Item 1A" cannot shift what follows. What a section fails is
written beside it: wrong without a warning is the one unforgivable result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.contents import find_contents, keys_named
from qhdata.extract.cross_reference import find_by_index
from qhdata.extract.current_report import check_before, doubt_numbering
from qhdata.extract.expected import doubt_neighbours, missing
from qhdata.extract.found import Found
from qhdata.extract.item_heading import (
    ROMAN,
    Candidate,
    candidates_of,
    is_continued,
    names_item,
    others_of,
    part_of,
    read_heading,
    runs_in,
)
from qhdata.extract.items import FORM_10K, FORM_10KSB, FORM_20F, Item
from qhdata.extract.lost_titles import check_between, check_titles
from qhdata.extract.part_three import place_part_three
from qhdata.extract.section_checks import check_coverage, checked
from qhdata.extract.signatures import attested_at, signatures, signed_at
from qhdata.extract.statements import ITEM_8, place_statements
from qhdata.extract.titled import LEAST, titled
from qhdata.extract.told import UNTOLD, Told

_REFERENCE = re.compile(
    r"^[\s.,\"”’)]*(?:of|in|to|and|above|below|under|is|are|was|has|which|that|this|"
    r"on (?:page|form)|included|contained|see|hereof|herein|disclosed|shall|will|or|for)\b"
    r"(?!.{0,40}\bregistrant)",
)
STATEMENTS = (
    (FORM_10K, (ITEM_8,), ("part4.item14", "part4.item15", "part4.item16")),
    (FORM_10KSB, ("part2.item7",), ("part3.item13",)),
    (FORM_20F, ("part3.item18", "part3.item17"), ("part3.item19",)),
)
"""Of each annual form, the items that hold the statements and those that list them."""
_NUMBER = re.compile(
    r"I ?T ?E ?M ?S?\s*(?:NO\.?\s*)?(?:[\d.]+[A-K]?(?:\(T\))?|\(\d+\)|[IVX]+\b)", re.I
)
_CAPTION = re.compile(r"^\W*SECTION\s+\d\b[^\n]{0,120}?\s+(?=ITEM\s+\d\.\d\d\b)", re.I)
"""The caption that an 8-K's form prints above its items, where it shares their paragraph."""
_CAPTION_ALONE = re.compile(r"^\W*SECTION\s+\d\b[^\n.]{0,120}$", re.I)
TWO_TITLES = 300
"""Characters of a heading at most in which a second item may be named with its title."""
CLEAR = 5.0
"""Weight of a heading in bold with the item's own title."""
UNSURE = 1.0
"""How much heavier one of two headings of an item has to be to be believed."""
MAX_CANDIDATES = 3000
"""Above this many places that look like items the best sequence is not searched for."""


def find_items(
    blocks: Sequence[Block],
    items: Sequence[Item],
    eightk: bool,
    listed: tuple[set[int], list[Candidate]] | None = None,
    told: Told = UNTOLD,
    amended: bool = False,
) -> list[Found]:
    """Sections of one document of a form, in order; items that are missing come last.

    listed: what `find_contents` gives, where it was asked already. told: what is known of the
    filing. amended: whether it restates what it names, so that nothing else is missing.
    """
    contents, linked = listed or find_contents(blocks, items)
    heads = list(_headings(blocks, items, contents, eightk))
    candidates = _merge(linked, heads)
    chosen = _each_once(blocks, candidates) if eightk else _best(candidates)
    _doubt_twice(chosen, candidates)
    named = keys_named(blocks, contents, items)
    if not eightk and sum(c.item.core for c in chosen) < 2:
        found = find_by_index(blocks, items)
        if len({f.key for f in found}) > 2 * len(chosen):
            found += missing(found, items, told, named, amended)
            check_coverage(blocks, found)
            return found
        by_title = _best(titled(blocks, items, contents))
        if len(by_title) >= max(LEAST, 2 * len(chosen)):
            chosen = candidates = by_title
    if not eightk:
        chosen = _with_others(chosen, candidates)
    found = _spans(blocks, chosen, items, eightk) if chosen else []
    for form, keys, lists in STATEMENTS:
        if items is form:
            place_statements(blocks, found, keys, lists)
    if chosen:
        place_part_three(blocks, found, items, contents)
    found += missing(found, items, told, named, amended)
    if chosen:
        found += signatures(blocks, found, contents)
        if eightk:
            check_before(blocks, found, contents)
        else:
            check_coverage(blocks, found)
        doubt_neighbours(blocks, found, items)
        check_titles(blocks, found, items)
        check_between(blocks, found, items)
    return found


# ------------------------------------------------------------------ candidates


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
            part = part_of(block.text) or part if len(block.text) < 160 else part
        text = block.text
        if eightk and (caption := _CAPTION.match(text)):
            text = text[caption.end() :]  # "Section 5 - Corporate Governance" before its item
        if not names_item(text):
            continue
        for line in _lines(text):
            read = read_heading(line)
            if read is None or is_continued(line[:160]):
                continue
            named, numbers, title = read
            after = _after_number(line)
            if len(numbers) == 1 and _REFERENCE.match(after):
                continue  # "Item 1A of this report": a reference, not a heading
            if len(line) < TWO_TITLES:
                numbers = [*numbers, *others_of(title, numbers, items)]
            if not eightk and len(line) > 400 and not runs_in(numbers, title, items):
                continue
            weight = 1.0 + 1.5 * block.bold + 0.5 * (len(line) < 120) + 0.5 * line[:4].isupper()
            seen += 1
            if seen > MAX_CANDIDATES:
                return
            yield from candidates_of(
                n, numbers, title or _next_text(blocks, n), ROMAN.get(named, part), weight, items
            )


def _lines(text: str) -> list[str]:
    """Where a heading may stand in a block: its first line."""
    return [text.split("\n", 1)[0].strip() if "\n" in text else text]


def _after_number(text: str) -> str:
    found = _NUMBER.search(text[:80])
    return text[found.end() :] if found else ""


def _next_text(blocks: Sequence[Block], n: int) -> str:
    """The title of a heading that is only a number: the next short block."""
    for block in blocks[n + 1 : n + 3]:
        if block.kind in ("text", "list") and len(block.text) < 200:
            return block.text
        break
    return ""


# ------------------------------------------------------------------ choice


def _merge(linked: list[Candidate], heads: list[Candidate]) -> list[Candidate]:
    """Of each place and item the heavier. What a link leads to without the item's number weighs
    less than a clear heading elsewhere: it may be "Opinion on the Financial Statements".
    """
    best: dict[tuple[int, int], Candidate] = {}
    numbered = {(c.block, c.order) for c in heads}
    clear: dict[int, float] = {}
    for head in heads:
        if head.weight >= CLEAR and not head.failed:
            clear[head.order] = max(head.weight, clear.get(head.order, 0.0))
    for link in linked:
        if (link.block, link.order) not in numbered and link.order in clear:
            link.weight = min(link.weight, clear[link.order] - UNSURE / 2)
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


def _with_others(chosen: list[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """With the items that share a chosen heading ("Items 1 and 2"), and with those that are headed
    as clearly and stand out of the form's order: they fail `order`, and are not lost.
    """
    places = {(c.block, c.order) for c in chosen}
    have = {c.item.key for c in chosen}
    more: dict[str, Candidate] = {}
    for candidate in candidates:
        key = candidate.item.key
        if key in have:
            continue
        shares = (candidate.block, candidate.with_) in places
        clear = candidate.weight >= CLEAR and not candidate.failed
        if not shares and not clear:
            continue
        held = more.get(key)
        if held is None or held.weight < candidate.weight:
            if not shares:
                candidate.failed.append("order")
            more[key] = candidate
    return sorted([*chosen, *more.values()], key=lambda c: (c.block, c.order))


def _doubt_twice(chosen: Sequence[Candidate], candidates: Sequence[Candidate]) -> None:
    """An item headed twice, about as clearly, fails `twice`; so does the item that ends there."""
    for n, one in enumerate(chosen):
        if any(
            other.order == one.order
            and other.block != one.block
            and other.weight > one.weight - UNSURE
            and not other.failed
            for other in candidates
        ):
            for doubted in chosen[max(0, n - 1) : n + 1]:
                if "twice" not in doubted.failed:
                    doubted.failed.append("twice")


def _each_once(blocks: Sequence[Block], candidates: list[Candidate]) -> list[Candidate]:
    """The best place of each item, in the order of the text: an 8-K reports in any order.

    Behind the signatures stand exhibits, and "Item 1. Duties" of an agreement is no report.
    """
    if not candidates:
        return []
    signed = attested_at(blocks, candidates[0].block)
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.block > signed and candidate.failed:
            continue
        if candidate.block > signed:
            candidate.failed.append("order")
            candidate.weight -= 3.0
        held = best.get(candidate.order)
        if held is None or held.weight < candidate.weight:
            best[candidate.order] = candidate
    chosen = sorted(best.values(), key=lambda c: (c.block, c.order))
    doubt_numbering(chosen)
    exhibits = next((c.block for c in chosen if c.item.key == "item9.01"), len(blocks))
    for candidate in chosen:  # behind the list of exhibits one of them may be printed
        if candidate.block > exhibits and "order" not in candidate.failed:
            candidate.failed.append("order")
    return chosen


def _spans(
    blocks: Sequence[Block], chosen: list[Candidate], items: Sequence[Item], eightk: bool
) -> list[Found]:
    last = signed_at(blocks, chosen[-1].block)
    signed = attested_at(blocks, chosen[0].block) if eightk else last
    found = []
    for i, candidate in enumerate(chosen):
        end = next((c.block for c in chosen[i + 1 :] if c.block > candidate.block), last)
        end = _part_ends(blocks, candidate, end)
        if eightk and candidate.block < signed < end:
            end = signed
        if eightk and end - candidate.block > 1 and _CAPTION_ALONE.match(blocks[end - 1].text):
            end -= 1  # the caption of the next item's section
        found.append(checked(blocks, candidate, max(end, candidate.block + 1), items, eightk))
    return found


def _part_ends(blocks: Sequence[Block], candidate: Candidate, end: int) -> int:
    """The heading of a later part before block `end`: it is no text of the item before it."""
    part = candidate.item.key[:5]
    if not part.startswith("part"):
        return end
    for n in range(candidate.block + 1, end):
        text = blocks[n].text
        if len(text) < 80 and blocks[n].grid is None and (part_of(text) or 0) > int(part[4]):
            return n
    return end
