from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F

from trainer.batches import Piece, make_pack
from trainer.losses.cross_entropy import CrossEntropy
from trainer.model import Policy


def test_it_is_torchs_cross_entropy_over_unmasked_targets(
    policy: Policy, piece: Callable[..., Piece]
) -> None:
    parts = [piece(30, 1, masked=0.4), piece(11, 2, masked=0.4)]
    pack = make_pack([parts])
    loss, sums = CrossEntropy()(policy(pack), pack)
    wanted = 0.0
    for part in parts:
        ids = torch.as_tensor(part.ids)
        labels = torch.where(torch.as_tensor(part.loss) > 0, ids, -100)
        logits = policy.lm(input_ids=ids[None], use_cache=False).logits[0]
        wanted = wanted + F.cross_entropy(
            logits[:-1], labels[1:], ignore_index=-100, reduction="sum"
        )
    torch.testing.assert_close(loss, wanted, atol=1e-3, rtol=1e-5)
    assert float(sums["tokens"]) == sum(float(p.loss[1:].sum()) for p in parts)
