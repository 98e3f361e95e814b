"""How long a document is: characters, words, words of prose, share of characters in table rows.

A rule against short texts should ask `words`: a balance sheet alone has no prose at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qhdata.taggers.measured import Measured
from qhdata.taggers.prose import prose_lines, words

LABELS = ("chars", "words", "prose_words", "table_share")


@dataclass(frozen=True, kw_only=True)
class DocLength(Measured):
    """Labels `chars`, `words`, `prose_words` (outside tables) and `table_share` (0 to 1)."""

    name: ClassVar[str] = "doc_length"
    version: ClassVar[int] = 1
    labels: ClassVar[tuple[str, ...]] = LABELS

    def measure(self, text: str) -> tuple[float, float, float, float]:
        """Scores in the order of LABELS; a numeral is no word."""
        prose = prose_lines(text)
        total = sum(len(line.strip()) for line in text.splitlines())
        share = 1 - sum(map(len, prose)) / total if total else 0.0
        return float(len(text)), float(words(text)), float(words("\n".join(prose))), share
