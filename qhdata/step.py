"""The contracts that every pipeline step and engine keep: Step, KeyedStep, Counts, Skip.

A step is a frozen settings dataclass; `open()` loads what it needs, once a worker, and returns the
pure function that does a batch. Promise 1 (nothing is lost silently) is the constructor of
`Counts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self, runtime_checkable

import pyarrow as pa

from qhdata.artifact import Artifact
from qhdata.errors import LostRows
from qhdata.recipe import digest, plain
from qhdata.records import Rows, Tag, arrow_schema, to_batch

Work = Callable[[Rows], Mapping[str, Rows | pa.Table]]
"""A batch of the part that a step reads -> rows of the parts that it fills."""
OnProgress = Callable[[int, int, str], None]


@runtime_checkable
class Step(Protocol):
    """Something a recipe lists that walks the rows of one part and fills others."""

    name: ClassVar[str]
    version: ClassVar[int]
    """Bump when the same input may give other output."""
    reads: ClassVar[str]
    """The part it walks."""
    unit: ClassVar[str]
    """The column of `reads` that names a row in decisions and quarantine: `doc_id`, `file_id`.

    A step may also have `read_columns`, the ones that it looks at (all, where it does not say), and
    `batch_rows`, how many rows it is given at most.
    """

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """The parts it fills, with their columns. Rows with outcome `dropped` in a part named
        `decisions/...` count as dropped; everything else that does not raise counts as kept."""

    def open(self) -> Work:
        """Load models and compile patterns, once a worker; the returned function does one batch.

        It raises RowError (or anything) for a row that it cannot do: the engine halves the batch
        until the culprit stands alone in `quarantine`. A step has no `try` of its own.
        """


@runtime_checkable
class KeyedStep(Protocol):
    """A step that needs all rows with one key together: exact and near duplicates, repeated
    paragraphs.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    reads: ClassVar[str]
    unit: ClassVar[str]

    def keys(self) -> Callable[[Rows], Rows]:
        """Batch of `reads` -> rows of key: uint64, row: uint64 (dense id) and small columns;
        never text.
        """

    def fold(self) -> Callable[[pa.Table], Rows]:
        """All rows of one key range, sorted by (key, row) -> edges (a: uint64, b: uint64,
        similarity).
        """


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows that came in; refuses to exist where one is missing."""

    rows_in: int
    rows_kept: int
    rows_dropped: int
    rows_quarantined: int

    def __post_init__(self) -> None:
        if self.rows_in != self.rows_kept + self.rows_dropped + self.rows_quarantined:
            raise LostRows(
                what=f"{self.rows_in} rows came in, {self.rows_kept} kept + {self.rows_dropped} "
                f"dropped + {self.rows_quarantined} quarantined came out",
                mend="this is a defect: please report it with the run's manifest",
            )

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.rows_in + other.rows_in,
            self.rows_kept + other.rows_kept,
            self.rows_dropped + other.rows_dropped,
            self.rows_quarantined + other.rows_quarantined,
        )

    @classmethod
    def of(cls, row: Mapping[str, int]) -> Counts:
        """From a manifest's step row."""
        return cls(row["rows_in"], row["rows_kept"], row["rows_dropped"], row["rows_quarantined"])


ZERO = Counts(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Skip:
    """A draft or row that was not made, with a reason from the maker's closed list."""

    reason: str


def count_skips(items: Iterable[object], into: Counter[str]) -> Iterable[object]:
    """Pass everything but skips through; skips are added up in `into`."""
    for item in items:
        if isinstance(item, Skip):
            into[item.reason] += 1
        else:
            yield item


class Engine(Protocol):
    """How steps run: local, launch or spark. An engine only runs functions; committing is the
    artifact's.
    """

    on_progress: OnProgress
    """Told (done, total, noun) as chunks are committed."""

    def map(self, step: Step, corpus: Artifact) -> Counts:
        """Run a step over every chunk of the part that it reads."""

    def group(self, step: KeyedStep, corpus: Artifact) -> Counts:
        """Bring rows of one key together, fold them, and write edges."""

    def components(self, corpus: Artifact, edges: list[str]) -> pa.Table:
        """Edges of these parts to (row, cluster), sorted by (cluster, row), without lone rows."""

    def __enter__(self) -> Self:
        """Start what steps run on."""

    def __exit__(self, *_: object) -> None:
        """End it."""


def step_id(step: Step | KeyedStep) -> str:
    """`name@version-<digest of the settings>`: names folders, so a changed setting is another
    folder.

    Settings named in a step's `elsewhere` say where something lies (an asset's path), not what it
    is; they stay out, so that a moved asset is the same step.
    """
    left_out = getattr(step, "elsewhere", ())
    settings = {name: value for name, value in plain(step).items() if name not in left_out}
    return f"{step.name}@{step.version}-{digest(settings)}"


def tag_part(step: Step) -> str:
    """Where a tagger's rows go: `tags/<step id>`."""
    return f"tags/{step_id(step)}"


TAG_SCHEMA = arrow_schema(Tag)


def each_text(labels: Sequence[str], measure: Callable[[str], Sequence[float]], part: str) -> Work:
    """A whole-document tagger from a function of one text: text -> a score per label."""

    def work(rows: Rows) -> Mapping[str, Rows]:
        tags = [
            Tag(doc_id=doc_id, start=None, end=None, label=label, score=round(float(score), 4))
            for doc_id, text in zip(
                rows.column("doc_id").to_pylist(), rows.column("text").to_pylist(), strict=True
            )
            for label, score in zip(labels, measure(text), strict=True)
        ]
        return {part: to_batch(Tag, tags)}

    return work
