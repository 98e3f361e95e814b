"""Which lines beside page ends are running headers and footers, and which are text that is alike.

A running line stands at one place of its pages, page after page, and hardly anywhere else; where
its digits differ they count the pages. A signature block, a date under each auditor's report or a
sub-heading that is said at many pages' ends is none of that: likeness alone cut 3 of 6 dates out
of one 10-K. What little furniture this leaves does less harm than a lost line of text.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qhdata.extract.blocks import Block

REACH = 3
"""Blocks on either side of a break that may be furniture."""
WIDE = 6
"""Blocks that may be where nothing but furniture is between them and the break."""
FAR = 64
"""Blocks from a break at most: a file of nothing but breaks is walked once, not n times."""
REPEATS = 3
"""Pages at which a line has to stand before it counts as running."""
MANY = 8
"""Pages from which a line of a kind that signatures and notes use may be a running one."""
LONGEST = 140
"""Characters above which a line is prose, however often it repeats."""
APART = 2
"""Pages from one running line to the next, as a rule: left and right pages may differ."""

_DIGITS = re.compile(r"\d{1,9}")
_WORD = re.compile(r"[^\W\d_]{2}|[\u4e00-\u9fff]")
_LABEL = re.compile(
    r"\b(?:items?|notes?|article|section|exhibit|proposal|phase|series|schedule|chapter|table|figure"
    r"|appendix|annex|part|step|question|class|tranche|volume|no)\W{0,3}$|[第（(]\s*$",
    re.I,
)
"""What is counted in a text: the number after it is not the page's."""
_SIGNED = re.compile(
    r"^\W*(?:by|name|title|its|date|dated|signed|signature|/s/|notary|witness|attest|address)\b\W*"
    r"|^\W*(?:\w+,?\s+)?(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)\s+\d{1,2},?\s+\d{4}\W*$"
    r"|^\W*(?:[(（]\d{1,2}[)）]|\d{1,2}\.|[*†‡])\s|^\W*(?-i:[a-z/]{1,4})\s*[-–—=]\s",
    re.I,
)
"""Lines of signatures, and notes below tables."""
_ROW = re.compile(r"(?:\s(?:[-–—]|\(?[\d,.]*\d\)?%?)){2}$|[：:]$")
"""A row of numbers or dashes, or what leads in to one: text, at however many pages' ends."""
_REPORT = re.compile(
    r"^\W*(?:(?:report|consent|opinion)s? of (?:the )?independent\b"
    r"|independent (?:registered )?(?:public )?(?:auditor|accountant)s?['’]?s? (?:report|consent)"
    r"|auditors?['’]?s? report)",
    re.I,
)
"""Titles of auditors' reports, of which one page after the other may hold one."""
_HAN = re.compile("[\u4e00-\u9fff]")
_GOES_ON = ("(续)", "（续）")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands beside a page's end."""

    page: int
    """Number of the page, from 0, by breaks with text between them."""
    foot: bool
    """Before a break, else after one."""
    rank: int
    """1 for the outermost block of the page."""
    edge: bool = False
    """At the document's own beginning or end."""


def places_of(blocks: Sequence[Block], reach: int = REACH) -> dict[int, list[Place]]:
    """Block number -> its places beside breaks; a table in between ends the reach."""
    found: dict[int, list[Place]] = defaultdict(list)
    if not any(block.kind == "break" for block in blocks):
        return found
    _walk(blocks, -1, 1, 0, found, reach)
    page, text = 0, False
    for at, block in enumerate(blocks):
        if block.kind != "break":
            text = text or bool(block.text)
            continue
        _walk(blocks, at, -1, page, found, reach)
        page, text = page + text, False
        _walk(blocks, at, 1, page, found, reach)
    _walk(blocks, len(blocks), -1, page, found, reach)
    return found


