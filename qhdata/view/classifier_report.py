"""report.html of a classifier: its held-out figures, its pools, and how far its scores hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qhdata.view.pages import Chart, Grid, Page, Section, write_page
from qhdata.view.reliability import reliability


def write_classifier_report(metrics: Mapping[str, Any], path: Path) -> None:
    """Write the self-contained report of a classifier to `path`."""
    write_page(classifier_page(metrics), path)


def classifier_page(metrics: Mapping[str, Any]) -> Page:
    """The report of a classifier as a page. metrics: as held_out.py makes them."""
    topics = "labels" in metrics
    sections = [_topics(metrics)] if topics else [_pools(metrics)]
    sections.append(_reliability(metrics, topics))
    if metrics.get("left_out"):
        rows = [[reason, n] for reason, n in metrics["left_out"].items()]
        sections.append(
            Section("Left out", grids=(Grid("Texts left out", ("reason", "texts"), rows),))
        )
    return Page(
        title="A topic classifier" if topics else "A finance classifier",
        lead=f"Trained on {metrics['n_train']:,} texts, measured on {metrics['n']:,} of documents "
        "that it never saw.",
        figures=tuple(_figures(metrics, topics)),
        sections=tuple(sections),
    )


def _figures(metrics: Mapping[str, Any], topics: bool) -> list[tuple[str, str]]:
    if topics:
        return [
            (f"{metrics['accuracy']:.3f}", "of held-out texts labelled right"),
            (f"{metrics['calibration_error']:.3f}", "calibration error"),
        ]
    found = [(f"{metrics[k]:.3f}", f"{k} at 0.5") for k in ("precision", "recall")]
    found.append((f"{metrics['auc']:.3f}", "AUC"))
    if "at_recall_90" in metrics:
        found.append((f"{metrics['at_recall_90']['precision']:.3f}", "precision at 90 % recall"))
    found.append((f"{metrics.get('calibration_error', 0.0):.3f}", "calibration error"))
    return found


def _pools(metrics: Mapping[str, Any]) -> Section:
    at = metrics.get("at_recall_90", {"threshold": 0.0})
    rows = [
        [row["pool"], row["side"], row["n"], row["above"], row["above"] / row["n"]]
        for row in metrics.get("pools", ())
    ]
    head = ("pool", "side", "held out", "above", "share")
    return Section(
        "Pools",
        f"Held-out texts at or above {at['threshold']:.3f}, the score that finds nine in ten "
        "finance texts. What of a negative pool stands above is taken for finance wrongly.",
        grids=(Grid("Held-out texts by pool", head, rows),),
    )


def _topics(metrics: Mapping[str, Any]) -> Section:
    names = [row["label"] for row in metrics["labels"]]
    each = [[r["label"], r["precision"], r["recall"], r["n"]] for r in metrics["labels"]]
    rows = [[name, *counts] for name, counts in zip(names, metrics["confusion"], strict=True)]
    return Section(
        "Topics",
        "A row is what texts are, a column what they were taken for.",
        grids=(
            Grid("Each topic", ("topic", "precision", "recall", "held out"), each),
            Grid("Who is taken for whom", ("is", *names), rows),
        ),
    )


def _reliability(metrics: Mapping[str, Any], topics: bool) -> Section:
    bins = metrics.get("reliability", ())
    what = "the likeliest topic is right" if topics else "a text is finance"
    title = "Score against what it holds"
    grid = Grid(
        "The same in numbers",
        ("from", "to", "texts", "mean score", "share right"),
        [[b["from"], b["to"], b["n"], b["mean_score"], b["share_right"]] for b in bins],
        folded=True,
    )
    return Section(
        "Reliability",
        f"How often {what}, where the score says so: held-out texts as they were given, whose "
        "sides may be mixed otherwise elsewhere.",
        charts=(Chart(title, reliability(title, bins, "texts")),),
        grids=(grid,),
    )
