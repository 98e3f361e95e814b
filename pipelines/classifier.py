"""Train a classifier into an asset: finance against general text, or topics by name.

From a corpus' training split (as a build does), or from texts by path. What it can tell is measured
on documents that it never saw and stands beside it, in manifest.json and report.html: on an
invented universe that is a proof of plumbing, not a figure of quality.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines.classifier_paths import sides_of, train_on_paths
from pipelines.options import Out, Overrides
from pipelines.viewable import if_viewable
from qhdata.artifact import Artifact, Keep
from qhdata.classifier.fit import Fit, fit
from qhdata.classifier.held_out import two_sides
from qhdata.classifier.pieces import NoTrainingText, Piece, training_sides
from qhdata.errors import UserError
from qhdata.recipe import override, parse, plain
from qhdata.render import read_edits, render
from qhdata.stores import fetch, publish
from qhdata.taggers.fasttext_model import file_sha256, probabilities
from qhdata.taggers.finance import FINANCE
from qhdata.taggers.passages import passages

GENERAL = "general"


@dataclass(frozen=True, kw_only=True)
class Classifier(Fit):
    """Where the finance classifier comes from, and how one is trained."""

    asset: str = ""
    """Folder of a trained classifier; empty: train one from the corpus itself."""
    train: bool = True
    """Train where no asset is given and the corpus has a general source."""
    general: tuple[str, ...] = ("general",)
    """Sources that are not finance: the other side of the classifier."""


def train(
    *,
    out: Out,
    corpus: Annotated[
        Path | None,
        Parameter(name=["--corpus", "-c"], help="A corpus: finance against a general source."),
    ] = None,
    general: Annotated[tuple[str, ...], Parameter(help="Its sources that are not finance.")] = (
        "general",
    ),
    positive: Annotated[
        tuple[Path, ...], Parameter(negative="", help="Finance texts: a file, folder or corpus.")
    ] = (),
    negative: Annotated[
        tuple[Path, ...], Parameter(negative="", help="Texts that are not finance.")
    ] = (),
    label: Annotated[
        tuple[str, ...], Parameter(negative="", help="TOPIC=PATH, for two topics or more.")
    ] = (),
    held_out: Annotated[float, Parameter(help="Share of each path's documents to measure on.")] = (
        0.2
    ),
    overrides: Overrides = (),
) -> None:
    """Train a classifier, on a corpus or on texts by path; prints its held-out figures."""
    if corpus is not None:
        if positive or negative or label:
            raise UserError(
                what="a corpus and texts by path do not go together",
                where="--corpus",
                mend="a corpus is a path too: --positive CORPUS",
            )
        settings = parse(Classifier, override({"general": list(general)}, overrides), "--set")
        metrics = train_classifier(Artifact.open(corpus, "corpus"), out, settings, drop=frozenset())
        _report(metrics, out)
        print(f"{out}: {in_words(metrics)}.   {_use(out, FINANCE)}")
        return
    sides = sides_of(positive, negative, label)
    found = train_on_paths(sides, out, parse(Fit, override({}, overrides), "--set"), held_out)
    _report(found, out)
    tagger = "topic" if label else FINANCE
    print(f"{out}: {in_words(found)}.   {_use(out, tagger)}")


def _use(out: Path, tagger: str) -> str:
    if tagger == FINANCE:
        return f"qhdata build SOURCE -o CORPUS --set corpus.finance.asset={out}"
    return f"a recipe's corpus.tag: {{topic: {{asset: {out}}}}}"


def _report(metrics: Mapping[str, Any], out: Path) -> None:
    with if_viewable():
        from qhdata.view.classifier_report import write_classifier_report

        write_classifier_report(metrics, out / "report.html")


def train_classifier(
    corpus: Artifact,
    out: Path,
    settings: Classifier,
    *,
    drop: frozenset[str],
    anew: bool = False,
) -> dict[str, Any]:
    """Train into the folder `out` (model.bin, manifest.json) unless it is there; its held-out
    metrics.

    drop: doc_ids that would not be kept anyway. anew: train again where the corpus has changed
    since, as a build's own classifier does; else that is refused. Raises NoTrainingText where a
    side has no document.
    """
    identity = {k: v for k, v in plain(settings).items() if k not in ("asset", "train")}
    inputs = {
        "documents": corpus.digest("documents"),
        "doc_splits": corpus.digest("doc_splits"),
        "dropped": str(len(drop)),
    }
    adapt = _from_nothing if anew else None
    with Artifact.create(out, "asset", settings=identity, inputs=inputs, adapt=adapt) as asset:
        notes = asset.manifest.get("notes", {})
        model = fetch(asset.path / "model.bin")
        if notes.get("sha256") and model.exists() and file_sha256(model) == notes["sha256"]:
            metrics: dict[str, Any] = notes["metrics"]
            return metrics
        # By id: the order of a corpus that grew is another, and fastText learns in order.
        pieces = sorted(_pieces(corpus, settings, drop), key=lambda piece: piece.doc_id)
        try:
            sides = training_sides(pieces, (FINANCE, GENERAL))
        except NoTrainingText as error:
            own = f" ({', '.join(settings.general)})" if f"no {GENERAL}" in error.what else ""
            raise NoTrainingText(
                what=error.what.replace(f"no {GENERAL}", f"no {GENERAL}{own}"),
                where=str(corpus.path),
                mend="build with both kinds of source, or drop the tag finance",
            ) from None
        fit(sides, settings, model)
        metrics = two_sides(pieces, probabilities(model))
        publish(model)
        moments = [piece.public_at for piece in pieces]
        asset.note(
            sha256=file_sha256(model),
            bytes=model.stat().st_size,
            metrics=metrics,
            public_at=max(filter(None, moments), default=None),
            undated=moments.count(None),
        )
    return metrics


def _from_nothing(asset: Artifact, wanted: Mapping[str, Any]) -> Keep:
    asset.manifest.pop("notes", None)
    return lambda _step, _chunk: False


def has_both_sides(corpus: Artifact, settings: Classifier) -> bool:
    """Whether the corpus has documents of a general source and of another."""
    sources = set(corpus.table("documents", ["source"])["source"].to_pylist())
    return bool(sources & set(settings.general)) and bool(sources - set(settings.general))


def _pieces(corpus: Artifact, settings: Classifier, drop: frozenset[str]) -> Iterator[Piece]:
    table = corpus.table("doc_splits", ["doc_id", "split"])
    splits = dict(zip(table["doc_id"].to_pylist(), table["split"].to_pylist(), strict=True))
    edits = read_edits(corpus)
    columns = ["doc_id", "source", "text", "public_at"]
    for _, batch in corpus.batches("documents", columns, max_rows=32):
        for row in batch.to_pylist():
            if row["doc_id"] in drop or row["doc_id"] not in splits:
                continue
            text = row["text"]
            if row["doc_id"] in edits:
                text = render(text, edits[row["doc_id"]]).text
            found = passages(text, settings.passages)
            if found:
                label = GENERAL if row["source"] in settings.general else FINANCE
                split = splits[row["doc_id"]]
                yield Piece(
                    row["doc_id"],
                    split,
                    label,
                    tuple(found),
                    row["source"],
                    public_at=row["public_at"],
                )


def in_words(metrics: Mapping[str, Any]) -> str:
    """The held-out figures in words; none where one side has no held-out document."""
    if "labels" in metrics:
        rows = metrics["labels"]
        worst = min(rows, key=lambda row: (row["recall"], row["label"]))
        return (
            f"held out: {metrics['accuracy']:.3f} of {metrics['n']} documents right; least recall "
            f"{worst['recall']:.3f} ({worst['label']}, n={worst['n']})"
        )
    if not metrics["n_finance"] or not metrics["n_general"]:
        side = "general" if metrics["n_finance"] else "finance"
        return f"not measured, no held-out {side} document"
    at = metrics.get("at_recall_90")
    more = f", precision {at['precision']:.3f} at 90 % recall" if at else ""
    return (
        f"held out: precision {metrics['precision']:.3f}, recall {metrics['recall']:.3f}, "
        f"AUC {metrics['auc']:.3f}{more} (n={metrics['n']})"
    )
