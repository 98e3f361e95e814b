"""The five stages (and preference) as one table: what differs between them, and nothing else.

    cpt -> sft -> (preference) -> reasoning-rl -> agentic-rl -> general-rl

Every stage starts from the weights of the stage before with a fresh optimizer and schedule, and
runs through the same loop: packs, log-probabilities, a loss sum, one division. The three RL
stages are one program; a reasoning problem is an episode of one turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trainer.losses.cross_entropy import CrossEntropy

if TYPE_CHECKING:
    from trainer.losses import Loss
    from trainer.settings import StageSettings


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage."""

    loss: Callable[[StageSettings], Loss]
    feed: Literal["shards", "pairs", "rollouts"]
    """Who makes its packs: see feeds.py and rollouts/."""
    kind: Literal["cpt", "sft", "preference", "prompts"]
    """Kind of shards that it reads."""


STAGES: dict[str, Stage] = {
    "cpt": Stage(loss=lambda s: CrossEntropy(), feed="shards", kind="cpt"),
    "sft": Stage(loss=lambda s: CrossEntropy(), feed="shards", kind="sft"),
    "preference": Stage(loss=lambda s: s.preference, feed="pairs", kind="preference"),
    "reasoning-rl": Stage(loss=lambda s: s.policy, feed="rollouts", kind="prompts"),
    "agentic-rl": Stage(loss=lambda s: s.policy, feed="rollouts", kind="prompts"),
    "general-rl": Stage(loss=lambda s: s.policy, feed="rollouts", kind="prompts"),
}
