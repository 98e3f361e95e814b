"""Which filing an amendment amends, and which sections it restates; nothing is dropped for it.

A 10-K/A supersedes only the sections that it holds. The original is the latest earlier filing of
the same filer, base form and period (without a period: of the same filer and base form).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa

from qhdata.artifact import Artifact
from qhdata.recipe import Settings
from qhdata.records import Amendment, to_batch


@dataclass(frozen=True, kw_only=True)
class Amendments(Settings):
    """Fills `amendments`, one row an amendment whose original is in the corpus."""

    name: ClassVar[str] = "amendments"
    version: ClassVar[int] = 1
    unit: ClassVar[str] = "filing_id"

    def run(
        self, corpus: Artifact, only: Set[str] | None = None
    ) -> tuple[Mapping[str, pa.Table], int]:
        """The rows, and how many filings were looked at. only: doc_ids that are there."""
        if not corpus.part("filings").rows:
            return {}, 0
        columns = ["filing_id", "form", "filers", "period_end", "accepted_at", "filed_at", "amends"]
        filings = corpus.table("filings", columns).to_pylist()
        documents = corpus.table("documents", ["doc_id", "filing_id", "n_chars"]).to_pylist()
        if only is not None:
            documents = [d for d in documents if d["doc_id"] in only]
            there = {d["filing_id"] for d in documents}
            filings = [f for f in filings if f["filing_id"] in there]
        sections = (
            corpus.table("sections", ["doc_id", "key", "start", "end", "status"]).to_pylist()
            if corpus.part("sections").rows
            else []
        )
        rows = [
            row
            for filing in filings
            if (filing["form"] or "").endswith("/A")
            and (original := _original(filing, filings)) is not None
            for row in _restated(filing, original, documents, sections)
        ]
        rows.sort(key=lambda r: r.doc_id)
        return {"amendments": pa.Table.from_batches([to_batch(Amendment, rows)])}, len(filings)


def _original(amendment: dict[str, Any], filings: list[dict[str, Any]]) -> dict[str, Any] | None:
    if amendment["amends"]:
        named = [f for f in filings if f["filing_id"] == amendment["amends"]]
        if named:
            return named[0]
    base = amendment["form"].removesuffix("/A")
    filers = {f["filer_id"] for f in amendment["filers"] or []}
    earlier = [
        f
        for f in filings
        if f["form"] == base
        and filers & {x["filer_id"] for x in f["filers"] or []}
        and (not amendment["period_end"] or f["period_end"] == amendment["period_end"])
        and _when(f) <= _when(amendment)
    ]
    return max(earlier, key=lambda f: (_when(f), f["filing_id"]), default=None)


def _when(filing: dict[str, Any]) -> str:
    return str(filing["accepted_at"] or filing["filed_at"] or "")


def _restated(
    amendment: dict[str, Any],
    original: dict[str, Any],
    documents: list[dict[str, Any]],
    sections: list[dict[str, Any]],
) -> list[Amendment]:
    found = []
    for document in documents:
        if document["filing_id"] != amendment["filing_id"]:
            continue
        own = [
            s for s in sections if s["doc_id"] == document["doc_id"] and s["status"] == "present"
        ]
        covered = sum({(s["start"], s["end"]): s["end"] - s["start"] for s in own}.values())
        found.append(
            Amendment(
                doc_id=document["doc_id"],
                supersedes=original["filing_id"],
                sections=tuple(sorted({s["key"] for s in own})),
                coverage=round(min(1.0, covered / max(1, document["n_chars"])), 4),
            )
        )
    return found
