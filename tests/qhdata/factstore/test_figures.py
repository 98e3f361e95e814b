"""Figures of Chinese tables: scope, and units that a label or a heading names."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from qhdata.factstore.figures import Figure, figures_of
from qhdata.records import Cell, DecimalText, Table

ROWS = (
    ("项目", "合并 2019年", "母公司 2019年", "变动比例（%）"),
    ("营业收入", "1,200", "900", "5.5"),
    ("基本每股收益（元/股）", "0.62", "0.31", "6.1"),
)


def figures(
    scope: str | None,
    rows: tuple[tuple[str, ...], ...] = ROWS,
    unit: str | None = "CNY",
    scale: str | None = "10000",
    told: dict[str, frozenset[Decimal]] | None = None,
) -> list[Figure]:
    cells = tuple(
        Cell(
            row=n, col=k, rowspan=1, colspan=1, text=text, header=n == 0,
            value=DecimalText(text.strip("$%").replace(",", "")) if n and k else None,
        )
        for n, row in enumerate(rows) for k, text in enumerate(row)
    )  # fmt: skip
    text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    table = Table(
        table_id="d#t0", doc_id="d", section_key=None, ordinal=0, start=0, end=len(text),
        kind="data", title="", unit=unit, scale=DecimalText(scale) if scale else None, scope=scope,  # type: ignore[arg-type]
        header_rows=1, totals=0, totals_right=0, cells=cells, source_ref="",
    )  # fmt: skip
    return list(figures_of(table, text, [], Counter(), told))


@pytest.mark.parametrize(
    ("scope", "columns"), [(None, {1, 2, 3}), ("consolidated", {1, 2, 3}), ("parent", set()),
                           ("both", {1})]
)  # fmt: skip
def test_the_companys_own_figures_are_not_taken_for_the_groups(
    scope: str | None, columns: set[int]
) -> None:
    assert {f.col for f in figures(scope)} == columns


def test_a_unit_of_a_label_or_heading_wins_over_the_tables() -> None:
    found = {(f.label, f.col): (f.value, f.unit) for f in figures("consolidated")}
    assert found["营业收入", 1] == (Decimal(12_000_000), "CNY")
    assert found["基本每股收益（元/股）", 1] == (Decimal("0.62"), "CNY/shares")
    assert found["营业收入", 3] == (Decimal("5.5"), "percent")


def test_a_column_of_another_kind_than_its_table_is_refused_or_has_its_own_unit() -> None:
    """As filings print purchases of their own shares, in a table that is in millions of dollars."""
    rows = (
        ("Period", "Total Number of Shares Purchased", "Average Price Paid per Share",
         "Dollar Value (in millions)", "Percent Change", "Purchases ($ in thousands)"),
        ("July 1 - 31", "1,197,673", "$186.66", "223.6", "12.5", "5"),
        ("August 1 - 31", "355,200", "$142.67", "50.7", "3%", "6"),
    )  # fmt: skip
    found = {
        (f.row, f.header[:12]): (f.value, f.unit) for f in figures(None, rows, "USD", "1000000")
    }
    assert found == {
        (1, "Average Pric"): (Decimal("186.66"), "USD/shares"),
        (2, "Average Pric"): (Decimal("142.67"), "USD/shares"),
        (1, "Dollar Value"): (Decimal(223_600_000), "USD"),
        (2, "Dollar Value"): (Decimal(50_700_000), "USD"),
        (2, "Percent Chan"): (Decimal(3), "percent"),
    }


def test_a_column_of_years_or_months_is_not_money() -> None:
    rows = (("Notes", "Remaining Term (years)", "Carried"), ("Due 2028", "1.6", "1,000"))
    assert [f.value for f in figures(None, rows, "USD", "1000000")] == [Decimal(10**9)]


@pytest.mark.parametrize(
    "heading",
    ["Year Ended December 31, 2023 (in millions, except per share data and percentages)",
     "2023 ($ in millions, except number of shares)", "In millions 2023"],
)  # fmt: skip
def test_what_a_heading_says_of_other_rows_does_not_make_its_column_another_kind(
    heading: str,
) -> None:
    (figure,) = figures(None, (("Item", heading), ("Revenue", "30")), "USD", "1000000")
    assert (figure.value, figure.unit) == (Decimal(30_000_000), "USD")


@pytest.mark.parametrize("scale", [None, "1", "1000000"])
def test_a_heading_that_names_another_scale_than_the_table_leaves_the_figure_unsure(
    scale: str | None,
) -> None:
    rows = (("Item", "(in $000 except share data) 2013"), ("Total liabilities", "1,203"))
    assert figures(None, rows, "USD", scale) == []
    assert len(figures(None, rows, "USD", "1000")) == 1


def test_options_are_counted_and_money_beside_shares_is_not_scaled_as_they_are() -> None:
    rows = (("", "Options", "Intrinsic value"), ("Outstanding", "3,085", "$500"))
    found = figures(None, rows, "USD", "1")
    assert [(f.col, f.value) for f in found] == [(2, Decimal(500))]
    found = figures(None, rows, "shares", "1000")
    assert [(f.col, f.value, f.unit) for f in found] == [(1, Decimal(3_085_000), "shares")]


SEGMENT = (
    ("(Dollars in millions)", "2024", "2023"),
    ("Revenues", "$23,918", "$24,933"),
    ("Research and development", "917", "919"),
)


def test_revenue_that_no_fact_tells_is_a_segments() -> None:
    """As Boeing prints its segments, without tags: a margin of it would be called the filer's."""
    whole = {"revenue": frozenset({Decimal(66_517_000_000), Decimal(24_933_000_000)})}
    found = figures(None, SEGMENT, "USD", "1000000", whole)
    assert [(f.label, f.year, f.concept) for f in found] == [
        ("Revenues", 2024, None), ("Revenues", 2023, "revenue"),
        ("Research and development", 2024, "research"),
        ("Research and development", 2023, "research"),
    ]  # fmt: skip
    assert {f.concept for f in figures(None, SEGMENT, "USD", "1000000")} == {"revenue", "research"}


