"""Which fiscal and which calendar period the dates of a fact are.

A filer's fiscal years are those that its annual reports end with, and the years that those compare
with; between and beyond them years are continued by the same day. A year is named as the filer
names it (`dei:DocumentFiscalYearFocus`: a retailer's 2023 may end in February 2024); where no
filing says, by the calendar year of its end, ten days taken off for years of 52 or 53 weeks. A part
of a year is told by where it begins and ends within it, because first quarters of 12 and of 16
weeks exist. A year that a changed year end cut short is a transition period: it has no quarters.

Calendar periods are those of the SEC's frames: a duration belongs to the year or quarter that most
of its days lie in, an instant to the quarter whose end is nearest. Pure functions; dates inclusive.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

ANNUAL_FORMS = ("10-K", "20-F", "40-F", "annual", "年度报告")
"""Beginnings of forms that report a whole year, or a transition period (10-KT)."""
DAY = timedelta(days=1)
DRIFT = timedelta(days=10)
"""How far a year of 52 or 53 weeks ends from its month's end, at most."""
SAME = timedelta(days=20)
"""Year ends closer than this are one."""
SHORT = 340
"""Days; a fiscal year of fewer is a transition period."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Dates outside are not looked at: a typing error, such as the year 0022."""
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
class Report:
    """What one filing says of its filer's fiscal year."""

    form: str
    period_end: str | None
    fiscal_year: int | None = None
    fiscal_period: str | None = None
    """`dei:DocumentFiscalPeriodFocus`: Q1, Q2, Q3, FY."""
    year_end: str | None = None
    """As `month_day` gives it."""
    years: tuple[str, ...] = ()
    """Ends of the year-long durations among its facts."""
    public_at: str | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """One fiscal year, or the short piece that a changed year end leaves."""

    first: date
    last: date
    name: int
    told: bool
    """A report ends with it or compares with it; otherwise it is continued by rule."""

    @property
    def days(self) -> int:
        """From first to last, both counted."""
        return (self.last - self.first).days + 1

    @property
    def transition(self) -> bool:
        """Whether it is too short for a year."""
        return self.days < SHORT


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


def iso(text: str | None) -> date | None:
    """A date from ISO text, or None for what is none or no year that filings tell of."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def month_day(text: str | None) -> str | None:
    """`09-28` of `--09-28`; None for what names no day.

    >>> month_day("--09-28"), month_day("--02-29"), month_day("12/31"), month_day("--02-30")
    ('09-28', '02-29', None, None)
    """
    found = (text or "").strip().removeprefix("--")
    try:
        return f"{date.fromisoformat(f'2000-{found}'):%m-%d}"
    except ValueError:
        return None


def move(day: date, months: int) -> date:
    """Months later or earlier; a month's end stays one.

    >>> move(date(2024, 2, 29), 12), move(date(2023, 9, 30), -3)
    (datetime.date(2025, 2, 28), datetime.date(2023, 6, 30))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    ends = (day + DAY).day == 1
    return date(year, month + 1, last if ends else min(day.day, last))


def annual(form: str) -> bool:
    """Whether a form reports a whole year."""
    return form.startswith(ANNUAL_FORMS)


# ------------------------------------------------------------------ a filer's years


def years_of(reports: Iterable[Report]) -> tuple[Year, ...]:
    """A filer's fiscal years, oldest first; December years where no report says otherwise."""
    ends = _ends(list(reports))
    named = [(end, name - _by_rule(end)) for end, name in ends.items() if name is not None]
    days = sorted(ends)
    if not days:
        return (Year(date(2000, 1, 1), date(2000, 12, 31), 2000, False),)
    found = [_year(move(days[0], -12) + DAY, days[0], ends, named)]
    for before, end in pairwise(days):
        filled = [end]
        while (earlier := move(filled[-1], -12)) > before + SAME:
            filled.append(earlier)
        first = before + DAY
        for last in reversed(filled):
            found.append(_year(first, last, ends, named))
            first = last + DAY
    return tuple(found)


