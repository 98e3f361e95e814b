"""Copies of filings in which figures, names and dates are others: an input that grows.

Structure, sections and sentences stay; so do SGML headers' tags. A copy is a function of the file's
name and the copy's number.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

MONTHS = [b"January", b"February", b"March", b"April", b"May", b"June", b"July", b"August",
          b"September", b"October", b"November", b"December"]  # fmt: skip
_FIGURE = re.compile(rb"(?<![\w&#.])\d{1,3}(?:,\d{3})+(?:\.\d+)?\b|(?<![\w&#.])\d+\.\d{2}\b")
_CELL = re.compile(rb"(?<=[>\d,.])\d(?=[\d,.]*<)")
_MONTH = re.compile(rb"\b(?:%s)\b" % b"|".join(MONTHS))
_DAY = re.compile(rb"(?<=[a-z] )\d{1,2}(?=, ?(?:19|20)\d\d)")
_CAPITALISED = re.compile(rb"(?<=[a-z,] )[A-Z][a-z]{3,15}\b")
_WORD = re.compile(rb"\b[A-Z][a-z]{3,15}\b")
_ACCESSION = re.compile(rb"\b\d{10}-\d{2}-\d{6}\b")
# What the standard forms print: other words there would be another form.
KEPT = frozenset(MONTHS) | frozenset(
    b"Item Items Part Form Note Notes Exhibit Section Table Total Annual Report Quarterly "
    b"Commission Securities Exchange Act United States Company Financial Statements".split()
)


def names(data: bytes) -> list[bytes]:
    """Words with a capital inside sentences that stand in small letters nowhere."""
    found = set(_CAPITALISED.findall(data)) - KEPT
    small = set(re.findall(rb"\b[a-z]{4,16}\b", data))
    return sorted(word for word in found if word.lower() not in small)


def copy_of(data: bytes, name: str, number: int) -> bytes:
    """One copy of one file."""
    if data.startswith(b"%PDF") or number == 0:
        return data
    rng = random.Random(f"{name} {number}")
    other = {
        word: bytes(rng.choices(b"abcdeghilmnoprstu", k=max(4, len(word)))).title()
        for word in names(data)
    }

    def digits(found: re.Match[bytes]) -> bytes:
        return bytes(rng.choice(b"123456789") if 48 <= c <= 57 else c for c in found[0])

    data = _ACCESSION.sub(lambda m: m[0][:14] + _serial(m[0], number), data)
    data = _CELL.sub(digits, _FIGURE.sub(digits, data))
    data = _MONTH.sub(lambda m: MONTHS[(MONTHS.index(m[0]) + number) % 12], data)
    data = _DAY.sub(lambda _: b"%d" % rng.randint(1, 28), data)
    return _WORD.sub(lambda m: other.get(m[0], m[0]), data)


def _serial(accession: bytes, number: int) -> bytes:
    return b"%06d" % ((int(accession[-6:]) + 7919 * number) % 1_000_000)


def grown(source: Path, out: Path, numbers: range) -> Iterator[int]:
    """Write the copies of so many numbers; yields bytes."""
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        data = path.read_bytes()
        for number in numbers:
            if data.startswith(b"%PDF") and number:
                continue  # pages of a copy would be the same
            place = out / f"{number:03}" / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            made = copy_of(data, path.name, number)
            place.write_bytes(made)
            yield len(made)
