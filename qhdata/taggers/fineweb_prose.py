"""Rules that FineWeb added (Penedo et al. 2024, section 3.6), measured on prose lines alone.

FineWeb drops a page with few closed lines (0.12 and less), many short ones (0.67 and more) or much
said twice (0.1 of the characters in its text, 0.01 in its code), and its code one with many lines
a word (0.3): lists. A statement fails all of them, so rows of tables are counted in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qhdata.taggers.measured import Measured
from qhdata.taggers.prose import CJK, prose_lines

LABELS = ("closed_lines", "short_lines", "repeated_chars", "lines_per_word")
CLOSING = (".", "!", "?", "…", "。", "！", "？", "．", "｡", ".”", ".’", '."', ".'", ".)", "。”")
"""Ends of sentences; a quotation's or bracket's own end is its last mark."""


@dataclass(frozen=True, kw_only=True)
class FinewebProse(Measured):
    """Labels: `closed_lines` and `short_lines` (shares of lines), `repeated_chars` (share of
    characters in lines that stood before), `lines_per_word`.
    """

    name: ClassVar[str] = "fineweb_prose"
    version: ClassVar[int] = 1
    labels: ClassVar[tuple[str, ...]] = LABELS

    short: int = 30
    """Characters at or below which a line is short. FineWeb's; twice as strict for Chinese, which
    `line_shape` counts by width.
    """

    def measure(self, text: str) -> tuple[float, ...]:
        """Scores in the order of LABELS; all 0 where there is no prose."""
        lines = prose_lines(text)
        if not lines:
            return (0.0,) * len(LABELS)
        n = len(lines)
        closed = sum(line.endswith(CLOSING) for line in lines)
        short = sum(len(line) <= self.short for line in lines)
        seen: set[str] = set()
        repeated = words = 0
        for line in lines:
            if line in seen:
                repeated += len(line)
            seen.add(line)
            words += len(CJK.findall(line)) + len(CJK.sub(" ", line).split())
        return closed / n, short / n, repeated / sum(map(len, lines)), n / max(1, words)
