"""JSON lines, one document a row: EDGAR-CORPUS (`section_1` ...), or any rows with a `text`.

A row says of its filing what the same names say in a sidecar (`cik`, `form`, `filed_at` ...); the
file's own sidecar fills the rest. A row without text is left out and counted by its line.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qhdata.errors import RowError, UserError
from qhdata.readers.reading import Reading, Skipped
from qhdata.readers.sidecar import COLUMNS, checked, header_of
from qhdata.readers.sniff import Kind
from qhdata.records import JsonText, RawDocument, SourceFile

TEXTS = ("text", "content")
"""Names of a row's text, the first that is there."""
_ROW = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\{")
_SECTION = re.compile(r"^section_(\d{1,2}[A-C]?)$")
_SAME = {
    "company": "filer",
    "filing_type": "form",
    "filing_date": "filed_at",
    "year": "fiscal_year",
    "period_of_report": "period_end",
    "url": "source_url",
}
"""Names of others -> ours."""


class JsonLinesReader:
    """`.jsonl` with a document a row."""

    def claims(self, kind: Kind, name: str) -> bool:
        """Whether the name says JSON lines; the rows say whether they are documents."""
        return kind == "text" and re.search(r"\.(?:jsonl|ndjson)(?:\.gz)?$", name, re.I) is not None

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """A document a row. Raises RowError `not_json_lines` for a line that is no object."""
        documents: list[RawDocument] = []
        skipped: list[Skipped] = []
        seen: set[str] = set()
        for n, line in enumerate(data.splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line) if _ROW.match(line) else None
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise RowError("not_json_lines", f"line {n} is no JSON object; fetch it again")
            text = _text(row)
            name = str(row.get("id") or row.get("filename") or f"line-{n}")
            if not text.strip():
                skipped.append(Skipped(name=name, reason="empty", bytes=len(line)))
                continue
            digest = hashlib.sha256(text.encode()).hexdigest()[:16]
            if digest in seen:
                skipped.append(Skipped(name=name, reason="same_bytes", bytes=len(line)))
                continue
            seen.add(digest)
            items = any(map(_SECTION.match, row))
            documents.append(
                RawDocument(
                    doc_id=f"{file.source}:{digest}",
                    file_id=file.file_id,
                    source=file.source,
                    source_path=file.source_path,
                    doc_type="10-K" if items else str(row.get("form") or ""),
                    sequence=n,
                    file_name=name,
                    data=text.encode(),
                    header=header_of(_with(file, row)),
                )
            )
        return Reading(documents, skipped)


def _text(row: Mapping[str, Any]) -> str:
    """The row's text; of EDGAR-CORPUS its sections in order, apart."""
    for name in TEXTS:
        if isinstance(row.get(name), str):
            return str(row[name])
    sections = [str(row[name]).strip() for name in row if _SECTION.match(name) and row[name]]
    return "\n\n\n".join(section for section in sections if section)


def _with(file: SourceFile, row: Mapping[str, Any]) -> SourceFile:
    """The file with what the row says of its filing."""
    named = {_SAME.get(k, k): str(v).strip() for k, v in row.items() if isinstance(v, str | int)}
    own = {k: v for k, v in named.items() if k in COLUMNS and v}
    own = {k: v for k, v in own.items() if _good(k, v)}
    said = {**json.loads(file.sidecar or "{}"), **own}
    return replace(file, sidecar=JsonText(json.dumps(said, sort_keys=True, ensure_ascii=False)))


def _good(name: str, value: str) -> bool:
    try:
        checked({name: value}, "")
    except UserError:
        return False  # others' rows say "N/A" and the like; unknown is null
    return True
