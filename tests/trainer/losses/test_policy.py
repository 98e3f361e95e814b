from __future__ import annotations

import itertools

import pytest
import torch

from trainer.batches import Pack
from trainer.losses.policy import PolicyLoss


def _pack(weight: torch.Tensor, **columns: torch.Tensor) -> Pack:
    n = len(weight)
    zero = torch.zeros(n, dtype=torch.int64)
    return Pack(
        ids=zero[None], positions=zero[None], at=zero, label=zero, weight=weight, columns=columns
    )


def test_the_gradient_is_that_of_expected_reward_enumerated() -> None:
    """Vocabulary 3, length 2: all nine trajectories, each weighted by its probability."""
    generator = torch.Generator().manual_seed(0)
    first = torch.randn(3, generator=generator, dtype=torch.float64, requires_grad=True)
    second = torch.randn(3, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    reward = torch.randn(3, 3, generator=generator, dtype=torch.float64)

    p = torch.softmax(first, -1)[:, None] * torch.softmax(second, -1)
    expected = (p * reward).sum()
    wanted = torch.autograd.grad(expected, (first, second))

    baseline = float(expected.detach())
    logp, weight, advantage = [], [], []
    for a, b in itertools.product(range(3), range(3)):
        logp += [torch.log_softmax(first, -1)[a], torch.log_softmax(second[a], -1)[b]]
        weight += [p[a, b].detach()] * 2
        advantage += [reward[a, b] - baseline] * 2
    stacked = torch.stack(logp)
    pack = _pack(
        torch.stack(weight), advantage=torch.stack(advantage), logp_sampler=stacked.detach()
    )
    loss, _ = PolicyLoss()(stacked, pack)
    found = torch.autograd.grad(loss, (first, second))
    for f, w in zip(found, wanted, strict=True):
        torch.testing.assert_close(f, -w, atol=1e-10, rtol=0)


@pytest.mark.parametrize(
    ("advantage", "ratio", "gradient"),
    [(1.0, 1.5, False), (1.0, 1.2, True), (1.0, 0.5, True), (-1.0, 0.7, False), (-1.0, 1.5, True)],
)
def test_the_gradient_stops_beyond_the_clip_of_its_own_side(
    advantage: float, ratio: float, gradient: bool
) -> None:
    old = torch.tensor([-1.0], dtype=torch.float64)
    logp = (old + torch.log(torch.tensor([ratio], dtype=torch.float64))).requires_grad_()
    pack = _pack(
        torch.ones(1, dtype=torch.float64),
        advantage=torch.tensor([advantage], dtype=torch.float64),
        logp_sampler=old,
        logp_old=old,
    )
    loss, _ = PolicyLoss()(logp, pack)
    loss.backward()
    assert (float(logp.grad) != 0.0) == gradient


def test_the_upper_clip_is_wider_than_the_lower() -> None:
    def slope(ratio: float, advantage: float) -> float:
        old = torch.zeros(1, dtype=torch.float64)
        logp = torch.tensor([ratio], dtype=torch.float64).log().requires_grad_()
        one = torch.ones(1, dtype=torch.float64)
        pack = _pack(one, advantage=one * advantage, logp_sampler=old, logp_old=old)
        PolicyLoss()(logp, pack)[0].backward()
        return float(logp.grad)

    assert slope(1.25, 1.0) != 0.0
    assert slope(0.75, -1.0) == 0.0


def test_a_stale_sampler_is_corrected_up_to_the_cap() -> None:
    logp = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    one = torch.ones(3, dtype=torch.float64)
    sampler = -torch.tensor([1.0, 2.0, 9.0], dtype=torch.float64).log()
    pack = _pack(one, advantage=one, logp_sampler=sampler)
    PolicyLoss(correction_cap=3.0)(logp, pack)[0].backward()
    torch.testing.assert_close(-logp.grad, torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64))


def test_kl_pulls_towards_the_reference_and_vanishes_at_it() -> None:
    logp = torch.tensor([-1.0, -2.0], dtype=torch.float64, requires_grad=True)
    zero = torch.zeros(2, dtype=torch.float64)
    reference = torch.tensor([-1.0, -1.0], dtype=torch.float64)
    pack = _pack(zero + 1, advantage=zero, logp_sampler=logp.detach(), logp_ref=reference)
    PolicyLoss(kl=0.1)(logp, pack)[0].backward()
    assert float(logp.grad[0]) == pytest.approx(0.0)
    assert float(logp.grad[1]) < 0.0  # descending raises logp towards the reference
