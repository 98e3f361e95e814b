"""Writing so that it lasts: a temporary name, fsync, rename, fsync of the folder; a folder's lock.

After a crash a file is whole or absent, never half. What lies in the working folder of a store is
copied there after it, and what the folder lacks is fetched (stores.py).
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from qhdata.errors import UserError
from qhdata.stores import fetch, publish

PATIENCE = 2.0
"""Seconds to wait for a folder's lock: the kernel gives up the memory of a process that was killed
before its locks, 20 to 50 ms for a build, longer for a large one."""

GROUP = 4 << 20
"""Bytes of a row group: of keys, 1,024 are 16 kB, and to write and read those took twice as long;
of filings they are half a gigabyte, and who wants one text reads its group.
"""
LEAST_ROWS, MOST_ROWS = 64, 1 << 16

GUARD = "qhdata.shape"
"""In a file's footer, for it: pages have checksums, names and types of columns do not."""


def lock(path: Path) -> IO[str]:
    """Take a folder's lock, which ends with the last process that holds the handle open. Raises
    UserError where another holds it.
    """
    handle = (path / "_lock").open("a+")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(0.02)
                continue
            handle.close()
            raise UserError(
                what="is being written by another process",
                where=str(path),
                mend="wait for it, end it, or give another folder",
            ) from None
    return handle


def write_bytes(path: Path, data: bytes) -> None:
    """Write durably: temporary name beside it, fsync, rename, fsync of the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    with temporary.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)
    sync(path.parent)
    publish(path)


def write_table(path: Path, table: pa.Table, *, rows: int | None = None) -> None:
    """A Parquet file, durably; zstd. Pages have checksums: zstd alone reads a flipped bit of a text
    as another letter. rows: of a row group; where not given, as many as GROUP has.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    press(table, temporary, rows=rows)
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(path)
    sync(path.parent)
    publish(path)


def press(table: pa.Table, where: Path | pa.NativeFile, *, rows: int | None = None) -> None:
    """A table as Parquet, as all of ours are; a checksum of its columns guards its footer."""
    if rows is None:
        fit = GROUP * table.num_rows // max(1, table.nbytes)
        rows = min(MOST_ROWS, max(LEAST_ROWS, fit))
    with pq.ParquetWriter(
        where, table.schema, compression="zstd", write_page_checksum=True
    ) as writer:
        writer.write_table(table, row_group_size=rows)
        writer.add_key_value_metadata({GUARD: _shape(table.schema, table.num_rows)})


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A Parquet file in memory. Raises OSError or ArrowException where a byte of it is another."""
    with open_table(path) as reader:
        return reader.read(columns=list(columns) if columns else None)


def open_table(path: Path) -> pq.ParquetFile:
    """A Parquet file to read in batches, its pages' checksums compared. Raises ArrowInvalid where
    its rows or columns are not those that were written: nothing else guards a file's footer.
    """
    try:
        reader = pq.ParquetFile(fetch(path), page_checksum_verification=True)
    except UnicodeDecodeError:
        raise pa.ArrowInvalid(f"{path}: a column's name is no text") from None
    written = (reader.metadata.metadata or {}).get(GUARD.encode())
    if written is not None:
        found = reader.metadata
        rows = sum(found.row_group(n).num_rows for n in range(found.num_row_groups))
        if written.decode("ascii", "replace") != _shape(reader.schema_arrow, rows):
            reader.close()
            raise pa.ArrowInvalid(f"{path}: other rows or columns than were written")
    return reader


def _shape(schema: pa.Schema, rows: int) -> str:
    """A checksum of names, types and the count of rows."""
    said = "\n".join([str(rows), *(f"{field.name}: {field.type}" for field in schema)])
    said = said.replace("list<item:", "list<element:")  # as Parquet calls what a list holds
    said = re.sub(r"map<.*", "map", said)  # and its maps are named anew
    return f"{zlib.crc32(said.encode()):08x}"


def _temporary(path: Path) -> Path:
    # Two machines that share a folder may have processes of one number.
    return path.parent / f"_{os.getpid()}{secrets.token_hex(4)}.{path.name}"


def sync(path: Path) -> None:
    """fsync a file or a folder: a rename lasts only when its folder is synced."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
