"""What a gzip holds, looked at while the gzip itself is hashed: its first bytes and its digest.

A page and its gzip are one document, and so would be their ids; planning has to know it.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from typing import Any

from qhdata.readers.sniff import HEAD

GZIP = b"\x1f\x8b"
_BLOCK = 1 << 20
_WINDOW = 31
"""zlib's word for a gzip with its header."""
MAX_BYTES = 1 << 30
"""As reading has it: what is larger is refused there."""


@dataclass(slots=True)
class Unzipped:
    """The bytes inside of a gzip that comes in blocks."""

    head: bytes = b""
    sha256: str = ""
    """Empty for what is no gzip, breaks off, is too large or is a tarball."""
    _digest: Any = field(default_factory=hashlib.sha256)
    _stream: Any = None
    _size: int = 0
    _lost: bool = False

    def add(self, packed: bytes) -> None:
        """The next block of the gzip."""
        try:
            while packed and not self._lost:
                if self._stream is None or self._stream.eof:
                    packed = packed.lstrip(b"\x00") if self._stream else packed
                    self._stream = zlib.decompressobj(_WINDOW)
                plain = self._stream.decompress(packed, _BLOCK)
                self._digest.update(plain)
                self._size += len(plain)
                self.head += plain[: HEAD - len(self.head)]
                tarball = self.head[257:262] == b"ustar"  # whose members are planned one by one
                self._lost = tarball or self._size > MAX_BYTES
                packed = self._stream.unconsumed_tail or self._stream.unused_data
        except zlib.error:
            self._lost = True

    def end(self, size: int) -> None:
        """All `size` bytes of the gzip were given."""
        if self._stream is not None and self._stream.eof and not self._lost and size:
            self.sha256 = str(self._digest.hexdigest())
