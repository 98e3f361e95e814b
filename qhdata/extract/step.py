"""The extract step: planned files -> filings, documents, sections, tables, facts, calculations.

One file is one unit: it is parsed, or an arrival of bytes that came before (dropped), or it raises
and the engine quarantines it. A document that fails inside an otherwise good file is a quarantine
row of its own. The function that opens files is named by an import string, because readers and
extract may not know each other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pyarrow as pa

from qhdata.errors import RowError
from qhdata.extract.annual_report import is_annual_report
from qhdata.extract.calculations import calculations_of
from qhdata.extract.document import extract_document, text_sha256
from qhdata.extract.extracted import Extracted
from qhdata.extract.limits import Limits, cpu_budget
from qhdata.extract.public import COMPANYFACTS, filing_of, public_at
from qhdata.extract.rows import table_rows
from qhdata.recipe import Settings, load_object
from qhdata.records import (
    Calculation,
    Decision,
    Document,
    Extraction,
    Fact,
    FileRow,
    Filing,
    Quarantined,
    RawDocument,
    Rows,
    Section,
    SourceFile,
    Table,
    arrow_schema,
    from_batch,
    json_text,
    to_batch,
)
from qhdata.step import Work

_SPACE = re.compile(rb"\s+")
FLUSH = 1 << 18
"""Characters of text after which rows become Arrow: their objects weigh many times as much."""

_PARTS: dict[str, type] = {
    "files": FileRow,
    "filings": Filing,
    "documents": Document,
    "sections": Section,
    "tables": Table,
    "facts": Fact,
    "calculations": Calculation,
    "extraction": Extraction,
    "decisions/extract": Decision,
    "quarantine": Quarantined,
}


@dataclass(frozen=True, kw_only=True)
class Extract(Settings):
    """Files to text with its sections, tables and facts."""

    name: ClassVar[str] = "extract"
    version: ClassVar[int] = 6
    reads: ClassVar[str] = "plan"
    unit: ClassVar[str] = "file_id"

    read: tuple[str, ...] = ("submission", "companyfacts", "jsonl", "folder")
    """Readers, in the order in which they are asked."""
    reader: str = "qhdata.readers:read_file"
    """The function that opens a file: (SourceFile, names) -> what it held."""
    limits: Limits = Limits()
    """Counts that bound the work on one document."""
    exhibits: tuple[str, ...] = ("*",)
    """Exhibit types to extract, such as `EX-99`, each with its sub-numbers; `*` for all."""
    license: str = "public-filing"
    """What the rows say of their licence: filings with the SEC are public."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Every part, with the schema of its record."""
        return {name: arrow_schema(cls) for name, cls in _PARTS.items()}

    def open(self) -> Work:
        """Resolve the reader once; the returned function does a batch of planned files."""
        read_file = load_object(self.reader, "extract.reader")

        def work(rows: Rows) -> Mapping[str, Rows]:
            out = _Out(f"{self.name}@{self.version}", self.license)
            for file in from_batch(SourceFile, rows):
                self._file(file, read_file, out)
            return out.parts()

        return work

    def _file(self, file: SourceFile, read_file: Any, out: _Out) -> None:
        if file.same_as is not None:
            out.arrival(file)
            return
        reading = read_file(file, self.read)
        skipped = [{"name": s.name, "reason": s.reason, "bytes": s.bytes} for s in reading.skipped]
        if "*" not in self.exhibits:
            left = (d for d in reading.documents if not self._wanted(d.doc_type))
            skipped += [
                {"name": d.file_name, "reason": "exhibit", "bytes": len(d.data)} for d in left
            ]
        known = _rival_documents(file, read_file, self.read)
        first_error: RowError | None = None
        doc_ids: list[str] = []
        failed: list[tuple[str, RowError]] = []
        report: str | None = None
        repeated = ""
        for raw in reading.documents:  # a large submission holds one at a time
            if not self._wanted(raw.doc_type):
                continue
            if raw.doc_id in known:
                digest = _content_digest(raw.data)
                if known[raw.doc_id][0] == digest:
                    repeated = repeated or known[raw.doc_id][1]
                    continue
                conflict = RowError(
                    "conflicting_copy",
                    f"{raw.doc_id} came before with other bytes in another file; keep one",
                )
                failed.append((f"{raw.doc_id}@{digest[:16]}", conflict))
                first_error = first_error or conflict
                continue
            try:
                with cpu_budget(self.limits.max_cpu_seconds):
                    done = extract_document(raw, self.limits, public_at(raw.header)[0])
            except RowError as error:
                failed.append((raw.doc_id, error))
                first_error = first_error or error
                continue
            doc_ids.append(raw.doc_id)
            report = report or (raw.doc_id if is_annual_report(raw.doc_type) else None)
            first = not known or raw.doc_type == COMPANYFACTS
            sums, notes = calculations_of(raw, done.facts, self.limits)
            done.notes |= notes
            out.rows["calculations"].extend(sums)
            out.document(done, named=not _has_header(raw), skipped=skipped, first=first)
            del done, sums
            out.settle()
            skipped = []
        if not doc_ids and first_error is not None:
            raise first_error
        if not doc_ids and repeated:
            out.arrival(replace(file, same_as=repeated))
            return
        if not doc_ids:
            raise RowError(
                "no_document",
                "holds exhibits that the recipe leaves out; name them in extract.exhibits",
            )
        out.rows["sections"] = _resolve(out.rows["sections"], doc_ids, report)
        for unit_id, failure in failed:
            out.quarantine(unit_id, failure)
        out.parsed(file, doc_ids)

    def _wanted(self, doc_type: str) -> bool:
        if "*" in self.exhibits or not doc_type.startswith("EX-"):
            return True
        return any(doc_type == e or doc_type.startswith(f"{e}.") for e in self.exhibits)


