"""The extract step: planned files -> filings, documents, sections, tables, facts, calculations.

One file is one unit: it is parsed, or an arrival of bytes that came before (dropped), or it raises
and the engine quarantines it. A document that fails inside an otherwise good file is a quarantine
row of its own. The function that opens files is named by an import string, because readers and
extract may not know each other.
"""

from __future__ import annotations

import hashlib
import re
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from qhdata.errors import MissingExtra, RowError
from qhdata.extract.annual_report import is_annual_report
from qhdata.extract.calculations import calculations_of
from qhdata.extract.companyfacts import nameless
from qhdata.extract.document import extract_document
from qhdata.extract.limits import Limits
from qhdata.extract.public import COMPANYFACTS, filing_of, public_at
from qhdata.extract.written import PARTS, Written
from qhdata.moments import left_out
from qhdata.recipe import Settings, load_object
from qhdata.records import (
    RawDocument,
    Rows,
    Section,
    SourceFile,
    arrow_schema,
    from_batch,
)
from qhdata.step import Work
from qhdata.stores import ANY

_SPACE = re.compile(rb"\s+")


@dataclass(frozen=True, kw_only=True)
class Extract(Settings):
    """Files to text with its sections, tables and facts."""

    name: ClassVar[str] = "extract"
    version: ClassVar[int] = 11
    reads: ClassVar[str] = "plan"
    unit: ClassVar[str] = "file_id"

    read: tuple[str, ...] = ()
    """Readers, in the order in which they are asked; empty: all that the function knows."""
    reader: str = "qhdata.readers:read_file"
    """What opens a file: (SourceFile) -> what it held; gets `readers=` where `read` has names."""
    limits: Limits = Limits()
    """Counts that bound the work on one document."""
    exhibits: tuple[str, ...] = ("*",)
    """Exhibit types to extract, such as `EX-99`, each with its sub-numbers; `*` for all."""
    license: str = "public-filing"
    """What the rows say of their licence: filings with the SEC are public."""
    as_of: str = ""
    """Only documents that were public by this moment (UTC); empty: all. A build says it."""
    keep_undated: tuple[str, ...] = ()
    """With as_of: sources whose documents without a date stay; `*`: of every source."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Every part, with the schema of its record."""
        return {name: arrow_schema(cls) for name, cls in PARTS.items()}

    def open(self) -> Work:
        """Resolve the reader once; the returned function does a batch of planned files."""
        opens = load_object(self.reader, "extract.reader")
        read_file = partial(opens, readers=self.read) if self.read else opens

        def work(rows: Rows) -> Mapping[str, pa.Table]:
            out = Written(f"{self.name}@{self.version}")
            for file in from_batch(SourceFile, rows):
                self._file(file, read_file, out)
            return out.parts()

        return work

    def _file(self, file: SourceFile, read_file: Any, out: Written) -> None:
        if file.same_as is not None:
            out.arrival(file)
            return
        reading = read_file(file)
        skipped = [{"name": s.name, "reason": s.reason, "bytes": s.bytes} for s in reading.skipped]
        if "*" not in self.exhibits:
            left = (d for d in reading.documents if not self._wanted(d.doc_type))
            skipped += [
                {"name": d.file_name, "reason": "exhibit", "bytes": len(d.data)} for d in left
            ]
        known = _rival_documents(file, read_file)
        first_error: RowError | None = None
        doc_ids: list[str] = []
        failed: list[tuple[str, RowError]] = []
        report: str | None = None
        repeated = ""
        late: Counter[str] = Counter()
        for raw in self._as_of(file, reading.documents):  # a large submission holds one at a time
            if not self._wanted(raw.doc_type):
                continue
            if why := self._left_out(public_at(raw.header)[0], file):
                late[why] += 1
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
                done = extract_document(raw, self.limits, public_at(raw.header)[0])
            except RowError as error:
                failed.append((raw.doc_id, error))
                first_error = first_error or error
                continue
            except (MissingExtra, MemoryError):
                raise
            except Exception as error:
                defect = _defect(error)  # of ours: it costs this document, not its file
                failed.append((raw.doc_id, defect))
                first_error = first_error or defect
                continue
            named = not _has_header(raw)
            filing = filing_of(raw, done.dei, done.entity, named, self.license, done.form)
            if why := self._left_out(filing.public_at, file):  # its cover takes a date back
                late[why] += 1
                continue
            doc_ids.append(raw.doc_id)
            report = report or (raw.doc_id if is_annual_report(raw.doc_type) else None)
            first = not known or raw.doc_type == COMPANYFACTS
            sums, notes = calculations_of(raw, done.facts, self.limits)
            done.notes |= notes
            out.rows["calculations"].extend(sums)
            out.document(done, filing, skipped=[] if late else skipped, first=first)
            del done, sums
            out.settle()
            skipped = []
        out.late(file, late, alone=not doc_ids)
        if not doc_ids and first_error is not None:
            raise first_error
        if not doc_ids and late:
            return
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

    def _as_of(self, file: SourceFile, documents: Sequence[RawDocument]) -> Sequence[RawDocument]:
        """Documents; those of companyfacts without their filer's name where the file is younger
        than the moment that the corpus stands at: the name may be, too.
        """
        if not self.as_of or not documents or documents[0].doc_type != COMPANYFACTS:
            return documents
        if not any(self._left_out(public_at(raw.header)[0], file) for raw in documents):
            return documents
        return [nameless(raw) for raw in documents]

    def _left_out(self, moment: str | None, file: SourceFile) -> str:
        return left_out(moment, self.as_of, file.source, self.keep_undated)

    def _wanted(self, doc_type: str) -> bool:
        if "*" in self.exhibits or not doc_type.startswith("EX-"):
            return True
        return any(doc_type == e or doc_type.startswith(f"{e}.") for e in self.exhibits)


def _defect(error: Exception) -> RowError:
    """An error that no rule expects, by its name and the line of ours that it came from."""
    trace = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in trace if "qhdata" in frame.filename] or trace
    at = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "an unknown line"
    said = " ".join(f"{error}".split())[:200]
    return RowError(type(error).__name__, f"{said}, at {at}: a defect here; report the document")


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


def _rival_documents(file: SourceFile, read_file: Any) -> dict[str, tuple[str, str]]:
    """doc_id -> (sha256, file_id) of the documents in earlier files of the same accession."""
    known: dict[str, tuple[str, str]] = {}
    for path, file_id in zip(file.rivals, file.rival_ids, strict=True):
        try:
            other = replace(file, path=path, rivals=(), rival_ids=(), sha256=ANY)
            reading = read_file(other)
        except RowError:
            continue  # that file is quarantined on its own; it made no documents
        for raw in reading.documents:
            known.setdefault(raw.doc_id, (_content_digest(raw.data), file_id))
    return known


def _content_digest(data: bytes) -> str:
    """Of a document whatever its line ends: a feed and a full submission differ in them."""
    return hashlib.sha256(_SPACE.sub(b" ", data.strip())).hexdigest()
