"""SGML submissions, full text or feed: a scanner over bytes; the format only looks like XML.

Tags are unclosed, headers come in two styles, the whole may be wrapped in a PEM message or stand on
a single line. A document runs from `<DOCUMENT>` to `</DOCUMENT>`, to the next `<DOCUMENT>`, or to
the end. Attachments (uuencoded images, archives, XBRL linkbases) are named and left out; a PDF is a
document, uuencoded or not.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qhdata.errors import RowError
from qhdata.readers.header import parse_header
from qhdata.readers.reading import Reading, Skipped, holds_facts
from qhdata.readers.sidecar import header_of
from qhdata.readers.sniff import HEAD, Kind, sniff
from qhdata.records import Header, RawDocument, SourceFile

_DOCUMENT = re.compile(rb"<DOCUMENT>\s*(?=<TYPE>)", re.I)
_TEXT = re.compile(rb"<TEXT>", re.I)
_TEXT_END = re.compile(
    rb"</TEXT>(?:\s*</(?:DOCUMENT|SEC-DOCUMENT|SUBMISSION|IMS-DOCUMENT)>)*"
    rb"\s*(?:-----END PRIVACY[^\n]*)?\s*$",
    re.I,
)
_DOCUMENT_END = re.compile(rb"</DOCUMENT>", re.I)
_FIELD = re.compile(rb"<(TYPE|SEQUENCE|FILENAME|DESCRIPTION)>([^<\r\n]*)", re.I)
_WRAPPER = re.compile(rb"^\s*<(PDF|XML|XBRL|JSON)>\s*", re.I)
_WRAPPER_END = re.compile(rb"\s*</(PDF|XML|XBRL|JSON)>\s*$", re.I)
_UUENCODED = re.compile(rb"^\s*begin [0-7]{3,4} (\S[^\r\n]*)")
_ATTACHMENTS = ("GRAPHIC", "ZIP", "EXCEL", "JSON", "COVER", "XML")
_XBRL = re.compile(r"EX-10[01]\.(?:SCH|CAL|DEF|LAB|PRE)", re.I)


class SubmissionReader:
    """Full-submission `.txt`, feed `.nc`, and single documents in their `<DOCUMENT>` wrapper."""

    def claims(self, kind: Kind, name: str) -> bool:
        """Whether the bytes open as a submission."""
        return kind == "submission"

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """Every document of text; raises RowError where the header stands alone."""
        starts = [m.start() for m in _DOCUMENT.finditer(data)]
        if not starts:
            raise RowError(
                "header_only", "holds a submission header and no document; fetch the full text"
            )
        header = parse_header(data[: starts[0]].decode("utf-8", "replace"))
        named = header_of(file)
        documents: list[RawDocument] = []
        skipped: list[Skipped] = []
        for n, start in enumerate(starts):
            end = starts[n + 1] if n + 1 < len(starts) else len(data)
            self._document(file, data[start:end], n + 1, header, named, documents, skipped)
        linkbase = _linkbase([data[a:b] for a, b in pairwise([*starts, len(data)])])
        if linkbase:
            documents = [
                replace(d, linkbase=linkbase) if holds_facts(d.data) else d for d in documents
            ]
        return Reading(documents, skipped)

    def _document(
        self,
        file: SourceFile,
        data: bytes,
        n: int,
        header: Header,
        named: Header,
        documents: list[RawDocument],
        skipped: list[Skipped],
    ) -> None:
        opening = _TEXT.search(data)
        head = data[: opening.start()] if opening else data[:HEAD]
        fields = {k.upper(): v.decode("utf-8", "replace").strip() for k, v in _FIELD.findall(head)}
        body = _body(data, opening.end() if opening else len(head))
        doc_type = fields.get(b"TYPE", "").upper()
        name = fields.get(b"FILENAME", "") or f"document-{n}"
        body = _decoded_pdf(body) or body
        reason = _attachment(doc_type, body)
        if reason:
            skipped.append(Skipped(name=name, reason=reason, bytes=len(body)))
            return
        sequence = int(fields[b"SEQUENCE"]) if fields.get(b"SEQUENCE", "").isdecimal() else n
        if any(d.sequence == sequence for d in documents):
            sequence = max(d.sequence for d in documents) + 1000
        merged = header if header.accession or header.filers else _fill(header, named, doc_type)
        doc_id = (
            f"{header.accession}:{sequence}"
            if header.accession
            else f"{file.source}:{hashlib.sha256(data).hexdigest()[:16]}"
        )
        if any(d.doc_id == doc_id for d in documents):
            skipped.append(Skipped(name=name, reason="same_bytes", bytes=len(body)))
            return
        documents.append(
            RawDocument(
                doc_id=doc_id,
                file_id=file.file_id,
                source=file.source,
                source_path=file.source_path,
                doc_type=doc_type,
                sequence=sequence,
                file_name=name,
                data=body,
                header=merged,
            )
        )


def _linkbase(documents: Sequence[bytes]) -> bytes:
    """The calculation linkbase among a submission's documents, alone or inside its schema."""
    for wanted in (b"CAL", b"SCH"):
        for data in documents:
            opening = _TEXT.search(data[:HEAD])
            kind = re.search(rb"<TYPE>EX-10[01]\." + wanted, data[:HEAD], re.I)
            if opening and kind and b"calculationLink" in data:
                return _body(data, opening.end())
    return b""


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


def _decoded_pdf(body: bytes) -> bytes | None:
    """The bytes of a uuencoded PDF, or None for anything else."""
    opening = _UUENCODED.match(body)
    if not opening:
        return None
    parts: list[bytes] = []
    for line in body[opening.end() :].splitlines():
        if line.strip() in (b"end", b"`"):
            break
        if not line:
            continue
        try:
            parts.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Old encoders pad a line beyond its count: the count, in its first byte, is what holds.
            used = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                parts.append(binascii.a2b_uu(line[:used]))
            except binascii.Error:
                return None
        if len(parts) == 1 and not parts[0].startswith(b"%PDF-"):
            return None
    return b"".join(parts) or None


def _attachment(doc_type: str, body: bytes) -> str | None:
    """Why a document of a submission is not one of text, or None."""
    if _UUENCODED.match(body):
        return "uuencoded"
    if _XBRL.match(doc_type):
        return "xbrl"
    kind = sniff(body[:HEAD])
    if kind == "empty":
        return "empty"
    if kind in ("binary", "archive", "gzip"):
        return "binary"
    if kind == "pdf":
        return None
    return "attachment" if doc_type in _ATTACHMENTS else None
