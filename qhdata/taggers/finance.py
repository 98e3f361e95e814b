"""How much a document reads like finance: a fastText classifier, trained once into an asset.

A document's score is the mean over passages spread through its prose. The model is used by path and
checked by its sha256; `pipelines/classifier.py` trains one from a corpus' training split.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from qhdata.errors import MissingExtra, UserError
from qhdata.recipe import Settings
from qhdata.step import TAG_SCHEMA, Work, each_text, tag_part
from qhdata.stores import fetch, here
from qhdata.taggers.passages import passages

POSITIVE = "__label__finance"


@dataclass(frozen=True, kw_only=True)
class Finance(Settings):
    """One label, `finance`, 0 to 1; a document without a passage scores 0."""

    name: ClassVar[str] = "finance"
    version: ClassVar[int] = 1
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    elsewhere: ClassVar[tuple[str, ...]] = ("asset",)

    asset: str
    """Folder of the classifier: model.bin and manifest.json."""
    sha256: str
    """Of model.bin: which classifier it is, wherever it lies."""
    passages: int = 8
    """Passages a document is judged by."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Its tags."""
        return {tag_part(self): TAG_SCHEMA}

    def open(self) -> Work:
        """Load the model. Raises UserError where it is absent or another one."""
        path = fetch(here(self.asset) / "model.bin")
        found = file_sha256(path)
        if found != self.sha256:
            raise UserError(
                what=f"is another model: sha256 {found[:12]}, wanted {self.sha256[:12]}",
                where=str(path),
                mend="train it again into a new folder, or build into a new corpus",
            )
        score = scorer(path)

        def measure(text: str) -> tuple[float]:
            some = passages(text, self.passages)
            scores = score(some) if some else [0.0]
            return (sum(scores) / len(scores),)

        return each_text(("finance",), measure, tag_part(self))


def file_sha256(path: Path) -> str:
    """Checksum of a file. Raises UserError where there is none."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise UserError(
            what=f"cannot be read: {error.strerror}",
            where=str(path),
            mend="train one: see pipelines/classifier.py",
        ) from None


def scorer(path: Path) -> Callable[[Sequence[str]], list[float]]:
    """Passages -> probability of finance, by the fastText model at `path`."""
    model = load_model(path)

    def score(texts: Sequence[str]) -> list[float]:
        # On numpy 2 fastText's predict of one string fails; of a list it works.
        labels, values = model.predict(list(texts), k=2)
        return [
            next((min(1.0, float(v)) for n, v in zip(ns, vs, strict=True) if n == POSITIVE), 0.0)
            for ns, vs in zip(labels, values, strict=True)
        ]

    return score


def load_model(path: Path) -> Any:
    """A fastText model. Raises MissingExtra where fastText is absent."""
    try:
        from fasttext.FastText import _FastText
    except ModuleNotFoundError:
        raise MissingExtra(
            what="fasttext is not installed",
            where="tag.finance",
            mend="pip install 'qhdata[corpus]' (it needs a C++ compiler)",
        ) from None
    # The class itself: the package's load_model prints a warning to stderr.
    return _FastText(model_path=str(path))
