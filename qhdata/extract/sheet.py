"""Rules of a page's own `<style>` elements: what they hide is not seen.

All selectors that name what a filing can hold are read (`selectors.py`), of `@media` what is for
screens or all media. Rules hold by specificity, then by order; an element's own style comes last,
but for what the sheet says is `!important`. What is not understood and would hide is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from qhdata.extract.limits import Limits
from qhdata.extract.selectors import Matcher, Unread, is_plain, key_of, read
from qhdata.extract.styles import parse_style, plain_css

MOST = 400_000
"""Characters of style sheets that are read."""
LONGEST = 200
"""Characters of a value that are kept: what it means for text stands in its first words."""
MOST_RULES = 4_000
"""Rules that mean something for text."""
_BRACE = re.compile(r"([{}])")
_WIDE = 1280
"""Pixels of the screen that pages are read for: what is hidden on phones alone is seen."""
_WIDTH = re.compile(r"\(\s*(min|max)-width\s*:\s*(\d{1,6})(?:\.\d{1,6})?(px|r?em)\s*\)")
_READ = frozenset([
    "display", "visibility", "font", "font-size", "font-weight", "font-family", "text-align",
    "vertical-align", "position", "top", "left", "text-indent", "padding-left", "opacity", "color",
    "background", "background-color", "page-break-before", "page-break-after", "break-before",
    "break-after", "text-decoration", "text-decoration-line", "clip", "clip-path", "height",
    "overflow",
])  # fmt: skip
"""Properties that mean something for text (`styles.py`): however long a sheet is, these are few."""


class Rule(NamedTuple):
    """One selector with what it says."""

    rank: tuple[tuple[int, int, int], int]
    """Specificity, then place in the sheet."""
    tree: Any
    said: dict[str, str]


class Sheet:
    """Declarations by what an element must have."""

    def __init__(self, root: Any, limits: Limits, notes: dict[str, int]) -> None:
        self.rules: dict[tuple[str, str], list[Rule]] = {}
        self._matcher = Matcher(limits)
        self._known: dict[tuple[str, str, str], _Known] = {}
        text = "\n".join("".join(el.itertext()) for el in root.iter("style") if _holds(el))
        for order, (selectors, said) in enumerate(_gathered(text[:MOST])):
            try:
                if order >= MOST_RULES:
                    raise Unread(selectors)
                for specificity, tree in read(selectors):
                    rule = Rule((specificity, order), tree, said)
                    self.rules.setdefault(key_of(tree), []).append(rule)
            except Unread:
                style = parse_style(_text(said))
                if style.hidden or style.hides:
                    notes["style_rules_unread"] = notes.get("style_rules_unread", 0) + 1
        if len(text) > MOST:
            notes["style_sheet_cut"] = len(text) - MOST

    def css(self, el: Any) -> str | None:
        """What applies to an element, its own style last; None where nothing does."""
        name = el.get("id") or ""
        key = (el.tag, el.get("class") or "", name if ("#", name) in self.rules else "")
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._rules_of(el, *key)
        said = known.said
        if known.asked:
            self._matcher.look(len(known.held))
            more = [rule for rule in known.asked if self._matcher.match(rule.tree, el)]
            said = _said(known.held + more) if more else said
        own: str | None = el.get("style")
        if not said:
            return own
        text = _text(_merge(dict(said), _declared(own)) if own else said)
        self._matcher.look(len(text) // 64)
        return text

    def _rules_of(self, el: Any, tag: str, classes: str, name: str) -> _Known:
        """What holds for all that are like an element, and rules that its place decides."""
        keys = [(".", c) for c in dict.fromkeys(classes.split())]
        found = [
            rule
            for key in (("*", ""), ("", tag), *keys, ("#", name))
            for rule in self.rules.get(key, ())
        ]
        plain = [r for r in found if is_plain(r.tree) and self._matcher.match(r.tree, el)]
        return _Known(plain, _said(plain), [r for r in found if not is_plain(r.tree)])


class _Known(NamedTuple):
    """Of elements with the same tag, classes and id."""

    held: list[Rule]
    said: dict[str, str]
    asked: list[Rule]


def _said(rules: list[Rule]) -> dict[str, str]:
    """What rules say together."""
    merged: dict[str, str] = {}
    for rule in sorted(rules, key=_rank):
        _merge(merged, rule.said)
    return merged


def _text(said: dict[str, str]) -> str:
    text = ";".join(f"{name}:{value}" for name, value in said.items())
    if "!" not in text:
        return text
    strong_last = sorted(said.items(), key=lambda item: _is_strong(item[1]))
    return ";".join(f"{name}:{value}" for name, value in strong_last)


def _gathered(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(selectors, what they say) of rules that mean something; one after the other as one."""
    held: tuple[str, dict[str, str]] | None = None
    for selectors, declarations in _rules(text):
        said = _declared(declarations)
        if held and held[0] == selectors:
            _merge(held[1], said)
        elif said:
            if held:
                yield held
            held = (selectors, said)
    if held:
        yield held


