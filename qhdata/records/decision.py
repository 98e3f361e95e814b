"""Decision: kept or dropped, by which rule. Quarantined: which error stopped a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What became of one unit, and why."""

    unit_id: str
    outcome: Literal["kept", "dropped"]
    rule: str
    """name@version of the rule's step; empty when no rule matched."""
    reason: str
    score: float | None
    threshold: float | None
    matched_id: str | None
    """The row it duplicates, where that is why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A row that an error stopped."""

    unit_id: str
    """file_id or doc_id."""
    step: str
    """name@version."""
    error: str
    message: str
    retryable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRow:
    """Which split a filer is in."""

    filer_id: str
    split: Literal["train", "dev", "test"]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocSplit:
    """Which split a document is in: its filer's, or by its digest where no filer is known."""

    doc_id: str
    filer_id: str
    split: Literal["train", "dev", "test"]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRow:
    """One document of a cluster of duplicates."""

    cluster_id: str
    doc_id: str
    kept: bool
    reason: str
    matched_id: str | None
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One document of an amendment, and the filing whose sections it restates."""

    doc_id: str
    supersedes: str
    """filing_id of the original; both are kept by default."""
    sections: tuple[str, ...]
    """Keys of the sections that it restates; only these are superseded."""
    coverage: float
    """Share of its characters that stand in those sections, 0 to 1."""