def _resolve(sections: list[Section], doc_ids: Sequence[str], report: str | None) -> list[Section]:
    """Sections of a filing's documents that point to its annual report name the document."""
    if report is None:
        return sections
    own = {d for d in doc_ids if d != report}
    return [
        replace(s, points_to=report) if s.points_to == "EX-13" and s.doc_id in own else s
        for s in sections
    ]


def _has_header(raw: RawDocument) -> bool:
    return raw.header.accession is not None and raw.doc_id.startswith(raw.header.accession)


def _rival_documents(
    file: SourceFile, read_file: Any, names: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """doc_id -> (sha256, file_id) of the documents in earlier files of the same accession."""
    known: dict[str, tuple[str, str]] = {}
    for path, file_id in zip(file.rivals, file.rival_ids, strict=True):
        try:
            reading = read_file(replace(file, path=path, rivals=()), names)
        except RowError:
            continue  # that file is quarantined on its own; it made no documents
        for raw in reading.documents:
            known.setdefault(raw.doc_id, (_content_digest(raw.data), file_id))
    return known


def _content_digest(data: bytes) -> str:
    """Of a document whatever its line ends: a feed and a full submission differ in them."""
    return hashlib.sha256(_SPACE.sub(b" ", data.strip())).hexdigest()


class _Out:
    """Rows of one batch, by part."""

    def __init__(self, step: str, license: str) -> None:
        self.step = step
        self.license = license
        self.rows: dict[str, list[Any]] = {name: [] for name in _PARTS}
        self.tables: list[tuple[Extracted, str]] = []
        self.filings: set[str] = set()
        self.made: dict[str, list[Rows]] = {name: [] for name in _PARTS}
        self.held = 0

    def arrival(self, file: SourceFile) -> None:
        self.rows["files"].append(
            FileRow(
                file_id=file.file_id, bytes=file.bytes, sha256=file.sha256, outcome="same_bytes",
                doc_ids=(),
            )
        )  # fmt: skip
        self.rows["decisions/extract"].append(
            Decision(
                unit_id=file.file_id, outcome="dropped", rule=self.step, reason="same_bytes",
                score=None, threshold=None, matched_id=file.same_as,
            )
        )  # fmt: skip

    def parsed(self, file: SourceFile, doc_ids: list[str]) -> None:
        self.rows["files"].append(
            FileRow(
                file_id=file.file_id, bytes=file.bytes, sha256=file.sha256, outcome="parsed",
                doc_ids=tuple(doc_ids),
            )
        )  # fmt: skip

    def quarantine(self, unit_id: str, error: RowError) -> None:
        self.rows["quarantine"].append(
            Quarantined(
                unit_id=unit_id, step=self.step, error=error.error, message=error.message,
                retryable=error.retryable,
            )
        )  # fmt: skip

    def document(
        self, done: Extracted, *, named: bool, skipped: list[dict[str, object]], first: bool
    ) -> None:
        """Rows of one document; its filing's too, unless an earlier file has written it."""
        raw = done.raw
        filing = filing_of(
            raw, done.reader.dei(), done.reader.entity(), named, self.license, done.form
        )
        if first and filing.filing_id not in self.filings:
            self.filings.add(filing.filing_id)
            self.rows["filings"].append(filing)
        self.rows["documents"].append(
            Document(
                doc_id=raw.doc_id,
                filing_id=filing.filing_id,
                file_id=raw.file_id,
                source=raw.source,
                source_path=raw.source_path,
                doc_type=raw.doc_type or done.form,
                lang=done.lang,
                title=done.title,
                text=done.text,
                text_sha256=text_sha256(done.text),
                extractor=self.step,
                n_chars=len(done.text),
                public_at=filing.public_at,
            )
        )
        self.rows["sections"].extend(done.sections)
        at = filing.public_at  # the header's but where cover facts contradict a file's name
        self.rows["facts"].extend(
            f if f.public_at == at else replace(f, public_at=at) for f in done.facts
        )
        notes = {**done.notes, "skipped": skipped} if skipped else done.notes
        self.rows["extraction"].append(
            Extraction(doc_id=raw.doc_id, extractor=self.step, notes=json_text(notes))
        )
        self.tables.append((done, raw.doc_id))
        self.held += len(done.text)

    def settle(self) -> None:
        """Flush where much is held; whoever calls it lets go of the document first."""
        if self.held > FLUSH:
            self.flush()

    def flush(self, *, sections: bool = False) -> None:
        """Rows so far to Arrow; the documents that they came from are let go. Sections wait: what
        they point to may be a later document of their file.
        """
        if self.tables:  # first: grids and readers are gone before texts of facts are copied
            self.made["tables"].append(table_rows(self.tables))
            self.tables = []
        for name, cls in _PARTS.items():
            if self.rows[name] and (sections or name != "sections"):
                self.made[name].append(to_batch(cls, self.rows[name]))
                self.rows[name] = []
        self.held = 0

    def parts(self) -> dict[str, Rows]:
        self.flush(sections=True)
        return {
            name: _one_batch(self.made[name], arrow_schema(cls)) for name, cls in _PARTS.items()
        }


def _one_batch(batches: list[Rows], schema: pa.Schema) -> Rows:
    if len(batches) == 1:
        return batches[0]
    if not batches:
        return pa.RecordBatch.from_pylist([], schema=schema)
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
