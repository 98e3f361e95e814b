"""Parquet with a document a row."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.build import build
from qhdata.artifact import Artifact
from qhdata.errors import RowError
from qhdata.readers import plan, read_file

ROWS = [
    {"text": f"Sales of valves rose in {n} countries.\n\nCosts fell - slowly.", "id": f"r{n}",
     "date": n, "filing_date": dt.date(2024, 5, 1 + n % 20), "vector": [0.5] * 3}
    for n in range(700)
]  # fmt: skip


def written(path: Path, rows: list[dict[str, object]], **how: object) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path, **how)
    return path


def test_a_row_is_a_document_that_stays_as_it_came_and_knows_its_id(tmp_path: Path) -> None:
    written(tmp_path / "a.parquet", [*ROWS, ROWS[3], {**ROWS[0], "text": " "}], row_group_size=90)
    (file,) = plan({"s": tmp_path})
    reading = read_file(file)
    assert len(reading.documents) == 700
    documents = list(reading.documents)
    assert [d.data.decode() for d in documents] == [row["text"] for row in ROWS]
    assert documents[7].source_path == "a.parquet#r7"
    assert documents[7].header.filed_at == "2024-05-08"
    assert [(s.name, s.reason) for s in reading.skipped] == [("r3", "same_bytes"), ("r0", "empty")]
    assert reading.documents[699] == reading.documents[-1] == documents[699]
    assert reading.documents[10:14:3] == documents[10:14:3]
    with pytest.raises(IndexError):
        reading.documents[700]


def test_edgar_corpus_as_hubs_give_it_out_has_its_items(tmp_path: Path) -> None:
    words = "The Company sells valves and pumps to customers in forty countries. " * 12
    row = {
        "filename": "42_2001.txt", "cik": "42", "year": dt.datetime(2001, 1, 1).year,
        "section_1": f"ITEM 1. BUSINESS\n\n{words}",
        "section_7": f"ITEM 7. MANAGEMENT'S DISCUSSION AND ANALYSIS\n\n{words}",
        "section_8": f"ITEM 8. FINANCIAL STATEMENTS AND SUPPLEMENTARY DATA\n\n{words}",
    }  # fmt: skip
    (tmp_path / "in").mkdir()
    written(tmp_path / "in" / "2001.parquet", [row])
    build(tmp_path / "in", out=tmp_path / "corpus", workers=1)
    corpus = Artifact.open(tmp_path / "corpus")
    sections = corpus.table("sections").to_pylist()
    found = {s["key"] for s in sections if s["status"] == "present"}
    assert {"part1.item1", "part2.item7", "part2.item8"} <= found
    (filing,) = corpus.table("filings").to_pylist()
    assert filing["filers"][0]["filer_id"] == "cik:0000000042"


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda data: data[: len(data) // 2], "damaged_parquet"),
        (lambda data: data[:4] + b"\xff" * 200 + data[204:], "damaged_parquet"),
        (lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1", "damaged_parquet"),
        (lambda data: b"PAR1", "damaged_parquet"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, damage, error: str) -> None:
    path = written(tmp_path / "a.parquet", ROWS)
    path.write_bytes(damage(path.read_bytes()))
    (file,) = plan({"s": tmp_path})
    with pytest.raises(RowError) as raised:
        list(read_file(file).documents)
    assert raised.value.error == error


def test_a_table_of_something_else_says_which_columns_it_has(tmp_path: Path) -> None:
    written(tmp_path / "a.parquet", [{"open": 1.5, "close": 2.5}])
    (file,) = plan({"s": tmp_path})
    with pytest.raises(RowError, match="open, close"):
        read_file(file)
