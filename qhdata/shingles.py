"""Numerals and shingles of texts; numerals are words like any other.

Number-blind shingles make two opposite quarters of one template identical (Jaccard 1.00 instead of
0.15), so nothing here normalises a digit away. Shingles are rolled from word hashes in numpy.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from qhdata.words import Hashes, Places, WordHashes, Words, mixed, word_hashes, words

MONTHS = frozenset(
    (
        *("january", "february", "march", "april", "june", "july", "august", "september"),
        *("october", "november", "december", "jan", "feb", "apr", "jun", "jul", "aug", "sep"),
        *("sept", "oct", "nov", "dec", "first", "second", "third", "fourth"),
    )
)
"""Words that say which period: they count among the numerals. "may" is a verb first: left out."""

NUMBER_WORDS = frozenset(
    (
        *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
        *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
        *("nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty"),
        *("ninety", "hundred", "thousand", "million", "billion", "trillion"),
        *("fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
        *"½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞",
    )
)
"""How much, in words: thirty cents and forty are two dividends, 5 million and 5 billion two sums.
"one" is a pronoun first: left out, since where it counts the other text has another word.
"""

CHINESE_NUMBERS = frozenset(
    "一二三四五六七八九十百千万亿零〇年月季两兩萬億壹贰叁肆伍陆柒捌玖拾佰仟"
)

SKETCH = 1 << 16
"""Shingles kept of one document for verification: by hash, so two sketches stay comparable."""

HELD = 1 << 18
"""Characters of the texts whose words are held at a time."""

_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029"
"""White space that NFKC leaves."""

_RAISED = re.compile("[²³¹⁰⁴-⁹₀-₉①-⑳⒈-⒛⓪㉑-㉟㊱-㊿]")
"""Numbers that NFKC makes plain digits of."""

_ROLL = np.uint64(0x9E3779B97F4A7C15)


def groups(texts: Sequence[str]) -> Iterator[slice]:
    """Texts in order, as many at a time as have HELD characters, one at least."""
    start = size = 0
    for n, text in enumerate(texts):
        if n > start and size + len(text) > HELD:
            yield slice(start, n)
            start, size = n, 0
        size += len(text)
    if start < len(texts):
        yield slice(start, len(texts))


def runs(found: Words, texts: int, size: int) -> tuple[Hashes, Places]:
    """(hash, number of its text) of each run of `size` words inside a text; a text that is shorter
    is one run. Order within a text is not kept for those.
    """
    hashes = rolled(found.hashes, size)
    of = found.text[: len(hashes)]
    inside = of == found.text[size - 1 :][: len(of)]
    hashes, of = hashes[inside], of[inside]
    counts = np.bincount(found.text, minlength=texts)
    short = np.flatnonzero((counts > 0) & (counts < size))
    if len(short):
        ends = np.cumsum(counts)
        alone = [rolled(found.hashes[ends[n] - counts[n] : ends[n]], int(counts[n])) for n in short]
        hashes, of = np.concatenate([hashes, *alone]), np.concatenate([of, short])
    return hashes, of


def shingles(hashes: Hashes, size: int) -> Hashes:
    """Sorted distinct hashes of all runs of `size` tokens; of the whole where it is shorter."""
    if len(hashes) == 0:
        return hashes
    return distinct(rolled(hashes, min(size, len(hashes))))


def distinct(hashes: Hashes) -> Hashes:
    """Sorted, each once: for the few hundred of a text np.unique takes three times as long."""
    ordered = np.sort(hashes)
    keep = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=keep[1:])
    return ordered[keep]


def counted(hashes: Hashes) -> Hashes:
    """Sorted hashes in which the second, third ... of its kind is another: what two such have in
    common is what the texts have in common, repeats counted.
    """
    ordered = np.sort(hashes)
    before = np.arange(len(ordered)) - np.searchsorted(ordered, ordered)
    return np.sort(mixed(ordered + before.astype(np.uint64) * _ROLL))


def shared(a: Hashes, b: Hashes) -> int:
    """How many hashes are in both; each is sorted and has none twice."""
    if len(a) > len(b):
        a, b = b, a
    if not len(a):
        return 0
    at = np.searchsorted(b, a)
    at[at == len(b)] = 0
    return int(np.count_nonzero(b[at] == a))


def rolled(hashes: Hashes, size: int) -> Hashes:
    """One hash for each run of `size` tokens, in their order: [max(0, tokens - size + 1)]."""
    count = max(0, len(hashes) - size + 1)
    runs = hashes[:count].copy()
    for offset in range(1, size if count else 0):
        runs *= _ROLL
        runs += hashes[offset : offset + count]
    return mixed(runs)


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
    """`counted` hashes of numerals, in digits and in words, and of period words."""


def features(texts: Sequence[str], size: int) -> Iterator[Features]:
    """Features of each text; memory bounded by SKETCH a text, but for its numerals."""
    for group in groups(texts):
        some = texts[group]
        found = words(some)
        ends = np.searchsorted(found.text, np.arange(len(some) + 1))
        said = found.numeral | np.isin(found.hashes, _number_words())
        for n, text in enumerate(some):
            own = slice(ends[n], ends[n + 1])
            hashes = found.hashes[own]
            kept, limit = shingles(hashes, size), 1 << 64
            while len(kept) > SKETCH:
                limit >>= 1
                kept = kept[: int(np.searchsorted(kept, np.uint64(limit)))]
            yield Features(normal_digest(text), kept.copy(), limit, counted(hashes[said[own]]))


@lru_cache(maxsize=1)
def _number_words() -> Hashes:
    return word_hashes(sorted(MONTHS | NUMBER_WORDS | CHINESE_NUMBERS), WordHashes())


def is_number(word: str) -> bool:
    """Whether a token says how much or when."""
    said = MONTHS, NUMBER_WORDS, CHINESE_NUMBERS
    return word[0].isdecimal() or any(word in known for known in said)


def normal_digest(text: str) -> bytes:
    """Digest of the text with Unicode normalised (NFKC) and white space collapsed; case counts, and
    a raised or ringed digit is another than a plain one: 5 with note 1 is not 51.
    """
    normal = unicodedata.normalize("NFKC", text)
    if normal is not text and _RAISED.search(text):
        normal = unicodedata.normalize("NFKC", _RAISED.sub("\0\\g<0>", text))
    for space in _SPACES:  # a third faster than splitting and joining
        if space in normal:
            normal = normal.replace(space, " ")
    while "  " in normal:
        normal = normal.replace("  ", " ")
    return hashlib.blake2b(
        normal.strip(" ").encode("utf-8", "surrogatepass"), digest_size=16
    ).digest()


def jaccard(a: Features, b: Features) -> float:
    """Jaccard similarity of the shingles, on the part of the hash space that both keep."""
    limit = min(a.limit, b.limit)
    left, right = _below(a.sketch, limit), _below(b.sketch, limit)
    common = shared(left, right)
    union = len(left) + len(right) - common
    return common / union if union else 1.0


def numbers_agree(a: Features, b: Features) -> float:
    """Share of the numerals (with repeats) of the richer text that the other has too; 1 where
    neither has any.
    """
    most = max(len(a.numbers), len(b.numbers))
    if most == 0:
        return 1.0
    return shared(a.numbers, b.numbers) / most


def _below(values: Hashes, limit: int) -> Hashes:
    if limit > (1 << 64) - 1:
        return values
    return values[: int(np.searchsorted(values, np.uint64(limit)))]
