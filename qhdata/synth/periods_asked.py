"""What a question calls a column of a table: its year, or the part of the year that its heading
names.
"""

from __future__ import annotations

import re

from qhdata.synth.grid import Grid
from qhdata.synth.settings import SynthSettings

_PART = re.compile(
    r"\b(three|six|nine|3|6|9)[ -](months?)\b|\b(13|26|39|thirteen|twenty-six|thirty-nine)[ -]"
    r"(weeks?)\b|\b(first|second|third|fourth) (quarter)\b|\bQ([1-4])\b"
    r"|\b(quarter)s?(?: periods?)? end(?:ed|ing)\b",
    re.I,
)
"""A heading's part of a year."""


_PART_ZH = re.compile(
    r"1\s?(?:月份?)?\s?[-－–—~～至]\s?([3-9]|1[01])\s?月|第?\s?([一二三四1-4])\s?季度|(上半年|前三季度)"
)
_DATED = re.compile(
    r"\b[A-Z][a-z]{2,8}\.? \d{1,2}\b|year|fiscal|\b[FC]Y(?=\W?\d)|12 months|twelve months|月", re.I
)
"""A heading that says of which day, or of what length, its column is."""


def part_unsaid(grid: Grid, column: int) -> bool:
    """Whether a column of a report on a part of a year is headed by the year alone: it may be of
    three months, of nine, or of a day.
    """
    head = grid.headers[column]
    return grid.interim and not (_PART.search(head) or _PART_ZH.search(head) or _DATED.search(head))


def called(year: int | None, head: str, lang: str, settings: SynthSettings) -> str:
    """What a question calls a column: its year, or the part of the year that its heading names."""
    if lang == "zh":
        part = _PART_ZH.search(head)
        if part is None:
            return f"{year}年"
        months, quarter, said = part.groups()
        if months:
            return f"{year}年1-{months}月"
        return f"{year}年第{quarter}季度" if quarter else f"{year}年{said}"
    part = _PART.search(head)
    if part is None or settings.wording == "brief":
        return f"{year}"
    said = [text.lower() for text in part.groups() if text]
    if said[0].isdigit() and len(said) == 1:
        return f"Q{said[0]} {year}"
    words = " ".join(said)
    return (
        f"the {words}s of {year}" if words.endswith(("month", "week")) else f"the {words} of {year}"
    )


def part_of_year(period: str) -> bool:
    """Whether a question's period is a part of a year: `Q2 2025`, `the three months of 2025`,
    2025年1-6月.
    """
    return period.startswith(("Q", "the ")) or period.endswith(("月", "季度", "上半年"))
