"""RawDocument: one document's bytes and its submission's header. Filing: what one accession
lodged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qhdata.records.base import JsonText

PublicAtBasis = Literal["acceptance", "filed_date", "sidecar", "file_name", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerName:
    """A name that a filer had before."""

    name: str
    since: str | None = None
    """The date beside it, `2004-02-27`: it began then (a header calls it the date of change, and
    Apollo Investment Corp, with that date, was renamed in 2022).
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Filer:
    """One filer of a filing."""

    filer_id: str
    """`cik:0000320193`, `cn:300617`, or `name:<slug>` where nothing better is known."""
    name: str
    role: str = "filer"
    former: tuple[FormerName, ...] = ()
    """What its header says that it was called, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file as it lies in a SOURCE; the unit that reading counts."""

    file_id: str
    """`<source>/<relative path>`."""
    source: str
    path: str
    """Where the bytes are: a path on this machine, or `archive!/inner`."""
    source_path: str
    """Relative to SOURCE."""
    bytes: int
    sha256: str
    same_as: str | None = None
    """file_id of an earlier file with the same bytes, in a gzip or not: this one is then an
    arrival, not read again.
    """
    sidecar: JsonText | None = None
    """What a table or the path says of its filing, by name; None where neither does."""
    rivals: tuple[str, ...] = ()
    """Paths of earlier files with the same accession: their documents would carry the same ids."""
    rival_ids: tuple[str, ...] = ()
    """Their file_ids, in that order."""
    linkbase: str | None = None
    """Path of the calculation linkbase that lies beside it under its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """What became of one file."""

    file_id: str
    bytes: int
    sha256: str
    outcome: Literal["parsed", "same_bytes", "quarantined"]
    doc_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a submission's header, a sidecar or a file name says of the filing; None where nothing
    says it.
    """

    accession: str | None = None
    form: str | None = None
    filers: tuple[Filer, ...] = ()
    period_end: str | None = None
    fiscal_year: int | None = None
    filed_at: str | None = None
    """Date, `2024-11-01`."""
    accepted_at: str | None = None
    """UTC, `2024-11-01T20:01:36Z`; header times are US Eastern."""
    sic: str | None = None
    amends: str | None = None
    source_url: str | None = None
    sidecar: bool = False
    """Whether its dates come from a table or path beside the file, not from the submission."""
    items: tuple[str, ...] = ()
    """Items of a current report as its submission lists them: titles, or numbers (`5.02`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """One document's bytes and the header of its submission."""

    doc_id: str
    file_id: str
    source: str
    source_path: str
    doc_type: str
    """10-K, EX-99.1 ...; empty where no header says it."""
    sequence: int
    file_name: str
    data: bytes
    header: Header
    linkbase: bytes = b""
    """The calculation linkbase of its filing, where it has facts and one came with it."""
    given: bool = False
    """A row of text that says no form: kept as it came unless it turns out to be a filing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What was lodged under one accession."""

    filing_id: str
    accession: str | None
    form: str | None
    filers: tuple[Filer, ...]
    period_end: str | None
    fiscal_year: int | None
    filed_at: str | None
    accepted_at: str | None
    public_at: str | None
    """When anyone could first read it, UTC; None when unknown."""
    public_at_basis: PublicAtBasis
    sic: str | None
    amends: str | None
    license: str
    source_url: str | None
