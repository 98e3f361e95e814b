"""What test_distributed runs on each rank: uneven packs, three updates, a save, one update more."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from trainer import checkpoint
from trainer.batches import Piece, make_pack
from trainer.distributed import Ranks, leave
from trainer.loop import Batch, update
from trainer.losses.cross_entropy import CrossEntropy
from trainer.model import Policy, fresh
from trainer.settings import AdamW, Parallel, Shape

OPTIMIZER = AdamW(weight_decay=0.1, clip=0.5)
UPDATES = 4
SAVED_AT = 3


def small() -> Policy:
    """Odd sizes on purpose: 7 x 35 and the like do not divide by two ranks."""
    shape = Shape(width=35, layers=1, heads=1, kv_heads=1, head_width=14, feed_forward=27)
    return fresh(shape, vocabulary=60, seed=5)


def pieces(step: int) -> list[Piece]:
    """Nine pieces of very unequal weight; one of them has no target at all."""
    rng = np.random.default_rng(step)
    found = []
    for k in range(9):
        length = int(rng.integers(2, 30))
        loss = (rng.random(length) < (0.2 if k % 3 else 1.0)).astype(np.float32)
        if k == 4:
            loss[:] = 0.0
        found.append(Piece(ids=rng.integers(0, 60, length), loss=loss))
    return found


def main(out: Path, zero: int) -> None:
    ranks = Ranks(Parallel(zero=zero, threads=1, timeout=60))
    try:
        ranks.wrap(small(), OPTIMIZER)
        begin = 0
        found = checkpoint.newest(out / "from") if (out / "from").is_dir() else None
        if found is not None:
            checkpoint.restore(*found, ranks)
            begin = found[1]["update"]
        for step in range(begin, UPDATES):
            every = [make_pack([[piece]]) for piece in pieces(step)]
            # Rank 0 takes one pack, the others the rest: eight packs against one.
            mine = every[:1] if ranks.rank == 0 and ranks.world > 1 else every[ranks.world > 1 :]
            update(Batch(packs=mine, tokens=1, progress=0.5), CrossEntropy(), ranks, 1e-2)
            if step + 1 == SAVED_AT:
                state = {"update": step + 1, "tokens": 0, "seconds": 0.0, "feed": {}}
                checkpoint.save(out, ranks, state, durable=True)
        weights = {name: tensor.clone() for name, tensor in ranks.weights()}
        if ranks.first:
            save_file(weights, out / f"zero-{zero}.safetensors")
    finally:
        ranks.close()


def bare() -> dict[str, torch.Tensor]:
    """The same updates without DeepSpeed, in one go: all pieces in one row."""
    policy = small()
    adam = torch.optim.AdamW(
        policy.parameters(),
        lr=1e-2,
        betas=(OPTIMIZER.beta1, OPTIMIZER.beta2),
        eps=OPTIMIZER.eps,
        weight_decay=OPTIMIZER.weight_decay,
    )
    for step in range(UPDATES):
        pack = make_pack([pieces(step)])
        loss, _ = CrossEntropy()(policy(pack), pack)
        (loss / pack.weight.sum()).backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), OPTIMIZER.clip)
        adam.step()
        adam.zero_grad()
    return {name: param.detach() for name, param in policy.named()}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
    leave(0)
