"""Features of the texts that dedup compares, read from a corpus a few at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from qhdata.artifact import Artifact
from qhdata.manifest import PartFile
from qhdata.parts import chunk_index
from qhdata.shingles import Features, features

TEXTS = 1024
"""Texts read from a chunk at a time."""


def by_chunk(rows: Iterable[int]) -> dict[int, list[int]]:
    """Dense row ids by the index of their chunk, in order."""
    asked: dict[int, list[int]] = {}
    for row in sorted(rows):
        asked.setdefault(row >> 32, []).append(row & 0xFFFFFFFF)
    return asked


def features_of(
    corpus: Artifact, asked: Mapping[int, list[int]], shingle: int
) -> Mapping[int, Features]:
    """Dense row id -> features of its text; asked: chunk's index to the rows of it, in order."""
    found: dict[int, Features] = {}
    for index, base, batch in _text_batches(corpus, asked):
        rows = asked[index]
        own = rows[bisect_left(rows, base) : bisect_left(rows, base + len(batch))]
        texts = batch.take(pa.array([n - base for n in own], pa.int64())) if own else batch[:0]
        made = features(texts.to_pylist(), shingle)
        found.update((index << 32 | n, one) for n, one in zip(own, made, strict=True))
    return found


def _text_batches(
    corpus: Artifact, asked: Mapping[int, list[int]]
) -> Iterator[tuple[int, int, pa.Array]]:
    """(index of the chunk, number of the first row in it, texts) of each chunk of which something
    is asked; never a whole chunk, of which there may be a quarter of a gigabyte.
    """
    files: dict[str, list[PartFile]] = {}
    for file in corpus.part("documents").files:
        files.setdefault(file.chunk, []).append(file)
    indices = chunk_index(files)
    for chunk, own in files.items():
        if indices[chunk] not in asked:
            continue
        base = 0
        for file in own:
            for batch in corpus.file_batches(file, ["text"], max_rows=TEXTS):
                yield indices[chunk], base, batch.column(0)
                base += batch.num_rows
