"""Items, furniture, contents and chapters: what heads what, and what is not text at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract import Limits, extract_document, section_keys
from qhdata.extract.document import Extracted
from qhdata.extract.item_heading import read_heading
from qhdata.records import Header, RawDocument

PROSE = "We make widgets in three plants and sell them to farmers and to the navy. " * 12
BREAK = '<hr style="page-break-after:always">'


def extract(body: str, doc_type: str = "", name: str = "1.htm") -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path=name, doc_type=doc_type, sequence=1,
        file_name=name, data=body.encode(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def keys(done: Extracted) -> list[str]:
    """Items, without the signatures that many tests end with."""
    return [s.key for s in done.sections if s.status != "not_found" and s.key != "signatures"]


def annual() -> str:
    items = (
        ("PART I", None, ""),
        ("Item 1.", "Business", PROSE),
        ("Item 1A.", "Risk Factors", PROSE + "As Item 7 of this report says, we may fail."),
        ("Item 1B.", "Unresolved Staff Comments", "None."),
        ("PART II", None, ""),
        ("Item 7.", "Management’s Discussion and Analysis", PROSE),
        ("Item 7A.", "Disclosures About Market Risk", "None."),
        ("Item 8.", "Financial Statements and Supplementary Data", PROSE * 3),
        ("Item 9.", "Disagreements with Accountants", "None."),
        ("PART III", None, ""),
        ("Item 10.", "Directors", "Incorporated herein by reference to our proxy statement."),
    )
    rows, body = [], []
    for n, (number, title, prose) in enumerate(items):
        if title is None:
            rows.append(f"<tr><td>{number}</td></tr>")
            body.append(f"<p><b>{number}</b></p>")
            continue
        rows.append(
            f'<tr><td><a href="#i{n}">{number}</a></td><td>{title}</td><td>{n + 3}</td></tr>'
        )
        body.append(f'<div id="i{n}"></div><p><b>{number} {title}</b></p><p>{prose}</p>')
    pages = [
        f"{part}<p>Invented Inc. | Form 10-K | {n}</p>{BREAK}" for n, part in enumerate(body, 1)
    ]
    return (
        f"<html><body><p>FORM 10-K</p><table>{''.join(rows)}</table>{''.join(pages)}</body></html>"
    )


def test_items_of_an_annual_report_begin_at_their_headings() -> None:
    done = extract(annual(), "10-K")
    assert keys(done) == [
        "part1.item1", "part1.item1a", "part1.item1b", "part2.item7", "part2.item7a",
        "part2.item8", "part2.item9", "part3.item10",
    ]  # fmt: skip
    present = [s for s in done.sections if s.status != "not_found"]
    for section in present:
        assert done.text[section.start :].startswith("## Item ")
        assert section.confidence > 0.8
        assert not section.checks_failed
    assert present[-1].status == "incorporated_by_reference"
    assert present[-1].points_to == "proxy statement"


def test_contents_and_footers_are_cut_and_counted() -> None:
    done = extract(annual(), "10-K")
    assert "Form 10-K |" not in done.text
    assert "| Item 1." not in done.text
    assert done.notes["removed_running"] == 11


def test_what_is_missing_is_said() -> None:
    done = extract("<html><body><p><b>Item 1A. Risk Factors</b></p><p>x</p></body></html>", "10-K")
    missing = {s.key: s for s in done.sections if s.status == "not_found"}
    assert "part2.item8" in missing
    assert missing["part2.item8"].confidence == 0


def test_an_amendment_lacks_nothing_by_restating_one_item() -> None:
    body = f"<html><body><p><b>Item 8. Financial Statements</b></p><p>{PROSE}</p></body></html>"
    assert [(s.key, s.status) for s in extract(body, "10-K/A").sections] == [
        ("part2.item8", "present")
    ]


def test_an_amendment_of_one_part_doubts_none_of_its_items() -> None:
    heads = ("Item 10. Directors", "Item 11. Executive Compensation", "Item 12. Security Ownership")
    body = "".join(f"<p><b>{head}</b></p><p>{PROSE}</p>" for head in heads)
    done = extract(f"<html><body>{body}</body></html>", "10-K/A")
    assert [s.checks_failed for s in done.sections] == [()] * 3
    (last,) = {s.confidence for s in done.sections}
    assert last > 0.9


def test_the_two_item_1_of_a_quarter_are_told_apart() -> None:
    body = "".join(
        f"<p><b>{head}</b></p><p>{PROSE}</p>"
        for head in (
            "PART "
            "I", "Item 1. Financial Statements", "Item 2. Management’s Discussion and Analysis",
            "PART II", "Item 1. Legal Proceedings", "Item 6. Exhibits",
        )
    )  # fmt: skip
    done = extract(f"<html><body>{body}</body></html>", "10-Q")
    assert keys(done) == ["part1.item1", "part1.item2", "part2.item1", "part2.item6"]


def test_items_that_share_a_heading_share_a_span() -> None:
    body = f"<p><b>Items 1 and 2. Business and Properties</b></p><p>{PROSE}</p>"
    done = extract(f"<html><body>{body}</body></html>", "10-K")
    spans = {s.key: (s.start, s.end) for s in done.sections if s.status == "present"}
    assert spans["part1.item1"] == spans["part1.item2"]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Item 5.02(e) Compensatory Arrangements of Certain Officers.", "item5.02"),
        ("ITEM 2.02. RESULTS OF OPERATIONS AND FINANCIAL CONDITION", "item2.02"),
        ("Item 5. Other Events", "item5"),
        ("Item 12. Results of Operations and Financial Condition", "item12"),
    ],
)
def test_items_of_current_reports_old_and_new(heading: str, key: str) -> None:
    body = f"<html><body><p>{heading}</p><p>We said so.</p><p>SIGNATURES</p><p>x</p></body></html>"
    done = extract(body, "8-K")
    assert keys(done) == [key]
    assert "SIGNATURES" not in done.text[done.sections[0].start : done.sections[0].end]


def test_an_exhibit_has_no_items_whatever_it_says() -> None:
    done = extract("<html><body><p>Item 1. Business</p><p>x</p></body></html>", "EX-99.1")
    assert "part1.item1" not in keys(done)


def test_a_one_word_answer_beside_breaks_is_not_a_running_line() -> None:
    pages = "".join(f"<p>Text {n} of the page</p><p>None.</p>{BREAK}" for n in range(6))
    assert extract(f"<html><body>{pages}</body></html>").text.count("None.") == 6


def test_sentences_that_differ_in_their_figures_are_not_a_running_line() -> None:
    pages = "".join(
        f"<p>Costs fell by ${n * 7 % 5} million in {2030 - n}.</p>{BREAK}" for n in range(6)
    )
    assert extract(f"<html><body>{pages}</body></html>").text.count("Costs fell") == 6


def test_a_unit_above_a_table_is_not_a_running_line() -> None:
    table = "<table><tr><td></td><td>2024</td></tr><tr><td>Sales</td><td>5</td></tr></table>"
    pages = f"{BREAK}<p>(In millions)</p>{table}" * 4
    done = extract(f"<html><body>{pages}</body></html>")
    assert [t.scale for t in done.tables] == ["1000000"] * 4


def test_chapters_of_a_chinese_report_have_keys_and_units_have_scale() -> None:
    body = (
        "<h>第一节 重要提示、目录和释义</h><p>本公司保证内容真\n实、准确。</p>"
        "<h>第四节 "
        "经营情况讨论与分析</h><p>报告期内的收入增长的原因的说明的情况的分析的结果的总结的</p>"
        "<p>单位：万元</p><table><tr><td>项目</td><td>2019年</td></tr>"
        "<tr><td>营业收入</td><td>35,394.4\n2</td></tr><tr><td>成本</td><td>12.00</td></tr></table>"
        "<p>的的的的的的的的的的的的的的的的的的的的的</p><h>第十二节 "
        "财务报告</h><p>财务报表如下。</p>"
    )
    done = extract(f"<html><body>{body}</body></html>")
    assert done.lang == "zh"
    assert keys(done) == ["cn.important_notes", "cn.management_discussion", "cn.financial_report"]
    assert "内容真实、准确" in done.text
    (table,) = done.tables
    assert (table.unit, table.scale, table.section_key) == (
        "CNY",
        "10000",
        "cn.management_discussion",
    )
    assert "| 营业收入 | 35,394.42 |" in done.text


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("Item 1A. Risk Factors", ["1A"]),
        ("ITEM ONE - BUSINESS", ["1"]),
        ("Item No. 7: Discussion", ["7"]),
        ("Items 1 and 2. Business", ["1", "2"]),
        ("PART II, Item 9A(T). Controls", ["9A"]),
        ("Items 1.01(a) and 5.02(e) Agreements", ["1.01", "5.02"]),
        ("Itemized deductions", None),
        ("See Item 1A", None),
    ],
)
def test_headings_name_their_items(line: str, numbers: list[str] | None) -> None:
    read = read_heading(line)
    assert (read and read[1]) == numbers


@given(st.text(max_size=200))
def test_no_line_breaks_the_reading_of_headings(line: str) -> None:
    read = read_heading("Item 1" + line)
    assert read is None or read[1][0][:1] == "1"


def test_every_key_is_of_the_closed_list() -> None:
    assert set(keys(extract(annual(), "10-K"))) <= set(section_keys())
