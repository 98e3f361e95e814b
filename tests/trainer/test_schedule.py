from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.schedule import Schedule

SHAPES = ("cosine", "linear", "wsd", "constant")


@pytest.mark.parametrize("shape", SHAPES)
@given(progress=st.floats(-1, 2, allow_nan=False))
def test_the_rate_stays_between_nothing_and_its_peak(shape: str, progress: float) -> None:
    assert 0.0 <= Schedule(lr=2.0, shape=shape).at(progress) <= 2.0 + 1e-12


@pytest.mark.parametrize("shape", SHAPES)
def test_it_climbs_to_the_peak_and_ends_at_the_floor(shape: str) -> None:
    schedule = Schedule(lr=1.0, shape=shape, warmup=0.1, floor=0.2)
    assert schedule.at(0.05) == pytest.approx(0.5)
    assert schedule.at(0.1) == pytest.approx(1.0)
    assert schedule.at(1.0) == pytest.approx(1.0 if shape == "constant" else 0.2)


def test_wsd_is_flat_until_it_decays() -> None:
    schedule = Schedule(lr=1.0, shape="wsd", warmup=0.1, decay=0.3, floor=0.0)
    assert schedule.at(0.3) == schedule.at(0.69) == 1.0
    assert schedule.at(0.85) == pytest.approx(0.5)