def _year(
    first: date, last: date, ends: dict[date, int | None], named: list[tuple[date, int]]
) -> Year:
    name = ends.get(last)
    if name is None:
        nearest = min(named, key=lambda item: (abs(item[0] - last), item[0]), default=(last, 0))
        name = _by_rule(last) + nearest[1]
    return Year(first, last, name, last in ends)


def _by_rule(end: date) -> int:
    return (end - DRIFT).year


def _ends(reports: Sequence[Report]) -> dict[date, int | None]:
    """Year ends -> their name: of annual reports, of the years that they compare with, and those
    that interim reports tell ahead, newest first. A year end inside a year that is better known is
    left out: one told ahead before the year end was changed.
    """
    order = sorted(reports, key=lambda r: (r.public_at or "", r.period_end or "", r.form))
    found: dict[date, int | None] = {}
    whole: dict[date, int | None] = {}
    for report in order:
        end = iso(report.period_end)
        if end is not None and annual(report.form):
            said = _said(end, report.fiscal_year)
            whole[end] = said if said is not None else whole.get(end)
    for end in sorted(whole):
        near = [e for e in found if abs(e - end) <= SAME]
        if not near:
            found[end] = whole[end]
        elif found[near[0]] is None:
            found[near[0]] = whole[end]
    own = tuple(found)
    for report in order:
        for text in report.years if annual(report.form) else ():
            end = iso(text)
            if end is not None and not _known(end, own, found):
                found[end] = None
    for report in reversed(order):
        stands = iso(report.period_end)
        end = None if annual(report.form) else _told_ahead(report)
        if end is None or stands is None or any(stands <= e < end - SAME for e in own):
            continue  # the year that it stands in ended sooner than was meant
        near = [e for e in found if abs(e - end) <= SAME]
        if near and found[near[0]] is None:
            found[near[0]] = _said(near[0], report.fiscal_year)
        elif not _known(end, tuple(found), found):
            found[end] = _said(end, report.fiscal_year)
    return found


def _known(end: date, years: Sequence[date], ends: Iterable[date]) -> bool:
    """Whether an end is one of `ends`, or lies inside a year that ends with one of `years`."""
    inside = timedelta(days=SHORT)
    return any(e - inside < end < e for e in years) or any(abs(e - end) <= SAME for e in ends)


def _said(end: date, name: int | None) -> int | None:
    """A name that can be meant: this year's, or one beside it."""
    return name if name is not None and abs(name - _by_rule(end)) <= 1 else None


def _told_ahead(report: Report) -> date | None:
    """The end of the fiscal year in which an interim report stands."""
    end = iso(report.period_end)
    if end is None:
        return None
    if report.year_end:
        for year in (end.year, end.year + 1):
            month, _, day = report.year_end.partition("-")
            last = calendar.monthrange(year, int(month))[1]
            found = date(year, int(month), min(int(day), last))
            if found >= end - DRIFT:
                return found
    if report.fiscal_period in ("Q1", "Q2", "Q3"):
        return move(end, 3 * (4 - int(report.fiscal_period[1])))
    return None


def year_at(years: Sequence[Year], day: date) -> Year:
    """The fiscal year that a day lies in, continued by the same day before and after the known."""
    if day < years[0].first:
        year = years[0]
        while day < year.first:
            last = year.first - DAY
            year = Year(move(last, -12) + DAY, last, year.name - 1, False)
        return year
    if day > years[-1].last:
        year = years[-1]
        while day > year.last:
            year = Year(year.last + DAY, move(year.last, 12), year.name + 1, False)
        return year
    return years[bisect_left([y.last for y in years], day)]


# ------------------------------------------------------------------ one period


def classify(years: Sequence[Year], start: str | None, end: str) -> Period:
    """A duration (or an instant, without start) by its filer's years and by the calendar.

    Dates are ISO, of 1900 to 2200, and not reversed; ValueError for others.

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
