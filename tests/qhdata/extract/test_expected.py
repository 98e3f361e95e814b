"""Items that a filing of its form and time has to have are said to be missing."""

from __future__ import annotations

import pytest

from qhdata.extract.blocks import Block
from qhdata.extract.items import FORM_8K, FORM_10K, FORM_10Q, Item
from qhdata.extract.sections import find_items
from qhdata.extract.told import Told

PROSE = "We make widgets in three plants and sell them to farmers and to the navy. " * 12


def report(heads: list[str]) -> list[Block]:
    blocks = []
    for head in heads:
        blocks.append(Block("text", head))
        blocks[-1].bold = True
        if head.startswith("Item"):
            blocks.append(Block("text", PROSE))
    return blocks


def lost(heads: list[str], items: tuple[Item, ...], told: Told, amended: bool = False) -> set[str]:
    found = find_items(report(heads), items, items is FORM_8K, None, told, amended)
    return {f.key for f in found if f.status == "not_found"}


@pytest.mark.parametrize(
    ("period", "asked", "not_asked"),
    [
        ("1996-12-31", "part2.item6 part4.item14", "part1.item1a part2.item9a part4.item15"),
        ("2003-12-31", "part2.item9a part3.item14 part4.item15", "part1.item1a part2.item9b"),
        ("2006-12-31", "part1.item1a part1.item1b part2.item9b", "part1.item1c part2.item9c"),
        ("2022-12-31", "part2.item9c", "part1.item1c part2.item6 part4.item16"),
        ("2023-12-31", "part1.item1c part2.item9c", "part4.item16"),
    ],
)
def test_what_a_10k_must_have_depends_on_its_period(period, asked, not_asked) -> None:
    gone = lost(["Item 1. Business", "Item 7. Management’s Discussion"], FORM_10K, Told(period))
    assert gone >= set(asked.split())
    assert not gone & set(not_asked.split())


def test_a_filing_without_one_item_misses_all_that_its_form_always_has() -> None:
    assert lost(["A word", "Another"], FORM_10Q, Told("2020-06-30")) == {
        "part1.item1", "part1.item2", "part1.item3", "part1.item4", "part2.item6",
    }  # fmt: skip
    assert lost(["A word"], FORM_10K, Told("1995-12-31")) > {"part1.item1", "part3.item10"}
    assert lost(["A word"], FORM_8K, Told("2020-06-30")) == {"items"}
    assert lost(["A word"], FORM_10K, Told("1995-12-31"), amended=True) == {"items"}


def test_who_prints_none_below_one_item_of_part_two_prints_them_all() -> None:
    heads = ["Item 1. Financial Statements", "Item 2. Management’s Discussion", "PART II",
             "Item 1. Legal Proceedings", "Item 6. Exhibits"]  # fmt: skip
    assert not lost(heads, FORM_10Q, Told("1997-06-30"))
    blocks = report(heads)
    none = [Block("text", "Item 3. Defaults Upon Senior Securities"), Block("text", "None.")]
    found = find_items([*blocks[:-2], *none, *blocks[-2:]], FORM_10Q, False, None, Told("1997-06"))
    assert {f.key for f in found if f.status == "not_found"} == {
        "part2.item2", "part2.item4", "part2.item5",
    }  # fmt: skip


def test_an_item_that_the_contents_name_is_missing_where_it_is_not_found() -> None:
    rows = ["Item 1. Financial Statements", "Item 2. Management’s Discussion",
            "Item 4. Mine Safety Disclosures", "Item 6. Exhibits"]  # fmt: skip
    listed = "\n".join(f"| {row} | {n + 3} |" for n, row in enumerate(rows))
    listed = listed.replace("| Item 4", "| PART II | |\n| Item 4")
    blocks = [Block("table", listed), *report([row for row in rows if "Mine" not in row])]
    for amended in (False, True):
        found = find_items(blocks, FORM_10Q, False, None, Told("2020-06-30"), amended)
        gone = {f.key for f in found if f.status == "not_found"}
        assert "part2.item4" in gone
        assert ("part1.item4" in gone) == (not amended)


@pytest.mark.parametrize(
    ("period", "said", "gone"),
    [
        ("2008-05-01", ("Results of Operations and Financial Condition", "Other Events"),
         {"item2.02"}),
        ("2024-05-01", ("5.02", "8.01"), {"item5.02"}),
        ("2008-05-01", ("Other Events", "Amendments to the Registrant's Code of Ethics"),
         {"item5.05"}),
    ],
)  # fmt: skip
def test_an_item_of_the_submission_s_header_is_missing_where_it_is_not_found(
    period, said, gone
) -> None:
    assert lost(["Item 8.01 Other Events"], FORM_8K, Told(period, said)) == gone


def test_headers_before_2004_name_items_by_the_old_numbers() -> None:
    told = Told("2001-05-01", ("Other events", "Financial statements and exhibits"))
    assert lost(["Item 5. Other Events"], FORM_8K, told) == {"item7"}
    assert lost(["Item 5. Other Events"], FORM_8K, Told("1994-03-22", ("5", "2"))) == {"item2"}
