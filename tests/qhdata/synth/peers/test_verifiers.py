"""verifiers' tasksets hold an export's rows, and score traces with our judge."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import verifiers.v1 as vf

from pipelines.synth import run_kind
from pipelines.synth_export import export
from qhdata.artifact import Artifact
from qhdata.export.training import compute_score
from qhdata.records import Example, from_batch
from qhdata.synth.settings import Limits, SynthSettings


class Problem(vf.TaskData):
    answer: str
    info: str


class Judged(vf.Task[Problem]):
    @vf.reward
    async def right(self, trace: vf.Trace) -> float:
        gold = json.dumps(json.loads(self.data.info)["gold"])
        return float(compute_score("", trace.last_reply, gold)["score"])


class Problems(vf.Taskset[Judged, vf.TasksetConfig]):
    path: Path

    def load(self) -> Iterator[Judged]:
        for line in self.path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield Judged(Problem(prompt=row["prompt"], answer=row["answer"], info=row["info"]))


def reward_of(task: Judged, reply: str) -> float:
    trace = vf.Trace(
        task=vf.TraceTask(type="Judged", data=task.data),
        agent=vf.AgentInfo(config=vf.AgentConfig()),
        root_reply=reply,
    )
    asyncio.run(task.score(trace))
    found = trace.rewards["right"]
    assert found is not None
    return float(found.score)


@pytest.fixture(scope="module")
def synth(corpus: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    settings = SynthSettings(reasoning=Limits(train=30, dev=5, test=5))
    return run_kind("reasoning", corpus, tmp_path_factory.mktemp("set") / "s", settings, 0)


def test_a_taskset_holds_every_row_and_scores_by_the_judge(synth: Artifact, tmp_path: Path) -> None:
    export(synth.path, out=tmp_path / "out", format="verifiers", splits="train")
    taskset = Problems(vf.TasksetConfig())
    taskset.path = tmp_path / "out" / "train.jsonl"
    tasks = list(taskset)
    examples = {
        row.group_id: row
        for _, batch in synth.batches("examples")
        for row in from_batch(Example, batch)
        if row.split == "train"
    }
    assert len(tasks) == len(examples) > 10
    assert len({task.key for task in tasks}) == len(tasks)
    for task in tasks:
        own = examples[json.loads(task.data.info)["group_id"]]
        assert own.messages[-2].content in task.data.prompt_text
        assert reward_of(task, own.messages[-1].content) == 1.0
        assert reward_of(task, "\\boxed{123456789.5}") == 0.0
