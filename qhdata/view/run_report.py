"""report.html of a run: what training did to each metric, how it went, and the corpus below it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.view.charts import bars, lines, number
from qhdata.view.pages import Chart, Grid, Page, Section, write_page
from qhdata.view.report import corpus_page

WORDS = {
    "bits_per_byte": "bits per byte of held-out text (lower is better)",
    "exact": "held-out problems answered exactly",
    "success": "held-out episodes that succeeded",
    "constraints": "constraints of held-out tasks met",
}
POINTS = 100
"""Of a curve."""
INVENTED = "The filings are invented: these figures prove the plumbing and nothing else."


def write_run_report(run: Path, summary: Mapping[str, Any], path: Path) -> None:
    """Write the self-contained report of a run folder to `path`.

    summary: what summary.json holds. Curves are read from each stage's metrics.jsonl.
    """
    write_page(run_page(run, summary), path)


def run_page(run: Path, summary: Mapping[str, Any]) -> Page:
    """The report as a page: stages first, then the sections of the corpus."""
    corpus = corpus_page(Artifact.open(run / "corpus", "corpus"))
    stages = [s for s in summary["stages"] if "metric" in s]
    data = [s for s in summary["stages"] if "rows_in" in s]
    tokens = sum(s["tokens"] for s in stages)
    figures = [*corpus.figures[:3], (number(tokens), "tokens trained on")]
    sections = [_stages(stages), _metrics(summary), _curves(run, stages), _made(data)]
    return Page(
        title=f"Run {run.name}",
        lead=f"Raw filings to a model trained through {len(stages)} stages. "
        + (INVENTED if summary.get("universe") else "The filings are the user's own."),
        figures=tuple(figures),
        sections=(*(s for s in sections if s is not None), *corpus.sections),
    )


def _stages(stages: list[dict[str, Any]]) -> Section:
    rows = [
        (
            s["name"],
            s["tokens"],
            float(s["seconds"]),
            s["metric"],
            round(s["before"], 4),
            round(s["after"], 4),
            f"{s['interval'][0]:+.4f} to {s['interval'][1]:+.4f}",
            s["n"],
        )
        for s in stages
    ]
    head = ("stage", "tokens", "seconds", "metric", "before", "after", "difference, 95 %", "n")
    return Section(
        "What each stage changed",
        "Before is the checkpoint of the stage before, on the same held-out rows; the interval is "
        "that of the paired difference.",
        (),
        (Grid("Stages", head, rows),),
    )


def _metrics(summary: Mapping[str, Any]) -> Section | None:
    evaluations: Mapping[str, Mapping[str, Any]] = summary.get("evaluations", {})
    if not evaluations:
        return None
    charts = []
    for metric, words in WORDS.items():
        rows = [
            (stage, float(found[metric]["value"]))
            for stage, found in evaluations.items()
            if metric in found
        ]
        if rows:
            charts.append(Chart(words, bars(words, rows)))
    head = ("after", *WORDS)
    table = [
        (stage, *(round(float(found[m]["value"]), 4) if m in found else None for m in WORDS))
        for stage, found in evaluations.items()
    ]
    return Section(
        "Every metric after every stage",
        "Training one skill may cost another; that is why all are measured each time.",
        tuple(charts),
        (Grid("All measurements", head, table),),
    )


def _curves(run: Path, stages: list[dict[str, Any]]) -> Section | None:
    charts = []
    for stage in stages:
        points = _points(run / "checkpoints" / stage["name"] / "metrics.jsonl")
        for key, words in (("loss", "loss"), ("reward", "mean reward of rollouts")):
            series = [(float(p["step"]), float(p[key])) for p in points if key in p and "step" in p]
            if len(series) < 2 or (key == "loss" and any("reward" in p for p in points)):
                continue
            title = f"{stage['name']}: {words} by update"
            charts.append(Chart(title, lines(title, {words: _means(series)}, "updates", words)))
    if not charts:
        return None
    intro = f"Means of consecutive updates, at most {POINTS} points a curve."
    return Section("How training went", intro, tuple(charts), ())


def _means(series: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most POINTS points, each the mean of a run of consecutive ones: noise hides the course."""
    each = -(-len(series) // POINTS)
    runs = [series[i : i + each] for i in range(0, len(series), each)]
    return [(run[-1][0], sum(y for _, y in run) / len(run)) for run in runs]


def _points(path: Path) -> list[dict[str, Any]]:
    try:
        found = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    points = []
    for line in found:
        try:
            point = json.loads(line)
        except ValueError:
            continue
        if isinstance(point, dict):
            points.append(point)
    return points


def _made(data: list[dict[str, Any]]) -> Section:
    rows = [
        (
            s["name"],
            s["unit"],
            s["rows_in"],
            s["rows_kept"],
            s["rows_dropped"],
            s["rows_quarantined"],
            float(s["seconds"]),
        )
        for s in data
        if not s["name"].startswith("corpus.")
    ]
    head = ("step", "unit", "in", "kept", "dropped", "quarantined", "seconds")
    return Section(
        "What was made of the corpus",
        "World, synthesis and shards; in = kept + dropped + quarantined.",
        (),
        (Grid("Steps", head, rows),),
    )
