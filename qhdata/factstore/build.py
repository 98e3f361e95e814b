"""Fill a fact store from a corpus: its kept documents' facts, figures, sections and filers, in one
pass over the text; and the facts of what holds facts alone (told.py).
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.durable import open_table
from qhdata.errors import UserError
from qhdata.factstore.concepts import family_of
from qhdata.factstore.figures import Figure, figures_of, told_of
from qhdata.factstore.schema import SCHEMA
from qhdata.factstore.store import FactStore
from qhdata.factstore.told import facts_alone, told_better
from qhdata.records import (
    DocSplit,
    Document,
    Edit,
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
                ("format", "1"),
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
        row.filing_id: row
        for _, batch in corpus.batches("filings")
        for row in from_batch(Filing, batch)
    }
    filer_rows: dict[str, tuple[str, str]] = {}
    used_filings: dict[str, str] = {}
    names: dict[str, Counter[str]] = {}
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
            filing = filings.get(document.filing_id)
            filer_id = split.filer_id
            name = _name(filing, filer_id) or _registrant(facts.get(document.doc_id, []))
            names.setdefault(filer_id, Counter())[name] += 1
            filer_rows[filer_id] = (filing.sic or "" if filing else "", split.split)
            used_filings[document.filing_id] = filer_id
            own = edits.get(document.doc_id, [])
            _one(connection, document, filer_id, split.split, sections, tables, facts, own, refused)
    connection.executemany(
        "INSERT INTO filers VALUES (?, ?, ?, ?, ?)",
        [
            (
                filer_id,
                _usual(names[filer_id]),
                json_text(sorted(names[filer_id])),
                sic or None,
                split,
            )
            for filer_id, (sic, split) in sorted(filer_rows.items())
        ],
    )
    connection.executemany(
        "INSERT INTO filings VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                f.filing_id,
                used_filings[f.filing_id],
                f.accession,
                f.form,
                f.period_end,
                f.fiscal_year,
                f.filed_at,
                f.public_at,
                f.public_at_basis,
                f.amends,
                f.license,
                f.source_url,
            )
            for f in sorted(filings.values(), key=lambda f: f.filing_id)
            if f.filing_id in used_filings
        ],
    )
    return refused


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


def _one(
    connection: sqlite3.Connection,
    document: Document,
    filer_id: str,
    split: str,
    sections: dict[str, list[Section]],
    tables: dict[str, list[Table]],
    facts: dict[str, list[Fact]],
    edits: list[Edit],
    refused: Counter[str],
) -> None:
    """Everything that one document adds."""
    connection.execute(
        "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            document.doc_id,
            document.filing_id,
            filer_id,
            document.doc_type,
            document.lang,
            document.title,
            document.public_at,
            document.text_sha256,
            document.extractor,
            document.n_chars,
            split,
        ),
    )
    connection.executemany(
        "INSERT INTO sections VALUES (?,?,?,?,?,?,?)",
        [
            (s.section_id, s.doc_id, s.key, s.title, s.start, s.end, s.status)
            for s in sections.get(document.doc_id, [])
        ],
    )
    sound = _sound(facts.get(document.doc_id, []), refused)
    connection.executemany(
        "INSERT INTO facts VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                f.fact_id,
                f.doc_id,
                document.filing_id,
                filer_id,
                f.concept,
                family_of(f.concept),
                f.kind,
                f.value,
                f.text if f.text is None or len(f.text) <= 2000 else f.text[:2000],
                f.unit,
                f.decimals,
                f.period_start,
                f.period_end,
                f.dimensions,
                f.public_at,
                f.start,
                f.end,
                document.text[f.start : f.end][:2000] if f.start is not None else None,
            )
            for f in sound
        ],
    )
    shown = sorted(
        (f for f in facts.get(document.doc_id, []) if f.kind == "number" and f.start is not None),
        key=lambda f: (f.start, f.fact_id),
    )
    told = told_of(facts.get(document.doc_id, []))
    connection.executemany(
        "INSERT INTO figures VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            _row_of(figure)
            for table in sorted(tables.get(document.doc_id, []), key=lambda t: t.ordinal)
            for figure in figures_of(table, document.text, shown, refused, told)
            if not _edited(figure, edits, refused)
        ],
    )


_VALUES = attrgetter(*(field.name for field in fields(Figure)))


def _row_of(figure: Figure) -> tuple[Any, ...]:
    return tuple(str(v) if isinstance(v, Decimal) else v for v in _VALUES(figure))


def _edited(figure: Figure, edits: list[Edit], refused: Counter[str]) -> bool:
    """Whether an edit touches a figure or its label: what is cut or redacted is not asked about."""
    for start, end in ((figure.start, figure.end), (figure.label_start, figure.label_end)):
        if any(edit.start < end and start < edit.end for edit in edits):
            refused["edited_away"] += 1
            return True
    return False


def _sound(facts: list[Fact], refused: Counter[str]) -> list[Fact]:
    """One row for each concept, context and unit of a document; contradictions are refused."""
    groups: dict[tuple[Any, ...], list[Fact]] = {}
    for fact in facts:
        key = (
            fact.concept,
            fact.unit,
            fact.period_start,
            fact.period_end,
            fact.dimensions,
            fact.kind == "text",
        )
        groups.setdefault(key, []).append(fact)
    sound = []
    for group in groups.values():
        group.sort(key=lambda f: (f.start is None, f.start or 0, f.fact_id))
        first = group[0]
        if any(not _agree(first, other) for other in group[1:]):
            refused["contradicting_facts"] += len(group)
            continue
        if len(group) > 1:
            refused["reported_again"] += len(group) - 1
        sound.append(first)
    return sound


def _agree(a: Fact, b: Fact) -> bool:
    """Same value, or the same at the coarser precision: a press table in millions beside a
    statement in thousands.
    """
    if a.value == b.value and a.text == b.text:
        return True
    if a.kind == "text" or a.value is None or b.value is None:
        return a.kind == b.kind == "text"
    places = [int(d) for d in (a.decimals, b.decimals) if d and d.lstrip("-").isdigit()]
    from decimal import Decimal

    gap = abs(Decimal(a.value) - Decimal(b.value))
    return bool(places) and gap < Decimal(1).scaleb(-min(places))


def _name(filing: Filing | None, filer_id: str) -> str:
    if filing is not None:
        for filer in filing.filers:
            if filer.filer_id == filer_id and filer.name.strip():
                return " ".join(filer.name.split())
        for filer in filing.filers:
            if filer.name.strip():
                return " ".join(filer.name.split())
    return ""


def _registrant(facts: list[Fact]) -> str:
    """The filer's name as the cover page tags it, where no header says it."""
    for fact in facts:
        if fact.concept == "dei:EntityRegistrantName" and fact.text and len(fact.text) <= 200:
            return " ".join(fact.text.split())
    return ""


def _usual(names: Counter[str]) -> str:
    """The most used name; empty where none is known."""
    known = [(count, name) for name, count in names.items() if name]
    return min(known, key=lambda item: (-item[0], item[1]))[1] if known else ""
