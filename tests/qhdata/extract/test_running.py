"""What stands beside a page's end goes where it is furniture, and stays where it is text."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.blocks import Block
from qhdata.extract.page_furniture import cut

Page = tuple[list[str], list[str]]
"""Lines at a page's head and at its foot; text stands between them."""


def paged(*pages: Page) -> list[Block]:
    prose = count(1)
    blocks: list[Block] = []
    for head, foot in pages:
        body = f"{'The registrant makes and sells ' * 6}good {next(prose)}."
        blocks += [Block("text", line) for line in [*head, body, *foot]]
        blocks.append(Block("break"))
    return blocks[:-1]


def left(*pages: Page) -> list[str]:
    """Lines that stay, without the text between them."""
    return [b.text for b in cut(paged(*pages))[0] if not b.text.startswith("The registrant")]


def test_headers_and_footers_of_every_page_go_but_for_their_first_words() -> None:
    pages = [(["Acme Corp"], [f"Acme Corp | 2024 Form 10-K | {n}"]) for n in range(3, 13)]
    assert left(*pages) == ["Acme Corp"]


def test_headers_of_left_and_right_pages_go() -> None:
    pages = [(["Acme Corp" if n % 2 else "Annual report"], [str(n)]) for n in range(1, 13)]
    assert left(*pages) == ["Acme Corp", "Annual report"]


