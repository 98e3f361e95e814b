"""Rows of exam sets become the items that synthesis reads."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.readers import plan, read_file
from qhdata.readers.exam_rows import exam_text
from qhdata.synth.exam_items import exam_items

SHARED = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared/data"))
OPTIONS = {"A": "Its age", "B": "Its price's answer to rates", "C": "Its issuer"}
ROW = {"question": "What does duration measure?", "choices": OPTIONS, "answer": "B"}
TEXT = (
    "What does duration measure?\nA. Its age\nB. Its price's answer to rates\nC. Its issuer\n"
    "Answer: B"
)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"choices": str(OPTIONS)},  # as CFLUE has them
        {"choices": json.dumps(OPTIONS)},
        {"choices": None, "options": list(OPTIONS.values())},
        {"options": json.dumps(list(OPTIONS.values())), "choices": ""},
        {"answer": 1},
        {"answer": "b "},
        {"answer": "Its  price's answer to rates"},
        {"question": " What does\nduration measure? "},
    ],
)
def test_rows_of_any_layout_are_one_item(more: dict[str, object]) -> None:
    assert exam_text({**ROW, **more}) == TEXT


@pytest.mark.parametrize(
    "more",
    [
        {"answer": "D"}, {"answer": ""}, {"answer": None}, {"answer": True}, {"answer": 7},
        {"answer": "Its colour"}, {"question": ""}, {"question": None}, {"choices": "A or B"},
        {"choices": {"A": "one"}}, {"choices": {"A": "one", "Z": "two"}}, {"choices": [1, 2]},
        {"choices": "{" * 30_000}, {"choices": "[" * 15_000}, {"choices": list("abcdefghijk")},
    ],
)  # fmt: skip
def test_what_is_no_item_gives_no_text(more: dict[str, object]) -> None:
    assert exam_text({**ROW, **more}) == ""


WORDS = st.text("abc 下列'\",:{}.", min_size=1, max_size=12).filter(lambda text: text.strip())


@given(st.lists(WORDS, min_size=2, max_size=8), st.data())
def test_options_come_back_from_what_python_prints_of_them(
    texts: list[str], data: st.DataObject
) -> None:
    plain = dict(zip("ABCDEFGH", texts, strict=False))
    right = data.draw(st.sampled_from(sorted(plain)))
    text = exam_text({"question": "Which?", "choices": json.dumps(plain), "answer": right})
    lines = text.split("\n")
    assert lines[1:-1] == [f"{k}. {' '.join(v.split())}" for k, v in plain.items()]
    assert lines[-1] == f"Answer: {right}"


@pytest.mark.parametrize("unit", ["'A': '", ", 'A': '", "{'A': ' ", "  ", "'"])
def test_no_text_of_options_is_slow(unit: str) -> None:
    began = time.process_time()
    assert exam_text({**ROW, "choices": "{" + unit * (19_000 // len(unit)) + "}"}) == ""
    assert time.process_time() - began < 5


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_file_of_an_exam_set_is_read(tmp_path: Path, kind: str) -> None:
    rows = [
        {**ROW, "choices": str(OPTIONS), "id": "q1"},
        {**ROW, "answer": "Z", "choices": "", "id": "q2"},
    ]
    path = tmp_path / f"exam.{kind}"
    if kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    (file,) = plan([path])
    reading = read_file(file)
    assert [raw.data.decode() for raw in reading.documents] == [TEXT]
    assert [left.reason for left in reading.skipped] == ["empty"]
    (item,) = exam_items(TEXT)
    assert (item.question, item.answer) == (ROW["question"], OPTIONS["B"])


@pytest.mark.real
def test_cflue_is_read_item_by_item() -> None:
    found = sorted((SHARED / "benchmarks/cflue").glob("knowledge*.json"))
    if not found:
        pytest.skip("the real questions are not here")
    rows = json.loads(found[0].read_text())
    texts = [exam_text(row) for row in rows]
    single = [row for row in rows if len(row["answer"].strip()) == 1]
    assert sum(map(bool, texts)) >= 0.99 * len(rows)
    items = [item for text in texts for item in exam_items(text)]
    assert len(items) >= 0.97 * len(single)
