"""A synth set in other trainers' layouts loads, and its golds judge its own answers right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import datasets
import pyarrow.parquet as pq
import pytest

from pipelines.judge import verdict_of
from pipelines.synth import run_kind
from pipelines.synth_export import export
from qhdata.artifact import Artifact
from qhdata.errors import NotAnArtifact, UserError
from qhdata.export.training import LAYOUTS, compute_score, template_message, wire_message
from qhdata.records import Example, Message, Task, ToolCall, from_batch
from qhdata.records.base import JsonText
from qhdata.synth.settings import Limits, SynthSettings


@pytest.fixture(scope="module")
def synth(corpus: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    settings = SynthSettings(reasoning=Limits(train=30, dev=5, test=5))
    return run_kind("reasoning", corpus, tmp_path_factory.mktemp("set") / "s", settings, 0)


def rows(opened: Artifact, part: str, record: Any) -> list[Any]:
    return [row for _, batch in opened.batches(part) for row in from_batch(record, batch)]


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_loads_with_all_its_rows(
    name: str, synth: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    export(synth.path, out=tmp_path / "out", format=name)  # type: ignore[arg-type]
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    total = sum(split.num_rows for split in loaded.values())
    assert total == synth.part(LAYOUTS[name].part).rows
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert f"{total:,} rows" in card
    assert "growth@1" in card


@pytest.mark.parametrize("name", ["trl-prompt", "verl", "verifiers"])
def test_golds_judge_the_sets_own_answers_right_and_others_wrong(
    name: str, synth: Artifact, tmp_path: Path
) -> None:
    examples = {row.group_id: row for row in rows(synth, "examples", Example)}
    export(synth.path, out=tmp_path / "out", format=name, splits="train")  # type: ignore[arg-type]
    if name == "verl":
        table = pq.read_table(tmp_path / "out" / "train.parquet").to_pylist()
        golds = [(r["reward_model"]["ground_truth"], r["extra_info"]["group_id"]) for r in table]
        assert [r["extra_info"]["index"] for r in table] == list(range(len(table)))
    else:
        lines = (tmp_path / "out" / "train.jsonl").read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        if name == "verifiers":
            infos = [json.loads(row["info"]) for row in found]
            golds = [(json.dumps(info["gold"]), info["group_id"]) for info in infos]
        else:
            golds = [(row["gold"], row["group_id"]) for row in found]
    assert len(golds) > 10
    for gold, group in golds:
        answer = examples[group].messages[-1].content
        assert compute_score("qhdata/x", answer, gold)["score"] == 1.0
        assert compute_score("qhdata/x", "\\boxed{123456789.5}", gold)["score"] == 0.0
        line = json.dumps({"gold": json.loads(gold), "answer": answer})
        assert verdict_of(line)["verdict"] == "correct"


def test_a_malformed_gold_is_told_and_not_a_crash() -> None:
    gold = json.dumps({"kind": "number", "value": "1", "tolerance": {"low": "3", "high": "2"}})
    found = compute_score("x", "1", gold)
    assert (found["score"], found["unscored"]) == (0.0, True)


def test_arguments_are_an_object_for_templates_and_text_on_the_wire() -> None:
    call = ToolCall(call_id="c1", name="get_fact", arguments=JsonText('{"concept": "Assets"}'))
    message = Message(role="assistant", content="", thinking="Look it up.", calls=(call,))
    said, wired = template_message(message), wire_message(message)
    assert said["tool_calls"][0]["function"]["arguments"] == {"concept": "Assets"}
    assert said["reasoning_content"] == "Look it up."
    assert json.loads(wired["tool_calls"][0]["function"]["arguments"]) == {"concept": "Assets"}
    assert (wired["content"], "reasoning_content" in wired) == ("Look it up.", False)
    answer = Message(role="tool", content="5", call_id="c1")
    assert wire_message(answer) == {"role": "tool", "content": "5", "tool_call_id": "c1"}


def test_what_a_set_has_not_and_a_full_folder_are_refused(synth: Artifact, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no split 'all'"):
        export(synth.path, out=tmp_path / "out", splits="all")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    with pytest.raises(NotAnArtifact, match="is not empty"):
        export(synth.path, out=tmp_path / "full")
    assert (tmp_path / "full" / "x").read_text() == "mine"
    assert rows(synth, "tasks", Task)
