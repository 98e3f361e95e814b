"""Weights from the trainer to the sampler, and the proof that they arrived.

After each hand-over one fixed sequence is scored by both: a half-loaded, stale or renamed weight
shows as a difference in log-probability, where no check of shapes would see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch

from qhdata.errors import Fault
from trainer.batches import Piece, make_pack

if TYPE_CHECKING:
    from qhdata.sampling import Sampler
    from trainer.distributed import Ranks


def hand_over(sampler: Sampler, ranks: Ranks, version: int) -> None:
    """Give the sampler the policy's weights as `version`; every rank must call it."""
    weights = {name: tensor for name, tensor in ranks.weights()}
    sampler.load(version, weights)


def probe(sampler: Sampler, ranks: Ranks, ids: Sequence[int], bound: float) -> float:
    """Mean |log-probability difference| between sampler and trainer on `ids`, in nats.

    Raises Fault above `bound`. Every rank must call it.
    """
    row = np.asarray(ids, dtype=np.int64)
    pack = make_pack([[Piece(ids=row, loss=np.ones(len(row), dtype=np.float32))]])
    with torch.no_grad():
        trainer = ranks.logp(pack).float().cpu().numpy()
    theirs = np.asarray(sampler.logp(ids), dtype=np.float64)
    gap = float(np.abs(trainer - theirs).mean()) if len(theirs) else 0.0
    if not gap <= bound:
        raise Fault(
            what=f"sampler and trainer differ by {gap:.3f} nats a token (bound {bound})",
            where="rollouts.sync",
            mend="the sampler holds other weights, or computes in another precision",
        )
    return gap
