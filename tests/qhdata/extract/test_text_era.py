"""Plain-text filings: paragraphs are joined, tables keep their columns, page marks go."""

from __future__ import annotations

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
        "| Net Sales | $ 71,113 | $ 65,602 |\n| Income (Loss) from | | |\n"
        "| Continuing Operations | 6,587(1) | (5,850) |\n| Per share | $ .53 | $ (.55) |"
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
    ],
    ids=["one paragraph", "page marks", "hyphens"],
)
def test_ten_times_the_lines_are_not_a_hundred_times_the_work(made: Callable[[int], str]) -> None:
    def seconds(n: int) -> float:
        began = time.process_time()
        extract(made(n))
        return time.process_time() - began

    seconds(100)
    small = min(seconds(4_000) for _ in range(3))
    assert seconds(40_000) < 30 * small + 0.2
