from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.rollouts.advantage import advantages

REWARDS = st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=12)


@given(rewards=REWARDS)
def test_advantages_of_a_group_add_up_to_nothing_and_keep_the_order(
    rewards: list[float | None],
) -> None:
    found = advantages(rewards)
    assert sum(found.advantages) == pytest.approx(0.0, abs=1e-9)
    known = [(r, a) for r, a in zip(rewards, found.advantages, strict=True) if r is not None]
    if found.alive:
        assert [a for _, a in sorted(known)] == sorted(a for _, a in known)


@given(reward=st.floats(0, 1), n=st.integers(1, 9))
def test_a_group_of_equal_rewards_is_dead_and_counts_nowhere(reward: float, n: int) -> None:
    found = advantages([reward] * n)
    assert not found.alive
    assert not any(found.used)
    assert not any(found.advantages)


def test_the_baseline_is_the_mean_of_the_whole_group_not_of_the_others() -> None:
    assert advantages([1.0, 0.0, 0.0, 0.0]).advantages == (0.75, -0.25, -0.25, -0.25)


def test_the_deviation_divides_nothing() -> None:
    assert advantages([0.1, 0.0]).advantages == pytest.approx((0.05, -0.05))


def test_an_unscored_rollout_is_in_neither_the_mean_nor_the_loss() -> None:
    found = advantages([1.0, None, 0.0])
    assert found.advantages == (0.5, 0.0, -0.5)
    assert found.used == (True, False, True)
    assert not advantages([1.0, None]).alive
