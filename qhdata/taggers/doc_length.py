"""How long a document is: characters, words of prose, share of characters in table rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from qhdata.recipe import Settings
from qhdata.step import TAG_SCHEMA, Work, each_text, tag_part
from qhdata.taggers.prose import prose_lines, words


@dataclass(frozen=True, kw_only=True)
class DocLength(Settings):
    """Labels `chars`, `words` (prose only) and `table_share` (0 to 1)."""

    name: ClassVar[str] = "doc_length"
    version: ClassVar[int] = 1
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Its tags."""
        return {tag_part(self): TAG_SCHEMA}

    def open(self) -> Work:
        """Nothing to load."""
        return each_text(("chars", "words", "table_share"), self.measure, tag_part(self))

    def measure(self, text: str) -> tuple[float, float, float]:
        """Characters, words of prose, share of the characters of non-blank lines in tables."""
        prose = prose_lines(text)
        total = sum(len(line.strip()) for line in text.splitlines())
        share = 1 - sum(map(len, prose)) / total if total else 0.0
        return float(len(text)), float(words("\n".join(prose))), share
