"""Section of a corpus' report: which questions of public benchmarks its documents hold."""

from __future__ import annotations

from collections import Counter

from qhdata.artifact import Artifact
from qhdata.view.pages import Grid, Section

SHOWN = 100
"""Hits that are shown with both texts; the part `contamination` has all."""


def leaks_section(corpus: Artifact) -> Section | None:
    """Hits by key and set, the first side by side; None where nothing was looked for."""
    if "contamination" not in corpus.manifest["parts"]:
        return None
    hits = corpus.table("contamination")
    rows = hits.slice(0, SHOWN).to_pylist()
    counts = Counter(
        zip(hits["question_set"].to_pylist(), hits["key"].to_pylist(), strict=True)
        if hits.num_rows
        else ()
    )
    documents = len(set(hits["doc_id"].to_pylist())) if hits.num_rows else 0
    by_key = [(name, key, n) for (name, key), n in sorted(counts.items())]
    both = [
        (r["doc_id"], r["key"], f"{r['share']:.0%}", r["question"], r["theirs"], r["ours"])
        for r in rows
    ]
    grids = [Grid("Hits by set and key", ("set", "key", "hits"), by_key)] if by_key else []
    if both:
        head = ("document", "key", "share", "question", "their text", "the document's")
        grids.append(Grid(f"First {len(both):,} of {hits.num_rows:,} hits", head, both))
    return Section(
        "Contamination",
        f"{hits.num_rows:,} hits of public questions in {documents:,} documents. A rule such as "
        "{tag: contamination, label: contaminated, score_above: 0, reason: benchmark} drops these.",
        (),
        tuple(grids),
    )
