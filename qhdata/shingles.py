"""Words, numerals and shingles of a text as 64-bit hashes; numerals are words like any other.

Number-blind shingles make two opposite quarters of one template identical (Jaccard 1.00 instead of
0.15), so nothing here normalises a digit away. A word is hashed once and remembered; shingles are
rolled from word hashes in numpy.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOKEN = re.compile(r"\d+(?:[.,:/\-]\d+)*|[㐀-䶿一-鿿]|[^\W\d_]+")
"""A numeral with its separators, a Chinese character, or a run of letters."""

MONTHS = frozenset(
    (
        *("january", "february", "march", "april", "june", "july", "august", "september"),
        *("october", "november", "december", "jan", "feb", "apr", "jun", "jul", "aug", "sep"),
        *("sept", "oct", "nov", "dec", "first", "second", "third", "fourth"),
    )
)
"""Words that say which period: they count among the numerals. "may" is a verb first: left out."""

CHINESE_NUMBERS = frozenset("一二三四五六七八九十百千万亿零〇年月季")

Hashes = NDArray[np.uint64]

SKETCH = 1 << 16
"""Shingles kept of one document for verification: by hash, so two sketches stay comparable."""

_MIX = np.uint64(0xFF51AFD7ED558CCD)
_ROLL = np.uint64(0x9E3779B97F4A7C15)


class WordHashes(dict[str, int]):
    """Word -> 64-bit hash, computed on first sight; bounded, because filings have endless words."""

    most = 1 << 20

    def __missing__(self, word: str) -> int:
        """Hash a new word."""
        if len(self) >= self.most:
            self.clear()
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        value = int.from_bytes(digest, "little")
        self[word] = value
        return value


class NumberMarks(dict[str, bool]):
    """Word -> whether it says how much or when, asked once a word; bounded likewise."""

    def __missing__(self, word: str) -> bool:
        """Ask of a new word."""
        if len(self) >= WordHashes.most:
            self.clear()
        self[word] = found = is_number(word)
        return found


def words_of(text: str) -> list[str]:
    """Lower-cased tokens of a text, in order."""
    return TOKEN.findall(text.lower())


def word_hashes(words: list[str], known: WordHashes) -> Hashes:
    """One hash a token."""
    return np.fromiter(map(known.__getitem__, words), dtype=np.uint64, count=len(words))


def shingles(hashes: Hashes, size: int) -> Hashes:
    """Sorted distinct hashes of all runs of `size` tokens; of the whole where it is shorter."""
    if len(hashes) == 0:
        return hashes
    return np.unique(rolled(hashes, min(size, len(hashes))))


def rolled(hashes: Hashes, size: int) -> Hashes:
    """One hash for each run of `size` tokens, in their order: [max(0, tokens - size + 1)]."""
    count = max(0, len(hashes) - size + 1)
    runs = hashes[:count].copy()
    for offset in range(1, size if count else 0):
        runs *= _ROLL
        runs += hashes[offset : offset + count]
    return mixed(runs)


def mixed(values: Hashes) -> Hashes:
    """Spread the bits (the finaliser of MurmurHash3)."""
    values = values ^ (values >> np.uint64(33))
    values = values * _MIX
    out: Hashes = values ^ (values >> np.uint64(29))
    return out


@dataclass(frozen=True, slots=True)
class Features:
    """What of a document is compared with another's."""

    identity: bytes
    """Digest of the normalised text."""
    sketch: Hashes
    """Sorted shingle hashes below `limit`."""
    limit: int
    """2^64 where all are kept; halved until at most SKETCH are left."""
    numbers: Hashes
    """Sorted hashes of numerals and period words, repeats kept."""


def features(text: str, size: int, known: WordHashes, marks: NumberMarks) -> Features:
    """Features of one text; memory bounded by SKETCH whatever its length, but for its numerals."""
    words = words_of(text)
    hashes = word_hashes(words, known)
    kept, limit = shingles(hashes, size), 1 << 64
    while len(kept) > SKETCH:
        limit >>= 1
        kept = kept[: int(np.searchsorted(kept, np.uint64(limit)))]
    said = np.fromiter(map(marks.__getitem__, words), dtype=bool, count=len(words))
    return Features(normal_digest(text), kept.copy(), limit, np.sort(hashes[said]))


def is_number(word: str) -> bool:
    """Whether a token says how much or when."""
    return word[0].isdigit() or word in MONTHS or word in CHINESE_NUMBERS


def normal_digest(text: str) -> bytes:
    """Digest of the text with Unicode normalised (NFKC) and white space collapsed; case counts."""
    normal = " ".join(unicodedata.normalize("NFKC", text).split())
    return hashlib.blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def jaccard(a: Features, b: Features) -> float:
    """Jaccard similarity of the shingles, on the part of the hash space that both keep."""
    limit = min(a.limit, b.limit)
    left, right = _below(a.sketch, limit), _below(b.sketch, limit)
    common = len(np.intersect1d(left, right, assume_unique=True))
    union = len(left) + len(right) - common
    return common / union if union else 1.0


def numbers_agree(a: Features, b: Features) -> float:
    """Share of the numerals (with repeats) of the richer text that the other has too; 1 where
    neither has any.
    """
    most = max(len(a.numbers), len(b.numbers))
    if most == 0:
        return 1.0
    left, n_left = np.unique(a.numbers, return_counts=True)
    right, n_right = np.unique(b.numbers, return_counts=True)
    _, i, j = np.intersect1d(left, right, assume_unique=True, return_indices=True)
    common: Any = np.minimum(n_left[i], n_right[j]).sum()
    return float(common) / most


def _below(values: Hashes, limit: int) -> Hashes:
    if limit > (1 << 64) - 1:
        return values
    return values[: int(np.searchsorted(values, np.uint64(limit)))]
