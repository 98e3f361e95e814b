"""Episodes: never a raise for what an agent did, scores in range, plain tasks played alike."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qhdata.env import Episode, World
from qhdata.env.episode import MAX_TURN, Status
from qhdata.env.faults import Faults
from qhdata.env.tasks import example, expert
from qhdata.errors import UserError
from qhdata.records import Criterion, Gold, Message, Task, ToolCall, json_text

NAMES = st.sampled_from(
    ["get", "calc", "answer", "none", "get_fact", "find_filer", "search_filings", "read_section",
     "list_facts", "calculate", "submit_answer", "decline", "add_watch", "remove_watch",
     "list_watches", "flag_restatement", "close_case", "", "x" * 5000]
)  # fmt: skip
TEXTS = st.text(max_size=30) | st.sampled_from(
    ["Aster Corp", "2022", "2023", "net income", "revenue", "1 + 1", "12", "above", "\ud800", "\0",
     "0000000001-22-002022:1", "part1.item1", "first", "latest", "not_reported"]
)  # fmt: skip
VALUES = (
    TEXTS | st.integers() | st.booleans() | st.none() | st.floats() | st.lists(TEXTS, max_size=2)
)
KEYS = st.sampled_from(
    ["filer", "concept", "period", "value", "unit", "slot", "words", "form", "doc", "section",
     "page", "expression", "name", "reason", "side", "threshold", "version", "world"]
)  # fmt: skip
ARGUMENTS = st.one_of(
    st.dictionaries(KEYS, VALUES, max_size=5).map(lambda d: json.dumps(d)),
    st.text(max_size=20),
    st.just("[" * 5000),
)
TURNS = st.lists(
    st.tuples(st.text(max_size=20), st.lists(st.tuples(NAMES, ARGUMENTS), max_size=4)), max_size=8
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(turns=TURNS, which=st.integers(0, 10_000), share=st.sampled_from([0.0, 0.5]))
def test_no_action_raises_and_every_score_is_in_range(
    tasks: list[Task], world: World, turns, which: int, share: float
) -> None:
    task = tasks[which % len(tasks)]
    episode = Episode(task, world, which, Faults(share=share))
    for content, calls in turns:
        made = tuple(ToolCall(call_id="", name=n, arguments=a) for n, a in calls)  # type: ignore[arg-type]
        episode.act(Message(role="assistant", content=content, calls=made))
        assert episode.status is not Status.ERROR_TOOL, episode.error
    total = episode.score().total
    assert total in (0.0, 1.0)
    restored = Episode.restore(episode.snapshot(), task, world)
    assert restored.record() == episode.record()


def plain(**changes: object) -> Task:
    fields: dict[str, object] = {
        "task_id": "t", "problem_id": "p", "family": "reasoning", "generator": "g@1", "seed": 0,
        "lang": "en", "messages": (Message(role="user", content="12.5 percent of 80?"),),
        "golds": (Gold(slot="answer", kind="number", value="10"),), "criteria": (),
        "program": None, "program_slots": json_text({}), "trace": None, "domain": None,
        "as_of": None, "initial_state": json_text({}), "expected_state": json_text({}),
        "expert": json_text([]), "max_turns": 1, "split": "train", "public_at": None,
        "filer_id": "", "license": "", "sources": (),
    }  # fmt: skip
    return Task(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reply", "total"), [("Answer: 10", 1.0), ("Answer: 11", 0.0), ("", 0.0), ("10 or 11", 0.0)]
)
def test_a_reasoning_task_is_over_after_one_turn(reply: str, total: float) -> None:
    episode = Episode(plain(), None, 0)
    assert episode.tools == ()
    assert episode.act(Message(role="assistant", content=reply)) == ()
    assert episode.status is Status.COMPLETED
    assert episode.score().total == total
    assert episode.act(Message(role="assistant", content="Answer: 10")) == ()
    assert episode.score().total == total


def test_a_general_task_is_scored_by_its_criteria() -> None:
    short = Criterion(
        criterion_id="short", text="At most 3 words.", check="max_words",
        arguments=json_text({"words": 3}),
    )  # fmt: skip
    first = Criterion(
        criterion_id="first", text="Begins with So.", check="starts_with",
        arguments=json_text({"text": "So"}), weight=3.0,
    )  # fmt: skip
    task = plain(family="general", golds=(), criteria=(short, first))
    episode = Episode(task, None, 0)
    episode.act(Message(role="assistant", content="So it goes on and on"))
    assert episode.score().total == 0.75
    assert episode.score().reason == "missed:short"


def test_gold_of_ours_that_is_broken_leaves_a_play_unscored() -> None:
    episode = Episode(plain(golds=(Gold(slot="answer", kind="number", value="ten"),)), None, 0)
    episode.act(Message(role="assistant", content="Answer: 10"))
    assert episode.score().total is None


def test_a_cut_off_play_earns_nothing_and_says_why(tasks: list[Task], world: World) -> None:
    episode = Episode(tasks[0], world, 0)
    episode.act(Message(role="assistant", content="x" * (MAX_TURN + 1)))
    assert (episode.status, episode.score().total) == (Status.TRUNCATED_LENGTH, 0.0)
    episode = Episode(tasks[0], world, 0)
    for _ in range(tasks[0].max_turns):
        call = ToolCall(call_id="c0", name="list_facts", arguments=json_text({"filer": "Aster"}))
        episode.act(Message(role="assistant", content="", calls=(call,)))
    assert (episode.status, episode.score().total) == (Status.TRUNCATED_TURNS, 0.0)
    episode = Episode(plain(), None, 0)
    episode.truncate()
    assert episode.score().reason == "truncated_length"


def test_a_call_that_could_not_be_read_is_an_error_not_the_end(
    tasks: list[Task], world: World
) -> None:
    episode = Episode(tasks[0], world, 0)
    (result,) = episode.act(Message(role="assistant", content=""), malformed=("bad_call",))
    assert result.error
    assert episode.status is Status.ONGOING


def test_a_defect_of_a_tool_ends_the_play_unscored(
    tasks: list[Task], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(World, "facts", broken)
    task = next(t for t in tasks if t.domain == "desk")
    episode = Episode(task, world, 0)
    call = ToolCall(
        call_id="c0", name="get", arguments=json_text({"concept": "revenue", "period": "2022"})
    )
    episode.act(Message(role="assistant", content="", calls=(call,)))
    assert episode.status is Status.ERROR_TOOL
    assert episode.score().total is None
    assert "ZeroDivisionError" in episode.score().reason


def test_faults_are_met_by_seed_and_a_patient_expert_still_wins(
    tasks: list[Task], world: World
) -> None:
    task = next(t for t in tasks if t.generator.startswith("desk.difference"))
    turns = [m for m in expert(task, world).messages if m.role == "assistant"]
    met = set()
    for seed in range(20):
        episode = Episode(task, world, seed, Faults(share=0.3))
        faults = 0
        for turn in turns:
            results = episode.act(turn)
            while results and results[0].error:
                faults += 1
                results = episode.act(turn)
        met.add(faults)
        assert episode.score().total == (1.0 if episode.status is Status.COMPLETED else 0.0)
    assert len(met) > 1


def test_only_the_agents_own_right_turns_are_trained(tasks: list[Task], world: World) -> None:
    task = next(t for t in tasks if "mistake" in t.expert)
    row = example(task, expert(task, world))
    assert [m.weight for m in row.messages if m.role != "assistant"] == [0.0] * sum(
        m.role != "assistant" for m in row.messages
    )
    weights = [m.weight for m in row.messages if m.role == "assistant"]
    assert weights[0] == 0.0
    assert set(weights[1:]) == {1.0}
    assert row.messages[2].error or row.messages[3].error
    assert row.group_id == task.problem_id


def test_a_snapshot_of_another_task_is_refused(tasks: list[Task], world: World) -> None:
    snapshot = Episode(tasks[0], world, 0).snapshot()
    with pytest.raises(UserError, match="a snapshot of task"):
        Episode.restore(snapshot, tasks[1], world)
    with pytest.raises(UserError, match="not a snapshot"):
        Episode.restore(b"{}", tasks[0], world)


def test_an_agentic_task_without_a_world_is_refused(tasks: list[Task]) -> None:
    with pytest.raises(UserError, match="needs a world"):
        Episode(tasks[0], None, 0)
