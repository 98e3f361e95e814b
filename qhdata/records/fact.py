"""Fact: concept x context -> value, as XBRL means it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qhdata.records.base import DecimalText, JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value that a filing reports."""

    fact_id: str
    """`<doc_id>#<XML id>`, or `#` and a hash of concept, context, unit and n where there is none.
    """
    doc_id: str
    public_at: str | None
    """When anyone could first read it, UTC."""
    concept: str
    """Qualified name, as filed: `us-gaap:Assets`."""
    kind: Literal["number", "date", "bool", "text", "nil"]
    value: DecimalText | None
    """Numbers: signed, in base units: shown x 10^scale. Percents are fractions (0.24, unit pure).
    """
    text: str | None
    """Dates (ISO), booleans (true, false) and text facts."""
    unit: str | None
    """`USD`, `shares`, `USD/shares`, `pure`."""
    decimals: str | None
    """As filed: `-6`, `2`, `INF`."""
    scale: int | None
    sign: str | None
    period_start: str | None
    period_end: str | None
    """Inclusive; an instant has no period_start."""
    dimensions: JsonText = JsonText("[]")
    """[[axis, member], ...], sorted."""
    footnotes: JsonText = JsonText("[]")
    """Texts of the footnotes that the filing links to it."""
    entity: str | None = None
    """Whose fact it is, as its context names it: `cik:0000320193` in filings of the SEC. One that
    is not the filing's filer is a subsidiary or a co-registrant.
    """
    context_id: str | None = None
    xml_id: str | None = None
    hidden: bool = False
    """Nothing shows it: hidden in its document, or from a file of facts alone."""
    start: int | None = None
    end: int | None = None
    """Characters of `Document.text` that show it; None when hidden."""
    source_ref: str = ""
    """Where it stands in the original: element and line, or its place in the JSON."""
