"""One page of a PDF to lines of pieces and to the rules drawn on it.

A piece is a run of characters on one baseline without a gap as wide as a column's; a drawn vertical
rule between two characters ends it too. Only what stands where counts: the order in which a PDF
paints its text is not the order in which it is read.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from qhdata.extract.pdf_legible import STAMP, is_covered, unmapped
from qhdata.extract.pdf_objects import PATH, PICTURE, boxes, texts
from qhdata.extract.pdf_pen import with_pen
from qhdata.extract.pdf_words import Glyph, words_begin

WORD = 0.13
"""Gap between two words, in heights of a line: an average space is 0.25. A space that pdfium found
parts them at any gap: it knows the font's, and lines are squeezed, and boxes reach over spaces."""
COLUMN = 0.95
"""Gap between two pieces, in heights of a line: a justified line's spaces stay below 0.8."""
SPACE = 0.45
"""Gap in a piece, in heights of a line, above which it is noted: a space is half as wide."""
THIN = 2.5
"""Points up to which a drawn box is a rule."""
MAX_CHARACTERS = 400_000
"""Characters of one page; a page of a filing has 10,000 at most."""
MAX_RULES = 20_000
MAX_NOTES = 500
"""Annotations of a page that are looked at; most are links."""
_HAN = re.compile("[\u3000-\u9fff\uff00-\uffef]")
_LIGATURES = dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"), 0xFB00))
_VALUE_ENDS = frozenset("0123456789)%")
"""What a number ends with: a sign of money after it begins the next column's."""
_HYPHENS = (0x02, 0xAD, 0xFFFE)
"""What pdfium makes of a hyphen at a line's end."""


@dataclass(slots=True)
class Piece:
    """A run of characters; y runs down from the top of the page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    bold: bool = False
    sign: float | None = None
    """Left edge of a sign of money that stands apart before its number, in a cell of a column."""
    apart: tuple[float, int, float, float] | None = None
    """Its widest gap where that is wider than a space: how wide, the words before it, its edges."""

    @property
    def height(self) -> float:
        """Of the line, from the font."""
        return self.bottom - self.top


@dataclass(slots=True)
class Line:
    """Pieces side by side, from left to right."""

    pieces: list[Piece]

    @property
    def top(self) -> float:
        """Highest edge."""
        return min(p.top for p in self.pieces)

    @property
    def bottom(self) -> float:
        """Lowest edge."""
        return max(p.bottom for p in self.pieces)


@dataclass(slots=True)
class Rules:
    """Drawn lines: across as (y, left, right), down as (x, top, bottom)."""

    across: list[tuple[float, float, float]] = field(default_factory=list)
    down: list[tuple[float, float, float]] = field(default_factory=list)


class TooManyCharacters(Exception):
    """A page that no filing has."""


def with_fields(document: Any, number: int) -> Any:
    """A page of a pypdfium2 document; what its form fields and typed notes say is text of it."""
    import pypdfium2.raw as pdfium

    page = document[number]
    kinds = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
    for n in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MAX_NOTES)):
        note = pdfium.FPDFPage_GetAnnot(page.raw, n)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind in kinds:
            pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
            page.close()
            return document[number]
    return page


@dataclass(frozen=True, slots=True)
class Read:
    """What a page holds."""

    pieces: list[Piece]
    rules: Rules
    width: float
    characters: int
    """How many it shows, those left out too."""
    unmapped: int
    """How many are left out: their font does not say what they are."""
    covered: bool
    """Whether pictures cover it, and little else is on it."""


def read_page(page: Any, known: Collection[str] = ()) -> Read:
    """A pypdfium2 page that is upright or turned by a right angle. known: words of those before."""
    left, bottom, right, top = page.get_bbox()
    text = page.get_textpage()
    try:
        glyphs = [g for g in _glyphs(text) if left <= g[2] and g[1] <= right
                  and bottom <= g[4] and g[3] <= top]  # fmt: skip
        shown = text.count_chars()
        bad = unmapped(text)
        glyphs = [g for g in glyphs if max(g[5], -1 - g[5]) not in bad] if bad else glyphs
        turned = _turn(text, glyphs)
        if not turned:
            glyphs = with_pen(text, glyphs, known, lambda: texts(page))
    finally:
        text.close()
    paths = list(itertools.islice(boxes(page, PATH), MAX_RULES))
    pictures = boxes(page, PICTURE) if 0 < len(glyphs) < STAMP else ()
    covered = is_covered(list(pictures), (right - left) * (top - bottom))
    width, height = right - left, top
    if turned:
        glyphs = [(c, *_turned(box, turned), i) for c, *box, i in glyphs]
        paths = [_turned(box, turned) for box in paths]
        width, height = top - bottom, _turned((left, right, bottom, top), turned)[3]
    rules = _rules(paths, height) if len(paths) < MAX_RULES else Rules()  # a drawing, no table
    stops = sorted({x for x, _, _ in rules.down})
    pieces = list(_pieces(glyphs, height, stops, rules.down))
    return Read(pieces, rules, width, shown, len(bad), covered)


def lines_of(pieces: list[Piece]) -> list[Line]:
    """Pieces whose middles lie at one height are one line; lines from top to bottom."""
    lines: list[Line] = []
    middle = low = 0.0
    for piece in sorted(pieces, key=lambda p: (p.top + p.bottom, p.left)):
        at = (piece.top + piece.bottom) / 2
        if lines and at - middle < 0.45 * min(low, piece.height):
            lines[-1].pieces.append(piece)
        else:
            lines.append(Line([piece]))
            middle, low = at, piece.height
    for line in lines:
        line.pieces.sort(key=lambda p: p.left)
    return lines


def _glyphs(text: Any) -> Iterator[Glyph]:
    import pypdfium2.raw as pdfium

    count = text.count_chars()
    if count > MAX_CHARACTERS:
        raise TooManyCharacters(f"{count} characters on one page")
    box = pdfium.FS_RECTF()
    where = ctypes.byref(box)
    unicode, bounds = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    spaced = False
    for i in range(count):
        code = unicode(text, i)
        if code in _HYPHENS:
            code = 0x2D
        elif code in (0x20, 0xA0):
            spaced = True
            continue
        elif code <= 32 or code in (0xA0, 0x3000, 0xFFFF) or 0xD800 <= code < 0xE000:
            continue
        if bounds(text, i, where):
            n = -1 - i if spaced else i
            yield _LIGATURES.get(code) or chr(code), box.left, box.right, box.bottom, box.top, n
            spaced = False


def _turn(text: Any, glyphs: list[Glyph]) -> int:
    """Quarter turns of the page's text, by every 50th character: 0, 1 or 3."""
    import pypdfium2.raw as pdfium

    sample = glyphs[::50]
    angles = [
        round(pdfium.FPDFText_GetCharAngle(text, max(g[5], -1 - g[5])) / (math.pi / 2)) % 4
        for g in sample
    ]
    best = max((0, 1, 3), key=angles.count)
    return best if angles.count(best) * 2 > len(angles) else 0


