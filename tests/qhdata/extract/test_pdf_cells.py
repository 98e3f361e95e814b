"""Words and cells of a PDF whose places are tight: spaces, signs of money, words beside numbers."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib import pagesizes
from reportlab.pdfgen.canvas import Canvas

from qhdata.extract.document import Extracted, extract_document
from qhdata.extract.limits import Limits
from qhdata.records import Header, RawDocument

Cell = tuple[float, str]
"""Left edge if positive, right edge if negative, and the text there."""


def extracted(rows: list[list[Cell]]) -> Extracted:
    """A page with rows 14 points apart."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=pagesizes.letter, invariant=1)
    canvas.setFont("Helvetica", 10)
    for n, row in enumerate(rows):
        for x, text in row:
            if x < 0:
                canvas.drawRightString(-x, 700 - 14 * n, text)
            else:
                canvas.drawString(x, 700 - 14 * n, text)
    canvas.save()
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.pdf", source="s", source_path="a.pdf", doc_type="",
        sequence=1, file_name="a.pdf", data=out.getvalue(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def markdown(rows: list[list[Cell]]) -> list[list[str]]:
    """Cells of the lines of the page's tables."""
    lines = [line for line in extracted(rows).text.split("\n") if line.startswith("|")]
    return [[c.strip() for c in line.strip("|").split("|")] for line in lines]


def test_spaces_of_a_squeezed_line_part_its_words() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=pagesizes.letter, invariant=1)
    text = canvas.beginText(72, 700)
    text.setFont("Times-Italic", 10)
    text.setWordSpace(-2.4)  # a space of Times is 2.5 points wide at this size
    text.textLine("The growth of the Company depends on the cost of purchased components.")
    canvas.drawText(text)
    canvas.save()
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.pdf", source="s", source_path="a.pdf", doc_type="",
        sequence=1, file_name="a.pdf", data=out.getvalue(), header=Header(),
    )  # fmt: skip
    assert extract_document(raw, Limits()).text == (
        "The growth of the Company depends on the cost of purchased components."
    )


def test_a_sign_of_money_close_behind_a_number_is_of_the_next_column() -> None:
    rows: list[list[Cell]] = [
        [(72, "Shares and amounts"), (-300, "2021"), (-345, "2022"), (-400, "2023")],
        [(72, "Balance in July"), (-300, "(6,018)"), (304, "$"), (-345, "(213)"), (350, "$"),
         (-400, "3,051")],
        [(72, "Net income"), (-300, "96"), (-345, "12"), (-400, "108")],
    ]  # fmt: skip
    assert markdown(rows)[2:] == [
        ["Balance in July", "(6,018)", "$(213)", "$3,051"],
        ["Net income", "96", "12", "108"],
    ]


def test_a_range_of_prices_is_one_cell() -> None:
    rows: list[list[Cell]] = [
        [(72, "Prices"), (-300, "Number"), (-400, "Price")],
        [(72, "$21.60 - $36.51"), (-300, "1,241"), (-400, "$26.41")],
        [(72, "$44.78 - $48.98"), (-300, "446"), (-400, "45.02")],
    ]
    assert [row[0] for row in markdown(rows)[2:]] == ["$21.60 - $36.51", "$44.78 - $48.98"]


@given(
    st.lists(
        st.tuples(
            st.integers(1, 99_999), st.sampled_from(["Cost of sales", "Interest", "See Note 13"])
        ),
        min_size=3,
        max_size=12,
    )
)
def test_words_beside_numbers_are_a_column_of_their_own(rows: list[tuple[int, str]]) -> None:
    page: list[list[Cell]] = [
        [(72, "Millions"), (-300, "Amount"), (330, "Location"), (-500, "Gain")]
    ]
    for amount, words in rows:
        page.append([(72, "Swaps"), (-300, f"{amount:,}"), (330, words), (-500, f"{amount + 1:,}")])
    assert markdown(page)[2:] == [["Swaps", f"{a:,}", w, f"{a + 1:,}"] for a, w in rows]


def test_a_table_ends_where_the_next_has_its_years() -> None:
    years: list[Cell] = [(-300, "2019"), (-360, "2018"), (-420, "2017")]
    page: list[list[Cell]] = []
    for title, amounts in (("Income", ("3,008", "3,487")), ("Taxes", ("534", "698"))):
        page.append([(72, title)])
        page.append([(72, "(Millions)"), *years])
        for label, amount in zip(("United States", "Other"), amounts, strict=True):
            page.append([(72, label), (-300, amount), (-360, amount), (-420, amount)])
    done = extracted(page)
    head = "| (Millions) | 2019 | 2018 | 2017 |\n|---|---|---|---|\n| United States |"
    assert done.text.count(head) == len(done.tables) == 2
    assert "|\n\nTaxes\n\n| (Millions)" in done.text


def test_years_left_of_their_figures_head_these_columns() -> None:
    figures = ("$11,607", "$12,494", "$11,946"), ("(3.3)", "2.8", "0.2"), ("22.8", "27.4", "21.8")
    labels = "Sales (millions)", "Total sales change", "Percent of sales"
    rows: list[list[Cell]] = [[(353, "2019"), (429, "2018"), (504, "2017")]]
    for label, row in zip(labels, figures, strict=True):
        rows.append([(57, label), *((-(412 + 75 * n), text) for n, text in enumerate(row))])
    cells = markdown(rows)
    assert cells[0] == ["", "2019", "2018", "2017"]
    assert cells[2] == ["Sales (millions)", "$11,607", "$12,494", "$11,946"]


