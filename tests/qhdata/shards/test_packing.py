from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qhdata.shards.packing import best_fit, deal


@given(lengths=st.lists(st.integers(1, 120), max_size=80), room=st.integers(1, 100))
@settings(max_examples=100, deadline=None)
def test_every_atom_once_and_no_pack_overfull(lengths, room):
    packs = best_fit(lengths, room)
    assert sorted(i for pack in packs for i in pack) == list(range(len(lengths)))
    for pack in packs:
        assert len(pack) == 1 or sum(lengths[i] for i in pack) <= room


@given(lengths=st.lists(st.integers(1, 100), min_size=1, max_size=80))
@settings(max_examples=60, deadline=None)
def test_two_packs_never_fit_into_one(lengths):
    packs = [sum(lengths[i] for i in pack) for pack in best_fit(lengths, 100)]
    low = sorted(packs)[:2]
    assert len(low) < 2 or sum(low) > 100


@given(costs=st.lists(st.integers(1, 1000), max_size=50), ranks=st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_every_pack_goes_to_one_rank_and_none_has_more_than_its_share(costs, ranks):
    hands = deal(costs, ranks)
    assert sorted(i for hand in hands for i in hand) == list(range(len(costs)))
    assert max(map(len, hands)) == -(-len(costs) // ranks)
