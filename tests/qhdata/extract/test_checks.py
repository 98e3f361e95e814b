from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.checks import check_totals
from qhdata.extract.grid import Grid, build
from qhdata.extract.placed import Raw, place


def grid(*rows: tuple[str, ...]) -> Grid:
    cells = [[Raw(text, [], 1, 1, False, False) for text in row] for row in rows]
    return build(place(cells))


def shown(n: int) -> str:
    return f"({-n:,})" if n < 0 else f"{n:,}"


STATEMENT = (
    ("", "2024", "2023"),
    ("Sales", "1,000", "900"),
    ("Costs", "600", "550"),
    ("Gross profit", "400", "350"),
    ("Research", "100", "90"),
    ("Selling", "50", "60"),
    ("Total expenses", "150", "150"),
    ("Operating income", "250", "200"),
)


def test_a_statement_adds_up_through_its_subtotals() -> None:
    assert check_totals(grid(*STATEMENT)) == (3, 3)


@pytest.mark.parametrize(
    ("row", "wrong", "right"),
    [
        (6, ("Total expenses", "105", "150"), 1),  # and what is built on it
        (7, ("Operating income", "205", "200"), 2),
        (4, ("Research", "1,000", "90"), 1),
    ],
)
def test_a_misread_digit_shows(row: int, wrong: tuple[str, ...], right: int) -> None:
    rows = list(STATEMENT)
    rows[row] = wrong
    assert check_totals(grid(*rows)) == (3, right)


def test_rounding_is_allowed_half_a_unit_a_row_and_no_more() -> None:
    rows = [("", "2024"), ("A", "1.4"), ("B", "1.4"), ("C", "5")]
    assert check_totals(grid(*rows, ("Total", "7.9"))) == (1, 1)
    assert check_totals(grid(*rows, ("Total", "8.3"))) == (1, 0)


def test_a_total_without_parts_above_is_not_checked() -> None:
    assert check_totals(grid(("", "2024"), ("Total assets", "5"), ("Cash", "2"))) == (0, 0)
    assert check_totals(grid(("", "2024"), ("Cash", "2"), ("Debt", "3"))) == (0, 0)


@given(
    st.lists(
        st.tuples(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9)),
        min_size=2,
        max_size=30,
    )
)
def test_every_true_total_is_found_right(values: list[tuple[int, int]]) -> None:
    rows = [(f"Row {n}", shown(a), shown(b)) for n, (a, b) in enumerate(values)]
    total = ("合计", shown(sum(a for a, _ in values)), shown(sum(b for _, b in values)))
    assert check_totals(grid(("", "2024", "2023"), *rows, total)) == (1, 1)
