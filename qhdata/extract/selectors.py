"""Which rules of a style sheet an element is under: selectors parsed by cssselect, matched here.

XPath would ask the whole tree once a rule, in one call that nothing interrupts. Here an element
asks for the rules of its own classes, id and tag, and each look at an element is counted.
"""

from __future__ import annotations

from typing import Any

from cssselect import SelectorError, SelectorSyntaxError, parse
from cssselect.parser import (
    Attrib,
    Class,
    CombinedSelector,
    Element,
    Function,
    Hash,
    Matching,
    Negation,
    Pseudo,
    SpecificityAdjustment,
    parse_series,
)

from qhdata.extract.limits import Limits, above

LONGEST = 300
"""Characters of one list of selectors; a longer one is not read."""

_NEVER = frozenset(
    ["hover", "active", "focus", "focus-visible", "focus-within", "visited", "target"]
)
_KNOWN = frozenset([
    "root", "first-child", "last-child", "only-child", "first-of-type", "last-of-type",
    "only-of-type", "empty", "link", "any-link",
])  # fmt: skip
_COUNTED = frozenset(["nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"])


class Unread(ValueError):
    """A list of selectors that is not understood: what is under it is not known."""


def read(selectors: str) -> list[tuple[tuple[int, int, int], Any]]:
    """(specificity, tree) of each selector that an element can be under. Raises Unread."""
    if len(selectors) > LONGEST:
        raise Unread(selectors[:80])
    try:
        found = [(s.specificity(), s.parsed_tree) for s in parse(selectors) if not s.pseudo_element]
        for _, tree in found:
            _check(tree)
    except (SelectorError, SelectorSyntaxError, RecursionError, ValueError) as error:
        raise Unread(selectors) from error
    return found


def key_of(tree: Any) -> tuple[str, str]:
    """What an element must have to be under it: (".", class), ("#", id), ("", tag) or ("*", "")."""
    while True:
        if isinstance(tree, CombinedSelector):
            tree = tree.subselector
        elif isinstance(tree, Class):
            return ".", tree.class_name
        elif isinstance(tree, Hash):
            return "#", tree.id
        elif isinstance(tree, Element):
            return ("", tree.element.lower()) if tree.element else ("*", "")
        else:
            tree = tree.selector


def is_plain(tree: Any) -> bool:
    """Whether an element's own tag, classes and id decide."""
    while isinstance(tree, Class | Hash):
        tree = tree.selector
    return isinstance(tree, Element)


class Matcher:
    """Looks of one document, counted."""

    def __init__(self, limits: Limits) -> None:
        self.most = limits.max_style_looks
        self.looks = 0

    def match(self, tree: Any, el: Any) -> bool:
        """Whether an element is under a selector. Raises RowError: too_many_style_looks."""
        self.look()
        if isinstance(tree, Element):
            return tree.element is None or bool(tree.element.lower() == el.tag)
        if isinstance(tree, CombinedSelector):
            return self.match(tree.subselector, el) and self._beside(tree, el)
        if not self.match(tree.selector, el):
            return False
        if isinstance(tree, Class):
            return tree.class_name in (self._value(el, "class") or "").split()
        if isinstance(tree, Hash):
            return bool(tree.id == el.get("id"))
        if isinstance(tree, Attrib):
            return _has(tree, self._value(el, tree.attrib.lower()))
        if isinstance(tree, Negation):
            return not self.match(tree.subselector, el)
        if isinstance(tree, Matching | SpecificityAdjustment):
            return any(self.match(one, el) for one in tree.selector_list)
        if isinstance(tree, Function):
            return self._nth(tree, el)
        return self._is(tree.ident, el)

    def look(self, times: int = 1) -> None:
        """Count. Raises RowError: too_many_style_looks."""
        self.looks += times
        if self.looks > self.most:
            raise above(
                "too_many_style_looks", f"its style sheet took {self.most} looks", "max_style_looks"
            )

    def _value(self, el: Any, name: str) -> str | None:
        """An attribute; a long one is many looks."""
        value: str | None = el.get(name)
        if value is not None and len(value) > 64:
            self.look(len(value) // 64)
        return value

    def _beside(self, tree: Any, el: Any) -> bool:
        """Whether what stands left of a combinator is there."""
        if tree.combinator in (" ", ">"):
            around = el.iterancestors()
        else:
            around = el.itersiblings(preceding=True)
        for other in around:
            if self.match(tree.selector, other):
                return True
            if tree.combinator in (">", "+"):
                return False
        return False

    def _nth(self, tree: Any, el: Any) -> bool:
        step, first = parse_series(tree.arguments)
        place = self._place(el, last="last" in tree.name, typed=tree.name.endswith("of-type"))
        past = place - first
        return past == 0 if step == 0 else past % step == 0 and past // step >= 0

    def _is(self, ident: str, el: Any) -> bool:
        if ident in _NEVER:
            return False
        if ident == "root":
            return el.getparent() is None
        if ident == "empty":
            return not len(el) and not el.text
        if ident in ("link", "any-link"):
            return el.tag == "a" and el.get("href") is not None
        typed = ident.endswith("of-type")
        ends = {"first": (False,), "last": (True,), "only": (False, True)}[ident.split("-")[0]]
        return all(self._place(el, last=last, typed=typed) == 1 for last in ends)

    def _place(self, el: Any, *, last: bool, typed: bool) -> int:
        """Of an element among its siblings, from 1."""
        place = 1
        for _ in el.itersiblings(*((el.tag,) if typed else ()), preceding=not last):
            place += 1
            self.look()
        return place


def _check(tree: Any) -> None:
    """Raises Unread for what is not known."""
    if isinstance(tree, Element):
        if tree.namespace not in (None, "*"):  # HTML has none: `ix|*` is not all elements
            raise Unread(tree.namespace)
        return
    if isinstance(tree, Pseudo) and tree.ident not in _KNOWN | _NEVER:
        raise Unread(tree.ident)
    if isinstance(tree, Function):
        if tree.name not in _COUNTED:
            raise Unread(tree.name)
        parse_series(tree.arguments)
    if isinstance(tree, CombinedSelector | Negation):
        _check(tree.subselector)
    elif isinstance(tree, Matching | SpecificityAdjustment):
        for one in tree.selector_list:
            _check(one)
    elif not isinstance(tree, Attrib | Class | Function | Hash | Pseudo):
        raise Unread(type(tree).__name__)
    _check(tree.selector)


def _has(tree: Any, value: str | None) -> bool:
    """Whether an attribute's value is as a selector says."""
    operator = tree.operator
    if value is None:
        return False
    if operator == "exists":
        return True
    wanted = tree.value.value or ""
    if (getattr(tree, "flag", None) or "").lower() == "i":
        value, wanted = value.lower(), wanted.lower()
    if operator == "=":
        return value == wanted
    if operator == "!=":
        return value != wanted
    if operator == "|=":
        return value == wanted or value.startswith(wanted + "-")
    if not wanted:
        return False
    if operator == "~=":
        return wanted in value.split()
    if operator == "^=":
        return value.startswith(wanted)
    return value.endswith(wanted) if operator == "$=" else wanted in value
