from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "qhdata"))
sys.path.insert(0, str(Path(__file__).parent))
from test_explain import many_chunks

from pipelines import find, places
from pipelines.explain import story
from pipelines.places import NAME, chunks_with, same, write_places
from qhdata.artifact import Artifact
from qhdata.errors import UserError

HELD = "0000000001-24-000007"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    path = many_chunks(tmp_path_factory.mktemp("made") / "c", 40)
    write_places(Artifact.open(path))
    return path


@pytest.fixture
def corpus(made: Path, tmp_path: Path) -> Artifact:
    return Artifact.open(Path(shutil.copytree(made, tmp_path / "c")))


@pytest.mark.parametrize("unit", ["d7", "d7#f1", "d7.htm", "s/x/d7.htm", HELD, f"{HELD}:2"])
def test_with_a_note_of_places_the_same_story_is_told_from_a_few_files(corpus, monkeypatch, unit):
    opened: list[Path] = []
    real = find.open_table
    monkeypatch.setattr(find, "open_table", lambda p: opened.append(p) or real(p))
    told = story(unit, [corpus.path])
    assert len(opened) < 30, "40 chunks were not searched"
    (corpus.path / NAME).unlink()
    assert told == story(unit, [corpus.path])


def test_a_note_of_other_rows_is_not_believed(corpus, monkeypatch):
    assert chunks_with(corpus, ["d7"]) == ["000007"]
    assert chunks_with(corpus, ["nobody"]) == []
    other = Artifact.open(many_chunks(corpus.path.parent / "other", 3))
    (corpus.path / NAME).rename(other.path / NAME)
    assert chunks_with(other, ["d1"]) is None
    assert "KEPT by select" in "\n".join(story("d1", [other.path]))


def test_a_torn_note_is_not_believed(corpus):
    data = (corpus.path / NAME).read_bytes()
    (corpus.path / NAME).write_bytes(data[: len(data) // 2])
    assert chunks_with(corpus, ["d7"]) is None
    assert "KEPT by select" in "\n".join(story("d7", [corpus.path]))


def test_a_name_that_a_large_corpus_has_not_is_told_its_neighbours(corpus, monkeypatch):
    monkeypatch.setattr("pipelines.match.MANY", 10)
    with pytest.raises(UserError, match=r"like it: .*d7\.htm"):
        story("d7.html", [corpus.path])


@pytest.mark.parametrize("value", ["a.b", "axb", "a\\Eb", "x y#-é", "a.b\n", ""])
def test_an_id_is_the_same_letter_by_letter(value):
    ids = ["a.b", "axb", "a\\Eb", "x y#-é", "a.b\n", "a.bc", "", "A.B"]
    found = same(pa.chunked_array([ids], pa.large_string()), value)
    assert [i for i, hit in zip(ids, found.to_pylist(), strict=True) if hit] == [value]


def test_explain_does_not_wait_for_pandas(corpus):
    code = (
        "import sys; from pathlib import Path; from pipelines.explain import story\n"
        "for unit in sys.argv[2:]: story(unit, [Path(sys.argv[1])])\n"
        "sys.exit('pandas' in sys.modules)"
    )
    units = ["d7", "d7#f1", "d7.htm", HELD]
    command = [sys.executable, "-c", code, str(corpus.path), *units]
    assert subprocess.run(command, cwd=Path(places.__file__).parents[1]).returncode == 0


def test_row_groups_are_ruled_out_by_what_they_can_hold(tmp_path):
    import pyarrow.parquet as pq

    ids = [f"d{n:04d}" for n in range(5000)]
    pq.write_table(pa.table({"id": ids}), tmp_path / "t", row_group_size=100)
    with pq.ParquetFile(tmp_path / "t") as reader:
        assert places.groups_with(reader, "id", "d0250") == [2]
        assert places.groups_with(reader, "id", "e") == []
