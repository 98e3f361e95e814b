"""Known bugs, put in by monkeypatch: each must fail the test that is named beside it."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import trainer.batches as batches
import trainer.loop as loop
import trainer.losses.policy as policy_loss
import trainer.model as model
import trainer.rollouts.advantage as advantage
import trainer.schedule as schedule
from trainer.losses.cross_entropy import CrossEntropy
from trainer.losses.policy import PolicyLoss
from trainer.settings import Shape

HERE = Path(__file__).parent
MUTANTS: dict[str, tuple[str, str, Callable[[pytest.MonkeyPatch], None]]] = {}


def mutant(file: str, test: str) -> Callable[[Callable[[pytest.MonkeyPatch], None]], None]:
    def add(change: Callable[[pytest.MonkeyPatch], None]) -> None:
        MUTANTS[change.__name__] = (file, test, change)

    return add


def _load(file: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"mutated_{Path(file).stem}", HERE / file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _shifted(patch: pytest.MonkeyPatch, change: Callable[[batches.Pack], batches.Pack]) -> None:
    real = batches.make_pack

    def mutated(*args: Any, **kwargs: Any) -> batches.Pack:
        return change(real(*args, **kwargs))

    patch.setattr(batches, "make_pack", mutated)


@mutant(
    "test_batches.py",
    "test_a_token_is_predicted_from_the_place_before_it_in_its_own_piece",
)
def labels_are_not_shifted(patch: pytest.MonkeyPatch) -> None:
    _shifted(patch, lambda pack: replace(pack, at=pack.at + 1))


@mutant("test_batches.py", "test_masks_weights_and_columns_are_those_of_the_target_itself")
def masks_are_one_token_late(patch: pytest.MonkeyPatch) -> None:
    real = batches.make_pack

    def late(rows: Any, width: int | None = None) -> batches.Pack:
        moved = [[replace(p, loss=np.roll(p.loss, 1)) for p in row] for row in rows]
        return real(moved, width)

    patch.setattr(batches, "make_pack", late)


@mutant(
    "test_model.py",
    "test_chunked_logp_of_packed_pieces_is_the_full_logp_of_each_alone",
)
def positions_do_not_restart(patch: pytest.MonkeyPatch) -> None:
    _shifted(
        patch,
        lambda p: replace(p, positions=torch.arange(p.ids.shape[1]).expand_as(p.ids)),
    )


@mutant("test_model.py", "test_gradients_of_chunked_logp_are_those_of_cross_entropy")
def temperature_is_ignored(patch: pytest.MonkeyPatch) -> None:
    real = model._logits
    patch.setattr(model, "_logits", lambda hidden, weight, scale: real(hidden, weight, 1.0))


@mutant("test_loop.py", "test_the_gradient_does_not_depend_on_how_pieces_fall_into_packs")
def each_pack_is_divided_by_its_own_tokens(patch: pytest.MonkeyPatch) -> None:
    real = CrossEntropy.__call__

    def mean(self: CrossEntropy, logp: Any, pack: Any) -> Any:
        loss, sums = real(self, logp, pack)
        return loss / pack.weight.sum().clamp(min=1.0), sums

    patch.setattr(CrossEntropy, "__call__", mean)


@mutant("test_loop.py", "test_the_gradient_does_not_depend_on_how_pieces_fall_into_packs")
def the_denominator_counts_packs(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(loop, "count", lambda pack, loss: 1.0)


@mutant("losses/test_policy.py", "test_the_gradient_is_that_of_expected_reward_enumerated")
def the_advantage_has_the_wrong_sign(patch: pytest.MonkeyPatch) -> None:
    real = PolicyLoss.__call__

    def flipped(self: PolicyLoss, logp: Any, pack: Any) -> Any:
        columns = {**pack.columns, "advantage": -pack.columns["advantage"]}
        return real(self, logp, replace(pack, columns=columns))

    patch.setattr(PolicyLoss, "__call__", flipped)


@mutant("losses/test_policy.py", "test_the_upper_clip_is_wider_than_the_lower")
def the_clips_are_swapped(patch: pytest.MonkeyPatch) -> None:
    real = PolicyLoss.__call__

    def swapped(self: PolicyLoss, logp: Any, pack: Any) -> Any:
        return real(replace(self, clip_low=self.clip_high, clip_high=self.clip_low), logp, pack)

    patch.setattr(PolicyLoss, "__call__", swapped)


@mutant("losses/test_policy.py", "test_a_stale_sampler_is_corrected_up_to_the_cap")
def the_sampler_is_taken_for_the_old_policy(patch: pytest.MonkeyPatch) -> None:
    real = PolicyLoss.__call__

    def same(self: PolicyLoss, logp: Any, pack: Any) -> Any:
        return real(replace(self, correction_cap=0.0), logp, pack)

    patch.setattr(PolicyLoss, "__call__", same)


@mutant("rollouts/test_advantage.py", "test_the_deviation_divides_nothing")
def advantages_are_divided_by_the_deviation(patch: pytest.MonkeyPatch) -> None:
    real = advantage.advantages

    def divided(rewards: Any) -> Any:
        found = real(rewards)
        deviation = float(np.std([r for r in rewards if r is not None])) or 1.0
        return replace(found, advantages=tuple(a / deviation for a in found.advantages))

    patch.setattr(advantage, "advantages", divided)


@mutant(
    "rollouts/test_advantage.py",
    "test_the_baseline_is_the_mean_of_the_whole_group_not_of_the_others",
)
def the_baseline_leaves_one_out(patch: pytest.MonkeyPatch) -> None:
    real = advantage.advantages

    def others(rewards: Any) -> Any:
        found = real(rewards)
        n = len(rewards)
        return replace(found, advantages=tuple(a * n / (n - 1) for a in found.advantages))

    patch.setattr(advantage, "advantages", others)


@mutant("rollouts/test_advantage.py", "test_a_group_of_equal_rewards_is_dead_and_counts_nowhere")
def dead_groups_stay_in_the_denominator(patch: pytest.MonkeyPatch) -> None:
    real = advantage.advantages
    patch.setattr(advantage, "advantages", lambda r: replace(real(r), used=(True,) * len(r)))


@mutant(
    "rollouts/test_advantage.py",
    "test_an_unscored_rollout_is_in_neither_the_mean_nor_the_loss",
)
def unscored_counts_as_nothing_earned(patch: pytest.MonkeyPatch) -> None:
    real = advantage.advantages
    patch.setattr(advantage, "advantages", lambda r: real([x or 0.0 for x in r]))


@mutant("test_schedule.py", "test_it_climbs_to_the_peak_and_ends_at_the_floor")
def the_rate_is_late_by_a_step(patch: pytest.MonkeyPatch) -> None:
    real = schedule.Schedule.at
    patch.setattr(schedule.Schedule, "at", lambda self, p: real(self, p - 0.02))


def _arguments(module: Any, test: Callable[..., None], patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The fixtures that the named tests ask for."""
    shape = Shape(width=32, layers=2, heads=2, kv_heads=1, head_width=16, feed_forward=48)

    def piece(length: int, seed: int, *, masked: float = 0.0, **columns: float) -> batches.Piece:
        rng = np.random.default_rng(seed)
        loss = np.ones(length, dtype=np.float32)
        loss[rng.random(length) < masked] = 0.0
        values = {n: np.full(length, v, dtype=np.float32) for n, v in columns.items()}
        return batches.Piece(ids=rng.integers(0, 70, length), loss=loss, columns=values)

    known = {
        "policy": lambda: model.fresh(shape, vocabulary=70, seed=3),
        "piece": lambda: piece,
        "pieces": lambda: [piece(length, seed=length) for length in (1, 2, 7, 13, 5, 40)],
        "monkeypatch": lambda: patch,
        "chunk_bytes": lambda: 1 << 22,
        "loss": CrossEntropy,
        "shape": lambda: "wsd",
    }
    names = inspect.signature(test).parameters
    return {name: known[name]() for name in names if name in known}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_known_bug_fails_the_test_that_is_there_for_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, test, change = MUTANTS[name]
    sound = _load(file)
    getattr(sound, test)(**_arguments(sound, getattr(sound, test), monkeypatch))
    change(monkeypatch)
    mutated = _load(file)  # imported again, so that it sees what was patched
    with pytest.raises(BaseException) as failure:  # noqa: PT011
        getattr(mutated, test)(**_arguments(mutated, getattr(mutated, test), monkeypatch))
    assert isinstance(failure.value, AssertionError | BaseExceptionGroup)


def test_the_modules_are_whole_again() -> None:
    assert policy_loss.PolicyLoss().clip_low == 0.2
    assert loop.count.__name__ == "count"
