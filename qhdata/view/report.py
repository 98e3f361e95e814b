"""report.html of a corpus: what came in, what each step did with it, and samples to look at.

Everything is read from the manifest and the corpus' parts by columns; no text is loaded but that of
the few samples.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.view.charts import Flow, bars, flow, histogram, number
from qhdata.view.corpus_tables import funnel_section, sources_section
from qhdata.view.leaks import leaks_section
from qhdata.view.pages import FLOW_LEGEND, Chart, Grid, Page, Section, write_page
from qhdata.view.samples import SAMPLES, copies_section, counted, decided_section, some

NOUNS = {"file_id": "files", "doc_id": "documents", "filing_id": "filings", "key": "keys"}
ENDS = ("extract", "select")
"""Steps that are shown even when they lose nothing."""
QUIET = ("plan", "files", "splits", "clusters", "amendments")
"""Steps that only write; they stand in the table of steps, not in the flow."""


def write_report(corpus: Artifact, path: Path) -> None:
    """Write the self-contained report of a corpus to `path`."""
    write_page(corpus_page(corpus), path)


def corpus_page(corpus: Artifact) -> Page:
    """The report of a corpus as a page: a run's report may add sections to it."""
    steps: list[dict[str, Any]] = corpus.manifest["steps"]
    files = next((s for s in steps if s["unit"] == "file_id"), None)
    select = next((s for s in reversed(steps) if s["name"] == "select"), None)
    documents = corpus.part("documents").rows
    stopped = corpus.part("quarantine").rows
    kept = select["rows_kept"] if select else documents
    figures = [
        (number(files["rows_in"]) if files else "0", "files read"),
        (number(documents), "documents extracted"),
        (number(kept), "documents kept"),
        (number(select["rows_dropped"]) if select else "0", "documents dropped by a rule"),
        (number(stopped), "rows quarantined by an error"),
        (number(corpus.part("facts").rows), "facts"),
    ]
    sections = [
        flow_section(steps),
        funnel_section(corpus),
        sources_section(corpus),
        _documents(corpus),
        _structure(corpus),
        copies_section(corpus),
        _splits(corpus),
        decided_section(corpus),
        _quarantined(corpus),
        leaks_section(corpus),
    ]
    seconds = sum(s["seconds"] for s in steps)
    return Page(
        title=f"Corpus {corpus.path.name}",
        lead=f"{documents:,} documents were extracted in {seconds:,.0f} seconds of work; each row "
        "that came in is kept, dropped by a named rule, or quarantined with its error. "
        "`qhdata explain ID` tells the story of any of them.",
        figures=tuple(figures),
        sections=tuple(s for s in sections if s is not None),
    )


def flow_section(steps: Sequence[dict[str, Any]]) -> Section:
    """The flow of rows through steps: chart and table. steps: a manifest's rows."""
    shown = _flows(steps)
    rows = [
        (
            f"{s['name']}@{s['version']}",
            NOUNS.get(s["unit"], s["unit"]),
            s["rows_in"],
            s["rows_kept"],
            s["rows_dropped"],
            s["rows_quarantined"],
            s["rows_out"],
            float(s["seconds"]),
        )
        for s in steps
    ]
    head = ("step", "unit", "in", "kept", "dropped", "quarantined", "rows out", "seconds")
    return Section(
        "What happened at each step",
        "In = kept + dropped + quarantined, at every step.",
        (Chart("Rows through the steps", flow("Rows through the steps", shown), FLOW_LEGEND),),
        (Grid("All steps", head, rows),),
    )


def _flows(steps: Sequence[dict[str, Any]]) -> list[Flow]:
    """Steps as bars; neighbours that lost nothing are one bar that says how many they are."""
    found: list[Flow] = []
    whole: list[str] = []
    for step in steps:
        if step["name"] in QUIET or step["name"].endswith("_fold"):
            continue
        noun = NOUNS.get(step["unit"], step["unit"])
        lost = step["rows_dropped"] + step["rows_quarantined"]
        if lost or step["name"] in ENDS:
            whole = []
            name = step["name"]
        else:
            together = bool(whole) and found[-1].unit == noun
            whole = [*whole, step["name"]] if together else [step["name"]]
            name = whole[0] if len(whole) == 1 else f"{len(whole)} steps without loss"
            if together:
                found.pop()
        found.append(
            Flow(name, noun, step["rows_kept"], step["rows_dropped"], step["rows_quarantined"])
        )
    return found


