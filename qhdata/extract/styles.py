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
_NOUGHT = re.compile(
    r"0*(?:0|0?\.0+|0\.)(?:pt|px|em|rem|ex|%|in|cm|mm|pc|vw|vh)?|(?:1(?:\.0*)?|0?\.\d+)(?:px|pt)"
)
_RELATIVE = re.compile(r"(?:[\d.]+(?:em|ex|ch|%)|smaller|larger|inherit|unset|revert)?")
_FONT_SIZE = re.compile(
    r"(?:^|\s)((?:0|0?\.\d+)(?:[a-z%]{1,3})?|\d[\d.]*(?:pt|px|rem|in|cm|mm|pc))(?=[\s/]|$)"
)
_OPACITY = re.compile(r"(?:^|[;\s])opacity\s*:\s*([^;!]*)")
_CLEAR = re.compile(r"0*(?:0|\.0+)%?")
_ASIDE = re.compile(r"(?:^|[;\s])(left|top|right|text-indent)\s*:\s*-\d{4,}(?:\.\d+)?(?:px|pt|em)")
_PLACED = re.compile(r"position\s*:\s*(?:absolute|fixed|relative)")
_CLIPPED = re.compile(
    r"clip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01]"
)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|([^\n]))", re.I)
_COLOR = re.compile(r"(?:^|[;\s])color\s*:\s*([^;!]*)")
_GROUND = re.compile(r"(?:^|[;\s])background(-color|-image)?\s*:\s*([^;!]*)")
_MAY_COLOUR = re.compile("color|background|position|margin-top")
_OVERLAID = re.compile(r"position\s*:\s*(?:absolute|fixed)|margin-top\s*:\s*-\d")
"""Drawn over what stands elsewhere: a picture or a coloured box, so its ground is not known."""
_WHITE = re.compile(r"white|#fff(?:f|fff|fffff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*[,)].*")
_NO_GROUND = re.compile(
    r"|none|transparent|inherit|initial|unset|rgba\([^,]*,[^,]*,[^,]*,\s*0*(?:\.0*)?%?\s*\)"
)

INVISIBLE, TINY, WHITE, DARK = 1, 2, 4, 8
"""Why text is not seen though its element has a place; what is inside may be seen again. White text
is not seen unless something dark is around it.
"""


def is_unseen(reasons: int) -> bool:
    """Whether text is not seen for these reasons."""
    return bool(reasons & (INVISIBLE | TINY)) or reasons & (WHITE | DARK) == WHITE


def is_white(color: str) -> bool:
    """Whether a colour is that of paper."""
    return _WHITE.fullmatch(color.strip().lower()) is not None


class Style(NamedTuple):
    """The few properties that matter; None means inherited."""

    hidden: bool = False
    """display:none, no opacity or a place off the page, which nothing inside can undo."""
    hides: int = 0
    keeps: int = INVISIBLE | TINY | WHITE | DARK
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
    css = plain_css(text.lower())
    display = ""
    if "display" in css:
        display = _display(css)
    bold: bool | None = None
    weight = _WEIGHT.search(css)
    if weight:
        bold = weight[1] in ("bold", "bolder") or (weight[1].isdecimal() and int(weight[1]) >= 600)
    font = list(_FONT.finditer(css))[-1:] if "font" in css else []
    if font and "bold" in font[0][1]:
        bold = True
    size: float | None = None
    sized = "font-size" in css
    plain = False  # whether its only size is one that can be seen
    if sized:
        found = _SIZE.search(css)
        if found and found[2] in ("pt", "px"):
            plain = not font and css.count("font-size") == 1 and float(found[1]) > 1
            size = float(found[1]) * (0.75 if found[2] == "px" else 1.0)
    hides, keeps = 0, INVISIBLE if plain else INVISIBLE | TINY
    coloured, covered = _colours(css) if _MAY_COLOUR.search(css) else (0, 0)
    if "visibility" in css or ((sized or font) and not plain):
        hides, keeps = _unseen(css, font[0] if font else None)
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
        hidden=display == "none" or _is_nowhere(css),
        hides=hides | coloured,
        keeps=keeps | (WHITE | DARK) & ~covered,
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


def plain_css(css: str, *, escapes: bool = True) -> str:
    """CSS without `/* ... */`, of which one that does not end hides the rest, and `\\64` as a d."""
    if "/*" in css:
        first, *rest = css.split("/*")
        css = first + "".join(part.partition("*/")[2] for part in rest)
    return _ESCAPE.sub(_unescaped, css) if escapes and "\\" in css else css


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else 0
    return chr(code).lower() if 0 < code < 0x110000 else found[2] or ""


def _is_nowhere(css: str) -> bool:
    """Whether a style makes its element clear as glass, or puts it where no reader looks."""
    if "opacity" in css:
        said = _OPACITY.findall(css)
        if said and _CLEAR.fullmatch(said[-1].strip()):
            return True
    if ":-" in css.replace(" ", ""):  # what has no position of its own stays, whatever `left` says
        aside = {found[1] for found in _ASIDE.finditer(css)}
        if "text-indent" in aside or (aside and _PLACED.search(css)):
            return True
    return "clip" in css and "absolute" in css and _CLIPPED.search(css) is not None


def _colours(css: str) -> tuple[int, int]:
    """(WHITE and DARK where they begin, those of around it that end)."""
    begin = end = 0
    colours = _COLOR.findall(css)
    if colours and colours[-1].strip() not in ("inherit", "unset"):
        end |= WHITE
        begin |= WHITE if is_white(colours[-1]) else 0
    ground = picture = ""
    for name, value in _GROUND.findall(css):
        value = value.strip()
        if name != "-image":
            ground = value
        if name != "-color":
            picture = value if name or "url(" in value or "gradient(" in value else ""
    grounds = [value for value in (ground, picture) if not _NO_GROUND.fullmatch(value)]
    if grounds:
        end |= DARK
        begin |= 0 if all(map(is_white, grounds)) else DARK
    if _OVERLAID.search(css):
        begin, end = begin | DARK, end | DARK
    return begin, end


def _display(css: str) -> str:
    """How an element is displayed: the last that is said holds, of `!important` ones if any."""
    said = _DISPLAY.findall(css)
    strong = [value for value, mark in said if mark]
    return strong[-1] if strong else said[-1][0] if said else ""


def _unseen(css: str, font: re.Match[str] | None) -> tuple[int, int]:
    """(reasons not to be seen that begin here, those of around it that go on).

    A size of nought or of one dot hides; one that is told in shares of the size around it does not
    change that.
    """
    hides, keeps = 0, INVISIBLE | TINY
    if "visibility" in css:
        said = _VISIBILITY.findall(css)
        if said and said[-1] in ("hidden", "collapse"):
            hides |= INVISIBLE
        elif said and said[-1] not in ("inherit", "unset"):
            keeps &= ~INVISIBLE
    sizes = list(_ANY_SIZE.finditer(css)) if "font-size" in css else []
    size = sizes[-1][1].strip() if sizes else ""
    named = _FONT_SIZE.search(font[1]) if font else None
    if (
        font
        and named
        and not (sizes and (sizes[-1].start() > font.start() or css[sizes[-1].end() :][:1] == "!"))
    ):
        size = named[1]  # `font` sets the size again
    if _NOUGHT.fullmatch(size):
        hides |= TINY
    elif not _RELATIVE.fullmatch(size):
        keeps &= ~TINY
    return hides, keeps
