"""Train the finance classifier: finance documents of the training split against a general source.

fastText on passages of prose, one thread, a fixed seed and first vectors of our own, so the same
corpus gives the same bytes: fastText 0.9.3 with one thread initialises a tenth of its vectors and
takes the rest as memory holds it (measured: half of the runs end in "Encountered NaN").
What it can tell is measured on documents of dev and test, which it never saw, and stands beside it:
on an invented universe that is a proof of plumbing, not a figure of quality.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines.options import Corpus, Out
from qhdata.artifact import Artifact, Keep
from qhdata.errors import MissingExtra, UserError
from qhdata.recipe import Settings, plain
from qhdata.render import read_edits, render
from qhdata.stores import fetch, publish
from qhdata.taggers.finance import POSITIVE, file_sha256, scorer
from qhdata.taggers.passages import passages

NEGATIVE = "__label__general"


@dataclass(frozen=True, kw_only=True)
class Classifier(Settings):
    """Where the finance classifier comes from, and how one is trained."""

    asset: str = ""
    """Folder of a trained classifier; empty: train one from the corpus itself."""
    train: bool = True
    """Train where no asset is given and the corpus has a general source."""
    general: tuple[str, ...] = ("general",)
    """Sources that are not finance: the other side of the classifier."""
    passages: int = 16
    """Passages a document gives to training at most: long filings should not drown short ones."""
    most: int = 20_000
    """Passages of a side at most, spread evenly; more no longer moved held-out precision."""
    dimension: int = 16
    """Of word vectors: two classes need few."""
    epochs: int = 10
    """Passes over the passages."""
    rate: float = 0.5
    """Learning rate: fastText's usual for classification."""
    least: int = 3
    """Words and pairs seen less often are left out."""
    seed: int = 1
    """Of the first vectors."""


class NoTrainingText(UserError):
    """One side of the classifier has no document in the training split."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One document's passages, its split and its side."""

    doc_id: str
    split: str
    finance: bool
    passages: tuple[str, ...]
    public_at: str | None


def train(
    corpus: Corpus,
    *,
    out: Out,
    general: Annotated[tuple[str, ...], Parameter(help="Sources that are not finance.")] = (
        "general",
    ),
) -> None:
    """Train a finance classifier on a corpus' training split; prints its held-out figures."""
    settings = Classifier(general=general)
    found = Artifact.open(corpus, "corpus")
    metrics = train_classifier(found, out, settings, drop=frozenset())
    print(
        f"{out}: {held_out(metrics)}.   "
        f"qhdata build SOURCE -o CORPUS --set corpus.finance.asset={out}"
    )


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
        _fit(pieces, settings, model, str(corpus.path))
        metrics = _measure(pieces, model)
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
                yield Piece(
                    row["doc_id"],
                    splits[row["doc_id"]],
                    row["source"] not in settings.general,
                    tuple(found),
                    row["public_at"],
                )


def _fit(pieces: Sequence[Piece], settings: Classifier, model: Path, where: str) -> None:
    try:
        import fasttext
    except ModuleNotFoundError:
        raise MissingExtra(
            what="fasttext is not installed",
            where="corpus.finance",
            mend="pip install 'qhdata[corpus]' (it needs a C++ compiler)",
        ) from None
    sides = []
    for finance in (True, False):
        own = [t for p in pieces if p.split == "train" and p.finance == finance for t in p.passages]
        if not own:
            side = "finance" if finance else f"general ({', '.join(settings.general)})"
            raise NoTrainingText(
                what=f"no {side} document is in the training split",
                where=where,
                mend="build with both kinds of source, or drop the tag finance",
            )
        sides.append(_spread(own, settings.most))
    most = max(map(len, sides))
    with tempfile.TemporaryDirectory() as folder:
        lines, vectors = Path(folder) / "train.txt", Path(folder) / "vectors.txt"
        words: Counter[str] = Counter()
        with lines.open("w", encoding="utf-8") as handle:
            # One of each in turn, the smaller side again and again: fastText has no class weights.
            for n in range(most):
                for label, texts in zip((POSITIVE, NEGATIVE), sides, strict=True):
                    handle.write(f"{label} {texts[n % len(texts)]}\n")
                    words.update(texts[n % len(texts)].split())
        vocabulary = sorted(word for word, n in words.items() if n >= settings.least)
        _write_vectors(vectors, ["</s>", *vocabulary], settings)
        fitted = fasttext.train_supervised(
            input=str(lines),
            dim=settings.dimension,
            epoch=settings.epochs,
            lr=settings.rate,
            wordNgrams=1,
            bucket=0,
            minn=0,
            maxn=0,
            minCount=settings.least,
            pretrainedVectors=str(vectors),
            thread=1,
            seed=settings.seed,
            verbose=0,
        )
        temporary = model.parent / "_model.bin"
        fitted.save_model(str(temporary))
        temporary.replace(model)
        publish(model)


