from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qhdata.shards.order import Order, permute


@given(n=st.integers(1, 3000), key=st.integers(0, 2**64 - 1))
@settings(max_examples=60, deadline=None)
def test_permute_is_a_permutation(n, key):
    assert sorted(permute(np.arange(n), n, key).tolist()) == list(range(n))


@given(n=st.integers(1, 2000), window=st.integers(1, 300), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_an_epoch_has_every_group_once_and_stays_in_its_window(n, window, seed):
    found = Order(n, seed, 0, window).at(np.arange(n))
    assert sorted(found.tolist()) == list(range(n))
    blocks = found // min(window, n)
    assert (np.diff(blocks) != 0).sum() == len(set(blocks.tolist())) - 1


@given(n=st.integers(2, 500), cut=st.integers(1, 499), seed=st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_a_position_does_not_need_the_ones_before(n, cut, seed):
    order = Order(n, seed, 3, 64)
    cut = min(cut, n - 1)
    whole = order.at(np.arange(n))
    assert order.at(np.arange(cut, n)).tolist() == whole[cut:].tolist()


def test_epochs_and_seeds_differ():
    rows = {tuple(Order(50, s, e).at(np.arange(50)).tolist()) for s in range(3) for e in range(3)}
    assert len(rows) == 9


def test_places_are_evenly_spread():
    # First places of 4,000 epochs over 16 groups: chi-squared with 15 degrees of freedom is below
    # 45 with a chance of 0.9999.
    first = [int(Order(16, 1, e).at(np.array([0]))[0]) for e in range(4000)]
    counts = np.bincount(first, minlength=16)
    assert ((counts - 250) ** 2 / 250).sum() < 45
