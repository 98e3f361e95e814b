"""A large file of JSON lines, read in pieces: each is a member of it, as a file is of an archive.

Workers share the pieces, and none has more than one in memory. A piece ends with the line that the
next multiple of PIECE bytes stands in, so a file that grows keeps its pieces but the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from qhdata.readers.sniff import wide_codec
from qhdata.readers.source import BLOCK, OnDisk

PIECE = 32 << 20
"""Bytes of a piece, and of the largest file that is read as one."""
MARK = "!/bytes-"
PIECE_END = r"!/bytes-\d+-\d+$"
"""What the path of a piece ends with."""
_NAME = re.compile(r"^(.*)!/bytes-(\d+)-(\d+)$", re.S)
LINES = re.compile(r"\.(?:jsonl|ndjson)$", re.I)


def has_pieces(name: str, kind: str, head: bytes, size: int) -> bool:
    """Whether a file of that name, kind and size is read in pieces."""
    wide = wide_codec(head) is not None  # a line's end is not one byte there
    return size > PIECE and kind == "text" and not wide and LINES.search(name) is not None


def pieces(path: Path, size: int) -> Iterator[tuple[str, int, int]]:
    """(path as it is opened, start, end) of each piece. Raises OSError."""
    start = 0
    with path.open("rb") as handle:
        while start < size:
            end = min(size, (start // PIECE + 1) * PIECE)
            handle.seek(end - 1)
            while end < size and (block := handle.read(BLOCK)):
                at = block.find(b"\n")
                end = handle.tell() - len(block) + at + 1
                if at >= 0:
                    break
                end = handle.tell()  # a line as long as this goes on
            yield f"{path}{MARK}{start}-{end}", start, end
            start = end


def file_of(path: str) -> str:
    """The path of the file that a piece is of; any other path as it is."""
    found = _NAME.match(path)
    return found[1] if found else path


def place_of(path: str) -> tuple[str, int, int] | None:
    """File, start and end of a piece; None where the path is none of a piece."""
    found = _NAME.match(path)
    return (found[1], int(found[2]), int(found[3])) if found else None


def window(path: str) -> OnDisk | None:
    """A piece by its path; None where the path is none of a piece."""
    place = place_of(path)
    return OnDisk(Path(place[0]), place[2] - place[1], begin=place[1]) if place else None
