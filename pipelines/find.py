"""Find one row by its id in artifacts: the id's column alone is read, then the one row that has it.

A million ids are a column of some megabytes: reading it and comparing in Arrow takes tens of
milliseconds. What costs is a quarter of a millisecond for each file that is opened, and a large
corpus has thousands in each part. So a build leaves a note of which chunk has which id (places.py);
without it each file is looked into. Once a row's chunk is known, the chunk's file alone is opened
in the other parts, and of a file those row groups alone that can have the row.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.places import chunks_with, groups_with, same
from qhdata.artifact import Artifact
from qhdata.durable import open_table
from qhdata.errors import UserError
from qhdata.manifest import MANIFEST
from qhdata.parts import whole
from qhdata.stores import address_of

FEW = 8
"""Row groups that are read one by one."""
DEEPEST = 3
"""Folders below a run in which its artifacts stand: `synth/reasoning`, `shards/cpt`."""


def artifacts(paths: Sequence[Path]) -> list[Artifact]:
    """The artifacts at and below the paths, corpora first. Raises UserError where there is none."""
    found: dict[Path, Artifact] = {}
    for path in paths:
        if address_of(path) is not None:
            opened = Artifact.open(path)
            found[opened.path] = opened
            continue
        if not path.exists():
            raise UserError(what="no such folder", where=str(path), mend="check the path")
        own = list(_below(path, DEEPEST))
        if not own:
            raise UserError(
                what="holds nothing that qhdata wrote",
                where=str(path),
                mend="give a run, corpus, synth set or shards",
            )
        for folder in own:
            found.setdefault(folder.resolve(), Artifact.open(folder))
    return sorted(found.values(), key=lambda a: (a.kind != "corpus", str(a.path)))


def _below(path: Path, depth: int) -> Iterator[Path]:
    manifest = path / MANIFEST
    if manifest.is_file():
        try:
            kind = json.loads(manifest.read_text(encoding="utf-8")).get("kind")
        except (OSError, ValueError, AttributeError):
            kind = None
        if kind:
            yield path
        if kind not in (None, "run"):
            return
    if depth and path.is_dir():
        for child in sorted(path.iterdir()):
            if child.is_dir() and not child.name.startswith((".", "_")):
                yield from _below(child, depth - 1)


def hits(
    artifact: Artifact,
    part: str,
    column: str,
    value: str | Sequence[str],
    columns: Sequence[str] | None = None,
    most: int = 1000,
    chunk: str | None = None,
) -> list[tuple[str, dict[str, Any]]]:
    """(chunk, row) of a part whose column is the value, or one of them, at most `most`; [] where
    there is no such part. chunk: where the row is, once that is known: its file alone is opened.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    wanted = [value] if isinstance(value, str) else list(value)
    for file in _files(artifact, part, chunk):
        path = artifact.path / file["path"]
        with whole(path), open_table(path) as reader:
            schema = reader.schema_arrow
            if column not in schema.names:
                return []
            groups = sorted({g for one in wanted for g in groups_with(reader, column, one)})
            if len(groups) > FEW:
                groups = _groups_of(reader, column, wanted, groups)
            for group in groups:
                ids = reader.read_row_group(group, columns=[column]).column(0)
                at = pc.indices_nonzero(_any_of(ids, wanted))
                if len(at):
                    names = [c for c in columns if c in schema.names] if columns else None
                    table = reader.read_row_group(group, columns=names)
                    found += [(file["chunk"], row) for row in table.take(at).to_pylist()]
                if len(found) >= most:
                    return found[:most]
    return found


def _any_of(ids: pa.ChunkedArray, wanted: Sequence[str]) -> pa.ChunkedArray:
    return reduce(pc.or_, [same(ids, value) for value in wanted])


