"""Which fiscal and which calendar period the dates of a fact are.

A part of a fiscal year (`years.py`) is told by where it begins and ends within it, because first
quarters of 12 and of 16 weeks exist; a transition period has no quarters. Calendar periods are
those of the SEC's frames: a duration belongs to the year or quarter that most of its days lie in,
an instant to the quarter whose end is nearest. Pure functions; dates inclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qhdata.factstore.years import DAY, DRIFT, Year, iso, move, year_at

_WITHIN = 28
"""Days that a quarter may end before or after its nominal place (12, 12, 12 and 17 weeks: 26)."""
_PARTS = {
    (0, 1): ("Q1", 77, 119), (1, 2): ("Q2", 77, 119), (2, 3): ("Q3", 77, 119),
    (3, 4): ("Q4", 77, 119), (0, 2): ("H1", 160, 205), (2, 4): ("H2", 160, 205),
    (0, 3): ("9M", 240, 300), (0, 4): ("FY", 345, 385),
}  # fmt: skip
"""Quarter boundaries of a year that a part begins and ends at -> its name, fewest and most days."""
_AT_END = {1: "Q1", 2: "Q2", 3: "Q3", 4: "FY"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A duration or an instant, placed in its filer's fiscal years and in the calendar."""

    start: str | None
    end: str
    days: int
    """0 for an instant."""
    fiscal_year: int
    fiscal_period: str
    """Q1 to Q4, H1, H2, 9M, FY or other. An instant has the name of what it ends: Q1, Q2, Q3, FY.
    """
    transition: bool
    weeks: int | None
    """52 or 53 of a fiscal year that is counted in weeks."""
    calendar_year: int
    calendar_quarter: int | None
    frame: str
    """`CY2024`, `CY2024Q3`, `CY2024Q3I`; empty where frames have no such length."""


def classify(years: Sequence[Year], start: str | None, end: str) -> Period:
    """A duration (or an instant, without start) by its filer's years and by the calendar.

    Dates are ISO, of 1900 to 2200, and not reversed; ValueError for others.

    >>> from qhdata.factstore.years import years_of
    >>> period = classify(years_of([]), "2023-04-01", "2023-06-30")
    >>> period.fiscal_year, period.fiscal_period, period.frame
    (2023, 'Q2', 'CY2023Q2')
    """
    last, first = iso(end), iso(start)
    if last is None or (start is not None and (first is None or first > last)):
        raise ValueError(f"not a period: {start} to {end}")
    days = 0 if first is None else (last - first).days + 1
    year, part = _fiscal(years, first, last)
    by_calendar = _instant(last) if first is None else _duration(first, last)
    return Period(
        start=start,
        end=end,
        days=days,
        fiscal_year=year.name,
        fiscal_period=part,
        transition=year.transition,
        weeks=_weeks(years, last, days) if part == "FY" and first is not None else None,
        calendar_year=by_calendar[0],
        calendar_quarter=by_calendar[1],
        frame=by_calendar[2],
    )


def _fiscal(years: Sequence[Year], first: date | None, last: date) -> tuple[Year, str]:
    if first is None:
        year = year_at(years, last - DRIFT)
        part = _AT_END.get(_boundary(year, last + DAY) or 0, "other")
        return year, part if not year.transition or part == "FY" else "other"
    year = year_at(years, first + (last - first) / 2)
    if not year.transition:
        edges = (_boundary(year, first), _boundary(year, last + DAY))
        name, fewest, most = _PARTS.get(edges, ("", 0, -1))  # type: ignore[arg-type]
        if fewest <= (last - first).days + 1 <= most:
            return year, name
    return year_at(years, last - DRIFT if last - DRIFT > first else last), "other"


def _boundary(year: Year, day: date) -> int | None:
    """0 to 4: the quarter boundary of a year that a day stands at; the day after a year is 4."""
    passed = (day - year.first).days
    place = round(passed * 4 / year.days)
    within = DRIFT.days if place in (0, 4) else _WITHIN
    return place if 0 <= place <= 4 and abs(passed - year.days * place / 4) <= within else None


def _weeks(years: Sequence[Year], last: date, days: int) -> int | None:
    """52 or 53: a whole number of weeks, where the years beside it end on the same weekday."""
    if days not in (364, 371):
        return None
    beside = [y.last.weekday() for y in years if y.told and 300 < abs((y.last - last).days) < 400]
    return days // 7 if not beside or last.weekday() in beside else None


def _instant(day: date) -> tuple[int, int | None, str]:
    quarter = (day.month - 1) // 3
    this = move(date(day.year, 3, 31), 3 * quarter)
    before = move(this, -3)
    near = this if this - day < day - before else before
    number = (near.month - 1) // 3 + 1
    return near.year, number, f"CY{near.year}Q{number}I"


def _duration(first: date, last: date) -> tuple[int, int | None, str]:
    days = (last - first).days + 1
    year = _most(first, last, 12).year
    if 61 <= days <= 121:
        quarter = _most(first, last, 3)
        number = (quarter.month - 1) // 3 + 1
        return quarter.year, number, f"CY{quarter.year}Q{number}"
    return year, None, f"CY{year}" if 335 <= days <= 395 else ""


def _most(first: date, last: date, months: int) -> date:
    """The first day of the calendar year or quarter that most days lie in; the earlier of two."""
    at = date(first.year, (first.month - 1) // months * months + 1, 1)
    best, most = at, timedelta(0)
    while at <= last:
        after = move(at, months)
        share = min(last + DAY, after) - max(first, at)
        if share > most:
            best, most = at, share
        at = after
    return best
