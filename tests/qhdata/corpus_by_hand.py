"""A corpus of a few documents, written by hand: what select, splits, view and explain read."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.records import ClusterRow, Document, Filer, Filing, Tag, to_batch


def doc(doc_id: str, text: str = "x", filing: str = "", **over: Any) -> Document:
    base: dict[str, Any] = {
        "doc_id": doc_id, "filing_id": filing or f"f-{doc_id}", "file_id": f"s/{doc_id}",
        "source": "s", "source_path": doc_id, "doc_type": "10-K", "lang": "en", "title": doc_id,
        "text": text, "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "extractor": "hand@1", "n_chars": len(text), "public_at": "2024-02-01T00:00:00Z",
    }  # fmt: skip
    return Document(**{**base, **over})


def filing(filing_id: str, *filers: str, **over: Any) -> Filing:
    base: dict[str, Any] = {
        "filing_id": filing_id, "accession": None, "form": "10-K",
        "filers": tuple(Filer(filer_id=f, name=f) for f in filers), "period_end": "2023-12-31",
        "fiscal_year": 2023, "filed_at": "2024-02-01", "accepted_at": None,
        "public_at": "2024-02-01T00:00:00Z", "public_at_basis": "filed_date", "sic": None,
        "amends": None, "license": "", "source_url": None,
    }  # fmt: skip
    return Filing(**{**base, **over})


def tag(doc_id: str, label: str, score: float) -> Tag:
    return Tag(doc_id=doc_id, start=None, end=None, label=label, score=score)


def write(path: Path, **parts: list[Any]) -> Artifact:
    """Parts by name (`tags__x` is `tags/x`), one commit."""
    corpus = Artifact.create(path, "corpus", settings={}, inputs={})
    tables = {
        name.replace("__", "/"): [to_batch(type(rows[0]), rows)]
        for name, rows in parts.items()
        if rows
    }
    n = len(parts["documents"])
    counts = {"rows_in": n, "rows_kept": n, "rows_dropped": 0, "rows_quarantined": 0}
    corpus.commit("hand@1", "000000", tables, counts)
    corpus.finish("hand@1", name="hand", version=1, unit="doc_id", seconds=0)
    return corpus


def cluster(name: str, doc_id: str, matched: str | None) -> ClusterRow:
    return ClusterRow(
        cluster_id=name,
        doc_id=doc_id,
        kept=matched is None,
        reason="survivor:longest" if matched is None else "exact_copy",
        matched_id=matched,
        similarity=1.0,
    )
