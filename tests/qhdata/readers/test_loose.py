"""Names of files: what they say of a filing, and nothing that they do not say."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.public import filing_of
from qhdata.quantities.reports import report_of
from qhdata.readers.loose import header_from_name
from qhdata.records import RawDocument

ANNUAL = ("年度报告", "2019-12-31")


@pytest.mark.parametrize(
    ("path", "filer", "said", "filed_at"),
    [
        ("300617_2019年年度报告.pdf", "cn:300617", ANNUAL, None),
        ("安靠智电：2019年年度报告.pdf", "name:安靠智电", ANNUAL, None),
        ("cninfo/300617/2020-01-21_2019年年度报告.pdf", "cn:300617", ANNUAL, "2020-01-21"),
        ("300617_安靠智电_2019年年度报告_2020-01-21.pdf", "cn:300617", ANNUAL, "2020-01-21"),
        ("300617_20200121_2019年年度报告.pdf", "cn:300617", ANNUAL, "2020-01-21"),
        ("20191231_300617_2019年年度报告.pdf", "cn:300617", ANNUAL, None),  # the period's own end
        ("2020-01-21/300617_2019年报.pdf", "cn:300617", ANNUAL, None),  # a folder says no date
        ("sz300617_安靠智电/2019年年度报告.pdf", "cn:300617", ANNUAL, None),
        ("300617_年度报告_2019.pdf", "cn:300617", ANNUAL, None),
        (
            "安靠智电：2019年年度报告（更新后）.PDF",
            "name:安靠智电",
            ("年度报告/A", "2019-12-31"),
            None,
        ),
        ("300617 2019年年度报告(修订版).pdf", "cn:300617", ("年度报告/A", "2019-12-31"), None),
        ("300617_2019年半年度报告摘要.pdf", "cn:300617", ("半年度报告摘要", "2019-06-30"), None),
        ("600519：2020年第一季度报告全文.pdf", "cn:600519", ("第一季度报告", "2020-03-31"), None),
        ("*ST海航：2020年第三季度报告.pdf", "name:st海航", ("第三季度报告", "2020-09-30"), None),
        ("2020-01-21_300617_annual-report-2019.html", "cn:300617", ANNUAL, "2020-01-21"),
        ("900901_2019年年度报告.pdf", "cn:900901", ANNUAL, None),  # a B share
        ("cn/300617/关于2019年年度报告的更正公告.pdf", "cn:300617", (None, None), None),
        ("300617_2019年度内部控制评价报告.pdf", "cn:300617", (None, None), None),
        ("1207251234.PDF", None, (None, None), None),
    ],
)
def test_names_of_chinese_reports(
    path: str, filer: str | None, said: tuple[str | None, str | None], filed_at: str | None
) -> None:
    header = header_from_name(path)
    assert [f.filer_id for f in header.filers] == ([filer] if filer else [])
    assert (header.form, header.period_end) == said
    assert header.filed_at == filed_at
    raw = RawDocument(
        doc_id="s:1", file_id="s/a", source="s", source_path=path, doc_type="", sequence=1,
        file_name=path, data=b"", header=header,
    )  # fmt: skip
    filing = filing_of(raw, {}, "", True, "public-filing")
    assert filing.public_at == (f"{filed_at}T16:00:00Z" if filed_at else None)
    assert filing.public_at_basis == ("file_name" if filed_at else "unknown")


@given(st.integers(1990, 2049), st.sampled_from(["年度报告", "半年度报告", "第三季度报告"]))
def test_every_year_is_read_and_ends_within_itself(year: int, form: str) -> None:
    report = report_of(f"某公司：{year}年{form}")
    assert report is not None
    assert (report.form, report.year) == (form, year)
    assert dt.date.fromisoformat(report.period_end).year == year


@given(st.text("年度报告半摘要第一三季2019公司：_-（）修订.pdf", max_size=30))
def test_any_name_is_read_and_no_date_is_made_up(name: str) -> None:
    header = header_from_name(name)
    if header.filed_at is not None:
        assert header.filed_at[:4] in name
    if header.period_end is not None:
        dt.date.fromisoformat(header.period_end)
