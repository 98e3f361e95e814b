"""What bounds the work on one document: counts, never seconds, so all machines decide alike."""

from __future__ import annotations

from dataclasses import dataclass

from qhdata.recipe import Settings


@dataclass(frozen=True, kw_only=True)
class Limits(Settings):
    """Above a limit a document is quarantined with the limit's name; nothing is cut short."""

    max_bytes: int = 200_000_000
    """Bytes of one document; EDGAR accepts 200 MB a submission."""
    max_pages: int = 5_000
    """Pages of one PDF."""
    max_nodes: int = 4_000_000
    """HTML elements; the largest real filing here has 110,000."""
    max_attributes: int = 1_000
    """Attributes of one HTML tag; real ones have 30."""
    max_blocks: int = 2_000_000
    """Paragraphs, rows of layout tables and tables."""
    max_facts: int = 500_000
    """Inline XBRL facts; the largest real filing here has about 4,000."""
    max_fact_text: int = 20_000
    """Characters up to which a text fact repeats its text; a longer one is left to its span."""
