"""A fastText model by path: which one it is (sha256), and what it says of a text.

Nothing is ever downloaded: whoever uses a model says where it lies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qhdata.errors import MissingExtra, UserError

PREFIX = "__label__"

Probabilities = Callable[[Sequence[str]], list[dict[str, float]]]
"""Texts -> of each, label (without its prefix) -> probability."""


def file_sha256(path: Path, mend: str = "train one: qhdata classifier train --help") -> str:
    """Checksum of a file. Raises UserError where there is none."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise UserError(
            what=f"cannot be read: {error.strerror}", where=str(path), mend=mend
        ) from None


def refuse_another(path: Path, wanted: str) -> None:
    """Raise UserError where the file at `path` is not the one of that sha256."""
    found = file_sha256(path)
    if found != wanted:
        raise UserError(
            what=f"is another model: sha256 {found[:12]}, wanted {wanted[:12]}",
            where=str(path),
            mend="train it again into a new folder, or build into a new corpus",
        )


def load_model(path: Path, where: str = "tag.finance") -> Any:
    """A fastText model. Raises MissingExtra where fastText is absent, UserError for a file that is
    none.
    """
    try:
        from fasttext.FastText import _FastText
    except ModuleNotFoundError:
        raise MissingExtra(
            what="fasttext is not installed",
            where=where,
            mend="pip install 'qhdata[corpus]' (it needs a C++ compiler)",
        ) from None
    try:
        # The class itself: the package's load_model prints a warning to stderr.
        return _FastText(model_path=str(path))
    except ValueError as error:
        raise UserError(what=f"no fastText model: {error}", where=str(path)) from None


def probabilities(path: Path, most: int = -1, where: str = "tag.finance") -> Probabilities:
    """The model at `path` as a function; `most` labels of a text, -1 for all."""
    model = load_model(path, where)

    def judge(texts: Sequence[str]) -> list[dict[str, float]]:
        if not texts:
            return []
        # On numpy 2 fastText's predict of one string fails; of a list it works.
        labels, values = model.predict(list(texts), k=most)
        return [
            {n.removeprefix(PREFIX): min(1.0, float(v)) for n, v in zip(ns, vs, strict=True)}
            for ns, vs in zip(labels, values, strict=True)
        ]

    return judge


def mean_of(judged: Sequence[dict[str, float]]) -> dict[str, float]:
    """Mean probability of each label over a document's passages; {} of none."""
    total: dict[str, float] = {}
    for row in judged:
        for label, value in row.items():
            total[label] = total.get(label, 0.0) + value
    return {label: value / len(judged) for label, value in total.items()}
