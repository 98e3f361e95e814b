"""SGML submissions, full text or feed: a scanner over bytes; the format only looks like XML.

Tags are unclosed, headers come in two styles, the whole may be wrapped in a PEM message or stand on
a single line. A document runs from `<DOCUMENT>` to `</DOCUMENT>`, to the next `<DOCUMENT>`, or to
the end. Attachments (uuencoded images, archives, XBRL linkbases) are named and left out; a PDF is a
document, uuencoded or not. Nothing is held but the document in hand: the scan notes where each one
stands, and its bytes are read again when they are asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

from qhdata.errors import RowError
from qhdata.readers.header import parse_header
from qhdata.readers.reading import Reading, Skipped, holds_facts
from qhdata.readers.sidecar import header_of
from qhdata.readers.sniff import HEAD, Kind, sniff
from qhdata.readers.source import Memory, Source
from qhdata.readers.uuencoded import OPENING, decoded_pdf, without_attachments
from qhdata.records import Header, RawDocument, SourceFile

_DOCUMENT = re.compile(
    rb"<DOCUMENT>\s{0,200}(?=<TYPE>)|<DOCUMENT>[^<]{0,80}(?=<(?:SEQUENCE|FILENAME|TEXT)>)"
    rb"|</DOCUMENT>(?!\s{0,200}<DOCUMENT>)[^<]{0,80}(?:<\w{0,12}>?\s{0,200})?(?=<TYPE>)",
    re.I,
)
"""Where a document begins, also where one of its first tags is damaged."""
_OVERLAP = 1024
"""More than the longest beginning."""
_TEXT = re.compile(rb"<TEXT>", re.I)
_HEADER = re.compile(
    rb"</?DOCUMENT>\s*(?:<(?:TYPE|SEQUENCE|FILENAME|DESCRIPTION)>[^<\r\n]*\s*)*", re.I
)
_SECOND = re.compile(
    rb"^(?:<(?:SEC|IMS)-HEADER>|<SUBMISSION>\s*$|-----BEGIN PRIVACY-ENHANCED MESSAGE-----)",
    re.M | re.I,
)
_COUNT = re.compile(r"PUBLIC[ -]DOCUMENT[ -]COUNT[>:]\s*(\d{1,4})\b", re.I)
_TEXT_END = re.compile(
    rb"</TEXT>(?:\s*</(?:DOCUMENT|SEC-DOCUMENT|SUBMISSION|IMS-DOCUMENT)>)*"
    rb"\s*(?:-----END PRIVACY[^\n]*)?\s*$",
    re.I,
)
_DOCUMENT_END = re.compile(rb"</DOCUMENT>", re.I)
_FIELD = re.compile(rb"<(TYPE|SEQUENCE|FILENAME|DESCRIPTION)>([^<\r\n]*)", re.I)
_WRAPPER = re.compile(rb"^\s*<(PDF|XML|XBRL|JSON)>\s*", re.I)
_WRAPPER_END = re.compile(rb"\s*</(PDF|XML|XBRL|JSON)>\s*$", re.I)
_ATTACHMENTS = ("GRAPHIC", "ZIP", "EXCEL", "JSON", "COVER", "XML")
_CALCULATION = re.compile(rb"<TYPE>EX-10[01]\.(CAL|SCH)", re.I)
_XBRL = re.compile(r"EX-10[01]\.(?:SCH|CAL|DEF|LAB|PRE)", re.I)


class SubmissionReader:
    """Full-submission `.txt`, feed `.nc`, and single documents in their `<DOCUMENT>` wrapper."""

    def claims(self, kind: Kind, name: str) -> bool:
        """Whether the bytes open as a submission."""
        return kind == "submission"

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """Every document of text in some bytes; raises RowError as `scan` does."""
        return self.scan(file, Memory(data))

    def scan(self, file: SourceFile, source: Source) -> Reading:
        """Every document of text; raises RowError where the header stands alone.

        What the header counts and the file does not hold is among what was skipped, as `missing`.
        """
        starts = list(_starts(source))
        if not starts:
            raise RowError(
                "header_only", "holds a submission header and no document; fetch the full text"
            )
        text = source.read(0, starts[0]).decode("utf-8", "replace")
        header, named = parse_header(text), header_of(file)
        places: list[_Place] = []
        skipped: list[Skipped] = []
        for n, start in enumerate(starts):
            end = starts[n + 1] if n + 1 < len(starts) else source.size
            self._place(file, source, start, end, n + 1, header, named, places, skipped)
        counted = _COUNT.search(text)
        if counted and int(counted[1]) > len(starts):
            name = f"{int(counted[1]) - len(starts)} of {counted[1]} documents"
            skipped.append(Skipped(name=name, reason="missing", bytes=0))
        linkbase = _linkbase(source, [*starts, source.size])
        return Reading(_Documents(file, source, places, linkbase), skipped)

    def _place(
        self,
        file: SourceFile,
        source: Source,
        start: int,
        end: int,
        n: int,
        header: Header,
        named: Header,
        places: list[_Place],
        skipped: list[Skipped],
    ) -> None:
        data = source.read(start, end)
        behind = max(data.rfind(b"</DOCUMENT>"), data.rfind(b"</TEXT>"), 0)
        if _SECOND.search(data, behind):
            raise RowError(
                "two_submissions",
                "holds a second submission's header, whose documents would have the first one's "
                "accession; split the file before it",
            )
        head, at = _head(data)
        fields = {k.upper(): v.decode("utf-8", "replace").strip() for k, v in _FIELD.findall(head)}
        body = _body(data, at)
        doc_type = fields.get(b"TYPE", "").upper()
        name = fields.get(b"FILENAME", "") or f"document-{n}"
        reason = _attachment(doc_type, decoded_pdf(body) or body)
        if reason:
            skipped.append(Skipped(name=name, reason=reason, bytes=len(body)))
            return
        for attached, size in without_attachments(body)[1]:
            skipped.append(Skipped(name=attached, reason="uuencoded", bytes=size))
        said = fields.get(b"SEQUENCE", "")
        sequence = int(said) if said.isdecimal() and len(said) <= 6 else n
        if any(p.sequence == sequence for p in places):
            sequence = max(p.sequence for p in places) + 1000
        merged = header if header.accession or header.filers else _fill(header, named, doc_type)
        doc_id = (
            f"{header.accession}:{sequence}"
            if header.accession
            else f"{file.source}:{_digest(file, data)}"
        )
        if any(p.doc_id == doc_id for p in places):
            skipped.append(Skipped(name=name, reason="same_bytes", bytes=len(body)))
            return
        places.append(_Place(start, end, doc_id, doc_type, sequence, name, merged))


def _digest(file: SourceFile, data: bytes) -> str:
    """Names a document that no accession names: another file may hold the same one."""
    return hashlib.sha256(file.sha256.encode() + data).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a document of text stands, and what its submission says of it."""

    start: int
    end: int
    doc_id: str
    doc_type: str
    sequence: int
    name: str
    header: Header


