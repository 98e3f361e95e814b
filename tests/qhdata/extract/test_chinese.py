"""Chinese reports: chapters by any numbering, headings, units, scopes, ticked boxes."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.chinese import number_of
from qhdata.extract.chinese_tables import said_scope, title_of
from qhdata.extract.chinese_text import boxes, tight
from qhdata.extract.document import Extracted, extract_document
from qhdata.extract.limits import Limits
from qhdata.extract.units import chinese_unit
from qhdata.records import Header, RawDocument

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
CN = REAL / "filings" / "cn"
real = pytest.mark.skipif(not CN.is_dir(), reason=f"no real Chinese reports under {CN}")
PROSE = "<p>报告期内，公司的收入增长，主要是因为产品的销量的提升和价格的上涨。</p>" * 3


def extracted(body: str | bytes, form: str | None = None) -> Extracted:
    data = body if isinstance(body, bytes) else f"<html><body>{body}</body></html>".encode()
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.htm", source="s", source_path="a.htm", doc_type="",
        sequence=1, file_name="a.htm", data=data, header=Header(form=form),
    )  # fmt: skip
    return extract_document(raw, Limits())


def chapters(done: Extracted) -> list[tuple[str, str]]:
    return [(s.key, s.title) for s in done.sections if s.level == 2]


def table(*rows: tuple[str, ...]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


TITLES = ("重要提示", "公司简介和主要财务指标", "管理层讨论与分析", "公司治理", "财务报告")


@pytest.mark.parametrize(
    "style",
    [
        lambda n: f"第{'一二三四五'[n - 1]}节 ",
        lambda n: f"第{'一二三四五'[n - 1]}章",
        lambda n: f"{'一二三四五'[n - 1]}、",
        lambda n: f"{n}.",
        lambda n: f"{n}、",
    ],
)
def test_chapters_are_found_by_any_numbering_and_not_in_the_contents(style) -> None:
    heads = [f"{style(n)}{title}" for n, title in enumerate(TITLES, 1)]
    contents = "\n".join(f"{head} {'.' * 40} {n}" for n, head in enumerate(heads))
    body = f"<h>目录</h><p>{contents}</p>" + "".join(f"<p>{h}</p>{PROSE}" for h in heads)
    done = extracted(f"<h>某某股份有限公司\n2021年年度报告</h>{body}")
    assert [key for key, _ in chapters(done)] == [
        "cn.important_notes", "cn.company_profile", "cn.management_discussion", "cn.governance",
        "cn.financial_report",
    ]  # fmt: skip
    assert "....." not in done.text
    assert "目录" not in done.text
    assert done.title == "某某股份有限公司2021年年度报告"
    assert done.form == "年度报告"
    for section in done.sections:
        assert done.text[section.start :].lstrip("# ").startswith(section.title)


def test_lists_that_count_like_chapters_are_none() -> None:
    duties = "".join(f"<p>{n}、履行第{n}项职责的规定；</p>" for n in "一二三四五六七")
    numbered = zip("一二三四五", TITLES, strict=True)
    heads = "".join(f"<p>第{n}节 {t}</p>{PROSE}{duties}" for n, t in numbered)
    done = extracted(heads)
    assert len(chapters(done)) == 5
    assert "#### " not in done.text
    assert "### " not in done.text


def test_parts_of_the_financial_report_have_keys_and_scopes() -> None:
    money = table(("项目", "期末余额"), ("货币资金", "1,200.00"), ("合计", "1,200.00"))
    body = (
        f"<p>第一节 重要提示</p>{PROSE}<p>第二节 财务报告</p><p>一、审计报告</p>{PROSE}"
        f"<p>二、财务报表</p><p>1、合并资产负债表</p><p>单位：元</p>{money}"
        f"<p>上期金额</p>{money}<p>2、母公司资产负债表</p><p>单位：元</p>{money}"
        f"<p>七、合并财务报表项目注释</p><p>1、货币资金</p><p>单位：万元</p>{money}"
        f"<p>八、合并范围的变更</p>{money}"
        f"<p>十七、母公司财务报表主要项目注释</p><p>1、应收账款</p>{money}"
    )
    done = extracted(body)
    assert [t.scope for t in done.tables] == [
        "consolidated", "consolidated", "parent", "consolidated", None, "parent",
    ]  # fmt: skip
    assert [t.scale for t in done.tables] == ["1", None, "1", "10000", None, None]
    assert [t.title for t in done.tables][:3] == [
        "1、合并资产负债表", "1、合并资产负债表", "2、母公司资产负债表",
    ]  # fmt: skip
    assert [t.kind for t in done.tables][:4] == ["statement"] * 3 + ["data"]
    assert done.tables[-1].section_key == "cn.financial_report.parent_notes"


def test_a_unit_said_for_all_goes_for_tables_of_money_that_say_none() -> None:
    shares = table(("股东", "比例"), ("甲", "12.5%"), ("乙", "3.1%"))
    money = table(("项目", "金额"), ("收入", "1,200"), ("成本", "900"))
    done = extracted(
        f"{PROSE}<p>(除特别注明外，金额单位均为人民币百万元)</p>{PROSE}{money}{PROSE}{shares}"
        f"{PROSE}<p>单位：股</p>{money}{PROSE}<p>单位：台</p>{money}"
    )
    assert [(t.unit, t.scale) for t in done.tables] == [
        ("CNY", "1000000"), (None, None), ("shares", "1"), (None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("单位：元 币种：人民币", ("CNY", "1")),
        ("单位：万元 币种：美元", ("USD", "10000")),
        ("单位:人民币亿元", ("CNY", "100000000")),
        ("金额单位：千元", ("CNY", "1000")),
        ("（人民币百万元）", ("CNY", "1000000")),
        ("单位：港币千元", ("HKD", "1000")),
        ("单位：万股", ("shares", "10000")),
        ("单位：十亿元", ("CNY", "1000000000")),
        ("单位：十万元", ("CNY", "100000")),
        ("单位：百元", ("CNY", "100")),
        ("单位：仟元", ("CNY", "1000")),
        ("单位：佰万元", ("CNY", "1000000")),
        ("单位：億元", ("CNY", "100000000")),
        ("单位：万亿元", ("CNY", "1000000000000")),
        ("單位：新台幣千元", ("TWD", "1000")),
        ("單位：人民幣億元", ("CNY", "100000000")),
        ("单位：万加元", ("CAD", "10000")),
        ("单位：百万日元", ("JPY", "1000000")),
        ("單位：千港幣", ("HKD", "1000")),
        ("单位：百万美元", ("USD", "1000000")),
        ("单位：元、万股", ("CNY", "1")),
        ("单位：万元、股", ("CNY", "10000")),
        ("股", ("shares", "1")),
        ("单位：%", (None, None)),
        ("公司注册资本为人民币5,000万元", None),
        ("基本每股收益（人民币元/股）", None),
        ("各单位之间的往来", None),
    ],
)
def test_units_of_chinese_tables(text: str, wanted: object) -> None:
    assert chinese_unit(text) == wanted


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("1、合并资产负债表", "consolidated"),
        ("母公司现金流量表（续）", "parent"),
        ("2019年12月31日合并及银行资产负债表(续)", "both"),
        ("合并及母公司利润表", "both"),
        ("七、合并财务报表项目注释", "consolidated"),
        ("十七、母公司财务报表主要项目注释", "parent"),
        ("十五、公司财务报表主要项目附注", "parent"),
        ("法定代表人：甲 会计机构负责人：乙 2、母公司利润表", "parent"),
        ("合并报表：", "consolidated"),
        ("在未纳入合并财务报表范围的结构化主体中的权益", None),
        ("合并范围的变更", None),
        ("六、母公司和主要子公司的员工情况", None),
        ("分红年度合并报表中归属于上市公司普通股股东的净利润", None),
    ],
)
def test_scope_is_said_by_a_statements_name_and_by_nothing_else(text: str, scope: object) -> None:
    assert said_scope(text) == scope


def test_figures_side_by_side_are_of_both() -> None:
    head = ("项目", "本集团", "本行")
    done = extracted(f"{PROSE}<p>资本充足情况</p>{table(head, ('资本', '1,200', '1,100'))}")
    assert done.tables[0].scope == "both"


def test_units_dates_and_ticks_are_no_title() -> None:
    above = ["单位：元 币种：人民币", "☑适用 ☐不适用", "编制单位：甲公司", "(1).存货分类"]
    assert title_of(above) == "(1).存货分类"


@pytest.mark.parametrize("ticked", ["√", "■", "R", "☑", "✓"])
@pytest.mark.parametrize("empty", ["□", "£", "☐"])
@pytest.mark.parametrize("gap", ["", " ", "\u3000"])
@pytest.mark.parametrize(("yes", "no"), [("适用", "不适用"), ("是", "否")])
def test_which_box_is_ticked_is_never_lost(
    ticked: str, empty: str, gap: str, yes: str, no: str
) -> None:
    assert boxes(f"{ticked}{gap}{yes} {empty}{gap}{no}") == f"☑{yes} ☐{no}"
    assert boxes(f"{empty}{gap}{yes} {ticked}{gap}{no}") == f"☐{yes} ☑{no}"


@given(st.text("√□☑☐适用不是否有无 的RR£1234\n"))
def test_boxes_are_read_once_and_nothing_else_changes(text: str) -> None:
    once = boxes(text)
    assert boxes(once) == once
    assert re.sub(r"[√□☑☐R£\s]", "", once) == re.sub(r"[√□☑☐R£\s]", "", text)


def test_short_answers_at_page_ends_are_no_running_lines() -> None:
    end = '<hr style="page-break-after:always">'
    pages = "".join(
        f"<p>甲公司2019年年度报告</p><p>{'√' if n % 3 else '□'}适用 {'□' if n % 3 else '√'}不适用"
        f"</p>{PROSE}<p>（{n}）说明的事项</p><p>□适用 √不适用</p>{PROSE}<p>其他说明：</p>"
        f"<p>{n} / 12</p>{end}"
        for n in range(1, 13)
    )
    done = extracted(pages)
    assert done.text.count("适用") == 48
    assert done.text.count("其他说明：") == 12
    assert done.text.count("2019年年度报告") == 1
    assert "/ 12" not in done.text


@given(st.integers(1, 199))
def test_counting_numbers_are_read_as_they_are_written(n: int) -> None:
    ones = "零一二三四五六七八九"
    hundred, ten, one = n // 100, n // 10 % 10, n % 10
    text = "一百" * hundred
    if ten:
        text += ("" if ten == 1 and not hundred else ones[ten]) + "十"
    elif hundred and one:
        text += "零"
    text += ones[one] if one else ""
    assert number_of(text) == n == number_of(str(n))


@given(st.lists(st.sampled_from(["的", "元", "币种", "单位", "a", "1", " ", "\n", "，"])))
def test_tight_text_loses_nothing_but_spaces(parts: list[str]) -> None:
    text = "".join(parts)
    assert re.sub(r"\s", "", tight(text)) == re.sub(r"\s", "", text)
    assert tight(tight(text)) == tight(text)


SEEN = {
    "300617": (13, "cn.reference_documents", 12, 29, 4),
    "601658": (23, "cn.financial_report", 0, 0, 0),
    "603339": (13, "cn.reference_documents", 10, 23, 7),
}
"""Chapters, the last one's key, statements, tables of the company alone, headed 万元; by eye."""


@real
@pytest.mark.real
@pytest.mark.parametrize("code", SEEN)
def test_real_reports_have_their_chapters_statements_and_scopes(code: str) -> None:
    (path,) = CN.glob(f"*{code}*")
    done = extracted(path.read_bytes())
    count, last, statements, alone, tens = SEEN[code]
    top = [s for s in done.sections if s.level == 2]
    assert (len(top), top[-1].key) == (count, last)
    assert all(a.end <= b.start for a, b in itertools.pairwise(top))
    assert sum(t.kind == "statement" for t in done.tables) == statements
    assert sum(t.scope == "parent" for t in done.tables) == alone
    assert sum(t.scale == "10000" for t in done.tables) >= tens
    assert "....." not in done.text.replace("……", "")
    assert not re.search(r"[√□]\s*(?:适用|不适用|是$|否$)", done.text)
