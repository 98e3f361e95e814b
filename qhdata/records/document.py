"""Document: one immutable text. Section: a span of it with a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qhdata.records.base import JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a filing, or one file elsewhere; `text` never changes after extraction."""

    doc_id: str
    """`<accession>:<sequence>` or `<source>:<sha256[:16]>`."""
    filing_id: str
    file_id: str
    source: str
    source_path: str
    """Relative to SOURCE."""
    doc_type: str
    lang: str
    """`en`, `zh`, or `und`: a first guess by script; the language tagger decides."""
    title: str
    text: str
    text_sha256: str
    extractor: str
    """name@version."""
    n_chars: int
    public_at: str | None
    """Copied from the filing, so that no reader of a row can look ahead by accident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A span of a document with a key: `part1.item7`, `item5.02`, `cn.management_discussion`."""

    section_id: str
    doc_id: str
    key: str
    title: str
    level: int
    parent: str | None
    start: int
    end: int
    status: Literal["present", "incorporated_by_reference", "omitted", "not_found"]
    points_to: str | None
    """Where the text stands instead: an item's key in this document, the `doc_id` of the filing's
    annual report (EX-13), or its name where that is not at hand (`EX-13`, `proxy statement`)."""
    confidence: float
    """0 to 1; lowered by each failed check."""
    checks_failed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """How one document was extracted: the counts that a report needs."""

    doc_id: str
    extractor: str
    notes: JsonText
