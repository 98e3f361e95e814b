"""The number that is printed on the page where a block stands, from the furniture that is cut.

A filing names its pages where it sends the reader to them: "Pages 4 - 22". The number beside a
break belongs to the page on its side of the break; a page without one takes it from its
neighbours where they leave no doubt.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Collection, Sequence

from qhdata.extract.blocks import Block

_LAST = re.compile(r"(?:\b([A-Z]{1,2})[-–])?(\d{1,4})\D*$")
_FIRST = re.compile(r"^\D*?(?:\b([A-Z]{1,2})[-–])?(\d{1,4})\b")
MAX_GAP = 20
"""Pages without a number in a row that are counted through."""


def number_pages(blocks: Sequence[Block], furniture: Collection[int]) -> None:
    """Set `page` of every block: `22`, `F-4`, or "" where no number says it.

    furniture: numbers of the blocks that are page numbers or running lines.
    """
    pages = _pages(blocks)
    shown = [_shown(blocks, page, furniture) for page in pages]
    numbers = _rising([first for first, _ in shown], [last for _, last in shown])
    for page, number in zip(pages, _through(numbers), strict=True):
        for n in page:
            blocks[n].page = number


def _pages(blocks: Sequence[Block]) -> list[range]:
    """Runs of blocks between breaks that hold any text."""
    pages = []
    start = 0
    for n in range(len(blocks) + 1):
        if n == len(blocks) or blocks[n].kind == "break":
            if any(b.text for b in blocks[start:n]):
                pages.append(range(start, n))
            start = n + 1
    return pages


def _shown(blocks: Sequence[Block], page: range, furniture: Collection[int]) -> tuple[str, str]:
    """Numbers in the furniture of a page: read from a line's start, and from its end."""
    for n in reversed(page):
        if n in furniture:
            last, first = _LAST.search(blocks[n].text), _FIRST.match(blocks[n].text)
            if last and first:
                return _name(first), _name(last)
    return "", ""


def _name(found: re.Match[str]) -> str:
    return f"{found[1].upper()}-{int(found[2])}" if found[1] else str(int(found[2]))


def _rising(first: list[str], last: list[str]) -> list[str]:
    """Whichever of the two counts up from page to page, without what breaks the count: a year in
    a footer, a figure beside a break.
    """
    best = max((last, first), key=_rises)
    if not _rises(best):
        return [""] * len(best)
    fits = set[int]()
    for head in {number.rpartition("-")[0] for number in best if number}:
        own = [n for n, number in enumerate(best) if number and number.rpartition("-")[0] == head]
        fits.update(own[i] for i in _longest_rise([int(best[n].rpartition("-")[2]) for n in own]))
    return [number if n in fits else "" for n, number in enumerate(best)]


def _longest_rise(values: Sequence[int]) -> list[int]:
    """Indices of a longest strictly rising run of values, gaps allowed."""
    tails: list[int] = []
    ends: list[int] = []
    back: list[int] = []
    for i, value in enumerate(values):
        at = bisect.bisect_left(tails, value)
        tails[at : at + 1] = [value]
        ends[at : at + 1] = [i]
        back.append(ends[at - 1] if at else -1)
    chosen = []
    i = ends[-1] if ends else -1
    while i >= 0:
        chosen.append(i)
        i = back[i]
    return chosen[::-1]


def _rises(numbers: list[str]) -> int:
    return sum(_next(a) == b for a, b in itertools.pairwise(numbers) if a and b)


def _next(number: str, by: int = 1) -> str:
    head, dash, digits = number.rpartition("-")
    return f"{head}{dash}{int(digits) + by}"


def _through(numbers: list[str]) -> list[str]:
    """With gaps counted through where the pages between are as many as the numbers."""
    out = list(numbers)
    known = [n for n, number in enumerate(numbers) if number]
    for a, b in itertools.pairwise(known):
        if 1 < b - a <= MAX_GAP + 1 and _next(numbers[a], b - a) == numbers[b]:
            for n in range(a + 1, b):
                out[n] = _next(numbers[a], n - a)
    return out
