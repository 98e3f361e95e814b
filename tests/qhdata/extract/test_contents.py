"""Contents: what is passed over and cut as a list of contents, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract import Limits, extract_document
from qhdata.extract.document import Extracted
from qhdata.records import Header, RawDocument

PROSE = "We make widgets in three plants and sell them to farmers and to the navy. " * 12
ANNUAL = (
    ("1", "Business"), ("1A", "Risk Factors"), ("1B", "Unresolved Staff Comments"),
    ("2", "Properties"), ("3", "Legal Proceedings"), ("4", "Mine Safety Disclosures"),
    ("5", "Market for Common Equity"), ("6", "[Reserved]"),
    ("7", "Management’s Discussion and Analysis"), ("7A", "Disclosures About Market Risk"),
    ("8", "Financial Statements"), ("9", "Changes in and Disagreements with Accountants"),
    ("9A", "Controls and Procedures"), ("9B", "Other Information"), ("10", "Directors"),
    ("11", "Executive Compensation"), ("12", "Security Ownership"),
    ("13", "Certain Relationships"), ("14", "Principal Accountant Fees"), ("15", "Exhibits"),
)  # fmt: skip
QUARTER = (
    ("2", "1", "Legal Proceedings"), ("2", "1A", "Risk Factors"),
    ("2", "2", "Unregistered Sales of Equity Securities"), ("2", "3", "Defaults Upon Securities"),
    ("2", "4", "Mine Safety Disclosures"), ("2", "5", "Other Information"),
)  # fmt: skip


def extract(body: str, form: str) -> Extracted:
    html = f"<html><body><p>FORM {form}</p>{body}</body></html>"
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type=form, sequence=1,
        file_name="1.htm", data=html.encode(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def item(number: str, title: str, text: str) -> str:
    return f"<p>Item {number}. {title}</p><p>{text}</p>"


def numbers(done: Extracted) -> list[str]:
    return [s.key.partition(".item")[2] for s in done.sections if ".item" in s.key and s.end]


@given(st.lists(st.booleans(), min_size=len(ANNUAL), max_size=len(ANNUAL)))
def test_items_that_answer_none_are_items_and_their_words_stay(short: list[bool]) -> None:
    said = ["None." if none else PROSE for none in short]
    done = extract("".join(item(*i, s) for i, s in zip(ANNUAL, said, strict=True)), "10-K")
    assert numbers(done) == [number.lower() for number, _ in ANNUAL]
    for number, title in ANNUAL:
        assert f"Item {number}. {title}" in done.text
    assert "removed_contents" not in done.notes


def test_a_shell_quarter_keeps_its_second_part() -> None:
    body = item("1", "Financial Statements", PROSE) + item("2", "Management’s Discussion", PROSE)
    body += "<p>PART II</p>" + "".join(item(n, title, "None.") for _, n, title in QUARTER)
    done = extract(body + item("6", "Exhibits", "<p>An agreement.</p>" * 40), "10-Q")
    assert numbers(done) == ["1", "2", "1", "1a", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("stop", [".", "", ":"])
def test_a_number_with_its_title_on_the_next_line_is_no_page_of_a_contents(stop: str) -> None:
    body = item("1", "Financial Statements", PROSE) + item("2", "Management’s Discussion", PROSE)
    body += "<p>PART II</p>" + "".join(
        f"<p>Item {n}{stop}</p><p>{title}</p><p>None.</p>" for _, n, title in QUARTER
    )
    done = extract(body + item("6", "Exhibits", "<p>An agreement.</p>" * 40), "10-Q")
    assert numbers(done) == ["1", "2", "1", "1a", "2", "3", "4", "5", "6"]


def test_the_first_item_below_the_contents_is_none_of_its_lines() -> None:
    rows = "".join(f"<p>Item {n}. {title} {at}</p>" for at, (n, title) in enumerate(ANNUAL, 3))
    body = "".join(f"<p>Item {n}.</p><p>{title}</p><p>{PROSE}</p>" for n, title in ANNUAL)
    done = extract(rows + "<p>PART I</p>" + body, "10-K")
    assert numbers(done) == [number.lower() for number, _ in ANNUAL]
    assert "Item 1." in done.text


@pytest.mark.parametrize("page", [" ..... {}", "", "</p><p>{}"])
@pytest.mark.parametrize("part", ["<p>PART I</p>", ""])
def test_contents_are_cut_and_counted_and_the_item_below_them_is_found(
    page: str, part: str
) -> None:
    rows = "".join(
        f"<p>Item {n}. {title}{page.format(at)}</p>" for at, (n, title) in enumerate(ANNUAL, 3)
    )
    done = extract(rows + part + "".join(item(*i, PROSE) for i in ANNUAL), "10-K")
    assert numbers(done) == [number.lower() for number, _ in ANNUAL]
    assert done.text.count("Unresolved Staff Comments") == 1
    assert done.notes["removed_contents"]


def test_a_list_whose_items_do_not_come_again_stays_in_the_text() -> None:
    rows = "".join(f"<tr><td>Item {n}.</td><td>{title}</td></tr>" for n, title in ANNUAL[:8])
    body = "".join(item(*i, PROSE) for i in ANNUAL[8:])
    done = extract(f"<table>{rows}</table>{body}", "10-K")
    assert "Unresolved Staff Comments" in done.text
