"""Which annual report a question set took its page from, where it says a ticker and a year.

FinQA and ConvFinQA name their pages `JKHY/2009/page_28.pdf`. A report says its own symbol on the
cover or in Item 5, and the year that it is for on the cover. The year of a page is that of the
report or of its lodging, which sets do not say: both count, since a report too many that is looked
at costs less than one too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

COVER = 8000
"""Characters of a document that are its cover."""
TITLES = 1500
"""Characters of the cover's table of titles, symbols and exchanges."""
_PAGE = re.compile(r"\b([A-Z][A-Z.\-]{0,5})/((?:19|20)\d{2})/page_\d+")
_SYMBOL = re.compile(
    r"(?:[Ss]ymbols?|SYMBOL|NYSE|NASDAQ|N[Aa]sdaq|Exchange)(?:\s+(?:of|is|are))?[\W_]{1,6}"
    r"([A-Z][A-Z.\-]{0,5})\b(?![a-z])"
)
_TABLE = re.compile(r"Trading\s+[Ss]ymbol")
_TOKEN = re.compile(r"\|\s*([A-Z][A-Z.\-]{0,5})\s*\|")
_YEAR = re.compile(
    r"(?:year|period)\s+ended\W{0,3}\s*(?:\w+\W{1,3}\d{1,2}\W{1,3})?((?:19|20)\d{2})", re.I
)


def page_of(*names: str) -> tuple[str, str]:
    """(ticker, year) of the first name that says them, or two empty texts.

    >>> page_of("Single_JKHY/2009/page_28.pdf-3")
    ('JKHY', '2009')
    """
    for name in names:
        found = _PAGE.search(name.replace("Single_", " ").replace("Double_", " "))
        if found:
            return found[1], found[2]
    return "", ""


def reports_of(text: str) -> Iterator[tuple[str, str]]:
    """(ticker, year) that sets may call a document by: the fiscal year and the one after it."""
    cover = text[:COVER]
    year = _YEAR.search(cover)
    if year is None:
        return
    symbols = {m[1] for m in _SYMBOL.finditer(text)}
    table = _TABLE.search(cover)
    if table:
        symbols |= {m[1] for m in _TOKEN.finditer(cover, table.end(), table.end() + TITLES)}
    for symbol in sorted(symbols):
        yield symbol, year[1]
        yield symbol, str(int(year[1]) + 1)
