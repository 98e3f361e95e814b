"""Calendars of filers: fiscal quarters, filing days, and US Eastern clocks in UTC.

The daylight-saving rule stands here as arithmetic (second Sunday of March to first Sunday of
November, the law since 2007), because a machine without a time-zone database must write the
same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Period:
    """A duration (`start` to `end`, both inclusive) or, where `start` is None, an instant."""

    start: date | None
    end: date


def month_end(year: int, month: int) -> date:
    """The last day of a month; months beyond 12 or below 1 count on into other years."""
    years, index = divmod(month, 12)
    return date(year + years, index + 1, 1) - timedelta(days=1)


def quarter_end(fy: int, quarter: int, last_month: int) -> date:
    """Last day of quarter 1..4 of the fiscal year that ends in `last_month` of `fy`; quarter 0
    is the year before."""
    return month_end(fy, last_month - 12 + 3 * quarter)


def quarter_start(fy: int, quarter: int, last_month: int) -> date:
    """First day of a fiscal quarter."""
    return quarter_end(fy, quarter - 1, last_month) + timedelta(days=1)


def work_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def long_date(day: date) -> str:
    """`March 31, 2024`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def month_day(day: date) -> str:
    """`March 31`."""
    return f"{_MONTHS[day.month - 1]} {day.day}"


def eastern_to_utc(clock: datetime) -> str:
    """`2024-11-01T20:01:36Z` for a clock in New York that shows 16:01:36."""
    march, november = date(clock.year, 3, 8), date(clock.year, 11, 1)
    begins = march + timedelta(days=(6 - march.weekday()) % 7)
    ends = november + timedelta(days=(6 - november.weekday()) % 7)
    summer = (
        datetime(begins.year, begins.month, begins.day, 2)
        <= clock
        < datetime(ends.year, ends.month, ends.day, 2)
    )
    return (clock + timedelta(hours=4 if summer else 5)).strftime("%Y-%m-%dT%H:%M:%SZ")
