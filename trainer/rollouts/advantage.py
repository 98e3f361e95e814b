"""Advantages: a rollout's reward less the mean of its group; no division by the deviation.

Dividing by the deviation would weigh a group that nearly always succeeds as much as one that is
undecided (Liu et al. 2025, Dr. GRPO). A group whose rewards are all equal teaches nothing: it is
dead, and stays out of the loss and of its denominator. An unscored rollout (None) is in neither the
mean nor the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOLERANCE = 1e-9
"""Rewards closer than this are equal."""


@dataclass(frozen=True, slots=True)
class GroupAdvantage:
    """What one group teaches."""

    advantages: tuple[float, ...]
    """By member; 0 for unscored ones and in a dead group."""
    used: tuple[bool, ...]
    """Members that count in the loss."""
    alive: bool


def advantages(rewards: Sequence[float | None]) -> GroupAdvantage:
    """rewards: of the members of one group, None for unscored.

    >>> advantages([1.0, 0.0, None, 0.0]).used
    (True, True, False, True)
    """
    scored = [r for r in rewards if r is not None]
    alive = len(scored) >= 2 and max(scored) - min(scored) > TOLERANCE
    if not alive:
        nothing = (0.0,) * len(rewards)
        return GroupAdvantage(nothing, (False,) * len(rewards), False)
    mean = sum(scored) / len(scored)
    return GroupAdvantage(
        tuple(0.0 if r is None else r - mean for r in rewards),
        tuple(r is not None for r in rewards),
        True,
    )
