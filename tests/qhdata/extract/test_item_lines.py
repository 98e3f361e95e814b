"""Items headed on a line inside a paragraph, and items whose neighbour is not found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract import Limits, extract_document
from qhdata.extract.blocks import Block
from qhdata.extract.item_lines import part_lines
from qhdata.extract.items import FORM_8K, FORM_10K, FORM_10Q, Item
from qhdata.extract.sections import find_items
from qhdata.records import Header, RawDocument

PROSE = "We make widgets in three plants and sell them to farmers and to the navy. " * 12


def keys(lines: list[str], items: tuple[Item, ...]) -> list[str]:
    blocks = part_lines([Block("text", line) for line in lines], items)
    found = find_items(blocks, items, items is FORM_8K)
    return [f.key for f in found if f.status != "not_found"]


@pytest.mark.parametrize(
    ("above", "heading", "items", "key"),
    [
        ("PART I", "Item 1. Business", FORM_10K, "part1.item1"),
        ("PART II", "ITEM 5. Market for Our Common Equity", FORM_10K, "part2.item5"),
        ("PART II", "Item 5.\nMarket for Our Common Equity", FORM_10K, "part2.item5"),
        ("PART II - OTHER INFORMATION", "Item 1. Legal Proceedings", FORM_10Q, "part2.item1"),
        ("It ended well.", "Item 2. Properties", FORM_10K, "part1.item2"),
        ("Section 5\nManagement", "Item 5.02 Departure of Directors", FORM_8K, "item5.02"),
        ("See the exhibit.", "I T E M 8.01  Other Events", FORM_8K, "item8.01"),
    ],
)  # fmt: skip
def test_an_item_below_another_line_of_its_paragraph_is_found(above, heading, items, key) -> None:
    assert keys([f"{above}\n{heading}", PROSE], items) == [key]


@pytest.mark.parametrize(
    "text",
    [
        "as we describe in\nItem 1A. Risk Factors of this report", "Compare\nItem 7 above",
        "We name it.\nItem 9 is next", "We said so.\nItem 7. MD&A (continued)",
    ],
)  # fmt: skip
def test_a_line_that_goes_on_or_names_no_title_stays_where_it_is(text: str) -> None:
    block = Block("text", text)
    assert part_lines([block], FORM_10K) == [block]


def test_a_document_has_the_items_that_share_a_paragraph_with_their_part() -> None:
    parts = "<p><b>PART {0}<br>Item {1}</b></p><p>{2}</p>"
    items = (("I", "1. Business"), ("II", "5. Market for Common Equity"), ("III", "10. Directors"))
    body = "".join(parts.format(part, item, PROSE) for part, item in items)
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="10-K", sequence=1,
        file_name="1.htm", data=f"<html><body>{body}</body></html>".encode(), header=Header(),
    )  # fmt: skip
    done = extract_document(raw, Limits())
    found = {s.key: s.title for s in done.sections if s.status != "not_found"}
    assert list(found.values()) == [f"Item {item}" for _, item in items]
    assert "removed_contents" not in done.notes


LINE = st.sampled_from(
    ["PART II", "Item 2. Properties", "ITEM 3. LEGAL PROCEEDINGS", "A sentence.", "SIGNATURES", ""]
)


@given(st.lists(LINE, min_size=1), st.data())
def test_parting_keeps_every_letter_mark_and_link(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    at = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    block = Block("text", text, [(offset, code) for code, offset in enumerate(at)])
    block.links = [(offset, "a") for offset in at]
    block.anchors, block.broken = ["b"], True
    pieces = part_lines([block], FORM_10K)
    assert "\n".join(p.text for p in pieces) == text
    starts = [sum(len(p.text) + 1 for p in pieces[:n]) for n in range(len(pieces))]
    marks = [(s + o, c) for s, p in zip(starts, pieces, strict=True) for o, c in p.marks]
    links = [s + o for s, p in zip(starts, pieces, strict=True) for o, _ in p.links]
    assert (marks, links) == (list(zip(at, range(len(at)), strict=True)), at)
    assert all(0 <= o <= len(p.text) for p in pieces for o, _ in p.marks)
    assert (pieces[0].anchors, pieces[0].broken) == (["b"], True)


HEADS = {
    "part1.item1": "Item 1. Business", "part1.item2": "Item 2. Properties",
    "part1.item3": "Item 3. Legal Proceedings", "part1.item4": "Item 4. Submission of Matters",
    "part2.item5": "Item 5. Market for Common Equity",
    "part2.item7": "Item 7. Discussion and Analysis",
    "part2.item8": "Item 8. Financial Statements",
    "part2.item9": "Item 9. Changes in and Disagreements",
    "part3.item10": "Item 10. Directors", "part3.item11": "Item 11. Executive Compensation",
    "part3.item12": "Item 12. Security Ownership", "part3.item13": "Item 13. Certain Relationships",
}  # fmt: skip


def report(heads: dict[str, str]) -> list[Block]:
    return [Block("text", text) for head in heads.values() for text in (head, PROSE)]


@pytest.mark.parametrize("lost", list(HEADS)[1:])
def test_the_item_that_may_hold_a_lost_one_says_so(lost: str) -> None:
    odd = HEADS | {lost: HEADS[lost].partition(". ")[2]}
    found = find_items(report(odd), FORM_10K, False)
    sure = {f.key: f for f in find_items(report(HEADS), FORM_10K, False)}
    before = list(HEADS)[list(HEADS).index(lost) - 1]
    assert [f.key for f in found if "next_missing" in f.failed] == [before]
    assert not [f for f in sure.values() if "next_missing" in f.failed]
    assert all(f.confidence < sure[before].confidence for f in found if f.key == before)


def test_an_item_that_is_short_or_ends_before_a_part_holds_no_other() -> None:
    short = report(HEADS)
    short[4:8] = [short[4], Block("text", "None.")]  # Item 3, and no Item 4
    parted = report(HEADS | {"part2.item5": "Market for Common Equity"})
    parted.insert(8, Block("text", "PART II"))
    for blocks in (short, parted):
        found = find_items(blocks, FORM_10K, False)
        assert [f.status for f in found].count("not_found") == 1
        assert not [f for f in found if "next_missing" in f.failed]
