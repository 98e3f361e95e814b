"""Typed text with a blank line below each line: the blanks inside of a paragraph go.

A typist's line ends where the next word had no room: a blank line after a line to which the word
below it could not have been added is the spacing, one after a shorter line is a paragraph's end.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

LEAST = 3
"""Sentences that such a stretch must cut in two before it is taken for double-spaced text."""
SHARE = 4
"""One of how many of its lines must cut one."""
PAGE = 84
"""Characters of the longest line of such a stretch, at most."""
_OPEN = re.compile(r"[A-Za-z,]$")
_GAP = re.compile(r"\S(?:\s{3,}|\t)\S|\.{4,}")
_RULE = re.compile(r"\s*[-=_][-=_\s]*$")


def closed_up(lines: Sequence[str]) -> list[str]:
    """Lines without the blanks that only space them.

    >>> closed_up(["Sales rose in the year and", "", "costs fell."] )  # too little to say so
    ['Sales rose in the year and', '', 'costs fell.']
    """
    stretches: list[list[str]] = []
    at = 0
    while at < len(lines):
        end = _stretch(lines, at)
        stretches.append(list(lines[at:end]))
        at = end
    spaced = [_is_spaced(part) for part in stretches]
    if not any(spaced):
        return list(lines)
    width = max(
        len(line.rstrip())
        for part, own in zip(stretches, spaced, strict=True) if own
        for line in part
    )  # fmt: skip
    said = sum(bool(line.strip()) for line in lines)
    throughout = 2 * sum(len(part) // 2 for part in stretches) > said
    return [
        line for part, own in zip(stretches, spaced, strict=True)
        for line in (_close(part, width) if throughout or own else part)
    ]  # fmt: skip


def _stretch(lines: Sequence[str], at: int) -> int:
    """The end of a stretch in which every other line is blank."""
    if not lines[at].strip():
        return at + 1
    n = at + 1
    while n + 1 < len(lines) and not lines[n].strip() and lines[n + 1].strip():
        n += 2
    return n


def _is_spaced(part: Sequence[str]) -> bool:
    """Whether sentences go on over the blank lines of a stretch."""
    pairs = list(itertools.pairwise(line.rstrip() for line in part[::2]))
    cut = sum(bool(_OPEN.search(a) and b.lstrip()[:1].islower()) for a, b in pairs)
    return cut >= max(LEAST, len(pairs) // SHARE) and max(map(len, part)) <= PAGE


def _close(part: Sequence[str], width: int) -> list[str]:
    said = [line.rstrip() for line in part[::2]]
    out = said[:1]
    for above, below in itertools.pairwise(said):
        if not (_is_row(above) and _is_row(below)) and not _no_room(above, below, width):
            out.append("")
        out.append(below)
    return [*out, *part[2 * len(said) - 1 :]]


def _no_room(above: str, below: str, width: int) -> bool:
    """Whether the first word below had no room above, in running text."""
    room = width - len(above) - 1 - len(below.split()[0])
    moved = _indent(below) > _indent(above) + 2  # a new paragraph, or a line set in the middle
    return room < 0 and not moved and not _is_row(above) and not _is_row(below)


def _is_row(line: str) -> bool:
    """A row of a table, or a rule in one."""
    return bool(_GAP.search(line.strip()) or _RULE.match(line))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
