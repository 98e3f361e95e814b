"""The policy loss: GRPO at token level, with DAPO's two clips and no division by the deviation.

For each action token, with `ratio = new / old` and `correction = old / sampler`:

    loss = -weight * correction * min(ratio * advantage, clip(ratio, 1 - low, 1 + high) * advantage)

Old is the policy that this update starts from: with one update per rollout it is `new.detach()`
and is not stored, so the ratio is 1 in value and the gradient is the policy gradient. The
correction is what the sampler's own arithmetic (another kernel, a stale version) did to the
distribution; it is capped, and a sequence that it says is far off is left out. Advantages come
with the pack (see rollouts/advantage.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from qhdata.recipe import PositiveOrZero, Settings

if TYPE_CHECKING:
    from torch import Tensor

    from trainer.batches import Pack

LOG_RATIO_LIMIT = 10.0
"""Log-ratios beyond this are clamped before exp: e^10 is already far outside of any clip."""


@dataclass(frozen=True, kw_only=True)
class PolicyLoss(Settings):
    """GRPO with token-level aggregation; counts action tokens of live groups."""

    needs: ClassVar[tuple[str, ...]] = ("advantage", "logp_sampler")
    counts: ClassVar[Literal["token", "pair"]] = "token"

    clip_low: PositiveOrZero = 0.2
    """How far the ratio may fall below 1 before its gradient stops (PPO's value)."""
    clip_high: PositiveOrZero = 0.28
    """How far it may rise; higher than `clip_low` so that rare tokens can grow (DAPO)."""
    correction_cap: PositiveOrZero = 3.0
    """Per-token cap of old / sampler (truncated importance sampling); 0 switches the correction
    off.
    """
    kl: PositiveOrZero = 0.0
    """Weight of the k3 estimate of KL(new, reference); needs `logp_ref` in the pack when above 0.
    """

    def __call__(self, logp: Tensor, pack: Pack) -> tuple[Tensor, dict[str, Tensor]]:
        """logp: [targets] fp32, of the current policy. Returns the sum over targets, and sums to
        log.
        """
        advantage, sampler = pack.column("advantage"), pack.column("logp_sampler")
        weight = pack.weight
        old = pack.columns.get("logp_old", logp.detach())
        ratio = (logp - old).clamp(-LOG_RATIO_LIMIT, LOG_RATIO_LIMIT).exp()
        clipped = ratio.clamp(1.0 - self.clip_low, 1.0 + self.clip_high)
        gain = (ratio * advantage).minimum(clipped * advantage)
        drift = (old - sampler).clamp(-LOG_RATIO_LIMIT, LOG_RATIO_LIMIT)
        if self.correction_cap > 0:
            gain = gain * drift.exp().clamp(max=self.correction_cap)
        loss = -(weight * gain).sum()
        sums = {
            "tokens": weight.sum(),
            "clipped": (weight * (ratio != clipped)).sum(),
            "drift": (weight * drift.abs()).sum(),
            # k1: the mean of -logp over sampled tokens estimates the policy's entropy in nats
            "entropy": -(weight * logp.detach()).sum(),
        }
        if self.kl > 0:
            gap = pack.column("logp_ref") - logp
            k3 = (weight * (gap.clamp(max=LOG_RATIO_LIMIT).exp() - gap - 1.0)).sum()
            loss = loss + self.kl * k3
            sums["kl"] = k3.detach()
        return loss, sums
