"""Fill a fact store from a corpus: its kept documents' facts, figures, sections and filers, in one
pass over the text; and the facts of what holds facts alone (told.py).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.durable import open_table
from qhdata.errors import UserError
from qhdata.factstore.document_rows import moment, write_document
from qhdata.factstore.filers import (
    Cover,
    cik_of,
    former_names,
    history_rows,
    period_of,
    read_cover,
    year_ends,
)
from qhdata.factstore.periods import period_rows
from qhdata.factstore.schema import FORMAT, SCHEMA
from qhdata.factstore.store import FactStore
from qhdata.factstore.told import facts_alone, told_better
from qhdata.factstore.years import Report, annual, iso, years_of
from qhdata.records import (
    DocSplit,
    Document,
    Fact,
    Filing,
    Section,
    Table,
    from_batch,
    json_text,
)
from qhdata.render import read_edits


def build_store(corpus: Artifact, path: Path) -> FactStore:
    """Write the store of a corpus to `path` (replaced whole) and open it.

    Raises UserError where the corpus has no documents or no splits. The file's bytes depend on the
    corpus and on the SQLite version only; `FactStore.digest()` on the corpus only.
    """
    kept = kept_ids(corpus)
    splits = {
        row.doc_id: row
        for _, batch in corpus.batches("doc_splits")
        for row in from_batch(DocSplit, batch)
    }
    if not corpus.part("documents").rows:
        raise UserError(
            what="has no documents", where=str(corpus.path), mend="build it from filings"
        )
    if not splits:
        raise UserError(
            what="has no splits, so test filers could leak into training",
            where=str(corpus.path),
            mend="build it with a splits step",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"_{path.name.lstrip('_')}.tmp")
    temporary.unlink(missing_ok=True)
    connection = sqlite3.connect(temporary, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA page_size = 4096")
        connection.executescript(SCHEMA)
        connection.execute("BEGIN")
        refused = _fill(connection, corpus, kept, splits)
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [
                ("corpus_digest", corpus.digest("documents")),
                ("format", FORMAT),
                ("refused", json_text(dict(sorted(refused.items())))),
            ],
        )
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        connection.execute("ANALYZE")
    finally:
        connection.close()
    temporary.replace(path)
    return FactStore.open(path)


def kept_ids(corpus: Artifact) -> frozenset[str] | None:
    """doc_ids that select kept; None where the corpus was not selected: all of them."""
    if "decisions/select" not in corpus.parts:
        return None
    kept = set()
    for _, batch in corpus.batches("decisions/select", ["unit_id", "outcome"]):
        for row in batch.to_pylist():
            if row["outcome"] == "kept":
                kept.add(row["unit_id"])
    return frozenset(kept)


def _fill(
    connection: sqlite3.Connection,
    corpus: Artifact,
    kept: frozenset[str] | None,
    splits: dict[str, DocSplit],
) -> Counter[str]:
    refused: Counter[str] = Counter()
    filings: dict[str, Filing] = {
        row.filing_id: replace(row, public_at=moment(row.public_at))
        for _, batch in corpus.batches("filings")
        for row in from_batch(Filing, batch)
    }
    told = _Told()
    edits = read_edits(corpus)
    used = None if kept is None else kept | facts_alone(corpus)
    left_out = told_better(corpus, used, filings)
    for chunk, texts in _documents(corpus, used):
        tables = _by_document(corpus, "tables", Table, chunk)
        facts = _by_document(corpus, "facts", Fact, chunk)
        sections = _by_document(corpus, "sections", Section, chunk)
        for document in texts:
            if document.doc_id in left_out:
                refused["told_better_by_another_document"] += len(facts.pop(document.doc_id, ()))
                if not document.n_chars:
                    continue
            split = splits.get(document.doc_id)
            if split is None:
                refused["document_without_split"] += 1
                continue
            own = edits.get(document.doc_id, [])
            stored = write_document(
                connection, document, split.filer_id, split.split, sections, tables, facts, own,
                refused,
            )  # fmt: skip
            told.add(filings.get(document.filing_id), document, split, stored)
    told.write(connection, filings)
    return refused


class _Told:
    """What the documents say of filers, filings and periods, until all are read."""

    def __init__(self) -> None:
        self.splits: dict[str, str] = {}
        self.names: dict[str, Counter[str]] = {}
        self.filers: dict[str, str] = {}
        """filing_id -> filer_id, of filings with a document in the store."""
        self.covers: dict[str, Cover] = {}
        self.spans: dict[str, dict[tuple[str | None, str], str | None]] = {}
        """filer_id -> period -> the first moment that a number of it was public."""

    def add(
        self, filing: Filing | None, document: Document, split: DocSplit, facts: list[Fact]
    ) -> None:
        cover = self.covers.setdefault(document.filing_id, Cover())
        read_cover(cover, facts)
        name = _name(filing, split.filer_id) or cover.name
        self.names.setdefault(split.filer_id, Counter())[name] += 1
        self.splits[split.filer_id] = split.split
        self.filers[document.filing_id] = split.filer_id
        spans = self.spans.setdefault(split.filer_id, {})
        counts: Counter[tuple[str | None, str]] = Counter(
            (f.period_start, f.period_end)
            for f in facts
            if f.kind == "number" and f.period_end is not None
        )
        public_at = moment(document.public_at)
        for span, count in counts.items():
            known = spans.get(span)
            spans[span] = min(filter(None, (known, public_at)), default=None)
            if filing is not None and annual(filing.form or "") and _year_long(*span):
                cover.year_long[span[1]] = cover.year_long.get(span[1], 0) + count

    def write(self, connection: sqlite3.Connection, filings: dict[str, Filing]) -> None:
        used = [
            replace(
                f,
                period_end=period_of(f, cover),
                fiscal_year=f.fiscal_year or cover.fiscal_year,
            )
            for _, f in sorted(filings.items())
            if (cover := self.covers.get(f.filing_id)) is not None
        ]
        by_filer: dict[str, list[tuple[Filing, Cover, str]]] = {own: [] for own in self.splits}
        for filing in used:
            own, cover = self.filers[filing.filing_id], self.covers[filing.filing_id]
            by_filer[own].append((filing, cover, _name(filing, own) or cover.name))
        for own, rows in sorted(by_filer.items()):
            self._filer(connection, own, rows)
        connection.executemany(
            f"INSERT INTO filings VALUES ({','.join('?' * 15)})",
            [
                (
                    f.filing_id, self.filers[f.filing_id], f.accession, f.form, f.period_end,
                    f.fiscal_year, f.filed_at, f.public_at, f.public_at_basis, f.amends, f.license,
                    f.source_url, cover.fiscal_period, cover.year_end,
                    json_text(year_ends(cover)),
                )
                for f in used
                for cover in (self.covers[f.filing_id],)
            ],
        )  # fmt: skip

    def _filer(
        self, connection: sqlite3.Connection, own: str, filings: list[tuple[Filing, Cover, str]]
    ) -> None:
        history = list(history_rows(own, filings))
        connection.executemany("INSERT INTO filer_history VALUES (?,?,?,?,?,?)", history)
        last = {field: value for _, field, _, value, _, _ in history}
        names = [value for _, field, _, value, _, _ in history if field == "name"]
        tickers = json.loads(last.get("ticker", "[]"))
        connection.execute(
            "INSERT INTO filers VALUES (?,?,?,?,?,?,?,?)",
            (
                own, _usual(self.names[own]), json_text(former_names(names)), last.get("sic"),
                self.splits[own], cik_of(own), tickers[0][0] if tickers else None,
                last.get("year_end"),
            ),
        )  # fmt: skip
        years = years_of(_report(filing, cover) for filing, cover, _ in filings)
        connection.executemany(
            f"INSERT INTO periods VALUES ({','.join('?' * 12)})",
            period_rows(own, years, self.spans[own].items()),
        )


def _report(filing: Filing, cover: Cover) -> Report:
    return Report(
        form=filing.form or "",
        period_end=filing.period_end,
        fiscal_year=filing.fiscal_year,
        fiscal_period=cover.fiscal_period,
        year_end=cover.year_end,
        years=tuple(year_ends(cover)),
        public_at=filing.public_at,
    )


def _year_long(start: str | None, end: str) -> bool:
    first, last = iso(start), iso(end)
    return first is not None and last is not None and 349 <= (last - first).days <= 379


def _documents(
    corpus: Artifact, kept: frozenset[str] | None
) -> Iterator[tuple[str, Iterator[Document]]]:
    chunks: list[str] = []
    for file in corpus.part("documents").files:
        if file.chunk not in chunks:
            chunks.append(file.chunk)
    for chunk in chunks:
        yield chunk, _of_chunk(corpus, kept, chunk)


def _of_chunk(corpus: Artifact, kept: frozenset[str] | None, chunk: str) -> Iterator[Document]:
    for batch in _batches(corpus, "documents", chunk):
        for document in from_batch(Document, batch):
            if kept is None or document.doc_id in kept:
                yield document


def _batches(corpus: Artifact, part: str, chunk: str) -> Iterator[Any]:
    for path in corpus.chunks(part).get(chunk, []):
        with open_table(path) as reader:
            yield from reader.iter_batches(batch_size=256)


def _by_document(corpus: Artifact, part: str, cls: type[Any], chunk: str) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {}
    for batch in _batches(corpus, part, chunk):
        for row in from_batch(cls, batch):
            rows.setdefault(row.doc_id, []).append(row)
    return rows


def _name(filing: Filing | None, filer_id: str) -> str:
    if filing is not None:
        for filer in filing.filers:
            if filer.filer_id == filer_id and filer.name.strip():
                return " ".join(filer.name.split())
        for filer in filing.filers:
            if filer.name.strip():
                return " ".join(filer.name.split())
    return ""


def _usual(names: Counter[str]) -> str:
    """The most used name; empty where none is known."""
    known = [(count, name) for name, count in names.items() if name]
    return min(known, key=lambda item: (-item[0], item[1]))[1] if known else ""
