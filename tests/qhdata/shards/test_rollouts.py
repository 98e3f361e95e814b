from __future__ import annotations

import json

import numpy as np
import pytest

from qhdata.chat import Transcript, renderer
from qhdata.errors import ForeignRecipe, UserError
from qhdata.records import Example
from qhdata.sampling import Request
from qhdata.sampling.scripted import ScriptedSampler
from qhdata.shards.build import ShardSettings, build_shards
from qhdata.shards.layout import ShardSet
from qhdata.shards.loader import Loader, LoaderSettings
from qhdata.shards.rollouts import Rollout, write_rollouts


def rolled(tokenizer, row: Example, member: int = 0, reward: float | None = 1.0) -> Rollout:
    """An example played again: a scripted sampler emits the expert's turns."""
    chat = renderer(tokenizer)
    opening = next(i for i, m in enumerate(row.messages) if m.role == "assistant")
    turns = [m for m in row.messages if m.role == "assistant"]
    sampler = ScriptedSampler([chat.turn(m) for m in turns], -0.25)
    script = Transcript.begin(chat, row.messages[:opening], row.tools)
    for n, turn in enumerate(turns):
        said = sampler.generate(
            [Request(ids=tuple(script.ids), max_tokens=99, stop_ids=chat.stop_ids)]
        )[0]
        reply = script.say(said.ids, said.logp, version=n + 3, weight=turn.weight)
        if n + 1 < len(turns):
            script.hear(reply.calls, [m for m in row.messages if m.role == "tool"])
    return Rollout(
        ids=script.ids, weights=script.weights, logp=script.logp, spans=script.spans,
        task_id=row.example_id, group_id=row.group_id, member=member, status="COMPLETED",
        reward=reward, parts={"gold": reward}, advantage=0.5 - member,
        versions=script.versions, sampling={"temperature": 1.0},
    )  # fmt: skip


def write(path, tokenizer, rollouts, step=0):
    chat = renderer(tokenizer)
    return write_rollouts(
        path, rollouts, tokenizer=tokenizer, family=chat.family, template=chat.digest,
        context=512, settings={"step": step}, inputs={},
    )  # fmt: skip


def test_rollouts_of_expert_turns_are_the_supervised_shard(tmp_path, tokenizer, make):
    rows = [make.example(n, group_id=f"g{n}", split="train") for n in range(12)]
    synth = make.synth(tmp_path / "i", "examples", Example, rows)
    build_shards("sft", [synth.path], tmp_path / "sft", tokenizer, ShardSettings(context=512))
    write(tmp_path / "rl", tokenizer, [rolled(tokenizer, row) for row in rows])
    supervised, sampled = ShardSet.open(tmp_path / "sft"), ShardSet.open(tmp_path / "rl")
    by_id = {supervised.row(i).example_id: i for i in range(12)}
    for i in range(12):
        other = by_id[sampled.row(i).task_id]
        assert sampled.ids(i).tolist() == supervised.ids(other).tolist()
        assert sampled.weights(i).tolist() == supervised.weights(other).tolist()
        assert sampled.row(i).spans == supervised.row(other).spans
        assert sampled.row(i).bytes == supervised.row(other).bytes


def test_groups_stay_together_and_carry_what_was_scored(tmp_path, tokenizer, make):
    rollouts = [
        rolled(tokenizer, make.example(n), member, None if (n, member) == (1, 2) else 1.0)
        for member in range(3)
        for n in (0, 2, 4, 6)
    ]
    made = write(tmp_path / "rl", tokenizer, rollouts)
    shard = ShardSet.open(made.path)
    assert shard.groups.tolist() == [0, 3, 6, 9, 12]
    assert shard.column("group_id")[::3] == ["g0", "g1", "g2", "g3"]
    assert shard.column("member") == [0, 1, 2] * 4
    assert shard.column("group_size") == [3] * 12
    row = shard.row(0)
    assert row.version == 3
    assert json.loads(row.parts) == {"gold": 1.0}
    assert row.reward == 1.0
    logp = shard.logp(0)
    sampled = np.zeros(len(logp), bool)
    for start, end, _ in json.loads(row.versions):
        sampled[start:end] = True
    assert (logp[sampled] == -0.25).all()
    assert (logp[~sampled] == 0).all()


def test_a_loader_gives_all_of_it_as_one_update(tmp_path, tokenizer, make):
    rollouts = [rolled(tokenizer, make.example(n), m) for n in (0, 2) for m in range(4)]
    write(tmp_path / "rl", tokenizer, rollouts)
    loader = Loader(
        {"rl": ShardSet.open(tmp_path / "rl")},
        LoaderSettings(pack_tokens=512, update_tokens=1, columns=("advantage", "version")),
    )
    update = loader.everything()
    assert update.groups == 2
    assert update.pieces == 8
    for pack in update.packs:
        assert pack.logp is not None
        assert len(pack.logp) == pack.tokens
        by_token = np.array(pack.columns["advantage"], np.float32)[pack.piece]
        assert by_token.shape == pack.ids.shape
    seen = sorted(a for pack in update.packs for a in pack.columns["advantage"])
    assert seen == [-2.5, -2.5, -1.5, -1.5, -0.5, -0.5, 0.5, 0.5]


def test_written_again_only_by_the_same_step(tmp_path, tokenizer, make):
    rollouts = [rolled(tokenizer, make.example(0))]
    write(tmp_path / "rl", tokenizer, rollouts)
    write(tmp_path / "rl", tokenizer, rollouts)
    with pytest.raises(ForeignRecipe, match="step"):
        write(tmp_path / "rl", tokenizer, rollouts, step=1)


def test_the_trainer_refuses_what_does_not_match(tmp_path, tokenizer, make):
    write(tmp_path / "rl", tokenizer, [rolled(tokenizer, make.example(0))])
    shard = ShardSet.open(tmp_path / "rl")
    shard.require(tokenizer.digest, renderer(tokenizer).digest)
    with pytest.raises(UserError, match="another tokenizer"):
        shard.require("0" * 64)
    with pytest.raises(UserError, match="another chat template"):
        shard.require(tokenizer.digest, renderer(tokenizer, "qwen3").digest)