def _walk(
    blocks: Sequence[Block],
    at: int,
    step: int,
    page: int,
    found: dict[int, list[Place]],
    reach: int,
) -> None:
    n, rank = at + step, 0
    while 0 <= n < len(blocks) and rank < reach and abs(n - at) <= FAR:
        other = blocks[n]
        if other.kind == "break" or other.kind == "table":
            return
        if other.kind != "rule":
            rank += 1
            found[n].append(Place(page, step < 0, rank, at in (-1, len(blocks))))
            if len(other.text) > LONGEST:
                return
        n += step


Outer = Mapping[tuple[int, bool, int], int]
"""(page, foot, rank) -> the block that stands there."""


def by_place(places: Mapping[int, Sequence[Place]]) -> Outer:
    """Blocks by where they stand."""
    return {(p.page, p.foot, p.rank): n for n, found in places.items() for p in found}


def is_outermost(place: Place, outer: Outer, cut: Collection[int]) -> bool:
    """Whether all that stands between a place and its page's end is cut."""
    return all(outer.get((place.page, place.foot, r)) in cut for r in range(1, place.rank))


def shape(text: str) -> str:
    """A line without its digits, case and blanks: what running lines have in common."""
    return _DIGITS.sub("#", plain(text))


def plain(text: str) -> str:
    """A line without its case and blanks."""
    return " ".join(text.lower().split())


def running_lines(
    blocks: Sequence[Block],
    places: Mapping[int, Sequence[Place]],
    numbers: Sequence[int],
    given: Collection[int],
) -> set[int]:
    """Numbers of the blocks that are running lines.

    places: of blocks beside breaks. numbers: blocks to look at, rising. given: blocks that are
    page numbers. A date that stands under few page ends is one where such lines are on both sides.
    """
    said = Counter(plain(b.text) for b in blocks if 0 < len(b.text) <= LONGEST)
    shapes = Counter[str]()
    for text, n in said.items():
        shapes[shape(text)] += n
    groups: dict[tuple[bool, str], list[tuple[int, Place]]] = defaultdict(list)
    for n in numbers:
        if len(blocks[n].text) <= LONGEST:
            for place in places[n]:
                groups[place.foot, shape(blocks[n].text)].append((n, place))
    doomed: set[int] = set()
    between: list[list[tuple[int, Place]]] = []
    halves: list[list[tuple[int, Place]]] = []
    for (_, like), group in groups.items():
        if len(group) < REPEATS:
            continue
        runs = {"": group}
        if not _counts_pages(blocks, group):
            runs = defaultdict(list)
            for n, place in group:
                runs[plain(blocks[n].text)].append((n, place))
        for text, run in runs.items():
            often = said[text] if text else shapes[like]
            if len(run) < REPEATS or (text and not _WORD.search(text)) or not _runs(run, often):
                continue
            if text and _ROW.search(text):
                continue
            if len(run) < MANY and _REPORT.match(text):
                continue
            if len(run) < MANY and _HAN.search(text) and not text.endswith(_GOES_ON):
                halves.append(run)  # or column heads and labels of tables that are none in the file
                continue
            if len(run) < MANY and _SIGNED.search(blocks[run[0][0]].text):
                between.append(run)
            else:
                doomed.update(n for n, _ in run)
    doomed.update(n for run in _of_two_sides(halves) for n, _ in run)
    outer = by_place(places)
    for run in between:
        ends = [outer.get((p.page, p.foot, p.rank + by)) for _, p in run for by in (-1, 1)]
        if all(n in doomed or n in given for n in ends):
            doomed.update(n for n, _ in run)
    return _outermost(places, outer, doomed, set(given))


def _of_two_sides(
    halves: Sequence[list[tuple[int, Place]]],
) -> Iterator[list[tuple[int, Place]]]:
    """Lines of left and of right pages: two that stand at one place, the one on even pages alone
    and the other on odd ones, on as many pages together as one would have to.
    """
    sides: dict[tuple[bool, int], tuple[list[list[tuple[int, Place]]], ...]] = {}
    for run in halves:
        odd = {place.page % 2 for _, place in run}
        where = {(place.foot, place.rank) for _, place in run}
        if len(odd) == len(where) == 1:
            sides.setdefault(where.pop(), ([], []))[odd.pop()].append(run)
    for left, right in sides.values():
        for one, other in itertools.product(left, right):
            if len(one) + len(other) >= MANY:
                yield one
                yield other


