"""The fold that all dedup steps share: rows of one key to the edges that hold them together.

A bucket of n rows gives n - 1 edges from its smallest row and n - 2 between neighbours, not n^2: a
cookie wall of a million copies costs two million edges. Neighbours are there because edges are
verified later, and a smallest row that only collided must not part the others.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from qhdata.records import Rows


def stars(table: pa.Table) -> Rows:
    """Rows (key, row), sorted, to distinct edges (a < b, similarity 0: not verified yet)."""
    key = table.column("key").to_numpy()
    row = table.column("row").to_numpy()
    if len(key) == 0:
        return _edges(row, row)
    new = np.concatenate([[True], key[1:] != key[:-1]])
    starts = np.flatnonzero(new)
    first = row[starts][np.cumsum(new) - 1]
    spokes = np.flatnonzero(~new)
    neighbours = spokes[~new[spokes - 1]]
    a = np.concatenate([first[spokes], row[neighbours - 1]])
    b = np.concatenate([row[spokes], row[neighbours]])
    keep = a != b
    a, b = a[keep], b[keep]
    order = np.lexsort((b, a))  # np.unique of pairs takes four times as long
    a, b = a[order], b[order]
    first_of_pair = np.ones(len(a), dtype=bool)
    first_of_pair[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    return _edges(a[first_of_pair], b[first_of_pair])


def _edges(a: np.ndarray, b: np.ndarray) -> Rows:  # type: ignore[type-arg]
    return pa.record_batch(
        {
            "a": pa.array(a, pa.uint64()),
            "b": pa.array(b, pa.uint64()),
            "similarity": pa.array(np.zeros(len(a)), pa.float64()),
        }
    )
