"""Found: a section while its document is still blocks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Found:
    """A section in blocks: [start, end)."""

    key: str
    title: str
    start: int
    end: int
    level: int
    confidence: float
    failed: list[str]
    status: str = "present"
    points_to: str | None = None
    parent: str | None = None