def test_a_table_of_shares_of_revenue_is_no_table_of_dollars() -> None:
    """As HubSpot prints percentages of revenue, without a sign."""
    rows = (SEGMENT[0], ("Revenues", "100", "100"), ("Research and development", "23", "25"))
    assert figures(None, rows, "USD", "1000") == []
    assert (
        len(figures(None, (*rows[:1], ("Revenues", "100", "110"), *rows[2:]), "USD", "1000")) == 4
    )


def test_a_loss_without_a_sign_is_no_income() -> None:
    rows = (SEGMENT[0], ("Net loss", "14", "9"), ("Net income (loss)", "14", "9"))
    found = figures(None, rows, "USD", "1000")
    assert [f.concept for f in found] == [None, None, "net_income", "net_income"]
    signed = figures(None, (SEGMENT[0], ("Net loss", "-14", "-9")), "USD", "1000")
    assert [f.concept for f in signed] == ["net_income", "net_income"]


@pytest.mark.parametrize(
    ("label", "family"),
    [
        ("General and administrative", None),
        ("Selling, general and administrative", "overhead"),
        ("Operating expenses", "operating_expenses"),
        ("Total costs and expenses", "costs_and_expenses"),
        ("二、营业总成本", "costs_and_expenses"),
    ],
)
def test_a_part_is_not_taken_for_the_whole(label: str, family: str | None) -> None:
    assert {f.concept for f in figures(None, (SEGMENT[0], (label, "5", "6")), "USD", "1000")} == {
        family
    }


def test_small_money_whose_scale_nobody_says_is_not_taken() -> None:
    """As 3M prints sales in millions under "Net Sales (Millions)", and Cabot without a word."""
    plain = (SEGMENT[0], ("Sales", "$13,159", "12,840"))
    assert figures(None, plain, "USD", None) == []
    assert len(figures(None, plain, "USD", "1")) == 2
    whole = (plain[0], ("Sales", "$13,159,000", "12,840"))
    assert len(figures(None, whole, "USD", None)) == 2
    said = (("(in dollars)", "2024", "2023"), ("Wage", "$131", "128"))
    assert len(figures(None, said, "USD", None)) == 2
    cents = (plain[0], ("Fee", "$131.59", "128.40"))
    assert len(figures(None, cents, "USD", None)) == 2


def test_a_number_with_places_below_a_percent_may_be_a_percent() -> None:
    """As Coca-Cola prints the parts of its capital expenditures: one sign for a block."""
    rows = (
        ("", "2024"),
        ("Capital expenditures", "$2,064"),
        ("Europe", "0.8%"),
        ("North America", "29.2"),
        ("Corporate", "23.6"),
        ("Stores", "12"),
        ("Average", "4.5"),
    )
    found = {f.label: f.unit for f in figures(None, rows, "USD", "1000000")}
    assert found == {
        "Capital expenditures": "USD", "Europe": "percent", "Average": "USD",
    } | ({"Stores": "USD"} if "Stores" in found else {})  # fmt: skip


def test_a_bank_in_thousands_that_nobody_says_is_not_taken() -> None:
    """As Horizon Financial prints its balance: the total alone is above a million."""
    rows = (
        ("", "2005", "2004"),
        ("Cash and due from banks", "$ 25,244", "$ 20,310"),
        ("Federal Home Loan Bank stock", "7,247", "7,218"),
        ("Other assets", "16,094", "16,999"),
        ("Total assets", "$1,083,743", "$ 932,639"),
    )
    assert figures(None, rows, "USD", None) == []
    dollars = tuple((a, b.replace(",", ",000,", 1), c) for a, b, c in rows)
    assert len(figures(None, dollars, "USD", None)) == 8
