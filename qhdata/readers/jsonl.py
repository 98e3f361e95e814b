"""JSON lines, one document a row: EDGAR-CORPUS (`section_1` ...), or any rows with a `text`; and
the JSON files that edgar-crawler extracts, one filing a file (`item_7`, `part_1_item_2` ...).

A row without text is left out and counted by its line. `text_rows.py` says what a row means.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, cast

from qhdata.errors import RowError
from qhdata.readers.pieces import file_of
from qhdata.readers.reading import Reading, Skipped
from qhdata.readers.sidecar import header_of
from qhdata.readers.sniff import Kind
from qhdata.readers.source import Memory, Source
from qhdata.readers.text_rows import HALF, Sieve, document_of, encoded, text_of, unhalved
from qhdata.records import Header, RawDocument, SourceFile

KEPT = 64 << 20
"""Bytes of a file whose rows stay in memory once read; those of a larger one are read again."""
MOST_BAD = 100
"""A file in which one row of so many is no object is damaged as a whole; else it costs itself."""
_JSON = json.JSONDecoder(strict=False)
"""Made once: `json.loads` makes one for each row, which takes as long as a short row."""
_ROW = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\{")
_LINES = re.compile(r"\.(?:jsonl|ndjson)(?:\.gz)?$", re.I)
_CRAWLED = re.compile(r"_\d{10}-\d{2}-\d{6}\.json$", re.I)
"""How edgar-crawler names what it extracts: `320193_10K_2021_0000320193-21-000105.json`."""


class JsonLinesReader:
    """`.jsonl` with a document a row."""

    def claims(self, kind: Kind, name: str) -> bool:
        """Whether the name says JSON lines; the rows say whether they are documents."""
        name = file_of(name)
        return kind == "text" and bool(_LINES.search(name) or _CRAWLED.search(name))

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """A document a row of some bytes; raises RowError as `scan` does."""
        return self.scan(file, Memory(data))

    def scan(self, file: SourceFile, source: Source) -> Reading:
        """A document a row; of a large file each is read again when it is asked for. A line that is
        no object is left out and counted. Raises RowError `not_json_lines` where the last line is
        none, as of a file that is cut short, or many are.
        """
        if _CRAWLED.search(file.source_path):  # one object on lines of its own
            source = Memory(b" ".join(source.read(0, source.size).split(b"\n")))
        small = source.size <= KEPT
        rows = _Rows(file, source, header_of(file))
        kept: list[RawDocument] = []
        sieve = Sieve(file)
        bad: list[RowError] = []
        read = cut = 0
        for n, (start, line) in enumerate(_lines(source), 1):
            if not line.strip():
                continue
            cut = 0
            try:
                row = _object(line, n)
            except RowError as error:
                bad.append(error)
                cut = n
                sieve.skipped.append(Skipped(name=f"line-{n}", reason="not_json", bytes=len(line)))
                continue
            read += 1
            text = sieve.lets_in(row, n, len(line))
            if text and small:
                kept.append(document_of(file, rows.alone, row, text, n))
            elif text:
                rows.places.extend((start, start + len(line), n))
        if bad and (cut or len(bad) * MOST_BAD > read):
            raise bad[-1]  # a file that is cut short, or that holds something else
        return Reading(kept if small else rows, sieve.skipped)


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
        return document_of(self.file, self.alone, row, encoded(self.file, text_of(row)), n)


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
        row = _JSON.decode(_text(line)) if _ROW.match(line) else None
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise RowError("not_json_lines", f"line {n} is no JSON object; fetch it again")
    if HALF.search(line):
        row = unhalved(row)
    return cast("dict[str, Any]", row)


def _text(line: bytes) -> str:
    """A line as text: told its encoding, the parser does not look for it."""
    return line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogatepass")
