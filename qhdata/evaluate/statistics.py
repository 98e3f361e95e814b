"""Intervals for what is measured: one rate, and the paired difference of two on the same items.

Before and after a stage the same held-out items are scored, so the difference is paired: its
interval is much narrower than that of two separate rates. Yes/no scores take Newcombe's score
interval, which stays honest at 0 of n and n of n, where a bootstrap would claim certainty. Ratios
such as bits per byte take a bootstrap over documents, because tokens of one document are not
independent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """A metric before and after on the same items, and the 95 % interval of after less before."""

    before: float
    after: float
    low: float
    high: float
    n: int

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a rate (Wilson 1927).

    >>> low, high = wilson(0, 10)
    >>> round(low, 3), round(high, 3)
    (0.0, 0.278)
    """
    if n == 0:
        return 0.0, 1.0
    rate = hits / n
    centre = rate + Z95**2 / (2 * n)
    half = Z95 * math.sqrt(rate * (1 - rate) / n + Z95**2 / (4 * n * n))
    scale = 1 + Z95**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def paired_rate(before: Sequence[bool], after: Sequence[bool]) -> Paired:
    """Two yes/no scores of the same items (Newcombe 1998, method 10).

    Raises ValueError where the two are not of one length.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} items before, {len(after)} after: not the same items")
    n = len(before)
    if n == 0:
        return Paired(before=math.nan, after=math.nan, low=math.nan, high=math.nan, n=0)
    both = sum(1 for b, a in zip(before, after, strict=True) if a and b)
    gained = sum(1 for b, a in zip(before, after, strict=True) if a and not b)
    lost = sum(1 for b, a in zip(before, after, strict=True) if b and not a)
    neither = n - both - gained - lost
    p1, p2 = (both + gained) / n, (both + lost) / n
    low1, high1 = wilson(both + gained, n)
    low2, high2 = wilson(both + lost, n)
    product = (both + gained) * (lost + neither) * (both + lost) * (gained + neither)
    phi = 0.0
    if product:
        top = float(both * neither - gained * lost)
        # Newcombe's continuity correction keeps the interval from being too narrow.
        top = max(top - n / 2, 0.0) if top > 0 else top
        phi = top / math.sqrt(product)
    down = (p1 - low1) ** 2 - 2 * phi * (p1 - low1) * (high2 - p2) + (high2 - p2) ** 2
    up = (p2 - low2) ** 2 - 2 * phi * (p2 - low2) * (high1 - p1) + (high1 - p1) ** 2
    difference = p1 - p2
    return Paired(
        before=p2,
        after=p1,
        low=difference - math.sqrt(max(down, 0.0)),
        high=difference + math.sqrt(max(up, 0.0)),
        n=n,
    )


def paired_ratio(
    before: Sequence[float], after: Sequence[float], size: Sequence[float], *, seed: int = 0
) -> Paired:
    """Two sums over the same items, each divided by the items' sizes: bits per byte over documents.

    before, after: [n], such as bits of each document; size: [n], such as its bytes. The interval is
    a bootstrap over items, 2,000 draws, seeded.
    """
    b, a, s = (np.asarray(x, dtype=np.float64) for x in (before, after, size))
    if not len(b) == len(a) == len(s):
        raise ValueError(f"{len(b)}, {len(a)} and {len(s)} items: not the same items")
    n = len(b)
    if n == 0 or s.sum() == 0:
        return Paired(before=math.nan, after=math.nan, low=math.nan, high=math.nan, n=n)
    difference = a - b
    rng = np.random.Generator(np.random.PCG64(seed))
    picks = rng.integers(0, n, size=(2000, n))
    draws = difference[picks].sum(axis=1) / np.maximum(s[picks].sum(axis=1), 1e-12)
    low, high = np.quantile(draws, [0.025, 0.975])
    return Paired(
        before=float(b.sum() / s.sum()),
        after=float(a.sum() / s.sum()),
        low=float(low),
        high=float(high),
        n=n,
    )


def paired_mean(before: Sequence[float], after: Sequence[float], *, seed: int = 0) -> Paired:
    """Two scores in [0, 1] of the same items; if no item changed, the rule of three bounds it."""
    paired = paired_ratio(before, after, [1.0] * len(before), seed=seed)
    if paired.n and paired.low == paired.high:
        edge = 3.0 / paired.n
        return Paired(
            before=paired.before,
            after=paired.after,
            low=paired.low - edge,
            high=paired.high + edge,
            n=paired.n,
        )
    return paired
