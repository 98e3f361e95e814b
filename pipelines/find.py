"""Find one row by its id in artifacts: the id's column alone is read, then the one row that has it.

A million ids are a column of some megabytes: reading it and comparing in Arrow takes tens of
milliseconds, and no index has to be kept true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qhdata.artifact import MANIFEST, Artifact, whole
from qhdata.errors import UserError

DEEPEST = 3
"""Folders below a run in which its artifacts stand: `synth/reasoning`, `shards/cpt`."""


def artifacts(paths: Sequence[Path]) -> list[Artifact]:
    """The artifacts at and below the paths, corpora first. Raises UserError where there is none."""
    found: dict[Path, Artifact] = {}
    for path in paths:
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


def rows_with(
    artifact: Artifact,
    part: str,
    column: str,
    value: str,
    columns: Sequence[str] | None = None,
    most: int = 1000,
) -> list[dict[str, Any]]:
    """Rows of a part whose column is the value, at most `most`; [] where there is no such part."""
    found: list[dict[str, Any]] = []
    for file in artifact.part(part).files:
        path = artifact.path / file.path
        with whole(path), pq.ParquetFile(path) as reader:
            schema = reader.schema_arrow
            if column not in schema.names:
                return []
            for group in range(reader.num_row_groups):
                ids = reader.read_row_group(group, columns=[column]).column(0)
                hits = pc.indices_nonzero(pc.equal(ids, pa.scalar(value, ids.type)))
                if len(hits):
                    names = [c for c in columns if c in schema.names] if columns else None
                    table = reader.read_row_group(group, columns=names)
                    found += table.take(hits).to_pylist()
                if len(found) >= most:
                    return found[:most]
    return found


def first(artifact: Artifact, part: str, column: str, value: str, *columns: str) -> Any:
    """The first such row as a dict, or None."""
    rows = rows_with(artifact, part, column, value, columns or None, most=1)
    return rows[0] if rows else None
