"""Items without a heading of their own: by an index of pages, behind the items, in an exhibit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from qhdata.extract import Limits, extract_document
from qhdata.extract.document import Extracted
from qhdata.extract.step import Extract
from qhdata.readers import plan, read_file
from qhdata.records import Header, RawDocument, Section, SourceFile, from_batch, to_batch

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
PROSE = "We make widgets in three plants and sell them to farmers and to the navy. " * 12
BREAK = '<hr style="page-break-after:always">'


def extract(body: str, doc_type: str = "", name: str = "1.htm") -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path=name, doc_type=doc_type, sequence=1,
        file_name=name, data=f"<html><body>{body}</body></html>".encode(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def head(text: str) -> str:
    return f"<p><b>{text}</b></p>"


def pages(contents: Sequence[str], first: int = 1, prefix: str = "") -> str:
    """Each content on a page of its own that ends with its number."""
    return "".join(f"{c}<p>{prefix}{n}</p>{BREAK}" for n, c in enumerate(contents, first))


def table(rows: Sequence[Sequence[str]]) -> str:
    made = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in made) + "</table>"


def statements() -> str:
    """An auditor's report, a balance sheet, cash flows and a note."""
    rows = [(f"Line {n}", f"{n},100", f"{n},050") for n in range(1, 12)]
    return (
        head("Report of Independent Registered Public Accounting Firm")
        + f"<p>{PROSE}</p>"
        + "".join(
            head(f"Consolidated {name}") + table(rows)
            for name in ("Balance Sheets", "Statements of Operations", "Statements of Cash Flows")
        )
        + head("Notes to Consolidated Financial Statements")
        + f"<p>{PROSE * 3}</p>"
    )


def text_of(done: Extracted, key: str) -> list[str]:
    return [done.text[s.start : s.end] for s in done.sections if s.key == key]


# ------------------------------------------------------------------ cross-reference indexes

TITLES = ("About us", "What may go wrong", "Our plants", "How the year went", "More on the year",
          "Our accounts", "Who audits us", "The board")  # fmt: skip


def laid_out_freely(index: str) -> str:
    body = pages([head(t) + f"<p>{t} tells this. {PROSE}</p>" for t in TITLES], first=3)
    return f"<p>FORM 10-K</p>{BREAK}{body}{head('Form 10-K Cross-Reference Index')}{index}"


INDEX = {
    "numbered with the word item": [
        ("Item 1.", "Business", "3, 5"),
        ("Item 1A.", "Risk Factors", "4"),
        ("Item 2.", "Properties", "5"),
        ("Item 4.", "Mine Safety Disclosures", "Not applicable"),
        ("Item 7.", "Management's Discussion and Analysis of Financial Condition", "6 - 7"),
        ("Item 8.", "Financial Statements and Supplementary Data", "8"),
        ("Item 9A.", "Controls and Procedures", "9"),
        ("Item 10.", "Directors, Executive Officers and Corporate Governance", "10"),
        ("Item 11.", "Executive Compensation", "Proxy Statement"),
    ],
    "bare numbers": [
        ("Item Number", "", "Page"),
        ("Part I", "", ""),
        ("1.", "Business", "3, 5"),
        ("1A.", "Risk Factors", "4"),
        ("2.", "Properties", "5"),
        ("4.", "Mine Safety Disclosures", "Not Applicable"),
        ("Part II", "", ""),
        ("7.", "Management’s Discussion and Analysis of Financial Condition", "6–7"),
        ("8.", "Financial Statements and Supplementary Data", "8"),
        ("9A.", "Controls and Procedures", "9"),
        ("Part III", "", ""),
        ("10.", "Directors, Executive Officers and Corporate Governance", "10"),
        ("11.", "Executive Compensation", "Proxy Statement"),
    ],
}


@pytest.mark.parametrize("rows", INDEX.values(), ids=INDEX)
def test_an_index_of_pages_places_items(rows: list[tuple[str, ...]]) -> None:
    done = extract(laid_out_freely(table(rows)), "10-K")
    assert [t.split("\n")[0] for t in text_of(done, "part1.item1")] == [
        "## About us", "## Our plants",
    ]  # fmt: skip
    assert text_of(done, "part2.item7")[0].count("tells this.") == 2
    assert "How the year went" in text_of(done, "part2.item7")[0]
    assert text_of(done, "part2.item8")[0].startswith("## Our accounts")
    status = {s.key: s.status for s in done.sections}
    assert status["part1.item4"] == "omitted"
    assert status["part3.item11"] == "incorporated_by_reference"
    placed = [s for s in done.sections if s.status != "not_found"]
    assert all(s.confidence <= 0.7 and "by_index" in s.checks_failed for s in placed)


