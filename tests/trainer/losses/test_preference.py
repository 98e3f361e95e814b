from __future__ import annotations

import math

import pytest
import torch

from trainer.batches import Pack
from trainer.losses.preference import Preference


def _pack(reference: list[float]) -> Pack:
    zero = torch.zeros(4, dtype=torch.int64)
    return Pack(
        ids=zero[None],
        positions=zero[None],
        at=zero,
        label=zero,
        weight=torch.ones(4, dtype=torch.float64),
        columns={
            "pair": torch.tensor([0.0, 0.0, 1.0, 1.0]),
            "side": torch.tensor([1.0, -1.0, 1.0, -1.0]),
            "logp_ref": torch.tensor(reference, dtype=torch.float64),
        },
        pairs=2,
    )


def test_a_batch_worked_by_hand() -> None:
    logp = torch.tensor([-1.0, -2.0, -1.5, -1.0], dtype=torch.float64, requires_grad=True)
    loss, sums = Preference(beta=0.5)(logp, _pack([-2.0, -2.0, -1.0, -1.0]))
    # margins: (1 - 0) and (-0.5 - 0)
    wanted = -sum(math.log(1 / (1 + math.exp(-0.5 * m))) for m in (1.0, -0.5))
    assert loss.item() == pytest.approx(wanted, abs=1e-12)
    assert float(sums["won"]) == 1.0
    loss.backward()
    assert (logp.grad[[0, 2]] < 0).all()  # descending raises the chosen
    assert (logp.grad[[1, 3]] > 0).all()


def test_at_the_reference_every_pair_costs_ln_2() -> None:
    logp = torch.tensor([-1.0, -2.0, -3.0, -4.0], dtype=torch.float64)
    loss, _ = Preference()(logp, _pack(logp.tolist()))
    assert float(loss) == pytest.approx(2 * math.log(2.0))
