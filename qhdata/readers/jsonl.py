"""JSON lines, one document a row: EDGAR-CORPUS (`section_1` ...), or any rows with a `text`; and
the JSON files that edgar-crawler extracts, one filing a file (`item_7`, `part_1_item_2` ...).

A row says of its filing what the same names say in a sidecar (`cik`, `form`, `filed_at` ...); the
file's own sidecar fills the rest. A row's path ends with its `id`, or its line, so that a document
leads back to it: `news.jsonl#n-7`. A row without text is left out and counted by its line.
"""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from qhdata.errors import RowError, UserError
from qhdata.readers.reading import Reading, Skipped
from qhdata.readers.sidecar import COLUMNS, checked, header_of
from qhdata.readers.sniff import Kind
from qhdata.readers.source import SMALL, Memory, Source
from qhdata.records import Header, JsonText, RawDocument, SourceFile

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
        """A document a row of some bytes; raises RowError as `scan` does."""
        return self.scan(file, Memory(data))

    def scan(self, file: SourceFile, source: Source) -> Reading:
        """A document a row; of a large file each is read again when it is asked for. Raises
        RowError `not_json_lines` for a line that is no object.
        """
        if _CRAWLED.search(file.source_path):  # one object on lines of its own
            source = Memory(b" ".join(source.read(0, source.size).split(b"\n")))
        small = source.size <= SMALL
        rows = _Rows(file, source, header_of(file))
        kept: list[RawDocument] = []
        skipped: list[Skipped] = []
        seen: set[bytes] = set()
        for n, (start, line) in enumerate(_lines(source), 1):
            if not line.strip():
                continue
            row = _object(line, n)
            text, name = _text(row), _name(row, n)
            if not text.strip():
                skipped.append(Skipped(name=name, reason="empty", bytes=len(line)))
                continue
            digest = _digest(file, text)
            if digest in seen:
                skipped.append(Skipped(name=name, reason="same_bytes", bytes=len(line)))
                continue
            seen.add(digest)
            if small:
                kept.append(rows.document(row, text, n))
            else:
                rows.places.extend((start, start + len(line), n))
        return Reading(kept if small else rows, skipped)


class _Rows(Sequence[RawDocument]):
    """Rows of a file as documents, made when they are asked for."""

    def __init__(self, file: SourceFile, source: Source, alone: Header) -> None:
        self.file, self.source = file, source
        self.alone = alone
        """The header of a row that says nothing of its filing."""
        self.places = array("q")
        """Start, end and number of the line of each."""

    def __len__(self) -> int:
        return len(self.places) // 3

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        start, end, n = self.places[3 * range(len(self))[at] :][:3]
        return self._made(self.source.read(start, end), n)

    def __iter__(self) -> Iterator[RawDocument]:
        base, block = 0, b""
        for at in range(0, len(self.places), 3):
            start, end, n = self.places[at : at + 3]
            if end > base + len(block):
                base = start
                block = self.source.read(start, max(end, start + self.source.block))
            yield self._made(block[start - base : end - base], n)

    def _made(self, line: bytes, n: int) -> RawDocument:
        row = _object(line, n)
        return self.document(row, _text(row), n)

    def document(self, row: Mapping[str, Any], text: str, n: int) -> RawDocument:
        """One row's."""
        file, name = self.file, _name(row, n)
        form = row.get("form") or row.get("filing_type") or ""
        said = _said(row)
        header = header_of(_with(file, said)) if said else self.alone
        if any(name.startswith("section_") for name in row):
            form = "10-K"  # EDGAR-CORPUS holds annual reports alone
        return RawDocument(
            doc_id=f"{file.source}:{_digest(file, text).hex()}",
            file_id=file.file_id,
            source=file.source,
            source_path=f"{file.source_path}#{' '.join(name.split())[:200]}",
            doc_type=str(form),
            sequence=n,
            file_name=name,
            data=text.encode(),
            header=header,
            given=not (form or header.form),
        )


def _lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """(place, line without its end) of each."""
    start = at = 0
    held: list[bytes] = []  # blocks of a line that has not ended
    while at < source.size:
        block = source.read(at, at + source.block)
        if not block:
            break  # it shrank since it was measured
        at += len(block)
        done = block.rfind(b"\n") + 1 if at < source.size else len(block)
        held.append(block[:done] if done else block)
        if not done:
            continue
        for line in b"".join(held).splitlines(keepends=True):
            yield start, line.rstrip(b"\r\n")
            start += len(line)
        held = [block[done:]]


def _object(line: bytes, n: int) -> dict[str, Any]:
    try:
        row = json.loads(line, strict=False) if _ROW.match(line) else None
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise RowError("not_json_lines", f"line {n} is no JSON object; fetch it again")
    if _HALF.search(line):
        row = _whole(row)
    return cast("dict[str, Any]", row)


def _name(row: Mapping[str, Any], n: int) -> str:
    return str(row.get("id") or row.get("filename") or f"line-{n}")


def _digest(file: SourceFile, text: str) -> bytes:
    # With the file's own digest: a row that another file holds too is a document there.
    return hashlib.sha256(f"{file.sha256}{text}".encode()).digest()[:8]


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


def _good(name: str, value: str) -> bool:
    try:
        checked({name: value}, "")
    except UserError:
        return False  # others' rows say "N/A" and the like; unknown is null
    return True
