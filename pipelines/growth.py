"""A corpus that is built again over more files, or from a later step on: what of it still holds.

Rows of a chunk hold while the files that made them are the same. So a corpus of A that is built
again over A and B reads B alone: chunks of A stay, files that are new, changed, or were in a chunk
with a changed one go to new chunks. Where a chunk begins shows in no digest, so the parts are those
of a build from nothing. Steps that look at all documents at once (splits, clusters, select) are
done again, on what is stored.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qhdata.artifact import Artifact, Keep, refuse_changes
from qhdata.durable import read_table
from qhdata.errors import ForeignRecipe, UserError
from qhdata.manifest import differences
from qhdata.readers.pieces import file_of
from qhdata.records import SourceFile, from_batch

PLAN = "plan@1"
OF_BUILD = ("extract", "select", "as_of")
"""Decisions that a build makes."""

Key = tuple[object, ...]


@dataclass(slots=True)
class Growth:
    """How a corpus becomes another one; give `adapt` to Artifact.create."""

    files: Sequence[SourceFile]
    """All that the sources hold now."""
    steps: Sequence[tuple[str, str]]
    """(name, step id or its beginning) of the steps to come, in order; a name may have two."""
    restart_from: str = ""
    """The first step to do again."""
    told: list[str] = field(default_factory=list)
    """Lines for the user: what stays and what is done again."""

    def adapt(self, corpus: Artifact, wanted: Mapping[str, Any]) -> Keep:
        """Which commits hold. Raises ForeignRecipe for settings of steps that would stay."""
        again = self.refuse(corpus, wanted)
        chunks = committed_plan(corpus)
        valid = valid_chunks(corpus, chunks, self.files)
        if chunks and not valid and not _known(chunks) & _known({"": self.files}):
            refuse_changes(corpus, {**wanted, "settings": corpus.manifest.get("settings", {})})
        if corpus.manifest.get("inputs") != wanted["inputs"]:
            kept = sum(len(chunks[name]) for name in valid)
            old = {row.file_id for rows in chunks.values() for row in rows}
            new = {file.file_id for file in self.files}
            self.told.append(
                f"grown: {len(new - old):,} files are new, {len(old - new):,} are gone, "
                f"{kept:,} stay as they were extracted"
            )
        own = [p.split("/")[1] for p in corpus.manifest["parts"] if p.startswith("decisions/")]
        if gone := ", ".join(name for name in own if name not in OF_BUILD):
            self.told.append(f"decided on what was there before, and gone: {gone}; select again")
        same_inputs = corpus.manifest.get("inputs") == wanted["inputs"]
        before = {name for name, _ in self.steps if name not in again} | {"files"}
        ids = {name: tuple(i for n, i in self.steps if n == name) for name, _ in self.steps}

        def keep(step: str, chunk: str) -> bool:
            name = step.split("@")[0]
            if chunk not in chunks:  # of the whole corpus: splits, folded keys, clusters
                return same_inputs and name in before
            if chunk not in valid:
                return False
            if step == PLAN:
                return True
            # Row-local work holds for unchanged texts, also of steps that come later.
            return step.startswith(ids.get(name, ())) and (
                name in before or not ("extract" in again or name == self.restart_from)
            )

        return keep

    def refuse(self, corpus: Artifact, wanted: Mapping[str, Any]) -> set[str]:
        """Names of the steps that are done again. Raises ForeignRecipe for settings of steps that
        would stay.
        """
        changed = differences(corpus.manifest.get("settings", {}), wanted["settings"])
        if changed and not self.restart_from:
            names = ", ".join(dict(self.steps))
            refuse_changes(
                corpus, wanted, f", or say --restart-from with the first step to do again: {names}"
            )
        again = self._again()
        if changed:
            self._refuse_earlier(corpus, changed, again)
        return again

    def check(self) -> None:
        """Raise UserError where the step to do again is none of these."""
        names = [name for name, _ in self.steps]
        if self.restart_from and self.restart_from not in names:
            raise UserError(
                what=f"this recipe has no step {self.restart_from!r}",
                where="--restart-from",
                mend=f"known: {', '.join(dict.fromkeys(names))}",
            )

    def _again(self) -> set[str]:
        self.check()
        names = [name for name, _ in self.steps]
        return set(names[names.index(self.restart_from) :]) if self.restart_from else set()

    def _refuse_earlier(
        self, corpus: Artifact, changed: Sequence[str], again: Collection[str]
    ) -> None:
        """A changed setting of a step before the first that is done again: it would not be."""
        done = [step["id"] for step in corpus.manifest["steps"]] or [
            folder.name for folder in (corpus.path / "commits").glob("*")
        ]
        for name, ident in self.steps:
            ran = any(i.startswith(f"{name}@") for i in done)
            if name not in again and ran and not any(i.startswith(ident) for i in done):
                raise ForeignRecipe(
                    what=f"step {name} has other settings now ({', '.join(changed[:3])})",
                    where=str(corpus.path),
                    mend=f"say --restart-from {name}, or undo the change",
                )


def _known(chunks: Mapping[str, Sequence[SourceFile]]) -> set[tuple[str, str]]:
    """What says of a file that it is one that was read: its name with its bytes, or with where it
    lies; of a piece that of its file.
    """
    rows = [row for own in chunks.values() for row in own]
    same = {(row.file_id, row.sha256) for row in rows}
    return same | {(file_of(row.file_id), file_of(row.path)) for row in rows}


def committed_plan(corpus: Artifact) -> dict[str, list[SourceFile]]:
    """Files of each committed chunk of the plan."""
    found = {}
    for chunk, row in corpus.committed(PLAN).items():
        path = corpus.path / row["parts"]["plan"]["path"]
        found[chunk] = list(from_batch(SourceFile, read_table(path)))
    return found


def valid_chunks(
    corpus: Artifact, chunks: Mapping[str, Sequence[SourceFile]], files: Sequence[SourceFile]
) -> set[str]:
    """Chunks of the plan whose files are all there, unchanged."""
    now = dict(keys_of(files))
    before = dict(keys_of([file for rows in chunks.values() for file in rows]))
    moved = {f.file_id: f.path for f in files}
    valid = set()
    for name, rows in chunks.items():
        same = all(now.get(row.file_id) == before[row.file_id] for row in rows)
        # Where the source lies elsewhere now, rows that are extracted hold; others must be found.
        here = all(moved.get(row.file_id) == row.path for row in rows)
        if same and (here or _extracted(corpus, name)):
            valid.add(name)
    return valid


def keys_of(files: Sequence[SourceFile]) -> list[tuple[str, Key]]:
    """(file_id, what of the file and of its neighbours decides its rows)."""
    known = {file.path: (file.file_id, file.sha256) for file in files}
    return [
        (
            file.file_id,
            (
                file.sha256,
                file.bytes,
                file.same_as,
                json.loads(file.sidecar) if file.sidecar else None,
                tuple(known.get(path, (path, "")) for path in file.rivals),
                known.get(file.linkbase, (file.linkbase, "")) if file.linkbase else None,
            ),
        )
        for file in files
    ]


def _extracted(corpus: Artifact, chunk: str) -> bool:
    folders = (corpus.path / "commits").glob("extract@*")
    return any((folder / f"{chunk}.json").exists() for folder in folders)
