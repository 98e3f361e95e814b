"""Rules of a page's own `<style>` elements, by class and id: what they hide is not seen.

Only selectors of one class or id, with a tag or without, and of those inside `@media` only what is
for screens or all media: what a filing's own sheet hides is said so plainly. Later rules win,
classes over their tags do not, and an element's own style comes last, but for what the sheet says
is `!important`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qhdata.extract.styles import without_comments

MOST = 400_000
"""Characters of style sheets that are read."""
MOST_CLASSES = 20
"""Classes of one element that are asked for."""
_BRACE = re.compile(r"([{}])")
_SEEN = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)", re.I)
_SELECTOR = re.compile(r"(?:\*|([a-z][a-z0-9]{0,20}))?([.#])(-?[_a-z][\w-]{0,80})", re.I)
_READ = frozenset([
    "display", "visibility", "font", "font-size", "font-weight", "font-family", "text-align",
    "vertical-align", "position", "top", "padding-left", "page-break-before", "page-break-after",
    "break-before", "break-after", "text-decoration", "text-decoration-line", "opacity",
])  # fmt: skip
"""Properties that mean something for text (`styles.py`): however long a sheet is, these are few."""


class Sheet:
    """Declarations by class and by id."""

    def __init__(self, root: Any) -> None:
        self.rules: dict[tuple[str, str, str], dict[str, str]] = {}
        """(`.` or `#`, name, tag or "") -> property -> value."""
        text = "\n".join("".join(el.itertext()) for el in root.iter("style"))[:MOST]
        for selectors, declarations in _rules(text):
            said = _declared(declarations)
            for selector in selectors.split(",") if said else ():
                found = _SELECTOR.fullmatch(selector.strip())
                if found:
                    key = (found[2], found[3], (found[1] or "").lower())
                    self.rules.setdefault(key, {}).update(said)

    def css(self, el: Any) -> str | None:
        """What applies to an element, its own style last; None where nothing does."""
        merged: dict[str, str] = {}
        names = [(".", name) for name in (el.get("class") or "").split()[:MOST_CLASSES]]
        names.append(("#", el.get("id") or ""))
        for kind, name in names:
            for tag in ("", el.tag):
                merged.update(self.rules.get((kind, name, tag), ()))
        own: str | None = el.get("style")
        if not merged:
            return own
        strong = {name: value for name, value in merged.items() if _is_strong(value)}
        own_said = _declared(own or "")
        merged.update(own_said)
        merged.update((n, v) for n, v in strong.items() if not _is_strong(own_said.get(n, "")))
        return ";".join(f"{name}:{value}" for name, value in merged.items())


def _declared(text: str) -> dict[str, str]:
    """Property -> value of what is read."""
    said: dict[str, str] = {}
    for part in without_comments(text).split(";"):
        name, _, value = part.partition(":")
        name = name.strip().lower()
        if name in _READ and (_is_strong(value) or not _is_strong(said.get(name, ""))):
            said[name] = " ".join(value.split())
    return said


def _is_strong(value: str) -> bool:
    """Whether a value says `!important`, so that no plain one takes its place."""
    return "!" in value


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) that stand in no other braces but those of what is seen."""
    text = without_comments(text.replace("<!--", "").replace("-->", ""))
    opened: list[str] = []
    pieces = _BRACE.split(text)
    for piece, brace in zip(pieces[::2], pieces[1::2], strict=False):
        if brace == "{":
            opened.append(piece.rpartition(";")[2])  # behind an @import
            continue
        if len(opened) == 1 or (len(opened) == 2 and _SEEN.fullmatch(opened[0].strip())):
            yield opened[-1], piece
        del opened[-1:]