SIGNED: list[list[Cell]] = [
    [(72, "Sales (millions)"), (303, "$"), (-365, "11,607"), (380, "$"), (-442, "12,494")],
    [(72, "Percent of sales"), (-365, "22.8"), (-442, "27.4")],
]
"""Rows whose numbers stand right in cells that begin with a sign of money."""


@pytest.mark.parametrize(
    ("head", "first"),
    [
        ([[(310, "2019"), (387, "2018")]], ["", "2019", "2018"]),
        (
            [[(72, "(Millions)"), (310, "2019"), (387, "2018")]],
            ["(Millions)", "2019", "2018"],
        ),
        (
            [[(310, "Number"), (387, "Price")], [(72, "In units"), (312, "sold"), (387, "paid")]],
            ["In units", "Number sold", "Price paid"],
        ),
        ([[(300, "Loss on sale"), (387, "Gain")]], ["", "Loss on sale", "Gain"]),
    ],
)
def test_a_heading_stands_over_the_cell_that_its_sign_of_money_begins(
    head: list[list[Cell]], first: list[str]
) -> None:
    lines = markdown([*head, *SIGNED])
    assert lines[0] == first
    assert lines[2:] == [
        ["Sales (millions)", "$11,607", "$12,494"], ["Percent of sales", "22.8", "27.4"],
    ]  # fmt: skip


def test_numbers_between_a_sign_and_its_number_stay_a_column() -> None:
    rows: list[list[Cell]] = [
        [(72, "Swaps"), (300, "$"), (-380, "96"), (-440, "1,074")],
        [(72, "Options"), (-325, "12"), (-380, "8"), (-440, "20")],
    ]
    assert ["Options", "12", "8", "20"] in markdown(rows)


LABEL = [
    "Translation adjustment arising during the period, net",
    "of income tax (benefit)/expense of 0 million, (2) million and",
]


@pytest.mark.parametrize("labels", [1, 2, 3])
def test_labels_of_many_lines_do_not_end_a_table(labels: int) -> None:
    rows: list[list[Cell]] = [[(-365, "2022"), (-442, "2021")]]
    rows += [[(72, "Net income"), (-365, "96"), (-442, "158")]]
    rows += [[(72, text)] for text in LABEL * labels]
    rows += [[(72, "respectively"), (-365, "(29)"), (-442, "(7)")]]
    rows += [[(72, "Comprehensive income"), (-365, "67"), (-442, "151")]]
    cells = markdown(rows)
    assert cells[0] == ["", "2022", "2021"]
    assert [f"{LABEL[1]} respectively", "(29)", "(7)"] in cells
    assert len(cells) == 4 + 2 * labels


def test_a_label_may_run_up_to_the_numbers() -> None:
    long = "Current period, excluding charges that litigation made, the adjustment of the period,"
    rows: list[list[Cell]] = [[(-500, "2019"), (-560, "2018")]]
    rows += [[(72, "Income tax rate"), (-500, "3.10"), (-560, "0.61")], [(72, long)]]
    rows += [[(72, "and all the rest"), (-500, "9.10"), (-560, "10.46")]]
    rows += [[(72, "Current period"), (-500, "7.81"), (-560, "8.89")]]
    assert [row[0] for row in markdown(rows)[2:]] == [
        "Income tax rate", f"{long} and all the rest", "Current period",
    ]  # fmt: skip


def test_a_bulleted_sentence_above_a_table_heads_nothing() -> None:
    bullet: list[Cell] = [(72, "•"), (90, "Margins decreased by a fifth.")]
    rows: list[list[Cell]] = [bullet, [(310, "2019"), (387, "2018")], *SIGNED]
    assert markdown(rows)[0] == ["", "2019", "2018"]
    assert "Margins decreased by a fifth.\n" in extracted(rows).text


@pytest.mark.parametrize("heading", ["Comprehensive", "Other"])
def test_headings_that_all_but_touch_are_of_two_columns(heading: str) -> None:
    rows: list[list[Cell]] = [
        [(300, "Retained"), (346, heading), (460, "All")],
        [(303, "Earnings"), (365, "Loss"), (460, "Equity")],
        [(72, "Balance"), (-340, "3,051"), (-390, "(416)"), (-490, "3,217")],
        [(72, "Net income"), (-340, "96"), (-390, "12"), (-490, "108")],
    ]
    assert markdown(rows)[0] == ["", "Retained Earnings", f"{heading} Loss", "All Equity"]


def test_a_heading_of_two_columns_stays_whole() -> None:
    rows: list[list[Cell]] = [
        [(300, "Retained with others"), (460, "All")],
        [(72, "Balance"), (-340, "3,051"), (-390, "(416)"), (-490, "3,217")],
        [(72, "Net income"), (-340, "96"), (-390, "12"), (-490, "108")],
    ]
    assert markdown(rows)[0] == ["", "Retained with others", "Retained with others", "All"]
