"""Digests of rows: the same for any order, chunking, worker count and engine.

A row is blake2b-128 of its values in schema order; a chunk is the sum of its rows and a part the
sum of its chunks, mod 2^128. So digests of chunks merge without reading a row again.

Rows of unsigned integers alone (keys of the keyed steps: internal, and 32 of them a document) are
mixed in numpy instead: at 3 us a row their digest took longer than finding them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MODULUS = 1 << 128
SHORT = 64
"""Bytes of a value, on average, up to which values that come again are looked for."""
_ODD = np.uint64(0x9E3779B97F4A7C15)


def rows_digest(table: pa.Table | pa.RecordBatch) -> int:
    """Sum of row hashes mod 2^128: the same for any order, chunking and engine.

    A row hashes its values in schema order, length-prefixed, nulls tagged, floats at 4 decimals,
    lists and records as canonical JSON.
    """
    if len(table.schema) and all(kind == pa.uint64() for kind in table.schema.types):
        return _of_integers(table)
    total = 0
    for row in _rows(table):
        total += int.from_bytes(hashlib.blake2b(b"".join(row), digest_size=16).digest(), "big")
    return total % MODULUS


def _of_integers(table: pa.Table | pa.RecordBatch) -> int:
    """The same sum for rows of 64-bit integers: two lanes of 64 bits a row, mixed as MurmurHash3
    finishes. Nulls count as a value of their own.
    """
    lanes = []
    for seed in (1, 2):
        mixed = np.full(table.num_rows, seed, dtype=np.uint64)
        for n in range(table.num_columns):
            column = table.column(n)
            column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
            values = column.fill_null(0).to_numpy(zero_copy_only=False)
            for part in (values, column.is_null().to_numpy(zero_copy_only=False)):
                mixed = _mix(mixed * _ODD + part.astype(np.uint64))
        high, low = mixed >> np.uint64(32), mixed & np.uint64(0xFFFFFFFF)
        lanes.append((int(high.sum()) << 32) + int(low.sum()))  # exact: no sum wraps
    return (lanes[0] + (lanes[1] << 64)) % MODULUS


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    out: NDArray[np.uint64] = values ^ (values >> np.uint64(33))
    return out


def row_digests(table: pa.Table | pa.RecordBatch) -> Iterator[tuple[bytes, list[bytes]]]:
    """Of each row its digest and those of its values, in schema order."""
    for row in _rows(table):
        cells = [hashlib.blake2b(cell, digest_size=16).digest() for cell in row]
        yield hashlib.blake2b(b"".join(row), digest_size=16).digest(), cells


def _rows(table: pa.Table | pa.RecordBatch) -> Iterator[tuple[bytes, ...]]:
    return zip(*(_cells(table.column(i)) for i in range(table.num_columns)), strict=True)


def _cells(column: pa.Array | pa.ChunkedArray) -> list[bytes]:
    """The values of a column; one that comes again (a source, a null) is written once."""
    kind = column.type
    if pa.types.is_large_string(kind):  # its bytes as they lie there: nothing is decoded
        values = column.cast(pa.large_binary()).to_pylist()
    elif pa.types.is_string(kind):
        values = column.cast(pa.binary()).to_pylist()
    else:
        values = column.to_pylist()
    floats = pa.types.is_floating(kind) or pa.types.is_nested(kind)  # 0.0 and -0.0 are equal
    if pa.types.is_nested(kind) and not _holds_floats(kind):  # nothing to be rounded
        return [b"N" if v is None else _framed(_JSON.encode(v)) for v in values]
    if floats or column.nbytes > SHORT * len(values):
        return [_cell(v) for v in values]
    known: dict[object, bytes] = {}
    return [known.get(v) or known.setdefault(v, _cell(v)) for v in values]


def _cell(value: object) -> bytes:
    if value is None:
        return b"N"
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
    elif isinstance(value, bytes):
        data = value
    elif isinstance(value, float):
        data = f"{value:.4f}".encode()
    elif isinstance(value, list | dict):
        return _framed(_JSON.encode(_rounded(value)))
    else:
        data = str(value).encode()
    return b"V%d:" % len(data) + data


_JSON = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
)  # made once: `json.dumps` makes one for each value


def _framed(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return b"V%d:" % len(data) + data


def _holds_floats(kind: pa.DataType) -> bool:
    if pa.types.is_nested(kind):
        return any(_holds_floats(kind.field(n).type) for n in range(kind.num_fields))
    return bool(pa.types.is_floating(kind))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return value


def digest_text(value: int) -> str:
    """A digest as 32 hexadecimal digits; a sum of digests may exceed the modulus."""
    return f"{value % MODULUS:032x}"
