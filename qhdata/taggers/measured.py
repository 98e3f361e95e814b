"""Taggers of whole documents: a text gives one score for each label.

Such a tagger is its labels and its `measure`; what it writes, and how texts reach it, is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from qhdata.recipe import Settings
from qhdata.step import TAG_SCHEMA, Work, each_text, tag_part


@dataclass(frozen=True, kw_only=True)
class Measured(Settings):
    """What the taggers of a document's text have in common."""

    name: ClassVar[str]
    version: ClassVar[int]
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    labels: ClassVar[tuple[str, ...]]

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Its tags."""
        return {tag_part(self): TAG_SCHEMA}

    def open(self) -> Work:
        """Nothing to load."""
        return each_text(self.labels, self.measure, tag_part(self))

    def measure(self, text: str) -> tuple[float, ...]:
        """Scores in the order of the labels."""
        raise NotImplementedError
