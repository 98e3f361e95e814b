"""A JSON file that is one list of rows gives the documents that JSON lines of them would."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import RowError
from qhdata.readers import Reading, json_list, plan, read_file
from qhdata.synth.exam_items import exam_items

SHARED = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared/data"))
ROW = {
    "id": "q-1", "question": "What does duration measure?", "answer": "B",
    "choices": {"A": "Its age", "B": "Its price's answer to rates"},
}  # fmt: skip


def reading_of(tmp_path: Path, data: bytes, name: str = "set.json") -> Reading:
    folder = tmp_path / "s"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    (file,) = plan({"s": folder})
    return read_file(file)


@given(
    texts=st.lists(st.text(min_size=1).filter(lambda t: t.strip()), min_size=1, unique=True),
    indent=st.sampled_from([None, 0, 2]),
    ascii_only=st.booleans(),
)
def test_a_list_gives_the_texts_of_json_lines(
    texts: list[str], indent: int | None, ascii_only: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    rows = [{"text": text} for text in texts]
    whole = json.dumps(rows, indent=indent, ensure_ascii=ascii_only)
    lines = "\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)
    found = reading_of(folder, whole.encode("utf-8", "surrogatepass"))
    (folder / "t").mkdir()
    (folder / "t" / "a.jsonl").write_bytes(lines.encode("utf-8", "surrogatepass"))
    (file,) = plan({"t": folder / "t"})
    assert [d.data for d in found.documents] == [d.data for d in read_file(file).documents]


def test_rows_are_named_and_what_is_none_is_counted(tmp_path: Path) -> None:
    rows = [ROW, "a word", {"id": "q-2", "question": "?"}, {**ROW, "id": "q-3"}]
    found = reading_of(tmp_path, json.dumps(rows).encode())
    (document,) = found.documents
    assert document.source_path == "set.json#q-1"
    assert document.data.decode().endswith("Answer: B")
    assert [(s.name, s.reason) for s in found.skipped] == [
        ("row-2", "not_json"), ("q-2", "empty"), ("q-3", "same_bytes"),
    ]  # fmt: skip


def test_a_gzip_and_a_mark_of_utf8_are_read(tmp_path: Path) -> None:
    data = gzip.compress(b"\xef\xbb\xbf" + json.dumps([ROW]).encode())
    assert len(reading_of(tmp_path, data, "set.json.gz").documents) == 1


def test_pages_in_texts_do_not_make_the_list_a_page(tmp_path: Path) -> None:
    text = "<html><body><p>Sales rose.</p></body></html>"
    (document,) = reading_of(tmp_path, json.dumps([{"id": 1, "text": text}]).encode()).documents
    assert document.data.decode() == text


def test_halves_of_surrogate_pairs_do_not_stop_a_list(tmp_path: Path) -> None:
    (document,) = reading_of(tmp_path, b'[{"text": "half \\ud83d of it"}]').documents
    assert document.data.decode() == "half \ufffd of it"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b'[{"text": "a"}, {"text": "b', "not_json_list"),
        (b'[{"text": "a"}] trailing', "not_json_list"),
        (b'[{"text": "a"}', "not_json_list"),
        (b'[{"text": ' + b"[" * 100_000, "not_json_list"),
        (b'{"data": [{"text": "a"}]}', "not_a_document"),
        (b"[[1, 2], [3, 4]]", "not_a_document"),
        (b"[]", "not_a_document"),
        (b'[{"label": "a"}, {"label": "b"}]', "no_document"),
    ],
)
def test_other_json_is_refused_by_name(data: bytes, error: str, tmp_path: Path) -> None:
    with pytest.raises(RowError) as refused:
        reading_of(tmp_path, data)
    assert refused.value.error == error


def test_a_large_list_says_how_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_list, "LARGEST", 20)
    with pytest.raises(RowError, match=r"jq -c '\.\[\]'"):
        reading_of(tmp_path, json.dumps([ROW]).encode())


def test_a_text_with_a_wrong_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    (document,) = reading_of(tmp_path, b"Sales rose. [1] They did.", "note.json").documents
    assert document.data == b"Sales rose. [1] They did."


@pytest.mark.real
def test_cflue_is_read_as_it_lies() -> None:
    found = sorted((SHARED / "benchmarks/cflue").glob("knowledge*.json"))
    if not found:
        pytest.skip("the real questions are not here")
    (file,) = plan([found[0]])
    reading = read_file(file)
    rows = json.loads(found[0].read_text(encoding="utf-8"))
    items = [item for d in reading.documents for item in exam_items(d.data.decode())]
    assert len(reading.documents) + len(reading.skipped) == len(rows)
    assert len(items) >= 0.97 * sum(len(row["answer"].strip()) == 1 for row in rows)
