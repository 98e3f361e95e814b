"""Keyed steps on Spark: keys are brought together by a shuffle and folded a partition at a time.

What is shuffled is a 64-bit key and a dense row id. The number of partitions follows from the
number of keys alone, so a resumed run cuts the same way and keeps the partitions that have a
commit. Spark has no unsigned integers: ids and keys travel as the signed number of the same bits,
which keeps ids in order (they stay below 2^63) and keys together.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qhdata.artifact import Artifact
from qhdata.durable import open_table
from qhdata.engines.keyed import EDGE_SCHEMA, fold_part, fold_schema, key_schema
from qhdata.step import KeyedStep
from qhdata.stores import fetch

PARTITION_KEYS = 1_000_000
"""Keys of one Spark partition: 16 MB, and a small multiple of it while folding."""

SIGNED = {pa.uint64(): pa.int64()}


def fold_on_spark(session: Any, step: KeyedStep, corpus: Artifact, keys: str, name: str) -> None:
    """Fold all keys of a part; edges go to `edges/<step id>`, a commit a partition."""
    part = corpus.part(keys)
    count = max(1, -(-part.rows // PARTITION_KEYS))
    paths = [str(fetch(corpus.path / file.path)) for file in part.files if file.rows]
    if len(corpus.committed(name)) == count:
        return
    if not paths:
        rows = fold_schema(step).empty_table()
        corpus.commit(name, chunk_name(0, 1), {fold_part(step): rows}, _counts(0))
        return
    schema = signed(pq.read_schema(paths[0]))
    folded = (
        read_paths(session, paths, schema)
        .repartition(count, "key")
        .sortWithinPartitions("key", "row")
        .mapInArrow(_folding(packed(step), schema), spark_schema(signed(fold_schema(step))))
    )
    if fold_schema(step) is EDGE_SCHEMA:  # two rows may share several keys: an edge of each
        folded = folded.distinct().repartition(count, "a", "b").sortWithinPartitions("a", "b")
    commit = _committing(corpus, step, name, count, part.rows)
    folded.mapInArrow(commit, "partition int").collect()


def chunk_name(number: int, count: int) -> str:
    """A partition's name among the commits."""
    return f"p{number:05d}of{count:05d}"


def packed(value: object) -> tuple[list[str], bytes]:
    """Something for a Spark worker, with where this process imports from: plug-ins of a recipe."""
    return list(sys.path), pickle.dumps(value)


def unpacked(parcel: tuple[list[str], bytes]) -> Any:
    """What `packed` packed."""
    paths, data = parcel
    sys.path += [path for path in paths if path not in sys.path]
    return pickle.loads(data)


def _folding(
    parcel: tuple[list[str], bytes], schema: pa.Schema
) -> Callable[[Any], Iterator[pa.RecordBatch]]:
    """Sorted batches of a partition to edges; a key that goes on in the next batch waits for it."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        step = unpacked(parcel)
        fold, keys, into = step.fold(), key_schema(step), fold_schema(step)
        waiting = schema.empty_table()
        for batch in batches:
            table = pa.concat_tables([waiting, pa.Table.from_batches([batch]).cast(schema)])
            key = table.column("key").to_numpy()
            others = np.flatnonzero(key != key[-1]) if len(key) else key
            whole = int(others[-1]) + 1 if len(others) else 0
            if whole:
                yield from folded(fold, viewed(table.slice(0, whole), keys), into)
            waiting = table.slice(whole)
        if waiting.num_rows:
            yield from folded(fold, viewed(waiting, keys), into)

    return run


def folded(
    fold: Callable[[pa.Table], Any], table: pa.Table, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """What whole keys (in our own numbers) fold to, in Spark's."""
    rows = pa.Table.from_batches([fold(table.combine_chunks())]).cast(schema)
    yield from viewed(rows, signed(schema)).to_batches()


def _committing(
    corpus: Artifact, step: KeyedStep, name: str, count: int, keys: int
) -> Callable[[Any], Iterator[pa.RecordBatch]]:
    path, kind, into, schema = corpus.path, corpus.kind, fold_part(step), fold_schema(step)

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext

        task: Any = TaskContext.get()
        number = task.partitionId()
        rows = pa.Table.from_batches(list(batches), schema=signed(schema))
        # Edges are cut by row and keys by key, so no partition has keys of its own to count.
        counts = _counts(keys if number == 0 else 0)
        target = Artifact(path=Path(path), kind=kind, manifest={})
        target.commit(name, chunk_name(number, count), {into: viewed(rows, schema)}, counts)
        yield pa.record_batch({"partition": pa.array([number], pa.int32())})

    return run


def _counts(keys: int) -> dict[str, int]:
    return {"rows_in": keys, "rows_kept": keys, "rows_dropped": 0, "rows_quarantined": 0}


# ------------------------------------------------------------------- Spark's numbers


def read_paths(session: Any, paths: list[str], schema: pa.Schema) -> Any:
    """A DataFrame of Parquet files that our own reader reads: Spark's makes decimals of uint64."""
    columns = schema.names

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for path in batch.column("path").to_pylist():
                with open_table(Path(path)) as file:
                    for rows in file.iter_batches(batch_size=100_000, columns=columns):
                        table = pa.Table.from_batches([rows])
                        yield from viewed(table, schema).to_batches()

    listed = session.createDataFrame([(path,) for path in paths], "path string")
    return listed.repartition(len(paths)).mapInArrow(run, spark_schema(schema))


def signed(schema: pa.Schema) -> pa.Schema:
    """The schema with signed integers for unsigned ones."""
    return pa.schema([(f.name, SIGNED.get(f.type, f.type)) for f in schema])


def viewed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The same bits under a schema of the same columns: int64 for uint64 and back."""
    columns = [
        column.combine_chunks().view(field.type) if column.type != field.type else column
        for column, field in zip(table.columns, schema, strict=True)
    ]
    return pa.table(columns, schema=schema)


def spark_schema(schema: pa.Schema) -> Any:
    """Spark's schema for an Arrow one."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
