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


def figures(scope: str | None, rows: tuple[tuple[str, ...], ...] = ROWS) -> list[Figure]:
    cells = tuple(
        Cell(
            row=n, col=k, rowspan=1, colspan=1, text=text, header=n == 0,
            value=DecimalText(text.replace(",", "")) if n and k else None,
        )
        for n, row in enumerate(rows) for k, text in enumerate(row)
    )  # fmt: skip
    text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    table = Table(
        table_id="d#t0", doc_id="d", section_key=None, ordinal=0, start=0, end=len(text),
        kind="data", title="", unit="CNY", scale=DecimalText("10000"), scope=scope,  # type: ignore[arg-type]
        header_rows=1, totals=0, totals_right=0, cells=cells, source_ref="",
    )  # fmt: skip
    return list(figures_of(table, text, [], Counter()))


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
