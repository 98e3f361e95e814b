"""Synthesis as a step that any engine runs: a row of the plan is some filers of one split.

The plan is cut by the corpus alone, so the rows are the same for any engine and any number of
workers; a chunk that is committed is not made again. A filer is in one chunk, so what looks at
several of its filings sees them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, cast

import pyarrow as pa

from qhdata.artifact import Artifact
from qhdata.factstore.store import FactStore
from qhdata.recipe import Settings
from qhdata.records import (
    DocSplit,
    Document,
    Example,
    Lineage,
    Pair,
    Quarantined,
    Rows,
    Task,
    to_batch,
)
from qhdata.render import read_edits
from qhdata.step import Counts, Work
from qhdata.synth.material import SPLITS, Material, Split
from qhdata.synth.produce import VERSION, Batch, produce
from qhdata.synth.settings import Limits, SynthSettings

CHUNK_DOCUMENTS = 256
"""Documents of a chunk, where no filer alone has more."""

PLAN = pa.schema(
    [("chunk", pa.string()), ("split", pa.string()), ("filers", pa.list_(pa.string())),
     ("limit", pa.int64())]
)  # fmt: skip
TALLY = pa.schema(
    [("chunk", pa.string()), ("split", pa.string()), ("generator", pa.string()),
     ("outcome", pa.string()), ("reason", pa.string()), ("rows", pa.int64())]
)  # fmt: skip
"""How many drafts of a generator were kept, dropped and why, or quarantined; and rows of tables
that were not used, which are no drafts."""
NOT_USED = "not_used"
_RECORDS: Mapping[str, Any] = {
    "examples": Example, "tasks": Task, "pairs": Pair, "documents": Document,
    "doc_splits": DocSplit, "lineage": Lineage, "quarantine": Quarantined,
}  # fmt: skip


def plan(store: FactStore, limits: Limits) -> Iterator[dict[str, Any]]:
    """Rows of the plan: each split's filers in the order of their ids, cut where a chunk is full;
    a split's limit is shared out by documents.
    """
    for split in SPLITS:
        counts = Counter(document.filer_id for document in store.documents(split=split))
        chunks: list[list[str]] = [[]]
        size = 0
        for filer in sorted(counts):
            if chunks[-1] and size + counts[filer] > CHUNK_DOCUMENTS:
                chunks.append([])
                size = 0
            chunks[-1].append(filer)
            size += counts[filer]
        sizes = [sum(counts[filer] for filer in filers) for filers in chunks]
        shares = shared_out(limits.of(split), sizes)
        for n, (filers, share) in enumerate(zip(chunks, shares, strict=True)):
            yield {"chunk": f"{split}-{n:06d}", "split": split, "filers": filers, "limit": share}


def shared_out(whole: int, sizes: Sequence[int]) -> list[int]:
    """A whole number shared out by sizes, largest remainders first.

    >>> shared_out(10, [1, 1, 1]), shared_out(3, [5, 0])
    ([4, 3, 3], [3, 0])
    """
    total = sum(sizes)
    if not total:
        return [whole, *([0] * (len(sizes) - 1))]
    found = [whole * size // total for size in sizes]
    left = sorted(range(len(sizes)), key=lambda n: (-(whole * sizes[n] % total), n))
    for n in left[: whole - sum(found)]:
        found[n] += 1
    return found


@dataclass(frozen=True, kw_only=True)
class Drafting(Settings):
    """Drafts of one kind for the filers of each row of a plan."""

    name: ClassVar[str] = "synth"
    version: ClassVar[int] = VERSION
    reads: ClassVar[str] = "plan"
    unit: ClassVar[str] = "chunk"
    elsewhere: ClassVar[tuple[str, ...]] = ("corpus", "store")

    kind: str
    seed: int = 0
    settings: SynthSettings = field(default_factory=SynthSettings)
    corpus: str
    """Its folder."""
    store: str
    """The fact store of that corpus."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """What became of the drafts; the rows that they are, where there are any."""
        return {"tally": TALLY}

    def open(self) -> Work:
        """Open corpus and store, once a worker."""
        corpus, store = Artifact.open(Path(self.corpus), "corpus"), FactStore.open(Path(self.store))
        edits = read_edits(corpus)

        def work(rows: Rows) -> Mapping[str, Rows]:
            found: dict[str, list[Rows]] = {}
            for row in rows.to_pylist():
                split = cast("Split", row["split"])
                filers = frozenset(row["filers"])
                material = Material(
                    corpus, store, self.settings, split, self.seed, filers=filers, edits=edits
                )
                batch = produce(self.kind, material, row["limit"])
                for name, made in _rows(row["chunk"], split, batch, material).items():
                    found.setdefault(name, []).append(made)
            return {name: _one(batches) for name, batches in found.items()}

        return work

    def counts(self, tables: Mapping[str, pa.Table], failed: int) -> Counts:
        """Drafts in, kept, dropped, quarantined. failed: chunks that could not be done at all."""
        tally: Counter[str] = Counter()
        for row in tables["tally"].to_pylist():
            tally[row["outcome"]] += row["rows"]
        kept, dropped = tally["kept"], tally["dropped"]
        lost = tally["quarantined"] + failed
        return Counts(kept + dropped + lost, kept, dropped, lost)


def _rows(chunk: str, split: str, batch: Batch, material: Material) -> dict[str, Rows]:
    made = {
        name: to_batch(cls, getattr(batch, name))
        for name, cls in _RECORDS.items()
        if getattr(batch, name)
    }
    tally = [(name, "kept", "", n) for name, n in batch.kept.items()]
    tally += [
        (name, "dropped", reason, n)
        for name, reasons in batch.skipped.items()
        for reason, n in reasons.items()
    ]
    tally += [("", "quarantined", row.error, 1) for row in batch.quarantine]
    tally += [("", NOT_USED, reason, n) for reason, n in material.skipped.items()]
    names = [field.name for field in TALLY]
    made["tally"] = pa.RecordBatch.from_pylist(
        [dict(zip(names, (chunk, split, *row), strict=True)) for row in sorted(tally)],
        schema=TALLY,
    )
    return made


def _one(batches: Sequence[Rows]) -> Rows:
    if len(batches) == 1:
        return batches[0]
    table = pa.Table.from_batches(batches).combine_chunks()
    return table.to_batches()[0]


def notes(synth: Artifact) -> dict[str, Any]:
    """What the tally says, by split: kept by generator, skipped by generator and reason, rows of
    tables that were not used.
    """
    found: dict[str, Any] = {
        split: {"kept": Counter(), "skipped": {}, "rows_not_used": Counter()} for split in SPLITS
    }
    for row in synth.table("tally").to_pylist() if synth.part("tally").rows else []:
        own = found[row["split"]]
        if row["outcome"] == "kept":
            own["kept"][row["generator"]] += row["rows"]
        elif row["outcome"] == "dropped":
            reasons = own["skipped"].setdefault(row["generator"], Counter())
            reasons[row["reason"]] += row["rows"]
        elif row["outcome"] == NOT_USED:
            own["rows_not_used"][row["reason"]] += row["rows"]
    return {
        split: {
            "kept": dict(sorted(own["kept"].items())),
            "skipped": {n: dict(sorted(r.items())) for n, r in sorted(own["skipped"].items())},
            "rows_not_used": dict(sorted(own["rows_not_used"].items())),
        }
        for split, own in found.items()
    }


def write_plan(synth: Artifact, store: FactStore, limits: Limits) -> None:
    """Commit the plan, a chunk a row."""
    done = synth.committed("plan@1")
    for row in plan(store, limits):
        if row["chunk"] not in done:
            table = pa.Table.from_pylist([row], schema=PLAN)
            counts = {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0}
            synth.commit("plan@1", row["chunk"], {"plan": table}, counts)
    synth.finish("plan@1", name="plan", version=1, unit="chunk", seconds=0.0)
