"""What files looked like when they were hashed, so that a corpus that grows reads only what is new.

A file with the size and the time of change that it had is taken for the same file, as git does.
Nothing but hashing is spared by it: where the notes are missing, every file is read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from qhdata.durable import read_table, write_table
from qhdata.readers.pieces import has_pieces, pieces
from qhdata.readers.remote import Place
from qhdata.readers.sniff import HEAD, sniff
from qhdata.records import Rows, arrow_schema, from_batch, to_batch

NAME = "_seen"
"""In a corpus; not a part: whoever removes it loses time and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What planning knows of the bytes of a file, or of a member of an archive."""

    path: str
    """As it is opened; of a member, the archive's with `!/member`."""
    bytes: int
    sha256: str
    """Empty where it cannot be opened."""
    kind: str
    """What its first bytes are."""
    lodged: str | None = None
    """What its documents are named by: accession, or filer of companyfacts."""
    content: str = ""
    """sha256 of what a gzip holds."""
    archive: bool = False
    linkbase: str | None = None
    """A member's calculation linkbase, by name."""
    size: int = 0
    """Of the file on disk."""
    changed: int = 0
    """When the file on disk was last changed, in nanoseconds."""


@dataclass(slots=True)
class Seen:
    """Looks by the file on disk, of an earlier plan and of this one."""

    before: dict[str, list[Look]] = field(default_factory=dict)
    now: dict[str, list[Look]] = field(default_factory=dict)

    @classmethod
    def read(cls, corpus: Path) -> Seen:
        """The notes of a corpus; none where there are none, or none that can be read."""
        found: dict[str, list[Look]] = {}
        try:
            rows: Rows
            for rows in read_table(corpus / NAME).to_batches():
                for look in from_batch(Look, rows):
                    found.setdefault(look.path.split("!/", 1)[0], []).append(look)
        except (OSError, pa.ArrowException, TypeError, ValueError, KeyError):
            return cls()
        return cls(found)

    def write(self, corpus: Path) -> None:
        """Keep what was seen this time, where it is not what was kept before."""
        if self.now == self.before:
            return
        looks = [look for some in self.now.values() if all(map(_storable, some)) for look in some]
        batch = to_batch(Look, looks)
        write_table(corpus / NAME, pa.Table.from_batches([batch], arrow_schema(Look)))

    def known(self, path: Place) -> list[Look] | None:
        """Looks of a file that has not changed: its own first, then its members'."""
        looks = self.before.get(str(path))
        if not looks:
            return None
        try:
            state = path.stat()
        except OSError:
            return None
        if (looks[0].size, looks[0].changed) != (state.st_size, state.st_mtime_ns):
            return None
        self.now[str(path)] = looks
        return looks


@dataclass(slots=True)
class Glance(Seen):
    """Looks that cost little: beyond so many bytes a file is known by its first ones alone.

    For a plan of what a build would cost: copies are then not noticed, and nothing of it is kept.
    Archives are read as ever: what is in them is not known else.
    """

    most: int = 1 << 30
    """Bytes that are hashed before that."""
    hashed: int = 0
    glanced: int = 0

    def known(self, path: Place) -> list[Look] | None:
        """None while files are hashed; then a look by size and head, under a name for a hash."""
        try:
            state = path.stat()
            if self.hashed + state.st_size <= self.most:
                self.hashed += state.st_size
                return None
            with path.open("rb") as handle:
                head = handle.read(HEAD)
            kind = sniff(head)
            size = state.st_size
            parts = [(str(path), 0, size)]
            if isinstance(path, Path) and has_pieces(path.name, kind, head, size):
                parts += pieces(path, size)
        except OSError:
            return None
        if kind in ("archive", "gzip"):
            return None
        self.glanced += state.st_size
        self.now[str(path)] = [
            Look(path=part, bytes=end - start, sha256=_named(part), kind=kind)
            for part, start, end in parts
        ]
        return self.now[str(path)]

    def hashed_share(self) -> float:
        """How many times longer listing will take where all is hashed."""
        return (self.hashed + self.glanced) / self.hashed if self.hashed else 1.0


def _named(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()


def _storable(look: Look) -> bool:
    try:
        f"{look.path}{look.linkbase}".encode()
    except UnicodeEncodeError:
        return False  # a name that is not UTF-8: read again each time
    return True
