"""What the walk over HTML does at a tag: one code for each kind."""

from __future__ import annotations

(
    INLINE, BLOCK, HEADING, BR, HR, LI, LIST, TABLE, TR, TD, SKIP, PRE, A, FACT,
    SUP, BOLD, FONT, TITLE, EXCLUDE, TUPLE, TFOOT,
    DONE,
) = range(22)  # fmt: skip

_BLOCKS = """html body div p center blockquote dl dt dd section article header footer main nav aside
address form fieldset figure caption h document text details summary"""
_SKIPPED = """script style noscript template svg object applet iframe select ix:header ix:hidden
ix:references ix:resources xbrli:context xbrli:unit"""
_IX = "ix:nonfraction ix:nonnumeric ix:fraction ix:continuation ix:footnote"

CODES: dict[str, int] = {
    **dict.fromkeys(_BLOCKS.split(), BLOCK),
    **dict.fromkeys(_SKIPPED.split(), SKIP),
    **dict.fromkeys(_IX.split(), FACT),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), HEADING),
    "br": BR, "hr": HR, "li": LI, "ul": LIST, "ol": LIST, "table": TABLE, "tr": TR,
    "td": TD, "th": TD, "pre": PRE, "a": A, "sup": SUP, "b": BOLD, "strong": BOLD,
    "font": FONT, "title": TITLE, "ix:exclude": EXCLUDE, "ix:tuple": TUPLE,
    "tfoot": TFOOT,
}  # fmt: skip
