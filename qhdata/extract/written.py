"""Rows that the extract step writes, by part, flushed to Arrow as they grow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from qhdata.errors import RowError
from qhdata.extract.extracted import Extracted, text_sha256
from qhdata.extract.packed import BESIDE_TREES, Packed, give_back
from qhdata.extract.rows import table_rows
from qhdata.records import (
    Calculation,
    Decision,
    Document,
    Extraction,
    Fact,
    FileRow,
    Filing,
    Quarantined,
    Section,
    SourceFile,
    Table,
    arrow_schema,
    json_text,
    to_batch,
)

FLUSH = 1 << 18
FLUSH_BESIDE_TREES = 1 << 16
"""Characters of text after which rows become Arrow: their objects weigh many times as much."""

LARGE = 1 << 19
"""Bytes of a document whose tree fills memory beside the rows that wait."""

LATE = "decisions/as_of"
"""Rows of files of which something was not public at the moment that a corpus stands at."""

PARTS: dict[str, type] = {
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


class Written:
    """Rows of one batch, by part."""

    def __init__(self, step: str) -> None:
        self.step = step
        self.late_rows: list[Decision] = []
        self.rows: dict[str, list[Any]] = {name: [] for name in PARTS}
        self.tables: list[tuple[Extracted, str]] = []
        self.filings: set[str] = set()
        self.made = {name: Packed(arrow_schema(cls)) for name, cls in PARTS.items()}
        self.held = 0
        self.trees = False
        """Whether a document was large enough for its tree to fill the memory."""

    def arrival(self, file: SourceFile) -> None:
        """A file whose bytes came before."""
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
        """A file of which documents were made."""
        self.rows["files"].append(
            FileRow(
                file_id=file.file_id, bytes=file.bytes, sha256=file.sha256, outcome="parsed",
                doc_ids=tuple(doc_ids),
            )
        )  # fmt: skip

    def quarantine(self, unit_id: str, error: RowError) -> None:
        """A document, or a file, that an error stopped."""
        self.rows["quarantine"].append(
            Quarantined(
                unit_id=unit_id, step=self.step, error=error.error, message=error.message,
                retryable=error.retryable,
            )
        )  # fmt: skip

    def late(self, file: SourceFile, late: Mapping[str, int], *, alone: bool) -> None:
        """What of a file was not public at the moment that the corpus stands at: how many documents
        by reason, and no word of them. alone: nothing else of it stays.
        """
        for why, number in sorted(late.items()):
            self.late_rows.append(
                Decision(
                    unit_id=file.file_id if alone else f"{file.file_id}#{why}", outcome="dropped",
                    rule=self.step, reason=why, score=float(number), threshold=None,
                    matched_id=None,
                )
            )  # fmt: skip
            if alone:
                return  # a file has one outcome: the first reason names it

    def document(
        self, done: Extracted, filing: Filing, *, skipped: list[dict[str, object]], first: bool
    ) -> None:
        """Rows of one document; its filing's too, unless an earlier file has written it."""
        raw = done.raw
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
                text_sha256=done.text_sha256 or text_sha256(done.text),
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
        if done.tables:
            self.tables.append((done, raw.doc_id))
        self.held += len(done.text)
        self.trees |= len(raw.data) > LARGE

    def settle(self) -> None:
        """Flush where much is held; whoever calls it lets go of the document first."""
        if self.held > (FLUSH_BESIDE_TREES if self.trees else FLUSH):
            self.flush()
            if self.trees:
                give_back()

    def flush(self, *, sections: bool = False) -> None:
        """Rows so far to Arrow; the documents that they came from are let go. Sections wait: what
        they point to may be a later document of their file.
        """
        most = BESIDE_TREES if self.trees else None
        if self.tables:  # first: grids are gone before texts of facts are copied
            self.made["tables"].add(table_rows(self.tables), most)
            self.tables = []
        for name, cls in PARTS.items():
            if self.rows[name] and (sections or name != "sections"):
                self.made[name].add(to_batch(cls, self.rows[name]), most)
                self.rows[name] = []
        self.held = 0

    def parts(self) -> dict[str, pa.Table]:
        """All of it."""
        self.flush(sections=True)
        made = {name: waiting.take() for name, waiting in self.made.items()}
        if self.late_rows:  # a part that only a corpus of a moment has
            made[LATE] = pa.Table.from_batches([to_batch(Decision, self.late_rows)])
        return made
