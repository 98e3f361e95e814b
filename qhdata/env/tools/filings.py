"""Look into filings: who filed, what was filed, what a part of it says, what value it reports."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Literal

from qhdata.env.labels import label_of_words
from qhdata.env.tools.arithmetic import shown
from qhdata.env.tools.base import ToolError, tool
from qhdata.env.world import SeenFact, World
from qhdata.env.world_file import fold
from qhdata.quantities.periods import is_period, parse_period

MAX_FOUND = 5
MAX_LISTED = 40
SECTION_PAGE = 3000
"""Characters of one page of `read_section`."""

SCALES = {0: "", 3: "thousand", 6: "million", 9: "billion"}
_WORD = re.compile(r"[^\W_]+")


@tool("read")
def find_filer(world: World, name: str) -> list[dict[str, str]]:
    """Find filers by name, ticker or CIK; at most five, the closest first.

    Args:
        name: Part of a name, a ticker, or a CIK.
    """
    if not name.strip():
        raise ToolError("name is empty; give a name, a ticker or a CIK")
    found = world.filers(name, MAX_FOUND)
    if not found:
        raise ToolError(f"no filer called {name[:60]!r}; try one word of the name")
    return [{"filer": filer, "name": title, "ticker": ticker} for filer, title, ticker in found]


@tool("read")
def search_filings(
    world: World, words: str, filer: str = "", form: str = ""
) -> list[dict[str, Any]]:
    """Search the texts of filings; at most five passages, the best first.

    Args:
        words: What to look for; any of the words may match.
        filer: Only this filer: name, ticker or CIK.
        form: Only this form, such as 10-K.
    """
    asked = list(dict.fromkeys(_WORD.findall(fold(words))))[:12]
    if not asked:
        raise ToolError("words is empty; say what to look for")
    filer_id = one_filer(world, filer)[0] if filer.strip() else None
    found = world.search(asked, filer_id, form.strip().upper() or None, MAX_FOUND)
    return [
        {
            "doc": doc,
            "filer": who,
            "form": kind,
            "published": at[:10],
            "passage": _around(text, asked),
        }
        for doc, who, kind, at, _, text in found
    ]


@tool("read")
def read_section(world: World, doc: str, section: str = "", page: int = 1) -> dict[str, Any]:
    """Read one page of a part of a filing; without a section, the list of its sections.

    Args:
        doc: A doc id, as search_filings and get_fact give it.
        section: A section key such as part1.item7; empty for the list.
        page: Which page of the section, from 1.
    """
    document = world.document(doc)
    if document is None:
        raise ToolError(f"no document {doc[:60]!r}; search_filings gives doc ids")
    sections = world.sections(doc)
    if not section.strip():
        listed = [f"{key}: {title[:60]}" for key, title, _, _ in sections[:MAX_LISTED]]
        return {"doc": doc, "title": document["title"][:100], "sections": listed or ["all"]}
    spans = [(start, end) for key, _, start, end in sections if key == section.strip()]
    if not spans and section.strip() == "all":
        spans = [(0, document["n_chars"])]
    if not spans:
        keys = ", ".join(dict.fromkeys(key for key, *_ in sections)) or "all"
        raise ToolError(f"no section {section[:40]!r} in it; known: {keys[:300]}")
    start, end = max(spans, key=lambda span: (span[1] - span[0], -span[0]))
    pages = max(1, -(-(end - start) // SECTION_PAGE))
    if not 1 <= page <= pages:
        raise ToolError(f"page must be 1 to {pages}")
    first = start + (page - 1) * SECTION_PAGE
    text = world.text(doc, first, min(end, first + SECTION_PAGE)) or ""
    return {"doc": doc, "section": section.strip(), "page": page, "pages": pages, "text": text}


@tool("read")
def get_fact(
    world: World,
    filer: str,
    concept: str,
    period: str,
    version: Literal["first", "latest"] = "first",
) -> dict[str, str]:
    """One reported value with its unit and scale, as first published or as last restated.

    Args:
        filer: Name, ticker or CIK.
        concept: Plain words such as "net income", or an XBRL concept such as us-gaap:Assets.
        period: "2024", "2024Q2", or the day on which it ends, such as 2024-06-30.
        version: first: as first published; latest: as the latest filing gives it.
    """
    filer_id, name = one_filer(world, filer)
    fact = one_fact(world, filer_id, concept, period, version)
    return {
        "filer": name,
        "concept": fact.label,
        "period": fact.period or fact.period_end,
        "value": shown_value(fact),
        "unit": " ".join((fact.unit, SCALES[fact.scale])).strip(),
        "published": fact.public_at[:10],
        "doc": fact.doc_id if world.document(fact.doc_id) else "",
    }


@tool("read")
def list_facts(world: World, filer: str, concept: str = "") -> dict[str, Any]:
    """Which values can be asked of a filer: its concepts, or one concept's periods.

    Args:
        filer: Name, ticker or CIK.
        concept: Plain words of one concept, for its periods; empty for all concepts.
    """
    filer_id, name = one_filer(world, filer)
    if concept.strip():
        label = label_of_words(concept)
        periods = world.periods(filer_id, label)
        if not periods:
            raise ToolError(not_reported(world, filer_id, concept, ""))
        return {"filer": name, "concept": label, "periods": periods[:MAX_LISTED]}
    return {"filer": name, "concepts": [label for label, _ in world.labels(filer_id)[:MAX_LISTED]]}


def one_filer(world: World, text: str) -> tuple[str, str]:
    """(filer_id, name) of the one filer meant. Raises ToolError for none, or for several."""
    found = world.filers_called(text) if text.strip() else []
    if not found and text.strip():
        found = world.filers(text, MAX_FOUND)
    if len(found) == 1:
        return found[0][0], found[0][1]
    if not found:
        raise ToolError(f"no filer called {text[:60]!r}; find_filer searches by part of a name")
    names = "; ".join(f"{name} ({filer})" for filer, name, _ in found)
    raise ToolError(f"several filers are called {text[:60]!r}: {names}")


def one_fact(
    world: World, filer_id: str, concept: str, period: str, version: str = "first"
) -> SeenFact:
    """The value of the preferred concept. Raises ToolError that names what is there instead."""
    name = parse_period(period)
    if not is_period(name):
        raise ToolError(f"cannot read the period {period[:40]!r}; use 2024, 2024Q2 or 2024-06-30")
    facts = world.facts(filer_id, concept, name)
    if not facts:
        raise ToolError(not_reported(world, filer_id, concept, name))
    same = [f for f in facts if (f.concept, f.unit) == (facts[0].concept, facts[0].unit)]
    return same[0] if version == "first" else same[-1]


def not_reported(world: World, filer_id: str, concept: str, period: str) -> str:
    """What to say when a value is not there: which periods, or which concepts, are."""
    label = label_of_words(concept)
    periods = world.periods(filer_id, label)
    if periods:
        return f"{label} is not reported for {period}; reported: {', '.join(periods[:8])}"
    words = set(label.split())
    labels = [name for name, _ in world.labels(filer_id)]
    near = [name for name in labels if words & set(name.split())] or labels
    return f"no concept {concept[:60]!r}; nearest: {', '.join(near[:6])}"


def shown_value(fact: SeenFact) -> str:
    """The value in the scale in which its filing shows it."""
    return shown(Decimal(fact.value).scaleb(-fact.scale), 9)


def _around(text: str, words: list[str]) -> str:
    """About 300 characters around the first word that is found."""
    lowered = text.lower()
    places = [at for word in words if (at := lowered.find(word)) >= 0]
    start = max(0, min(places, default=0) - 80)
    return " ".join(text[start : start + 300].split())
