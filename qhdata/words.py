"""Words of texts as 64-bit hashes, many texts at a time in numpy.

A word is a numeral with its separators, a Chinese character, or a run of other letters, in lower
case. Its hash is a polynomial of its characters modulo 2^64, mixed: of a prefix sum over the
characters each word is one subtraction, so nothing is done word by word. A regular expression with
a table of known words took 150 us for 1,900 characters where this takes 15. It
is no cryptographic hash: who wants to can make two words of one hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

TOKEN = re.compile(r"\d+(?:[.,:/\-]\d+)*|[㐀-䶿一-鿿]|[^\W\d_㐀-䶿一-鿿]+")
"""The same words one by one; tests hold the two together."""

SEGMENT = 1 << 16
"""Characters looked at at a time: what they need stays in the cache."""

ROOM = SEGMENT * 3 // 2
"""Characters of a segment and what joins its texts, mostly."""

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_LETTER, _DIGIT, _CHINESE, _BETWEEN, _UNEVEN = 1, 2, 3, 4, 5
_KINDS = (
    (_LETTER, re.compile(r"[^\W\d_]")),
    (_DIGIT, re.compile(r"\d")),
    (_CHINESE, re.compile("[㐀-䶿一-鿿]")),
    (_BETWEEN, re.compile(r"[.,:/\-]")),
)
_NO_WORD = re.compile(r"[^\w.,:/\-]")
_SHIFT = np.uint32(24)


@dataclass(frozen=True, slots=True)
class Words:
    """Words of some texts, in order."""

    hashes: Hashes
    """[words]"""
    text: Places
    """[words]: which text each is of; never falls."""
    numeral: NDArray[np.bool_]
    """[words]: whether it begins with a digit."""


def words(texts: Sequence[str]) -> Words:
    """All words of all texts."""
    parts = [_of_segment(segment, number) for segment, number in _segments(texts)]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return Words(np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.bool_))
    return Words(
        np.concatenate([p.hashes for p in parts]),
        np.concatenate([p.text for p in parts]),
        np.concatenate([p.numeral for p in parts]),
    )


def words_of(text: str) -> list[str]:
    """Lower-cased words of one text."""
    return TOKEN.findall(text.lower())


class WordHashes(dict[str, int]):
    """Word -> its hash, where words come one by one; bounded, since filings have endless words."""

    most = 1 << 20

    def __missing__(self, word: str) -> int:
        """Hash a new word."""
        if len(self) >= self.most:
            self.clear()
        total, power = 0, 1
        for character in word:
            total += (ord(character) + 1) * power
            power = power * _BASE % (1 << 64)
        value = int(mixed(np.array([total % (1 << 64)], dtype=np.uint64))[0])
        self[word] = value
        return value


def word_hashes(found: Sequence[str], known: WordHashes) -> Hashes:
    """One hash a word."""
    return np.fromiter(map(known.__getitem__, found), dtype=np.uint64, count=len(found))


def mixed(values: Hashes) -> Hashes:
    """Spread the bits (the finaliser of MurmurHash3)."""
    values = values ^ (values >> np.uint64(33))
    values = values * _MIX
    out: Hashes = values ^ (values >> np.uint64(29))
    return out


def _segments(texts: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Texts put together by NUL, or pieces of long ones, with the first text's number."""
    held: list[str] = []
    size = first = 0
    for number, text in enumerate(texts):
        if size + len(text) > SEGMENT and held:
            yield "\0".join(held), first
            held, size = [], 0
        if not held:
            first = number
        if len(text) > SEGMENT:
            for piece in _pieces(text):
                yield piece.replace("\0", " "), number
            continue
        held.append(text.replace("\0", " "))
        size += len(text) + 1
    if held:
        yield "\0".join(held), first


def _pieces(text: str) -> Iterator[str]:
    """A long text cut where no word is, as far as there is such a place within a segment."""
    start = 0
    while len(text) - start > SEGMENT:
        end = start + SEGMENT
        near = [m.end() for m in _NO_WORD.finditer(text, end - 256, end)]
        end = near[-1] if near else end
        yield text[start:end]
        start = end
    yield text[start:]


