"""Headings that say at a page's top that they go on are cut, and the sentence below is whole."""

from __future__ import annotations

import pytest

from qhdata.extract.blocks import Block
from qhdata.extract.page_furniture import cut
from qhdata.extract.seams import join_cut

HEAD = "(2) SIGNIFICANT ACCOUNTING POLICIES"
FIRST = "Estimates affect the reported amounts of assets and of liabilities and of revenues"
REST = "and expenses during the period. Results may differ."


def texts(*between: str) -> list[str]:
    blocks = [Block("text", HEAD), Block("text", FIRST), Block("break")]
    blocks += [Block("text", text) for text in (*between, REST, "Leases are short.")]
    kept, _, _ = cut(blocks)
    joined, _ = join_cut(kept)
    return [b.text for b in joined]


@pytest.mark.parametrize(
    "mark",
    [" (CONTINUED)", " (cont’d)", " -- (Continued)", " – CONTINUED", ", continued", " (cont.)"],
)
def test_a_heading_that_goes_on_is_cut_and_its_sentence_joined(mark: str) -> None:
    assert texts(HEAD + mark) == [HEAD, f"{FIRST} {REST}", "Leases are short."]


@pytest.mark.parametrize(
    "line", ["(3) LEASES (CONTINUED)", HEAD, "The plan (continued)", "Sales have continued"]
)
def test_what_no_heading_further_up_says_stays(line: str) -> None:
    blocks = [Block("text", HEAD), Block("text", FIRST), Block("break"), Block("text", line)]
    assert [b.text for b in cut(blocks)[0]] == [HEAD, FIRST, line]


def test_the_title_of_the_second_half_of_a_table_stays() -> None:
    head, mark = "CONSOLIDATED BALANCE SHEET", "CONSOLIDATED BALANCE SHEET – (CONTINUED)"
    blocks = [Block("text", head), Block("table", "| Cash | 5 |"), Block("break")]
    blocks += [Block("text", mark), Block("text", "(in millions)"), Block("table", "| Debt | 4 |")]
    kept, counts, _ = cut(blocks)
    assert mark in [b.text for b in kept]
    assert counts.get("continued") is None


def test_not_at_a_pages_top_it_is_text() -> None:
    blocks = [Block("text", HEAD), Block("text", FIRST), Block("text", f"{HEAD} (continued)")]
    assert [b.text for b in cut(blocks)[0]] == [HEAD, FIRST, f"{HEAD} (continued)"]