def test_an_index_without_its_pages_says_what_it_could_not_find() -> None:
    rows = [(a, b, "900" if c[0].isdigit() else c) for a, b, c in INDEX[next(iter(INDEX))]]
    done = extract(laid_out_freely(table(rows)), "10-K")
    lost = {s.key: s for s in done.sections if s.status == "not_found"}
    assert set(lost) >= {"part1.item1", "part2.item7", "part2.item8"}
    assert {s.key for s in done.sections if s.status == "present"} == {"heading"}


def test_a_real_quarter_laid_out_freely_has_all_its_items() -> None:
    folder = REAL / "peer_output" / "sec_parser" / "10-Q" / "INTC"
    found = sorted(folder.rglob("primary-document.html"))
    if not found:
        pytest.skip(f"no real filing under {folder}")
    file = next(f for f in plan([found[0].parent]) if f.path.endswith(".html"))
    done = extract_document(read_file(file).documents[0], Limits())
    starts = {
        "part1.item1": "Consolidated Condensed Statements of Income",
        "part1.item3": "Quantitative and Qualitative Disclosures About Market Risk",
        "part1.item4": "Controls and Procedures",
        "part2.item1": "Note 13",
        "part2.item1a": "Risk Factors",
        "part2.item2": "Issuer Purchases of Equity Securities",
        "part2.item5": "Rule 10b5-1 Trading Arrangements",
        "part2.item6": "Exhibits",
    }
    for key, start in starts.items():
        assert text_of(done, key)[0].lstrip("# ").startswith(start)
    quarter, discussion = text_of(done, "part1.item2")
    assert quarter.startswith("## A Quarter in Review")
    assert discussion.startswith("## Management's Discussion and Analysis")


# ------------------------------------------------------------------ statements behind the items


def annual(eight: str, after: str, last: str = "") -> Extracted:
    items = [
        ("Item 1. Business", PROSE), ("Item 1A. Risk Factors", PROSE),
        ("Item 1B. Unresolved Staff Comments", "None."), ("Item 2. Properties", PROSE),
        ("Item 3. Legal Proceedings", "None."), ("Item 4. Mine Safety Disclosures", "None."),
        ("Item 5. Market for Common Equity", PROSE),
        ("Item 7. Management’s Discussion and Analysis", PROSE * 2),
        ("Item 7A. Disclosures About Market Risk", "None."),
        ("Item 8. Financial Statements and Supplementary Data", eight),
        ("Item 9. Disagreements with Accountants", "None."),
        ("Item 9A. Controls and Procedures", PROSE), ("Item 9B. Other Information", "None."),
        ("Items 10 through 14. Directors, Executive Compensation, Security Ownership, Certain "
         "Relationships and Principal Accountant Fees", "See our proxy statement."),
        ("Item 15. Exhibits, Financial Statement Schedules", "The exhibits are listed below."),
    ]  # fmt: skip
    body = "".join(head(title) + f"<p>{text}</p>" for title, text in items)
    return extract(f"<p>FORM 10-K</p>{body}{after}{last}", "10-K")


SIXTEEN = head("Item 16. Form 10-K Summary") + "<p>None.</p>"
SIGNED = head("SIGNATURES") + "<p>Signed by all of us.</p>"
POINTER = "The statements are included in Item 15 and are incorporated herein by reference."


@pytest.mark.parametrize(
    ("after", "last"),
    [
        (statements(), SIXTEEN + SIGNED),
        (SIXTEEN + statements(), head("Exhibit Index") + "<p>3.1 Charter</p>" + SIGNED),
        (SIXTEEN + SIGNED, BREAK + statements()),
        (SIGNED, pages([statements()], prefix="F-")),
    ],
    ids=["inside item 15", "after item 16", "after the signatures", "on F-pages"],
)
@pytest.mark.parametrize("eight", [POINTER, "See page F-1."])
def test_statements_behind_the_items_are_item_8(eight: str, after: str, last: str) -> None:
    done = annual(eight, after, last)
    pointer, behind = [s for s in done.sections if s.key == "part2.item8"]
    assert (pointer.status, pointer.points_to) == ("incorporated_by_reference", "part2.item8")
    text = done.text[behind.start : behind.end]
    assert text.startswith("## Report of Independent")
    assert text.rstrip().endswith("to the navy.")
    assert behind.checks_failed == ("heading",)
    assert behind.confidence < 0.8
    tables = [t for t in done.tables if behind.start <= t.start < behind.end]
    assert {t.section_key for t in tables} == {"part2.item8"}
    for section in done.sections:
        if section.key == "part4.item16":
            assert done.text[section.start : section.end].endswith("None.")


