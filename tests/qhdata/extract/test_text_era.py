"""Plain-text filings: paragraphs are joined, tables keep their columns, page marks go."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract import Limits, extract_document
from qhdata.extract.document import Extracted
from qhdata.extract.text_era import text_blocks
from qhdata.records import Header, RawDocument

FILING = """                    SECURITIES AND EXCHANGE COMMISSION
                              FORM 10-K

<PAGE>   2

ITEM 1.  BUSINESS

     The  Company  makes widgets for farmers in three plants, and sells them in all of the forty-
eight  states.  It was founded in 1921 and has made nothing else since then, nor does it intend to
change that.

ITEM 6.  SELECTED FINANCIAL DATA

<TABLE>
<CAPTION>
                                        Year ended June 30,
                                        1995         1994
                                        ----         ----
<S>                                     <C>          <C>
Net Sales.......................        $ 71,113     $ 65,602
Income (Loss) from
  Continuing Operations.........          6,587(1)     (5,850)
Per share.......................        $    .53     $   (.55)

(1) Includes insurance proceeds that were received on the death of a director.
</TABLE>

                                    -12-
<PAGE>   13

     Cash              $ 100          $ 90
     Debt                 50            40
"""


def extract(text: str, doc_type: str = "10-K") -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.txt", doc_type=doc_type, sequence=1,
        file_name="1.txt", data=text.encode(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def test_a_paragraph_is_one_line_and_a_hyphen_of_its_own_stays() -> None:
    assert (
        "The Company makes widgets for farmers in three plants, and sells them in all of the "
        "forty-eight states. It was founded" in extract(FILING).text
    )


def test_a_ruled_table_keeps_each_figure_in_its_column() -> None:
    done = extract(FILING)
    (table,) = [t for t in done.tables if "Net Sales" in t.block.text]
    assert table.block.text == (
        "| | Year ended June 30, 1995 | Year ended June 30, 1994 |\n|---|---|---|\n"
        "| Net Sales | $ 71,113 | $ 65,602 |\n"
        "| Income (Loss) from Continuing Operations | 6,587(1) | (5,850) |\n"
        "| Per share | $ .53 | $ (.55) |"
    )
    assert "\n\n(1) Includes insurance proceeds" in done.text


def test_page_marks_and_numbers_go_and_aligned_lines_stay() -> None:
    done = extract(FILING)
    assert "PAGE" not in done.text
    assert "-12-" not in done.text
    assert (
        "Cash              $ 100          $ 90\nDebt                 50            40" in done.text
    )


def test_items_are_found_in_text() -> None:
    found = [s.key for s in extract(FILING).sections if s.status == "present"]
    assert found == ["part1.item1", "part2.item6"]


def test_a_shell_of_html_around_pre_is_text() -> None:
    done = extract(f"<html><body><pre>{FILING}</pre></body></html>")
    assert done.text == extract(FILING).text


@given(st.text(alphabet="<>SCPAGETABLE/ \n\t-.$(),019abc", max_size=400))
def test_no_digit_is_lost_whatever_the_layout(text: str) -> None:
    shown = "".join(b.text for b in text_blocks(text))
    import re

    bare = re.sub(r"<PAGE>(?:[^\S\n]*\S{1,8}[^\S\n]*$)?", "", text, flags=re.I | re.M)
    bare = re.sub(r"</?(?:TABLE|CAPTION|S|C)>", "", bare, flags=re.I)
    assert sorted(c for c in shown if c.isdigit()) == sorted(c for c in bare if c.isdigit())


@pytest.mark.parametrize(
    "made",
    [
        lambda n: "The company makes valves for water works and sells them all.\n" * n,
        lambda n: "<html><body><pre>Words\n" + "<PAGE>\n" * n + "</pre></body></html>",
        lambda n: "valves-\n" * n,
        lambda n: "Valves for the navy\n-------------------\n" * n,
    ],
    ids=["one paragraph", "page marks", "hyphens", "underlined"],
)
def test_ten_times_the_lines_are_not_a_hundred_times_the_work(made: Callable[[int], str]) -> None:
    def seconds(n: int) -> float:
        gc.collect()
        gc.disable()  # what other tests left is not this text's work
        try:
            began = time.process_time()
            extract(made(n))
            return time.process_time() - began
        finally:
            gc.enable()

    seconds(100)
    small = min(seconds(4_000) for _ in range(3))
    assert seconds(40_000) < 30 * small + 0.2


def ruled(*lines: str, ruler: str = "<S>                     <C>          <C>") -> list[str]:
    """Markdown rows of a table by its ruler: labels to column 24, then columns of 13."""
    text = "\n".join(["<TABLE>", "<CAPTION>", *lines[:1], ruler, *lines[1:], "</TABLE>"])
    (block,) = [b for b in text_blocks(text) if b.grid is not None]
    return block.text.split("\n")


def row(label: str, *values: str) -> str:
    return label.ljust(24) + "".join(value.rjust(12) + " " for value in values)


def test_a_label_over_several_lines_is_one_and_a_heading_of_a_list_is_none() -> None:
    rows = ruled(
        row("", "1995", "1994"),
        row("Cost in excess of fair value of"),
        row("  assets acquired, net of"),
        row("  amortization of $1,780", "10,297", "10,602"),
        row("Weighted Average Number"),
        row("  of Common Shares"),
        row("    Primary", "12,352", "10,526"),
        row("    Fully Diluted", "14,249", "12,401"),
        row("Retirement of Treasury"),
        row("  Stock", "355", "92"),
        row("Total:"),
        row("  gross", "1,000", "2,000"),
    )
    assert rows[2:] == [
        "| Cost in excess of fair value of assets acquired, net of amortization of $1,780 "
        "| 10,297 | 10,602 |",
        "| Weighted Average Number of Common Shares | | |",
        "| Primary | 12,352 | 10,526 |",
        "| Fully Diluted | 14,249 | 12,401 |",
        "| Retirement of Treasury Stock | 355 | 92 |",
        "| Total: | | |",
        "| gross | 1,000 | 2,000 |",
    ]


def test_columns_that_the_ruler_left_out_are_columns() -> None:
    rows = ruled(
        row("", "Total", "Deficit", "Shares", "Cost"),
        row("Balance 1993", "27,208", "(23,670)", "58", "(92)"),
        row("Stock", "(28)", "-", "7", "(28)"),
        row("Net income", "7,049", "7,049", "-", "-"),
        row("Balance 1995", "46,344", "(10,584)", "92", "(355)"),
    )
    assert rows[0] == "| | Total | Deficit | Shares | Cost |"
    assert rows[-1] == "| Balance 1995 | 46,344 | (10,584) | 92 | (355) |"


def test_numbers_that_reach_over_the_end_of_labels_stay_whole() -> None:
    rows = ruled(
        row("", "1995", "1994"),
        "shares, authorized 10,000,000",
        row("Sales", "1,200", "1,100"),
        "STATEMENTS OF INCOME  2345678" + " " * 8 + "9",
    )
    assert rows[2] == "| shares, authorized 10,000,000 | | |"
    assert rows[4] == "| STATEMENTS OF INCOME | 2345678 | 9 |"


def test_an_underlined_line_heads_what_follows_and_a_covers_line_does_not() -> None:
    text = (
        "    Revenue on Contracts\n    --------------------\n"
        "    Revenue and costs on contracts are recognized based upon shipments for the many\n"
        "    contracts and upon costs incurred for engineering in all of the years.\n\n"
        "                              DELAWARE\n                              --------\n"
        "                       (State of incorporation)\n"
    )
    blocks = text_blocks(text)
    assert [(b.text[:30], b.bold) for b in blocks][:2] == [
        ("Revenue on Contracts", True), ("Revenue and costs on contracts", False),
    ]  # fmt: skip
    assert "DELAWARE\n(State of incorporation)" in [b.text for b in blocks]


def test_lines_of_a_cover_stay_apart_and_paragraphs_with_deep_indents_do_not() -> None:
    cover = (
        "                 OF THE SECURITIES EXCHANGE ACT OF 1934\n"
        "For the transition period from January to March\n\n"
        "                    (b) At the times specified in the letter, and later on,\n"
        "borrowers shall pay the fees described there.\n"
    )
    first, second = (b.text for b in text_blocks(cover))
    assert first.count("\n") == 1
    assert second.endswith("and later on, borrowers shall pay the fees described there.")


def test_a_page_mark_behind_its_number_ends_the_page() -> None:
    lines = "which is fit for what we do in it, and so it is that we need no other one at all"
    text = (
        f"The plant is ours,\n{lines}\n                    -1-<PAGE>\n\nPart two of it.\n"
        f"The land is not,\n{lines}<PAGE>\n\nPart three of it.\n"
    )
    blocks = text_blocks(text)
    assert [b.kind for b in blocks] == ["text", "text", "break", "text", "break", "text"]
    assert [b.text for b in blocks if len(b.text) < 20 and b.text] == [
        "-1-", "Part three of it.",
    ]  # fmt: skip
    assert not any("<PAGE>" in b.text for b in blocks)


def test_a_letter_whose_only_tag_is_pre_keeps_no_tag() -> None:
    data = b"\n<PRE>Letter to holders of 12,345 shares &amp; units.\n\nIt ends here.\n</PRE>\n"
    raw = RawDocument(
        doc_id="d", file_id="f", source="s", source_path="a.txt", doc_type="EX-99", sequence=1,
        file_name="a.txt", data=data, header=Header(),
    )  # fmt: skip
    text = extract_document(raw, Limits()).text
    assert text == "Letter to holders of 12,345 shares & units.\n\nIt ends here."
