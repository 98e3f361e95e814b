"""Artifacts: commits survive a kill, digests ignore order, and foreign folders are refused."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata import durable, parts
from qhdata.artifact import Artifact
from qhdata.digest import rows_digest
from qhdata.errors import ForeignRecipe, LostRows, NotAnArtifact, UserError, WrongKind
from qhdata.records import Tag, from_batch, to_batch
from qhdata.step import Counts

COUNTS = {"rows_in": 2, "rows_kept": 1, "rows_dropped": 1, "rows_quarantined": 0}


def tags(*labels: str) -> pa.RecordBatch:
    return to_batch(
        Tag, [Tag(doc_id=x, start=None, end=None, label=x, score=0.123456) for x in labels]
    )


def make(path: Path, **settings: object) -> Artifact:
    return Artifact.create(path, "corpus", settings=settings, inputs={})


def finish(artifact: Artifact, step: str = "s@1-aa") -> dict[str, object]:
    return artifact.finish(step, name="s", version=1, unit="document", seconds=1.0)


def test_rows_come_back_by_part_once_the_step_is_finished(tmp_path: Path) -> None:
    with make(tmp_path / "c") as corpus:
        corpus.commit("s@1-aa", "0", {"tags/s": [tags("a", "b")]}, COUNTS)
        corpus.commit("s@1-aa", "1", {"tags/s": [tags("c")]}, COUNTS)
        row = finish(corpus)
    again = Artifact.open(tmp_path / "c", "corpus")
    assert [t.label for t in from_batch(Tag, again.table("tags/s"))] == ["a", "b", "c"]
    assert row["rows_in"] == 4
    assert row["rows_out"] == 3
    assert again.part("nothing").rows == 0


@given(st.lists(st.text(max_size=4), max_size=8), st.randoms(), st.integers(1, 4))
def test_a_digest_does_not_depend_on_order_or_chunking(
    labels: list[str], rng: random.Random, pieces: int
) -> None:
    whole = rows_digest(tags(*labels))
    shuffled = labels[:]
    rng.shuffle(shuffled)
    parts = [shuffled[i::pieces] for i in range(pieces)]
    assert sum(rows_digest(tags(*part)) for part in parts) % (1 << 128) == whole


WORD = st.one_of(st.none(), st.integers(0, (1 << 64) - 1))


@given(st.lists(st.tuples(WORD, WORD), max_size=8), st.randoms(), st.integers(1, 4))
def test_digests_of_integers_add_up_in_any_order_too(
    rows: list[tuple[int | None, int | None]], rng: random.Random, pieces: int
) -> None:
    def digest(some: list[tuple[int | None, int | None]]) -> int:
        key, row = ([r[n] for r in some] for n in (0, 1))
        return rows_digest(pa.table({"key": pa.array(key, pa.uint64()),
                                     "row": pa.array(row, pa.uint64())}))  # fmt: skip

    shuffled = rows[:]
    rng.shuffle(shuffled)
    assert sum(digest(shuffled[i::pieces]) for i in range(pieces)) % (1 << 128) == digest(rows)
    swapped = [(b, a) for a, b in rows]
    assert (digest(swapped) == digest(rows)) is (Counter(swapped) == Counter(rows))


def test_a_digest_of_integers_knows_null_from_nought() -> None:
    def digest(value: int | None) -> int:
        return rows_digest(pa.table({"key": pa.array([value], pa.uint64())}))

    assert len({digest(None), digest(0), digest(1)}) == 3


def test_a_digest_sees_nulls_types_and_duplicates() -> None:
    def one(value: object, kind: pa.DataType) -> int:
        return rows_digest(pa.table({"x": pa.array([value], kind)}))

    assert one(None, pa.string()) != one("", pa.string())
    assert rows_digest(tags("a", "a")) != rows_digest(tags("a"))


def test_the_same_settings_go_on_and_others_are_refused_by_name(tmp_path: Path) -> None:
    make(tmp_path / "c", bands=14).close()
    make(tmp_path / "c", bands=14).close()
    with pytest.raises(ForeignRecipe, match="setting 'bands'"):
        make(tmp_path / "c", bands=20)


def test_other_peoples_folders_files_and_kinds_are_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "thesis.doc").write_text("x")
    with pytest.raises(NotAnArtifact, match="did not write"):
        make(tmp_path / "theirs")
    with pytest.raises(NotAnArtifact, match="is a file"):
        make(tmp_path / "theirs" / "thesis.doc")
    with pytest.raises(NotAnArtifact, match="no such folder"):
        Artifact.open(tmp_path / "missing")
    with pytest.raises(NotAnArtifact, match="manifest"):
        Artifact.open(tmp_path / "theirs")
    make(tmp_path / "c").close()
    with pytest.raises(WrongKind, match="corpus artifact, not shards"):
        Artifact.open(tmp_path / "c", "shards")


def test_two_writers_of_one_folder_are_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(durable, "PATIENCE", 0.0)
    with make(tmp_path / "c"), pytest.raises(UserError, match="another process"):
        make(tmp_path / "c")


def test_the_lock_of_a_process_that_is_being_killed_is_waited_for(tmp_path: Path) -> None:
    script = (
        "import sys, time, pathlib; from qhdata.durable import lock; "
        "held = lock(pathlib.Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        threading.Timer(0.2, process.kill).start()
        durable.lock(tmp_path).close()
    assert process.returncode == -signal.SIGKILL


def test_lost_rows_cannot_be_counted() -> None:
    with pytest.raises(LostRows, match="3 rows came in"):
        Counts(3, 1, 1, 0)


def test_kill_minus_nine_keeps_what_was_committed_and_needs_no_clean_up(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys, time, pathlib
        from qhdata.artifact import Artifact
        from qhdata.records import Tag, to_batch
        corpus = Artifact.create(pathlib.Path(sys.argv[1]), "corpus", settings={}, inputs={})
        counts = dict(rows_in=1, rows_kept=1, rows_dropped=0, rows_quarantined=0)
        for chunk in range(1000):
            if str(chunk) in corpus.committed("s@1-aa"):
                continue
            tag = Tag(doc_id=str(chunk), start=None, end=None, label="x", score=0.5)
            corpus.commit("s@1-aa", str(chunk), {"tags/s": [to_batch(Tag, [tag])]}, counts)
            print(chunk, flush=True)
        """
    )
    command = [sys.executable, "-c", script, str(tmp_path / "c")]
    seen = -1
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= seen + 5:
                    break
            os.kill(process.pid, signal.SIGKILL)
        seen = int(line)
    with make(tmp_path / "c") as corpus:
        done = corpus.committed("s@1-aa")
        assert set(map(str, range(seen + 1))) <= set(done)
        finish(corpus)
        stored = {t.doc_id for t in from_batch(Tag, corpus.table("tags/s"))}
    assert stored == set(done)


