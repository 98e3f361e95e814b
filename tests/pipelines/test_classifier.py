"""`qhdata classifier train` on texts by path, and what a recipe makes of the result."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.classifier import train
from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings
from qhdata.artifact import Artifact
from qhdata.errors import ForeignRecipe, NotAnArtifact, UserError
from qhdata.recipe import parse

MONEY = ["net", "sales", "margin", "profit", "shares", "dividend", "cash", "debt", "income"]
PLAIN = ["river", "bird", "song", "forest", "walk", "child", "bread", "garden", "summer"]
LAW = ["borrower", "lender", "covenant", "waiver", "hereunder", "agreement", "clause"]


def prose(seed: int, own: list[str]) -> str:
    rng = random.Random(f"{seed} {own[0]}")
    common = ["the", "of", "and", "in", "that", "was", "it", "for"]
    lines = [" ".join(rng.choice(own if n % 2 else common) for n in range(12)) for _ in range(8)]
    return ".\n".join(lines) + "."


@pytest.fixture
def pools(tmp_path: Path) -> dict[str, Path]:
    rows = [{"text": prose(n, MONEY), "url": f"https://a.example/{n // 2}"} for n in range(30)]
    (tmp_path / "money.jsonl").write_text("\n".join(map(json.dumps, rows)))
    plain = tmp_path / "plain"
    plain.mkdir()
    for n in range(20):
        (plain / f"{n}.txt").write_text(prose(n, PLAIN))
    (plain / "copy.txt").write_text(prose(3, PLAIN))
    pq.write_table(pa.table({"text": [prose(n, LAW) for n in range(20)]}), tmp_path / "law.parquet")
    return {"money": tmp_path / "money.jsonl", "plain": plain, "law": tmp_path / "law.parquet"}


def test_two_sides_by_path_give_an_asset_with_its_figures(pools, tmp_path, capsys):
    out = tmp_path / "asset"
    train(out=out, positive=(pools["money"],), negative=(pools["plain"], pools["law"]))
    said = capsys.readouterr().out
    assert "held out: precision 1.000" in said
    assert f"--set corpus.finance.asset={out}" in said
    notes = Artifact.open(out, "asset").manifest["notes"]
    metrics = notes["metrics"]
    assert metrics["left_out"] == {"same_text": 1}
    assert {p["pool"]: p["n"] for p in metrics["pools"]} == {
        "money.jsonl": 6,  # 3 of 15 documents, of two rows each
        "plain": 4,
        "law.parquet": 4,
    }
    assert metrics["at_recall_90"]["precision"] == 1.0
    page = (out / "report.html").read_text()
    assert page.count("<svg") == 1
    assert "law.parquet" in page
    first = (out / "model.bin").read_bytes()
    train(out=tmp_path / "b", positive=(pools["money"],), negative=(pools["plain"], pools["law"]))
    assert (tmp_path / "b" / "model.bin").read_bytes() == first
    assert (tmp_path / "b" / "report.html").read_text() == page


def test_other_texts_into_the_same_folder_are_refused(pools, tmp_path):
    train(out=tmp_path / "a", positive=(pools["money"],), negative=(pools["plain"],))
    (pools["plain"] / "more.txt").write_text(prose(99, PLAIN))
    with pytest.raises(ForeignRecipe, match="plain"):
        train(out=tmp_path / "a", positive=(pools["money"],), negative=(pools["plain"],))


def test_topics_are_trained_and_tag_a_corpus_by_path_and_sha256(pools, tmp_path, capsys):
    label = tuple(f"{name}={path}" for name, path in pools.items())
    train(out=tmp_path / "topics", label=label)
    assert "14 documents right" in capsys.readouterr().out
    metrics = Artifact.open(tmp_path / "topics", "asset").manifest["notes"]["metrics"]
    assert [r["label"] for r in metrics["labels"]] == ["law", "money", "plain"]
    assert metrics["confusion"] == [[4, 0, 0], [0, 6, 0], [0, 0, 4]]
    page = (tmp_path / "topics" / "report.html").read_text()
    assert "Who is taken for whom" in page
    source = tmp_path / "source"
    source.mkdir()
    for name, own in {"m": MONEY, "l": LAW}.items():
        (source / f"{name}.txt").write_text(prose(77, own))
    recipe = {
        "tag": [{"topic": {"asset": str(tmp_path / "topics")}}],
        "dedup": [],
        "select": [{"tag": "topic", "label_is": ["money"], "reason": "other_topic"}],
    }
    corpus = build_corpus(
        parse(CorpusSettings, recipe, "test"), [source], tmp_path / "c", workers=1,
        on_note=lambda _line: None,
    )  # fmt: skip
    part = next(name for name in corpus.parts if name.startswith("tags/topic@1"))
    assert sorted(t["label"] for t in corpus.table(part).to_pylist()) == ["law", "money"]
    outcomes = corpus.table("decisions/select").to_pylist()
    assert sorted((r["outcome"], r["reason"]) for r in outcomes) == [
        ("dropped", "other_topic"),
        ("kept", ""),
    ]
    (tmp_path / "topics").rename(tmp_path / "moved")
    recipe["tag"] = [{"topic": {"asset": str(tmp_path / "moved")}}]
    again = build_corpus(
        parse(CorpusSettings, recipe, "test"), [source], tmp_path / "c", workers=1,
        on_note=lambda _line: None,
    )  # fmt: skip
    assert again.digest(part) == corpus.digest(part)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "nothing to train on"),
        ({"label": ("law=x",)}, "one topic tells nothing apart"),
        ({"label": ("Law x", "b=y")}, "not TOPIC=PATH"),
        ({"label": ("a=x", "b=y"), "positive": (Path("x"),)}, "do not go together"),
        ({"corpus": Path("c"), "positive": (Path("x"),)}, "do not go together"),
        ({"positive": (Path("x"),), "negative": (Path("y"),), "held_out": 1.0}, "no share"),
        ({"positive": (Path("no/x"),), "negative": (Path("y"),)}, "no such file"),
    ],
)
def test_what_cannot_be_trained_is_one_line(given, says, tmp_path):
    with pytest.raises(UserError, match=says):
        train(out=tmp_path / "out", **given)
    assert not (tmp_path / "out").exists()


def test_a_folder_of_others_is_not_written_into(pools, tmp_path):
    with pytest.raises(NotAnArtifact):
        train(out=pools["plain"], positive=(pools["money"],), negative=(pools["law"],))
