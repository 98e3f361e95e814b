"""The two gates: what is right and sound passes, each fault of a chain of thought has its reason,
and pass rates choose the tasks that are worth practising.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.records import Task
from qhdata.step import Skip
from qhdata.synth.material import Material, rng_for
from qhdata.synth.produce import finished, generators_of
from qhdata.synth.thought import MOST_AGAIN, faults_of
from qhdata.synth.two_gates import Answer, Band, Rate, chosen, passed, rate


@pytest.fixture(scope="module")
def task(material: Callable[..., Material]) -> Task:
    """Revenue of 47 and 42: growth of 11.9 %."""
    return first(material(), "growth", "Revenue")


def first(material: Material, name: str, label: str = "") -> Task:
    generator = generators_of("reasoning", (name,))[name]
    rng = rng_for(name)
    for draft in generator.drafts(material, rng):
        made = finished(draft, "reasoning", rng, material)
        if isinstance(made, Skip):
            continue
        if not label or f'"{label}"' in made.tasks[0].messages[0].content:
            return made.tasks[0]
    raise AssertionError(f"no task of {name}")


def the_right(task: Task) -> tuple[str, str]:
    gold = task.golds[0]
    return str(task.trace), f"\\boxed{{{round(Decimal(gold.value), gold.decimals or 0)}%}}"


def test_the_experts_own_answer_passes_both(task: Task) -> None:
    thinking, content = the_right(task)
    assert passed(task, Answer(task_id=task.task_id, content=content, thinking=thinking)).good
    inline = Answer(task_id=task.task_id, content=f"<think>{thinking}</think>{content}")
    assert passed(task, inline).good
    open_ = Answer(task_id=task.task_id, content=f"{thinking}\n{content}")
    assert passed(task, open_).good


def test_every_generators_expert_passes_both(material: Callable[..., Material]) -> None:
    from qhdata.synth.answers import reasoning_example
    from qhdata.synth.reasoning import REASONING

    own = material()
    for name in REASONING:
        task = first(own, name)
        said = reasoning_example(task, own.settings).messages[-1]
        answer = Answer(task_id=task.task_id, content=said.content, thinking=said.thinking or "")
        assert passed(task, answer).good, (name, said.thinking, passed(task, answer))


def test_a_wrong_answer_stops_at_the_first_gate(task: Task) -> None:
    thinking, _ = the_right(task)
    found = passed(task, Answer(task_id="", content="\\boxed{-11.9%}", thinking=thinking))
    assert (found.right, found.reason) == (False, "sign_error")
    assert not passed(task, Answer(task_id="", content="")).good


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda t: "It rose by some percent.", "no_arithmetic"),
        (lambda t: t.replace("= 5", "= 6"), "arithmetic_wrong"),
        (lambda t: "5 / 42 = 0.119\n0.119 = 11.9%", "input_missing"),
        (lambda t: t.rpartition("\n")[0], "answer_not_computed"),
        (lambda t: t + "\nso" * (MOST_AGAIN + 1), "repeats_itself"),
        (lambda t: t + " " * 30_000, "too_long"),
    ],
)
def test_a_right_answer_for_a_wrong_reason_stops_at_the_second(
    task: Task, spoil: Callable[[str], str], reason: str
) -> None:
    thinking, content = the_right(task)
    spoilt = spoil(thinking)
    assert spoilt != thinking
    found = passed(task, Answer(task_id="", content=content, thinking=spoilt))
    assert found.right
    assert not found.good
    assert found.reason == reason, faults_of(task, spoilt, content)


@given(st.text(max_size=400))
def test_any_chain_is_read(task: Task, text: str) -> None:
    faults = faults_of(task, text, text)
    assert faults, "no text by chance gives both inputs and the growth between them"
    assert len(set(faults)) == len(faults)


def test_pass_rates_choose(task: Task) -> None:
    _, right = the_right(task)
    answers = [Answer(task_id="", content=c) for c in (right, "\\boxed{1%}", right, "no")]
    found = rate(task, answers)
    assert (found.right, found.tried) == (2, 4)
    assert chosen([found], Band()) == {task.task_id: ""}
    assert chosen([found], Band(above=0.5)) == {task.task_id: "too_hard"}
    assert chosen([found], Band(longest=3)) == {task.task_id: "answers_too_long"}
    assert chosen([replace(found, right=0)], Band()) == {task.task_id: "never_solved"}
    assert chosen([replace(found, right=4)], Band()) == {task.task_id: "always_solved"}
    assert chosen([replace(found, tried=1, right=1)], Band()) == {task.task_id: "too_few_answers"}


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 8)), min_size=1, max_size=60),
    st.floats(0.1, 1.0),
)
def test_no_generator_has_more_than_its_share(rows: list[tuple[str, int]], most: float) -> None:
    rates = [Rate(f"t{n:03}", f"{name}@1", right, 8, 10.0) for n, (name, right) in enumerate(rows)]
    why = chosen(rates, Band(most_of_generator=most))
    assert set(why) == {r.task_id for r in rates}
    inside = [r for r in rates if 0 < r.right < 8]
    limit = max(1, int(most * len(inside))) if most < 1 else len(inside)
    for name in "abc":
        kept = [r for r in inside if r.generator == f"{name}@1" and not why[r.task_id]]
        assert len(kept) <= limit
    assert all(why[r.task_id] for r in rates if r not in inside)
