"""Fiscal labels of real-looking calendars."""

from __future__ import annotations

import pytest

from qhdata.env.calendar import FiscalCalendar, fiscal_calendar

CASES = [
    # (month, shift), start, end, label
    ((12, 0), "2024-01-01", "2024-12-31", "2024"),
    ((12, 0), "2024-04-01", "2024-06-30", "2024Q2"),
    ((12, 0), "2024-01-01", "2024-06-30", "2024H1"),
    ((12, 0), "2024-01-01", "2024-09-30", ""),
    ((12, 0), None, "2024-12-31", "2024"),
    ((12, 0), None, "2024-09-30", "2024Q3"),
    ((12, 0), None, "2024-11-30", ""),
    ((12, 0), "2020-12-28", "2022-01-02", "2021"),  # 52-week year that ends in January
    ((9, 0), "2023-10-01", "2023-12-30", "2024Q1"),  # a September year
    ((9, 0), None, "2024-09-28", "2024"),
    ((1, -1), "2023-01-29", "2024-02-03", "2023"),  # a retailer's 53 weeks
    ((1, -1), "2023-04-30", "2023-07-29", "2023Q2"),
    ((6, 0), "2023-07-01", "2023-09-30", "2024Q1"),
    ((12, 0), "not a date", "2024-12-31", ""),
    ((12, 0), None, "", ""),
]


@pytest.mark.parametrize(("calendar", "start", "end", "label"), CASES)
def test_labels(calendar, start, end, label) -> None:
    assert FiscalCalendar(*calendar).label(start, end) == label


def test_a_calendar_is_read_from_annual_reports() -> None:
    reports = [
        ("10-K", "2024-02-03", 2023),
        ("10-K/A", "2023-01-28", 2022),
        ("10-Q", "2023-07-29", 2023),
        ("8-K", "2023-12-31", None),
    ]
    assert fiscal_calendar(reports, []) == FiscalCalendar(1, -1)
    assert fiscal_calendar([("10-Q", "2023-03-31", 2023)], ["2023-06-30"]) == FiscalCalendar(6)
    assert fiscal_calendar([], []) == FiscalCalendar(12)


def test_chinese_annual_reports_say_when_a_year_ends():
    reports = [("年度报告", "2019-12-31", 2019), ("年度报告/A", "2018-12-31", 2018)]
    calendar = fiscal_calendar([*reports, ("10-Q", "2019-06-30", None)], [])
    assert calendar.label("2019-01-01", "2019-12-31") == "2019"
    assert fiscal_calendar([("年度报告", "2019-06-30", 2019)], []).month == 6
