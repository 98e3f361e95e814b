"""Candidates to clusters: who is a copy of whom, and which one survives.

Inside a component of candidates the best document by the survivor rule takes those that are really
its copies, then the best of the rest goes on: a chain of likenesses never drops a document that is
unlike its survivor. Exact copies always merge. Near copies merge when real Jaccard and the numerals
agree; main documents of periodic reports of another (filer, form, period) never do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qhdata.artifact import Artifact
from qhdata.dedup.giants import split
from qhdata.dedup.overlaps import Overlaps
from qhdata.dedup.texts import by_chunk, features_of
from qhdata.durable import read_table
from qhdata.parts import chunk_index
from qhdata.recipe import Settings
from qhdata.records import ClusterRow
from qhdata.shingles import (
    Features,
    jaccard,
    numbers_agree,
)

Reports = tuple[Mapping[str, tuple[str, str, str]], Set[str]]

PERIODIC = (
    "10-K",
    "10-Q",
    "20-F",
    "40-F",
    "10-KT",
    "10-QT",
    "10-K405",
    "10-KSB",
    "10-QSB",
    "ANNUAL",
)
"""Forms whose main document speaks of one period; amendments and variants share the stem."""

SLAB = 20_000
"""Documents compared at a time: what is in memory is their features, not their texts."""


@dataclass(frozen=True, kw_only=True)
class Survivor(Settings):
    """Which document of a cluster is kept."""

    sources: tuple[str, ...] = ()
    """Sources from best to worst; those not named come last. Asked first."""
    lodged_first: bool = True
    """A document with an accession before a loose reprint of it: its filer and date are known."""
    prefer: Literal["longest", "newest", "oldest", "quality"] = "longest"
    """Then; among equals the smaller doc_id."""
    quality: str = ""
    """With `prefer: quality`, the tag whose score says it: `tagger.label`; `-tagger.label` where
    less is better. Documents without the tag come last.
    """


@dataclass(frozen=True, slots=True)
class Merge:
    """From when on two documents are copies."""

    shingle: int
    threshold: float
    numbers_agree: float
    most: int = 5000
    """Documents of a component; a larger one is cut by a stricter second pass first."""


@dataclass(frozen=True, slots=True)
class Doc:
    """What the rules ask of a document beside its text."""

    doc_id: str
    source: str
    public_at: str
    n_chars: int
    report: tuple[str, str, str] | None
    """(filer, form, period) of a periodic report's main document."""
    lodged: bool = False
    """It came in a filing with an accession: who filed it, and when, is known."""
    quality: float | None = None
    """The score that the survivor rule names."""


def find_clusters(
    corpus: Artifact,
    labels: pa.Table,
    merge: Merge,
    survivor: Survivor,
    quality: Mapping[str, float] | None = None,
) -> Iterator[ClusterRow]:
    """Components of candidates (row, cluster; sorted) to the rows of `clusters`, two and more each.

    Reads `documents` and `filings`; each chunk of texts is read once a slab. quality: doc_id to the
    score that the survivor rule names.
    """
    reports = _reports(corpus)
    for slab in _slabs(labels):
        asked = by_chunk(row for rows in slab for row in rows)
        docs = read_docs(corpus, quality or {}, asked, reports)
        known = features_of(corpus, asked, merge.shingle)
        for component in slab:
            parts = split(component, known) if len(component) > merge.most else [component]
            for rows in parts:
                members = [(docs[row], known[row]) for row in rows]
                yield from cluster(members, merge, survivor)


def cluster(
    members: Sequence[tuple[Doc, Features]], merge: Merge, survivor: Survivor
) -> Iterator[ClusterRow]:
    """The clusters of one component."""
    left = sorted(members, key=lambda m: _by_preference(m[0], survivor))
    if survivor.prefer == "newest":
        left.sort(key=lambda m: m[0].public_at, reverse=True)
    left.sort(key=lambda m: _by_origin(m[0], survivor))
    overlaps = Overlaps([found for _, found in left], merge.threshold)
    free = np.ones(len(left), dtype=bool)
    for n, best in enumerate(left):
        if not free[n]:
            continue
        free[n] = False
        copies: list[tuple[Doc, str, float]] = []
        for m in overlaps.near(n, free):
            doc, found = left[m]
            reason, similarity = likeness(best[0], best[1], doc, found, merge)
            if reason:
                copies.append((doc, reason, similarity))
                free[m] = False
        if not copies:
            continue
        name = min([best[0].doc_id, *(doc.doc_id for doc, _, _ in copies)])
        yield ClusterRow(
            cluster_id=name,
            doc_id=best[0].doc_id,
            kept=True,
            reason=f"survivor:{survivor.prefer}",
            matched_id=None,
            similarity=1.0,
        )
        for doc, why, similarity in copies:
            yield ClusterRow(
                cluster_id=name,
                doc_id=doc.doc_id,
                kept=False,
                reason=why,
                matched_id=best[0].doc_id,
                similarity=round(similarity, 4),
            )


