"""Items of a report that never says "item" are found by their titles, and say so."""

from __future__ import annotations

import pytest

from qhdata.extract.blocks import Block
from qhdata.extract.items import FORM_10K, FORM_10Q
from qhdata.extract.sections import find_items

PROSE = "We make widgets in three plants and sell them to farmers and to the navy. " * 40
ANNUAL = [
    ("1", "Business"), ("1A", "Risk Factors"), ("2", "Properties"), ("3", "Legal Proceedings"),
    ("5", "Market for Registrant’s Common Equity"),
    ("7", "Management’s Discussion and Analysis of Financial Condition"),
    ("8", "Financial Statements and Supplementary Data"), ("9A", "Controls and Procedures"),
]  # fmt: skip
KEYS = ["part1.item1", "part1.item1a", "part1.item2", "part1.item3", "part2.item5", "part2.item7",
        "part2.item8", "part2.item9a"]  # fmt: skip


def bold(text: str) -> Block:
    block = Block("text", text)
    block.bold = True
    return block


@pytest.mark.parametrize(
    "drawn",
    ["{0}. {1}", "{0} {1}", "{1}", "{0}) {1}", "{0} – {1}", "{1} (Item {0})", "Section {0} - {1}"],
)
def test_items_without_the_word_are_found_and_doubted(drawn: str) -> None:
    heads = [drawn.format(*pair) for pair in ANNUAL]
    contents = [Block("text", f"{head} {3 * n}") for n, head in enumerate(heads)]
    blocks = [bold("ANNUAL REPORT ON FORM 10-K"), *contents]
    for head in heads:
        blocks += [bold(head), Block("text", PROSE)]
    found = [f for f in find_items(blocks, FORM_10K, eightk=False) if f.status != "not_found"]
    assert [f.key for f in found] == KEYS
    assert [blocks[f.start].text for f in found] == heads
    assert all("by_title" in f.failed and f.confidence <= 0.55 for f in found)


def test_parts_tell_items_of_one_number_apart() -> None:
    heads = ["Financial Statements", "Management’s Discussion and Analysis", "Market Risk",
             "Controls and Procedures", "PART II", "Legal Proceedings", "Risk Factors",
             "Exhibits"]  # fmt: skip
    blocks = [bold("PART I")]
    for head in heads:
        blocks += [bold(head), *([] if head == "PART II" else [Block("text", PROSE)])]
    found = [f for f in find_items(blocks, FORM_10Q, eightk=False) if f.status != "not_found"]
    assert [f.key for f in found] == [
        "part1.item1", "part1.item2", "part1.item3", "part1.item4", "part2.item1", "part2.item1a",
        "part2.item6",
    ]  # fmt: skip


def test_a_report_that_heads_its_items_has_no_others_by_title() -> None:
    blocks = []
    for number, title in ANNUAL:
        blocks += [
            bold(f"Item {number}. {title}"),
            Block("text", PROSE),
            bold("Business Combinations"),
        ]
    found = find_items(blocks, FORM_10K, eightk=False)
    assert not any("by_title" in f.failed for f in found)