def _groups_of(
    reader: pq.ParquetFile, column: str, wanted: Sequence[str], groups: Sequence[int]
) -> list[int]:
    """The row groups that have a value: the column is read at once, which is quicker than a group
    at a time.
    """
    ids = reader.read_row_groups(groups, columns=[column]).column(0)
    at = pc.indices_nonzero(_any_of(ids, wanted)).to_pylist()
    ends = accumulate(reader.metadata.row_group(group).num_rows for group in groups)
    bounds = list(ends)
    return sorted({groups[bisect_right(bounds, row)] for row in at})


def placed(
    artifact: Artifact,
    part: str,
    column: str,
    value: str | Sequence[str],
    columns: Sequence[str] | None = None,
    most: int = 1000,
) -> list[tuple[str, dict[str, Any]]]:
    """`hits` of a column whose values are noted by chunk; of all chunks where nothing is noted."""
    wanted = [value] if isinstance(value, str) else list(value)
    chunks = chunks_with(artifact, wanted)
    if chunks is None:
        return hits(artifact, part, column, wanted, columns, most)
    found: list[tuple[str, dict[str, Any]]] = []
    for chunk in chunks:
        found += hits(artifact, part, column, wanted, columns, most - len(found), chunk)
        if len(found) >= most:
            break
    return found


def rows_with(
    artifact: Artifact,
    part: str,
    column: str,
    value: str,
    columns: Sequence[str] | None = None,
    most: int = 1000,
    chunk: str | None = None,
) -> list[dict[str, Any]]:
    """The rows of `hits`."""
    return [row for _, row in hits(artifact, part, column, value, columns, most, chunk)]


def first(
    artifact: Artifact, part: str, column: str, value: str, *columns: str, chunk: str | None = None
) -> Any:
    """The first such row as a dict, or None."""
    rows = rows_with(artifact, part, column, value, columns or None, 1, chunk)
    return rows[0] if rows else None


def short_columns(
    artifact: Artifact, part: str, *names: str, chunks: Sequence[str] | None = None
) -> pa.Table:
    """Short columns of a part and, in `chunk`, where each row is; kept for the next question.
    chunks: of these alone.
    """
    if chunks is not None:
        files = [f for chunk in chunks for f in _files(artifact, part, chunk)]
        return _read_columns(artifact.path, files, names)
    return _columns(artifact.path, artifact.digest(part), part, names)


@lru_cache(maxsize=4)
def _columns(path: Path, digest: str, part: str, names: tuple[str, ...]) -> pa.Table:
    # The digest is of the rows: other rows are another question.
    return _read_columns(path, _files(Artifact.open(path), part, None), names)


def _read_columns(path: Path, files: Sequence[dict[str, Any]], names: tuple[str, ...]) -> pa.Table:
    tables = []
    for file in files:
        with whole(path / file["path"]), open_table(path / file["path"]) as reader:
            table = reader.read(columns=list(names))
        rows = _repeated(file["chunk"], table.num_rows)
        tables.append(table.append_column("chunk", rows))
    return pa.concat_tables(tables) if tables else pa.table({})


def _repeated(text: str, n: int) -> pa.LargeStringArray:
    """A text n times, from bytes: see `same`, of which pa.repeat would be another case."""
    data = text.encode()
    ends = np.arange(n + 1, dtype=np.int64) * len(data)
    return pa.LargeStringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(data * n))


def _files(artifact: Artifact, part: str, chunk: str | None) -> list[dict[str, Any]]:
    """The manifest's files of a part that may hold a row of the chunk: its own, and those that are
    of the whole corpus (splits, clusters, decisions).
    """
    parts = {**artifact.manifest.get("internal", {}), **artifact.manifest["parts"]}
    files: list[dict[str, Any]] = parts[part]["files"] if part in parts else []
    if chunk is None:
        return files
    local = {f["chunk"] for name in ("plan", "documents") if name in parts
             for f in parts[name]["files"]}  # fmt: skip
    return [file for file in files if file["chunk"] == chunk or file["chunk"] not in local]
