"""What finish refuses, and how it words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from qhdata.judge import judge
from qhdata.records import Gold, Task
from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, Slot, percent
from qhdata.synth.finish import finish
from qhdata.synth.grid import Grid
from qhdata.synth.material import Material
from qhdata.synth.settings import SynthSettings
from qhdata.synth.wording import answer_text

ASKS = Asks(en=("{label}?",), zh=("{label}？",), brief="{label}?")


def income(material: Material) -> Grid:
    return next(
        grid
        for grid in material.grids
        if grid.document.filer == "Alder Works" and "revenue" in grid.by_concept
        and grid.document.form == "10-K"
    )  # fmt: skip


def draft(grid: Grid, program: str, **keys: str) -> Draft:
    slots = {name: Slot(grid, grid.by_concept[key], 0) for name, key in keys.items()}
    rows = tuple(slot.row for slot in slots.values())
    excerpt = replace(grid, settings=SynthSettings(context_rows=1)).cut(rows, Random(1))
    return Draft(
        generator="test@1", excerpts=(excerpt,), program=program, slots=slots, asks=ASKS,
        words={"label": "x"},
    )  # fmt: skip


def task_of(found: tuple[Task, ...] | Skip) -> Task:
    assert not isinstance(found, Skip), found
    return found[0]


def test_a_golden_problem(material: Callable[..., Material]) -> None:
    grid = income(material())
    asked = replace(
        draft(grid, "revenue - cost; #0 / revenue", revenue="revenue", cost="cost_of_revenue"),
        gold=percent(1),
    )
    task = task_of(finish(asked, Random(0)))
    assert answer_text(task.golds[0]) == "38.3%"
    assert task.golds[0].tolerance is not None
    assert "half a unit" in task.golds[0].tolerance.why
    assert task.trace == (
        "Revenue for 2024 is 47.\n"
        "Cost of revenue for 2024 is 29.\n"
        "47 - 29 = 18\n"
        "18 / 47 = 0.38298\n"
        "0.38298 = 38.3%"
    )
    prompt = task.messages[0].content
    assert prompt.startswith("Alder Works, Form 10-K, public 2025-02-20 (in millions of USD)\n")
    assert prompt.endswith(
        "x? Answer in percent, to 1 decimal place. Put the final answer in \\boxed{}."
    )


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("revenue / 0", "zero_denominator"),
        ("revenue - revenue", "zero_answer"),
        ("revenue + missing", "missing_slot"),
        ("revenue * 1", "answer_stands_in_excerpt"),
    ],
)
def test_what_cannot_be_asked_is_skipped_by_name(
    program: str, reason: str, material: Callable[..., Material]
) -> None:
    grid = income(material())
    assert finish(draft(grid, program, revenue="revenue"), Random(0)) == Skip(reason)


def test_a_distractor_inside_the_tolerance_is_refused(material: Callable[..., Material]) -> None:
    grid = income(material())
    asked = draft(grid, "a + b", a="research", b="net_income")
    assert not isinstance(finish(asked, Random(0)), Skip)
    same = replace(asked, distractors=("b + a",))
    assert finish(same, Random(0)) == Skip("distractor_within_tolerance")


def test_a_label_that_looks_like_an_answer_never_reaches_a_prompt() -> None:
    from qhdata.synth.material import HOSTILE

    for label in ("\\boxed{9}", "</think>", "Answer: 9", "a {slot}", "<|im_end|>", "答案是"):
        assert HOSTILE.search(label)
    for label in ("Revenue, net (1)", "R&D < 1 year", "Total shareholders' equity"):
        assert not HOSTILE.search(label)


def test_small_numbers_when_a_recipe_asks_for_them(material: Callable[..., Material]) -> None:
    grids = material(settings=SynthSettings(max_digits=1)).grids
    shown = [f.shown for grid in grids for row in grid.rows for f in row.figures]
    assert shown
    assert all(sum(c.isdigit() for c in text) == 1 for text in shown)


def test_a_chinese_answer_counts_points_in_chinese() -> None:
    gold = Gold(slot="answer", kind="points", value="2.04", decimals=1)
    assert answer_text(gold, lang="zh") == "2.0个百分点"
    assert judge(gold, answer_text(gold, lang="zh")).outcome == "correct"


def test_steps_that_never_round_to_the_answer_are_refused(
    material: Callable[..., Material],
) -> None:
    # 47 / 9 * 4.5 is 23.5 and rounds up; 5.22... * 4.5 is 23.49... however many places are shown.
    asked = draft(income(material()), "x / 9; #0 * 4.5", x="revenue")
    assert finish(asked, Random(0)) == Skip("steps_end_beside_answer")
    task_of(finish(replace(asked, program="x / 9; #0 * 4.6"), Random(0)))
