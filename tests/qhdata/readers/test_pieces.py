"""A large file of JSON lines is read in pieces, and nothing of it is lost or there twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.build import build
from pipelines.explain import explain
from qhdata.artifact import Artifact
from qhdata.engines import base
from qhdata.readers import pieces, plan, read_file
from qhdata.readers.seen import Glance, Seen

WORDS = "The Company sells valves and pumps to customers in forty countries of the world."


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE", 1000)


def rows(path: Path, numbers: range) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"id": f"n{n}", "text": f"{n}. {WORDS}"}) for n in numbers]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@given(st.lists(st.integers(0, 60), max_size=40), st.booleans(), st.integers(1, 50))
def test_pieces_are_whole_lines_and_all_of_them(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], ends: bool, piece: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    data = b"\n".join(b"x" * n for n in lengths) + b"\n" * ends
    path.write_bytes(data)
    pieces.PIECE, before = piece, pieces.PIECE
    try:
        found = list(pieces.pieces(path, len(data)))
    finally:
        pieces.PIECE = before
    assert [(start, end) for _, start, end in found] == [
        (pieces.place_of(name) or ("", 0, 0))[1:] for name, _, _ in found
    ]
    read = [pieces.window(name) for name, _, _ in found]
    assert b"".join(w.read(0, w.size) for w in read if w) == data
    assert all(data[start - 1 : start] == b"\n" for _, start, _ in found[1:])
    assert all(end > start for _, start, end in found)


def test_a_window_ends_where_its_piece_does(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"0123456789")
    window = pieces.window(f"{tmp_path}/a.jsonl!/bytes-2-6")
    assert window is not None
    assert (window.read(0, 99), window.read(3, 5), window.read(5, 9)) == (b"2345", b"5", b"")


@pytest.mark.parametrize(
    ("name", "large"),
    [("a.jsonl", True), ("a.ndjson", True), ("a.txt", False), ("a.json", False)],
)
def test_large_files_of_lines_alone_are_in_pieces(tmp_path: Path, name: str, large: bool) -> None:
    rows(tmp_path / name, range(60))
    found = list(plan({"s": tmp_path}))
    assert (len(found) > 1) == large
    assert sum(file.bytes for file in found) == (tmp_path / name).stat().st_size
    rows(tmp_path / name, range(5))
    assert [file.source_path for file in plan({"s": tmp_path})] == [name]


def test_lines_in_utf_16_are_one_piece(tmp_path: Path) -> None:
    path = rows(tmp_path / "a.jsonl", range(60))
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    (file,) = plan({"s": tmp_path})
    assert len(read_file(file).documents) == 60


def test_rows_of_pieces_are_the_rows_of_the_file(tmp_path: Path) -> None:
    rows(tmp_path / "in" / "a.jsonl", range(60))
    files = list(plan({"s": tmp_path / "in"}))
    documents = [d for file in files for d in read_file(file).documents]
    assert [d.file_name for d in documents] == [f"n{n}" for n in range(60)]
    assert len({d.doc_id for d in documents}) == 60
    assert documents[-1].source_path.startswith("a.jsonl!/bytes-")
    assert documents[-1].source_path.endswith("#n59")


def test_a_table_speaks_of_the_file_and_so_of_its_pieces(tmp_path: Path) -> None:
    rows(tmp_path / "in" / "a.jsonl", range(60))
    said = {"a.jsonl": {"cik": "42", "accession": "0000000042-24-000001"}}
    files = list(plan({"s": tmp_path / "in"}, metadata=said))
    assert len(files) > 1
    assert all(file.sidecar and not file.rivals for file in files)


def test_a_line_that_is_none_costs_its_piece(tmp_path: Path) -> None:
    path = rows(tmp_path / "in" / "a.jsonl", range(60))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[-1] = "no object"
    path.write_text("\n".join(lines), encoding="utf-8")
    build(path.parent, out=tmp_path / "corpus", workers=1)
    corpus = Artifact.open(tmp_path / "corpus", "corpus")
    (row,) = [r for r in corpus.table("quarantine").to_pylist() if r["step"].startswith("extract")]
    assert row["error"] == "not_json_lines"
    assert row["unit_id"].startswith("in/a.jsonl!/bytes-")
    assert 40 < corpus.part("documents").rows < 60


def test_a_file_that_grows_keeps_its_pieces_but_the_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "CHUNK_BYTES", 1000)
    path = rows(tmp_path / "in" / "a.jsonl", range(60))
    build(path.parent, out=tmp_path / "corpus", workers=1)
    before = list(plan({"s": path.parent}))
    rows(path, range(80))
    after = list(plan({"s": path.parent}))
    same = [f for f in after if f.sha256 in {b.sha256 for b in before}]
    assert len(same) == len(before) - 1
    build(path.parent, out=tmp_path / "corpus", workers=1)
    build(path.parent, out=tmp_path / "anew", workers=1)
    grown, anew = (Artifact.open(tmp_path / n, "corpus") for n in ("corpus", "anew"))
    assert {p: grown.part(p).digest for p in ("documents", "files", "clusters")} == {
        p: anew.part(p).digest for p in ("documents", "files", "clusters")
    }
    assert anew.part("documents").rows == 80
    capsys.readouterr()
    for name in ("a.jsonl", str(path), after[-1].source_path):
        explain(name, tmp_path / "corpus")
        said = capsys.readouterr().out
        assert f"in/{after[-1].source_path}" in said or f"{len(after) - 8} more files" in said


def test_what_was_seen_is_not_read_again(tmp_path: Path) -> None:
    rows(tmp_path / "in" / "a.jsonl", range(60))
    seen = Seen()
    first = list(plan({"s": tmp_path / "in"}, seen=seen))
    (tmp_path / "corpus").mkdir()
    seen.write(tmp_path / "corpus")
    again = Seen.read(tmp_path / "corpus")
    assert list(plan({"s": tmp_path / "in"}, seen=again)) == first
    glance = Glance(most=0)
    glanced = list(plan({"s": tmp_path / "in"}, seen=glance))
    assert [(f.path, f.bytes) for f in glanced] == [(f.path, f.bytes) for f in first]
