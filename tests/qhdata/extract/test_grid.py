"""Cells and grids: symbols joined, empty columns gone, headers over the right columns, nothing
lost.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.blocks import Block
from qhdata.extract.cells import is_value, number
from qhdata.extract.grid import Grid, build
from qhdata.extract.markdown import markdown
from qhdata.extract.placed import Raw, place


def cells(*row: str | tuple[str, int]) -> list[Raw]:
    """A row; ("text", 3) spans three columns."""
    out = []
    for cell in row:
        text, span = cell if isinstance(cell, tuple) else (cell, 1)
        out.append(Raw(text, [], span, 1, False, False))
    return out


def table(*rows: list[Raw]) -> tuple[Grid, str]:
    grid = build(place(rows))
    block = Block("table")
    markdown(grid, block)
    return grid, block.text


def test_currency_parentheses_and_percent_join_their_number() -> None:
    _, text = table(
        cells("", "", ("2024", 3), "", ("2023", 3)),
        cells("Sales", "", "$", "1,234", "", "", "$", "999", ""),
        cells("Loss", "", "$", "(285", ")", "", "", "—", ""),
        cells("Margin", "", "", "12.5", "%", "", "", "(3.1", ")%"),
    )
    assert text == (
        "|  | 2024 | 2023 |\n|---|---|---|\n".replace("|  |", "| |")
        + "| Sales | $1,234 | $999 |\n| Loss | $(285) | — |\n| Margin | 12.5% | (3.1)% |"
    )


def test_a_header_over_several_columns_stands_over_each() -> None:
    _, text = table(
        cells("", ("Three months ended", 4)),
        cells("", ("March 30", 2), ("March 31", 2)),
        cells("Revenue", "$", "10", "$", "20"),
        cells("Costs", "", "1", "", "2"),
    )
    head = "| | Three months ended March 30 | Three months ended March 31 |"
    assert text.split("\n")[0] == head


def test_a_heading_stands_above_years_and_labels_without_numbers() -> None:
    """As Boeing heads its cash flows, and Coca-Cola its balance sheet."""
    _, text = table(
        cells("(In millions)", ("Six months ended June 30", 2)),
        cells("", "2025", "2024"),
        cells("Cash flows - operating activities:"),
        cells("Net loss", "(643)", "(1,794)"),
    )
    head = "| (In millions) | Six months ended June 30 2025 | Six months ended June 30 2024 |"
    assert text.split("\n")[0] == head
    grid, _ = table(
        cells("December 31,", "2025", "2024"),
        cells("ASSETS"),
        cells("Current assets"),
        cells("Cash", "10,828", "9,366"),
    )
    assert grid.header_rows == 1


def test_years_and_numbers_that_are_labels_stand_in_the_column_of_the_labels() -> None:
    """As Apple draws its maturities, Coca-Cola its years, and everybody the lists of exhibits."""
    _, text = table(
        cells(("", 3), ("Operating leases", 3)),
        cells(("2025", 3), "$", "1,820", ""),
        cells(("2026", 3), ("1,914", 2), ""),
        cells(("Thereafter", 3), ("5,563", 2), ""),
        cells(("Total", 3), "$", "9,297", ""),
    )
    assert text.split("\n")[2:4] == ["| 2025 | $1,820 |", "| 2026 | 1,914 |"]
    _, text = table(
        cells(("10.5.22", 3), ("The Equity Plan", 3)),
        cells(("10.11", 3), ("The Deferred Compensation Plan", 3)),
    )
    assert text.split("\n")[2] == "| 10.11 | The Deferred Compensation Plan |"
    _, text = table(  # no labels: numbers stand under their headings by their last column
        cells("", ("2025", 3), ("2024", 3)),
        cells("", "$", "1,820", "", "$", "1,700", ""),
        cells("", ("1,914", 2), "", ("1,800", 2), ""),
    )
    assert text.split("\n")[-1].replace(" ", "") == "|1,914|1,800|"


def test_a_value_that_reaches_below_the_next_heading_stands_below_its_own() -> None:
    grid, text = table(
        cells("Lessee", "Term", ("Price", 2)),
        cells("Acme", ("36", 2), "$13,555"),
        cells("Zenith", ("48", 2), "$13,220"),
    )
    assert text.split("\n")[0] == "| Lessee | Term | Price |"
    assert text.split("\n")[2] == "| Acme | 36 | $13,555 |"
    assert grid.columns == 3


@pytest.mark.parametrize("heading", [[cells("", "2025", "2024")], []])
def test_a_row_of_terms_is_no_heading(heading: list[list[Raw]]) -> None:
    grid, _ = table(
        *heading,
        cells("Remaining term"),
        cells("Operating leases", "8.1 years", "7.8 years"),
        cells("Discount rate"),
        cells("Discount rate, leases", "3.2%", "3.4%"),
    )
    assert grid.header_rows == len(heading)


def test_columns_that_no_row_fills_keep_their_header() -> None:
    grid, text = table(
        cells("Item", "Capital", "Reserve", "Total"),
        cells("Opening", "10", "", "10"),
        cells("Closing", "11", "", "11"),
    )
    assert text.split("\n")[0] == "| Item | Capital | Reserve | Total |"
    assert text.split("\n")[2] == "| Opening | 10 | | 10 |"
    assert grid.columns == 4


def test_a_title_over_the_whole_table_is_a_caption() -> None:
    grid, text = table(
        cells(("(in millions)", 3)),
        cells("", "2024", "2023"),
        cells("Sales", "1", "2"),
    )
    assert [c.text for c in grid.captions] == ["(in millions)"]
    assert "millions" not in text


def test_cells_that_span_down_push_the_next_row_right() -> None:
    rows = [cells("Region", "Sales"), cells("East", "1")]
    rows[0][0].rowspan = 2
    placed = place([rows[0], [rows[1][1]]])
    assert placed[1][0].col == 1


def test_absurd_spans_are_bounded() -> None:
    rows = [[Raw("1", [], 400, 400, False, False), *cells("2")] for _ in range(50)]
    grid = build(place(rows))
    assert grid.columns <= 3


def test_a_pipe_in_a_cell_is_escaped_and_marks_follow() -> None:
    rows = place([cells("a|b", "1"), cells("c", "2")])
    rows[0][0].marks = [(2, 0), (3, 1)]
    grid = build(rows)
    block = Block("table")
    markdown(grid, block)
    start, end = (offset for offset, _ in block.marks)
    assert block.text[start:end] == "b"


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("1,234", "1234"),
        ("(1,234.50)", "-1234.50"),
        ("$(285)", "-285"),
        ("-3", "-3"),
        ("−3.5%", "-3.5"),
        (".53", "0.53"),
        ("$ 71,113", "71113"),
        ("6,587 (1)", "6587"),
        ("1,234¹", "1234"),
        ("—", None),
        ("N/A", None),
        ("March 29, 2025", None),
        ("12,34", None),
        ("007", "7"),
        ("(0)", "0"),
        ("（１，２３４．５）", "-1234.5"),
        ("٣", None),
        ("(20) bps", "-20"),
        ("(2.7)pts", "-2.7"),
        ("(5) x", "-5"),
        ("(1,234)†", "-1234"),
        ("(1,234)(2)", "-1234"),
        ("$2,000 (¹)", "2000"),
        ("49,632)", None),
        ("(2,118", None),
    ],
)
def test_the_number_that_a_cell_shows(shown: str, value: str | None) -> None:
    assert number(shown) == value


@pytest.mark.parametrize(
    "shown", ["5 1/2", "$10,001-$50,000", "1.0% – 2.5%", "522,852 —", "17,000.00 57,898.36"]
)
def test_a_row_of_ranges_fractions_or_stacked_figures_is_no_heading(shown: str) -> None:
    grid, text = table(
        cells("", "Low", "High"), cells("First", shown, shown), cells("Second", "7", "8")
    )
    assert grid.header_rows == 1
    assert text.split("\n")[0] == "| | Low | High |"


@pytest.mark.parametrize("shown", ["12/31/2024", "2024", "1 - 3", "Level 1"])
def test_a_second_row_of_dates_or_words_is_a_heading(shown: str) -> None:
    grid, _ = table(
        cells("", "Low", "High"), cells("Due in", shown, shown), cells("Second", "7", "8")
    )
    assert grid.header_rows == 2


@pytest.mark.parametrize(
    "shown", ["１，２３４", "（１，２３４）", "－５", "‒1,234", "―", "２．５％"]
)
def test_a_number_in_other_signs_is_a_value_and_heads_nothing(shown: str) -> None:
    assert is_value(shown)
    grid, _ = table(cells("Name", "2024"), cells("Sales", shown), cells("Costs", shown))
    assert grid.header_rows == 1


def test_a_note_mark_after_a_positive_number_is_not_a_minus() -> None:
    assert number("9.3%(1)") == "9.3"


WORDS = st.sampled_from(
    ["", "", "Sales", "$", "(", ")", "%", "1,234", "(285", "12.5", "—", "2024", "(1)", "Costs"]
)
ROWS = st.lists(
    st.lists(st.tuples(WORDS, st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=7),
    min_size=1,
    max_size=8,
)


@given(ROWS)
def test_every_character_of_every_cell_reaches_the_markdown(
    rows: list[list[tuple[str, int, int]]],
) -> None:
    raw = [[Raw(t, [], c, r, False, False) for t, c, r in row] for row in rows]
    wanted = sorted("".join(cell.text for row in raw for cell in row).replace(" ", ""))
    placed = place(raw)
    if not placed:
        return
    grid = build(placed)
    held = sorted(
        "".join(
            [c.text for c in grid.captions] + [c.text for row in grid.rows for c in row if c]
        ).replace(" ", "")
    )
    assert held == wanted
    block = Block("table")
    markdown(grid, block)
    lines = block.text.split("\n")
    assert len({line.count("|") for line in lines}) == 1
    body = re.sub(r"[\s|]", "", "".join(lines[2:]))
    below = grid.rows[max(grid.header_rows, 1) :]
    assert sorted(body) == sorted("".join(c.text for r in below for c in r if c).replace(" ", ""))


@given(st.integers(-(10**12), 10**12), st.booleans())
def test_what_a_statement_prints_is_read_back(value: int, dollars: bool) -> None:
    shown = f"{abs(value):,}"
    shown = f"({shown})" if value < 0 else shown
    shown = "$" + shown if dollars else shown
    assert is_value(shown)
    assert number(shown) == str(value)


def test_a_column_of_minus_ones_is_no_column_of_footnote_marks() -> None:
    _, ones = table(cells("Sales", "0", "(1)"), cells("Tax", "3", "(2)"))
    assert ones.split("\n")[0] == "| Sales | 0 | (1) |"
    _, marks = table(cells("Sales", "0", "(1)"), cells("Tax", "3"))
    assert marks.split("\n")[0] == "| Sales | 0 (1) |"


def test_marks_beyond_the_place_of_a_bracket_belong_to_their_number() -> None:
    grid, text = table(
        cells("", ("737", 3), "*", "", ("787", 3), ""),
        cells("Deliveries", "", "265", "", "(5)", "", "", "51", "", ""),
        cells("Orders", "", "8,793", "", "", "", "", "1,161", "", ""),
    )
    assert text.split("\n")[0] == "| | 737 * | 787 |"
    assert [c.text for c in grid.rows[1] if c] == ["Deliveries", "265 (5)", "51"]
    assert number("265 (5)") == "265"


def test_numbered_marks_under_a_heading_of_many_columns_are_no_negative_numbers() -> None:
    heads = (("", 1), ("Additions", 3), ("", 3), ("Deductions", 3), ("", 3), ("End", 3))
    rows = [
        cells(*heads),
        cells("", ("(In millions)", 15)),
        cells("Doubtful", "$", "—", "", ("(1)", 3), "$", "—", "", ("(1)", 3), "$", "4", ""),
        cells("Returns", "$", "104", "", ("(2)", 3), "$", "(91", ")", ("(4)", 3), "$", "26", ""),
        cells("Tax", "$", "577", "", ("(3)", 3), "$", "—", "", ("", 3), "$", "9", ""),
    ]
    _, text = table(*rows)
    assert "| Returns | $104 (2) | $(91) (4) | $26 |" in text
    unheaded = (cells("Gain", "5", "", "(1)", "", "(4)"), cells("Tax", "3", "", "(2)", "", "7"))
    assert "| Gain | 5 | (1) | (4) |" in table(*unheaded)[1]
    own = [cells("", ("2024", 2), ("2023", 2)), cells("Gain", "5", "", "(1)", ""),
           cells("Tax", "3", "", "(2)", "")]  # fmt: skip
    assert "| Gain | 5 | (1) |" in table(*own)[1]


def test_contents_that_begin_with_roman_pages_have_no_heading() -> None:
    grid, text = table(
        cells("About this prospectus", "ii"),
        cells("Where you can find more information", "iii"),
        cells("Summary", "1"),
        cells("Risk factors", "2"),
    )
    assert grid.header_rows == 0
    assert text.split("\n")[0] == "| About this prospectus | ii |"
    words, _ = table(cells("Type", "Civil"), cells("Suits", "4"), cells("Won", "3"))
    assert words.header_rows == 1
