"""Shares of short and of unclosed prose lines: menus, indexes and torn text have many of both.

Table rows do not count: every statement would fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qhdata.taggers.measured import Measured
from qhdata.taggers.prose import prose_lines

CLOSING = (".", "!", "?", ":", ";", '"', "”", ")", "。", "！", "？", "：", "；", "」", "）")


@dataclass(frozen=True, kw_only=True)
class LineShape(Measured):
    """Labels `short_lines` and `unclosed_lines`: shares of prose lines, by their characters."""

    name: ClassVar[str] = "line_shape"
    version: ClassVar[int] = 1
    labels: ClassVar[tuple[str, ...]] = ("short_lines", "unclosed_lines")

    short: int = 30
    """Characters at or below which a line is short; a Chinese character counts as two."""

    def measure(self, text: str) -> tuple[float, float]:
        """Share of lines that are short; share of the others that end without punctuation."""
        lines = prose_lines(text)
        if not lines:
            return 0.0, 0.0
        long = [line for line in lines if _width(line) > self.short]
        unclosed = sum(not line.endswith(CLOSING) for line in long)
        return 1 - len(long) / len(lines), unclosed / len(long) if long else 0.0


def _width(line: str) -> int:
    return len(line) + sum(char >= "⺀" for char in line)
