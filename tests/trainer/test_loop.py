from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch

from trainer.batches import Pack, Piece, make_pack, packs_of, rows_of
from trainer.loop import count
from trainer.losses import Loss
from trainer.losses.cross_entropy import CrossEntropy
from trainer.losses.policy import PolicyLoss
from trainer.model import Policy

MakePiece = Callable[..., Piece]


def _gradients(policy: Policy, packs: Sequence[Pack], loss: Loss) -> dict[str, torch.Tensor]:
    """What loop.update does, without an optimizer."""
    policy.zero_grad()
    denominator = sum(count(pack, loss) for pack in packs)
    for pack in packs:
        loss_sum, _ = loss(policy(pack), pack)
        (loss_sum / denominator).backward()
    return {name: p.grad.clone() for name, p in policy.named() if p.grad is not None}


@pytest.mark.parametrize("loss", [CrossEntropy(), PolicyLoss()], ids=["sft", "rl"])
def test_the_gradient_does_not_depend_on_how_pieces_fall_into_packs(
    policy: Policy, piece: MakePiece, loss: Loss
) -> None:
    policy.double()
    pieces = [
        piece(3 + 5 * k, k, masked=0.5, advantage=k - 3.0, logp_sampler=-4.0) for k in range(8)
    ]
    alone = [make_pack([[p]]) for p in pieces]
    packed = packs_of(rows_of(pieces, 64), 2)
    at_once = [make_pack([pieces[::-1]])]
    wanted = _gradients(policy, alone, loss)
    assert max(float(g.abs().max()) for g in wanted.values()) > 1e-3
    for packs in (packed, at_once):
        for name, found in _gradients(policy, packs, loss).items():
            torch.testing.assert_close(found, wanted[name], atol=1e-9, rtol=1e-6)


def test_a_token_weighs_the_same_in_a_short_piece_and_in_a_long_one(
    policy: Policy, piece: MakePiece
) -> None:
    """The mean over packs would weigh the two targets of a short piece as much as forty."""
    packs = [make_pack([[piece(3, 1)]]), make_pack([[piece(41, 2)]])]
    losses = [CrossEntropy()(policy(pack), pack)[0] for pack in packs]
    total = sum(losses) / sum(count(pack, CrossEntropy()) for pack in packs)
    mean_of_means = sum(
        x / count(p, CrossEntropy()) for x, p in zip(losses, packs, strict=True)
    ) / len(packs)
    assert float(total.detach()) == pytest.approx(float(sum(losses).detach()) / 42, rel=1e-6)
    assert abs(float((total - mean_of_means).detach())) > 1e-4
