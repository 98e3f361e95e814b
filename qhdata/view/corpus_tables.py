"""Sections of a corpus' report that count: the funnel, and what each source and year gave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow.compute as pc

from qhdata.artifact import Artifact
from qhdata.view.charts import bars
from qhdata.view.pages import Chart, Grid, Section

ROWS = 60
"""Of a table by source or year; the rest is one row."""


def funnel_section(corpus: Artifact) -> Section | None:
    """From files to what is trained on: documents and characters, lost by which reason."""
    if not corpus.part("documents").rows:
        return None
    files = corpus.part("plan").rows
    outcomes = Counter(_column(corpus, "files", "outcome"))
    documents, characters = 0, 0
    lost: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in _documents(corpus):
        documents += 1
        characters += row["n_chars"]
        if row["reason"] is not None:
            lost[row["reason"]][0] += 1
            lost[row["reason"]][1] += row["n_chars"]
    kept = documents - sum(n for n, _ in lost.values())
    left = characters - sum(n for _, n in lost.values())
    rows: list[tuple[object, ...]] = []
    if files:
        rows += [("files in the sources", files, None)]
        again, stopped = outcomes["same_bytes"], outcomes["quarantined"]
        rows += [("- the same bytes as another", again, None)] if again else []
        rows += [("- files that an error stopped", stopped, None)] if stopped else []
    within = corpus.part("quarantine").rows - outcomes["quarantined"]
    rows += [("- documents and rows in them that an error stopped", within, None)] * (within > 0)
    rows.append(("documents extracted", documents, characters))
    for reason, (n, chars) in sorted(lost.items(), key=lambda item: (-item[1][0], item[0])):
        rows.append((f"- {reason}", n, chars))
    rows.append(("documents kept", kept, left))
    cut = _cut(corpus)
    if cut:
        rows.append(("- characters that edits take from all documents", None, cut))
    steps = [("extracted", float(characters)), ("kept", float(left))]
    title = "Characters"
    return Section(
        "From files to what is kept",
        "Each row that begins with a dash is taken from what stands above it.",
        (Chart(title, bars(title, steps, "characters")),),
        (Grid("The funnel", ("what", "number", "characters"), rows),),
    )


def sources_section(corpus: Artifact) -> Section | None:
    """What each source and each year gave, kept and lost."""
    if not corpus.part("documents").rows:
        return None
    years: dict[str, str] = {}
    if corpus.part("filings").rows:
        for filing in corpus.table("filings", ["filing_id", "public_at", "period_end"]).to_pylist():
            moment = filing["public_at"] or filing["period_end"]
            years[filing["filing_id"]] = moment[:4] if moment else "unknown"
    files: Counter[str] = Counter(_column(corpus, "plan", "source"))
    stopped = Counter(i.partition("/")[0] for i in _column(corpus, "quarantine", "unit_id"))
    by_source: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    by_year: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    filings: dict[str, set[str]] = defaultdict(set)
    for row in _documents(corpus):
        year = years.get(row["filing_id"], "unknown")
        filings[year].add(row["filing_id"])
        kept, size = row["reason"] is None, row["n_chars"]
        for counts in (by_source[row["source"]], by_year[year]):
            counts[0] += 1
            counts[1] += size
            counts[2] += kept
            counts[3] += size * kept
    for source in files:
        by_source[source] = by_source[source]
    sources = [
        (name, files[name], n, chars, kept, kept_chars, n - kept, stopped[name])
        for name, (n, chars, kept, kept_chars) in sorted(by_source.items())
    ]
    yearly = [
        (name, len(filings[name]), n, chars, kept, kept_chars, n - kept)
        for name, (n, chars, kept, kept_chars) in sorted(by_year.items(), reverse=True)
    ]
    head = ("documents", "characters", "kept", "characters kept", "dropped")
    return Section(
        "By source and year",
        "The year is when a filing was public, else the end of its period.",
        (),
        (
            Grid("Sources", ("source", "files", *head, "files stopped"), _bounded(sources)),
            Grid("Years", ("year", "filings", *head), _bounded(yearly)),
        ),
    )


def _bounded(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    if len(rows) <= ROWS:
        return rows
    rest = rows[ROWS - 1 :]
    sums = [sum(row[n] for row in rest) for n in range(1, len(rest[0]))]
    return [*rows[: ROWS - 1], (f"{len(rest):,} others", *sums)]


def _documents(corpus: Artifact) -> Iterator[dict[str, Any]]:
    """source, filing_id, n_chars of each document, and why it was dropped: None where it is not."""
    reasons: dict[str, str] = {}
    if corpus.part("decisions/select").rows:
        table = corpus.table("decisions/select", ["unit_id", "outcome", "reason"])
        dropped = table.filter(pc.field("outcome") == "dropped")
        ids, why = dropped["unit_id"].to_pylist(), dropped["reason"].to_pylist()
        reasons = dict(zip(ids, why, strict=True))
    columns = ["doc_id", "source", "filing_id", "n_chars"]
    for _, batch in corpus.batches("documents", columns, max_rows=4096):
        for row in batch.to_pylist():
            yield {**row, "reason": reasons.get(row["doc_id"])}


def _column(corpus: Artifact, part: str, column: str) -> Iterable[str]:
    if not corpus.part(part).rows:
        return []
    found: list[str] = corpus.table(part, [column])[column].to_pylist()
    return found


def _cut(corpus: Artifact) -> int:
    """Characters that edits take away, less what they put there."""
    if not corpus.part("edits").rows:
        return 0
    table = corpus.table("edits", ["start", "end", "replacement"])
    taken = pc.sum(pc.subtract(table["end"], table["start"])).as_py() or 0
    put = pc.sum(pc.utf8_length(table["replacement"])).as_py() or 0
    return int(taken) - int(put)
