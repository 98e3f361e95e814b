"""Rules of MassiveText for prose (Rae et al. 2021, table A1), measured on prose lines alone.

The scores are tags, not drops: a recipe says which of them decides, and where.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from qhdata.taggers.measured import Measured
from qhdata.taggers.prose import CJK, WORD, prose_lines

STOP_WORDS = frozenset(("the", "be", "to", "of", "and", "that", "have", "with"))
LABELS = ("alpha_words", "stop_words", "bullet_lines", "ellipsis_lines", "repeated_lines")


@dataclass(frozen=True, kw_only=True)
class GopherProse(Measured):
    """Labels: `alpha_words` (share of words with a letter), `stop_words` (distinct ones),
    `bullet_lines`, `ellipsis_lines`, `repeated_lines` (shares of lines).
    """

    name: ClassVar[str] = "gopher_prose"
    version: ClassVar[int] = 1
    labels: ClassVar[tuple[str, ...]] = LABELS

    def measure(self, text: str) -> tuple[float, ...]:
        """Scores in the order of LABELS; all 0 where there is no prose."""
        lines = prose_lines(text)
        words = " ".join(lines).split()
        if not words:
            return (0.0,) * len(LABELS)
        alpha = sum(bool(WORD.search(w) or CJK.search(w)) for w in words) / len(words)
        stops = len(STOP_WORDS & {w.lower() for w in words})
        bullets = sum(line.startswith(("•", "-", "*", "●", "·")) for line in lines)
        dots = sum(line.endswith(("...", "…")) for line in lines)
        repeated = sum(n - 1 for n in Counter(lines).values())
        n = len(lines)
        return alpha, float(stops), bullets / n, dots / n, repeated / n
