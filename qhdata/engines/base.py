"""What one chunk is on every engine: batches, halving, quarantine, one commit.

An engine decides where and when `do_chunk` runs; what it does stands here, so that the rows of a
part are the same for any engine and any number of workers. Batches are bounded in rows and bytes
(a filing may be megabytes) and their bounds depend on the chunk alone.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qhdata.artifact import Artifact
from qhdata.durable import read_table
from qhdata.errors import Fault, MissingExtra, RowError
from qhdata.parts import chunk_index, whole
from qhdata.records import Quarantined, Rows, SourceFile, arrow_schema, to_batch
from qhdata.step import Counts, Step, Work, step_id

BATCH_ROWS = 64
BATCH_BYTES = 8 << 20
CHUNK_FILES = 32
CHUNK_BYTES = 8 << 20
QUARANTINE = "quarantine"

Announce = Callable[[int, int], None]
"""Told the rows [low, high) of the chunk that are about to be done."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a row is quarantined: a short stable name and one line."""

    error: str
    message: str
    retryable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One chunk of the part that a step reads."""

    name: str
    index: int
    """Its place in the part: the upper half of dense row ids."""
    files: tuple[str, ...]
    """Absolute paths."""
    rows: int


@dataclass(slots=True)
class Care:
    """What earlier attempts at a chunk taught: rows to do alone, rows not to do at all."""

    alone: set[int] = field(default_factory=set)
    culprits: dict[int, Failure] = field(default_factory=dict)


def chunks_of(corpus: Artifact, part: str) -> list[Chunk]:
    """The chunks of a part, in the order of its files."""
    grouped: dict[str, list[tuple[str, int]]] = {}
    for file in corpus.part(part).files:
        grouped.setdefault(file.chunk, []).append((str(corpus.path / file.path), file.rows))
    index = chunk_index(grouped)
    return [
        Chunk(
            name=name,
            index=index[name],
            files=tuple(path for path, _ in files),
            rows=sum(rows for _, rows in files),
        )
        for name, files in grouped.items()
    ]


def plan_chunks(
    files: Sequence[SourceFile], number: int = 0
) -> Iterator[tuple[str, list[SourceFile]]]:
    """Split files into chunks of at most 8 MB or 32 files, in the order given, numbered from
    `number` on.

    Fixed by the input alone: not by the engine, nor by the number of workers.
    """
    chunk: list[SourceFile] = []
    size = 0
    for file in files:
        if chunk and (len(chunk) == CHUNK_FILES or size + file.bytes > CHUNK_BYTES):
            yield f"{number:06d}", chunk
            chunk, size, number = [], 0, number + 1
        chunk.append(file)
        size += file.bytes
    if chunk:
        yield f"{number:06d}", chunk


def columns_of(step: Step) -> list[str]:
    """The columns that a step looks at; none: all."""
    asked = getattr(step, "read_columns", ())
    return list(dict.fromkeys([step.unit, *asked])) if asked else []


def read_chunk(chunk: Chunk, columns: Sequence[str] = ()) -> pa.Table:
    """A chunk's rows, in memory; columns: those alone."""
    tables = []
    for path in chunk.files:
        with whole(Path(path)):
            tables.append(read_table(Path(path), columns))
    return pa.concat_tables(tables)


def do_chunk(
    step: Step, work: Work, table: pa.Table, care: Care, announce: Announce, index: int = 0
) -> tuple[dict[str, pa.Table], Counts]:
    """Run a step's function over a chunk; its parts (with `quarantine`) and its counts.

    A row whose function raises is found by halving and quarantined. A step with `dense = True` is
    given one more column, `row`: `index << 32 | row in chunk`, unique in the corpus.
    """
    if getattr(step, "dense", False):
        rows = np.arange(table.num_rows, dtype=np.uint64) + (np.uint64(index) << np.uint64(32))
        table = table.append_column("row", pa.array(rows))
    units = table.column(step.unit).to_pylist()
    made: dict[str, list[Rows]] = {name: [] for name in step.writes}
    failed: dict[int, Failure] = dict(care.culprits)

    def attempt(low: int, high: int) -> None:
        announce(low, high)
        try:
            parts = work(_batch(table, low, high))
        except (MissingExtra, MemoryError) as error:
            if isinstance(error, MissingExtra):
                raise
            failure = Failure("MemoryError", "out of the worker's memory", retryable=True)
        except Exception as error:  # whatever a row can raise, it costs that row only
            failure = failure_of(error)
        else:
            for name, rows in parts.items():
                more = rows.to_batches() if isinstance(rows, pa.Table) else [rows]
                made.setdefault(name, []).extend(more)
            return
        if high - low == 1:
            failed[low] = failure
            return
        middle = (low + high) // 2
        attempt(low, middle)
        attempt(middle, high)

    for low, high in _ranges(step, table, care):
        attempt(low, high)
    tables = {
        name: pa.Table.from_batches(batches, schema=step.writes.get(name))
        for name, batches in made.items()
        if batches or name in step.writes
    }
    name = f"{step.name}@{step.version}"
    stopped = to_batch(
        Quarantined,
        [
            Quarantined(
                unit_id=units[row],
                step=name,
                error=failed[row].error,
                message=failed[row].message,
                retryable=failed[row].retryable,
            )
            for row in sorted(failed)
        ],
    )
    own = tables.get(QUARANTINE)
    own_rows = own.cast(arrow_schema(Quarantined)).to_batches() if own is not None else []
    tables[QUARANTINE] = pa.Table.from_batches([*own_rows, stopped])
    if (own_count := getattr(step, "counts", None)) is not None:  # of what it made of its rows
        return tables, own_count(tables, len(failed))
    return tables, count(units, tables)


