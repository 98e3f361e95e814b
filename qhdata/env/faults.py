"""Faults: reads that fail for a moment, by a seeded schedule, so that agents learn to call again.

A fault is decided by seed, task and the number of the call, never by a clock: the same actions meet
the same faults. Writes and thinking never fail.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from qhdata.env.tools.base import Effect

FaultKind = Literal["unavailable", "empty"]

_WORDS: dict[FaultKind, str] = {
    "unavailable": "the service did not answer; call again",
    "empty": "the service gave an empty answer; call again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Which share of reads fails."""

    share: float = 0.0
    """0 to 1."""

    def meet(self, seed: int, task_id: str, number: int, effect: Effect) -> str | None:
        """What the agent reads in place of a result, or None."""
        if effect != "read" or self.share <= 0:
            return None
        key = f"fault\0{seed}\0{task_id}\0{number}".encode()
        drawn = hashlib.blake2b(key, digest_size=8).digest()
        if int.from_bytes(drawn[:7], "big") / 2**56 >= self.share:
            return None
        return _WORDS["empty" if drawn[7] & 1 else "unavailable"]


NO_FAULTS = Faults()
