"""How much a document reads like finance: a fastText classifier, trained once into an asset.

A document's score is the mean over passages spread through its prose. The model is used by path and
checked by its sha256; `pipelines/classifier.py` trains one from a corpus' training split.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from qhdata.recipe import AtLeastOne, Settings
from qhdata.step import TAG_SCHEMA, Work, each_text, tag_part
from qhdata.stores import fetch, here
from qhdata.taggers.fasttext_model import probabilities, refuse_another
from qhdata.taggers.passages import passages

FINANCE = "finance"
"""The label of the positive side; the other side's is `general`."""


@dataclass(frozen=True, kw_only=True)
class Finance(Settings):
    """One label, `finance`, 0 to 1; a document without a passage scores 0."""

    name: ClassVar[str] = "finance"
    version: ClassVar[int] = 1
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    labels: ClassVar[tuple[str, ...]] = (FINANCE,)
    elsewhere: ClassVar[tuple[str, ...]] = ("asset",)

    asset: str
    """Folder of the classifier: model.bin and manifest.json."""
    sha256: str
    """Of model.bin: which classifier it is, wherever it lies."""
    passages: AtLeastOne = 8
    """Passages a document is judged by."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Its tags."""
        return {tag_part(self): TAG_SCHEMA}

    def open(self) -> Work:
        """Load the model. Raises UserError where it is absent or another one."""
        path = fetch(here(self.asset) / "model.bin")
        refuse_another(path, self.sha256)
        score = scorer(path)

        def measure(text: str) -> tuple[float]:
            some = passages(text, self.passages)
            scores = score(some) if some else [0.0]
            return (sum(scores) / len(scores),)

        return each_text(("finance",), measure, tag_part(self))


def scorer(path: Path) -> Callable[[Sequence[str]], list[float]]:
    """Passages -> probability of finance, by the fastText model at `path`."""
    judge = probabilities(path)

    def score(texts: Sequence[str]) -> list[float]:
        return [row.get(FINANCE, 0.0) for row in judge(texts)]

    return score
