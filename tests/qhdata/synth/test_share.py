"""Which rows are shares of revenue, and which of total assets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from qhdata.step import Skip
from qhdata.synth.material import Material
from qhdata.synth.reasoning.share import Share, is_balance


@pytest.mark.parametrize(
    ("label", "balance"),
    [
        ("归属于上市公司股东的净资产", True),
        ("经营活动产生的现金流量净额", False),
        ("资产处置收益", False),
        ("Long-term borrowings", True),
        ("Net income attributable to shareholders", False),
        ("Interest income on loans", False),
        ("Total capital expenditures", False),
        ("Data Center", False),
    ],
)
def test_a_row_is_of_a_day_or_of_a_length_of_time(
    label: str, balance: bool, material: Callable[..., Material]
) -> None:
    row = replace(material().grids[0].rows[0], label=label, concept=None)
    assert is_balance(row) is balance


def test_equity_is_no_share_of_revenue(material: Callable[..., Material]) -> None:
    """A table of key figures has both; of one of revenue alone a balance has no whole."""
    grids = material().grids
    income = next(g for g in grids if "revenue" in g.by_concept)
    balance = next(g for g in grids if "assets" in g.by_concept and g.document == income.document)
    both = replace(income, rows=(*income.rows, *balance.rows))
    found: list[Any] = [d for d in Share()._of_grid(both, Random(1)) if not isinstance(d, Skip)]
    wholes = {d.slots["part"].row.label: d.slots["whole"].row.concept for d in found}
    assert wholes["Goodwill"] == "assets"
    assert wholes["Gross profit"] == "revenue"
    alone = replace(
        income, rows=(*income.rows, next(r for r in balance.rows if r.concept == "goodwill"))
    )
    found = [d for d in Share()._of_grid(alone, Random(1)) if not isinstance(d, Skip)]
    assert "Goodwill" not in {d.slots["part"].row.label for d in found}
