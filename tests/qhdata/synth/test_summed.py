"""Only what a filing adds up itself is added."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qhdata.synth.draft import Draft
from qhdata.synth.material import Material
from qhdata.synth.reasoning.total import Total
from qhdata.synth.summed import summed


def grid(*rows: tuple[int, ...], units: str = "") -> Any:
    made = [
        SimpleNamespace(
            label=f"row {n}",
            unit=units[n] if units else "USD",
            scale=Decimal(1),
            figures=tuple(SimpleNamespace(bare=Decimal(value)) for value in row),
        )
        for n, row in enumerate(rows)
    ]
    return SimpleNamespace(rows=tuple(made))


def labels(made: Any) -> list[list[str]]:
    return [[row.label for row in run] for run in summed(made)]


def test_rows_above_their_total_belong_together() -> None:
    assert labels(grid((5, 4), (1, 1), (2, 3), (3, 4), (9, 9))) == [["row 1", "row 2"]]
    assert labels(grid((5,), (-1,), (2,), (6,))) == [["row 0", "row 1", "row 2"]]
    assert labels(grid((3,), (4,), (7,), (2,), (9,))) == [["row 0", "row 1"], ["row 2", "row 3"]]


def test_another_column_another_unit_and_nothing_do_not() -> None:
    assert labels(grid((1, 1), (2, 3), (3, 5))) == []
    assert labels(grid((1,), (2,), (3,), units="aba")) == []
    assert labels(grid((0, 0), (0, 0), (0, 0))) == []


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=20))
def test_parts_of_a_total_are_found(parts: list[tuple[int, int]]) -> None:
    total = (sum(a for a, _ in parts), sum(b for _, b in parts))
    assert labels(grid(*parts, total))[-1] == [f"row {n}" for n in range(len(parts))]


def test_a_sum_is_asked_of_parts_of_one_total(material: Callable[..., Material]) -> None:
    drafts = [d for d in Total().drafts(material(), Random(1)) if isinstance(d, Draft)]
    assert drafts
    asked = {draft.words[name] for draft in drafts for name in ("first", "second")}
    assert asked <= {"Cash and cash equivalents", "Inventories", "Trade receivables"}
