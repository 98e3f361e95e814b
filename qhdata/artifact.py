"""Every folder that we write: manifest, lock, per-chunk commits, digests, resume.

A chunk's rows are written to a temporary name, synced and renamed; then one small commit file names
them. Whatever no commit names is garbage, so a killed run needs no clean-up: the next run does the
chunks that have no commit. When a step is complete its commits are folded into `manifest.json`, the
only file that readers trust; nothing ever lists a folder.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from qhdata.digest import digest_text, rows_digest
from qhdata.durable import lock, sync, write_bytes, write_table
from qhdata.errors import ForeignRecipe, NotAnArtifact, UserError, WrongKind
from qhdata.leases import Lease
from qhdata.manifest import (
    COUNTS,
    FORMAT,
    MANIFEST,
    contradiction,
    differences,
    is_internal,
    part_row,
    read_manifest,
)
from qhdata.mirrored import pull, refresh
from qhdata.parts import Parts
from qhdata.records import Rows
from qhdata.stores import MARK, address_of, here, listed, remove, shown, store_of

IN_STORES = ("corpus", "asset")
"""Kinds whose folder may be an address."""
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.@-]*)?")
_SAFE = re.compile(r"[^A-Za-z0-9@._-]+")


Keep = Callable[[str, str], bool]
"""(step, chunk) -> whether that commit still holds."""

Adapt = Callable[["Artifact", Mapping[str, Any]], Keep]
"""(artifact, {settings, inputs} that are wanted now) -> which commits hold; or raises."""


@dataclass(slots=True)
class Artifact(Parts):
    """An opened artifact: its parts, and what writes them."""

    _lock: IO[str] | None = field(default=None, repr=False)
    _lease: Lease | None = field(default=None, repr=False)

    # ---------------------------------------------------------------- opening

    @classmethod
    def open(cls, path: Path, kind: str | None = None) -> Artifact:
        """Open for reading; of one in a store the manifest is read, files when they are asked for.
        Raises NotAnArtifact or WrongKind, each saying what to do.
        """
        path = here(path)
        refresh(path, MANIFEST)
        manifest = read_manifest(path)
        if kind is not None and manifest["kind"] != kind:
            raise WrongKind(
                what=f"is a {manifest['kind']} artifact, not {kind}",
                where=str(path),
                mend=f"give the folder of a {kind}",
            )
        return cls(path=path, kind=manifest["kind"], manifest=manifest)

    @classmethod
    def create(
        cls,
        path: Path,
        kind: str,
        *,
        settings: Mapping[str, Any],
        inputs: Mapping[str, str],
        adapt: Adapt | None = None,
        again: bool = False,
    ) -> Artifact:
        """Open for writing: a new folder, or one that the same settings and inputs began.

        settings: what affects output, by name, JSON-able; inputs: digests of what is read, by name.
        Takes the lock. Raises NotAnArtifact for a folder with other people's files, ForeignRecipe
        for another recipe's output, unless `adapt` says which commits still hold; with `again` it
        is asked even where nothing changed.
        """
        if (address := address_of(path)) is not None and kind not in IN_STORES:
            raise UserError(
                what=f"a {kind} artifact is written to a folder",
                where=address,
                mend="give a folder with -o, and copy it",
            )
        path = here(path)
        if path.exists() and not path.is_dir():
            raise NotAnArtifact(
                what="is a file", where=str(path), mend="give a folder that does not exist yet"
            )
        manifest_path = path / MANIFEST
        known = manifest_path.exists() or (path / MARK).exists()
        if path.is_dir() and not known and _foreign(path):
            raise NotAnArtifact(
                what="holds files that qhdata did not write",
                where=str(path),
                mend="give an empty or a new folder",
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
            held = lock(path)
        except OSError as error:
            raise UserError(
                what=f"cannot be written: {error.strerror}",
                where=str(path),
                mend="give another folder",
            ) from None
        # Only under the lock: another process could be writing the manifest that we read.
        lease = None
        try:
            if (path / MARK).exists():
                lease = Lease.take(shown(path))
                pull(path, MANIFEST)
                if not manifest_path.exists():
                    _refuse_foreign_store(shown(path))
            else:
                refresh(path, MANIFEST)
            wanted = {"settings": json.loads(json.dumps(settings)), "inputs": dict(inputs)}
            if manifest_path.exists():
                artifact = cls.open(path, kind)
                if again or any(artifact.manifest.get(k) != v for k, v in wanted.items()):
                    keep = (adapt or refuse_changes)(artifact, wanted)
                    artifact._forget(keep, wanted)  # what the commits say is taken in again
                else:
                    artifact._refuse_lies()
            else:
                manifest = {"format": FORMAT, "kind": kind, **wanted, "steps": [], "parts": {}}
                artifact = cls(path=path, kind=kind, manifest=manifest)
                artifact._write_manifest()
        except BaseException:
            if lease is not None:
                lease.close()
            held.close()
            raise
        artifact._lock, artifact._lease = held, lease
        return artifact

    def close(self) -> None:
        """Release the lock."""
        if self._lease is not None:
            self._lease.close()
            self._lease = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Artifact:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---------------------------------------------------------------- writing

    def committed(
        self, step: str, *, beyond: Collection[str] = frozenset()
    ) -> dict[str, dict[str, Any]]:
        """Commits of a step, by chunk; files of the chunks `beyond` are not read again."""
        known = {f"{_safe(chunk)}.json" for chunk in beyond}
        folder = self.path / "commits" / _safe(step)
        if not folder.is_dir():
            return {}
        found = {}
        for path in sorted(folder.iterdir()):
            if path.suffix == ".json" and not path.name.startswith("_") and path.name not in known:
                with contextlib.suppress(json.JSONDecodeError):
                    row = json.loads(path.read_text())
                    found[row["chunk"]] = row
        return found

    def commit(
        self,
        step: str,
        chunk: str,
        parts: Mapping[str, Sequence[Rows] | pa.Table],
        counts: Mapping[str, int],
        notes: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Write one chunk's rows of every part and make them durable; safe from any process.

        The commit file comes last: before it the chunk never happened, after it the chunk is never
        done again.
        """
        written: dict[str, dict[str, Any]] = {}
        for name, batches in parts.items():
            if not _PART.fullmatch(name):
                raise UserError(
                    what=f"{name!r} cannot name a part",
                    where=str(self.path),
                    mend="letters, digits, dots, dashes and one slash",
                )
            table = (
                batches if isinstance(batches, pa.Table) else pa.Table.from_batches(list(batches))
            )
            relative = f"{name}/{_safe(step)}.{_safe(chunk)}.parquet"
            write_table(self.path / relative, table)
            written[name] = {
                "path": relative,
                "rows": table.num_rows,
                "digest": digest_text(rows_digest(table)),
            }
        row = {"chunk": chunk, "parts": written, **counts, "notes": dict(notes or {})}
        write_bytes(
            self.path / "commits" / _safe(step) / f"{_safe(chunk)}.json",
            json.dumps(row, sort_keys=True).encode(),
        )
        return row

    def finish(
        self,
        step: str,
        *,
        name: str,
        version: int,
        unit: str,
        seconds: float,
        notes: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Fold a step's commits into the manifest; returns its step row."""
        commits = self.committed(step)
        totals = {key: sum(int(c[key]) for c in commits.values()) for key in COUNTS}
        prefix = f"{_safe(step)}."
        files = {
            part: [f for f in row["files"] if not Path(f["path"]).name.startswith(prefix)]
            for part, row in (self.manifest["parts"] | self.manifest.get("internal", {})).items()
        }
        for chunk in sorted(commits):
            for part, file in commits[chunk]["parts"].items():
                files.setdefault(part, []).append({**file, "chunk": chunk})
        before = next((s for s in self.manifest["steps"] if s["id"] == step), None)
        row = {
            "id": step,
            "name": name,
            "version": version,
            "unit": unit,
            **totals,
            "rows_out": sum(f["rows"] for c in commits.values() for f in c["parts"].values()),
            "seconds": round(seconds + (before["seconds"] if before else 0.0), 3),
            "notes": dict(notes or {}),
        }
        self.manifest["steps"] = [s for s in self.manifest["steps"] if s["id"] != step] + [row]
        rows = {k: part_row(v) for k, v in sorted(files.items()) if v}
        self.manifest["parts"] = {k: v for k, v in rows.items() if not is_internal(k)}
        self.manifest["internal"] = {k: v for k, v in rows.items() if is_internal(k)}
        self._write_manifest()
        return row

    def _forget(self, keep: Keep, wanted: Mapping[str, Any]) -> None:
        """Take back every commit that does not hold any more, then every step: what holds is folded
        in again without being done again.

        Commits go first: a kill in between leaves the old manifest, whose files are all there.
        """
        for folder in sorted((self.path / "commits").glob("*")):
            for path in sorted(folder.glob("*.json")):
                if not keep(folder.name, path.stem):
                    if (address := store_of(path)) is not None:
                        remove(address)
                    path.unlink()
            sync(folder)
        self.manifest |= {**wanted, "steps": [], "parts": {}, "internal": {}}
        self._write_manifest()

    def _refuse_lies(self) -> None:
        """Raise UserError where the manifest says of a finished step other than its commits do:
        who trusts it would read other rows than were written.
        """
        commits = {step["id"]: self.committed(step["id"]) for step in self.manifest["steps"]}
        said = contradiction(self.manifest, commits)
        if said:
            corpus = "build again with --restart-from select: what is committed is taken in again"
            raise UserError(
                what=said,
                where=str(self.path / MANIFEST),
                mend=corpus if self.kind == "corpus" else "make the folder again",
            )

    def note(self, **values: Any) -> None:
        """Keep facts about the artifact in its manifest, under `notes`."""
        self.manifest.setdefault("notes", {}).update(json.loads(json.dumps(values)))
        self._write_manifest()

    def _write_manifest(self) -> None:
        if self._lease is not None:
            self._lease.check()
        text = json.dumps(self.manifest, indent=1, sort_keys=True, ensure_ascii=False)
        write_bytes(self.path / MANIFEST, text.encode())


# -------------------------------------------------------------------- helpers


def _safe(name: str) -> str:
    return _SAFE.sub("_", name)


def _foreign(path: Path) -> bool:
    return any(not entry.name.startswith("_") for entry in path.iterdir())


def _refuse_foreign_store(address: str) -> None:
    """The manifest is the first that we write: what lies there without one is not ours."""
    if any(not entry.relative.startswith("_") for entry in listed(address)):
        raise NotAnArtifact(
            what="holds files that qhdata did not write",
            where=address,
            mend="give an address where nothing lies",
        )


def refuse_changes(artifact: Artifact, wanted: Mapping[str, Any], more: str = "") -> Keep:
    """Raises ForeignRecipe by the name of what changed; `more` is one more way out."""
    for group, noun in (("settings", "setting"), ("inputs", "input")):
        for name in differences(artifact.manifest.get(group, {}), wanted[group])[:1]:
            raise ForeignRecipe(
                what=f"was made with another {noun} {name!r}",
                where=str(artifact.path),
                mend=f"give another folder with -o, remove this one, undo the change{more}",
            )
    return lambda _step, _chunk: True
