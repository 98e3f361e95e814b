"""Learning rates as pure functions of tokens seen (or of updates done), so that resuming needs no
state.

`progress` is done / total, in tokens for cpt and sft and in updates for RL. Three shapes: cosine,
linear, and WSD (warm up, stay, decay), whose long flat part lets a run be extended.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from qhdata.recipe import Positive, Settings, ShareOf


@dataclass(frozen=True, kw_only=True)
class Schedule(Settings):
    """How the learning rate moves over a stage."""

    lr: Positive = 1e-3
    """Peak."""
    shape: Literal["cosine", "linear", "wsd", "constant"] = "wsd"
    """WSD by default: measured equal to cosine here, and its flat part does not depend on the
    total.
    """
    warmup: ShareOf = 0.05
    """Share of the stage over which the rate climbs from 0."""
    decay: ShareOf = 0.3
    """WSD only: share of the stage over which it falls at the end."""
    floor: ShareOf = 0.05
    """Share of the peak at which it ends."""

    def at(self, progress: float) -> float:
        """Rate at `progress` in [0, 1]; beyond 1 it stays at the end."""
        p = min(max(progress, 0.0), 1.0)
        if p < self.warmup:
            return self.lr * p / self.warmup
        rest = (p - self.warmup) / max(1.0 - self.warmup, 1e-12)
        if self.shape == "constant":
            share = 1.0
        elif self.shape == "linear":
            share = 1.0 - rest
        elif self.shape == "cosine":
            share = 0.5 * (1.0 + math.cos(math.pi * rest))
        else:
            share = min(1.0, (1.0 - p) / max(self.decay, 1e-12))
        return self.lr * (self.floor + (1.0 - self.floor) * share)
