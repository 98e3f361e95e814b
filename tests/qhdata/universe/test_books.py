from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhdata.universe.books import LAST_YEAR, Books, keep_books, restate
from qhdata.universe.filers import invent_filers
from qhdata.universe.lines import balance_lines, cash_lines, income_lines
from qhdata.universe.statements import Line, Span, value_of

seeds = st.integers(0, 10_000)
QUARTERS = (1, 2, 3, 4)


def all_books(seed: int) -> list[Books]:
    return [keep_books(filer, 2) for filer in invent_filers(12, seed)]


def by_concept(lines: list[Line], ending: str) -> Line:
    found = [line for line in lines if line.concept.split(":")[-1] == ending]
    return found[-1]


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_assets_equal_liabilities_and_equity_at_every_quarter_end(seed: int) -> None:
    for books in all_books(seed):
        lines = balance_lines(books.filer)
        assets, owed, equity, both = (
            by_concept(lines, name)
            for name in (
                "Assets",
                "Liabilities",
                "StockholdersEquity",
                "LiabilitiesAndStockholdersEquity",
            )
        )
        for fy, quarter in books.stocks:
            if quarter == 4 and fy < books.first:
                continue
            span = Span(fy, (quarter,))
            total = value_of(books, assets, span)
            assert total == value_of(books, both, span) > 0
            assert total == value_of(books, owed, span) + value_of(books, equity, span)


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_printed_parts_of_the_balance_sheet_add_up_to_printed_totals(seed: int) -> None:
    for books in all_books(seed):
        span = Span(LAST_YEAR)
        assets = Decimal(0)
        for line in balance_lines(books.filer):
            if line.concept == "us-gaap:Assets":
                assert assets == value_of(books, line, span)
                break
            if line.kind == "stock" and not line.total:
                assets += value_of(books, line, span)


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_cash_flow_ties_to_the_cash_of_the_balance_sheet(seed: int) -> None:
    for books in all_books(seed):
        for span in (Span(LAST_YEAR), Span(LAST_YEAR, (1, 2)), Span(LAST_YEAR - 1, (3,))):
            lines = {line.label: line for line in cash_lines(books.filer)}
            opening = value_of(books, lines["Cash and cash equivalents, beginning of period"], span)
            closing = value_of(books, lines["Cash and cash equivalents, end of period"], span)
            parts = [
                value_of(books, line, span)
                for line in lines.values()
                if line.total and line.kind == "flow" and line.concept.endswith("Activities")
            ]
            assert len(parts) == 3
            assert opening + sum(parts) == closing > 0


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_lines_of_the_cash_flow_add_up_with_the_signs_that_are_shown(seed: int) -> None:
    for books in all_books(seed):
        span, running = Span(LAST_YEAR), Decimal(0)
        for line in cash_lines(books.filer):
            if line.kind != "flow":
                continue
            value = value_of(books, line, span)
            if line.total and line.concept.endswith("Activities"):
                assert running == value, line.label
                running = Decimal(0)
            elif not line.total:
                running += -value if line.negated else value


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_quarters_sum_to_the_year(seed: int) -> None:
    for books in all_books(seed):
        for line in (*income_lines(books.filer), *cash_lines(books.filer)):
            if line.kind == "flow":
                year = value_of(books, line, Span(LAST_YEAR))
                assert year == sum(value_of(books, line, Span(LAST_YEAR, (q,))) for q in QUARTERS)


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_income_statement_and_segments_sum(seed: int) -> None:
    for books in all_books(seed):
        flow = {
            key: books.flow(key, LAST_YEAR)
            for key in ("revenue", "pretax", "tax", "net_income", "interest", "overhead")
        }
        assert flow["net_income"] == flow["pretax"] - flow["tax"]
        segments = range(len(books.filer.industry.segments))
        assert flow["revenue"] == sum(books.flow(f"segment_{n}", LAST_YEAR) for n in segments)
        if books.filer.industry.archetype != "bank":
            assert books.flow("gross", LAST_YEAR) == flow["revenue"] - books.flow("cost", LAST_YEAR)
            assert flow["pretax"] == (
                books.flow("gross", LAST_YEAR)
                - books.flow("research", LAST_YEAR)
                - flow["overhead"]
                - books.flow("depreciation", LAST_YEAR)
                - flow["interest"]
                + books.flow("other_income", LAST_YEAR)
            )


def test_a_restatement_moves_cost_and_leaves_net_income_and_balances() -> None:
    books = next(b for b in all_books(3) if b.filer.industry.archetype == "product")
    again = restate(books, LAST_YEAR, 2)
    assert again.flow("gross", LAST_YEAR) == books.flow("gross", LAST_YEAR) - 2
    assert again.flow("operating_income", LAST_YEAR) == books.flow("operating_income", LAST_YEAR)
    assert again.flow("net_income", LAST_YEAR) == books.flow("net_income", LAST_YEAR)
    assert again.flow("gross", LAST_YEAR, (1, 2, 3)) == books.flow("gross", LAST_YEAR, (1, 2, 3))
    assert again.stocks == books.stocks


@pytest.mark.parametrize("count", [3, 12, 40])
def test_more_filers_do_not_change_the_first_ones_and_no_name_comes_twice(count: int) -> None:
    few, many = invent_filers(count, 5), invent_filers(count + 7, 5)
    assert many[:count] == few
    assert len({f.short for f in many} | {f.ticker for f in many}) == 2 * len(many)
    assert len({f.cik for f in many}) == len(many)


def test_half_of_the_filers_print_small_numbers() -> None:
    filers = invent_filers(24, 7)
    small = [f for f in filers if f.size == "small"]
    assert len(small) >= 12
    for filer in small:
        revenue = keep_books(filer, 2).flow("revenue", LAST_YEAR)
        assert 10 <= revenue < 2000
