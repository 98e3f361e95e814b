"""JSON lines, one document a row: EDGAR-CORPUS (`section_1` ...), or any rows with a `text`; and
the JSON files that edgar-crawler extracts, one filing a file (`item_7`, `part_1_item_2` ...).

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
"""Names of a row's text, the first that holds any."""
_ROW = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\{")
_SECTION = re.compile(r"^(?:section|item|part_\d_item)_(\d{1,2}(?:\.\d\d)?[A-C]?)$")
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_LINES = re.compile(r"\.(?:jsonl|ndjson)(?:\.gz)?$", re.I)
_CRAWLED = re.compile(r"_\d{10}-\d{2}-\d{6}\.json$", re.I)
"""How edgar-crawler names what it extracts: `320193_10K_2021_0000320193-21-000105.json`."""
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
        return kind == "text" and bool(_LINES.search(name) or _CRAWLED.search(name))

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """A document a row. Raises RowError `not_json_lines` for a line that is no object."""
        documents: list[RawDocument] = []
        skipped: list[Skipped] = []
        seen: set[str] = set()
        alone = header_of(file)  # of a row that says nothing of its filing
        lines = [b" ".join(data.split(b"\n"))] if _CRAWLED.search(file.source_path) else None
        for n, line in enumerate(lines or data.splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line, strict=False) if _ROW.match(line) else None
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise RowError("not_json_lines", f"line {n} is no JSON object; fetch it again")
            if _HALF.search(line):
                row = _whole(row)
            text = _text(row)
            name = str(row.get("id") or row.get("filename") or f"line-{n}")
            if not text.strip():
                skipped.append(Skipped(name=name, reason="empty", bytes=len(line)))
                continue
            # With the file's own digest: a row that another file holds too is a document there.
            digest = hashlib.sha256(f"{file.sha256}{text}".encode()).hexdigest()[:16]
            if digest in seen:
                skipped.append(Skipped(name=name, reason="same_bytes", bytes=len(line)))
                continue
            seen.add(digest)
            form = _form(row.get("form")) or _form(row.get("filing_type"))
            said = _said(row)
            header = header_of(_with(file, said)) if said else alone
            if not form and any(_SECTION.match(k) and k.startswith("section") for k in row):
                form = "10-K"  # EDGAR-CORPUS holds annual reports alone
            documents.append(
                RawDocument(
                    doc_id=f"{file.source}:{digest}",
                    file_id=file.file_id,
                    source=file.source,
                    source_path=file.source_path,
                    doc_type=form,
                    sequence=n,
                    file_name=name,
                    data=text.encode(),
                    header=header,
                    given=not (form or header.form),
                )
            )
        return Reading(documents, skipped)


def _whole(value: Any) -> Any:
    """A row without halves of surrogate pairs, which no file in UTF-8 can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(k): _whole(v) for k, v in value.items()}
    return value


def _text(row: Mapping[str, Any]) -> str:
    """The row's text; of EDGAR-CORPUS its sections in order, apart."""
    for name in TEXTS:
        text = row.get(name)
        if isinstance(text, str) and text.strip():
            return text
    found = [value for name, value in row.items() if _SECTION.match(name)]
    sections = [value.strip() for value in found if isinstance(value, str)]
    return "\n\n\n".join(section for section in sections if section)


def _said(row: Mapping[str, Any]) -> dict[str, str]:
    """What the row says of its filing, by our names."""
    named = {
        own: str(value).strip()
        for name, value in row.items()
        if (own := _SAME.get(name, name)) in COLUMNS and isinstance(value, str | int)
    }
    return {name: value for name, value in named.items() if value and _good(name, value)}


def _with(file: SourceFile, said: Mapping[str, str]) -> SourceFile:
    """The file with what a row says of its filing."""
    whole = {**json.loads(file.sidecar or "{}"), **said}
    return replace(file, sidecar=JsonText(json.dumps(whole, sort_keys=True, ensure_ascii=False)))


def _form(value: Any) -> str:
    """A form's name, or "" for a list, a sentence and the like."""
    return value.strip() if isinstance(value, str) and len(value) <= 40 else ""


def _good(name: str, value: str) -> bool:
    try:
        checked({name: value}, "")
    except UserError:
        return False  # others' rows say "N/A" and the like; unknown is null
    return True
