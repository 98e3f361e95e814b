"""Lineage: where a synthetic document comes from, beside the document itself, whose record has no
place for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from qhdata.records.base import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Sources of one row of another part."""

    row_id: str
    """The row's own id, such as a synthetic document's doc_id."""
    generator: str
    """name@version."""
    seed: int
    filer_id: str
    license: str
    sources: tuple[Source, ...]
