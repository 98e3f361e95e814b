"""Paragraphs that repeat: safe-harbour statements, risk factors copied year on year.

Whole filings are not deleted for their boilerplate; a paragraph that was read before is tagged, or
cut by an edit that can be explained and undone. A paragraph is a block of prose between blank
lines, its numerals kept: "revenue rose 5 %" of two years are two paragraphs. Tables and headings
are none. Counted are documents that stay in the corpus, per filer and over all filers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field

from qhdata.artifact import Artifact
from qhdata.parts import chunk_index
from qhdata.recipe import Settings
from qhdata.records import Edit, Rows, Tag, arrow_schema, to_batch
from qhdata.shingles import normal_digest
from qhdata.step import TAG_SCHEMA, step_id

REPEATS = pa.schema(
    [("key", pa.uint64()), ("row", pa.uint64()), ("start", pa.int64()), ("end", pa.int64())]
)
_BLOCK = re.compile(r"(?:\A|(?<=\n\n))(?=[^\s|#])[^\n]+(?:\n(?![\n|#])[^\n]+)*")
"""Others' texts have a table right below the line that leads to it: the paragraph ends there."""


@dataclass(frozen=True, kw_only=True)
class Paragraphs(Settings):
    """Which paragraphs are boilerplate, and what becomes of all but the first."""

    name: ClassVar[str] = "paragraphs"
    version: ClassVar[int] = 2
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    late: ClassVar[bool] = True
    """It runs when it is known which documents stay."""
    key_schema: ClassVar[pa.Schema] = REPEATS
    fold_schema: ClassVar[pa.Schema] = REPEATS
    fold_into: ClassVar[str] = "repeats"

    least: Annotated[int, Field(ge=1)] = 120
    """Characters; shorter paragraphs repeat by nature ("None.", "Not applicable.")."""
    of_filer: Annotated[int, Field(ge=2)] = 2
    """From how many documents of one filer on a paragraph is boilerplate."""
    of_all: Annotated[int, Field(ge=2)] = 5
    """From how many filers on it is boilerplate of all."""
    action: Literal["tag", "cut"] = "tag"
    """cut: every occurrence but the first is an edit to nothing, with the blank line behind it."""

    @property
    def part(self) -> str:
        """Where its tags go."""
        return f"tags/{step_id(self)}"

    def keys(self) -> Callable[[Rows], Rows]:
        """A key for each paragraph of enough characters."""

        def keys(rows: Rows) -> Rows:
            found: list[tuple[int, int, int, int]] = []
            texts, ids = rows.column("text").to_pylist(), rows.column("row").to_pylist()
            for text, row in zip(texts, ids, strict=True):
                found += [(key, row, a, b) for key, a, b in paragraphs(text, self.least)]
            columns = list(zip(*found, strict=True)) if found else [(), (), (), ()]
            arrays = [pa.array(c, type=f.type) for c, f in zip(columns, REPEATS, strict=True)]
            return pa.record_batch(arrays, schema=REPEATS)

        return keys

    def fold(self) -> Callable[[pa.Table], Rows]:
        """Paragraphs that another one has the key of."""
        return repeated

    def run(self, corpus: Artifact, dropped: frozenset[str]) -> tuple[Mapping[str, pa.Table], int]:
        """Tags (and edits) of repeated paragraphs; dropped: doc_ids that do not stay."""
        table = corpus.table(f"{self.fold_into}/{step_id(self)}")
        rows = corpus.part("documents").rows
        tags: list[Tag] = []
        edits: list[Edit] = []
        if table.num_rows:
            docs = _documents(corpus)
            for found in self._boilerplate(table, docs, dropped):
                doc_id, start, end, count, first = found
                tags.append(
                    Tag(doc_id=doc_id, start=start, end=end, label="repeated", score=float(count))
                )
                if not first:
                    edits.append(
                        Edit(
                            doc_id=doc_id, start=start, end=end, replacement="",
                            step=f"{self.name}@{self.version}", reason="repeated",
                        )
                    )  # fmt: skip
        made = {self.part: _table(Tag, tags, TAG_SCHEMA)}
        if self.action == "cut":
            made["edits"] = _table(Edit, edits, arrow_schema(Edit))
        return made, rows

    def _boilerplate(
        self, table: pa.Table, docs: Mapping[int, _Doc], dropped: frozenset[str]
    ) -> Iterator[tuple[str, int, int, int, bool]]:
        """(doc_id, start, end, documents that have it, whether it is the first of them)."""
        order = table.sort_by([("key", "ascending"), ("row", "ascending"), ("start", "ascending")])
        key = order.column("key").to_numpy()
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        row, begin, end = (order.column(n).to_pylist() for n in ("row", "start", "end"))
        for low, high in zip(starts, [*starts[1:], len(key)], strict=True):
            places = [
                (docs[row[i]], begin[i], end[i])
                for i in range(low, high)
                if docs[row[i]].doc_id not in dropped
            ]
            holders = {doc.doc_id: doc for doc, _, _ in places}
            per_filer: dict[str, int] = {}
            for doc in holders.values():
                per_filer[doc.filer] = per_filer.get(doc.filer, 0) + 1
            of_all = len(per_filer) >= self.of_all
            seen: set[str] = set()
            for doc, a, b in sorted(places, key=lambda p: (p[0].public_at, p[0].doc_id, p[1])):
                if not of_all and per_filer[doc.filer] < self.of_filer:
                    continue
                scope = "" if of_all else doc.filer
                count = len(holders) if of_all else per_filer[doc.filer]
                yield doc.doc_id, a, b, count, scope not in seen
                seen.add(scope)


