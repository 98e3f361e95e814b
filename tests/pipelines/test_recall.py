"""`qhdata classifier recall`: what it finds, what it says of a round, what a build makes of it."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings
from pipelines.recall import recall
from qhdata.artifact import Artifact
from qhdata.classifier.pieces import NoTrainingText
from qhdata.errors import ForeignRecipe, UserError
from qhdata.recipe import parse

SEED = ["net", "sales", "margin", "profit"]
NEAR = ["dividend", "shares", "cash", "debt", "income"]
"""Words that no seed has: only texts that were found first lead to them."""
PLAIN = ["river", "bird", "song", "forest", "walk", "child", "bread", "garden", "summer", "rain"]
COMMON = ["the", "of", "and", "in", "that", "was", "it", "for", "on", "by"]


def prose(n: int, own: list[str], share: float = 0.5) -> str:
    rng = random.Random(f"{n} {own}")
    words = [rng.choice(own if rng.random() < share else COMMON) for _ in range(90)]
    return f"text {'i' * (n + 1)} " + " ".join(words)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    seeds = tmp_path / "seeds.jsonl"
    rows = [{"text": prose(n, SEED)} for n in range(10)]
    seeds.write_text("\n".join(map(json.dumps, rows)))
    pool = tmp_path / "pool"
    pool.mkdir()
    plain = [{"text": prose(n, PLAIN), "url": f"https://a.example/{n}"} for n in range(150)]
    both = [{"text": prose(n + 200, SEED + NEAR)} for n in range(10)]
    packed = "\n".join(map(json.dumps, [*plain, *both, *rows[:2]]))
    (pool / "a.jsonl.gz").write_bytes(gzip.compress(packed.encode()))
    near = [prose(n + 300, NEAR) for n in range(10)]
    pq.write_table(pa.table({"text": [*near, near[0]]}), pool / "b.parquet")
    return seeds, pool


def run(places: tuple[Path, Path], out: Path, **given: object) -> None:
    options = {"rounds": 3, "top": 0.06, "overrides": ("least=1",), **given}
    recall(seed_positive=(places[0],), pool=(places[1],), out=out, **options)


def test_later_rounds_find_what_seeds_alone_do_not_know(places, tmp_path, capsys):
    run(places, tmp_path / "out", rounds=3)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "pool: 170 texts (left out: is_a_seed 2, same_text 1); 10 seeds"
    assert said[1].startswith("round 1: 10 taken at ")
    assert "of the best 10 earlier rounds had 0" in said[1]
    assert said[-1].endswith(f"qhdata build {tmp_path / 'out' / 'found.jsonl'} -o CORPUS")
    artifact = Artifact.open(tmp_path / "out", "recall")
    rows = artifact.table("found").to_pylist()
    assert len(rows) == sum(1 for _ in (tmp_path / "out" / "found.jsonl").open())
    near = [row for row in rows if row["name"].startswith("b.parquet")]
    assert len(near) >= 5
    assert min(row["round"] for row in near) > 1
    assert all(0 <= row["score"] <= 1 for row in rows)
    notes = [artifact.step(f"round{n}@1")["notes"] for n in (1, 2, 3)]
    assert [n["found"] for n in notes] == [10, 20, 30]
    assert len(rows) == 30
    assert notes[1]["overlap"] >= 8
    assert notes[0]["n_held_out"] == 2


def test_the_same_call_gives_the_same_rows_and_goes_on_where_it_stopped(
    places, tmp_path, monkeypatch
):
    run(places, tmp_path / "a")
    digest = Artifact.open(tmp_path / "a").digest("found")
    run(places, tmp_path / "b", rounds=1)
    with pytest.raises(ForeignRecipe, match="setting 'rounds'"):
        run(places, tmp_path / "b", rounds=3)

    def stop(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.recall.write_found", stop)
        with pytest.raises(KeyboardInterrupt):
            run(places, tmp_path / "c")
    model = (tmp_path / "c" / "round1.bin").stat().st_mtime_ns
    run(places, tmp_path / "c")
    assert Artifact.open(tmp_path / "c").digest("found") == digest
    assert (tmp_path / "c" / "round1.bin").stat().st_mtime_ns == model


def test_what_was_found_is_a_source_of_a_build(places, tmp_path):
    run(places, tmp_path / "out")
    settings = parse(CorpusSettings, {"tag": [], "dedup": []}, "test")
    corpus = build_corpus(
        settings, [tmp_path / "out" / "found.jsonl"], tmp_path / "c", workers=1,
        on_note=lambda _line: None,
    )  # fmt: skip
    found = Artifact.open(tmp_path / "out").table("found", ["text"])["text"].to_pylist()
    built = corpus.table("documents", ["text"])["text"].to_pylist()
    assert sorted(t.strip() for t in built) == sorted(found)


def test_a_threshold_takes_what_reaches_it(places, tmp_path):
    run(places, tmp_path / "out", top=0.0, threshold=0.02, rounds=1)
    rows = Artifact.open(tmp_path / "out").table("found").to_pylist()
    assert 0 < len(rows) < 170
    assert all(row["score"] >= 0.02 for row in rows)


def test_what_cannot_be_looked_for_is_one_line(places, tmp_path):
    with pytest.raises(UserError, match="whole pool"):
        run(places, tmp_path / "x", top=0.0)
    with pytest.raises(UserError, match="no such file"):
        recall(seed_positive=(places[0],), pool=(tmp_path / "gone",), out=tmp_path / "x")
    with pytest.raises(UserError, match="top"):
        run(places, tmp_path / "x", top=1.5)
    assert not (tmp_path / "x").exists()
    one = tmp_path / "one.txt"
    one.write_text(prose(400, PLAIN))
    with pytest.raises(NoTrainingText, match="no other text"):
        recall(seed_positive=(places[0],), pool=(one,), out=tmp_path / "y", rounds=2)
