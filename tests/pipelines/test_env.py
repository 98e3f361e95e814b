"""Worlds and agentic sets as commands make them: resumed, counted, equal in tokens to rollouts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines import env
from qhdata.artifact import Artifact
from qhdata.env import World
from qhdata.env.tasks import AgenticSettings, agentic
from qhdata.errors import ForeignRecipe, UserError
from qhdata.records import Example, Fact, Task, Trajectory, from_batch, to_batch
from qhdata.synth.settings import Limits

SMALL = Limits(train=40, dev=6, test=6)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """Two filers, three annual reports each."""
    import importlib.util

    path = Path(__file__).parents[1] / "qhdata" / "env" / "conftest.py"
    spec = importlib.util.spec_from_file_location("env_corpus", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Artifact = module.make_corpus(tmp_path_factory.mktemp("c") / "corpus")
    return made


@pytest.fixture(scope="module")
def world(corpus: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("w") / "world"
    env.world(corpus=corpus.path, out=path)
    return path


def read(synth: Artifact, part: str, cls: type) -> list:  # type: ignore[type-arg]
    return [row for _, batch in synth.batches(part) for row in from_batch(cls, batch)]


def test_an_agentic_set_counts_every_draft_and_is_the_same_again(
    corpus: Artifact, world: Path, tmp_path: Path
) -> None:
    settings = AgenticSettings(limits=SMALL, compact=True)
    one = env.run_agentic(corpus, world, tmp_path / "a", settings, 1)
    two = env.run_agentic(corpus, world, tmp_path / "b", settings, 1)
    step = one.manifest["steps"][-1]
    assert step["rows_in"] == step["rows_kept"] + step["rows_dropped"]
    assert step["rows_dropped"] == sum(step["notes"]["skipped"].values())
    assert step["rows_kept"] == one.part("tasks").rows == one.part("examples").rows
    for part in ("tasks", "examples", "trajectories"):
        assert one.digest(part) == two.digest(part)
    assert env.run_agentic(corpus, world, tmp_path / "a", settings, 1).manifest == one.manifest
    with pytest.raises(ForeignRecipe):
        env.run_agentic(corpus, world, tmp_path / "a", settings, 2)


def test_rows_of_a_set_belong_together(corpus: Artifact, world: Path, tmp_path: Path) -> None:
    synth = env.run_agentic(corpus, world, tmp_path / "a", AgenticSettings(limits=SMALL), 1)
    tasks = {t.task_id: t for t in read(synth, "tasks", Task)}
    trajectories = read(synth, "trajectories", Trajectory)
    groups = {e.group_id for e in read(synth, "examples", Example)}
    assert len(groups) == len(tasks)
    assert {t.task_id for t in trajectories} == set(tasks)
    assert groups == {t.problem_id for t in tasks.values()}
    assert {t.split for t in tasks.values()} == {"train", "dev", "test"}
    assert all(json.loads(t.score)["total"] == 1.0 for t in trajectories)


def test_the_expert_can_be_shown(
    corpus: Artifact, world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    synth = env.run_agentic(corpus, world, tmp_path / "a", AgenticSettings(limits=SMALL), 1)
    task = read(synth, "tasks", Task)[0]
    capsys.readouterr()
    env.run(task.task_id[:12], tasks=synth.path, world=world)
    shown = capsys.readouterr().out
    assert task.messages[-1].content in shown
    assert "score 1.0" in shown
    with pytest.raises(UserError, match="no task"):
        env.run("nothing", tasks=synth.path, world=world)


def test_settings_narrow_what_is_made(corpus: Artifact, world: Path) -> None:
    opened = World.open(world)

    def made(**changes: object) -> list[Task]:
        settings = AgenticSettings(limits=SMALL, compact=True, **changes)  # type: ignore[arg-type]
        return [t for t in agentic(corpus, opened, settings, 1) if isinstance(t, Task)]

    lookups = made(generators=("desk.lookup",))
    assert {t.generator for t in lookups} == {"desk.lookup@1"}
    short = made(max_digits=2)
    assert short
    assert all(sum(c.isdigit() for c in s.quote) <= 2 for t in short for s in t.sources)
    assert {t.max_turns - len(json.loads(t.expert)) for t in made(spare_turns=1)} == {1}
    assert len({t.as_of for t in made(moments=1)}) < len({t.as_of for t in made(moments=3)})
    assert not [t for t in made(slips=0.0) if "mistake" in t.expert]
    with pytest.raises(UserError, match="no generator"):
        made(generators=("nobody",))
    kitchen = AgenticSettings(domains=("kitchen",))
    with pytest.raises(UserError, match="unknown domain"):
        list(agentic(corpus, opened, kitchen, 1))


def test_a_world_of_another_corpus_is_refused(
    corpus: Artifact, world: Path, tmp_path: Path
) -> None:
    with Artifact.create(tmp_path / "c", "corpus", settings={}, inputs={}) as other:
        counts = {"rows_in": 0, "rows_kept": 0, "rows_dropped": 0, "rows_quarantined": 0}
        other.commit("s", "c", {"documents": [to_batch(Fact, [])]}, counts)
    with pytest.raises(UserError, match="another corpus"):
        env.run_agentic(other, world, tmp_path / "a", AgenticSettings(), 1)


def test_an_episode_in_tokens_is_the_supervised_example(
    corpus: Artifact, world: Path, tmp_path: Path
) -> None:
    from qhdata.chat import Transcript, renderer
    from qhdata.env import Episode
    from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer

    synth = env.run_agentic(
        corpus, world, tmp_path / "a", AgenticSettings(limits=SMALL, compact=True, slips=0.0), 1
    )
    examples = {e.group_id: e for e in read(synth, "examples", Example)}
    texts = [m.content for e in examples.values() for m in e.messages]
    opened = World.open(world)
    for family in ("compact", "qwen3"):
        settings = VocabularySettings(size=400, family=family)
        chat = renderer(train_tokenizer(texts, tmp_path / family, settings))
        for task in read(synth, "tasks", Task)[:12]:
            example = examples[task.problem_id]
            episode = Episode(task, opened, 0)
            transcript = Transcript.begin(chat, episode.opening, episode.tools_json)
            for message in example.messages[len(task.messages) :]:
                if message.role == "assistant":
                    reply = transcript.say(chat.turn(message))
                    results = episode.act(reply.message(), reply.malformed)
                    if results:
                        transcript.hear(reply.calls, results)
            assert episode.score().total == 1.0
            wanted, found = chat.render(example.messages, example.tools), transcript.done()
            assert found.ids == wanted.ids
            assert found.weights == wanted.weights
