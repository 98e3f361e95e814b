"""The slice of an input that a plan is measured on: some files of every kind, source and size.

Files are put into strata by source, by what their first bytes are, and by size. What a stratum is
worth is the time that its bytes are expected to take; a stratum gives files in that share, drawn by
the hash of their names, so the same input gives the same slice. A large file of JSON lines gives a
run of its lines.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qhdata.engines.base import CHUNK_BYTES
from qhdata.readers.archives import MARK
from qhdata.readers.pieces import LINES, file_of, place_of
from qhdata.records import SourceFile

SIZES = ((1 << 16, "small"), (1 << 20, "middle"), (1 << 62, "large"))
SPEED = {"pdf": 280_000, "text": 2_500_000, "jsonl": 1_500_000}
"""Bytes a second of a core over all steps, to share the slice out; nothing is promised by it."""
USUAL = 4_500_000
LARGE = 4 << 20
"""Bytes from which on a file of JSON lines gives lines and not itself."""
LEAST_SHARE = 0.04
"""Strata that are worth less are put together: each costs a chunk of its own."""

Key = tuple[str, str, str]
"""(source, kind, size) of a stratum."""


ANY: Key = ("any source", "any kind", "any size")
"""Of what is put together."""


def speed(kind: str) -> float:
    """Bytes a second, as expected of a kind."""
    return SPEED.get(kind.partition(" ")[0], USUAL)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Files that are expected to cost alike, a byte."""

    key: Key
    files: tuple[SourceFile, ...]

    @property
    def bytes(self) -> int:
        """Of all its files."""
        return sum(file.bytes for file in self.files)

    @property
    def worth(self) -> float:
        """Seconds of a core that it is expected to take."""
        return self.bytes / speed(self.key[1])


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chunk of the slice: files of one stratum."""

    key: Key
    files: tuple[SourceFile, ...]

    @property
    def bytes(self) -> int:
        """Of its files."""
        return sum(file.bytes for file in self.files)


def strata_of(files: Sequence[SourceFile], kinds: Mapping[str, str]) -> list[Stratum]:
    """Files that will be read, by stratum, the worthiest first. kinds: path -> kind, as sniffed."""
    grouped: dict[Key, list[SourceFile]] = defaultdict(list)
    for file in files:
        if file.same_as is None and file.bytes:
            grouped[key_of(file, kinds)].append(file)
    whole = sum(Stratum(key, tuple(rows)).worth for key, rows in grouped.items())
    for fold in (_any_size, _any_source, _any_kind):
        for key in sorted(grouped):
            if Stratum(key, tuple(grouped[key])).worth < LEAST_SHARE * whole:
                rows = grouped.pop(key)
                grouped[fold(key)] = grouped.get(fold(key), []) + rows
    strata = [Stratum(key, tuple(rows)) for key, rows in grouped.items()]
    return sorted(strata, key=lambda s: (-s.worth, s.key))


def key_of(file: SourceFile, kinds: Mapping[str, str]) -> Key:
    """The stratum of a file, before small ones are put together."""
    kind = kinds.get(file.path, "unknown")
    if kind == "text" and LINES.search(file_of(file.source_path)):
        kind = "jsonl"
    if MARK in file_of(file.path):
        kind = f"{kind} in an archive"
    return (file.source, kind, next(name for most, name in SIZES if file.bytes < most))


def _any_size(key: Key) -> Key:
    return (key[0], key[1], "any size")


def _any_source(key: Key) -> Key:
    return ("any source", key[1], "any size")


def _any_kind(key: Key) -> Key:
    return ANY


def draw(strata: Sequence[Stratum], worth: float, lines: Path, seed: int = 1) -> list[Drawn]:
    """Chunks of a slice that is worth so many seconds, about; at least the smallest file.

    The largest file is in it where it costs no more than a third, for what it does to memory. A
    stratum with two files and more gives two chunks and more: they say how unlike its files are.
    lines: a folder for lines that are taken from large files.
    """
    whole = sum(stratum.worth for stratum in strata)
    largest = max((f for s in strata for f in s.files), key=lambda f: f.bytes, default=None)
    found: list[Drawn] = []
    left = worth
    for stratum in strata:
        pace = speed(stratum.key[1])
        share = min(left, worth * stratum.worth / whole) * pace
        picked = spread(stratum.files, share, seed)
        if largest in stratum.files and largest.bytes / pace <= worth / 3:
            picked = [largest, *[f for f in picked[:-1] if f is not largest]]
        if picked and _is_lines(picked[0]):
            most = share / len(picked)
            picked = [_some_lines(f, lines, most, seed) if _is_lines(f) else f for f in picked]
        size = sum(file.bytes for file in picked)
        if picked and size / pace <= left * 1.5:
            left -= size / pace
            found += [Drawn(stratum.key, rows) for rows in _chunks(picked)]
    if not found and strata:
        smallest = min((f for s in strata for f in s.files), key=lambda f: (f.bytes, f.file_id))
        key = next(s.key for s in strata if smallest in s.files)
        found.append(Drawn(key, (smallest,)))
    return found


def spread(files: Sequence[SourceFile], wanted: float, seed: int) -> list[SourceFile]:
    """Files of so many bytes, about, by size in even strides of bytes: a byte of a small file and
    one of a large file are as likely to be in it. One at least.
    """
    order = sorted(files, key=lambda f: (f.bytes, _place(f, seed)))
    whole = sum(file.bytes for file in order)
    usual = sum(file.bytes**2 for file in order) / whole  # of the file that a byte is in
    picks = max(1, min(len(order), round(wanted / min(usual, LARGE))))
    found: dict[str, SourceFile] = {}
    at = iter((n + 0.5) * whole / picks for n in range(picks))
    mark, passed = next(at), 0
    for file in order:
        passed += file.bytes
        while mark is not None and mark < passed:
            found[file.file_id] = file
            mark = next(at, None)
    return list(found.values())


def first_files(files: Sequence[SourceFile], kinds: Mapping[str, str], workers: int) -> list[Drawn]:
    """A small file of every source and kind, a chunk a worker: what starting costs."""
    known: set[tuple[str, str]] = set()
    wanted, others = [], []
    for file in sorted(files, key=lambda f: (f.bytes, f.file_id)):
        if file.same_as is None and file.bytes and (file.bytes <= SIZES[0][0] or not wanted):
            at = key_of(file, kinds)[:2]
            (others if at in known else wanted).append(file)
            known.add(at)
    cheap = [*wanted, *others[: max(0, workers - len(wanted))]]
    shares = [tuple(cheap[n::workers]) for n in range(workers)]
    return [Drawn(ANY, share) for share in shares if share]


def _chunks(files: Sequence[SourceFile]) -> list[tuple[SourceFile, ...]]:
    most = max(2, -(-sum(f.bytes for f in files) // (CHUNK_BYTES // 2)))
    n = min(len(files), most)
    found: list[list[SourceFile]] = [[] for _ in range(n)]
    for file in sorted(files, key=lambda f: -f.bytes):
        min(found, key=lambda rows: sum(f.bytes for f in rows)).append(file)
    return [tuple(rows) for rows in found]


def _place(file: SourceFile, seed: int) -> bytes:
    return hashlib.blake2b(f"{seed}:{file.file_id}".encode(), digest_size=8).digest()


def _is_lines(file: SourceFile) -> bool:
    name = file_of(file.path)
    return file.bytes >= LARGE and MARK not in name and LINES.search(name) is not None


def _some_lines(file: SourceFile, folder: Path, size: float, seed: int) -> SourceFile:
    """A file of whole lines of a large one, from a place that the seed says."""
    wanted = min(file.bytes, max(1 << 18, int(size)))
    start = int.from_bytes(_place(file, seed)) % max(1, file.bytes - wanted)
    path, begin, _ = place_of(file.path) or (file.path, 0, file.bytes)
    with open(path, "rb") as handle:
        handle.seek(begin + start)
        if start:
            handle.readline()
        data = handle.read(wanted)
        data += handle.readline()
    folder.mkdir(exist_ok=True)
    name = folder / f"{_place(file, seed).hex()}.jsonl"
    name.write_bytes(data)
    return replace(file, path=str(name), bytes=len(data), sha256=_place(file, seed).hex())
