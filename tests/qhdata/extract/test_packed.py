"""Rows that wait come back as they went in, however often they were packed."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.packed import Packed

SCHEMA = pa.schema([("name", pa.large_string()), ("cells", pa.list_(pa.int64()))])
ROWS = st.lists(
    st.fixed_dictionaries(
        {"name": st.none() | st.text(), "cells": st.none() | st.lists(st.integers(0, 9))}
    )
)


@given(st.lists(ROWS), st.integers(0, 200))
def test_rows_come_back_in_order(batches: list[list[dict[str, object]]], most: int) -> None:
    waiting = Packed(SCHEMA)
    for rows in batches:
        waiting.add(pa.RecordBatch.from_pylist(rows, schema=SCHEMA), most)
    found = waiting.take()
    assert found.to_pylist() == [row for rows in batches for row in rows]
    assert found.schema == SCHEMA
    assert waiting.take().num_rows == 0


def test_what_waits_is_packed() -> None:
    waiting = Packed(SCHEMA)
    batch = pa.RecordBatch.from_pylist([{"name": "Cash " * 50, "cells": [1] * 9}] * 9_000, SCHEMA)
    before = pa.total_allocated_bytes()
    for _ in range(8):
        waiting.add(pa.RecordBatch.from_pylist(batch.to_pylist(), SCHEMA), 1 << 20)
    assert pa.total_allocated_bytes() - before < 2 * batch.nbytes
