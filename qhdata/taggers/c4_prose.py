"""Rules of C4 (Raffel et al. 2020, section 2.2, and their code) measured on prose lines alone.

C4 cuts lines and drops pages; here both are scores, so that a recipe says what decides. Its rule of
closing punctuation would cut every row of a statement (44 % of a page with tables): rows of tables
are never counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from qhdata.taggers.measured import Measured
from qhdata.taggers.prose import CJK, prose_lines

LABELS = (
    "kept_lines",
    "unclosed_lines",
    "few_word_lines",
    "notice_lines",
    "sentences",
    "braces",
    "lorem_ipsum",
    "long_lines",
)
CLOSING = (".", "?", "!", '"', "”", "。", "？", "！")
"""C4's four marks, and what typographers and Chinese write for them."""
NOTICES = (
    "javascript",
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)
LONG = 200
"""Characters of a line that mC4 counts as a paragraph; it wants three (Xue et al. 2021)."""
_CITED = re.compile(r"\[(?:\d*|edit|citation needed)\]")
_SENTENCE = re.compile(r"[.?!][\"'”’)]*(?=\s|$)|[。？！]")


@dataclass(frozen=True, kw_only=True)
class C4Prose(Measured):
    """Labels: `kept_lines` (share that C4 keeps), the shares it cuts `unclosed_lines`,
    `few_word_lines`, `notice_lines`; `sentences` (in kept lines: C4 wants 3), `braces` and
    `lorem_ipsum` (counts: C4 wants none), `long_lines` (count of mC4's paragraphs).
    """

    name: ClassVar[str] = "c4_prose"
    version: ClassVar[int] = 1
    labels: ClassVar[tuple[str, ...]] = LABELS

    least_words: int = 5
    """Words of a line that is kept; a Chinese character counts as one. C4's code has 5."""
    longest_word: int = 1000
    """Characters; a line with a longer word is cut. Not asked of Chinese."""

    def measure(self, text: str) -> tuple[float, ...]:
        """Scores in the order of LABELS; all 0 where there is no prose."""
        lines = prose_lines(text)
        if not lines:
            return (0.0,) * len(LABELS)
        kept = unclosed = few = notices = sentences = 0
        for line in lines:
            plain = _CITED.sub("", line).rstrip()
            words = plain.split()
            chinese = len(CJK.findall(plain))
            closed = plain.endswith(CLOSING) and not plain.endswith("...")
            enough = chinese + len(words) >= self.least_words
            noticed = any(notice in plain.lower() for notice in NOTICES)
            endless = not chinese and max(map(len, words), default=0) > self.longest_word
            unclosed += not closed
            few += not enough
            notices += noticed
            if closed and enough and not noticed and not endless:
                kept += 1
                sentences += len(_SENTENCE.findall(plain)) or 1
        whole = "\n".join(lines)
        n = len(lines)
        return (
            kept / n,
            unclosed / n,
            few / n,
            notices / n,
            float(sentences),
            float(whole.count("{")),
            float(whole.lower().count("lorem ipsum")),
            float(sum(len(line) >= LONG for line in lines)),
        )
