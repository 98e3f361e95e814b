"""Files of a source that lies in an object store, read as a stream and checked by their checksum.

Planning hashes each file as it streams by; reading fetches it again and compares, because a store
may be written meanwhile. An archive is fetched whole into a temporary file, once for its members.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from qhdata.errors import Fault, RowError
from qhdata.readers.source import SMALL, Memory, Source, Unpacked
from qhdata.stores import ANY, BLOCK, Entry, address_of, listed, opened


@dataclass(frozen=True, slots=True)
class State:
    """What `Path.stat` says, as far as planning asks."""

    st_size: int
    st_mtime_ns: int


@dataclass(frozen=True, slots=True)
class Remote:
    """A file in a store, with those of a path's ways that planning goes."""

    entry: Entry

    @property
    def relative(self) -> str:
        """Below its source."""
        return self.entry.relative

    def __str__(self) -> str:
        return self.entry.address

    def stat(self) -> State:
        """As it was listed."""
        return State(self.entry.size, self.entry.stamp)

    def open(self, mode: str) -> IO[bytes]:
        """To be read forward."""
        return opened(self.entry.address)

    def with_name(self, name: str) -> str:
        """A neighbour."""
        return f"{self.entry.address.rpartition('/')[0]}/{name}"


Place = Path | Remote


def name_of(address: str) -> str:
    """A source's label: the last part of its address."""
    return address.partition("://")[2].rstrip("/").rpartition("/")[2]


def files(address: str) -> list[Remote]:
    """Files below an address but hidden ones; [] where there are none."""
    found = listed(address)
    return [Remote(e) for e in found if not any(p.startswith(".") for p in e.relative.split("/"))]


def fetched(address: str, most: int, sha256: str) -> Source:
    """A file's bytes. Raises RowError: unreadable, too_large, changed_since_planned."""
    if not sha256:
        raise RowError("unreadable", "could not be read when it was planned; look at its rights")
    digest, size = hashlib.sha256(), 0
    memory: Any = io.BytesIO()
    try:
        with opened(address) as handle:
            while block := handle.read(BLOCK):
                size += len(block)
                if size > most:
                    raise RowError("too_large", f"more than {most} bytes; split it")
                if size > SMALL and isinstance(memory, io.BytesIO):
                    larger = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as its source
                    larger.write(memory.getbuffer())
                    memory = larger
                digest.update(block)
                memory.write(block)
    except Fault as error:
        what = f"cannot be fetched: {error.what}; check its address and your access"
        raise RowError("unreadable", what, retryable=True) from None
    except OSError as error:
        what = f"{error.strerror or type(error).__name__}; is it still there?"
        raise RowError("unreadable", what, retryable=True) from None
    if sha256 not in (ANY, digest.hexdigest()):
        raise RowError(
            "changed_since_planned", "its bytes are others than when it was planned; build again"
        )
    return Memory(memory.getvalue()) if isinstance(memory, io.BytesIO) else Unpacked(memory, size)


def local(path: Place | str) -> Path:
    """A path on this machine: of a file in a store, of a temporary copy."""
    address = address_of(str(path))
    return Path(str(path)) if address is None else Path(_copied(address).name)


@lru_cache(maxsize=1)
def _copied(address: str) -> Any:
    # Removed when the next archive takes its place, or this process ends.
    copy = tempfile.NamedTemporaryFile(prefix="qhdata-")  # noqa: SIM115
    try:
        with opened(address) as handle:
            while block := handle.read(BLOCK):
                copy.write(block)
    except Fault as error:
        what = f"cannot be fetched: {error.what}; check its address and your access"
        raise RowError("unreadable", what, retryable=True) from None
    copy.flush()
    return copy
