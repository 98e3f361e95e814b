from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from tiny_steps import Length, SameText

from qhdata.artifact import Artifact
from qhdata.engines.base import plan_chunks
from qhdata.engines.components import components
from qhdata.engines.local import LocalEngine
from qhdata.errors import Fault
from qhdata.records import Document, SourceFile, to_batch
from qhdata.step import step_id, tag_part

HERE = Path(__file__).parent


def document(number: int, text: str) -> Document:
    return Document(
        doc_id=f"d{number}", filing_id="f", file_id=f"s/{number}", source="s",
        source_path=str(number), doc_type="", lang="en", title="", text=text, text_sha256="",
        extractor="hand@1", n_chars=len(text), public_at=None,
    )  # fmt: skip


def corpus_of(path: Path, texts: list[str], per_chunk: int = 5) -> Artifact:
    corpus = Artifact.create(path, "corpus", settings={}, inputs={})
    docs = [document(n, t) for n, t in enumerate(texts)]
    for low in range(0, len(docs), per_chunk):
        rows = docs[low : low + per_chunk]
        counts = {"rows_in": len(rows), "rows_kept": len(rows)}
        counts |= {"rows_dropped": 0, "rows_quarantined": 0}
        corpus.commit(
            "hand@1", f"{low // per_chunk:04d}", {"documents": [to_batch(Document, rows)]}, counts
        )
    corpus.finish("hand@1", name="hand", version=1, unit="doc_id", seconds=0)
    return corpus


def every(corpus: Artifact):
    return [*corpus.parts.items(), *corpus.internal.items()]


def quarantine(corpus: Artifact) -> dict[str, str]:
    rows = corpus.table("quarantine").to_pylist()
    return {row["unit_id"]: row["error"] for row in rows}


PLAIN = ["word " * n for n in range(23)]


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_every_number_of_workers_makes_the_same_parts(tmp_path, workers):
    texts = [*PLAIN, "raise", "more", "boom", "raise"]
    with corpus_of(tmp_path / "alone", texts) as alone, LocalEngine(workers=0) as engine:
        engine.map(Length(), alone)
        wanted = {name: part.digest for name, part in every(alone)}
    with corpus_of(tmp_path / "pool", texts) as pool, LocalEngine(workers=workers) as engine:
        counts = engine.map(Length(), pool)
        found = {name: part.digest for name, part in every(pool)}
        assert quarantine(pool) == {"d23": "bad_text", "d25": "ValueError", "d26": "bad_text"}
        messages = pool.table("quarantine").column("message").to_pylist()
        assert "a text that no one can read" in messages
    assert found == wanted
    assert (counts.rows_in, counts.rows_kept, counts.rows_quarantined) == (27, 24, 3)


def test_a_row_that_kills_its_worker_costs_that_row_only(tmp_path):
    texts = ["a", "b", "die", "c", "d", "e", "die", "f"]
    with corpus_of(tmp_path / "c", texts, 4) as corpus, LocalEngine(workers=2) as engine:
        counts = engine.map(Length(), corpus)
        assert quarantine(corpus) == {"d2": "worker_died", "d6": "worker_died"}
        assert counts.rows_kept == 6
        assert corpus.part(tag_part(Length())).rows == 6


def test_a_row_that_never_ends_is_quarantined_and_can_be_retried(tmp_path):
    texts = ["a", "hang", "b"]
    engine = LocalEngine(workers=1, row_seconds=1.5)
    with corpus_of(tmp_path / "c", texts) as corpus, engine:
        engine.map(Length(), corpus)
        row = corpus.table("quarantine").to_pylist()[0]
        assert (row["unit_id"], row["error"], row["retryable"]) == ("d1", "time_limit", True)


def test_a_row_that_wants_too_much_memory_is_quarantined(tmp_path):
    engine = LocalEngine(workers=1, memory_bytes=2 << 30)
    with corpus_of(tmp_path / "c", ["a", "memory", "b"]) as corpus, engine:
        engine.map(Length(), corpus)
        assert quarantine(corpus) == {"d1": "MemoryError"}


def test_a_worker_killed_from_outside_costs_nothing(tmp_path):
    with corpus_of(tmp_path / "c", PLAIN, 8) as corpus, LocalEngine(workers=2) as engine:
        killed = []

        def kill_one(done: int, total: int, unit: str) -> None:
            if not killed:
                killed.append(engine._pool[0].process.pid)
                os.kill(killed[0], signal.SIGKILL)

        engine.on_progress = kill_one
        counts = engine.map(Length(slow=0.01), corpus)
        assert killed
        assert counts.rows_kept == counts.rows_in == len(PLAIN)


def test_done_chunks_are_not_done_again(tmp_path):
    with corpus_of(tmp_path / "c", PLAIN) as corpus, LocalEngine(workers=0) as engine:
        first = engine.map(Length(), corpus)
        before = corpus.digest(tag_part(Length()))
        for chunk in (tmp_path / "c" / "documents").iterdir():
            chunk.unlink()  # so that reading again would fail
        assert engine.map(Length(), corpus) == first
        assert corpus.digest(tag_part(Length())) == before


