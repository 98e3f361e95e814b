"""Digests of rows: the same for any order, chunking, worker count and engine.

A row is blake2b-128 of its values in schema order; a chunk is the sum of its rows and a part the
sum of its chunks, mod 2^128. So digests of chunks merge without reading a row again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

MODULUS = 1 << 128


def rows_digest(table: pa.Table | pa.RecordBatch) -> int:
    """Sum of row hashes mod 2^128: the same for any order, chunking and engine.

    A row hashes its values in schema order, length-prefixed, nulls tagged, floats at 4 decimals,
    lists and records as canonical JSON.
    """
    total = 0
    for row in _rows(table):
        total += int.from_bytes(hashlib.blake2b(b"".join(row), digest_size=16).digest(), "big")
    return total % MODULUS


def row_digests(table: pa.Table | pa.RecordBatch) -> Iterator[tuple[bytes, list[bytes]]]:
    """Of each row its digest and those of its values, in schema order."""
    for row in _rows(table):
        cells = [hashlib.blake2b(cell, digest_size=16).digest() for cell in row]
        yield hashlib.blake2b(b"".join(row), digest_size=16).digest(), cells


def _rows(table: pa.Table | pa.RecordBatch) -> Iterator[tuple[bytes, ...]]:
    columns = [
        [_cell(v) for v in table.column(i).to_pylist()] for i in range(len(table.schema.names))
    ]
    return zip(*columns, strict=True)


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
        data = json.dumps(
            _rounded(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
        ).encode("utf-8", "surrogatepass")
    else:
        data = str(value).encode()
    return b"V%d:" % len(data) + data


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
