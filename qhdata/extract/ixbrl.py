"""Inline XBRL as the walk meets it: facts, contexts, units, continuations, footnotes.

The walk calls `start` and `end` at each fact it meets, and hands over hidden parts whole. When the
text is final, facts_of.py puts facts, marks and text together; what is odd or lost is counted by
name (fact_notes.py). A stand-alone instance (instance.py) fills the same reader with facts that
nothing shows.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from qhdata.extract import fact_values
from qhdata.extract.blocks import EXCLUDED
from qhdata.extract.characters import superscript
from qhdata.extract.contexts import Period, context_of, local_name, unit_of_measures
from qhdata.extract.fact_notes import no_notes
from qhdata.extract.fact_text import Excluded
from qhdata.extract.transforms import Untransformable, transform

NUMBERS = ("ix:nonfraction", "ix:fraction")
KEPT = frozenset((*NUMBERS, "ix:nonnumeric", "ix:continuation", "ix:footnote"))


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
    wrong: str = ""
    """The name that counts why it cannot be read."""
    in_tuple: bool = False


@dataclass(slots=True)
class FactReader:
    """Collects facts, contexts and units of one document."""

    found: list[Found] = field(default_factory=list)
    contexts: dict[str, Period] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    """Namespaces by prefix in lower case, as the root declares them."""
    footnotes: dict[str, str] = field(default_factory=dict)
    """Texts by id, of footnotes that stand in no text."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """(ids of facts, ids of footnotes), each separated by spaces."""
    notes: dict[str, int] = field(default_factory=no_notes)
    excluded: Excluded = field(default_factory=Excluded)
    tuples: int = 0
    """Tuples that are open."""
    _open: list[int] = field(default_factory=list)

    def start(self, el: Any, *, hidden: bool = False) -> int | None:
        """A fact or continuation begins; its number where it is visible."""
        n = self._keep(el, hidden=hidden)
        self._open.append(-1 if hidden else n)
        return None if hidden else n

    def end(self) -> int | None:
        """The number of the fact that ends: the walk closes them in the order of its stack."""
        n = self._open.pop() if self._open else -1
        return n if n >= 0 else None

    def enter_tuple(self) -> None:
        """An `ix:tuple` begins: what it holds is left out and counted."""
        self.tuples += 1
        self.notes["skipped_tuples"] += 1

    def exclude(self) -> int | None:
        """An `ix:exclude` begins; the number of its mark where it is inside of a fact."""
        if not self._open:
            return None
        self.excluded.met.append(len(self.found))
        return EXCLUDED + len(self.excluded.met) - 1

    def _keep(self, el: Any, *, hidden: bool, shown: bool = False) -> int:
        """shown: whether its text is wanted, whatever it is."""
        attributes = dict(el.items())
        tag = el.tag
        text, wrong = "", ""
        cover = attributes.get("name", "").startswith("dei:")
        if tag == "ix:fraction":
            text, why = fact_values.fraction(el)
            wrong = why or ""
        elif tag == "ix:nonfraction" or hidden or shown or cover or "format" in attributes:
            text = _shown(el)
        in_tuple = self.tuples > 0 or "tupleref" in attributes
        line = el.sourceline or 0
        self.found.append(Found(tag, attributes, text, hidden, line, "", wrong, in_tuple))
        return len(self.found) - 1

    def hidden(self, el: Any) -> None:
        """A part that is not shown: contexts, units and facts of its ix:header or its own."""
        held: set[Any] = set()
        for sub in el.iter():
            tag = sub.tag
            if not isinstance(tag, str) or ":" not in tag:
                continue
            if tag in KEPT:
                n = self._keep(sub, hidden=True)
                self.found[n].in_tuple |= sub in held
                continue
            local = local_name(tag)
            if local == "context":
                self.context(sub)
            elif local == "unit":
                self.unit(sub)
            elif local == "relationship":
                self.links.append((sub.get("fromrefs") or "", sub.get("torefs") or ""))
            elif tag == "ix:tuple":
                self.notes["skipped_tuples"] += 1
                held.update(sub.iterdescendants())

    def unplaced(self, el: Any) -> None:
        """Facts in a part whose text is read as a whole: they are shown, no span says where."""
        for sub in el.iter(*KEPT):
            self._keep(sub, hidden=False, shown=True)
            self.notes["facts_unplaced"] += 1

    def context(self, el: Any) -> None:
        """A context: the first under an id holds."""
        made = context_of(el)
        held = self.contexts.setdefault((el.get("id") or "").strip(), made)
        self.notes["contexts_conflicting"] += held != made

    def unit(self, el: Any) -> None:
        """A unit: the first under an id holds."""
        made = unit_of_measures(el)
        held = self.units.setdefault((el.get("id") or "").strip(), made)
        self.notes["units_conflicting"] += held != made

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
        if not self.contexts:  # of a row of text: a generator takes ten times as long
            return ""
        return next((c.entity for c in self.contexts.values() if c.entity), "")


def _shown(el: Any) -> str:
    """The text inside, without what an ix:exclude takes out of it: page numbers and the like.

    A digit that is raised stays one, so that `1,234` and its note mark are no number: 12,341 is
    what no reader sees.
    """
    if not len(el):
        return el.text or ""
    if next(el.iter("ix:exclude", "sup"), None) is None:
        return "".join(el.itertext())
    parts = []
    raised = 0
    steps = etree.iterwalk(el, events=("start", "end"))
    for event, sub in steps:
        if event == "end":
            raised -= sub.tag == "sup"
            text = (sub.tail or "") if sub is not el else ""
        elif sub.tag == "ix:exclude":
            steps.skip_subtree()
            continue
        else:
            raised += sub.tag == "sup"
            text = sub.text or ""
        parts.append(superscript(text) if raised else text)
    return "".join(parts)
