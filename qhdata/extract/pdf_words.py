"""Where a word begins in a line of a PDF though nobody wrote a space and the gap is narrow.

Printers of HTML drop spaces and set some words all but side by side: a gap of 0.02 of the line's
height in 3M's 10-K, where letters within words stand 0.00 apart. So a gap is held against those
within words of its page and its line, which are all but equal wherever words are not spaced out.
Not against those behind the same letter: fonts of a page differ, and "Benefits" became "Benef its".
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

Glyph = tuple[str, float, float, float, float, int]
"""Character, left, right, bottom, top (up is positive), its number on the page: less than 0 where
a space stands before it in the page's own text (then it is -1 - number)."""
LEAST = 0.02
"""Gap between two words at least, in heights of a line."""
APART = 0.014
"""What a gap between words has more than the wide ones within words: a kern is as wide."""
WIDE = 0.13
"""Gap from which no one asks: it parts two words anywhere."""
PAIRS = 60
"""Gaps within words of a page below which none is judged by the others."""
_SHARE = 0.98
"""Share of a page's gaps between letters that are taken to be within words."""
_ENDS = ".,;:)"


def words_begin(glyphs: Sequence[Glyph]) -> set[int]:
    """Where in `glyphs` a word begins behind a gap that is wide for its page and its line."""
    lines: list[list[tuple[int, float]]] = [[]]
    within: list[float] = []
    before, x, low, high = "", 0.0, 0.0, 0.0
    for n, (character, x0, x1, y0, y1, number) in enumerate(glyphs):
        size = y1 - y0
        if abs(y0 - low) > 0.1 * size or abs(y1 - high) > 0.1 * size:
            lines.append([])  # another line, or another type
        elif number >= 0 and size > 0 and _may_part(before, character):
            gap = (x0 - x) / size
            if -WIDE < gap <= WIDE:
                lines[-1].append((n, gap))
                if before.isalpha():
                    within.append(gap)
        before, x, low, high = character, x1, y0, y1
    if len(within) < PAIRS:
        return set()
    within.sort()
    page = max(LEAST - APART, within[int(_SHARE * len(within))])
    found: set[int] = set()
    for line in lines:
        if any(gap > page + APART for _, gap in line):
            usual = max(page, median(gap for _, gap in line))
            found.update(n for n, gap in line if gap > usual + APART and _words(glyphs, n))
    return found


def _may_part(before: str, character: str) -> bool:
    """Whether a sentence may have a space there: a letter or a stop, and a letter or a number."""
    if _latin(before):
        return _latin(character) or character.isdigit() or character == "$"
    return before in _ENDS and _latin(character)


def _words(glyphs: Sequence[Glyph], n: int) -> bool:
    """Whether a parting at n leaves no letter alone: a link may end before the last of a word."""
    if not (_latin(glyphs[n - 1][0]) and _latin(glyphs[n][0])):
        return True
    return _in_one(glyphs, n - 1) and _in_one(glyphs, n + 1)


def _in_one(glyphs: Sequence[Glyph], n: int) -> bool:
    """Whether a letter follows the one before it in a word."""
    if not 0 < n < len(glyphs):
        return False
    a, _, right, low, high, _ = glyphs[n - 1]
    b, left, _, bottom, _, number = glyphs[n]
    near = left - right <= WIDE * (high - low) and abs(low - bottom) <= 0.1 * (high - low)
    return near and number >= 0 and all(_latin(c) or c in "'’" for c in (a, b))


def _latin(character: str) -> bool:
    return character.isalpha() and character < "\u0250"
