"""Fiscal labels: from a period's dates to `2024`, `2024Q2` or `2024H1` of its filer's own year.

A filer's year end comes from its annual reports. A 52-week year ends a few days around a month's
end, so ten days are taken off before the month is read. Where the filing names the fiscal year of
its period (a retailer's 2023 may end in February 2024), the whole calendar of that filer is moved
with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DRIFT = timedelta(days=10)
ANNUAL_FORMS = ("10-K", "10-KT", "20-F", "40-F", "10-K405", "annual", "年度报告")
"""Forms, or their beginnings, that report a whole year."""


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """When a filer's years end, and what it calls them."""

    month: int
    """Month in which the year ends."""
    shift: int = 0
    """The filer's name of a year, less the calendar year in which it ends."""

    def label(self, start: str | None, end: str) -> str:
        """`2024`, `2024Q2`, `2024H1`; empty for a period that is none of these.

        An instant has the label of the year or quarter that it ends. Dates are ISO, inclusive.

        >>> FiscalCalendar(9).label("2023-10-01", "2024-09-28")
        '2024'
        >>> FiscalCalendar(12).label(None, "2024-06-30")
        '2024Q2'
        """
        day = iso(end)
        if day is None:
            return ""
        day -= _DRIFT
        past = (day.month - self.month) % 12
        if past % 3:
            return ""
        year = day.year + (day.month > self.month) + self.shift
        quarter = past // 3 or 4
        if start is None:
            return str(year) if quarter == 4 else f"{year}Q{quarter}"
        first = iso(start)
        if first is None:
            return ""
        days = (iso(end) or first) - first
        if 349 <= days.days <= 379 and quarter == 4:
            return str(year)
        if 79 <= days.days <= 100:
            return f"{year}Q{quarter}"
        if 174 <= days.days <= 192 and quarter in (2, 4):
            return f"{year}H{quarter // 2}"
        return ""


def fiscal_calendar(
    reports: Iterable[tuple[str, str, int | None]], ends: Iterable[str]
) -> FiscalCalendar:
    """A filer's calendar, from (form, period end, fiscal year) of its filings.

    `ends` are the ends of year-long periods among its facts, for a filer of whom only quarterly
    reports are known. December where nothing says otherwise.
    """
    months: Counter[int] = Counter()
    shifts: Counter[int] = Counter()
    for form, period_end, fiscal_year in reports:
        day = iso(period_end)
        if day is None or not form.removesuffix("/A").startswith(ANNUAL_FORMS):
            continue
        day -= _DRIFT
        months[day.month] += 1
        if fiscal_year is not None and abs(fiscal_year - day.year) <= 1:
            shifts[fiscal_year - day.year] += 1
    if not months:
        for end in ends:
            day = iso(end)
            if day is not None:
                months[(day - _DRIFT).month] += 1
    month = min(months, key=lambda m: (-months[m], m)) if months else 12
    shift = min(shifts, key=lambda s: (-shifts[s], abs(s))) if shifts else 0
    return FiscalCalendar(month, shift)


def iso(text: str | None) -> date | None:
    """A date from ISO text (a time after it is ignored), or None."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
