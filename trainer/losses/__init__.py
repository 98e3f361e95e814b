"""Losses: each returns a SUM over a pack and says what it counts; the loop divides once.

A loss is a frozen settings dataclass that is called with the log-probabilities of a pack's
targets. `counts` says what the loop's global denominator adds up: target weights (token), or
preference pairs (pair).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

if TYPE_CHECKING:
    from torch import Tensor

    from trainer.batches import Pack


class Loss(Protocol):
    """What every loss keeps."""

    needs: ClassVar[tuple[str, ...]]
    """Columns of a pack beside ids and weight."""
    counts: ClassVar[Literal["token", "pair"]]
    """What the denominator adds up over all ranks and packs of one update."""

    def __call__(self, logp: Tensor, pack: Pack) -> tuple[Tensor, dict[str, Tensor]]:
        """logp: [targets] fp32. Returns the SUM over this pack, and sums to log."""