def _rank(rule: Rule) -> tuple[tuple[int, int, int], int]:
    return rule.rank


def _merge(into: dict[str, str], said: dict[str, str]) -> dict[str, str]:
    """Later declarations take the place of earlier ones, but plain ones not of strong ones."""
    for name, value in said.items():
        if _is_strong(value) or not _is_strong(into.get(name, "")):
            into.pop(name, None)  # the place counts too: `font` sets what `font-size` said before
            into[name] = value
    return into


def _declared(text: str) -> dict[str, str]:
    """Property -> value of what is read."""
    said: dict[str, str] = {}
    for part in plain_css(text).split(";"):
        name, _, value = part.partition(":")
        name = name.strip().lower()
        if name in _READ and (_is_strong(value) or not _is_strong(said.get(name, ""))):
            said.pop(name, None)
            kept = " ".join(value.split())
            if len(kept) > LONGEST:  # a picture in letters, and an element repeats it
                kept = kept[:LONGEST] + ("!" if _is_strong(value) else "")
            said[name] = kept
    return said


def _is_strong(value: str) -> bool:
    """Whether a value says `!important`, so that no plain one takes its place."""
    return "!" in value


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) that stand in no other braces but those of what is seen."""
    text = plain_css(text.replace("<!--", "").replace("-->", ""), escapes=False)
    opened: list[tuple[str, bool]] = []
    pieces = _BRACE.split(text)
    for piece, brace in zip(pieces[::2], pieces[1::2], strict=False):
        if brace == "{":
            head = piece.rpartition(";")[2].strip()  # behind an @import
            media = head[:6].lower() == "@media" and is_seen(head[6:])
            opened.append((head, media and (not opened or opened[-1][1])))
            continue
        if opened and (len(opened) == 1 or opened[-2][1]):
            yield opened[-1][0], piece
        del opened[-1:]


def is_seen(media: str) -> bool:
    """Whether a list of media names a wide screen.

    >>> is_seen("print"), is_seen("screen and (min-width: 48em)"), is_seen("(max-width:600px)")
    (False, True, False)
    """
    return any(map(_is_wide, media.lower().split(",")))


def _is_wide(media: str) -> bool:
    kind, *asked = " ".join(media.split()).split(" and ")
    if kind.startswith("("):
        asked = [kind, *asked]
    elif kind.removeprefix("only ") not in ("", "screen", "all"):
        return False
    for one in asked:
        found = _WIDTH.fullmatch(one.strip())
        if found is None:
            return False
        width = int(found[2]) * (1 if found[3] == "px" else 16)
        if width > _WIDE if found[1] == "min" else width < _WIDE:
            return False
    return True


def _holds(el: Any) -> bool:
    """Whether a `<style>` is one, for the screen, and not for readers without scripts."""
    kind = (el.get("type") or "text/css").strip().lower()
    if kind != "text/css" or not is_seen(el.get("media") or ""):
        return False
    return next(el.iterancestors("noscript", "template"), None) is None
