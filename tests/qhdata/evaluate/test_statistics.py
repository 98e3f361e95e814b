"""Intervals hold what they should, and stay honest at the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.evaluate.statistics import paired_mean, paired_rate, paired_ratio, wilson

pairs = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


def test_wilson_against_published_values() -> None:
    low, high = wilson(81, 263)  # Newcombe 1998, table I: 0.2553 to 0.3662
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_paired_interval_against_published_values() -> None:
    # Newcombe 1998, paired differences, example (36, 12, 2, 0): method 10 gives 0.0569 to 0.3404.
    before = [True] * 36 + [False] * 12 + [True] * 2
    after = [True] * 36 + [True] * 12 + [False] * 2
    got = paired_rate(before, after)
    assert (round(got.low, 4), round(got.high, 4)) == (0.0569, 0.3404)


@given(pairs)
def test_the_paired_interval_holds_the_difference_and_mirrors(
    items: list[tuple[bool, bool]],
) -> None:
    before, after = [b for b, _ in items], [a for _, a in items]
    there, back = paired_rate(before, after), paired_rate(after, before)
    assert -1 <= there.low <= there.difference + 1e-12
    assert there.difference - 1e-12 <= there.high <= 1
    assert math.isclose(there.low, -back.high, abs_tol=1e-12)


def test_nothing_gained_in_a_few_items_is_no_certainty() -> None:
    rate = paired_rate([False] * 20, [False] * 20)
    assert rate.difference == 0
    assert rate.low < -0.1
    assert rate.high > 0.1
    mean = paired_mean([0.5] * 30, [0.5] * 30)
    assert (mean.low, mean.high) == (-0.1, 0.1)


def test_the_bootstrap_covers_the_true_difference_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for trial in range(200):
        size = rng.integers(50, 200, 40).astype(float)
        before = size * rng.normal(3.0, 0.5, 40)
        after = before - size * rng.normal(0.4, 0.3, 40)
        got = paired_ratio(list(before), list(after), list(size), seed=trial)
        hits += got.low <= -0.4 <= got.high
    assert 0.88 <= hits / 200 <= 0.99


def test_items_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="not the same items"):
        paired_rate([True], [True, False])
    with pytest.raises(ValueError, match="not the same items"):
        paired_ratio([1.0], [1.0, 2.0], [1.0])