@pytest.mark.parametrize(
    "line",
    [
        "ARTICLE {}", "Item {}.", "Note {}", "### NOTE {}", "Exhibit {}", "Proposal {}", "Phase {}",
        "{} items of this kind are listed below (continued)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", [1, 2])
def test_what_is_counted_in_the_text_is_no_page_number(line: str, step: int) -> None:
    said = [line.format(step * n) for n in range(1, 8)]
    if line.startswith("{") and step == 1:
        assert left(*[([text], []) for text in said]) == []  # it counts the pages
    else:
        assert left(*[([text], []) for text in said]) == said


def test_a_date_below_reports_that_end_some_pages_stays() -> None:
    pages: list[Page] = [([], ["August 4, 2025"] if n in (4, 5, 7, 8) else []) for n in range(12)]
    assert left(*pages) == ["August 4, 2025"] * 4


@pytest.mark.parametrize(
    "title",
    ["Independent Auditors' Report", "REPORT OF INDEPENDENT ACCOUNTANTS", "AUDITORS’ REPORT"],
)
def test_the_title_of_each_auditors_report_stays(title: str) -> None:
    pages = [([title] if n in (4, 5, 6) else [], [str(n)]) for n in range(3, 12)]
    assert left(*pages) == [title] * 3
    assert left(*[([title], [str(n)]) for n in range(3, 12)]) == [title]  # it runs over its pages


def test_a_date_between_running_lines_goes() -> None:
    pages: list[Page] = [
        (["Acme reports profits", "July 22, 2025", f"Page {n}"], []) for n in (2, 3, 4, 5)
    ]
    assert left(*pages) == ["Acme reports profits", "July 22, 2025"]


def test_signature_blocks_on_pages_of_their_own_stay() -> None:
    block = ["By: /s/ Jane Roe", "Name: Jane Roe", "Title: Manager"]
    assert left(*[([], block)] * 6) == block * 6


def test_a_line_that_also_stands_within_pages_is_text() -> None:
    lines = ["Three Months Ended June 27, 2025 versus Three Months Ended June 28, 2024"]
    blocks = paged(*[(lines, [])] * 5)
    blocks += [Block("break")]
    for n in range(5):
        blocks += [Block("text", f"{'Prose of the note ' * 9}{n}.")] * 3
        blocks.append(Block("text", lines[0]))
        blocks += [Block("text", f"{'More of the note ' * 9}{n}.")] * 3
    assert [b.text for b in cut(blocks)[0]].count(lines[0]) == 10


def test_a_heading_that_runs_over_its_pages_is_said_where_its_item_begins() -> None:
    """The contents name it first, which is not where the item stands."""
    contents = [
        Block("text", f"Item {n}. {t}")
        for n, t in [("1", "Business"), ("1A", "Risk Factors"), ("2", "Properties")]
    ]
    pages: list[Page] = [(["Item 1A. Risk Factors"], [str(n)]) for n in range(4, 12)]
    kept = [b.text for b in cut([*contents, Block("break"), *paged(*pages)])[0]]
    assert kept.count("Item 1A. Risk Factors") == 2
    assert kept[3] == "Item 1A. Risk Factors"


def test_marks_without_a_letter_are_no_running_lines() -> None:
    assert left(*[([], ["•"])] * 6) == ["•"] * 6
    assert left(*[([], ["-0-"])] * 6) == ["-0-"] * 6


def test_a_page_mark_that_html_shows_ends_a_page() -> None:
    blocks = paged(*[([f"Acme Corp {n}"], []) for n in range(4)])
    for block in blocks:
        if block.kind == "break":
            block.kind, block.text = "text", "<PAGE>"
    kept, counts, _ = cut(blocks)
    assert (len(kept), counts) == (4, {"page_mark": 3, "running": 4})


def test_a_number_that_text_follows_to_the_pages_end_is_a_mark_of_that_text() -> None:
    pages: list[Page] = [
        ([], ["1", "The mark of this note is above it.", str(n)]) for n in range(1, 3)
    ]
    assert left(*pages) == ["1", "The mark of this note is above it."] * 2


LINES = st.lists(
    st.sampled_from(["a note", "By: X", "12", "ii", "Note 3", "Acme", "Acme 2", "—"]), max_size=3
)


@given(st.lists(st.tuples(LINES, LINES), min_size=1, max_size=12))
def test_nothing_goes_uncounted(pages: list[Page]) -> None:
    blocks = paged(*pages)
    before = [b.text for b in blocks if b.text]
    kept, counts, _ = cut(blocks)
    assert len(before) == len(kept) + sum(counts.values())
    texts = iter(before)
    assert all(any(b.text == text for text in texts) for b in kept)  # in order, unchanged


@pytest.mark.parametrize(
    "line", ["核销 - - - -", "下表列示了减值准备的变动：", "办公设备", "Sales 1,203 (4)"]
)
def test_rows_and_lead_ins_at_few_pages_ends_stay(line: str) -> None:
    assert left(*[([line], [])] * 6) == [line] * 6


def test_a_chinese_heading_that_goes_on_is_said_once() -> None:
    assert left(*[(["5 金融工具(续)"], [str(n)]) for n in range(1, 7)]) == ["5 金融工具(续)"]


HEADER = ["Table of Contents", "ACME CORP AND SUBSIDIARIES", "NOTES TO STATEMENTS", "(Continued)"]


def test_chinese_headers_of_left_and_right_pages_go_where_they_take_turns() -> None:
    sides = ["某股份有限公司", "年度报告全文"]
    assert left(*[([sides[n % 2]], [str(n)]) for n in range(1, 13)]) == [sides[1], sides[0]]
    few = [([sides[n % 2]], []) for n in range(6)]
    assert len(left(*few)) == 6
    untidy = [([sides[n % 3 == 1]], [str(n)]) for n in range(1, 10)]
    assert len(left(*untidy)) == 9


def test_a_header_of_more_lines_than_the_reach_goes_whole() -> None:
    deep = [*HEADER, "(Expressed in euros)", "Page {}"]
    pages: list[Page] = [([line.format(n) for line in deep], [str(n)]) for n in range(3, 15)]
    assert left(*pages) == [*HEADER[1:], "(Expressed in euros)"]


@pytest.mark.parametrize("pages", [5, 12])
def test_text_below_a_header_stays_where_few_pages_or_other_lines_say_it(pages: int) -> None:
    few: list[Page] = [
        ([*HEADER[:3], "Due in one year" if n < 5 else f"Row {n}%"], []) for n in range(pages)
    ]
    kept = left(*few)
    assert kept.count("Due in one year") == min(pages, 5)
    assert [line for line in kept if line.startswith("Row")] == [
        f"Row {n}%" for n in range(5, pages)
    ]


def test_a_label_above_the_last_row_of_a_page_is_no_footer() -> None:
    feet = [["At the year's end", f"Allowance {n}7,10{n} {n}0,170", str(n)] for n in range(3, 15)]
    kept = left(*[(["Acme Corp"], foot) for foot in feet])
    assert kept.count("At the year's end") == 12
    assert sum(line.startswith("Allowance") for line in kept) == 12
