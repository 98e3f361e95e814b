"""Loose documents: one file is one document, with what its name says for a header."""

from __future__ import annotations

import hashlib
import re

from qhdata.errors import RowError
from qhdata.readers.reading import Reading
from qhdata.readers.sidecar import header_of
from qhdata.readers.sniff import HEAD, Kind, sniff
from qhdata.records import RawDocument, SourceFile

_JSON = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_LIST = re.compile(rb"(?:\xef\xbb\xbf)?CIK,Company,Filing Type,Filing Date,")
"""How edgar-crawler begins its FILINGS_METADATA.csv, which lies beside the filings."""
_NO_DOCUMENT = re.compile(rb"<(?:[a-z]+:)?(linkbase|schema|FilingSummary|xbrl)\b", re.I)


class FolderReader:
    """HTML, PDF, XML, XBRL instances and plain text as they lie in a folder."""

    def claims(self, kind: Kind, name: str) -> bool:
        """Whether the bytes are a document of some sort."""
        return kind in ("html", "text", "xml", "pdf", "instance")

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """The one document. Raises RowError `not_a_document` for JSON, XBRL schemas, linkbases."""
        if _JSON.match(data[:4096]):
            raise RowError(
                "not_a_document", "is JSON of data, without a filing's prose; leave it out"
            )
        if _LIST.match(data[:100]):
            raise RowError(
                "not_a_document", "is edgar-crawler's list of filings and holds none; leave it out"
            )
        found = None if sniff(data[:HEAD]) == "instance" else _NO_DOCUMENT.search(data[:4096])
        if found and not re.search(rb"<html[\s>]", data[:4096], re.I):
            kind = found[1].decode().lower()
            raise RowError(
                "not_a_document", f"is an XBRL {kind}, without a filing's prose; leave it out"
            )
        return Reading(
            [
                RawDocument(
                    doc_id=f"{file.source}:{hashlib.sha256(data).hexdigest()[:16]}",
                    file_id=file.file_id,
                    source=file.source,
                    source_path=file.source_path,
                    doc_type="",
                    sequence=1,
                    file_name=file.source_path.rsplit("/", 1)[-1],
                    data=data,
                    header=header_of(file),
                )
            ],
            [],
        )
