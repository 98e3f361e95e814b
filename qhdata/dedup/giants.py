"""Components too large to be one text's copies are cut by a stricter second pass.

One letter that a thousand filers send, or a wall of boilerplate, ties documents into a component
of many thousands, in which nearly every comparison is in vain and the few that chain it together
are chance. Above a cap, documents are tied again by bands of 8 hashes instead of 4: a pair at
Jaccard 0.9 meets with probability 1.00, at 0.7 with 0.61, at 0.5 with 0.06. Exact copies stay
together whatever the bands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from qhdata.dedup.minhash import band_keys, signatures
from qhdata.dedup.stars import stars
from qhdata.shingles import Features

BANDS, ROWS = 16, 8
SEED = 2
"""Other bins than in the first pass: a pair that met by chance there is not met again here."""


def split(rows: Sequence[int], known: Mapping[int, Features]) -> list[list[int]]:
    """A component of rows to the smaller ones that hold, each of two rows or more."""
    same: dict[bytes, list[int]] = {}
    for row in rows:
        same.setdefault(known[row].identity, []).append(row)
    firsts = [group[0] for group in same.values()]
    tied = [row for row in firsts if len(known[row].sketch)]
    sketches = [known[row].sketch for row in tied]
    of = np.repeat(np.arange(len(tied)), [len(sketch) for sketch in sketches])
    hashes = np.concatenate([np.empty(0, np.uint64), *sketches])
    keys = band_keys(signatures(hashes, of, len(tied), BANDS * ROWS, SEED), BANDS)
    table = pa.table(
        {
            "key": pa.array(keys.ravel(), pa.uint64()),
            "row": pa.array(np.repeat(np.array(tied, dtype=np.uint64), BANDS), pa.uint64()),
        }
    )
    edges = stars(table.sort_by([("key", "ascending"), ("row", "ascending")]))
    parent = {row: row for row in firsts}

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for one, other in zip(
        edges.column("a").to_pylist(), edges.column("b").to_pylist(), strict=True
    ):
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    found: dict[int, list[int]] = {}
    for group in same.values():
        found.setdefault(root(group[0]), []).extend(group)
    return [sorted(group) for _, group in sorted(found.items()) if len(group) > 1]


def met(similarity: float) -> float:
    """Probability that a pair of this Jaccard meets in the second pass.

    >>> [round(met(s), 2) for s in (0.9, 0.7, 0.5)]
    [1.0, 0.61, 0.06]
    """
    return float(1 - (1 - np.float64(similarity) ** ROWS) ** BANDS)
