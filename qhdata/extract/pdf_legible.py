"""Whether a page's letters can be read: fonts that do not say what they show, and pictures of text.

A font of a PDF may number its letters as it likes; without a map to Unicode the numbers are taken
for letters, and what comes out is garbage. Such letters are left out and counted, unless the words
and numbers that they make are those of filings: many fonts number as ASCII does. A page that a
picture covers and that says no more than other such pages say is a scan with a stamp on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

SAMPLE = 4
"""Every so manieth character is asked first whether its font maps it; most pages have none."""
COMMON = 0.05
"""Share of the commonest words and of grouped numbers among words from which unmapped letters are
what they seem: prose and tables have 0.3."""
UNREADABLE = 0.02
"""Share of a document's characters that may be left out, as of letters in HTML (`coverage`)."""
PRIVATE = 0.2
"""Share of a page's characters in the private area above which they are letters and no bullets."""
COVERED = 0.5
"""Share of a page that pictures cover above which it may be a scan."""
STAMP = 400
"""Characters that are printed on a scan at most."""
FEW = 12
"""Letters below which a picture's page says nothing of its own."""
_COMMON = frozenset(
    {"the", "of", "and", "to", "in", "for", "a", "is", "by", "on", "with", "as", "or", "that"}
)
_AMOUNT = re.compile(r"[$(]{0,2}\d{1,3}(?:,\d{3})+(?:\.\d+)?[)%]?")
_DIGITS = re.compile(r"[\W\d_]+")


def unmapped(text: Any) -> set[int]:
    """Characters of a pdfium text page that are not what its fonts show: no map says what they are,
    and what stands in for it is no language.
    """
    import pypdfium2.raw as pdfium

    failed = pdfium.FPDFText_HasUnicodeMapError
    count = text.count_chars()
    codes = [pdfium.FPDFText_GetUnicode(text, n) for n in range(0, count, SAMPLE)]
    private = sum(0xE000 <= code < 0xF900 for code in codes) > PRIVATE * max(1, len(codes))
    if not private and not any(failed(text, n) == 1 for n in range(0, count, SAMPLE)):
        return set()
    codes = [pdfium.FPDFText_GetUnicode(text, n) for n in range(count)]
    bad = {
        n
        for n, code in enumerate(codes)
        if failed(text, n) == 1 or (private and 0xE000 <= code < 0xF900)
    }
    said = "".join(chr(c) if n in bad or c == 0x20 else " " for n, c in enumerate(codes))
    words = said.split()
    common = sum(word.lower() in _COMMON or _AMOUNT.fullmatch(word) is not None for word in words)
    return set() if common > COMMON * len(words) else bad


def is_covered(pictures: Sequence[tuple[float, float, float, float]], area: float) -> bool:
    """Whether pictures (left, right, bottom, top) cover half of a page."""
    return sum((r - a) * (t - b) for a, r, b, t in pictures) > COVERED * area


def scans(said: Sequence[str | None]) -> int:
    """How many pages are scans with a stamp. said: what each page says that pictures cover, None
    for other pages.
    """
    stamps = Counter(_DIGITS.sub("", text) for text in said if text)
    return sum(len(key) < FEW or n > 1 for key, n in stamps.items() for _ in range(n))