def _turned(box: Any, quarter: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = box
    # pdfium counts angles clockwise: text that runs up the page has turned by three quarters
    return (bottom, top, -right, -left) if quarter == 3 else (-top, -bottom, left, right)


def _pieces(
    glyphs: list[Glyph], height: float, stops: list[float], down: list[tuple[float, float, float]]
) -> Iterator[Piece]:
    part: list[str] = []
    left = right = bottom = top = 0.0
    apart: tuple[float, int, float, float] | None = None
    begins = words_begin(glyphs)
    for n, (character, x0, x1, y0, y1, number) in enumerate(glyphs):
        tall = y1 - y0
        if tall <= 0:
            continue
        if part:
            gap, size = x0 - right, max(top - bottom, 0.1)
            level = abs((y0 + y1) - (bottom + top)) / 2 < 0.45 * min(size, tall)
            priced = character in "$€£¥" and gap > WORD * size and _ends_value(part)
            ruled = stops and gap > -0.3 * size and _between(stops, down, right, x0, height - y1)
            if not level or gap > COLUMN * size or gap < -0.6 * size or ruled or priced:
                yield Piece("".join(part), left, right, height - top, height - bottom, apart=apart)
                part, apart = [], None
            elif gap > WORD * size or n in begins or (number < 0 and not _HAN.match(character)):
                part.append(" ")
                if gap > max(SPACE * size, apart[0] if apart else 0.0):
                    apart = gap, part.count(" "), right, x0
        if not part:
            left, bottom, top = x0, y0, y1
        part.append(character)
        right = x1
    if part:
        yield Piece("".join(part), left, right, height - top, height - bottom, apart=apart)


def _ends_value(part: Sequence[str]) -> bool:
    """Whether a run of characters ends like a number, or is a dash that stands for none."""
    return part[-1] in _VALUE_ENDS or (part[-1] in "—–-" and len(part) <= 3)


def _between(
    stops: list[float], down: list[tuple[float, float, float]], a: float, b: float, at: float
) -> bool:
    """Whether a vertical rule stands between two characters at a height."""
    n = bisect_left(stops, a - 1.0)
    if n >= len(stops) or stops[n] > b + 1.0:
        return False
    return any(a - 1.0 <= x <= b + 1.0 and top - 2 <= at <= low + 2 for x, top, low in down)


def _rules(paths: Sequence[tuple[float, float, float, float]], height: float) -> Rules:
    rules = Rules()
    for left, right, bottom, top in paths:
        if top - bottom <= THIN and right - left > 0.1:
            rules.across.append((height - (top + bottom) / 2, left, right))
        if right - left <= THIN and top - bottom > 0.1:
            rules.down.append(((left + right) / 2, height - top, height - bottom))
    return rules
