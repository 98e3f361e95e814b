"""Who is next: a seeded permutation of groups, computed, not stored.

Groups were shuffled when the shards were written; here they are read in windows. The windows come
in an order of their own, and groups are shuffled inside each: reads stay close together on disk, a
billion groups need no index, and the state is one number. A permutation of n is a four-round
Feistel network on the next power of four, walked until it falls below n (Black and Rogaway 2002).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Order:
    """Epoch `epoch` of `n` groups: `at(positions)` says which groups stand there."""

    n: int
    seed: int
    epoch: int
    window: int = 4096
    """Groups that are shuffled among each other."""

    def at(self, positions: np.ndarray) -> np.ndarray:
        """int64 groups at int64 positions, each in [0, n)."""
        positions = np.asarray(positions, dtype=np.int64)
        window = min(self.window, max(self.n, 1))
        windows = -(-self.n // window)
        short = self.n - (windows - 1) * window  # length of the last window on disk
        place = int(self._inverse_last(windows))  # where the last window comes in this epoch
        before, after = place * window, place * window + short
        slot = np.where(positions < after, positions // window, (positions - short) // window + 1)
        inside = np.where(
            positions < before,
            positions % window,
            np.where(positions < after, positions - before, (positions - short) % window),
        )
        which = permute(slot, windows, self._key("windows"))
        found = np.empty_like(positions)
        for block in np.unique(which):
            here = which == block
            size = short if block == windows - 1 else window
            mixed = permute(inside[here], size, self._key(f"window {block}"))
            found[here] = block * window + mixed
        return found

    def _inverse_last(self, windows: int) -> int:
        every = permute(np.arange(windows, dtype=np.int64), windows, self._key("windows"))
        return int(np.flatnonzero(every == windows - 1)[0])

    def _key(self, what: str) -> int:
        name = f"{self.seed}\x00{self.epoch}\x00{what}".encode()
        return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")


def permute(values: np.ndarray, n: int, key: int) -> np.ndarray:
    """A permutation of [0, n), chosen by a 64-bit key, at int64 values in [0, n)."""
    if n <= 1:
        return np.zeros_like(values)
    half = max(1, -(-(n - 1).bit_length() // 2))
    found = _feistel(values.astype(np.uint64), half, key)
    while np.any(out := found >= n):
        found[out] = _feistel(found[out], half, key)
    return found.astype(np.int64)


def _feistel(values: np.ndarray, half: int, key: int) -> np.ndarray:
    bits, mask = np.uint64(half), np.uint64((1 << half) - 1)
    left, right = values >> bits, values & mask
    with np.errstate(over="ignore"):
        for turn in range(4):
            salt = np.uint64((key + turn * 0x9E3779B97F4A7C15) & (2**64 - 1))
            z = (right ^ salt) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(29))) * np.uint64(0x94D049BB133111EB)
            z ^= z >> np.uint64(32)
            left, right = right, left ^ (z & mask)
    return (left << bits) | right
