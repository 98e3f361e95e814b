"""US Eastern time to UTC: EDGAR headers give wall-clock time in Washington.

The two rules of daylight saving since 1987 stand here as code, because a machine without a time
zone database must give the same answer.
"""

from __future__ import annotations

import datetime as dt


def to_utc(wall: dt.datetime) -> dt.datetime:
    """A naive US Eastern time as naive UTC.

    >>> to_utc(dt.datetime(2024, 11, 1, 6, 1, 36)).isoformat()
    '2024-11-01T10:01:36'
    """
    return wall + dt.timedelta(hours=4 if _daylight(wall) else 5)


def stamp(wall: dt.datetime) -> str:
    """UTC as records write it: `2024-11-01T10:01:36Z`."""
    return to_utc(wall).isoformat(timespec="seconds") + "Z"


def end_of_day(date: str) -> str:
    """The end of a US Eastern date, in UTC: the first moment at which all of that day is past."""
    day = dt.datetime.fromisoformat(date) + dt.timedelta(days=1)
    return stamp(day)


def _daylight(wall: dt.datetime) -> bool:
    year = wall.year
    if year >= 2007:
        first, last = _sunday(year, 3, 2), _sunday(year, 11, 1)
    elif year >= 1987:
        first, last = _sunday(year, 4, 1), _last_sunday(year, 10)
    else:
        first, last = _last_sunday(year, 4), _last_sunday(year, 10)
    return first <= wall < last


def _sunday(year: int, month: int, n: int) -> dt.datetime:
    first = dt.datetime(year, month, 1, 2)
    return first + dt.timedelta(days=(6 - first.weekday()) % 7 + 7 * (n - 1))


def _last_sunday(year: int, month: int) -> dt.datetime:
    last = dt.datetime(year, month, 31 if month == 10 else 30, 2)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)