def _outermost(
    places: Mapping[int, Sequence[Place]],
    outer: Outer,
    doomed: set[int],
    given: set[int],
) -> set[int]:
    """Those with nothing but furniture between them and a page's end: the label above the last row
    of a table that a page cut is alike on many pages, and is text.
    """
    while True:
        cut = doomed | given
        kept = {n for n in doomed if any(is_outermost(p, outer, cut) for p in places[n])}
        if kept == doomed:
            return doomed
        doomed = kept


def lines_behind(
    blocks: Sequence[Block],
    places: Mapping[int, Sequence[Place]],
    numbers: Sequence[int],
    doomed: Collection[int],
) -> set[int]:
    """Running lines beyond `REACH`, of headers of four lines and more: such as stand at `MANY`
    pages with nothing but furniture between them and the page's end.

    places: with a reach of `WIDE`. numbers: blocks that may be such lines.
    """
    asked = set(numbers)
    outer = by_place(places)
    said = Counter(plain(b.text) for b in blocks if 0 < len(b.text) <= LONGEST)
    cut = set(doomed)
    for rank in range(REACH + 1, WIDE + 1):
        groups: dict[tuple[bool, str], list[tuple[int, Place]]] = defaultdict(list)
        for n in asked:
            for place in places[n]:
                if place.rank == rank and is_outermost(place, outer, cut):
                    groups[place.foot, shape(blocks[n].text)].append((n, place))
        for group in groups.values():
            runs = defaultdict(list)
            counting = len(group) >= MANY and _counts_pages(blocks, group)
            for n, place in sorted(group, key=lambda found: found[0]):
                runs["" if counting else plain(blocks[n].text)].append((n, place))
            for text, run in runs.items():
                often = said[text] if text else len(run)
                if len(run) >= MANY and _runs(run, often) and (not text or _WORD.search(text)):
                    cut.update(n for n, _ in run)
    return cut - set(doomed)


def _counts_pages(blocks: Sequence[Block], group: Sequence[tuple[int, Place]]) -> bool:
    """Whether lines of one shape differ in one number, and that number counts their pages."""
    digits = [tuple(map(int, _DIGITS.findall(blocks[n].text))) for n, _ in group]
    varying = [i for i in range(len(digits[0])) if len({d[i] for d in digits}) > 1]
    if len(varying) != 1:
        return False
    first = blocks[group[0][0]].text
    before = first[: list(_DIGITS.finditer(first))[varying[0]].start()]
    if _LABEL.search(before):
        return False
    pages = [(place.page, d[varying[0]]) for (_, place), d in zip(group, digits, strict=True)]
    in_step = sum(b[0] - a[0] == b[1] - a[1] for a, b in itertools.pairwise(pages))
    rising = sum(a[1] < b[1] for a, b in itertools.pairwise(pages))
    pairs = len(pages) - 1
    return in_step * 10 >= pairs * 6 or (len(pages) >= MANY and rising * 10 >= pairs * 9)


def _runs(run: Sequence[tuple[int, Place]], said: int) -> bool:
    """Whether lines stand at one place page after page, and hardly anywhere else.

    said: how often such lines stand in the document; once more as a title is no objection.
    """
    pages = sorted({place.page for _, place in run})
    if len(pages) < REPEATS or len(pages) * 10 < (said - 1) * 8:
        return False
    near = sum(b - a <= APART for a, b in itertools.pairwise(pages))
    ranks = Counter(place.rank for _, place in run)
    return near * 10 >= (len(pages) - 1) * 6 and max(ranks.values()) * 10 >= len(run) * 6
