from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qhdata.chat import Renderer, Tokenizer, renderer
from qhdata.errors import Fault
from qhdata.records import Message
from qhdata.sampling import Request
from qhdata.sampling.scripted import ScriptedSampler
from qhdata.shards.layout import ShardSet
from trainer.rollouts.collect import collect, judged, play
from trainer.rollouts.feed import tasks_of
from trainer.settings import Sampling

SETTINGS = Sampling(prompts=3, group=4, max_tokens=8, max_length=64)


@pytest.fixture
def chat(made: Path) -> Renderer:
    return renderer(Tokenizer.load(made / "assets" / "tokenizer"))


def _says(chat: Renderer, answers: list[str]) -> ScriptedSampler:
    """Member k of every task gives answer k, whatever was asked."""
    turns = [chat.turn(Message(role="assistant", content=text)) for text in answers]

    def script(request: Request, member: int) -> tuple[int, ...]:
        return turns[member]

    return ScriptedSampler(script, logp_each=-0.5)


def test_rollouts_on_disk_hold_rewards_advantages_and_the_samplers_logp(
    made: Path, tmp_path: Path, chat: Renderer
) -> None:
    tasks = tasks_of(made / "shards" / "reasoning-rl")[:3]
    summary = collect(
        tasks, None, chat, _says(chat, ["0", "1", "2", "9"]), SETTINGS,
        out=tmp_path / "00001", seed=1, inputs={}, context=128,
    )  # fmt: skip
    assert summary["reward"] == pytest.approx(0.25)
    assert summary["alive"] == 1.0
    shards = ShardSet.open(tmp_path / "00001")
    assert len(shards) == 12
    assert [int(x) for x in shards.groups] == [0, 4, 8, 12]
    for i in range(12):
        ids, targets, logp = shards.ids(i), shards.targets(i), shards.logp(i)
        right = shards.column("reward")[i] == 1.0
        assert shards.column("advantage")[i] == pytest.approx(0.75 if right else -0.25)
        said = targets > 0
        assert logp is not None
        assert (logp[said] == -0.5).all()
        assert (logp[~said] == 0.0).all()
        # What is trained is the answer and its stop token, nothing of the prompt.
        assert chat.tokenizer.decode(ids[said].tolist()).endswith(chat.stop)
        assert said[-1]
        assert said.sum() == 2


def test_a_dead_group_stays_on_disk_and_out_of_the_loss(made: Path, chat: Renderer) -> None:
    tasks = tasks_of(made / "shards" / "reasoning-rl")[:2]
    plays = play(tasks, None, chat, _says(chat, ["9"] * 4), SETTINGS, seed=1)
    rollouts, summary = judged(plays, SETTINGS)
    assert summary["alive"] == 0.0
    assert [r.weight for r in rollouts] == [0.0] * 8


def test_a_rollout_without_a_stop_token_is_wrong_not_unscored(made: Path, chat: Renderer) -> None:
    tasks = tasks_of(made / "shards" / "reasoning-rl")[:1]
    endless = chat.tokenizer.encode("never ends never ends never ends")
    plays = play(tasks, None, chat, ScriptedSampler(lambda r, m: endless), SETTINGS, seed=1)
    rollouts, summary = judged(plays, SETTINGS)
    assert summary["unscored"] == 0.0
    assert summary["truncated"] == 1.0
    assert {r.reward for r in rollouts} == {0.0}


def test_a_prompt_that_leaves_no_room_is_played_to_nothing(made: Path, chat: Renderer) -> None:
    tight = Sampling(prompts=1, group=2, max_tokens=8, max_length=2)
    tasks = tasks_of(made / "shards" / "reasoning-rl")[:1]
    plays = play(tasks, None, chat, _says(chat, ["0", "1"]), tight, seed=1)
    assert {one.status for one in plays} == {"TRUNCATED_PROMPT"}
    rollouts, _ = judged(plays, tight)
    assert all(np.asarray(r.weights).sum() == 0 for r in rollouts)


def test_many_unscored_rollouts_end_the_run_in_words(
    made: Path, chat: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qhdata.env.reward import unscored

    tasks = tasks_of(made / "shards" / "reasoning-rl")[:1]
    plays = play(tasks, None, chat, _says(chat, ["0"] * 4), SETTINGS, seed=1)
    monkeypatch.setattr("trainer.rollouts.collect._score", lambda one: unscored("tool_defect"))
    with pytest.raises(Fault, match="4 of 4 rollouts could not be scored: tool_defect"):
        judged(plays, SETTINGS)


def test_the_same_seed_gives_the_same_rollouts_to_any_batch(made: Path, chat: Renderer) -> None:
    import torch

    from qhdata.sampling.hf import HfSampler, HfSettings
    from trainer.model import fresh
    from trainer.settings import Shape

    torch.set_num_threads(1)
    shape = Shape(width=32, layers=1, heads=2, kv_heads=2, head_width=16, feed_forward=32)
    policy = fresh(shape, chat.tokenizer.size, seed=1)
    tasks = tasks_of(made / "shards" / "reasoning-rl")[:3]
    found = []
    for rows in (2, 256):
        sampler = HfSampler(policy.lm, HfSettings(rows=rows))
        plays = play(tasks, None, chat, sampler, SETTINGS, seed=1)
        found.append([tuple(one.transcript.ids) for one in plays])
    assert found[0] == found[1]
    assert len(set(found[0])) > 3, "members of a group say different things"
