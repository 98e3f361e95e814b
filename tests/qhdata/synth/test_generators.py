"""Every generator of every kind: what it yields is checked, and no file needs a test of its own for
that.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from random import Random

import pytest

from qhdata.judge import judge
from qhdata.judge.rubric import check_all
from qhdata.records import Task
from qhdata.step import Skip
from qhdata.synth.check import check, check_pair, check_sources
from qhdata.synth.made import Made
from qhdata.synth.material import Material
from qhdata.synth.produce import GENERATORS, finished, generators_of, stream_of
from qhdata.synth.settings import SynthSettings

BRIEF = SynthSettings(
    context_rows=2, context_style="lines", wording="brief", reasoning_in="content"
)
STYLES = {"full": SynthSettings(phrasings=3), "brief": BRIEF}
NAMES = [(kind, name) for kind, table in GENERATORS.items() for name in table]
NEEDS_MORE = {"section_topic"}  # the mini filings have one section


def drawn(kind: str, name: str, material: Material, count: int = 200) -> list[Made]:
    generator = generators_of(kind, (name,))[name]
    rng = Random(5)
    stream = stream_of(generator, material, rng)
    made = (finished(draft, kind, rng, material) for draft in islice(stream, 20 * count))
    return list(islice((one for one in made if not isinstance(one, Skip)), count))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_everything_that_a_generator_yields_passes_its_check(
    kind: str,
    name: str,
    style: str,
    material: Callable[..., Material],
    texts: dict[str, tuple[str, str]],
) -> None:
    rows = drawn(kind, name, material(settings=STYLES[style]))
    wordy = getattr(generators_of(kind, (name,))[name], "wordy", False)
    if name in NEEDS_MORE or (style == "brief" and wordy):
        assert rows == []
        return
    assert rows, "a generator that yields nothing proves nothing"
    for made in rows:
        for task in made.tasks:
            reply = made.examples[0].messages[-1].content if task.family == "general" else None
            assert check(task, gold_reply=reply) == []
            assert task.split == "train"
        for example in made.examples:
            assert right(example.messages[-1].content, made)
        for pair in made.pairs:
            if made.tasks and made.tasks[0].golds:
                assert check_pair(pair, made.tasks[0].golds[0]) == []
            assert pair.chosen != pair.rejected
        sources = [
            *made.sources,
            *(s for row in (*made.tasks, *made.examples, *made.pairs) for s in row.sources),
        ]
        assert sources
        plain = {doc: text for doc, (text, _) in texts.items()}
        digests = {doc: digest for doc, (_, digest) in texts.items()}
        assert check_sources(tuple(sources), plain, digests) == []


def right(reply: str, made: Made) -> bool:
    for task in made.tasks:
        if task.golds:
            return judge(task.golds[0], reply).outcome == "correct"
        if task.criteria:
            return check_all(task.criteria, reply).total == 1.0
    return bool(reply)


@pytest.mark.parametrize("kind", GENERATORS)
def test_the_same_seed_gives_the_same_rows(kind: str, material: Callable[..., Material]) -> None:
    name = next(iter(GENERATORS[kind]))
    assert drawn(kind, name, material(), 20) == drawn(kind, name, material(), 20)


def test_phrasings_share_the_problem_and_differ_as_tasks(
    material: Callable[..., Material],
) -> None:
    made = drawn("reasoning", "lookup", material(settings=SynthSettings(phrasings=3)), 5)[0]
    assert len({task.task_id for task in made.tasks}) == 3
    assert len({task.problem_id for task in made.tasks}) == 1


def test_a_spoilt_task_is_found_out(material: Callable[..., Material]) -> None:
    from dataclasses import replace

    task: Task = drawn("reasoning", "difference", material(), 1)[0].tasks[0]
    gold = replace(task.golds[0], value="123000000")
    assert any("program_gives" in fault for fault in check(replace(task, golds=(gold,))))
    assert "no_source" in check(replace(task, sources=()))
    late = replace(task, public_at="2020-01-01T00:00:00Z")
    assert any("public_at" in fault for fault in check(late))
    source = replace(task.sources[0], quote="wrong")
    known = ({source.doc_id: "text"}, {source.doc_id: source.text_sha256})
    assert check_sources((source,), *known)[0].startswith("quote_differs")


GOLDENS = {
    "lookup": ("value", "number"),
    "difference": ("new - old", "number"),
    "growth": ("new - old; #0 / old", "percent"),
    "total": ("a + b", "number"),
    "larger": ("max(a, b)", "number"),
    "share": ("part / whole", "percent"),
    "margin_change": ("new_part / new_whole; old_part / old_whole; #0 - #1", "points"),
    "average": ("new + old; #0 / 2", "number"),
    "restated": ("later - first", "number"),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_program_and_kind_are_the_ones_that_the_file_says(
    name: str, material: Callable[..., Material]
) -> None:
    program, kind = GOLDENS[name]
    for made in drawn("reasoning", name, material(), 10):
        assert made.tasks[0].program == program
        assert made.tasks[0].golds[0].kind == kind


def test_a_restated_value_is_asked_from_both_filings(
    material: Callable[..., Material],
) -> None:
    task = drawn("reasoning", "restated", material(), 20)[0].tasks[0]
    assert task.golds[0].value == "3000000"
    assert task.public_at == "2025-06-02T21:00:00Z"
    assert {source.doc_id for source in task.sources} == {"000-1:1", "000-1A:1"}


def test_stated_and_not_stated_come_in_equal_numbers(
    material: Callable[..., Material],
) -> None:
    rows = drawn("general", "stated_or_not", material(), 100)
    refusals = [made for made in rows if made.examples[0].messages[-1].content == "not stated"]
    assert abs(len(rows) - 2 * len(refusals)) <= 1
    for made in rows:
        says = check_all(made.tasks[0].criteria, "not stated").total
        assert says == (1.0 if made in refusals else 0.0)
