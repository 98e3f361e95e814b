"""Inline XBRL facts: contexts, units, values, continuations, and the characters that show them.

The walk calls `start` and `end` at each fact it meets, and hands over hidden parts whole. When the
text is final, `finish` puts facts, marks and text together. The value of a number is what is shown,
through its format, times 10^scale, with its sign; a fact that cannot be read so is kept as text and
counted, never guessed. A stand-alone instance (instance.py) fills the same reader with facts that
nothing shows.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from lxml import etree

from qhdata.extract.contexts import (
    NO_CONTEXT,
    Period,
    context_of,
    kind_of,
    local_name,
    unit_of_measures,
)
from qhdata.extract.transforms import Untransformable, plain_number, transform
from qhdata.records import DecimalText, Fact, json_text

_KEPT = ("ix:nonfraction", "ix:nonnumeric", "ix:fraction", "ix:continuation", "ix:footnote")
_EXACT = Context(prec=120)
_TRIM = " \n|"


@dataclass(slots=True)
class Found:
    """A fact as the walk met it."""

    tag: str
    attributes: dict[str, str]
    shown: str
    """Its text where it is a number or has a format; text facts take theirs from the document."""
    hidden: bool
    line: int
    element: str = ""
    """Its own name where that is not the tag's."""


@dataclass(slots=True)
class FactReader:
    """Collects facts, contexts and units of one document."""

    found: list[Found] = field(default_factory=list)
    contexts: dict[str, Period] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    footnotes: dict[str, str] = field(default_factory=dict)
    """Texts by id, of footnotes that stand in no text."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """(ids of facts, ids of footnotes), each separated by spaces."""
    unreadable: int = 0
    left_out: int = 0
    """Text facts longer than the limit that no span shows either."""

    def start(self, el: Any) -> int:
        """A visible fact or continuation begins; its number."""
        return self._keep(el, hidden=False)

    def end(self, el: Any) -> int | None:
        """The number of the fact that ends: the walk closes them in the order of its stack."""
        return self._open.pop() if self._open else None

    _open: list[int] = field(default_factory=list)

    def _keep(self, el: Any, *, hidden: bool) -> int:
        attributes = dict(el.items())
        tag = el.tag
        shown = ""
        cover = attributes.get("name", "").startswith("dei:")
        if tag == "ix:nonfraction" or hidden or cover or "format" in attributes:
            shown = _shown(el)
        elif tag == "ix:fraction":
            shown = "/".join(" ".join("".join(c.itertext()).split()) for c in el)
        self.found.append(Found(tag, attributes, shown, hidden, el.sourceline or 0))
        if not hidden:
            self._open.append(len(self.found) - 1)
        return len(self.found) - 1

    def hidden(self, el: Any) -> None:
        """A part that is not shown: contexts, units and facts of its ix:header or its own."""
        for sub in el.iter():
            tag = sub.tag
            if not isinstance(tag, str) or ":" not in tag:
                continue
            if tag in _KEPT:
                self._keep(sub, hidden=True)
                continue
            local = local_name(tag)
            if local == "context":
                self.contexts[sub.get("id") or ""] = context_of(sub)
            elif local == "unit":
                self.units[sub.get("id") or ""] = unit_of_measures(sub)
            elif local == "relationship":
                self.links.append((sub.get("fromrefs") or "", sub.get("torefs") or ""))

    def dei(self) -> dict[str, str]:
        """Local names of `dei:` facts -> shown text, the first of each."""
        said: dict[str, str] = {}
        for fact in self.found:
            name = fact.attributes.get("name", "")
            if name.startswith("dei:") and fact.tag == "ix:nonnumeric":
                value = " ".join(fact.shown.split())
                form = fact.attributes.get("format")
                if form:
                    with contextlib.suppress(Untransformable):
                        value = transform(form, fact.shown)[1]
                if value:
                    said.setdefault(name[4:], value)
        return said

    def entity(self) -> str:
        """The entity of the first context: a CIK in SEC filings."""
        return next((c.entity for c in self.contexts.values() if c.entity), "")

    def finish(
        self,
        doc_id: str,
        public_at: str | None,
        spans: Mapping[int, tuple[int, int]],
        text: str,
        max_text: int,
    ) -> list[Fact]:
        """All facts of the document, in the order in which they stand; spans by fact number.

        A text fact that goes on elsewhere spans from its start to the end of its last continuation.
        """
        after = {
            f.attributes["id"]: n
            for n, f in enumerate(self.found)
            if f.tag == "ix:continuation" and "id" in f.attributes
        }
        taken: set[str] = set()

        def pieces_of(n: int, found: Found) -> list[tuple[int, int]]:
            chain = [n, *self._chain(found, after, taken)]
            pieces = [_trim(text, *spans[i]) for i in chain if i in spans]
            return [p for p in pieces if p[0] < p[1]]

        notes = self._footnotes(pieces_of, text)
        seen: dict[str, int] = {}
        facts = []
        for n, found in enumerate(self.found):
            if found.tag == "ix:continuation" or "name" not in found.attributes:
                continue
            pieces = pieces_of(n, found)
            fact = self._fact(found, doc_id, public_at, pieces, text, max_text, seen)
            own = notes.get(fact.xml_id or "")
            facts.append(replace(fact, footnotes=json_text(own)) if own else fact)
        return facts

    def _footnotes(
        self, pieces_of: Callable[[int, Found], list[tuple[int, int]]], text: str
    ) -> dict[str, list[str]]:
        """Texts of its footnotes by a fact's XML id, in the order in which they are linked."""
        texts = dict(self.footnotes)
        links = list(self.links)
        for n, found in enumerate(self.found):
            a = found.attributes
            if found.tag == "ix:footnote":
                pieces = pieces_of(n, found)
                words = "\n\n".join(text[start:end] for start, end in pieces) or found.shown
                texts[a.get("id") or a.get("footnoteid", "")] = " ".join(words.split())
            elif "footnoterefs" in a and "id" in a:  # inline XBRL 1.0
                links.append((a["id"], a["footnoterefs"]))
        notes: dict[str, list[str]] = {}
        for facts, footnotes in links:
            for xml_id in facts.split():
                own = notes.setdefault(xml_id, [])
                own += [texts[i] for i in footnotes.split() if texts.get(i) not in (None, *own)]
        return notes

    def _chain(self, found: Found, after: Mapping[str, int], taken: set[str]) -> Iterator[int]:
        """Numbers of its continuations; one belongs to the first that reaches it."""
        name = found.attributes.get("continuedat")
        while name and name in after and name not in taken:
            taken.add(name)
            yield after[name]
            name = self.found[after[name]].attributes.get("continuedat")

    def _fact(
        self,
        found: Found,
        doc_id: str,
        public_at: str | None,
        pieces: list[tuple[int, int]],
        text: str,
        max_text: int,
        seen: dict[str, int],
    ) -> Fact:
        a = found.attributes
        context = self.contexts.get(a.get("contextref", ""), NO_CONTEXT)
        unit = self.units.get(a["unitref"], a["unitref"]) if "unitref" in a else None
        kind, value, words = self._value(found, text, pieces, max_text)
        xml_id = a.get("id")
        span = (pieces[0][0], max(p[1] for p in pieces)) if pieces else (None, None)
        key = xml_id or key_hash(a["name"], a.get("contextref", ""), unit or "")
        n = seen[key] = seen.get(key, -1) + 1
        return Fact(
            fact_id=f"{doc_id}#{key}" + (f".{n}" if n else ""),
            doc_id=doc_id,
            public_at=public_at,
            concept=a["name"],
            kind=kind,
            value=value,
            text=words,
            unit=unit,
            decimals=a.get("decimals"),
            scale=_int(a.get("scale")),
            sign=a.get("sign"),
            period_start=context.start,
            period_end=context.end,
            dimensions=context.dimensions,
            context_id=a.get("contextref"),
            xml_id=xml_id,
            hidden=found.hidden,
            start=span[0],
            end=span[1],
            source_ref=f"{found.element or found.tag}:{found.line}",
        )

    def _value(
        self, found: Found, text: str, pieces: list[tuple[int, int]], max_text: int
    ) -> tuple[Any, DecimalText | None, str | None]:
        a = found.attributes
        if a.get("xsi:nil", "").lower() in ("true", "1"):
            return "nil", None, None
        form = a.get("format")
        try:
            if found.tag == "ix:nonfraction":
                shown = transform(form, found.shown)[1] if form else plain_number(found.shown)
                return "number", _scaled(shown, a.get("scale"), a.get("sign")), None
            if form:
                kind, value = transform(form, found.shown)
                if kind == "number":
                    return "number", _scaled(value, None, None), None
                return kind, None, value
        except (Untransformable, InvalidOperation):
            self.unreadable += 1
            return "text", None, " ".join(found.shown.split())[:max_text]
        if found.tag == "ix:fraction" or found.hidden:
            words = " ".join(found.shown.split())
        elif sum(end - start for start, end in pieces) > max_text:
            return "text", None, None
        else:
            words = "\n\n".join(text[start:end] for start, end in pieces)
        if len(words) > max_text:
            self.left_out += not pieces
            return "text", None, None
        return "text" if found.tag == "ix:fraction" else kind_of(words), None, words


def _shown(el: Any) -> str:
    """The text inside, without what an ix:exclude takes out of it: page numbers and the like."""
    out = "".join(el.itertext())
    if not len(el) or next(el.iter("ix:exclude"), None) is None:
        return out
    parts = []
    steps = etree.iterwalk(el, events=("start", "end"))
    for event, sub in steps:
        if event == "end":
            parts.append((sub.tail or "") if sub is not el else "")
        elif sub.tag == "ix:exclude":
            steps.skip_subtree()
        else:
            parts.append(sub.text or "")
    return "".join(parts)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    while start < end and text[start] in _TRIM:
        start += 1
    return start, end


def _scaled(shown: str, scale: str | None, sign: str | None) -> DecimalText:
    if len(shown) > 80:
        raise Untransformable("more digits than a number has")
    power = _int(scale) or 0
    if abs(power) > 60:
        raise Untransformable(f"scale {power}")
    value = Decimal(shown).scaleb(power, _EXACT)
    if sign == "-" and value:
        value = value.copy_negate()
    return DecimalText(format(value, "f"))


def _int(text: str | None) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        return None


def key_hash(*parts: str) -> str:
    """16 hex digits that stand for a fact without an id."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
