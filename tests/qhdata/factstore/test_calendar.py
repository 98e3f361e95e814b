"""Fiscal and calendar periods: leap years, 52 and 53 weeks, changed year ends, transitions."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.factstore.calendar import Period, classify
from qhdata.factstore.years import DAY, Report, Year, iso, move, year_at, years_of

PARTS = ("Q1", "Q2", "Q3", "Q4", "H1", "H2", "9M", "FY")
MONTHS = {"Q1": (0, 3), "Q2": (3, 6), "Q3": (6, 9), "Q4": (9, 12), "H1": (0, 6), "H2": (6, 12),
          "9M": (0, 9), "FY": (0, 12)}  # fmt: skip


def k(end: str, year: int | None = None, *years: str, form: str = "10-K") -> Report:
    return Report(form=form, period_end=end, fiscal_year=year, years=years, public_at=f"{end}T")


def q(end: str, year: int, part: str, year_end: str | None = None) -> Report:
    return Report(
        form="10-Q", period_end=end, fiscal_year=year, fiscal_period=part, year_end=year_end,
        public_at=f"{end}T",
    )  # fmt: skip


def label(years: tuple[Year, ...], start: str | None, end: str) -> tuple[int, str]:
    found = classify(years, start, end)
    return found.fiscal_year, found.fiscal_period


@given(
    month=st.integers(1, 12), known=st.integers(1995, 2040), asked=st.integers(1990, 2045),
    part=st.sampled_from(PARTS),
)  # fmt: skip
def test_every_part_of_every_month_end_year_is_told_leap_years_too(
    month: int, known: int, asked: int, part: str
) -> None:
    end = move(date(known, 1, 31), month - 1)
    years = years_of([k(end.isoformat())])
    last = move(end, 12 * (asked - known))
    before = move(last, -12)
    start, stop = (move(before, n) for n in MONTHS[part])
    found = classify(years, (start + DAY).isoformat(), stop.isoformat())
    assert (found.fiscal_year, found.fiscal_period) == ((last - timedelta(10)).year, part)
    assert found.weeks is None
    instant = classify(years, None, stop.isoformat())
    named = {"H1": "Q2", "9M": "Q3", "Q4": "FY", "H2": "FY"}.get(part, part)
    assert (instant.fiscal_year, instant.fiscal_period) == (found.fiscal_year, named)


@given(
    end=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    lengths=st.lists(st.sampled_from([52, 52, 52, 53]), min_size=2, max_size=9).filter(
        lambda n: n.count(53) <= 1 + len(n) // 5
    ),
    quarters=st.sampled_from([(13, 13, 13), (12, 12, 12), (16, 12, 12), (12, 12, 16)]),
)
def test_years_of_52_and_53_weeks_are_told_with_quarters_of_12_to_17_weeks(
    end: date, lengths: list[int], quarters: tuple[int, int, int]
) -> None:
    reports, spans, last = [], [], end
    for weeks in lengths:
        first = last + DAY
        last = last + timedelta(weeks=weeks)
        reports.append(k(last.isoformat()))
        spans.append((first, last, weeks))
    years = years_of(reports)
    for first, last, weeks in spans:
        found = classify(years, first.isoformat(), last.isoformat())
        assert (found.fiscal_period, found.weeks) == ("FY", weeks)
        at = first
        for n, length in enumerate(quarters, 1):
            after = at + timedelta(weeks=length)
            own = classify(years, at.isoformat(), (after - DAY).isoformat())
            assert (own.fiscal_year, own.fiscal_period) == (found.fiscal_year, f"Q{n}")
            at = after
        rest = classify(years, at.isoformat(), last.isoformat())
        assert rest.fiscal_period == "Q4"


@given(end=st.dates(date(1990, 1, 1), date(2050, 1, 1)), days=st.integers(1, 900))
def test_a_duration_lies_in_the_calendar_period_with_most_of_its_days(end: date, days: int) -> None:
    start = end - timedelta(days - 1)
    found = classify(years_of([]), start.isoformat(), end.isoformat())
    every = [start + timedelta(n) for n in range(days)]
    own = sum(d.year == found.calendar_year for d in every)
    assert all(own >= sum(d.year == y for d in every) for y in {d.year for d in every}) or (
        found.calendar_quarter is not None
    )
    if found.calendar_quarter is not None:
        key = (found.calendar_year, found.calendar_quarter)
        quarters = [(d.year, (d.month + 2) // 3) for d in every]
        assert all(quarters.count(key) >= quarters.count(other) for other in set(quarters))
    assert bool(found.frame) == (61 <= days <= 121 or 335 <= days <= 395)


@given(day=st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_an_instant_has_the_frame_of_the_nearest_quarter_end(day: date) -> None:
    found = classify(years_of([]), None, day.isoformat())
    assert found.calendar_quarter is not None
    end = move(date(found.calendar_year, 3, 31), 3 * (found.calendar_quarter - 1))
    assert abs((day - end).days) <= 46
    assert found.frame == f"CY{end.year}Q{found.calendar_quarter}I"


@given(
    ends=st.lists(st.dates(date(1990, 1, 1), date(2040, 1, 1)), max_size=8),
    forms=st.lists(st.sampled_from(["10-K", "10-KT", "10-Q", "8-K", "20-F", ""]), min_size=8),
    start=st.dates(date(1900, 1, 1), date(2200, 12, 31)), days=st.integers(0, 5000),
)  # fmt: skip
def test_years_meet_without_gaps_and_any_period_gets_a_name(
    ends: list[date], forms: list[str], start: date, days: int
) -> None:
    reports = [
        Report(form=form, period_end=end.isoformat(), fiscal_year=end.year, fiscal_period="Q2",
               year_end=f"{end:%m-%d}", years=(end.isoformat(),))
        for end, form in zip(ends, forms, strict=False)
    ]  # fmt: skip
    years = years_of(reports)
    assert all(b.first == a.last + DAY for a, b in pairwise(years))
    assert all(0 < y.days <= 386 for y in years)
    stop = min(start + timedelta(days), date(2200, 12, 31))
    assert classify(years, start.isoformat(), stop.isoformat()).fiscal_period in (*PARTS, "other")
    held = year_at(years, start)
    assert held.first <= start <= held.last


def test_a_filer_names_its_years_and_a_rule_where_it_does_not() -> None:
    named = years_of([k("2024-01-28", 2023)])  # a retailer
    assert label(named, "2023-01-30", "2024-01-28") == (2023, "FY")
    assert label(named, "2024-01-29", "2024-04-28") == (2024, "Q1")
    chips = years_of([k("2024-01-28", 2024)])
    assert label(chips, "2023-01-30", "2024-01-28") == (2024, "FY")
    assert label(years_of([k("2024-01-28")]), "2023-01-30", "2024-01-28") == (2024, "FY")
    june = years_of([k("2024-06-30", 2024)])
    assert label(june, "2023-07-01", "2023-09-30") == (2024, "Q1")
    assert label(june, "2023-07-01", "2024-03-31") == (2024, "9M")
    assert classify(june, "2023-07-01", "2023-09-30").frame == "CY2023Q3"
    odd = years_of([k("2024-06-30", 1999)])
    assert label(odd, None, "2024-06-30") == (2024, "FY"), "a name that cannot be meant"


def test_a_cover_that_is_wrong_once_names_no_year() -> None:
    """Two years of one name would make one quarter of two."""
    reports = [k(f"{year}-01-31", year - 1) for year in (2020, 2021, 2022, 2023)]
    reports[2] = k("2022-01-31", 2022)
    assert [y.name for y in years_of(reports)] == [2019, 2020, 2021, 2022]
    assert [y.name for y in years_of([k("2022-01-31", 2022), k("2023-01-31", 2022)])] == [
        2021,
        2022,
    ]


def test_a_year_that_ends_in_the_first_days_of_january_is_the_year_before() -> None:
    years = years_of([k("2021-01-02"), k("2022-01-01")])
    found = classify(years, "2021-01-03", "2022-01-01")
    assert (found.fiscal_year, found.fiscal_period, found.weeks) == (2021, "FY", 52)
    assert classify(years, None, "2022-01-01").frame == "CY2021Q4I"


def test_interim_reports_alone_tell_the_year() -> None:
    said = years_of([q("2024-12-28", 2025, "Q1", "09-27")])
    assert label(said, "2024-09-29", "2024-12-28") == (2025, "Q1")
    assert label(years_of([q("2024-12-31", 2025, "Q2")]), "2024-07-01", "2024-12-31") == (
        2025, "H1",
    )  # fmt: skip


def test_a_changed_year_end_leaves_a_transition_period_without_quarters() -> None:
    reports = [
        k("2018-12-31", 2018, "2017-12-31"), q("2019-09-30", 2019, "Q3", "12-31"),
        k("2019-12-31", 2019), k("2020-03-31", 2019, form="10-KT"),
        q("2020-06-30", 2021, "Q1", "03-31"), k("2021-03-31", 2021, "2019-12-31"),
    ]  # fmt: skip
    years = years_of(reports)
    assert label(years, "2019-01-01", "2019-03-31") == (2019, "Q1")
    short = classify(years, "2020-01-01", "2020-03-31")
    assert (short.fiscal_period, short.transition) == ("other", True)
    assert label(years, "2020-04-01", "2020-06-30") == (2021, "Q1")
    assert label(years, "2020-04-01", "2021-03-31") == (2021, "FY")
    before = years_of(reports[:3])
    assert label(before, "2020-04-01", "2020-06-30") == (2020, "Q2"), "nobody knew of the change"


@given(
    old=st.integers(1, 12), months=st.integers(1, 10), before=st.integers(1, 4),
    after=st.integers(1, 4), first=st.integers(1995, 2030), part=st.sampled_from(PARTS),
    interim=st.booleans(),
)  # fmt: skip
def test_whatever_the_change_years_before_and_after_keep_their_quarters(
    old: int, months: int, before: int, after: int, first: int, part: str, interim: bool
) -> None:
    start = move(date(first, 1, 31), old - 1)
    ends = [move(start, 12 * n) for n in range(before)]
    short = move(ends[-1], months)
    later = [move(short, 12 * (n + 1)) for n in range(after)]
    reports = [k(end.isoformat()) for end in (*ends, *later)]
    reports.append(k(short.isoformat(), form="10-KT"))
    if interim:  # told before anybody knew of the change
        said = move(ends[-1], 3)
        reports.append(q(said.isoformat(), said.year, "Q1", f"{move(start, 12):%m-%d}"))
        reports = reports if said < short else reports[:-1]
    years = years_of(reports)
    for end in (*ends, *later):
        begin, stop = (move(move(end, -12), n) for n in MONTHS[part])
        found = classify(years, (begin + DAY).isoformat(), stop.isoformat())
        assert (found.fiscal_period, found.transition) == (part, False)
        assert found.fiscal_year == (end - timedelta(10)).year
    gap = classify(years, (ends[-1] + DAY).isoformat(), short.isoformat())
    assert (gap.fiscal_period, gap.transition) == ("other", True)


def test_a_year_end_told_ahead_before_it_was_changed_is_given_up() -> None:
    reports = [
        k("2019-12-31", 2019), q("2020-06-30", 2020, "Q2", "12-31"),
        k("2020-09-30", 2020, form="10-KT"), q("2020-12-31", 2021, "Q1", "09-30"),
    ]  # fmt: skip
    years = years_of(reports)
    assert label(years, "2020-10-01", "2020-12-31") == (2021, "Q1")
    assert classify(years, "2020-01-01", "2020-09-30").transition
    assert label(years_of(reports[:2]), "2020-01-01", "2020-09-30") == (2020, "9M")


def test_lengths_that_are_no_part_of_a_year_are_other() -> None:
    years = years_of([k("2023-12-31")])
    for start, end in (("2023-01-01", "2023-01-31"), ("2022-07-01", "2023-06-30"),
                       ("2023-04-01", "2023-12-31"), ("2021-01-01", "2023-12-31"),
                       ("2023-01-01", "2023-02-28"), ("2023-02-01", "2023-04-30")):  # fmt: skip
        assert label(years, start, end)[1] == "other"
    assert label(years, None, "2023-02-15")[1] == "other"


@pytest.mark.parametrize(
    ("start", "end"),
    [(None, ""), (None, "2024-02-30"), ("2024-02-01", "2024-01-01"), ("x", "2024-01-01"),
     (None, "0022-12-31")],
)  # fmt: skip
def test_what_is_no_period_is_refused(start: str | None, end: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        classify(years_of([]), start, end)


def test_a_period_says_its_length_and_an_instant_has_none() -> None:
    found = classify(years_of([]), "2024-01-01", "2024-12-31")
    assert isinstance(found, Period)
    assert (found.days, found.frame, found.calendar_quarter) == (366, "CY2024", None)
    assert classify(years_of([]), None, "2024-12-31").days == 0
    assert iso("2024-13-01") is None