def count(units: Sequence[str], tables: Mapping[str, pa.Table]) -> Counts:
    """What became of the units that came in.

    A step may also drop or quarantine finer things than its unit (one document of a submission);
    those have their rows, but only the step's own units count here.
    """
    known = set(units)
    quarantined = known & set(tables[QUARANTINE].column("unit_id").to_pylist())
    dropped: set[str] = set()
    for name, table in tables.items():
        if name.startswith("decisions/"):
            ids = table.column("unit_id").to_pylist()
            outcomes = table.column("outcome").to_pylist()
            dropped |= {i for i, o in zip(ids, outcomes, strict=True) if o == "dropped"}
    n_quarantined = sum(unit in quarantined for unit in units)
    n_dropped = sum(unit in dropped and unit not in quarantined for unit in units)
    return Counts(len(units), len(units) - n_dropped - n_quarantined, n_dropped, n_quarantined)


def failure_of(error: Exception) -> Failure:
    """An exception as a quarantine row: RowError by its own name, others by their class."""
    if isinstance(error, RowError):
        return Failure(error.error, _line(error.message), error.retryable)
    return Failure(type(error).__name__, _line(str(error)))


def commit_chunk(
    corpus: Artifact, step: Step, chunk: Chunk, tables: Mapping[str, pa.Table], counts: Counts
) -> None:
    """Make a chunk durable; empty parts are written only where the step declares them.

    Raises Fault where the disk does not take it.
    """
    parts = {name: t for name, t in tables.items() if t.num_rows or name in step.writes}
    try:
        corpus.commit(
            step_id(step),
            chunk.name,
            parts,
            {
                "rows_in": counts.rows_in,
                "rows_kept": counts.rows_kept,
                "rows_dropped": counts.rows_dropped,
                "rows_quarantined": counts.rows_quarantined,
            },
        )
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise Fault(
            what=f"chunk {chunk.name} cannot be written: {error.strerror or error}",
            where=str(corpus.path),
            mend="free some disk and run the same command again" if full else "",
        ) from None


def work_of(step: Step, path: Path) -> Work:
    """Open a step; a fault that says which step where it cannot be."""
    try:
        return step.open()
    except FileNotFoundError as error:
        raise Fault(what=f"no such file: {error.filename}", where=f"{path}: {step.name}") from None


def _batch(table: pa.Table, low: int, high: int) -> Rows:
    batches = table.slice(low, high - low).combine_chunks().to_batches()
    return batches[0]


def _ranges(step: Step, table: pa.Table, care: Care) -> Iterator[tuple[int, int]]:
    # A row of a plan names a file that may hold hundreds of documents: it is its own batch.
    most = getattr(step, "batch_rows", 1 if step.reads == "plan" else BATCH_ROWS)
    sizes = _row_bytes(table)
    low = 0
    while low < table.num_rows:
        if low in care.culprits:
            low += 1
            continue
        high, size = low + 1, int(sizes[low])
        while (
            low not in care.alone
            and high < table.num_rows
            and high - low < most
            and size + int(sizes[high]) <= BATCH_BYTES
            and high not in care.alone
            and high not in care.culprits
        ):
            size += int(sizes[high])
            high += 1
        yield low, high
        low = high


def _row_bytes(table: pa.Table) -> Any:
    """Bytes of the text columns of each row: what a batch weighs."""
    total = np.full(table.num_rows, 64, dtype=np.int64)
    for column in table.columns:
        if pa.types.is_large_string(column.type) or pa.types.is_large_binary(column.type):
            lengths = pc.binary_length(column).fill_null(0)
            total += lengths.to_numpy().astype(np.int64)
    return total


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 500 else line[:497] + "..."
