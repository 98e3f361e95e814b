"""Inline XBRL facts: contexts, units, values, continuations, and the characters that show them.

The walk calls `start` and `end` at each fact it meets, and hands over hidden parts whole. When the
text is final, `finish` puts facts, marks and text together. The value of a number is what is shown,
through its format, times 10^scale, with its sign; a fact that cannot be read so is kept as text and
counted, never guessed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from qhdata.extract.transforms import Untransformable, plain_number, transform
from qhdata.records import DecimalText, Fact, JsonText, json_text

_FACTS = ("ix:nonfraction", "ix:nonnumeric", "ix:fraction")
_EXACT = Context(prec=120)
_TRIM = " \n|"
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(slots=True)
class Period:
    """Who, when and along which dimensions."""

    entity: str = ""
    start: str | None = None
    end: str | None = None
    dimensions: JsonText = JsonText("[]")


@dataclass(slots=True)
class Found:
    """A fact as the walk met it."""

    tag: str
    attributes: dict[str, str]
    shown: str
    """Its text where it is a number or has a format; text facts take theirs from the document."""
    hidden: bool
    line: int


@dataclass(slots=True)
class FactReader:
    """Collects facts, contexts and units of one document."""

    found: list[Found] = field(default_factory=list)
    contexts: dict[str, Period] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    unreadable: int = 0

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
        if tag == "ix:nonfraction" or hidden or "format" in attributes:
            shown = "".join(el.itertext())
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
            if tag in _FACTS or tag == "ix:continuation":
                self._keep(sub, hidden=True)
                continue
            local = tag.rsplit(":", 1)[-1]
            if local == "context":
                self.contexts[sub.get("id") or ""] = _context(sub)
            elif local == "unit":
                self.units[sub.get("id") or ""] = _unit(sub)

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
        seen: dict[str, int] = {}
        taken: set[str] = set()
        facts = []
        for n, found in enumerate(self.found):
            if found.tag == "ix:continuation" or "name" not in found.attributes:
                continue
            chain = [n, *self._chain(found, after, taken)]
            pieces = [_trim(text, *spans[i]) for i in chain if i in spans]
            pieces = [p for p in pieces if p[0] < p[1]]
            facts.append(self._fact(found, doc_id, public_at, pieces, text, max_text, seen))
        return facts

    def _chain(self, found: Found, after: Mapping[str, int], taken: set[str]) -> Iterator[int]:
        """Numbers of its continuations; one belongs to the first fact that reaches it."""
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
        context = self.contexts.get(a.get("contextref", ""), _NO_CONTEXT)
        unit = self.units.get(a["unitref"], a["unitref"]) if "unitref" in a else None
        kind, value, words = self._value(found, text, pieces, max_text)
        xml_id = a.get("id")
        span = (pieces[0][0], max(p[1] for p in pieces)) if pieces else (None, None)
        key = xml_id or _hash(a["name"], a.get("contextref", ""), unit or "")
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
            source_ref=f"{found.tag}:{found.line}",
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
        return "text", None, words if len(words) <= max_text else None


_NO_CONTEXT = Period()


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


def _context(el: Any) -> Period:
    context = Period()
    dimensions = []
    for sub in el.iter():
        tag = sub.tag
        if not isinstance(tag, str):
            continue
        local = tag.rsplit(":", 1)[-1]
        if local == "identifier":
            context.entity = (sub.text or "").strip()
        elif local == "startdate":
            context.start = _day(sub.text, end=False)
        elif local in ("enddate", "instant"):
            context.end = _day(sub.text, end=True)
        elif local in ("explicitmember", "typedmember"):
            member = " ".join("".join(sub.itertext()).split())
            dimensions.append([sub.get("dimension") or "", member])
    if dimensions:
        context.dimensions = json_text(sorted(dimensions))
    return context


def _day(text: str | None, *, end: bool) -> str | None:
    """A date; a time of midnight at an end means the day before."""
    day, _, time = (text or "").strip().partition("T")
    if not _DATE.match(day):
        return day or None
    if end and time.startswith("00:00"):
        return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()
    return day


def _unit(el: Any) -> str:
    parts: dict[str, list[str]] = {"": [], "unitnumerator": [], "unitdenominator": []}
    for sub in el.iter():
        if isinstance(sub.tag, str) and sub.tag.rsplit(":", 1)[-1] == "measure":
            parent = sub.getparent().tag.rsplit(":", 1)[-1]
            name = (sub.text or "").strip().rsplit(":", 1)[-1]
            parts[parent if parent in parts else ""].append(name)
    top = parts[""] + parts["unitnumerator"]
    text = "*".join(top)
    return f"{text}/{'*'.join(parts['unitdenominator'])}" if parts["unitdenominator"] else text


def _int(text: str | None) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        return None


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
