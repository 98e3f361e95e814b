"""An 8-K says where text of it is in no item, and loses its contents however short."""

from __future__ import annotations

import pytest

from qhdata.extract import Limits, extract_document
from qhdata.extract.blocks import Block
from qhdata.extract.items import FORM_8K
from qhdata.extract.sections import find_items
from qhdata.records import Header, RawDocument

COVER = "(Former name or former address, if changed since last report)"
TITLE = (
    "Item 5.02 Departure of Directors or Certain Officers; Election of Directors; Appointment of"
    " Certain Officers; Compensatory Arrangements of Certain Officers"
)
PROSE = "On May 4 the board of the company chose a new treasurer, who had sold widgets before. " * 4


def failing(lines: list[str]) -> dict[str, list[str]]:
    found = find_items([Block("text", line) for line in lines], FORM_8K, True)
    return {f.key: f.failed for f in found if f.status != "not_found"}


def test_text_between_the_cover_and_the_first_item_fails_coverage() -> None:
    sure = [COVER, "Item 8.01 Other Events", PROSE, "Item 9.01 Financial Statements", PROSE]
    assert failing(sure) == {"item8.01": [], "item9.01": []}
    assert failing([COVER, "Itme 2.02 Results", PROSE, *sure[1:]]) == {
        "item8.01": ["coverage"], "item9.01": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    ["Financial Statements and Exhibits.", "9.01 Financial Statements and Exhibits",
     "Itme 9.01 Financial Statements and Exhibits",
     f"{PROSE} Item 9.01 Financial Statements and Exhibits. (d) Exhibits"],
)  # fmt: skip
def test_the_title_of_an_item_that_is_not_found_is_seen_in_another(odd: str) -> None:
    lines = [COVER, "Item 8.01 Other Events", PROSE, odd, "99.1 Press release"]
    assert failing(lines) == {"item8.01": ["item_inside"]}
    assert failing([*lines, "Item 9.01 Financial Statements and Exhibits", "99.1"]) == {
        "item8.01": [], "item9.01": [],
    }  # fmt: skip


def document(contents: str) -> RawDocument:
    body = f"<p>{COVER}</p>{contents}<p><a name='a'></a>{TITLE}</p><p>{PROSE}</p>"
    body += "<p><a name='b'></a>SIGNATURE</p><p>Pursuant to the requirements of the Act it is</p>"
    return RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="8-K", sequence=1,
        file_name="1.htm", data=f"<html><body>{body}</body></html>".encode(), header=Header(),
    )  # fmt: skip


@pytest.mark.parametrize(
    "contents",
    [
        f"<p>TABLE OF CONTENTS</p><p>{TITLE}.</p><p>SIGNATURE</p>",
        f"<p><a href='#a'>{TITLE}</a></p><p><a href='#b'>SIGNATURE</a></p>",
    ],
)
def test_contents_of_one_item_and_the_signature_are_taken_out(contents: str) -> None:
    done = extract_document(document(contents), Limits())
    assert done.text.count("Item 5.02") == done.text.count("SIGNATURE") == 1
    assert [(s.key, s.checks_failed) for s in done.sections] == [
        ("item5.02", ()), ("signatures", ()),
    ]  # fmt: skip
