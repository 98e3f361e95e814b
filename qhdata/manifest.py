"""manifest.json as data: parts and their files, what differs, whether it agrees with commits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from qhdata.digest import digest_text
from qhdata.errors import Fault, NotAnArtifact
from qhdata.stores import MARK, shown

MANIFEST = "manifest.json"
FORMAT = 1
COUNTS = ("rows_in", "rows_kept", "rows_dropped", "rows_quarantined")
"""What a commit counts, and a step's row sums."""
INTERNAL = frozenset({"plan", "keys", "edges", "repeats"})
"""Parts that only steps read; see `artifact.Artifact.internal`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFile:
    """One Parquet file of a part."""

    path: str
    """Relative to the artifact."""
    chunk: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One Parquet dataset of an artifact."""

    rows: int
    digest: str
    files: tuple[PartFile, ...]


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a folder. Raises NotAnArtifact, or Fault for a format of another version."""
    if not path.exists() or ((path / MARK).exists() and not (path / MANIFEST).exists()):
        raise NotAnArtifact(what="no such folder", where=shown(path), mend="check the path")
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or "kind" not in manifest or "parts" not in manifest:
        raise NotAnArtifact(
            what="is not a folder that qhdata wrote (no readable manifest.json)",
            where=str(path),
            mend="give a corpus, synth set, world, shards or run folder",
        )
    if manifest.get("format") != FORMAT:
        raise Fault(
            what=f"has format {manifest.get('format')}, this version reads {FORMAT}",
            where=str(path),
            mend="build it again, or use the version that wrote it",
        )
    return cast("dict[str, Any]", manifest)


def part_of(value: Mapping[str, Any]) -> Part:
    """A part from its row."""
    files = tuple(
        PartFile(path=f["path"], chunk=f["chunk"], rows=f["rows"], digest=f["digest"])
        for f in value["files"]
    )
    return Part(rows=value["rows"], digest=value["digest"], files=files)


def part_row(files: list[dict[str, Any]]) -> dict[str, Any]:
    """The row of a part of these files: their rows and digests add up."""
    return {
        "rows": sum(f["rows"] for f in files),
        "digest": digest_text(sum(int(f["digest"], 16) for f in files)),
        "files": files,
    }


def is_internal(part: str) -> bool:
    """Whether only steps read a part."""
    return part.split("/")[0] in INTERNAL


def contradiction(
    manifest: Mapping[str, Any], commits: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> str:
    """What a manifest says other than the commits of its steps do (step -> chunk -> commit), in
    words; empty where they agree.
    """
    known = {
        file["path"]: (part, file)
        for part, row in (manifest["parts"] | manifest.get("internal", {})).items()
        for file in row["files"]
    }
    committed: set[str] = set()
    for chunks in commits.values():
        for chunk, row in chunks.items():
            committed |= {file["path"] for file in row["parts"].values()}
            for part, file in row["parts"].items():
                if known.get(file["path"]) != (part, {**file, "chunk": chunk}):
                    return f"says of chunk {chunk} of {part} other than its commit does"
    for part, row in manifest["parts"].items():
        summed = part_row(row["files"])
        if (row["rows"], row["digest"]) != (summed["rows"], summed["digest"]):
            return f"says of {part} other rows than its files sum to"
        for path in sorted({file["path"] for file in row["files"]} - committed):
            return f"says of {part} that it has {path}, which no commit made"
    for step in manifest["steps"]:
        for key in COUNTS:
            if step[key] != sum(int(row[key]) for row in commits[step["id"]].values()):
                return f"says of step {step['name']} another number of {key} than its commits do"
    return ""


def differences(before: object, now: object, name: str = "") -> list[str]:
    """Names of what differs, such as `train.stages.cpt.seed`, in order."""
    if not (isinstance(before, Mapping) and isinstance(now, Mapping)):
        return [] if before == now else [name]
    found = []
    for key in sorted({*before, *now}):
        inner = f"{name}.{key}" if name else str(key)
        found += differences(before.get(key), now.get(key), inner)
    return found