def _documents(corpus: Artifact) -> Section | None:
    if not corpus.part("documents").rows:
        return None
    columns = ["source", "doc_type", "n_chars", "filing_id"]
    rows = corpus.table("documents", columns).to_pylist()
    years: Counter[str] = Counter()
    if corpus.part("filings").rows:
        for filing in corpus.table("filings", ["public_at", "period_end"]).to_pylist():
            moment = filing["public_at"] or filing["period_end"]
            years[moment[:4] if moment else "unknown"] += 1
    charts = [
        counted("Documents by type", Counter(r["doc_type"] or "(none)" for r in rows), "documents"),
        counted("Documents by source", Counter(r["source"] for r in rows), "documents"),
    ]
    languages = _languages(corpus)
    if languages:
        charts.append(counted("Languages", languages, "documents"))
    if years:
        ordered = sorted(years.items())[-30:]
        title = "Filings by year"
        charts.append(Chart(title, bars(title, ordered, "filings")))
    title = "Length of documents"
    charts.append(Chart(title, histogram(title, [r["n_chars"] for r in rows], "characters")))
    return Section("What the documents are", "", tuple(charts))


def _languages(corpus: Artifact) -> Counter[str]:
    best: dict[str, tuple[float, str]] = {}
    for name in corpus.manifest["parts"]:
        if name.startswith("tags/language@"):
            for tag in corpus.table(name).to_pylist():
                pair = (tag["score"], tag["label"])
                best[tag["doc_id"]] = max(best.get(tag["doc_id"], pair), pair)
    return Counter(label for _, label in best.values())


def _structure(corpus: Artifact) -> Section | None:
    charts = []
    if corpus.part("sections").rows:
        rows = corpus.table("sections", ["key", "status"]).to_pylist()
        found = Counter(r["key"] for r in rows if r["status"] == "present")
        headings = found.pop("heading", 0)
        title = f"Items found, beside {headings:,} other headings"
        charts.append(counted(title, found, "documents", most=20))
        status = Counter(r["status"] for r in rows)
        charts.append(counted("Sections by status", status, "sections"))
    if corpus.part("tables").rows:
        kinds = Counter(corpus.table("tables", ["kind"])["kind"].to_pylist())
        charts.append(counted("Tables by kind", kinds, "tables"))
    if corpus.part("facts").rows:
        kinds = Counter(corpus.table("facts", ["kind"])["kind"].to_pylist())
        charts.append(counted("Facts by kind", kinds, "facts"))
    return Section("What was found in them", "", tuple(charts)) if charts else None


def _splits(corpus: Artifact) -> Section | None:
    if not corpus.part("doc_splits").rows:
        return None
    documents: Counter[str] = Counter(corpus.table("doc_splits", ["split"])["split"].to_pylist())
    filers: Counter[str] = Counter(
        corpus.table("splits", ["split"])["split"].to_pylist() if corpus.part("splits").rows else ()
    )
    names = ("train", "dev", "test")
    rows = [(name, filers[name], documents[name]) for name in names]
    return Section(
        "Splits",
        "By filer: no filer stands on two sides.",
        (),
        (Grid("Filers and documents", ("split", "filers", "documents"), rows),),
    )


def _quarantined(corpus: Artifact) -> Section | None:
    if not corpus.part("quarantine").rows:
        return None
    rows = corpus.table("quarantine").to_pylist()
    by_error: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_error[f"{row['step']} {row['error']}"].append(row)
    grid = [
        (r["step"], r["error"], r["unit_id"], r["message"], "yes" if r["retryable"] else "no")
        for _, group in sorted(by_error.items())
        for r in some(group, "unit_id")
    ]
    errors = Counter(r["error"] for r in rows)
    return Section(
        "What an error stopped",
        "Quarantined rows are counted and named; nothing downstream sees them.",
        (counted("Quarantined by error", errors, "rows"),),
        (
            Grid(
                f"Up to {SAMPLES} of each error",
                ("step", "error", "row", "message", "retry may help"),
                grid,
            ),
        ),
    )
