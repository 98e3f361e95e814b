"""Facts of a document whose text is final: values, periods, units, and what shows them.

A fact that cannot be read is kept as text, one that lacks its period or unit is kept without; each
is counted by name (fact_notes.py), never guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import InvalidOperation
from typing import Any

from qhdata.extract import fact_text, fact_values
from qhdata.extract.contexts import NO_CONTEXT, Period, entity_of, kind_of
from qhdata.extract.fact_text import Piece
from qhdata.extract.ixbrl import NUMBERS, FactReader, Found
from qhdata.extract.transforms import Untransformable, transform
from qhdata.records import DecimalText, Fact, json_text


def facts_of(
    reader: FactReader,
    doc_id: str,
    public_at: str | None,
    spans: Mapping[int, Piece],
    text: str,
    max_text: int,
) -> list[Fact]:
    """All facts of a document, in the order in which they stand; spans by fact number.

    A text fact that goes on elsewhere spans from its start to the end of its last continuation.
    What is odd goes into `reader.notes`.
    """
    made = _Facts(reader, doc_id, public_at, spans, text, max_text)
    texts = made.footnotes()
    facts = []
    for n, found in enumerate(reader.found):
        if found.tag in ("ix:continuation", "ix:footnote"):
            continue
        if "name" not in found.attributes:
            reader.notes["facts_without_name"] += 1
        elif found.in_tuple:
            reader.notes["skipped_tuple_facts"] += 1
        else:
            fact = made.fact(n, found)
            own = texts.get(fact.xml_id or "")
            facts.append(replace(fact, footnotes=json_text(own)) if own else fact)
    reader.notes["continuations_unreached"] += len(made.after) - len(made.taken)
    return facts


Parts = list[tuple[int, list[Piece]]]
"""What shows a fact and its continuations: (number, pieces of the text) of each."""


def _length(parts: Parts) -> int:
    return sum(end - start for _, pieces in parts for start, end in pieces)


def _span(parts: Parts) -> tuple[int, int] | tuple[None, None]:
    ends = [(pieces[0][0], pieces[-1][1]) for _, pieces in parts if pieces]
    return (ends[0][0], max(end for _, end in ends)) if ends else (None, None)


class _Facts:
    """One document's facts in the making."""

    def __init__(
        self,
        reader: FactReader,
        doc_id: str,
        public_at: str | None,
        spans: Mapping[int, Piece],
        text: str,
        max_text: int,
    ) -> None:
        self.reader, self.notes = reader, reader.notes
        self.doc_id, self.public_at = doc_id, public_at
        self.spans, self.text, self.max_text = spans, text, max_text
        self.seen: dict[str, int] = {}
        self.taken: set[str] = set()
        self.after: dict[str, int] = {}
        self.entity = reader.entity()
        self.formats: dict[str, str] = {}
        reader.excluded.place(spans)
        for n, found in enumerate(reader.found):
            if found.tag == "ix:continuation":
                first = self.after.setdefault(found.attributes.get("id", ""), n)
                self.notes["continuations_conflicting"] += first != n

    def shown(self, n: int, found: Found) -> Parts:
        parts = [(n, self._pieces(n))]
        if "continuedat" in found.attributes:
            parts += [(i, self._pieces(i)) for i in self._chain(found)]
        return parts

    def _pieces(self, n: int) -> list[Piece]:
        if n not in self.spans:
            return []
        start, end = self.spans[n]
        excluded = self.reader.excluded
        inside = excluded.within(n, start, end) if excluded.spans else ()
        return fact_text.pieces(self.text, start, end, inside)

    def _chain(self, found: Found) -> Iterator[int]:
        """Numbers of its continuations; one belongs to the first that reaches it."""
        name = found.attributes.get("continuedat")
        while name:
            if name not in self.after or name in self.taken:
                self.notes["facts_broken_chain"] += 1
                return
            self.taken.add(name)
            yield self.after[name]
            name = self.reader.found[self.after[name]].attributes.get("continuedat")

    def words(self, shown: Parts) -> str:
        """Text of a fact and its continuations; a part without span gives what it holds."""
        parts = []
        for i, pieces in shown:
            own = self.reader.found[i].shown
            part = fact_text.words(self.text, pieces) if pieces else " ".join(own.split())
            if part:
                parts.append(part)
        return "\n\n".join(parts)

    def footnotes(self) -> dict[str, list[str]]:
        """Texts of its footnotes by a fact's XML id, in the order in which they are linked."""
        texts = dict(self.reader.footnotes)
        links = list(self.reader.links)
        for n, found in enumerate(self.reader.found):
            a = found.attributes
            if found.tag == "ix:footnote":
                words = self.words(self.shown(n, found))
                texts[a.get("id") or a.get("footnoteid", "")] = " ".join(words.split())
            elif "footnoterefs" in a and "id" in a:  # inline XBRL 1.0
                links.append((a["id"], a["footnoterefs"]))
        notes: dict[str, list[str]] = {}
        for facts, footnotes in links:
            for xml_id in facts.split():
                own = notes.setdefault(xml_id, [])
                own += [texts[i] for i in footnotes.split() if texts.get(i) not in (None, *own)]
        return notes

    def fact(self, n: int, found: Found) -> Fact:
        a = found.attributes
        shown = self.shown(n, found)
        context = self._context(a)
        unit = self._unit(found)
        kind, value, words = self._value(found, shown)
        if "target" in a:
            self.notes["facts_of_other_target"] += 1
        xml_id = a.get("id")
        start, end = _span(shown)
        key = xml_id or key_hash(a["name"], a.get("contextref", ""), unit or "")
        again = self.seen[key] = self.seen.get(key, -1) + 1
        return Fact(
            fact_id=f"{self.doc_id}#{key}" + (f".{again}" if again else ""),
            doc_id=self.doc_id,
            public_at=self.public_at,
            concept=a["name"],
            kind=kind,
            value=value,
            text=words,
            unit=unit,
            decimals=self._decimals(a, value) if "decimals" in a or "precision" in a else None,
            scale=fact_values.whole(a.get("scale")),
            sign=a.get("sign"),
            period_start=context.start,
            period_end=context.end,
            dimensions=context.dimensions,
            entity=entity_of(context.entity),
            context_id=a.get("contextref"),
            xml_id=xml_id,
            hidden=found.hidden,
            start=start,
            end=end,
            source_ref=f"{found.element or found.tag}:{found.line}",
        )

    def _context(self, a: Mapping[str, str]) -> Period:
        context = self.reader.contexts.get(a.get("contextref", "").strip())
        if context is None:
            self.notes["facts_without_context"] += 1
            return NO_CONTEXT
        if context.broken:
            self.notes["facts_bad_period"] += 1
        if context.entity != self.entity and context.entity.lstrip("0") != self.entity.lstrip("0"):
            self.notes["facts_of_other_entity"] += 1
        return context

    def _unit(self, found: Found) -> str | None:
        """The unit by its measures; an id that is not declared stays, because it often says it."""
        named = found.attributes.get("unitref", "").strip()
        unit = self.reader.units.get(named)
        if not unit and found.tag in NUMBERS:
            self.notes["facts_without_unit"] += 1
        return unit or named or None

    def _decimals(self, a: Mapping[str, str], value: str | None) -> str | None:
        filed = a.get("decimals", "").strip()
        precision = a.get("precision", "").strip()
        if not fact_values.is_decimals(filed or precision or "INF"):
            self.notes["facts_bad_decimals"] += 1
            return None
        if precision and not filed:
            return fact_values.decimals_of(value or "", precision)
        return filed or None

    def _value(self, found: Found, shown: Parts) -> tuple[Any, DecimalText | None, str | None]:
        a = found.attributes
        if a.get("xsi:nil", "").strip().lower() in ("true", "1"):
            if found.shown.strip() or _length(shown):
                self.notes["facts_nil_with_value"] += 1
            return "nil", None, None
        form = a.get("format")
        if found.tag == "ix:nonfraction" or form:
            return self._transformed(found, shown, form)
        if found.wrong:
            self._unreadable(found.wrong)
        if _length(shown) > self.max_text:
            return "text", None, None
        words = found.shown if found.tag == "ix:fraction" else self.words(shown)
        if len(words) > self.max_text:
            self.notes["facts_text_left_out"] += not _length(shown)
            return "text", None, None
        return "text" if found.tag == "ix:fraction" else kind_of(words), None, words

    def _transformed(
        self, found: Found, shown: Parts, form: str | None
    ) -> tuple[Any, DecimalText | None, str | None]:
        a = found.attributes
        words = found.shown if len(shown) == 1 else self.words(shown)
        try:
            if form:
                self._known(form)
            if found.tag == "ix:nonfraction":
                kind, value = fact_values.number(words, form, a.get("scale"), a.get("sign"))
            else:
                kind, value = transform(form or "", words)
                if kind == "number":
                    value = fact_values.scaled(value, None, None)
        except (Untransformable, InvalidOperation) as error:
            self._unreadable(getattr(error, "note", ""))
            return "text", None, " ".join(words.split())[: self.max_text]
        if kind == "number":
            return kind, DecimalText(value), None
        return kind, None, value

    def _known(self, form: str) -> None:
        """Raise BadValue where a format's prefix is that of something else."""
        fault = self.formats.get(form)
        if fault is None:
            fault = self.formats[form] = fact_values.format_fault(form, self.reader.bound)
        if fault == "facts_bad_format":
            raise fact_values.BadValue(fault, f"{form} is of no registry")
        if fault:
            self.notes[fault] += 1

    def _unreadable(self, why: str) -> None:
        self.notes["facts_unreadable"] += 1
        if why and why != "facts_unreadable":
            self.notes[why] += 1


def key_hash(*parts: str) -> str:
    """16 hex digits that stand for a fact without an id."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
