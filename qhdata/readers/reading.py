"""One file to its documents: bytes are opened here, and the first reader that claims them reads."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from qhdata.errors import RowError, UserError
from qhdata.readers import DEFAULT, READERS, archives, pieces, remote
from qhdata.readers.sniff import HEAD, Kind, sniff, wide_codec
from qhdata.readers.source import SMALL, Memory, OnDisk, Source, unpack
from qhdata.recipe import load_object
from qhdata.records import RawDocument, SourceFile
from qhdata.stores import ANY, address_of

MAX_BYTES = 1 << 30
"""A file above this is refused: nothing EDGAR accepts comes near."""
MAX_RATIO = 200
"""A gzip that grows more than this is a bomb."""

WARC = b"WARC/"

_REFUSED = {
    "empty": ("empty_file", "the file holds no text; fetch it again"),
    "binary": (
        "binary",
        "is binary (an image, a spreadsheet ...); print it as PDF if it holds a filing",
    ),
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """An attachment that is not a document of text: its name, why it was left, its size."""

    name: str
    reason: str
    """uuencoded | binary | xbrl | attachment | empty | same_bytes | exhibit | not_json."""
    bytes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file held."""

    documents: Sequence[RawDocument]
    """Of a large submission each is read when it is asked for, and not kept."""
    skipped: list[Skipped]


class Reader(Protocol):
    """A layout of files."""

    def claims(self, kind: Kind, name: str) -> bool:
        """Whether this reader reads a file of that kind and name."""

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """The documents in it. Raises RowError."""


def reader_classes(names: Sequence[str]) -> list[type[Reader]]:
    """Classes by name in a recipe, or by import string. Raises UserError for unknown ones, and for
    none.
    """
    if not names:
        raise UserError(what="no reader", where="read", mend=f"known: {', '.join(READERS)}")
    for name in names:
        if name not in READERS and ":" not in name:
            raise UserError(
                what=f"unknown reader {name!r}", where="read", mend=f"known: {', '.join(READERS)}"
            )
    return [load_object(READERS.get(name, name), f"read.{name}") for name in names]


def read(file: SourceFile, readers: Sequence[str] = DEFAULT) -> list[RawDocument]:
    """The documents of one file. Raises RowError with the reason where there are none."""
    return list(read_file(file, readers).documents)


def read_file(file: SourceFile, readers: Sequence[str] = DEFAULT) -> Reading:
    """The documents of one file and the attachments that were left out.

    Raises RowError: unreadable, link_not_followed, not_a_file, name_not_utf8, empty_file,
    too_large, archive_not_supported, damaged_archive, web_archive, binary, no_reader, no_document.
    """
    source = _source(file)
    kind = sniff(source.read(0, HEAD))
    if kind == "gzip":
        source = _unzipped(source)
        kind = sniff(source.read(0, HEAD))
        if kind == "gzip":
            raise RowError("archive_not_supported", "a gzip inside a gzip; unpack the outer one")
    if kind in ("submission", "text") and (codec := wide_codec(source.read(0, HEAD))):
        text = source.read(0, source.size).decode(codec, "replace")
        source = Memory(text.removeprefix("\ufeff").encode("utf-8", "replace"))
    if kind == "archive":
        archives.refuse(file.path)
    if source.read(0, len(WARC)) == WARC:
        raise RowError(
            "web_archive",
            "a WARC of web pages; `qhdata classifier recall --pool` finds texts in one",
        )
    if kind in _REFUSED:
        raise RowError(*_REFUSED[kind])
    for reader in reader_classes(readers):
        made = reader()
        if made.claims(kind, file.source_path):
            scan = getattr(made, "scan", None)
            reading = _with_linkbase(
                file, scan(file, source) if scan else made.read(file, source.read(0, source.size))
            )
            if not reading.documents:
                left = ", ".join(f"{s.name} ({s.reason})" for s in reading.skipped[:3])
                raise RowError(
                    "no_document",
                    f"holds no document of text{': ' * bool(left)}{left}; fetch the full text",
                )
            return reading
    raise RowError(
        "no_reader",
        f"no reader of {', '.join(readers)} reads a file of kind {kind}; name one in corpus.read",
    )


def _with_linkbase(file: SourceFile, reading: Reading) -> Reading:
    if file.linkbase is None:
        return reading
    source = _source(replace(file, path=file.linkbase, sha256=ANY))
    linkbase = source.read(0, source.size)
    documents = [
        replace(d, linkbase=linkbase) if holds_facts(d.data) else d for d in reading.documents
    ]
    return Reading(documents, reading.skipped)


def holds_facts(data: bytes) -> bool:
    """Whether a document may hold XBRL facts, inline or alone."""
    return b"<ix:header" in data or sniff(data[:HEAD]) == "instance"


def _source(file: SourceFile) -> Source:
    if (address := address_of(file.path)) is not None:
        if archives.MARK in file.path:
            return archives.member(file.path, MAX_BYTES)
        return remote.fetched(address, MAX_BYTES, file.sha256)
    path = Path(file.path)
    if not file.sha256:
        _refuse(path)
    if archives.MARK in file.path and not path.exists():
        piece = pieces.window(file.path)
        if piece is None:
            return archives.member(file.path, MAX_BYTES)
        if piece.size > MAX_BYTES:
            raise RowError("too_large", f"a line of {piece.size} bytes; no document is that long")
        return piece
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise RowError("too_large", f"{size} bytes, at most {MAX_BYTES} are read; split it")
        return Memory(path.read_bytes()) if size <= SMALL else OnDisk(path, size)
    except OSError as error:
        raise RowError(
            "unreadable", f"{error.strerror or error}; give this user the right to read it"
        ) from None


def _refuse(path: Path) -> None:
    """Raise RowError for what planning did not open, and that is more than a matter of rights."""
    if os.path.islink(path):  # unlike pathlib's, these never raise for want of a right
        target = os.fsencode(os.readlink(path)).decode("utf-8", "backslashreplace")
        raise RowError(
            "link_not_followed",
            f"a link to {target}: links to folders, out of the source or to nothing are "
            "not followed; give the place itself as a source",
        )
    if os.path.isdir(path):
        raise RowError("unreadable", "this folder cannot be listed; give this user the right to")
    if os.path.exists(path) and not os.path.isfile(path):
        raise RowError("not_a_file", "a pipe, socket or device; take it out of the source")
    if "\\x" in str(path) and not os.path.exists(path):
        raise RowError("name_not_utf8", "its name is not UTF-8; rename it")


class _Handle(io.RawIOBase):
    """A source as a file that is read forward."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self.at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.source.read(self.at, self.at + len(buffer))
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)


def _unzipped(source: Source) -> Source:
    limit = min(MAX_BYTES, max(1 << 20, source.size * MAX_RATIO))
    packed = io.BufferedReader(_Handle(source), 1 << 16)
    try:
        with gzip.GzipFile(fileobj=packed) as handle:
            return unpack(handle, limit)
    except archives.BROKEN as error:
        raise RowError("damaged_gzip", f"{error}; fetch it again") from None
