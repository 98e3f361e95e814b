"""How long a document is: characters, words, words of prose, share of characters in table rows.

A rule against short texts should ask `words`: a balance sheet alone has no prose at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from qhdata.recipe import Settings
from qhdata.step import TAG_SCHEMA, Work, each_text, tag_part
from qhdata.taggers.prose import prose_lines, words

LABELS = ("chars", "words", "prose_words", "table_share")


@dataclass(frozen=True, kw_only=True)
class DocLength(Settings):
    """Labels `chars`, `words`, `prose_words` (outside tables) and `table_share` (0 to 1)."""

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
        return each_text(LABELS, self.measure, tag_part(self))

    def measure(self, text: str) -> tuple[float, float, float, float]:
        """Scores in the order of LABELS; a numeral is no word."""
        prose = prose_lines(text)
        total = sum(len(line.strip()) for line in text.splitlines())
        share = 1 - sum(map(len, prose)) / total if total else 0.0
        return float(len(text)), float(words(text)), float(words("\n".join(prose))), share
