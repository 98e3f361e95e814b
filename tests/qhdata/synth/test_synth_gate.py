"""`qhdata synth answer`, `gate` and `profile`: a model's answers decide what is imitated and what
is practised; nothing is lost.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.synth import run_kind
from pipelines.synth_gate import answer, gate, profile, tasks_of
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.records import Decision, Example, Task, from_batch
from qhdata.synth.settings import Limits, SynthSettings
from qhdata.synth.validate import validate_set


@pytest.fixture(scope="module")
def synth(corpus: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    settings = SynthSettings(reasoning=Limits(train=30, dev=5, test=5), pairs=False)
    return run_kind("reasoning", corpus, tmp_path_factory.mktemp("set") / "s", settings, 0)


def rows(opened: Artifact, part: str, record: Any) -> list[Any]:
    return [row for _, batch in opened.batches(part) for row in from_batch(record, batch)]


def experts(synth: Artifact) -> dict[str, tuple[str, str]]:
    """task_id -> (content, thinking) of the set's own examples."""
    return {
        "task:" + e.example_id.removeprefix("example:"): (
            e.messages[-1].content,
            e.messages[-1].thinking or "",
        )
        for e in rows(synth, "examples", Example)
    }


def write(path: Path, lines: list[object]) -> Path:
    path.write_text(
        "".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines), "utf-8"
    )
    return path


def row(task_id: str, content: str, thinking: str = "") -> dict[str, str]:
    return {"task_id": task_id, "answer": content, "thinking": thinking}


def test_good_answers_go_to_sft_and_the_rest_to_the_pool(
    synth: Artifact, corpus: Artifact, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = experts(synth)
    names = sorted(known)
    good, bad, silent = names[:10], names[10:20], names[20:]
    lines: list[object] = [row(n, *known[n]) for n in good]
    lines += [
        row(good[0], *known[good[0]]),
        row(good[1], f"So {known[good[1]][0]}", known[good[1]][1]),
    ]
    lines += [row(n, "\\boxed{-1}", known[n][1]) for n in bad]
    lines += ["no json", {"task_id": "task:none", "answer": "1"}, {"answer": "1"}, "[]", ""]
    gate(synth.path, answers=write(tmp_path / "a.jsonl", lines), out=tmp_path / "gated")
    made = Artifact.open(tmp_path / "gated", "synth")
    examples, pool = rows(made, "examples", Example), rows(made, "tasks", Task)
    assert {e.example_id for e in examples} == {n.replace("task:", "example:") for n in good}
    assert {t.task_id for t in pool} == set(bad)
    assert not {t.task_id for t in pool} & set(silent)
    decisions = rows(made, "decisions/gate", Decision)
    assert len(decisions) == 22
    assert {"said_before", "task_has_enough"} <= {d.reason for d in decisions}
    said = capsys.readouterr().out
    assert "4 lines not used: no_task_id_or_answer 2, no_json 1, unknown_task 1" in said
    assert all(found["faulty"] == 0 for found in validate_set(made, corpus).values())


def test_pass_rates_keep_what_is_solved_sometimes(
    synth: Artifact, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = experts(synth)
    names = sorted(known)
    lines = []
    for n, name in enumerate(names):
        right = n % 5  # of four answers
        lines += [row(name, known[name][0]) for _ in range(right)]
        lines += [row(name, "\\boxed{-1}") for _ in range(4 - right)]
    answers = write(tmp_path / "a.jsonl", lines)
    profile(synth.path, answers=answers, out=tmp_path / "kept")
    made = Artifact.open(tmp_path / "kept", "synth")
    kept = {t.task_id for t in rows(made, "tasks", Task)}
    assert kept == {name for n, name in enumerate(names) if n % 5 not in (0, 4)}
    rates = {d.unit_id: d.score for d in rows(made, "decisions/profile", Decision)}
    assert rates == {name: (n % 5) / 4 for n, name in enumerate(names)}
    assert len(rows(made, "examples", Example)) == len(kept)
    said = capsys.readouterr().out
    assert "never_solved 8" in said
    assert "0.2 to 0.3" in said
    profile(synth.path, answers=answers, out=tmp_path / "kept")  # done: the same set again
    assert Artifact.open(tmp_path / "kept", "synth").digest("tasks") == made.digest("tasks")


def test_what_says_nothing_is_one_line(synth: Artifact, tmp_path: Path) -> None:
    empty = write(tmp_path / "empty.jsonl", ["no json"])
    with pytest.raises(UserError, match="no line answers a task of the set: no_json 1"):
        gate(synth.path, answers=empty, out=tmp_path / "out")
    with pytest.raises(UserError, match="is no file"):
        gate(synth.path, answers=tmp_path / "none", out=tmp_path / "out")
    with pytest.raises(UserError, match="above < below"):
        profile(synth.path, answers=empty, out=tmp_path / "out", above=0.5, below=0.5)


def test_a_local_model_answers(synth: Artifact, tmp_path: Path) -> None:
    from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer
    from trainer.model import fresh
    from trainer.settings import Shape

    prompts = [t.messages[0].content for t in tasks_of(synth).values()]
    folder = tmp_path / "model"
    tokenizer = train_tokenizer(prompts, folder, VocabularySettings(size=320))
    shape = Shape(width=32, layers=1, heads=2, kv_heads=1, head_width=16, feed_forward=48)
    ends = {"eos_token_id": tokenizer.eos, "pad_token_id": 0}
    fresh(shape, vocabulary=320, seed=1, special=ends).lm.save_pretrained(folder)
    out = tmp_path / "answers.jsonl"
    answer(synth.path, model=folder, out=out, k=2, most=4, max_tokens=8)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(lines) == 8
    assert len({line["task_id"] for line in lines}) == 4
    again = tmp_path / "again.jsonl"
    answer(synth.path, model=folder, out=again, k=2, most=4, max_tokens=8)
    assert again.read_bytes() == out.read_bytes()
    with pytest.raises(UserError, match="no task is left: too_few_answers 36, never_solved 4"):
        profile(synth.path, answers=out, out=tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
