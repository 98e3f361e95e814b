"""What a document is about: the likeliest topic of a fastText classifier, trained into an asset.

`qhdata classifier train --label filing=PATH --label legal=PATH ...` makes one. A document's score
is the topic's mean probability over passages spread through its prose; the model is used by path
and checked by its sha256.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, ClassVar

import pyarrow as pa
from pydantic import Field

from qhdata.recipe import AtLeastOne, Settings
from qhdata.records import Rows, Tag, to_batch
from qhdata.step import TAG_SCHEMA, Work, tag_part
from qhdata.taggers.fasttext_model import (
    Probabilities,
    file_sha256,
    mean_of,
    probabilities,
    refuse_another,
)
from qhdata.taggers.passages import passages

UNKNOWN = "und"


@dataclass(frozen=True, kw_only=True)
class Topic(Settings):
    """One label, the topic, with its probability; `und` where there are under 8 words."""

    name: ClassVar[str] = "topic"
    version: ClassVar[int] = 1
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    elsewhere: ClassVar[tuple[str, ...]] = ("asset",)

    asset: str
    """Folder of the classifier: model.bin and manifest.json."""
    sha256: str = ""
    """Of model.bin: which classifier it is, wherever it lies; empty: the one that lies there."""
    passages: AtLeastOne = 8
    """Passages a document is judged by."""
    least_score: Annotated[float, Field(ge=0, le=1)] = 0.0
    """A guess below is `und`."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Its tags."""
        return {tag_part(self): TAG_SCHEMA}

    def settled(self) -> Topic:
        """With the checksum of the model. Raises UserError where there is none."""
        return replace(self, sha256=self.sha256 or file_sha256(self._model))

    def open(self) -> Work:
        """Load the model. Raises UserError where it is absent or another one."""
        refuse_another(self._model, self.settled().sha256)
        judge = probabilities(self._model, where="tag.topic")
        part = tag_part(self)

        def work(rows: Rows) -> Mapping[str, Rows]:
            tags = []
            ids, texts = rows.column("doc_id").to_pylist(), rows.column("text").to_pylist()
            for doc_id, text in zip(ids, texts, strict=True):
                label, score = self.measure(text, judge)
                tags.append(Tag(doc_id=doc_id, start=None, end=None, label=label, score=score))
            return {part: to_batch(Tag, tags)}

        return work

    def measure(self, text: str, judge: Probabilities) -> tuple[str, float]:
        """Topic and probability of one text; equal ones by name."""
        means = mean_of(judge(passages(text, self.passages)))
        if not means:
            return UNKNOWN, 0.0
        label = min(means, key=lambda name: (-means[name], name))
        score = round(means[label], 4)
        return (label if score >= self.least_score else UNKNOWN), score

    @property
    def _model(self) -> Path:
        return Path(self.asset) / "model.bin"
