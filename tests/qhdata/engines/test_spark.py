"""The Spark engine makes the local engine's parts; run with a real Spark on this machine."""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_local import PLAIN, corpus_of, every, quarantine
from tiny_steps import Absent, Length, SameText

from qhdata.dedup.exact import Exact
from qhdata.dedup.minhash import MinHash
from qhdata.engines import spark_keyed
from qhdata.engines.components import components
from qhdata.engines.local import LocalEngine
from qhdata.engines.spark import SparkEngine
from qhdata.errors import Fault
from qhdata.step import step_id, tag_part

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    with SparkEngine(master="local[2]", scratch=tmp_path_factory.mktemp("spark")) as engine:
        yield engine


def digests(corpus):
    return {name: part.digest for name, part in every(corpus)}


TEXTS = [*PLAIN, "raise", "more", "boom", "raise"]


def test_spark_makes_the_local_engines_parts(tmp_path, spark):
    with corpus_of(tmp_path / "a", TEXTS) as alone, LocalEngine(workers=0) as engine:
        wanted_counts = engine.map(Length(), alone)
        wanted = digests(alone)
    with corpus_of(tmp_path / "b", TEXTS) as corpus:
        assert spark.map(Length(), corpus) == wanted_counts
        assert digests(corpus) == wanted
        assert quarantine(corpus) == {"d23": "bad_text", "d25": "ValueError", "d26": "bad_text"}


def test_a_row_that_kills_its_process_costs_that_row_only_on_spark_too(tmp_path, spark):
    with corpus_of(tmp_path / "c", ["a", "b", "die", "c", "d", "e", "die", "f"], 4) as corpus:
        counts = spark.map(Length(), corpus)
        assert quarantine(corpus) == {"d2": "worker_died", "d6": "worker_died"}
        assert counts.rows_kept == 6


def test_a_killed_spark_worker_costs_nothing(tmp_path, spark):
    killed = []

    def kill_one(done: int, total: int, unit: str) -> None:
        if not killed:
            for pid in children_of(os.getpid()):
                if "pyspark/daemon" in command_of(pid) or "pyspark.daemon" in command_of(pid):
                    killed.append(pid)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    with corpus_of(tmp_path / "c", PLAIN, 3) as corpus:
        spark.on_progress = kill_one
        try:
            counts = spark.map(Length(slow=0.1), corpus)
        finally:
            spark.on_progress = lambda _done, _total, _unit: None
        assert killed
        assert counts.rows_kept == counts.rows_in == len(PLAIN)
        assert corpus.part(tag_part(Length(slow=0.1))).rows == len(PLAIN)