def paragraphs(text: str, least: int) -> Iterator[tuple[int, int, int]]:
    """(key, start, end) of each paragraph of `least` characters and more; the span holds the
    blank line behind it, so that cutting leaves none too many.
    """
    for match in _BLOCK.finditer(text):
        start, end = match.span()
        if end - start < least:
            continue
        key = int.from_bytes(normal_digest(match.group())[:8], "big")
        if text.startswith("\n\n", end):
            end += 2
        elif text.startswith(("\n|", "\n#"), end):
            end += 1
        yield key, start, end


def repeated(table: pa.Table) -> Rows:
    """Rows, sorted by key, of keys that stand in two documents at least."""
    key, row = table.column("key").to_numpy(), table.column("row").to_numpy()
    if len(key) == 0:
        return pa.RecordBatch.from_pylist([], schema=REPEATS)
    new = np.concatenate([[True], key[1:] != key[:-1]])
    group = np.cumsum(new) - 1
    first = row[np.flatnonzero(new)][group]
    several = np.zeros(int(group[-1]) + 1, dtype=bool)
    several[group[row != first]] = True
    kept = table.filter(pa.array(several[group])).select(REPEATS.names).combine_chunks()
    batches = kept.cast(REPEATS).to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=REPEATS)


@dataclass(frozen=True, slots=True)
class _Doc:
    doc_id: str
    filer: str
    public_at: str


def _documents(corpus: Artifact) -> dict[int, _Doc]:
    """Dense row id -> what is counted by. A document without a filer is one of its own."""
    filers: dict[str, str] = {}
    if corpus.part("filings").rows:
        for filing in corpus.table("filings", ["filing_id", "filers"]).to_pylist():
            named = sorted(f["filer_id"] for f in filing["filers"] or [])
            filers[filing["filing_id"]] = named[0] if named else ""
    found: dict[int, _Doc] = {}
    numbers = chunk_index(corpus.chunks("documents"))
    offsets: dict[str, int] = {}
    columns = ["doc_id", "filing_id", "public_at"]
    for chunk, batch in corpus.batches("documents", columns, max_rows=4096):
        for row in batch.to_pylist():
            place = offsets.get(chunk, 0)
            offsets[chunk] = place + 1
            found[numbers[chunk] << 32 | place] = _Doc(
                row["doc_id"],
                filers.get(row["filing_id"]) or row["doc_id"],
                row["public_at"] or "9999",
            )
    return found


def _table(cls: type, rows: list[Any], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches([to_batch(cls, rows)], schema)
