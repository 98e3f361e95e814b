"""Struck-out text (`<del>`, `<s>`, a line through it): where it meets what replaces it.

`<del>5</del>6` is a five and a six, never 56. The struck text stays in the document, for it is
printed; a blank keeps it from being read as one number or word with its neighbour.
"""

from __future__ import annotations

from typing import Any


def ends(el: Any) -> tuple[str, str]:
    """(the struck text, its first letter), as it opens."""
    text = "".join(el.itertext())
    return text.strip(), text[:1]


def after(el: Any) -> tuple[str, str]:
    """(the struck text, the letter that follows it in its paragraph or ""), as it closes."""
    piece = "".join(el.itertext()).strip()
    node = el
    while node is not None:
        if node.tail:
            return piece, node.tail[:1]
        following = node.getnext()
        if following is not None:
            text = next((part for part in following.itertext() if part), "")
            if text:
                return piece, text[:1]
        node = following if following is not None else node.getparent()
    return piece, ""