def test_statements_in_their_own_item_stay_there() -> None:
    done = annual("</p>" + statements() + "<p>", SIXTEEN, SIGNED)
    (eight,) = [s for s in done.sections if s.key == "part2.item8"]
    assert eight.status == "present"
    assert not eight.checks_failed


def test_a_list_of_statements_is_not_the_statements() -> None:
    done = annual(POINTER, head("Consolidated Financial Statements") + "<p>Balance Sheets</p>")
    (eight,) = [s for s in done.sections if s.key == "part2.item8"]
    assert eight.status == "incorporated_by_reference"
    assert eight.points_to == "part4.item15"


# ------------------------------------------------------------------ the annual report, EX-13

SUBMISSION = """<SEC-DOCUMENT>0000000001-99-000001.txt : 19990325
<SEC-HEADER>0000000001-99-000001.hdr.sgml : 19990325
ACCESSION NUMBER:		0000000001-99-000001
CONFORMED SUBMISSION TYPE:	10-K
FILED AS OF DATE:		19990325
</SEC-HEADER>
<DOCUMENT>
<TYPE>10-K
<SEQUENCE>1
<FILENAME>a.htm
<TEXT>
<html><body>{main}</body></html>
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>EX-13.1
<SEQUENCE>2
<FILENAME>b.htm
<TEXT>
<html><body>{report}</body></html>
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""


@pytest.mark.parametrize("size", [1, 400], ids=["small", "more than is held at once"])
def test_items_in_the_annual_report_are_followed(tmp_path: Path, size: int) -> None:
    away = "Incorporated by reference to the Annual Report to Shareholders, Exhibit 13."
    main = "".join(
        head(t) + f"<p>{text}</p>"
        for t, text in (
            ("Item 1. Business", f"{PROSE}</p><p>" * size),
            ("Item 7. Management's Discussion and Analysis", away),
            ("Item 8. Financial Statements and Supplementary Data", away),
        )
    )  # fmt: skip
    report = (
        head("Letter to our owners") + f"<p>{PROSE}</p>" * size
        + head("Management's Discussion and Analysis of Operations") + f"<p>{PROSE}</p>"
        + statements()
    )  # fmt: skip
    path = tmp_path / "0000000001-99-000001.txt"
    path.write_text(SUBMISSION.format(main=main, report=report))
    parts = Extract().open()(to_batch(SourceFile, list(plan([tmp_path]))))
    sections = from_batch(Section, parts["sections"])
    pointed = {s.key: s.points_to for s in sections if s.status == "incorporated_by_reference"}
    report_id = "0000000001-99-000001:2"
    assert pointed == {"part2.item7": report_id, "part2.item8": report_id}
    followed = [s for s in sections if s.doc_id == report_id]
    assert [s.key for s in followed] == ["part2.item7", "part2.item8"]
    assert all(s.confidence <= 0.7 and "by_title" in s.checks_failed for s in followed)


def test_a_loose_exhibit_is_no_report_though_it_names_one() -> None:
    done = extract(
        "<p>Exhibit 31.1</p><p>I have reviewed this quarterly report on Form 10-Q of Us.</p>"
    )
    assert done.form == "EX-31.1"
    assert not [s for s in done.sections if s.status == "not_found"]


# ------------------------------------------------------------------ status and checks


@pytest.mark.parametrize(
    ("text", "status", "points_to"),
    [
        ("We own three plants.", "present", None),
        ("Incorporated by reference to our proxy statement.", "incorporated_by_reference",
         "proxy statement"),
        ("See Note 9 to the financial statements, which is incorporated herein by reference.",
         "incorporated_by_reference", "part2.item8"),
        (PROSE + " More stands in Item 8 and is incorporated herein by reference.", "present",
         "part2.item8"),
        ("None.", "omitted", None),
    ],
)  # fmt: skip
def test_a_status_says_whether_the_text_is_here(text: str, status: str, points_to: str) -> None:
    body = head("Item 1. Business") + f"<p>{PROSE}</p>" + head("Item 3. Legal Proceedings")
    done = extract(f"{body}<p>{text}</p>{head('Item 4. Mine Safety')}<p>None.</p>", "10-K")
    (legal,) = [s for s in done.sections if s.key == "part1.item3"]
    assert (legal.status, legal.points_to) == (status, points_to)


def failed(done: Extracted, key: str) -> tuple[str, ...]:
    return next(s.checks_failed for s in done.sections if s.key == key)


def test_each_check_lowers_confidence() -> None:
    good = annual("</p>" + statements() + "<p>", SIXTEEN)
    assert not any(s.checks_failed for s in good.sections if s.status != "not_found")
    short = annual("Our statements follow.", SIXTEEN)
    assert failed(short, "part2.item8") == ("short",)
    long = annual("</p>" + statements() + "<p>", SIXTEEN + f"<p>{PROSE * 40}</p>")
    assert failed(long, "part4.item16") == ("long",)
    hidden = annual("</p>" + statements() + "<p>", "<p>Item 1A. Risk Factors</p>")
    assert "item_inside" in failed(hidden, "part4.item15")
    stray = annual("</p>" + statements() + "<p>", SIGNED + f"<p>{PROSE * 100}</p>")
    assert all("coverage" in s.checks_failed for s in stray.sections if s.status == "present")
    worst = {s.key: s.confidence for s in stray.sections}
    assert worst["part1.item1"] < {s.key: s.confidence for s in good.sections}["part1.item1"]


# ------------------------------------------------------------------ small business issuers


def test_small_business_forms_have_their_own_numbers() -> None:
    items = (
        ("ITEM 1. DESCRIPTION OF BUSINESS", PROSE),
        ("ITEM 6. MANAGEMENT'S DISCUSSION AND ANALYSIS OR PLAN OF OPERATION", PROSE),
        ("ITEM 7. FINANCIAL STATEMENTS", "The statements begin on page F-1."),
        ("ITEM 8A. CONTROLS AND PROCEDURES", PROSE),
        ("ITEM 13. EXHIBITS AND REPORTS ON FORM 8-K", "None."),
    )
    body = "".join(head(title) + f"<p>{text}</p>" for title, text in items)
    done = extract(body + SIGNED + pages([statements()], prefix="F-"), "10-KSB")
    found = [(s.key, s.status) for s in done.sections if s.status != "not_found"]
    assert found == [
        ("part1.item1", "present"), ("part2.item6", "present"),
        ("part2.item7", "incorporated_by_reference"), ("part2.item8a", "present"),
        ("part3.item13", "omitted"), ("part2.item7", "present"), ("signatures", "present"),
    ]  # fmt: skip
    assert max(s.confidence for s in done.sections) <= 0.7


# ------------------------------------------------------------------ odd orders and shared headings


def spans_of(done: Extracted) -> dict[str, tuple[int, int]]:
    return {s.key: (s.start, s.end) for s in done.sections if s.status != "not_found"}


def made(*items: tuple[str, str], after: str = "") -> Extracted:
    body = "".join(head(title) + f"<p>{text}</p>" for title, text in items)
    return extract(f"<p>FORM 10-K</p>{body}{after}", "10-K")


def test_items_under_one_heading_all_have_its_span() -> None:
    done = made(
        ("Items 1 and 2. Business and Properties", PROSE), ("Item 1A. Risk Factors", PROSE),
        ("Item 3. Legal Proceedings", PROSE), ("Item 7. Management's Discussion", PROSE),
        ("Items 10, 11, 12, 13 and 14.", "See the proxy statement, incorporated by reference."),
    )  # fmt: skip
    spans = spans_of(done)
    assert spans["part1.item1"] == spans["part1.item2"]
    assert spans["part1.item1a"][0] > spans["part1.item2"][1]
    assert len({spans[f"part3.item{n}"] for n in range(10, 15)}) == 1


def test_items_out_of_order_are_there_and_say_so() -> None:
    done = made(
        ("Item 10. Directors, Executive Officers", PROSE), ("Item 1. Business", PROSE),
        ("Item 1A. Risk Factors", PROSE), ("Item 7. Management's Discussion", PROSE),
    )  # fmt: skip
    (directors,) = [s for s in done.sections if s.key == "part3.item10"]
    assert directors.checks_failed == ("order",)
    assert done.text[directors.end :].lstrip().startswith("## Item 1. Business")


def test_a_second_filing_in_the_document_is_not_the_signatures() -> None:
    items = [
        ("Item 1. Business", PROSE), ("Item 1A. Risk Factors", PROSE),
        ("Item 7. Management's Discussion", PROSE),
    ]  # fmt: skip
    second = "".join(head(t) + f"<p>{p * 3}</p>" for t, p in items)
    done = made(*items, after=SIGNED + "<p>FORM 10-K</p>" + second)
    (signed,) = [s for s in done.sections if s.key == "signatures"]
    assert done.text[signed.start : signed.end].rstrip().endswith("all of us.")
    assert all("coverage" in s.checks_failed for s in done.sections if s.status == "present")


def test_a_part_is_no_text_of_the_item_before_it() -> None:
    done = made(
        ("Item 9. Changes in and Disagreements with Accountants", "None."),
        ("PART III", "The information that Part III asks for is incorporated by reference."),
        ("Item 14. Exhibits", PROSE),
    )
    (nine,) = [s for s in done.sections if s.key == "part2.item9"]
    assert nine.status == "omitted"
    assert done.text[nine.start : nine.end].endswith("None.")
