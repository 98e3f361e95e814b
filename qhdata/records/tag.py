"""Tag: a label with a score on a row or a span. Edit: a replacement of a span."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """What a step says of a document, or of a span of it."""

    doc_id: str
    start: int | None
    end: int | None
    """Both None: the whole document."""
    label: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A replacement of a span of unedited text; applied by render, never in place."""

    doc_id: str
    start: int
    end: int
    replacement: str
    step: str
    """name@version."""
    reason: str
