"""The parts of a folder that we write, as its manifest says them: rows by batch, by chunk, whole.

Nothing here lists a folder or writes to it: what the manifest does not name is not there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from qhdata.digest import digest_text
from qhdata.durable import open_table, read_table
from qhdata.errors import UserError
from qhdata.manifest import Part, PartFile, part_of
from qhdata.records import Rows
from qhdata.stores import shown

AT_ONCE = 32 << 20
"""Bytes of a row group that is decoded at once; ours have four megabytes, but for one vast row."""


@dataclass(slots=True)
class Parts:
    """An artifact for reading; `parts` is what its manifest says."""

    path: Path
    kind: str
    manifest: dict[str, Any]

    @property
    def where(self) -> str:
        """Its path, or its address where it lies in a store."""
        return shown(self.path)

    @property
    def parts(self) -> dict[str, Part]:
        """Parts by name."""
        return {name: part_of(value) for name, value in self.manifest["parts"].items()}

    @property
    def internal(self) -> dict[str, Part]:
        """Parts that only steps read: where files lie, keys, edges. Their rows name places (paths,
        row ids of chunks), so their digests differ where the same rows lie elsewhere.
        """
        found = self.manifest.get("internal", {})
        return {name: part_of(value) for name, value in found.items()}

    def part(self, name: str) -> Part:
        """One part; an empty one where the manifest has none of that name."""
        value = self.manifest["parts"].get(name) or self.manifest.get("internal", {}).get(name)
        return part_of(value) if value else Part(rows=0, digest=digest_text(0), files=())

    def digest(self, part: str) -> str:
        """Digest of a part: of its rows, whatever their order and files."""
        return self.part(part).digest

    def batches(
        self, part: str, columns: Sequence[str] | None = None, *, max_rows: int = 256
    ) -> Iterator[tuple[str, Rows]]:
        """(chunk, batch) of a part, file by file; batches are small because one filing may be
        megabytes.
        """
        for file in self.part(part).files:
            for batch in self.file_batches(file, columns, max_rows=max_rows):
                yield file.chunk, batch

    def file_batches(
        self, file: PartFile, columns: Sequence[str] | None = None, *, max_rows: int = 256
    ) -> Iterator[Rows]:
        """Batches of one file of a part."""
        names = list(columns) if columns else None
        with whole(self.path / file.path), open_table(self.path / file.path) as reader:
            for n in range(reader.num_row_groups):
                if reader.metadata.row_group(n).total_byte_size > AT_ONCE:
                    yield from reader.iter_batches(max_rows, [n], names)
                    continue
                # Decoded at once and sliced: to decode 32 rows at a time took half of an export.
                for batch in reader.read_row_group(n, names).to_batches():
                    for at in range(0, batch.num_rows, max_rows):
                        yield batch.slice(at, max_rows)

    def table(self, part: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A whole part in memory; an empty table without columns where there is none."""
        tables = []
        for file in self.part(part).files:
            with whole(self.path / file.path):
                tables.append(read_table(self.path / file.path, columns))
        return pa.concat_tables(tables) if tables else pa.table({})

    def chunks(self, part: str) -> dict[str, list[Path]]:
        """Files of a part by chunk."""
        found: dict[str, list[Path]] = {}
        for file in self.part(part).files:
            found.setdefault(file.chunk, []).append(self.path / file.path)
        return found

    def step(self, step: str) -> dict[str, Any] | None:
        """The manifest's row of a finished step, or None."""
        return next((s for s in self.manifest["steps"] if s["id"] == step), None)


@contextlib.contextmanager
def whole(path: Path) -> Iterator[None]:
    """Say which file of an artifact is missing or damaged: Arrow's own words name no way out."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        what = "is missing" if not path.exists() else f"is damaged: {_first_line(error)}"
        raise UserError(
            what=what,
            where=str(path),
            mend="remove the folder that it is in, up to manifest.json, and make it again",
        ) from None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def chunk_index(names: Collection[str]) -> dict[str, int]:
    """The upper half of the row ids of each chunk: its number where chunks are numbered, so that
    ids stay when chunks come and go; else its place.
    """
    if all(name.isdecimal() for name in names):
        return {name: int(name) for name in names}
    return {name: place for place, name in enumerate(names)}
