"""A file's bytes, read where they are wanted: in memory where they are few, else from the disk.

A reader with `scan(file, source)` streams; others are given all bytes. What is compressed and large
lies unpacked in a temporary file without a name for as long as its source lives.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from qhdata.errors import RowError

SMALL = 16 << 20
"""Bytes up to which a file is read whole."""
BLOCK = 1 << 20


class Source(Protocol):
    """Bytes with a size, read by place."""

    @property
    def size(self) -> int:
        """Of all."""

    @property
    def block(self) -> int:
        """Bytes that are best read at once."""

    def read(self, start: int, end: int) -> bytes:
        """Bytes [start, end); fewer at the end of the file."""


@dataclass(slots=True)
class Memory:
    """Bytes that are here already."""

    data: bytes

    @property
    def size(self) -> int:
        """Of all."""
        return len(self.data)

    @property
    def block(self) -> int:
        """All at once."""
        return max(1, len(self.data))

    def read(self, start: int, end: int) -> bytes:
        """A slice."""
        return self.data[start:end]


@dataclass(slots=True)
class OnDisk:
    """A file, or a piece of one, opened for each read: nothing stays open between."""

    path: Path
    size: int
    block: int = BLOCK
    begin: int = 0
    """Where the piece begins in the file."""

    def read(self, start: int, end: int) -> bytes:
        """Bytes of the file. Raises RowError `unreadable` where it is gone."""
        try:
            with self.path.open("rb") as handle:
                handle.seek(self.begin + start)
                return handle.read(max(0, min(end, self.size) - start))
        except OSError as error:
            raise RowError("unreadable", f"{error.strerror or error}; is it still there?") from None


@dataclass(slots=True)
class Unpacked:
    """What an archive or gzip held, in a temporary file."""

    handle: IO[bytes]
    size: int
    block: int = BLOCK

    def read(self, start: int, end: int) -> bytes:
        """Bytes of the file."""
        self.handle.seek(start)
        return self.handle.read(max(0, end - start))


def unpack(packed: Any, most: int) -> Source:
    """All of a stream that has `read`. Raises RowError `too_large` above `most` bytes."""
    with io.BytesIO() as memory:
        while block := packed.read(BLOCK):
            memory.write(block)
            if memory.tell() > min(most, SMALL):
                break
        else:
            return Memory(memory.getvalue())
        handle = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as its source
        handle.write(memory.getbuffer())
    size = handle.tell()
    while size <= most and (block := packed.read(BLOCK)):
        size += handle.write(block)
    if size > most:
        handle.close()
        raise RowError("too_large", f"unpacks to more than {most} bytes; unpack and split it")
    return Unpacked(handle, size)
