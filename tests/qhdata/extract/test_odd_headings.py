"""Headings of items as some filers set them: what they name, and what is doubted beside them."""

from __future__ import annotations

import textwrap

import pytest

from qhdata.extract import Limits, extract_document
from qhdata.extract.document import Extracted
from qhdata.extract.item_heading import part_of, read_heading
from qhdata.records import Header, RawDocument

PROSE = "We make widgets in three plants and sell them to farmers and to the navy. " * 8
LINES = textwrap.fill(PROSE, 78)


def extract(body: str, form: str) -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1", doc_type=form, sequence=1,
        file_name="1", data=body.encode(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def failing(done: Extracted, check: str) -> list[str]:
    return [s.key for s in done.sections if check in s.checks_failed]


@pytest.mark.parametrize(
    ("heading", "read"),
    [
        ("Item (4) Controls", ("", ["4"], "Controls")),
        ("ITEM IV. SUBMISSION OF MATTERS", ("", ["4"], "SUBMISSION OF MATTERS")),
        ("ITEM I BUSINESS", ("", ["1"], "BUSINESS")),
        ("ITEM EIGHTEEN. FINANCIAL STATEMENTS", ("", ["18"], "FINANCIAL STATEMENTS")),
        ("PART TWO, Item 3. Defaults", ("TWO", ["3"], "Defaults")),
        ("PART II. OTHER INFORMATION - Item 1. Suits", ("II", ["1"], "Suits")),
    ],
)
def test_a_number_in_brackets_in_roman_in_words_and_behind_a_parts_title(heading, read) -> None:
    assert read_heading(heading) == read


@pytest.mark.parametrize(
    "text", ["Item 101 Matters", "Item 1001", "Item I have", "Item X. Information About Officers"]
)
def test_what_is_no_number_of_an_item(text: str) -> None:
    assert read_heading(text) is None


def test_a_part_in_words_is_one_and_a_sentence_of_a_part_is_none() -> None:
    assert part_of("PART TWO - OTHER INFORMATION") == 2
    assert part_of("Part two of the plan begins in June") is None


@pytest.mark.parametrize("gap", ["  ", "        "])
def test_the_first_item_right_below_its_parts_title_in_text_has_its_row(gap: str) -> None:
    quarter = (
        f"FORM 10-Q\n\nPART I. FINANCIAL INFORMATION\nItem 1.{gap}Financial Statements\n\n{LINES}"
        f"\n\n{LINES}\n\nItem 2.{gap}Management's Discussion and Analysis\n\n{LINES}\n\n"
        f"       PART II. OTHER INFORMATION\nItem 1.{gap}Legal Proceedings\n\n{LINES}\n\n"
        f"Item 6.{gap}Exhibits\n\nNone are filed with this report.\n"
    )
    keys = [s.key for s in extract(quarter, "10-Q").sections if s.status != "not_found"]
    assert keys == ["part1.item1", "part1.item2", "part2.item1", "part2.item6"]


def test_a_short_item_without_its_number_below_a_parts_heading_is_doubted() -> None:
    body = "".join(
        f"<p><b>{head}</b></p><p>{said}</p>"
        for head, said in (
            ("PART I", ""),
            ("Item 1. Financial Statements", PROSE * 4),
            ("Item 2. Management’s Discussion and Analysis", PROSE),
            ("PART II", ""),
            ("Legal Proceedings (Item 1)", "None."),
            ("Item 1A. Risk Factors", PROSE),
            ("Item 6. Exhibits", "None are filed."),
        )
    )
    assert failing(extract(f"<html>{body}</html>", "10-Q"), "coverage") == ["part2.item1a"]


COVER = "<p>FORM 8-K</p><p>Date of report: May 5, 2011</p><p>Commission file 1-1</p>"


def test_an_items_title_between_the_cover_and_the_first_item_of_an_8k_is_doubted() -> None:
    body = f"{COVER}<p>Other Events (Item 8.01)</p><p>We moved.</p>"
    body += f"<p><b>Item 9.01 Financial Statements and Exhibits</b></p><p>{PROSE}</p>"
    assert failing(extract(f"<html>{body}</html>", "8-K"), "coverage") == ["item9.01"]


def test_items_of_the_old_numbering_among_those_of_the_new_fail_order() -> None:
    body = "".join(
        f"<p><b>{head}</b></p><p>{PROSE}</p>"
        for head in (
            "Item 1.01 Entry into a Material Definitive Agreement",
            "Item 5. Other Events",
            "Item 8.01 Other Events",
        )
    )
    assert failing(extract(f"<html>{COVER}{body}</html>", "8-K"), "order") == ["item5"]


def test_a_link_into_the_middle_of_an_item_does_not_outweigh_its_heading() -> None:
    items = (
        ("7", "Management’s Discussion and Analysis", PROSE),
        ("7A", "Quantitative and Qualitative Disclosures About Market Risk", PROSE),
        ("8", "Financial Statements and Supplementary Data", PROSE * 3),
        ("9", "Changes in and Disagreements with Accountants", "None."),
    )
    rows, body = "", ""
    for number, title, said in items:
        rows += f'<tr><td><a href="#i{number}">Item {number}.</a></td><td>{title}</td></tr>'
        anchor = f'<a id="i{number}"></a>'
        at_heading = anchor if number != "8" else ""
        body += f"{at_heading}<p><b>Item {number}. {title}</b></p><p>{said}</p>"
        if number == "8":
            body += f"<p>{PROSE}</p>" * 8 + anchor
            body += f"<p><b>Opinion on the Financial Statements</b></p><p>{PROSE * 3}</p>"
    done = extract(f"<html><p>FORM 10-K</p><table>{rows}</table>{body}</html>", "10-K")
    starts = {s.key: done.text[s.start : s.end] for s in done.sections if s.key == "part2.item8"}
    assert starts["part2.item8"].startswith("## Item 8. Financial Statements")


def test_an_item_that_says_none_and_goes_on_holds_the_text_of_another() -> None:
    items = (
        ("Item 7. Management’s Discussion and Analysis", PROSE),
        ("Item 8. Financial Statements and Supplementary Data", PROSE * 4),
        ("Item 9. Changes in and Disagreements with Accountants", "None."),
        ("", PROSE),
        ("Item 10. Directors", "Not applicable."),
    )
    body = "".join(f"<p><b>{head}</b></p><p>{said}</p>" for head, said in items)
    assert failing(extract(f"<html>{body}</html>", "10-K"), "long") == ["part2.item9"]


def test_a_sentence_that_mentions_an_items_title_is_not_where_its_link_leads() -> None:
    items = (
        ("7", "Management’s Discussion and Analysis", PROSE),
        ("8", "Financial Statements and Supplementary Data", PROSE * 4),
        ("9", "Changes in and Disagreements with Accountants", "None."),
        ("9A", "Controls and Procedures", PROSE),
    )
    rows, body = "", ""
    for number, title, said in items:
        rows += f'<tr><td><a href="#i{number}">Item {number}.</a></td><td>{title}</td></tr>'
        heading = "" if number == "9A" else f"<p><b>Item {number}. {title}</b></p>"
        body += f'<div id="i{number}"></div>{heading}<p>{said}</p>'
    body += "<p>Our auditor says no more of our controls and procedures than that.</p>"
    done = extract(f"<html><p>FORM 10-K</p><table>{rows}</table>{body}</html>", "10-K")
    (controls,) = [s for s in done.sections if s.key == "part2.item9a"]
    assert "heading" in controls.checks_failed
    assert done.text[controls.start :].startswith("We make widgets")