def _of_segment(joined: str, first: int) -> Words:
    points, kinds = _read(joined)
    between = np.flatnonzero(kinds == _BETWEEN)
    inner = between[(between > 0) & (between < len(kinds) - 1)]
    joins = inner[(kinds[inner - 1] == _DIGIT) & (kinds[inner + 1] == _DIGIT)]
    kinds[between] = 0
    kinds[joins] = _DIGIT
    # Where a word begins and where one ends are looked for apart: to look for all borders and
    # leave out those of what is no word took twice as long.
    said = kinds != 0
    edge = np.ones(len(kinds) + 1, dtype=np.bool_)
    np.not_equal(kinds[1:], kinds[:-1], out=edge[1:-1])
    chinese = np.flatnonzero(kinds == _CHINESE)
    edge[chinese] = edge[chinese + 1] = True
    starts = np.flatnonzero(said & edge[:-1])
    ends = np.flatnonzero(said & edge[1:]) + 1
    power, inverse = _powers(len(points))
    sums = np.zeros(len(points) + 1, dtype=np.uint64)
    np.cumsum((points + np.uint32(1)) * power, out=sums[1:])
    hashes = mixed((sums.take(ends) - sums.take(starts)) * inverse.take(starts))
    borders = np.flatnonzero(points == 0)
    text = np.searchsorted(borders, starts) + first
    return Words(hashes, text, kinds.take(starts) == _DIGIT)


def _read(joined: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Code points of the text in lower case and the kind of each, by one look into a table: for
    text that is not ASCII `str.lower` alone took three times as long.
    """
    if joined.isascii():
        found: NDArray[np.unsignedinteger[Any]] = np.frombuffer(joined.encode(), dtype=np.uint8)
    else:
        found = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    packed = _table().take(found)
    kinds = (packed >> _SHIFT).astype(np.uint8)
    if _UNEVEN in kinds:
        return _one_by_one(joined.lower())
    packed &= (np.uint32(1) << _SHIFT) - np.uint32(1)
    return packed, kinds


def _one_by_one(lowered: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """The same for text with characters whose lower case the table cannot say."""
    points = np.frombuffer(lowered.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    beyond = points >= len(_table())
    kinds = (_table().take(np.where(beyond, 0, points)) >> _SHIFT).astype(np.uint8)
    beyond |= kinds == _UNEVEN
    if beyond.any():
        rare = {int(p): _kind(chr(p)) for p in np.unique(points[beyond])}
        kinds[beyond] = [rare[int(p)] for p in points[beyond]]
    return points, kinds


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint32]:
    """Of each character of the basic plane its lower case; above it the kind of that."""
    every = "".join(map(chr, range(1 << 16)))
    kinds = np.zeros(1 << 16, dtype=np.uint32)
    for kind, pattern in _KINDS:
        kinds[[m.start() for m in pattern.finditer(every)]] = kind
    points = np.arange(1 << 16, dtype=np.uint32)
    for n, character in enumerate(every):
        low = character.lower()
        if len(low) == 1 and ord(low) < len(points):
            points[n] = ord(low)
    kinds = kinds[points]
    kinds[0xD800:0xE000] = _UNEVEN  # half of a character
    kinds[[0x130, 0x3A3]] = _UNEVEN  # two of one; a sigma is another at a word's end
    return points | kinds << _SHIFT


def _kind(character: str) -> int:
    return max((kind for kind, pattern in _KINDS if pattern.match(character)), default=0)


def _powers(count: int) -> tuple[Hashes, Hashes]:
    up, down = _all_powers(-(-count // ROOM))  # `lower` makes three characters of one at most
    return up[:count], down[:count]


@lru_cache(maxsize=4)
def _all_powers(times: int) -> tuple[Hashes, Hashes]:
    count = ROOM * max(1, times)
    found = []
    for base in (_BASE, _INVERSE):
        powers = np.empty(count, dtype=np.uint64)
        powers[0] = 1
        done = 1
        while done < count:
            more = min(done, count - done)
            step = np.uint64(int(powers[done - 1]) * base % (1 << 64))
            powers[done : done + more] = powers[:more] * step
            done += more
        found.append(powers)
    return found[0], found[1]
