"""Cross-entropy: minus the weighted log-probability of each target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from qhdata.recipe import Settings

if TYPE_CHECKING:
    from torch import Tensor

    from trainer.batches import Pack


@dataclass(frozen=True, kw_only=True)
class CrossEntropy(Settings):
    """Counts tokens: the denominator is the sum of weights, so a token weighs the same in any
    pack.
    """

    needs: ClassVar[tuple[str, ...]] = ()
    counts: ClassVar[Literal["token", "pair"]] = "token"

    def __call__(self, logp: Tensor, pack: Pack) -> tuple[Tensor, dict[str, Tensor]]:
        """logp: [targets] fp32. Returns sum of w * -logp in nats, and the sums to log."""
        loss = -(pack.weight * logp).sum()
        return loss, {"nats": loss.detach(), "tokens": pack.weight.sum()}
