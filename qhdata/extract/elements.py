"""What the pass over a tree asks of one element: its style, its letters, how far its cell spans."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from qhdata.extract.coverage import letters

_PAGE = ("p", "div", "table", "tr", "br", "pre")


own_css: Callable[[Any], str | None] = operator.methodcaller("get", "style")
"""The `style` of an element of a page without a sheet."""


def coloured(css_of: Callable[[Any], str | None], el: Any) -> str | None:
    """The style of an element on a page whose attributes may hold colours."""
    css = css_of(el)
    color = el.get("color") if el.tag == "font" else None
    ground = el.get("bgcolor") or (el.get("background") and "url")
    if color:
        css = f"color:{color};{css or ''}"
    return f"background:{ground};{css or ''}" if ground else css


def is_closed(el: Any) -> bool:
    """Whether a list of choices or a stand-in for a picture has its end, and swallows no page."""
    if "<" in (el.text or ""):  # libxml2 reads no tags inside of some
        return False
    behind = el.getnext() is not None or bool(el.tail and el.tail.strip())
    return behind or next(el.iter(*_PAGE), None) is None


def letters_inside(el: Any) -> int:
    """Letters of all text in an element, as coverage counts them."""
    return letters(etree.tostring(el, method="text", encoding="utf-8", with_tail=False))


WIDEST = 400
"""A colspan above this is a mistake of the filer or an attack."""
TALLEST = 65_534
"""The same of a rowspan, in browsers too."""
_WHOLE = re.compile(r"\s*\+?([0-9]{1,400})")


@functools.lru_cache(maxsize=1024)
def span(text: str | None, nought: int = 1, most: int = WIDEST) -> int:
    """A colspan or rowspan, read as browsers do; a rowspan of 0 goes on to its row group's end.

    >>> span("2"), span(" 3px"), span("1000000"), span("-2"), span("0"), span("0", 9)
    (2, 3, 400, 1, 1, 9)
    """
    found = _WHOLE.match(text) if text else None
    return min(int(found[1]) or nought, most) if found else 1
