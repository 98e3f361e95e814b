from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import UserError
from qhdata.shards.mixture import Share
from trainer.rollouts.feed import Turns


@given(
    weight=st.floats(0.05, 4.0),
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=12),
)
def test_replayed_tasks_come_at_their_share_and_each_set_in_order(
    weight: float, cuts: list[int]
) -> None:
    turns = Turns(["own", "other"], {"other": Share(weight=weight)})
    row, at = [], 0
    for take in cuts:
        row += turns.between(at, at + take)
        at += take
    for name in ("own", "other"):
        assert [place for of, place in row if of == name] == list(
            range(sum(of == name for of, _ in row))
        )
    found = Counter(name for name, _ in row)
    assert found["other"] == pytest.approx(at * weight / (1.0 + weight), abs=1.0)
    # A run that is resumed asks for a late update first, and gets the same tasks.
    again = Turns(["own", "other"], {"other": Share(weight=weight)})
    assert again.between(at - 1, at) == row[-1:]


def test_a_share_of_a_set_that_is_not_there_is_refused() -> None:
    with pytest.raises(UserError, match="no shard set named 'other'"):
        Turns(["own"], {"other": Share()})
