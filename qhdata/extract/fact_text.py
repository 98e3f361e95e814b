"""The characters that show a fact: what its span covers, less what `ix:exclude` takes out.

A page number or running header that stands inside a text block is in the document's text, and so
inside the block's span where more of the block follows; it is no part of the block's own text. A
span never begins or ends on such a piece.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qhdata.extract.blocks import EXCLUDED

Piece = tuple[int, int]
_TRIM = " \n|"
_LEAD = re.compile(r"[ |]*(?:#{1,6} |- |\d{1,3}\. |\\)?")
_TAIL = re.compile(r"[ |]*")
REACH = 64
"""Characters in which the signs of a line (`#### `, `| `) end."""


@dataclass(slots=True)
class Excluded:
    """The excluded pieces of a text, in order, each with the number of facts met before it."""

    met: list[int] = field(default_factory=list)
    """By number of the piece: how many facts had begun."""
    spans: list[tuple[int, int, int]] = field(default_factory=list)

    def place(self, spans: Mapping[int, Piece]) -> None:
        """Take their places from the spans of all marks."""
        placed = ((spans.get(EXCLUDED + n, (0, 0)), met) for n, met in enumerate(self.met))
        self.spans = sorted((start, end, met) for (start, end), met in placed if start < end)

    def within(self, n: int, start: int, end: int) -> list[Piece]:
        """Those inside what fact or continuation n covers; what began before n holds it instead."""
        out = []
        for at in range(bisect_left(self.spans, (start,)), len(self.spans)):
            a, b, met = self.spans[at]
            if a >= end:
                break
            if met > n:
                out.append((a, min(b, end)))
        return out


def pieces(text: str, start: int, end: int, excluded: Sequence[Piece]) -> list[Piece]:
    """What is left of a span; nothing at its ends but letters.

    >>> text = "Before.\\n\\n#### Page 7\\n\\nAfter.\\n\\n7"
    >>> pieces(text, 0, 29, [(14, 20), (30, 31)])
    [(0, 9), (20, 28)]
    """
    if not excluded:
        whole = trimmed(text, start, end)
        return [whole] if whole[0] < whole[1] else []
    kept: list[Piece] = []
    at = start
    for a, b in excluded:
        first, last = _whole_lines(text, max(a, at), b, start, end)
        if first < last:
            kept.append((at, max(at, first)))
            at = last
    kept.append((at, end))
    ends = [trimmed(text, *piece) for piece in kept]
    filled = [n for n, (first, last) in enumerate(ends) if first < last]
    if not filled:
        return []
    low, high = filled[0], filled[-1]
    kept[high] = (kept[high][0], ends[high][1])
    kept[low] = (ends[low][0], kept[low][1])
    return kept[low : high + 1]


def words(text: str, kept: Sequence[Piece]) -> str:
    """The text of pieces; where one was cut out, the wider of the two gaps stays.

    >>> words("Before.\\n\\n7\\n\\nAfter", [(0, 9), (10, 17)]), words("1[x]2", [(0, 1), (4, 5)])
    ('Before.\\n\\nAfter', '12')
    """
    out: list[str] = []
    gap = ""
    for start, end in kept:
        piece = text[start:end]
        body = piece.strip(" \n")
        if not body:
            gap = _wider(gap, piece)
            continue
        at = piece.index(body[0])
        if out:
            out.append(_wider(gap, piece[:at]))
        out.append(body)
        gap = piece[at + len(body) :]
    return "".join(out)


def _wider(left: str, right: str) -> str:
    lines = max(left.count("\n"), right.count("\n"))
    return "\n" * min(lines, 2) if lines else " " if left or right else ""


def _whole_lines(text: str, a: int, b: int, start: int, end: int) -> Piece:
    """An excluded piece with the signs of its line, where it is all that the line says."""
    line = text.rfind("\n", max(start, a - REACH), a) + 1
    if not line:
        if a - REACH > start:
            return a, b
        line = start
    until = text.find("\n", b, min(end, b + REACH))
    if until < 0:
        if b + REACH < end:
            return a, b
        until = end
    if _LEAD.fullmatch(text, line, a) and _TAIL.fullmatch(text, b, until):
        return line, until
    return a, b


def trimmed(text: str, start: int, end: int) -> Piece:
    """Without white space and table signs at its ends; empty where nothing else is there."""
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    while start < end and text[start] in _TRIM:
        start += 1
    return start, end
