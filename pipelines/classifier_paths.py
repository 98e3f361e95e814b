"""Train a classifier on texts by path: `--positive` and `--negative`, or `--label TOPIC=PATH`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.classifier.fit import Fit, fit
from qhdata.classifier.held_out import several, two_sides
from qhdata.classifier.pieces import Piece, read_pieces, training_sides
from qhdata.errors import UserError
from qhdata.recipe import digest, plain
from qhdata.taggers.fasttext_model import file_sha256, probabilities
from qhdata.taggers.finance import FINANCE

Sides = Mapping[str, Sequence[Path]]
"""Label -> paths of its texts; the order counts."""

_LABEL = re.compile(r"([a-z][a-z0-9_-]*)=(.+)", re.S)


def sides_of(positive: Sequence[Path], negative: Sequence[Path], label: Sequence[str]) -> Sides:
    """What the command line says of the sides. Raises UserError where it says too little."""
    if label and (positive or negative):
        raise UserError(
            what="topics and two sides do not go together",
            where="--label",
            mend="give --label alone, or --positive and --negative",
        )
    if not label:
        if not positive or not negative:
            raise UserError(
                what="there is nothing to train on",
                where="classifier train",
                mend="give --corpus, or --positive and --negative, or --label TOPIC=PATH twice",
            )
        return {FINANCE: list(positive), "general": list(negative)}
    topics: dict[str, list[Path]] = {}
    for item in label:
        found = _LABEL.fullmatch(item)
        if found is None:
            raise UserError(
                what=f"not TOPIC=PATH: {item!r}", where="--label", mend="such as news=folder"
            )
        topics.setdefault(found[1], []).append(Path(found[2]))
    if len(topics) < 2:
        raise UserError(what="one topic tells nothing apart", where="--label", mend="give two")
    return dict(sorted(topics.items()))


def train_on_paths(sides: Sides, out: Path, settings: Fit, share: float) -> dict[str, Any]:
    """Train into the folder `out` unless it is there; its held-out metrics.

    share: of each path's documents, held out. Raises UserError for a share that leaves a split
    empty, ForeignRecipe where `out` was trained on other texts.
    """
    if not 0 < share < 1:
        raise UserError(
            what=f"{share:g} is no share of documents", where="--held-out", mend="such as 0.2"
        )
    skipped: Counter[str] = Counter()
    pieces = read_pieces(sides, settings, share, skipped)
    training = training_sides(pieces, list(sides))
    identity = {**plain(settings), "labels": list(sides), "held_out": share}
    with Artifact.create(out, "asset", settings=identity, inputs=_inputs(pieces)) as asset:
        notes = asset.manifest.get("notes", {})
        model = out / "model.bin"
        if notes.get("sha256") and model.exists() and file_sha256(model) == notes["sha256"]:
            metrics: dict[str, Any] = notes["metrics"]
            return metrics
        fit(training, settings, model)
        judge = probabilities(model)
        two = set(sides) == {FINANCE, "general"}
        metrics = two_sides(pieces, judge) if two else several(pieces, judge, list(sides))
        metrics["left_out"] = dict(sorted(skipped.items()))
        asset.note(sha256=file_sha256(model), bytes=model.stat().st_size, metrics=metrics)
    return metrics


def _inputs(pieces: Sequence[Piece]) -> dict[str, str]:
    """Digest of each pool's texts."""
    texts: dict[str, list[str]] = {}
    for piece in pieces:
        texts.setdefault(piece.pool, []).append(f"{piece.label} {piece.text.hex()}")
    return {pool: digest(sorted(own), 32) for pool, own in sorted(texts.items())}
