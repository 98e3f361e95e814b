"""Where the pen stood: words printed over the end of the last, and an `f` that pdfium dropped.

Boxes of letters lean over their neighbours, so what stands between two letters is the step of the
pen less the width that the font gives the first. A printer that does not kern steps by just that
width (within 0.005 em in 3M's 10-K), so a step that is shorter is a new word set over the end of
the last: "formerfive". It may be a link's ragged end too ("Summ", "ary"), so both halves must be
words that stand elsewhere. The second `f` of an italic "ff" that is painted by itself looks to
pdfium like the first once more, for bold, and is left out of its text; it is still on the page.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from qhdata.extract.pdf_words import Glyph

BACK = 0.006
"""Ems by which a step is shorter than its letter at least: steps are rounded to half of that."""
NUMBER_BACK = 0.012
"""The same before a number, where only one half is a word."""
KERNED = 0.012
"""Ems above which a pair that fonts kern is kerned."""
SAME = 0.1
"""Heights of a letter within which the pen stands where the next letter does: a space is wider."""
_KERN = frozenset(
    {
        "r,", "r.", "y,", "y.", "v,", "w,", "w.", "f,", "f.", "P,", "F,", "We", "Wa", "Wo", "To",
        "Ta", "Te", "Tr", "Tu", "Yo", "Ye", "Va", "Ve", "AT", "TA", "AV", "VA", "LT",
    }
)  # fmt: skip
"""Pairs that fonts with any kerning kern."""
_LEAST = 3
"""Such pairs on a page below which nothing is known of its kerning."""
_WORD = re.compile(r"[a-z]{2,}")

Forms = Callable[[], Iterator[tuple[int, tuple[float, float, float, float]]]]
"""The text objects of a page in order: address; left, right, bottom, top."""


def with_pen(text: Any, glyphs: list[Glyph], known: Collection[str], objects: Forms) -> list[Glyph]:
    """Glyphs of an upright page; a word set over another's end has a space before it, and an `f`
    that pdfium dropped is there again. known: words of the pages before.
    """
    pen = _Pen(text)
    glyphs = _with_dropped(glyphs, pen, objects)
    begins = _printed_over(glyphs, pen, known)
    if not begins:
        return glyphs
    return [(*g[:5], -1 - g[5]) if n in begins else g for n, g in enumerate(glyphs)]


class _Pen:
    """Steps between characters of a page, from pdfium; widths are asked for once a font."""

    __slots__ = ("_matrix", "_text", "_widths", "_x", "_y")

    def __init__(self, text: Any) -> None:
        import pypdfium2.raw as pdfium

        self._text = text
        self._widths: dict[tuple[int, int], float] = {}
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._matrix = pdfium.FS_MATRIX()

    def at(self, n: int) -> float:
        """Where the pen stood before a character."""
        import pypdfium2.raw as pdfium

        pdfium.FPDFText_GetCharOrigin(self._text, n, ctypes.byref(self._x), ctypes.byref(self._y))
        return self._x.value

    def step(self, n: int, code: int) -> tuple[float, float]:
        """(points that a character moves the pen by, points of an em); zeros where unknown."""
        import pypdfium2.raw as pdfium

        item = pdfium.FPDFText_GetTextObject(self._text, n)
        if not item or not pdfium.FPDFText_GetMatrix(self._text, n, ctypes.byref(self._matrix)):
            return 0.0, 0.0
        font = pdfium.FPDFTextObj_GetFont(item)
        size = ctypes.c_float()
        pdfium.FPDFTextObj_GetFontSize(item, ctypes.byref(size))
        key = (_address(font), code)
        if key not in self._widths:
            width = ctypes.c_float()
            found = pdfium.FPDFFont_GetGlyphWidth(font, code, 1000.0, ctypes.byref(width))
            self._widths[key] = width.value / 1000.0 if found else 0.0
        em = size.value * self._matrix.a
        return self._widths[key] * em, em

    def object(self, n: int) -> int:
        """Address of the text object that a character is of."""
        import pypdfium2.raw as pdfium

        return _address(pdfium.FPDFText_GetTextObject(self._text, n))

    def is_made(self, n: int) -> bool:
        """Whether pdfium made the character up: a space where it saw a gap."""
        import pypdfium2.raw as pdfium

        return n >= 0 and pdfium.FPDFText_IsGenerated(self._text, n) == 1

    def gap(self, a: Glyph, b: Glyph) -> float | None:
        """Ems between the end of one letter and the next; None where the font does not say."""
        first = _number(a)
        width, em = self.step(first, ord(a[0][-1]))
        if width <= 0 or em <= 0:
            return None
        return (self.at(_number(b)) - self.at(first) - width) / em


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _number(glyph: Glyph) -> int:
    return max(glyph[5], -1 - glyph[5])


def _printed_over(glyphs: Sequence[Glyph], pen: _Pen, known: Collection[str]) -> set[int]:
    """Where a word begins over the end of the one before, on a page whose font is not kerned."""
    over: list[int] = []
    kerned = plain = 0
    for n in range(1, len(glyphs)):
        a, b = glyphs[n - 1], glyphs[n]
        kerns = a[0] + b[0] in _KERN
        if b[5] < 0 or (b[1] >= a[2] and not kerns) or not _beside(a, b):
            continue
        if kerns:
            gap = pen.gap(a, b)
            kerned += gap is not None and gap < -KERNED
            plain += gap is not None and gap >= -KERNED
        elif b[1] - a[2] < -BACK * (a[4] - a[3]) and _is_end(a[0]) and b[0].isascii():
            over.append(n)
    if plain < _LEAST or kerned * 10 > plain:
        return set()
    found = set[int]()
    own: Collection[str] = ()
    for n in over:
        least = NUMBER_BACK if glyphs[n][0].isdigit() else BACK
        gap = pen.gap(glyphs[n - 1], glyphs[n]) if glyphs[n][0].isalnum() else None
        if gap is None or gap > -least:
            continue
        own = own or _words_alone(glyphs)
        if all(half in known or half in own for half in _halves(glyphs, n)):
            found.add(n)
    return found


def _is_end(letter: str) -> bool:
    return letter.isascii() and letter.islower()


def _beside(a: Glyph, b: Glyph) -> bool:
    """Whether two glyphs stand on one line, the second about where the first ends."""
    tall = a[4] - a[3]
    return abs(a[3] - b[3]) < 0.3 * tall and -0.5 * tall < b[1] - a[2] < 0.1 * tall


def _words_alone(glyphs: Sequence[Glyph]) -> set[str]:
    """Words of the page."""
    parts: list[str] = []
    for n, glyph in enumerate(glyphs):
        if n and (glyph[5] < 0 or not _beside(glyphs[n - 1], glyph)):
            parts.append(" ")
        parts.append(glyph[0])
    return {"a", *_WORD.findall("".join(parts).lower())}


def _halves(glyphs: Sequence[Glyph], n: int) -> list[str]:
    """The letters before a parting, and those behind it unless it is a number."""
    left = right = ""
    at = n - 1
    while at >= 0 and glyphs[at][0].isalpha() and len(left) < 40:
        left = glyphs[at][0] + left
        if glyphs[at][5] < 0 or at == 0 or not _beside(glyphs[at - 1], glyphs[at]):
            break
        at -= 1
    at = n
    while at < len(glyphs) and glyphs[at][0].isalpha() and len(right) < 40:
        if at > n and (glyphs[at][5] < 0 or not _beside(glyphs[at - 1], glyphs[at])):
            break
        right += glyphs[at][0]
        at += 1
    return [half.lower() for half in (left, right) if half]


def _with_dropped(glyphs: list[Glyph], pen: _Pen, objects: Forms) -> list[Glyph]:
    """An italic `f` is more than twice as wide as its step: a second one, painted by itself, is
    taken for the first. It is an object of the page behind that of the first, as large and moved
    by less than half, and no character is of it.
    """
    leaning = [
        n
        for n in range(1, len(glyphs))
        if glyphs[n][0] == "f" and glyphs[n][5] >= 0 and _leans(glyphs, n)
    ]
    if not leaning:
        return glyphs
    owners = {pen.object(_number(glyphs[n])): n for n in leaning}
    ends = {pen.object(_number(glyphs[n + 1])) for n in leaning if n + 1 < len(glyphs)}
    steps: dict[int, float] = {}
    last, box = -1, (0.0, 0.0, 0.0, 0.0)
    for address, bounds in objects():
        if address in owners:
            last, box = owners[address], bounds
        elif address in ends:
            last = -1
        elif last >= 0 and last not in steps:
            wide, step = box[1] - box[0], bounds[0] - box[0]
            moved = (box[0] + step, box[1] + step, *box[2:])
            alike = all(abs(a - b) < 0.02 * wide for a, b in zip(moved, bounds, strict=True))
            if alike and 0.2 * wide < step < 0.6 * wide:
                steps[last] = step
    return _with_second(glyphs, steps, pen)


def _leans(glyphs: Sequence[Glyph], n: int) -> bool:
    """Whether a letter begins over the one before, and the next is not over its end."""
    tall = glyphs[n][4] - glyphs[n][3]
    if not _beside(glyphs[n - 1], glyphs[n]) or glyphs[n - 1][2] - glyphs[n][1] < 0.08 * tall:
        return False
    return n + 1 == len(glyphs) or glyphs[n + 1][1] - glyphs[n][2] > -0.08 * tall


def _with_second(glyphs: list[Glyph], steps: dict[int, float], pen: _Pen) -> list[Glyph]:
    """steps: of letters that are there twice. A space that pdfium saw in the gap is none where the
    next letter stands a step behind the second."""
    out: list[Glyph] = []
    joined = False
    for n, glyph in enumerate(glyphs):
        out.append((*glyph[:5], _number(glyph)) if joined else glyph)
        joined = False
        if n in steps:
            step = steps[n]
            _, left, right, low, high, number = glyph
            out.append(("f", left + step, right + step, low, high, number))
            if n + 1 < len(glyphs) and glyphs[n + 1][5] < 0:
                following = _number(glyphs[n + 1])
                room = pen.at(following) - pen.at(_number(glyph)) - 2 * step
                joined = room < SAME * (high - low) and pen.is_made(following - 1)
    return out