def children_of(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text()
                except OSError:
                    continue
                if int(stat.rsplit(")", 1)[1].split()[1]) == parent:
                    found.append(int(entry.name))
                    todo.append(int(entry.name))
    return found


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


WORDS = ["revenue", "rose", "fell", "by", "in", "the", "quarter", "ended", "June", "March", "cost"]


def near_texts(seed: int, count: int) -> list[str]:
    rng = random.Random(seed)
    texts = []
    for _ in range(count // 3):
        words = [f"{rng.choice(WORDS)}{rng.randrange(50)}" for _ in range(120)]
        texts.append(" ".join(words))
        for _ in range(2):
            other = list(words)
            other[rng.randrange(len(other))] = "changed"
            texts.append(" ".join(other))
        texts.append(texts[-1])
    return texts


@pytest.mark.parametrize("step", [SameText(), Exact(), MinHash()], ids=["same", "exact", "minhash"])
def test_keys_are_folded_to_the_same_edges_whatever_the_partitions(
    tmp_path, spark, step, monkeypatch
):
    texts = [*TEXTS, *near_texts(1, 60), "x", "y", "x"]
    with corpus_of(tmp_path / "a", texts) as alone, LocalEngine(workers=0) as engine:
        engine.group(step, alone)
        wanted = digests(alone)
        rows = engine.components(alone, [f"edges/{step_id(step)}"])
    assert rows.num_rows >= 2
    for name, size in (("b", 10**6), ("c", 100)):
        monkeypatch.setattr(spark_keyed, "PARTITION_KEYS", size)
        with corpus_of(tmp_path / name, texts) as corpus:
            spark.group(step, corpus)
            assert digests(corpus) == wanted
            assert spark.components(corpus, [f"edges/{step_id(step)}"]).equals(rows)


def graph(name: str) -> np.ndarray:
    rng = np.random.default_rng(5)
    if name == "chain":
        order = rng.permutation(100_000)
        return np.stack([order[:-1], order[1:]], axis=1)
    if name == "star":
        return np.stack([np.full(100_000, 500), np.arange(1, 100_001) * 7], axis=1)
    if name == "random":
        return rng.integers(0, 1 << 21, size=(1_000_000, 2))
    return np.zeros((0, 2), dtype=np.int64)


@pytest.mark.parametrize("name", ["star", "random", "chain", "none"])
def test_stars_on_spark_find_the_components_that_scipy_finds(tmp_path, spark, name):
    ends = graph(name).astype(np.uint64)
    ends = ends | (np.uint64(3) << np.uint64(40))  # dense ids: a chunk above, a row below
    table = pa.table(
        {"a": ends[:, 0], "b": ends[:, 1], "similarity": np.zeros(len(ends))},
    )
    with corpus_of(tmp_path / "c", ["a"]) as corpus:
        counts = {"rows_in": 0, "rows_kept": 0, "rows_dropped": 0, "rows_quarantined": 0}
        for number in range(4):
            corpus.commit(
                "hand@2",
                str(number),
                {
                    "edges/hand": table.slice(
                        number * len(ends) // 4,
                        (number + 1) * len(ends) // 4 - number * len(ends) // 4,
                    )
                },
                counts,
            )
        corpus.finish("hand@2", name="hand", version=2, unit="key", seconds=0)
        spark.driver_edges = 0 if len(ends) else -1
        try:
            found = spark.components(corpus, ["edges/hand"])
        finally:
            spark.driver_edges = 200_000_000
    different = table.filter(pc.not_equal(table["a"], table["b"]))
    assert found.equals(components(different))


def test_a_step_that_cannot_be_opened_ends_in_its_own_error(tmp_path, spark):
    with corpus_of(tmp_path / "c", ["a"]) as corpus, pytest.raises(Fault, match="no such file"):
        spark.map(Absent(), corpus)


def test_paragraphs_are_folded_to_the_same_rows_on_spark(tmp_path, spark, monkeypatch):
    from qhdata.dedup.paragraphs import Paragraphs

    shared = "A paragraph that several documents have, in the same words and with 12 numbers. " * 3
    texts = [f"{shared}\n\n{'own ' * 60}{n}\n\n{shared[:150] * (n % 2)}" for n in range(17)]
    step = Paragraphs()
    with corpus_of(tmp_path / "a", texts) as alone, LocalEngine(workers=1) as engine:
        engine.group(step, alone)
        wanted = digests(alone)
    assert alone.part(f"repeats/{step_id(step)}").rows > 17
    monkeypatch.setattr(spark_keyed, "PARTITION_KEYS", 10)
    with corpus_of(tmp_path / "b", texts) as corpus:
        spark.group(step, corpus)
        assert digests(corpus) == wanted


def test_what_py4j_logs_of_a_call_that_was_cut_short_is_not_shown(spark):
    def shown(path: str) -> bool:
        record = logging.LogRecord("root", logging.ERROR, path, 1, "while sending", None, None)
        return bool(logging.getLogger().filter(record))

    assert not shown("/venv/py4j/java_gateway.py")
    assert shown("/venv/mine/work.py")


def test_a_master_that_is_none_is_one_line():
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r})\n"
        "from qhdata.engines.spark import start\n"
        "from qhdata.errors import Fault\n"
        "try:\n    start('bogus', {}, None)\n"
        "except Fault as error:\n    print(error)\n"
    )  # in a process of its own: a session that runs would be taken
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("--master bogus: Spark does not start")