def _write_vectors(path: Path, words: Sequence[str], settings: Classifier) -> None:
    """First vectors, uniform in +-1/dimension, each from its word's hash."""
    dim = settings.dimension
    with path.open("w", encoding="utf-8") as handle:
        handle.write(f"{len(words)} {dim}\n")
        for word in words:
            key = f"{settings.seed} {word}".encode()
            bits = b"".join(
                hashlib.blake2b(key, digest_size=32, salt=b"%d" % block).digest()
                for block in range(-(-dim // 16))
            )
            values = (int.from_bytes(bits[2 * i : 2 * i + 2], "big") for i in range(dim))
            text = " ".join(f"{(value / 32768 - 1) / dim:.6f}" for value in values)
            handle.write(f"{word} {text}\n")


def _spread(items: list[str], most: int) -> list[str]:
    if len(items) <= most:
        return items
    return [items[i * len(items) // most] for i in range(most)]


def _measure(pieces: Sequence[Piece], model: Path) -> dict[str, Any]:
    """Precision and recall at 0.5 and AUC over held-out documents (dev and test together)."""
    score = scorer(model)
    held = [p for p in pieces if p.split != "train"]
    scores = [sum(score(p.passages)) / len(p.passages) for p in held]
    yes = [s for s, p in zip(scores, held, strict=True) if p.finance]
    no = [s for s, p in zip(scores, held, strict=True) if not p.finance]
    hits = sum(s >= 0.5 for s in yes)
    false = sum(s >= 0.5 for s in no)
    return {
        "precision": round(hits / (hits + false), 4) if hits + false else 0.0,
        "recall": round(hits / len(yes), 4) if yes else 0.0,
        "auc": round(auc(yes, no), 4),
        "n": len(held),
        "n_finance": len(yes),
        "n_general": len(no),
        "n_train": sum(p.split == "train" for p in pieces),
    }


def held_out(metrics: Mapping[str, Any]) -> str:
    """The held-out figures in words; none where one side has no held-out document."""
    if not metrics["n_finance"] or not metrics["n_general"]:
        side = "general" if metrics["n_finance"] else "finance"
        return f"not measured, no held-out {side} document"
    return (
        f"held out: precision {metrics['precision']:.3f}, recall {metrics['recall']:.3f}, "
        f"AUC {metrics['auc']:.3f} (n={metrics['n']})"
    )


def auc(yes: Sequence[float], no: Sequence[float]) -> float:
    """Share of pairs in which the positive scores higher, ties half; 0.5 where a side is empty.

    >>> auc([0.9, 0.4], [0.1, 0.4])
    0.875
    """
    if not yes or not no:
        return 0.5
    ordered = sorted([(s, 1) for s in yes] + [(s, 0) for s in no])
    wins, seen, i = 0.0, 0, 0
    while i < len(ordered):
        j = i
        while j < len(ordered) and ordered[j][0] == ordered[i][0]:
            j += 1
        ties = sum(1 for _, side in ordered[i:j] if side == 0)
        wins += sum(side for _, side in ordered[i:j]) * (seen + ties / 2)
        seen += ties
        i = j
    return wins / (len(yes) * len(no))
