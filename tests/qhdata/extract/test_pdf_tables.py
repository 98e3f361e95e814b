"""Which lines of a page are a table, and which columns its headings and pieces are of."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.grid import build
from qhdata.extract.pdf_page import Line, Piece
from qhdata.extract.pdf_tables import aligned_tables
from qhdata.extract.placed import place

Cell = tuple[float, str]
"""Left edge if positive, right edge if negative, middle if a fraction, and the text there."""
WIDTH = 612.0


def page(rows: Sequence[Sequence[Cell]], heights: dict[int, float] | None = None) -> list[Line]:
    """Lines 8 points tall and 9 apart; letters are 4 points wide. heights: gaps before lines."""
    lines: list[Line] = []
    y = 100.0
    for n, row in enumerate(rows):
        y += (heights or {}).get(n, 0.0)
        pieces = []
        for x, text in row:
            wide = 4.0 * len(text)
            left = -x - wide if x < 0 else x - wide / 2 if x % 1 else x
            pieces.append(Piece(text, left, left + wide, y, y + 8.0))
        if pieces:
            lines.append(Line(pieces))
        y += 9.0
    return lines


def tables(
    lines: list[Line], across: Sequence[tuple[float, float, float]] = ()
) -> list[list[list[str]]]:
    """The tables of a page as their cells; a heading stands in each column that it spans."""
    found = []
    for _, _, rows in aligned_tables(lines, WIDTH, across):
        grid = build(place(rows))
        out = []
        for n, row in enumerate(grid.rows):
            line = [""] * grid.columns
            for cell in row:
                if cell is not None:
                    for col in range(cell.col, cell.col + (cell.colspan if cell.th else 1)):
                        line[col] = cell.text
            out.append([f"{n < grid.header_rows}", *line])
        found.append(out)
    return found


BODY: list[list[Cell]] = [
    [(57, "Sales"), (230, "$"), (-290, "9,602"), (310, "$"), (-370, "9,861"), (390, "$"),
     (-450, "9,712"), (470, "$"), (-530, "9,000")],
    [(57, "Costs"), (-290, "2,221"), (-370, "2,649"), (-450, "2,986"), (-530, "2,700")],
]  # fmt: skip


@given(st.floats(-45, 45))
def test_a_heading_by_the_rule_below_it_spans_what_the_rule_runs_over(off: float) -> None:
    middles = (300.5 + off, 460.5 + off)
    head: list[list[Cell]] = [
        [(round(middles[0]) + 0.5, "Net"), (round(middles[1]) + 0.5, "Gross")],
        [(-280, "Count"), (-360, "Price"), (-440, "Value"), (-520, "Share")],
    ]
    rules = [(108.5, 230.0, 372.0), (108.5, 390.0, 532.0), (108.5, 230.0, 532.0)]
    (table,) = tables(page([*head, *BODY]), rules)
    assert table[0] == ["True", "", "Net", "Net", "Gross", "Gross"]
    assert table[1] == ["True", "", "Count", "Price", "Value", "Share"]


def test_the_first_of_two_lines_of_a_heading_spans_what_the_second_does() -> None:
    head: list[list[Cell]] = [
        [(270.5, "Plans")],
        [(270.5, "funded")],
        [(-280, "Count"), (-360, "Price"), (-440, "Value"), (-520, "Share")],
    ]
    (table,) = tables(page([*head, *BODY]), [(117.5, 230.0, 372.0)])
    assert table[0][1:] == ["", "Plans", "Plans", "", ""]
    assert table[1][1:] == ["", "funded", "funded", "", ""]


def test_a_rule_below_the_whole_heading_spans_nothing() -> None:
    head: list[list[Cell]] = [[(-280, "Net"), (-360, "Gross"), (-440, "Other"), (-520, "All")]]
    (table,) = tables(page([*head, *BODY]), [(108.5, 50.0, 540.0)])
    assert table[0] == ["True", "", "Net", "Gross", "Other", "All"]


@pytest.mark.parametrize("labels", [1, 2, 3])
def test_labels_below_a_heading_leave_it_one(labels: int) -> None:
    head: list[list[Cell]] = [[(57, "(Millions)"), (-290, "2019"), (-370, "2018")]]
    names = ["Assets", "Current assets", "Cash of all kinds"][:labels]
    rows = [
        *head,
        *([(57.0, name)] for name in names),
        *([c for c in row if c[0] > -400 and c[0] < 390] for row in BODY),
    ]
    (table,) = tables(page(rows))
    assert table[0] == ["True", "(Millions)", "2019", "2018"]
    assert [row[0] for row in table[1:]] == ["False"] * (len(table) - 1)


@pytest.mark.parametrize(("gap", "heads"), [(0.0, True), (12.0, True), (30.0, False)])
def test_years_head_a_table_over_a_gap_of_two_lines_and_no_more(gap: float, heads: bool) -> None:
    head: list[list[Cell]] = [[(-280, "2019"), (-360, "2018"), (-440, "2017"), (-520, "2016")]]
    (table,) = tables(page([*head, *BODY], {1: gap}))
    assert (table[0][1:] == ["", "2019", "2018", "2017", "2016"]) is heads


def test_a_table_ends_where_its_headings_are_said_again() -> None:
    head: list[Cell] = [(57, "2018"), (-280, "Amount"), (-360, "Share"), (-440, "Loss")]
    again: list[Cell] = [(57, "2017"), *head[1:]]
    one, two = tables(page([head, *BODY, again, *BODY]))
    assert one[0][1:5] == ["2018", "Amount", "Share", "Loss"]
    assert two[0][1:5] == ["2017", "Amount", "Share", "Loss"]
    assert len(one) == len(two) == 3


@pytest.mark.parametrize("value", ["(95)", "$(1,305)", "151"])
def test_words_close_behind_a_number_are_a_cell_of_their_own(value: str) -> None:
    rows: list[list[Cell]] = [
        [(57, "Swaps"), (-290, "1,074"), (294, "Cost of sales"), (-450, "12")],
        [(57, "Loans"), (290.0 - 4 * len(value), f"{value} Interest expense"), (-450, "9")],
        [(57, "Total"), (-290, "2,000"), (-450, "21")],
    ]
    (table,) = tables(page(rows))
    assert [row[1:] for row in table] == [
        ["Swaps", "1,074", "Cost of sales", "12"],
        ["Loans", value, "Interest expense", "9"],
        ["Total", "2,000", "", "21"],
    ]


def test_a_term_in_a_column_of_numbers_is_one_cell() -> None:
    rows: list[list[Cell]] = [
        [(57, "Life"), (-290, "12 months"), (-450, "12")],
        [(57, "Rate"), (-290, "1,074"), (-450, "9")],
        [(57, "Total"), (-290, "2,000"), (-450, "21")],
    ]
    assert tables(page(rows))[0][0][1:] == ["Life", "12 months", "12"]


def test_numbers_of_another_width_below_one_sign_are_one_column() -> None:
    rows: list[list[Cell]] = [
        [(57, "One"), (230, "$"), (-290, "5"), (-450, "1,000")],
        [(57, "Two"), (230, "$"), (-285, "9"), (-450, "2,000")],
        [(57, "All"), (230, "$"), (-290, "4"), (-450, "3,000")],
    ]
    assert [row[1:] for row in tables(page(rows))[0]] == [
        ["One", "$5", "1,000"], ["Two", "$9", "2,000"], ["All", "$4", "3,000"],
    ]  # fmt: skip


def test_the_lines_of_a_lone_row_head_no_table() -> None:
    lone: list[Cell] = [(57, "A. Smith"), (-290, "52"), (310, "Vice President"), (-530, "2,017")]
    more: list[list[Cell]] = [[(310, f"Director of line {n} of all")] for n in range(4)]
    (table,) = tables(page([lone, *more, *BODY]))
    assert [row[1] for row in table] == ["Sales", "Costs"]
