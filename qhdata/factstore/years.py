"""A filer's fiscal years: where they end, and what the filer calls them.

They are those that its annual reports end with, and the years that those compare with; between and
beyond them years are continued by the same day. Interim reports tell their year ahead. A year is
named as the filer names it (`dei:DocumentFiscalYearFocus`: a retailer's 2023 may end in February
2024); where no filing says, by the calendar year of its end, ten days taken off for years of 52 or
53 weeks. A year that a changed year end cut short is a transition period.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
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


def years_of(reports: Iterable[Report]) -> tuple[Year, ...]:
    """A filer's fiscal years, oldest first; December years where no report says otherwise."""
    ends = _ends(list(reports))
    days = sorted(ends)
    if not days:
        return (Year(date(2000, 1, 1), date(2000, 12, 31), 2000, False),)
    spans = [(move(days[0], -12) + DAY, days[0])]
    for before, end in pairwise(days):
        filled = [end]
        while (earlier := move(filled[-1], -12)) > before + SAME:
            filled.append(earlier)
        first = before + DAY
        for last in reversed(filled):
            spans.append((first, last))
            first = last + DAY
    return _named(spans, ends)


def _named(spans: Sequence[tuple[date, date]], ends: Mapping[date, int | None]) -> tuple[Year, ...]:
    """Years with names. Covers are wrong now and then, so what most of the years between two
    changes of the year end are called counts for all of them; of as many the latest.
    """
    runs: list[list[tuple[date, date]]] = []
    whole = False
    for first, last in spans:
        long = (last - first).days + 1 >= SHORT
        if long and whole:
            runs[-1].append((first, last))
        else:
            runs.append([(first, last)])
        whole = long
    shifts = [_shift([last for _, last in run], ends) for run in runs]
    known = [n for n, shift in enumerate(shifts) if shift is not None]
    found = []
    for n, run in enumerate(runs):
        nearest = min(known, key=lambda k: (abs(k - n), -k), default=None)
        shift = 0 if nearest is None else shifts[nearest] or 0
        found += [Year(first, last, _by_rule(last) + shift, last in ends) for first, last in run]
    return tuple(found)


def _shift(run: Sequence[date], ends: Mapping[date, int | None]) -> int | None:
    """The filer's name of a year less the rule's, of most years of a run."""
    told = [name - _by_rule(end) for end in run if (name := ends.get(end)) is not None]
    return max(reversed(told), key=told.count, default=None)


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
