"""Fit a fastText model: the same passages in the same order give the same bytes.

One thread, a fixed seed and first vectors of our own: fastText 0.9.3 with one thread initialises a
tenth of its vectors and takes the rest as memory holds it (measured: half of the runs end in
"Encountered NaN").
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from qhdata.errors import MissingExtra
from qhdata.recipe import Settings
from qhdata.taggers.fasttext_model import PREFIX

_PASSAGES = (
    "Passages a document gives to training at most: long filings should not drown short ones."
)
_MOST = "Passages of a side at most, spread evenly; more no longer moved held-out precision."
_DIMENSION = "Of word vectors: a few classes need few."
_RATE = "Learning rate: fastText's usual for classification."
_LEAST = "Words and pairs seen less often are left out."
_SEED = "Of the first vectors, and of what chance decides."


@dataclass(frozen=True, kw_only=True)
class Fit(Settings):
    """How a classifier is fitted."""

    # Descriptions, not docstrings under the fields: settings that inherit these keep them.
    passages: Annotated[int, Field(ge=1, description=_PASSAGES)] = 16
    most: Annotated[int, Field(ge=1, description=_MOST)] = 20_000
    dimension: Annotated[int, Field(ge=1, description=_DIMENSION)] = 16
    epochs: Annotated[int, Field(ge=1, description="Passes over the passages.")] = 10
    rate: Annotated[float, Field(gt=0, description=_RATE)] = 0.5
    least: Annotated[int, Field(ge=1, description=_LEAST)] = 3
    seed: Annotated[int, Field(description=_SEED)] = 1


def fit(sides: Mapping[str, Sequence[str]], settings: Fit, model: Path) -> None:
    """Fit on passages by label and write the model. sides: label -> passages, none empty; their
    order counts.
    """
    try:
        import fasttext
    except ModuleNotFoundError:
        raise MissingExtra(
            what="fasttext is not installed",
            where="classifier",
            mend="pip install 'qhdata[corpus]' (it needs a C++ compiler)",
        ) from None
    chosen = {label: spread(texts, settings.most) for label, texts in sides.items()}
    most = max(map(len, chosen.values()))
    with tempfile.TemporaryDirectory() as folder:
        lines, vectors = Path(folder) / "train.txt", Path(folder) / "vectors.txt"
        words: Counter[str] = Counter()
        with lines.open("w", encoding="utf-8") as handle:
            # One of each in turn, smaller sides again and again: fastText has no class weights.
            for n in range(most):
                for label, texts in chosen.items():
                    handle.write(f"{PREFIX}{label} {texts[n % len(texts)]}\n")
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


def spread(items: Sequence[str], most: int) -> Sequence[str]:
    """At most `most` of them, evenly."""
    if len(items) <= most:
        return items
    return [items[i * len(items) // most] for i in range(most)]


def _write_vectors(path: Path, words: Sequence[str], settings: Fit) -> None:
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
