"""What an inline style means for text: hidden, bold, raised, a page break; parsed once each.

A 3 MB filing has 40,000 style attributes and about 600 different ones.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SIZE = re.compile(r"font-size\s*:\s*(\d+\.?\d*|\.\d+)\s*(pt|px|em|%)?")
_DISPLAY = re.compile(r"(?:^|[;\s/])display\s*:\s*([\w-]+)\s*(!?)")
_WEIGHT = re.compile(r"font-weight\s*:\s*(\w+)")
_BREAK = re.compile(r"(?:page-)?break-(before|after)\s*:\s*(?:always|page|left|right)")
_APART = re.compile(r"padding-left\s*:\s*(?:[3-9]|\d\d)[\d.]*\s*(?:pt|px)")
_FONT = re.compile(r"(?:^|;)\s*font\s*:\s*([^;]*)")
_VISIBILITY = re.compile(r"(?:^|[;\s])visibility\s*:\s*(\w+)")
_ANY_SIZE = re.compile(r"(?:^|[;\s])font-size\s*:\s*([^;!]*)")
_NOUGHT = re.compile(r"0*(?:0|0?\.0+|0\.)(?:pt|px|em|rem|ex|%|in|cm|mm|pc|vw|vh)?")
_RELATIVE = re.compile(r"(?:[\d.]+(?:em|ex|ch|%)|smaller|larger|inherit|unset|revert)?")
_FONT_SIZE = re.compile(
    r"(?:^|\s)((?:0|0?\.0+)(?:[a-z%]{1,3})?|\d[\d.]*(?:pt|px|rem|in|cm|mm|pc))(?=[\s/]|$)"
)


_CLEAR = re.compile(r"(?:^|[;\s])opacity\s*:\s*0*(?:0|\.0+)%?\s*(?:;|!|$)")

INVISIBLE, TINY = 1, 2
"""Why text is not seen though its element has a place; what is inside may be seen again."""


class Style(NamedTuple):
    """The few properties that matter; None means inherited."""

    hidden: bool = False
    """display:none or no opacity, which nothing inside can undo."""
    hides: int = 0
    keeps: int = INVISIBLE | TINY
    """Reasons not to be seen that begin here, and those of around it that go on."""
    display: str = ""
    bold: bool | None = None
    size: float | None = None
    center: bool | None = None
    raised: bool = False
    wingdings: bool = False
    break_before: bool = False
    break_after: bool = False
    struck: bool = False
    """Struck out: what replaces it stands beside it."""
    apart: bool = False
    """Set off to the left by its padding: where a word's end stands before it, a space is seen."""


PLAIN = Style()


def parse_style(text: str) -> Style:
    """One style attribute."""
    css = without_comments(text.lower())
    display = ""
    if "display" in css:
        display = _display(css)
    bold: bool | None = None
    weight = _WEIGHT.search(css)
    if weight:
        bold = weight[1] in ("bold", "bolder") or (weight[1].isdecimal() and int(weight[1]) >= 600)
    font = _FONT.search(css)
    if font and "bold" in font[1]:
        bold = True
    size: float | None = None
    sized = "font-size" in css
    plain = False  # whether its only size is one that can be seen
    if sized:
        found = _SIZE.search(css)
        if found and found[2] in ("pt", "px"):
            plain = css.count("font-size") == 1 and found[1].strip("0.") != ""
            size = float(found[1]) * (0.75 if found[2] == "px" else 1.0)
    hides, keeps = 0, INVISIBLE if plain else INVISIBLE | TINY
    if "visibility" in css or ((sized or font) and not plain):
        hides, keeps = _unseen(css, font[1] if font else "")
    center = None
    if "text-align" in css:
        center = "text-align:center" in css.replace(" ", "")
    raised = "vertical-align" in css and re.search(r"vertical-align\s*:\s*super", css) is not None
    if (
        not raised
        and size is not None
        and size <= 7
        and "position:relative" in css.replace(" ", "")
    ):
        raised = re.search(r"top\s*:\s*-\d", css) is not None
    breaks = {m[1] for m in _BREAK.finditer(css)} if "break-" in css else set()
    return Style(
        hidden=display == "none" or ("opacity" in css and _CLEAR.search(css) is not None),
        hides=hides,
        keeps=keeps,
        display=display,
        bold=bold,
        size=size,
        center=center,
        raised=raised,
        wingdings="wingdings" in css,
        break_before="before" in breaks,
        break_after="after" in breaks,
        struck="line-through" in css,
        apart="padding-left" in css and _APART.search(css) is not None,
    )


def without_comments(css: str) -> str:
    """Declarations without `/* ... */`; one that does not end hides the rest."""
    if "/*" not in css:
        return css
    first, *rest = css.split("/*")
    return first + "".join(part.partition("*/")[2] for part in rest)


def _display(css: str) -> str:
    """How an element is displayed: the last that is said holds, of `!important` ones if any."""
    said = _DISPLAY.findall(css)
    strong = [value for value, mark in said if mark]
    return strong[-1] if strong else said[-1][0] if said else ""


def _unseen(css: str, font: str) -> tuple[int, int]:
    """(reasons not to be seen that begin here, those of around it that go on).

    A size of nought hides; one that is told in shares of the size around it does not change that.
    """
    hides, keeps = 0, INVISIBLE | TINY
    if "visibility" in css:
        said = _VISIBILITY.findall(css)
        if said and said[-1] in ("hidden", "collapse"):
            hides |= INVISIBLE
        elif said and said[-1] not in ("inherit", "unset"):
            keeps &= ~INVISIBLE
    size = ""
    if font:
        named = _FONT_SIZE.search(font)
        size = named[1] if named else ""
    if "font-size" in css:
        sizes = _ANY_SIZE.findall(css)
        size = sizes[-1].strip() if sizes else size
    if _NOUGHT.fullmatch(size):
        hides |= TINY
    elif not _RELATIVE.fullmatch(size):
        keeps &= ~TINY
    return hides, keeps