def test_a_manifest_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"name": "a web app"}))
    with pytest.raises(NotAnArtifact):
        Artifact.open(tmp_path)


def test_a_part_that_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    with Artifact.create(tmp_path / "a", "corpus", settings={}, inputs={}) as made:
        counts = {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0}
        made.commit("step", "all", {"things": pa.table({"id": ["x"] * 500})}, counts)
        made.finish("step", name="step", version=1, unit="id", seconds=0.0)
        with pytest.raises(UserError, match="cannot name a part"):
            made.commit("step", "all", {"../../x": pa.table({"id": ["x"]})}, counts)
    opened = Artifact.open(tmp_path / "a")
    path = opened.path / opened.part("things").files[0].path
    data = bytearray(path.read_bytes())
    path.write_bytes(data[: len(data) // 2])
    for read in (lambda: opened.table("things"), lambda: list(opened.batches("things"))):
        with pytest.raises(UserError, match=r"things/.*is damaged"):
            read()
    path.unlink()
    with pytest.raises(UserError, match=r"things/.*is missing"):
        opened.table("things")


@pytest.mark.parametrize("at_once", [0, 1 << 25])
@pytest.mark.parametrize("most", [1, 7, 64, 5000])
def test_batches_are_bounded_and_in_order_whatever_a_row_group_weighs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, most: int
) -> None:
    monkeypatch.setattr(parts, "AT_ONCE", at_once)
    monkeypatch.setattr(durable, "GROUP", 3_000)  # so that there are several
    rows = pa.table({"id": [f"row {n}" for n in range(1_000)], "n": range(1_000)})
    with Artifact.create(tmp_path / "a", "corpus", settings={}, inputs={}) as made:
        counts = {"rows_in": 1, "rows_kept": 1, "rows_dropped": 0, "rows_quarantined": 0}
        made.commit("step", "all", {"things": rows, "none": rows[:0]}, counts)
        made.finish("step", name="step", version=1, unit="id", seconds=0.0)
    opened = Artifact.open(tmp_path / "a")
    with durable.open_table(opened.path / opened.part("things").files[0].path) as reader:
        assert reader.num_row_groups > 3
    found = [batch for _, batch in opened.batches("things", ["n"], max_rows=most)]
    assert max(batch.num_rows for batch in found) <= most
    assert [row["n"] for batch in found for row in batch.to_pylist()] == list(range(1_000))
    assert sum(batch.num_rows for _, batch in opened.batches("none")) == 0


def test_a_row_group_has_few_rows_where_they_are_large(tmp_path: Path) -> None:
    large = pa.table({"text": ["x" * 100_000] * 200})
    small = pa.table({"key": range(200_000)})
    for table, least, most in ((large, 3, 4), (small, 1, 4)):
        durable.write_table(tmp_path / "t.parquet", table)
        with durable.open_table(tmp_path / "t.parquet") as reader:
            assert least <= reader.num_row_groups <= most
            assert reader.read().equals(table)


def test_a_manifest_that_says_other_than_its_commits_is_refused(tmp_path: Path) -> None:
    counts = {"rows_in": 2, "rows_kept": 2, "rows_dropped": 0, "rows_quarantined": 0}
    with make(tmp_path / "a") as made:
        for chunk in ("0", "1"):
            made.commit("step@1", chunk, {"things": pa.table({"id": ["x", chunk]})}, counts)
        made.finish("step@1", name="step", version=1, unit="id", seconds=0.0)
    path = tmp_path / "a" / "manifest.json"
    truth = path.read_text()
    make(tmp_path / "a").close()
    stray = {"path": "others/x.parquet", "chunk": "0", "rows": 0, "digest": "0" * 32}
    for lie in (
        lambda m: m["parts"]["things"]["files"].pop(),
        lambda m: m["parts"]["things"]["files"][0].update(digest="0" * 32),
        lambda m: m["parts"]["things"]["files"][1].update(rows=3),
        lambda m: m["parts"]["things"].update(rows=3),
        lambda m: m["parts"].pop("things"),
        lambda m: m["parts"].update(others=m["parts"]["things"]),
        lambda m: m["parts"].update(others={"rows": 0, "digest": "0" * 32, "files": [stray]}),
        lambda m: m["steps"][0].update(rows_kept=3, rows_dropped=1),
    ):
        told = json.loads(truth)
        lie(told)
        path.write_text(json.dumps(told))
        with pytest.raises(UserError, match=r"says of .*(things|others|rows_kept)"):
            make(tmp_path / "a")
        assert json.loads(path.read_text()) == told, "and it is left as it is"
    path.write_text(truth)
    make(tmp_path / "a").close()