def likeness(
    a: Doc, left: Features, b: Doc, right: Features, merge: Merge
) -> tuple[Literal["", "exact_copy", "near_copy"], float]:
    """Whether one is a copy of the other, and the Jaccard similarity."""
    if left.identity == right.identity:
        return "exact_copy", 1.0
    if a.report and b.report and a.report != b.report:
        return "", 0.0
    similarity = jaccard(left, right)
    if similarity < merge.threshold or numbers_agree(left, right) < merge.numbers_agree:
        return "", similarity
    return "near_copy", similarity


def _by_preference(doc: Doc, survivor: Survivor) -> tuple[object, str]:
    by: dict[str, object] = {
        "longest": -doc.n_chars,
        "oldest": doc.public_at or "9999",
        "newest": 0,  # text has no minus: the caller sorts
        "quality": _worst_last(doc, survivor),
    }
    return by[survivor.prefer], doc.doc_id


def _worst_last(doc: Doc, survivor: Survivor) -> tuple[bool, float]:
    score = doc.quality or 0.0
    return doc.quality is None, score if survivor.quality.startswith("-") else -score


def _by_origin(doc: Doc, survivor: Survivor) -> tuple[int, bool]:
    known = survivor.sources
    source = known.index(doc.source) if doc.source in known else len(known)
    return source, survivor.lodged_first and not doc.lodged


def read_docs(
    corpus: Artifact,
    quality: Mapping[str, float],
    asked: Mapping[int, list[int]] | None = None,
    reports: Reports | None = None,
) -> dict[int, Doc]:
    """Dense row id -> what the rules ask. asked: chunk's index to the rows of it, in order; None:
    all documents. reports: what `_reports` gives, where it was asked already.
    """
    periodic, lodged = reports or _reports(corpus)
    docs: dict[int, Doc] = {}
    columns = ["doc_id", "filing_id", "source", "doc_type", "n_chars", "public_at"]
    for index, table in _tables(corpus, asked, columns):
        offsets = asked[index] if asked is not None else range(table.num_rows)
        rows = table.take(pa.array(offsets, pa.int64())).to_pylist()
        for offset, row in zip(offsets, rows, strict=True):
            form, filer, period = periodic.get(row["filing_id"], ("", "", ""))
            main = form and period and filer and row["doc_type"] in ("", form)
            docs[index << 32 | offset] = Doc(
                doc_id=row["doc_id"],
                source=row["source"],
                public_at=row["public_at"] or "",
                n_chars=row["n_chars"],
                report=(filer, form, period) if main else None,
                lodged=row["filing_id"] in lodged,
                quality=quality.get(row["doc_id"]),
            )
    return docs


def _tables(
    corpus: Artifact, asked: Mapping[int, list[int]] | None, columns: list[str]
) -> Iterator[tuple[int, pa.Table]]:
    """(index, rows) of each chunk of documents of which something is asked."""
    chunks = corpus.chunks("documents")
    indices = chunk_index(chunks)
    for chunk, paths in chunks.items():
        if asked is None or indices[chunk] in asked:
            yield indices[chunk], pa.concat_tables([read_table(p, columns) for p in paths])


def _reports(corpus: Artifact) -> Reports:
    """(filing_id -> filer, form and period of a periodic report, filing_ids with an accession)."""
    found: dict[str, tuple[str, str, str]] = {}
    lodged: set[str] = set()
    columns = ["filing_id", "accession", "form", "filers", "period_end"]
    if not corpus.part("filings").rows:
        return found, lodged
    # Most rows of general text say neither; a row as a dictionary takes as long as a short text.
    said = pc.field("form").is_valid() | pc.field("accession").is_valid()
    for row in corpus.table("filings", columns).filter(said).to_pylist():
        form = row["form"] or ""
        if row["accession"]:
            lodged.add(row["filing_id"])
        if form.upper().split("/")[0] in PERIODIC:
            filers = sorted(f["filer_id"] for f in row["filers"] or [])
            found[row["filing_id"]] = (form, filers[0] if filers else "", row["period_end"] or "")
    return found, lodged


def _slabs(labels: pa.Table) -> Iterator[list[list[int]]]:
    """Components as lists of rows, in slabs of about SLAB rows."""
    slab: list[list[int]] = []
    size = 0
    last = None
    for row, name in zip(
        labels.column("row").to_pylist(), labels.column("cluster").to_pylist(), strict=True
    ):
        if name != last:
            if size >= SLAB:
                yield slab
                slab, size = [], 0
            slab.append([])
            last = name
        slab[-1].append(row)
        size += 1
    if slab:
        yield slab