class _Documents(Sequence[RawDocument]):
    """Documents of one file, each read when it is asked for."""

    def __init__(
        self,
        file: SourceFile,
        source: Source,
        places: Sequence[_Place],
        linkbase: tuple[int, int] | None,
    ) -> None:
        self._file, self._source, self._places = file, source, places
        self._linkbase = linkbase

    def __len__(self) -> int:
        return len(self._places)

    @property
    def headers(self) -> list[Header]:
        """Of each document, without reading one."""
        return [place.header for place in self._places]

    @overload
    def __getitem__(self, n: int) -> RawDocument: ...
    @overload
    def __getitem__(self, n: slice) -> list[RawDocument]: ...
    def __getitem__(self, n: int | slice) -> RawDocument | list[RawDocument]:
        if isinstance(n, slice):
            return [self._read(place) for place in self._places[n]]
        return self._read(self._places[n])

    def _read(self, place: _Place) -> RawDocument:
        data = self._source.read(place.start, place.end)
        body = _body(data, _head(data)[1])
        linkbase = b""
        if self._linkbase and holds_facts(body):
            sums = self._source.read(*self._linkbase)
            linkbase = _body(sums, _head(sums)[1])
        return RawDocument(
            doc_id=place.doc_id,
            file_id=self._file.file_id,
            source=self._file.source,
            source_path=self._file.source_path,
            doc_type=place.doc_type,
            sequence=place.sequence,
            file_name=place.name,
            data=decoded_pdf(body) or without_attachments(body)[0],
            header=place.header,
            linkbase=linkbase,
        )


def _linkbase(source: Source, borders: Sequence[int]) -> tuple[int, int] | None:
    """Where the calculation linkbase stands among a submission's documents, alone or inside its
    schema, or None.
    """
    schema = None
    for start, end in pairwise(borders):
        kind = _CALCULATION.search(source.read(start, min(end, start + HEAD)))
        if kind is None:
            continue
        if kind[1].upper() == b"CAL":
            return start, end
        if schema is None and b"calculationLink" in source.read(start, end):
            schema = start, end
    return schema


def _starts(source: Source) -> Iterator[int]:
    """Where documents begin, block by block; a beginning never straddles more than the overlap."""
    for at in range(0, source.size, source.block):
        for found in _DOCUMENT.finditer(source.read(at, at + source.block + _OVERLAP)):
            if found.start() >= source.block:
                break
            yield at + found.start()


def _head(data: bytes) -> tuple[bytes, int]:
    """(the lines of tags that begin a document, where its text begins)."""
    opening = _TEXT.search(data, 0, HEAD)
    header = _HEADER.match(data)
    lines = header.end() if header else 0
    if opening and opening.start() - lines < 4096:
        return data[: opening.start()], opening.end()
    return data[:lines], lines  # its <TEXT> is lost: what follows the header is its text


def _fill(header: Header, named: Header, doc_type: str) -> Header:
    return Header(
        accession=named.accession,
        form=header.form or (doc_type if not doc_type.startswith("EX") else None) or named.form,
        filers=named.filers,
        filed_at=named.filed_at,
        period_end=named.period_end,
        accepted_at=named.accepted_at,
        source_url=named.source_url,
        sidecar=named.sidecar,
    )


def _body(data: bytes, start: int) -> bytes:
    body = data[start:]
    closing = _TEXT_END.search(body[-4096:])
    if closing:
        body = body[: len(body) - len(body[-4096:]) + closing.start()]
    else:
        ends = list(_DOCUMENT_END.finditer(body[-4096:]))
        if ends:
            body = body[: len(body) - len(body[-4096:]) + ends[-1].start()]
        at = body.upper().rfind(b"</TEXT>")
        if at >= 0 and not body[at + 7 :].strip():
            body = body[:at]
    opening = _WRAPPER.match(body)
    if opening:
        body = body[opening.end() :]
        body = body[:-64] + _WRAPPER_END.sub(b"", body[-64:])
    return body


def _attachment(doc_type: str, body: bytes) -> str | None:
    """Why a document of a submission is not one of text, or None."""
    if OPENING.match(body):
        return "uuencoded"
    if _XBRL.match(doc_type):
        return "xbrl"
    kind = sniff(body[:HEAD])
    if kind == "empty":
        return "empty"
    if kind in ("binary", "archive", "gzip", "parquet"):
        return "binary"
    if kind == "pdf":
        return None
    return "attachment" if doc_type in _ATTACHMENTS else None
