"""What extraction makes of one document, before it becomes rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from qhdata.extract.blocks import Block
from qhdata.extract.chinese_tables import Scope
from qhdata.records import DecimalText, Fact, RawDocument, Section


@dataclass(slots=True)
class TableOut:
    """A table with its place in the text; cells stay in their grid until they are written."""

    block: Block
    start: int
    end: int
    kind: str
    title: str
    unit: str | None
    scale: DecimalText | None
    section_key: str | None = None
    scope: Scope | None = None


@dataclass(slots=True)
class Extracted:
    """All that one document gave."""

    raw: RawDocument
    form: str
    title: str
    lang: str
    text: str
    sections: list[Section]
    tables: list[TableOut]
    facts: list[Fact]
    notes: dict[str, object] = field(default_factory=dict)
    dei: dict[str, str] = field(default_factory=dict)
    """Cover facts by local name."""
    entity: str = ""
    """Of the first context."""
    text_sha256: str = ""
    """Where it is known already; else it is made when rows are."""


def text_sha256(text: str) -> str:
    """Digest of a text as records carry it."""
    return bytes_sha256(text.encode("utf-8", "surrogatepass"))


def bytes_sha256(data: bytes) -> str:
    """The same of a text's bytes."""
    return hashlib.sha256(data).hexdigest()
