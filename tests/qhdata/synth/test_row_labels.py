"""Labels of rows without what a form or a note adds to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from qhdata.synth.material import Material
from qhdata.synth.row_labels import of_statements, plain_label, plain_labels


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("一、营业总收入", "营业总收入"),
        ("其中：营业成本", "营业成本"),
        ("四、利润总额（亏损总额以“－”号填列）", "利润总额"),
        ("1.归属于母公司股东的净利润（净亏损以“-”号填列）", "归属于母公司股东的净利润"),
        ("（一）归属于母公司所有者的综合收益总额", "归属于母公司所有者的综合收益总额"),
        ("投资(1)", "投资"),
        ("3-12 个月", "3-12 个月"),
        ("基本每股收益（元／股）", "基本每股收益（元／股）"),
        ("Sales per retail square foot (²) (⁴)", "Sales per retail square foot"),
        ("2017 U.S. Tax Act charge", "2017 U.S. Tax Act charge"),
        ("Debt, net of discount of $(7)", "Debt, net of discount of $(7)"),
        ("(1)", "(1)"),
        ("Adjusted EBITDA ¹, ³", "Adjusted EBITDA"),
        ("持续经营净利润（净亏损以 “－”号填列）", "持续经营净利润"),
    ],
)
def test_what_a_form_or_a_note_adds_goes(label: str, said: str) -> None:
    assert plain_label(label) == said


def test_rows_that_would_share_a_label_keep_theirs(material: Callable[..., Material]) -> None:
    row = material().grids[0].rows[0]
    rows = [replace(row, label=label) for label in ("一、净利润", "1.净利润", "减：税费")]
    assert [r.label for r in plain_labels(rows)] == ["一、净利润", "1.净利润", "税费"]


def test_balances_of_a_table_that_is_no_balance_sheet_are_no_concepts(
    material: Callable[..., Material],
) -> None:
    grid = next(g for g in material().grids if "assets" in g.by_concept)
    bare = [
        replace(r, figures=tuple(replace(f, fact_id=None) for f in r.figures)) for r in grid.rows
    ]
    assert of_statements(bare) == bare
    deferred = [r for r in bare if r.concept in ("inventory", "goodwill", "receivables")]
    assert deferred
    assert {r.concept for r in of_statements(deferred)} == {None}
    tagged = [r for r in grid.rows if r.concept in ("inventory", "goodwill")]
    assert of_statements(tagged) == tagged
