"""What a document is told of its filing before its items are sought: its dates, and its items.

A form asks for other items from year to year, so that what is missing depends on when the period
ended. The header says it, or the facts of the cover, or the cover's own words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from qhdata.extract.blocks import Block
from qhdata.records import Header

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"{_MONTH}\s*(\d{{1,2}})\s*(?:st|nd|rd|th)?\s*,?\s*((?:19|20)\d\d)\b"
    rf"|\b(\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+((?:19|20)\d\d)\b"
    r"|\b(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)?\d\d)\b",
    re.I,
)
_ENDED = re.compile(
    r"\b(?:(?:year|period|quarter|quarterly\s+period|months|weeks)\s+end(?:ed|ing)"
    r"|date\s+of\s+(?:report|earliest\s+event)[^:]{0,60})[\s:()_]*",
    re.I,
)
COVER = 60
"""Blocks that a cover has at most."""
NEAR = 60
"""Characters between "year ended" and the date."""
LATE = 75
"""Days from a period's end to its report, about: what is taken from a filing day alone."""


class Told(NamedTuple):
    """Of one filing; "" and () where nothing says it."""

    period: str = ""
    """Date at which its period ended, `2024-09-28`; of a current report its own date."""
    items: tuple[str, ...] = ()
    """Items that the submission's header lists, as it writes them: a number or a title."""


UNTOLD = Told()


def told_of(header: Header, dei: Mapping[str, str], blocks: Sequence[Block]) -> Told:
    """From header, cover facts or cover, whichever says it first."""
    period = header.period_end or dei.get("DocumentPeriodEndDate", "")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", period):
        period = period_on_cover(blocks)
    if not period and header.filed_at:
        day = dt.date.fromisoformat(header.filed_at) - dt.timedelta(days=LATE)
        period = day.isoformat()
    return Told(period, header.items)


def period_on_cover(blocks: Sequence[Block]) -> str:
    """The date behind "For the fiscal year ended" or "Date of report", or "".

    >>> period_on_cover([Block("text", "For the quarterly period ended: June 30, 1997")])
    '1997-06-30'
    """
    cover = " ".join(b.text[:600] for b in blocks[:COVER])[:6000]
    for found in _ENDED.finditer(cover):
        date = _DATE.search(cover, found.end(), found.end() + NEAR)
        if date:
            return _iso(date)
    return ""


def _iso(date: re.Match[str]) -> str:
    month, day, year, day_first, month_second, year_third, number, of_month, short = date.groups()
    if number:
        year = short if len(short) == 4 else f"{19 if int(short) > 50 else 20}{short}"
        parts = int(year), int(number), int(of_month)
    else:
        index = _MONTHS.index((month or month_second).lower()) + 1
        parts = int(year or year_third), index, int(day or day_first)
    try:
        return dt.date(*parts).isoformat()
    except ValueError:
        return ""
