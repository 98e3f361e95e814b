"""What was written is read as it was, or not at all."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.artifact import Artifact
from qhdata.durable import read_table, write_table
from qhdata.engines.base import Chunk, read_chunk
from qhdata.errors import UserError
from qhdata.parts import whole

TABLE = pa.table(
    {
        "doc_id": [f"s:{n}" for n in range(400)],
        "text": [
            f"Net sales of region {n} were {n * 7919 % 100_003:,} dollars." for n in range(400)
        ],
        "n": list(range(400)),
    }
)


@functools.cache
def written() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_table(Path(folder) / "a.parquet", TABLE)
        return (Path(folder) / "a.parquet").read_bytes()


@given(st.integers(0, 1 << 20), st.integers(1, 255))
def test_a_byte_that_changed_is_noticed_or_changes_nothing(place: int, flip: int) -> None:
    data = bytearray(written())
    data[place % len(data)] ^= flip
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.write(data)
        file.flush()
        found = None
        with contextlib.suppress(UserError), whole(Path(file.name)):
            found = read_table(Path(file.name))
    assert found is None or found.equals(TABLE)


def test_no_byte_of_a_columns_name_ends_in_another_error(tmp_path: Path) -> None:
    """Of names that are no text any more pyarrow raises UnicodeDecodeError."""
    data, path = written(), tmp_path / "a.parquet"
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    noticed = 0
    for place in range(footer, len(data)):
        if data[place : place + 1].isalpha():
            path.write_bytes(data[:place] + bytes([data[place] ^ 128]) + data[place + 1 :])
            try:
                with whole(path):
                    assert read_table(path).equals(TABLE)
            except UserError:
                noticed += 1
    assert noticed > 10


def test_a_chunk_with_another_byte_stops_its_worker(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_table(path, TABLE)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match="is damaged"):
        read_chunk(Chunk(name="000000", index=0, files=(str(path),), rows=400))


def test_a_part_with_another_byte_is_named(tmp_path: Path) -> None:
    with Artifact.create(tmp_path / "c", "corpus", settings={}, inputs={}) as made:
        counts = {"rows_in": 400, "rows_kept": 400, "rows_dropped": 0, "rows_quarantined": 0}
        made.commit("a", "000000", {"documents": TABLE}, counts)
        made.finish("a", name="a", version=1, unit="doc_id", seconds=0.0)
    (file,) = made.part("documents").files
    path = made.path / file.path
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match=file.path):
        Artifact.open(made.path).table("documents")
    with pytest.raises(UserError, match=file.path):
        list(Artifact.open(made.path).batches("documents"))


def test_no_byte_of_a_footer_makes_other_rows_or_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    data = written()
    footer = int.from_bytes(data[-8:-4], "little") + 8
    for place in range(len(data) - footer, len(data)):
        for flip in (1, 32):
            path.write_bytes(data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :])
            found = None
            with contextlib.suppress(UserError), whole(path):
                found = read_table(path)
            assert found is None or found.equals(TABLE), (place, flip)


@pytest.mark.parametrize(
    "kind",
    [pa.timestamp("us", "UTC"), pa.decimal128(10, 2), pa.dictionary(pa.int32(), pa.string()),
     pa.list_(pa.struct([("item", pa.list_(pa.float32()))])), pa.map_(pa.string(), pa.int64()),
     pa.struct([("a", pa.map_(pa.string(), pa.int8())), ("b", pa.int8())]),
     pa.large_list(pa.large_string()), pa.list_(pa.int8(), 3), pa.date32(), pa.null()],
)  # fmt: skip
def test_columns_of_every_kind_come_back(kind: pa.DataType, tmp_path: Path) -> None:
    table = pa.schema([("x", kind), ("y", pa.uint8())]).empty_table()
    write_table(tmp_path / "a.parquet", table)
    assert read_table(tmp_path / "a.parquet").schema.names == ["x", "y"]
