"""Parts to a reward: in [0, 1], gated, and unscored only where a needed part is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import RowError
from qhdata.judge.compose import compose, verdict_part
from qhdata.records.verdict import Part, Verdict

VALUES = st.one_of(st.none(), st.floats(0, 1))
PARTS = st.lists(
    st.tuples(VALUES, st.sampled_from([0.0, 0.5, 1.0, 3.0]), st.booleans()), max_size=6
).map(
    lambda rows: [
        Part(name=str(n), value=value, weight=weight, gate=gate)
        for n, (value, weight, gate) in enumerate(rows)
    ]
)


@given(parts=PARTS)
def test_the_total_is_a_share_or_unscored_for_a_reason(parts: list[Part]) -> None:
    score = compose(parts)
    needed = [part for part in parts if part.gate or part.weight > 0]
    if score.total is None:
        assert not needed or any(part.value is None for part in needed)
    else:
        assert 0.0 <= score.total <= 1.0
    if any(part.gate and part.value == 0 for part in parts):
        assert score.total == 0.0
    assert score.parts == tuple(parts)


@given(parts=PARTS)
def test_order_does_not_matter(parts: list[Part]) -> None:
    one, other = compose(parts).total, compose(parts[::-1]).total
    assert one == other or one == pytest.approx(other)


def test_ranges_are_scaled_and_weights_are_relative() -> None:
    parts = [Part(name="a", value=-1.0, low=-1.0, high=1.0), Part(name="b", value=5.0, high=5.0)]
    assert compose(parts).total == 0.5


def test_nothing_to_score_is_unscored() -> None:
    assert compose([]).total is None
    assert compose([Part(name="metric", value=1.0, weight=0.0)]).total is None


@pytest.mark.parametrize(
    "part",
    [
        Part(name="a", value=float("nan")),
        Part(name="a", value=float("inf")),
        Part(name="a", value=1.5),
        Part(name="a", value=-0.1),
        Part(name="a", value=0.5, weight=-1.0),
        Part(name="a", value=0.5, weight=float("nan")),
        Part(name="a", value=0.5, low=1.0, high=1.0),
    ],
)
def test_a_part_out_of_its_range_raises(part: Part) -> None:
    with pytest.raises(RowError):
        compose([part])


def test_two_parts_of_one_name_raise() -> None:
    with pytest.raises(RowError):
        compose([Part(name="a", value=1.0), Part(name="a", value=0.0)])


@pytest.mark.parametrize(
    ("outcome", "value"), [("correct", 1.0), ("wrong", 0.0), ("unscored", None)]
)
def test_verdicts_become_parts(outcome: str, value: float | None) -> None:
    verdict = Verdict(outcome=outcome, reason="", parsed=None, judge="")  # type: ignore[arg-type]
    assert verdict_part("answer", verdict).value == value
