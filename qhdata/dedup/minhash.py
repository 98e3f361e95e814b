"""Near copies: MinHash signatures of word shingles, numerals kept, banded for LSH.

32 bands of 4 rows: a pair at Jaccard 0.6 meets with probability 0.99, at 0.5 with 0.87, at 0.3 with
0.23. What meets is only a candidate: `clusters` verifies real Jaccard and the numbers. Signatures
are `a * h + b mod 2^32` of well-mixed shingle hashes, in numpy blocks: 32 bits are ten times as
fast here as 64 (vector units), and memory does not grow with the document. Short documents share a
block: a paragraph is 10 us of arithmetic, and was 100 us of calls when each had its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from qhdata.dedup.stars import stars
from qhdata.recipe import Settings
from qhdata.records import Rows
from qhdata.shingles import Hashes, WordHashes, mixed, rolled, shingles, word_hashes, words_of

BLOCK = 2048
"""Shingles hashed at a time: with 128 permutations 1 MB, which stays in the cache."""


@dataclass(frozen=True, kw_only=True)
class MinHash(Settings):
    """How near copies are found, and from when on they are merged."""

    name: ClassVar[str] = "minhash"
    version: ClassVar[int] = 2
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"

    shingle: int = 5
    """Words of a shingle: what most published recipes use."""
    bands: int = 32
    """LSH bands."""
    rows: int = 4
    """Hashes of a band."""
    least_words: int = 20
    """Shorter texts are only compared exactly: "see exhibit" is nobody's copy."""
    threshold: float = 0.55
    """Real Jaccard from which two texts are near copies: 5 % edited words leave about 0.63."""
    numbers_agree: float = 0.98
    """Share of numerals and dates that must agree: template twins differ in exactly these."""
    seed: int = 1
    """Of the permutations."""
    most: int = 5000
    """Documents that a component of candidates may have; a larger one is cut by a stricter second
    pass.
    """

    def keys(self) -> Callable[[Rows], Rows]:
        """One key a band of each document of enough words."""
        known = WordHashes()
        a, b = permutations(self.bands * self.rows, self.seed)

        def keys(rows: Rows) -> Rows:
            texts, ids = rows.column("text").to_pylist(), rows.column("row").to_numpy()
            words = [words_of(text) for text in texts]
            sizes = np.array([len(found) for found in words], dtype=np.intp)
            long = np.flatnonzero(sizes >= self.least_words)
            found = signatures([word_hashes(words[n], known) for n in long], self.shingle, a, b)
            return pa.record_batch(
                {
                    "key": pa.array(band_keys(found, self.bands).ravel(), pa.uint64()),
                    "row": pa.array(np.repeat(ids[long], self.bands), pa.uint64()),
                }
            )

        return keys

    def fold(self) -> Callable[[pa.Table], Rows]:
        """Edges between rows that share a band."""
        return stars


_ROLL = np.uint64(0x9E3779B97F4A7C15)


def permutations(count: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Odd multipliers and offsets, [count] each."""
    draws = b"".join(
        hashlib.blake2b(f"minhash {seed} {n}".encode(), digest_size=8).digest()
        for n in range(count)
    )
    values = np.frombuffer(draws, dtype="<u4").reshape(count, 2).astype(np.uint32)
    return values[:, 0] | np.uint32(1), values[:, 1].copy()


def signatures(
    texts: Sequence[Hashes], size: int, a: NDArray[np.uint32], b: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """The smallest hash of each text's runs of `size` words under each permutation.

    texts: word hashes of each; out: [texts, permutations]. A text shorter than a run is one run.
    """
    out = np.empty((len(texts), len(a)), dtype=np.uint32)
    first = 0
    while first < len(texts):
        end, total = first, 0
        while end < len(texts) and size <= len(texts[end]) and total + len(texts[end]) <= BLOCK:
            total += len(texts[end])
            end += 1
        if end == first:  # one that fills blocks alone, or is shorter than a run
            out[first] = signature(shingles(texts[first], size), a, b)
            end += 1
        else:
            out[first:end] = _of_block(texts[first:end], size, a, b)
        first = end
    return out


def _of_block(
    texts: Sequence[Hashes], size: int, a: NDArray[np.uint32], b: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    ends = np.cumsum([len(text) for text in texts])
    runs = (rolled(np.concatenate(texts), size) >> np.uint64(32)).astype(np.uint32)
    moved = runs[None, :] * a[:, None]
    moved += b[:, None]
    # Runs over the border of two texts lie between the last of one and the first of the next.
    cuts = np.empty(2 * len(texts) - 1, dtype=np.intp)
    cuts[0], cuts[2::2], cuts[1::2] = 0, ends[:-1], ends[:-1] - (size - 1)
    kept: NDArray[np.uint32] = np.minimum.reduceat(moved, cuts, axis=1)[:, ::2].T
    return kept


def signature(distinct: Hashes, a: NDArray[np.uint32], b: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The smallest hash under each permutation, [permutations]."""
    low = np.full(len(a), (1 << 32) - 1, dtype=np.uint32)
    hashes = (distinct >> np.uint64(32)).astype(np.uint32)
    room = np.empty((len(a), min(BLOCK, len(hashes))), dtype=np.uint32)
    for start in range(0, len(hashes), BLOCK):
        block = hashes[start : start + BLOCK]
        moved = room[:, : len(block)]
        np.multiply(block[None, :], a[:, None], out=moved)
        moved += b[:, None]
        np.minimum(low, moved.min(axis=1), out=low)
    return low


def band_keys(values: NDArray[np.uint32], bands: int) -> Hashes:
    """One 64-bit key a band; the band's number is in it, so equal values of two bands part.

    values: [texts, permutations]; out: [texts, bands].
    """
    rows = values.reshape(len(values), bands, values.shape[1] // bands).astype(np.uint64)
    keys = np.broadcast_to(np.arange(1, bands + 1, dtype=np.uint64), (len(values), bands))
    for n in range(rows.shape[2]):
        keys = mixed(keys * _ROLL + rows[:, :, n])
    return keys
