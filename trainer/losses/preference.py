"""The preference loss: DPO on pairs, optionally with the chosen answer's own log-likelihood.

    loss = -log sigmoid(beta * ((chosen - chosen_ref) - (rejected - rejected_ref)))

where each term is the summed log-probability of one answer. The reference is the policy at the
start of the stage; its log-probabilities come with the pack (`logp_ref`), so no second model is
held in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from qhdata.recipe import Settings

if TYPE_CHECKING:
    from torch import Tensor

    from trainer.batches import Pack


@dataclass(frozen=True, kw_only=True)
class Preference(Settings):
    """DPO; counts pairs."""

    needs: ClassVar[tuple[str, ...]] = ("pair", "side", "logp_ref")
    counts: ClassVar[Literal["token", "pair"]] = "pair"

    beta: float = 0.1
    """How strongly the policy is held to its start (Rafailov et al. 2023 use 0.1 to 0.5)."""
    likelihood: float = 0.0
    """Weight of the chosen answer's mean negative log-likelihood; keeps it from falling with the
    rejected one.
    """

    def __call__(self, logp: Tensor, pack: Pack) -> tuple[Tensor, dict[str, Tensor]]:
        """logp: [targets] fp32. `pair`: [targets] pair index within the pack; `side`: +1 chosen,
        -1 rejected.
        """
        pair, side = pack.column("pair").long(), pack.column("side")
        pairs = int(pair.max()) + 1 if pair.numel() else 0
        moved = pack.weight * side * (logp - pack.column("logp_ref"))
        margin = logp.new_zeros(pairs).index_add(0, pair, moved)
        # -log sigmoid(x) = softplus(-x), written so that it needs no import at module level
        loss = (-self.beta * margin).logaddexp(logp.new_zeros(())).sum()
        if self.likelihood > 0:
            chosen = pack.weight * (side > 0)
            total = logp.new_zeros(pairs).index_add(0, pair, chosen * logp)
            count = logp.new_zeros(pairs).index_add(0, pair, chosen)
            loss = loss - self.likelihood * (total / count.clamp(min=1.0)).sum()
        sums = {
            "pairs": logp.new_tensor(float(pairs)),
            "won": (margin.detach() > 0).float().sum(),
            "margin": margin.detach().sum(),
        }
        return loss, sums
