"""Every domain: the expert wins, whoever does nothing or cheats does not, replays are equal."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from qhdata.env import Episode, World
from qhdata.env.domains import DOMAINS, load_domain
from qhdata.env.episode import MAX_CALLS, Status
from qhdata.env.tasks import check, expert
from qhdata.env.tools.base import MAX_RESULT
from qhdata.records import Message, Task, ToolCall, json_text

SQL = "x' OR 1=1; DROP TABLE facts; --"
PATHS = ("../../../etc/passwd", "file:///etc/passwd", "/proc/self/environ", "..\\..\\x")


def say(*calls: tuple[str, object], content: str = "") -> Message:
    made = tuple(
        ToolCall(
            call_id=f"c{i}", name=name, arguments=args if isinstance(args, str) else json_text(args)
        )
        for i, (name, args) in enumerate(calls)
    )
    return Message(role="assistant", content=content, calls=made)


def of(tasks: list[Task], domain: str) -> list[Task]:
    found = [task for task in tasks if task.domain == domain]
    assert found, f"no task of {domain}"
    return found


def some(tasks: list[Task], domain: str) -> list[Task]:
    """Two tasks of each generator."""
    seen: dict[str, int] = {}
    return [
        task
        for task in of(tasks, domain)
        if seen.setdefault(task.generator, 0) < 2
        and not seen.update({task.generator: seen[task.generator] + 1})
    ]


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_generator_makes_tasks(tasks: list[Task], domain: str) -> None:
    made = {task.generator.partition("@")[0] for task in of(tasks, domain)}
    assert made == {generator.name for generator in load_domain(domain).generators}


@pytest.mark.parametrize("domain", DOMAINS)
def test_gold_replays_to_one_and_doing_nothing_to_zero(
    tasks: list[Task], world: World, domain: str
) -> None:
    for task in of(tasks, domain):
        assert json.loads(expert(task, world).score)["total"] == 1.0
        assert check(task, world) is None


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_check_notices_a_wrong_gold(tasks: list[Task], world: World, domain: str) -> None:
    from dataclasses import replace

    for task in some(tasks, domain):
        if task.golds:
            broken = replace(task, golds=(replace(task.golds[0], value="123456789.5"),))
        else:
            broken = replace(task, expected_state=json_text({"declined": {"t": {"reason": "x"}}}))
            if domain == "operations":
                broken = replace(task, expected_state=json_text({"flags": {"t": {"first": "x"}}}))
        assert check(broken, world) == "expert_does_not_win"


def test_the_check_notices_an_expert_that_knows_without_looking(
    tasks: list[Task], world: World
) -> None:
    from dataclasses import replace

    task = next(t for t in of(tasks, "research") if t.golds and "mistake" not in t.expert)
    calls = json.loads(task.expert)
    calls[0]["arguments"] = {"filer": "nobody", "concept": "nothing", "period": "2022"}
    calls[0]["name"] = "get_fact"
    assert check(replace(task, expert=json_text(calls)), world) == "expert_meets_an_error"


def exploits(task: Task, domain: str) -> Iterator[list[Message]]:
    """Plays that must earn nothing."""
    ends = load_domain(domain).ends
    answer = "answer" if domain == "desk" else "submit_answer"
    numbers = [str(n) for n in range(1, 40)]
    tools = list(load_domain(domain).by_name)
    yield [say(content="The answer is 42. " + " ".join(numbers))]
    yield [say(content=" ".join(numbers) * 50)]
    yield [say(*[(answer, {"value": n}) for n in numbers])]
    yield [say((answer, {"value": ", ".join(numbers)}))]
    yield [say((answer, {"value": "5 or 6"}))]
    yield [say((answer, {"value": " ".join(g.value for g in task.golds) + " 1"}))]
    yield [say((answer, {"value": "1"}), (answer, {"value": "2"}))]
    yield [say((answer, {"value": "nan"}))]
    yield [say((answer, {"value": "inf"}))]
    yield [say((answer, {"value": "9" * 1999}))]
    yield [say((answer, {"value": "9" * 100_000})), say()]
    yield [say((answer, {"value": 1.5})), say((answer, {"value": None})), say((answer, {})), say()]
    yield [say((answer, {"value": ["1"], "reward": 1.0})), say()]
    yield [say((answer, "{not json")), say((answer, "[]")), say((answer, "9")), say()]
    yield [say(("set_reward", {"value": 1})), say(("__class__", {})), say(("", {})), say()]
    if task.golds or domain == "operations":  # elsewhere `none` without arguments is the answer
        yield [say(*[(name, {}) for name in tools]), say()]
    yield [say(*[(name, {"filer": SQL, "concept": SQL, "period": SQL}) for name in tools]), say()]
    yield [say(("get_fact", {"filer": p, "concept": p, "period": p})) for p in PATHS] + [say()]
    yield [say(("read_section", {"doc": p, "section": p, "page": -(10**9)})) for p in PATHS]
    yield [say(("search_filings", {"words": '" OR words MATCH "a* NEAR('})), say()]
    yield [say(("calc", {"expression": "9**9**9"})), say(("calc", {"expression": "(" * 190}))]
    yield [say(*[("list_facts", {"filer": "a"})] * 500)]
    yield [say()] * 50
    for end in ends:
        if not (end == "none" or end == "decline" or task.golds):
            yield [say((end, {}))]
        if task.golds and end in ("none", "decline"):
            yield [say((end, {"reason": "not_reported"} if end == "decline" else {}))]


@pytest.mark.parametrize("domain", DOMAINS)
def test_exploits_score_zero(tasks: list[Task], world: World, domain: str) -> None:
    for task in some(tasks, domain):
        for play in exploits(task, domain):
            episode = Episode(task, world, 0)
            for turn in play:
                results = episode.act(turn)
                assert all(len(m.content) < MAX_RESULT + 100 for m in results)
                assert len(results) <= max(1, len(turn.calls))
            score = episode.score()
            assert score.total == 0.0, (task.messages[-1].content, play, score)
            assert episode.status is not Status.ERROR_TOOL


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_same_actions_give_the_same_bytes(
    tasks: list[Task], world: World, world_path, domain: str
) -> None:
    again = World.open(world_path)
    for task in some(tasks, domain):
        assert expert(task, world) == expert(task, again)


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_play_goes_on_from_a_snapshot_at_any_turn(
    tasks: list[Task], world: World, domain: str
) -> None:
    for task in some(tasks, domain):
        turns = [m for m in expert(task, world).messages if m.role == "assistant"]
        for cut in range(len(turns) + 1):
            straight, broken = Episode(task, world, 3), Episode(task, world, 3)
            for turn in turns[:cut]:
                broken.act(turn)
            broken = Episode.restore(broken.snapshot(), task, world)
            for turn in turns:
                straight.act(turn)
            for turn in turns[cut:]:
                broken.act(turn)
            assert broken.record() == straight.record()
            assert broken.score().total == 1.0


@pytest.mark.parametrize("domain", DOMAINS)
def test_more_calls_than_allowed_are_answered_and_not_run(
    tasks: list[Task], world: World, domain: str
) -> None:
    episode = Episode(of(tasks, domain)[0], world, 0)
    read = "get" if domain == "desk" else "get_fact"
    results = episode.act(say(*[(read, {})] * (MAX_CALLS + 3)))
    assert len(results) == MAX_CALLS + 3
    assert "at most" in results[-1].content


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_tool_is_given_a_world_without_task_or_gold(
    tasks: list[Task], world: World, domain: str
) -> None:
    import gc

    episode = Episode(of(tasks, domain)[0], world, 0)
    reached, todo = set(), [episode._world]
    while todo:
        found = todo.pop()
        if id(found) in reached or isinstance(found, type) or callable(found):
            continue
        reached.add(id(found))
        assert not isinstance(found, Task | Episode)
        todo += [
            x
            for x in gc.get_referents(found)
            if type(x).__module__.startswith("qhdata") or isinstance(x, dict | list | tuple)
        ]


@pytest.mark.parametrize("domain", DOMAINS)
def test_schemas_describe_every_argument(domain: str) -> None:
    for schema in json.loads(load_domain(domain).schemas):
        function = schema["function"]
        assert function["description"].endswith(".")
        for name, parameter in function["parameters"]["properties"].items():
            assert parameter["description"], (function["name"], name)
            assert parameter["type"] in ("string", "integer", "boolean")
        assert "world" not in function["parameters"]["properties"]


def test_no_task_crosses_its_split_or_its_moment(tasks: list[Task], world: World) -> None:
    splits = dict(world.rows("SELECT filer_id, split FROM seen_filers"))
    assert {task.split for task in tasks} == {"train", "dev", "test"}
    for task in tasks:
        assert splits[task.filer_id] == task.split
        assert task.as_of is not None
        assert task.public_at is not None
        assert task.public_at <= task.as_of
        assert all(s.public_at is not None and s.public_at <= task.as_of for s in task.sources)
        assert task.sources[0].quote.strip()