DRIVER = """
import sys
sys.path.insert(0, {here!r})
from pathlib import Path
from tiny_steps import Length
from qhdata.artifact import Artifact
from qhdata.engines.local import LocalEngine
with Artifact.create(Path({path!r}), "corpus", settings={{}}, inputs={{}}) as corpus:
    with LocalEngine(workers=2) as engine:
        engine.map(Length(slow=0.03), corpus)
"""


def test_a_killed_run_resumes_to_the_same_digests(tmp_path):
    path = tmp_path / "c"
    corpus_of(path, PLAIN * 3, 3).close()
    with corpus_of(tmp_path / "whole", PLAIN * 3, 3) as whole, LocalEngine(workers=0) as engine:
        engine.map(Length(slow=0.03), whole)
        wanted = {name: part.digest for name, part in every(whole)}
    script = DRIVER.format(here=str(HERE), path=str(path))
    process = subprocess.Popen([sys.executable, "-c", script])
    commits = path / "commits" / step_id(Length(slow=0.03))
    for _ in range(400):
        if commits.is_dir() and len(list(commits.iterdir())) >= 3:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = len([p for p in commits.iterdir() if p.suffix == ".json"])
    assert 3 <= done < 23, "the run was killed in the middle"
    time.sleep(0.3)  # its workers end with it
    subprocess.run([sys.executable, "-c", script], check=True)
    found = {name: part.digest for name, part in every(Artifact.open(path))}
    assert found == wanted


def test_a_step_that_cannot_open_stops_the_run_with_its_own_error(tmp_path, monkeypatch):
    def missing(self):
        raise FileNotFoundError(2, "no", "model.bin")

    monkeypatch.setattr(Length, "open", missing)
    with corpus_of(tmp_path / "c", ["a"]) as corpus, pytest.raises(Fault, match=r"model\.bin"):
        LocalEngine(workers=0).map(Length(), corpus)


@pytest.mark.parametrize("workers", [0, 2])
def test_group_brings_one_key_together_across_chunks(tmp_path, workers):
    texts = ["x", "y", "x", "z", "y", "x"]
    with corpus_of(tmp_path / "c", texts, 2) as corpus, LocalEngine(workers=workers) as engine:
        step = SameText()
        engine.group(step, corpus)
        edges = corpus.table(f"edges/{step_id(step)}")
    found = components(edges).to_pylist()
    rows = {(r["row"] >> 32) * 2 + (r["row"] & 0xFFFFFFFF): r["cluster"] for r in found}
    assert set(rows) == {0, 1, 2, 4, 5}
    assert rows[0] == rows[2] == rows[5] != rows[1] == rows[4]


def test_a_step_that_says_its_columns_is_given_no_others(tmp_path):
    class Narrow(SameText):
        read_columns = ("text",)

        def keys(self):
            own = super().keys()

            def keys(rows):
                assert set(rows.schema.names) == {"doc_id", "text", "row"}
                return own(rows)

            return keys

    texts = ["x", "y", "x"]
    with corpus_of(tmp_path / "c", texts, 2) as corpus, LocalEngine(workers=0) as engine:
        engine.group(Narrow(), corpus)
        assert not corpus.part("quarantine").rows
        assert corpus.table(f"edges/{step_id(Narrow())}").num_rows == 1


@pytest.mark.parametrize("backwards", [False, True])
def test_keys_are_folded_in_order_however_their_rows_came(tmp_path, backwards):
    class Backwards(SameText):
        def keys(self):
            own = super().keys()
            turn = slice(None, None, -1 if backwards else 1)
            return lambda rows: own(rows).take(pa.array(list(range(rows.num_rows))[turn]))

        def fold(self):
            own = super().fold()

            def fold(table):
                rows = list(zip(*(table[c].to_pylist() for c in ("key", "row")), strict=True))
                assert rows == sorted(rows)
                return own(table)

            return fold

    texts = ["x", "y", "x", "x"]
    with corpus_of(tmp_path / "c", texts, 4) as corpus, LocalEngine(workers=0) as engine:
        engine.group(Backwards(), corpus)
        assert corpus.table(f"edges/{step_id(Backwards())}").num_rows == 2


def test_chunks_are_bounded_in_files_and_bytes_and_lose_nothing():
    files = [
        SourceFile(file_id=str(n), source="s", path="", source_path=str(n), bytes=size, sha256="")
        for n, size in enumerate([9 << 20, *[1 << 20] * 20, *[10] * 70])
    ]
    chunks = [rows for _, rows in plan_chunks(files)]
    assert [row for rows in chunks for row in rows] == files
    assert max(len(rows) for rows in chunks) <= 32
    assert all(len(rows) == 1 or sum(f.bytes for f in rows) <= 8 << 20 for rows in chunks)
