"""Keyed steps on files: keys of all chunks, then one fold a key range. Never text, only ids.

Ranges are cut by the upper bits of the key, as many as the number of keys asks for, so memory is
bounded by a range and nothing depends on the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from qhdata.artifact import Artifact
from qhdata.durable import read_table
from qhdata.manifest import Part
from qhdata.records import Rows
from qhdata.step import KeyedStep, Work, step_id

RANGE_KEYS = 4_000_000
"""Keys of one fold: 16 bytes each before sorting, well under 1 GB while folding."""

FOLD_NAMES = "key"

KEY_SCHEMA = pa.schema([("key", pa.uint64()), ("row", pa.uint64())])
EDGE_SCHEMA = pa.schema([("a", pa.uint64()), ("b", pa.uint64()), ("similarity", pa.float64())])


@dataclass(frozen=True)
class KeyPart:
    """The first half of a keyed step as a step of its own: fills `keys/<step id>`."""

    keyed: Any
    """The keyed step itself: its settings are this step's settings."""
    dense: ClassVar[bool] = True
    batch_rows: ClassVar[int] = 1024
    """Keys are small and made of many rows at once; texts of a batch are bounded in bytes."""
    elsewhere: ClassVar[tuple[str, ...]] = ()

    @property
    def name(self) -> str:
        """The keyed step's."""
        return str(self.keyed.name)

    @property
    def version(self) -> int:
        """The keyed step's."""
        return int(self.keyed.version)

    @property
    def reads(self) -> str:
        """The part with the rows that are brought together."""
        return str(self.keyed.reads)

    @property
    def unit(self) -> str:
        """The column that names a row."""
        return str(self.keyed.unit)

    @property
    def read_columns(self) -> tuple[str, ...]:
        """The columns that it looks at; none: all."""
        return tuple(getattr(self.keyed, "read_columns", ()))

    @property
    def part(self) -> str:
        """Where keys go."""
        return f"keys/{step_id(self.keyed)}"

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """One part, of keys."""
        return {self.part: key_schema(self.keyed)}

    def open(self) -> Work:
        """The keyed step's function, its rows under the part's name."""
        keys: Callable[[Rows], Rows] = self.keyed.keys()
        part = self.part
        return lambda rows: {part: keys(rows)}


def fold_keys(step: KeyedStep, corpus: Artifact, keys: str, name: str) -> None:
    """Fold every key range that has no commit yet; edges go to `edges/<step id>`.

    Rows of other folds belong to one key each, so ranges cannot repeat them.
    """
    fold = step.fold()
    part = corpus.part(keys)
    ranges = max(1, -(-part.rows // RANGE_KEYS))
    into, schema = fold_part(step), fold_schema(step)
    seen: list[pa.Table] = []
    done = corpus.committed(name)
    for number in range(ranges):
        chunk = f"{number:04d}of{ranges:04d}"
        if chunk in done:
            if schema is EDGE_SCHEMA:
                seen.append(read_table(corpus.path / done[chunk]["parts"][into]["path"]))
            continue
        table = _keys_between(step, corpus, part, number, ranges)
        folded = pa.Table.from_batches([fold(table)]).cast(schema)
        if schema is EDGE_SCHEMA:
            folded = _beyond(folded, seen)
            seen.append(folded)
        counts = {"rows_in": table.num_rows, "rows_kept": table.num_rows}
        corpus.commit(
            name,
            chunk,
            {into: folded},
            {**counts, "rows_dropped": 0, "rows_quarantined": 0},
        )


def edges_among(step: KeyedStep, corpus: Artifact, keys: str, rows: Any) -> pa.Table:
    """Edges (a, b) between some rows alone, by keys that are there. rows: uint64, sorted.

    Edges of all rows will not do: a key's edges are a star, whose centre may not be among them.
    """
    fold, part = step.fold(), corpus.part(keys)
    ranges = max(1, -(-part.rows // RANGE_KEYS))
    found = [EDGE_SCHEMA.empty_table()]
    for number in range(ranges):
        table = _keys_between(step, corpus, part, number, ranges)
        table = table.filter(pa.array(np.isin(table.column("row").to_numpy(), rows)))
        found.append(pa.Table.from_batches([fold(table.combine_chunks())]).cast(EDGE_SCHEMA))
    return pa.concat_tables(found).select(["a", "b"])


def _keys_between(
    step: KeyedStep, corpus: Artifact, part: Part, number: int, ranges: int
) -> pa.Table:
    """Keys of one of several ranges, sorted by (key, row)."""
    low, high = (number << 64) // ranges, ((number + 1) << 64) // ranges
    pieces = []
    for file in part.files:
        table = read_table(corpus.path / file.path)
        key = table.column("key").to_numpy()
        pieces.append(table.filter(pa.array((key >= low) & (key <= high - 1))))
    table = pa.concat_tables(pieces) if pieces else key_schema(step).empty_table()
    key, row = table.column("key").to_numpy(), table.column("row").to_numpy()
    if len(row) and (row[1:] < row[:-1]).any():
        return table.sort_by([("key", "ascending"), ("row", "ascending")])
    # Rows of keys that were made by chunk and row stand in order: half of the sorting is done.
    return table.take(pa.array(np.argsort(key, kind="stable")))


def key_schema(step: KeyedStep) -> pa.Schema:
    """Columns of a step's keys."""
    found: pa.Schema = getattr(step, "key_schema", KEY_SCHEMA)
    return found


def fold_schema(step: KeyedStep) -> pa.Schema:
    """Columns of what a step folds to: edges, unless it says otherwise."""
    found: pa.Schema = getattr(step, "fold_schema", EDGE_SCHEMA)
    return found


def fold_part(step: KeyedStep) -> str:
    """Where that goes: `edges/<step id>`, unless the step says otherwise."""
    return f"{getattr(step, 'fold_into', 'edges')}/{step_id(step)}"


def _beyond(edges: pa.Table, seen: Sequence[pa.Table]) -> pa.Table:
    """Distinct edges that no earlier range has: two rows may share keys of several ranges, and the
    part must not depend on how keys are cut.
    """
    names = edges.column_names
    edges = edges.group_by(names).aggregate([]).select(names)
    for table in seen:
        edges = edges.join(table, keys=names, join_type="left anti").select(names)
    return edges.combine_chunks()
