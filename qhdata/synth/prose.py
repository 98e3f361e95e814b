"""Prose of a document: paragraphs and sentences with their characters, tables left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qhdata.records import Edit

SHORTEST, LONGEST = 120, 1200
"""Characters of a paragraph that is worth asking about."""

_PARAGRAPH = re.compile(r"[^\n]+")
_END = re.compile(r"(?<=[a-z0-9)%”\"])[.!?](?= +[A-Z“\"(])|[。！？]")
_ABBREVIATED = re.compile(r"\b(?:[ap]\.m|No|Nos|vs|approx|Mr|Mrs|Ms|Dr|St|Sec|Inc|Corp|Co|Ltd)\.$")
"""What a full stop ends without ending a sentence: two sentences in one are better than a half."""

_RULED = re.compile(r"[-_=*.]{4,}")
"""A rule, or a blank to be filled in."""


def whole(sentence: str) -> bool:
    """Whether it begins as a sentence does, and nothing in it is ruled out or left open.

    >>> whole("The Bank pays."), whole("and the cost of it."), whole("paid by the ------ Bank.")
    (True, False, False)
    """
    return not sentence[:1].islower() and _RULED.search(sentence) is None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Characters `[start, end)` of a document, one line of prose."""

    start: int
    end: int
    text: str

    def sentences(self) -> list[str]:
        """Its sentences, with their closing marks."""
        found, at = [], 0
        for match in _END.finditer(self.text):
            if _ABBREVIATED.search(self.text, max(at, match.end() - 8), match.end()):
                continue
            found.append(self.text[at : match.end()].strip())
            at = match.end()
        rest = self.text[at:].strip()
        return [*found, rest] if rest else found


def paragraphs(
    text: str, start: int = 0, end: int | None = None, *, edits: Sequence[Edit] = ()
) -> tuple[Paragraph, ...]:
    """Paragraphs of prose within `[start, end)`: no table lines, headings or lists of numbers, and
    none that an edit touches.
    """
    found = _walk(text, start, len(text) if end is None else end)
    if not edits:
        return tuple(found)
    return tuple(p for p in found if not any(e.start < p.end and p.start < e.end for e in edits))


def _walk(text: str, start: int, end: int) -> Iterator[Paragraph]:
    for match in _PARAGRAPH.finditer(text, start, end):
        line = match[0]
        if not SHORTEST <= len(line) <= LONGEST or "|" in line or "`" in line or "{" in line:
            continue
        letters = sum(char.isalpha() or char == " " for char in line)
        if letters < 0.8 * len(line) and not any("一" <= c <= "鿿" for c in line[:80]):
            continue
        if line.rstrip()[-1:] not in '.。!?！？”"':
            continue
        yield Paragraph(match.start(), match.end(), line)
