"""Which texts of a component share enough shingles to be copies, without comparing all pairs.

A component of 5,000 candidates has 12 million pairs, nearly all of them tied by chance. Shingles
are numbered once; the texts that hold those of one are counted by one gather, so a text costs what
its shingles are common, not what the component is large. What is returned is a superset of its
copies by a rounding error at most: the caller compares those for good.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qhdata.shingles import Features

FEW = 16
"""Texts up to which all pairs are compared: an index would cost more."""


class Overlaps:
    """The texts of one component."""

    def __init__(self, texts: Sequence[Features], threshold: float) -> None:
        self._threshold = threshold - 1e-9
        self._count = len(texts)
        self._indexed = len(texts) > FEW and threshold > 0.0
        if not self._indexed:
            return
        self._sizes = np.array([len(text.sketch) for text in texts], dtype=np.int64)
        # Sketches of other parts of the hash space are compared one by one.
        self._odd = np.array([text.limit != 1 << 64 or not len(text.sketch) for text in texts])
        hashes = np.concatenate([text.sketch for text in texts])
        owners = np.repeat(np.arange(len(texts)), self._sizes)
        _, codes = np.unique(hashes, return_inverse=True)
        order = np.argsort(codes, kind="stable")
        self._codes, self._owners = codes, owners[order]
        self._starts = np.searchsorted(codes[order], np.arange(codes.max(initial=-1) + 2))
        self._from = np.concatenate([[0], np.cumsum(self._sizes)])

    def near(self, n: int, left: NDArray[np.bool_]) -> list[int]:
        """Texts of those left that may be copies of the n-th, in order."""
        if not self._indexed or self._odd[n]:
            return [int(m) for m in np.flatnonzero(left)]
        codes = self._codes[self._from[n] : self._from[n + 1]]
        starts, ends = self._starts[codes], self._starts[codes + 1]
        lengths = ends - starts
        # all postings of the shingles, in one gather
        at = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        common = np.bincount(self._owners[at + np.arange(lengths.sum())], minlength=self._count)
        union = self._sizes + self._sizes[n] - common
        found = (common >= self._threshold * union) | self._odd
        return [int(m) for m in np.flatnonzero(found & left)]
