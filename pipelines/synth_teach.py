"""A language model re-words questions, or writes chains of thought: `qhdata synth teach SYNTH -o
DIR --skill paraphrase`. Whatever it writes is proved by rules, or refused and counted.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines.options import RECIPES, Out, Overrides, Plan, RecipePath
from pipelines.progress import Progress
from pipelines.synth import last_line, summary
from qhdata.artifact import Artifact
from qhdata.errors import Fault, UserError
from qhdata.llm import Answer, Llm, Prompt, ask_for
from qhdata.llm.client import worst_cost
from qhdata.llm.ledger import NAME as LEDGER
from qhdata.recipe import override, parse, read_yaml
from qhdata.records import Example, Task, Taught, concat, from_batch, to_batch
from qhdata.step import Skip
from qhdata.synth.teacher import (
    VERSION,
    Lesson,
    Reworded,
    Skill,
    TeachSettings,
    lesson_of,
    prompt_of,
    row_of,
)

BLOCK = 256
"""Requests that are asked together; progress is told after each block."""
_DECIDING = ("model", "temperature", "max_tokens", "seed", "structured")
"""Settings of the model that change rows; where it is and what it costs do not."""


def teach(
    synth: Annotated[Path, Parameter(help="A synth set with reasoning tasks.")],
    *,
    out: Out,
    skill: Annotated[Skill, Parameter(help="Re-word questions, or write chains of thought.")],
    recipe: RecipePath = RECIPES / "teacher.yaml",
    cache: Annotated[
        Path | None,
        Parameter(help="Folder of replies, never asked for again; llm-cache beside OUT if absent."),
    ] = None,
    overrides: Overrides = (),
    plan: Plan = False,
) -> None:
    """A language model re-words questions or shows its reasoning; rules prove it or refuse it."""
    settings = parse(TeachSettings, override(read_yaml(recipe), overrides), recipe.name)
    settings.llm.check(f"{recipe.name}: llm")
    opened, prompt = Artifact.open(synth, "synth"), prompt_of(skill)
    if plan:
        print_plan(opened, out, skill, settings, prompt)
        return
    folder = cache or out.parent / "llm-cache"
    llm = Llm(settings.llm, folder, where=f"{recipe.name}: llm", ledger=out / LEDGER)
    began = time.monotonic()
    with Progress(f"synth teach {skill}") as progress:
        made = teach_set(opened, out, skill, settings, prompt, llm, progress=progress)
    print(summary(made, time.monotonic() - began))
    told = llm.summary()
    print(f"  {told['requests_sent']:,} requests sent, {told['spent']} spent; replies: {folder}")
    if llm.budget.reached:
        limit = "max_cost" if llm.budget.reached == "cost_cap" else "max_requests"
        print(f"  {limit} was reached: raise it and give a new -o; what was answered is free")
    print(last_line(made))


def teach_set(
    synth: Artifact,
    out: Path,
    skill: Skill,
    settings: TeachSettings,
    prompt: Prompt,
    llm: Llm,
    *,
    progress: Callable[[int, int, str], None] | None = None,
) -> Artifact:
    """A synth set of what was taught: examples, tasks (of paraphrases), and `taught`.

    Raises Fault where a split yields nothing, with the counts of why.
    """
    began = time.monotonic()
    step = f"synth_teach_{skill}@{VERSION}"
    of_corpus = synth.manifest["inputs"].get("documents")
    inputs = {part: synth.digest(part) for part in ("tasks", "examples")}
    inputs |= {"documents": of_corpus} if of_corpus else {}
    own = {
        "skill": skill, "prompt": prompt.id, "variants": settings.variants,
        "splits": list(settings.splits), "limit": settings.limit,
        **{name: getattr(settings.llm, name) for name in _DECIDING},
    }  # fmt: skip
    with Artifact.create(out, "synth", settings=own, inputs=inputs) as made:
        if made.step(step) is None:
            done = made.committed(step)
            for split in settings.splits:
                if split not in done:
                    taught = _split(synth, split, skill, settings, prompt, llm, progress)
                    _commit(made, step, split, taught, str(synth.path))
            notes: dict[str, Any] = {
                split: row["notes"] for split, row in sorted(made.committed(step).items())
            }
            notes["llm"] = llm.summary()
            seconds = time.monotonic() - began
            made.finish(
                step, name=f"teach {skill}", version=VERSION, unit="reply", seconds=seconds,
                notes=notes,
            )  # fmt: skip
    return Artifact.open(out, "synth")


@dataclass(slots=True)
class Batch:
    """What one split yields."""

    examples: list[Example] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    taught: list[Taught] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    """Replies kept, by the parent's generator."""
    skipped: dict[str, Counter[str]] = field(default_factory=dict)
    """Replies refused and tasks not asked about, by the parent's generator and reason."""

    def skip(self, task: Task, reason: str) -> None:
        """Count one."""
        self.skipped.setdefault(task.generator, Counter())[reason] += 1

    def reasons(self) -> Counter[str]:
        """Of all generators."""
        total: Counter[str] = Counter()
        for reasons in self.skipped.values():
            total.update(reasons)
        return total


def _lessons(
    synth: Artifact, split: str, skill: Skill, settings: TeachSettings, prompt: Prompt, batch: Batch
) -> Iterator[Lesson]:
    """Tasks of a split that can be taught; others are counted."""
    examples = {
        row.example_id.removeprefix("example:"): row
        for _, rows in synth.batches("examples")
        for row in from_batch(Example, rows)
        if row.split == split and row.family == "reasoning"
    }
    found = 0
    for _, rows in synth.batches("tasks"):
        for task in from_batch(Task, rows):
            if task.split != split or (settings.limit and found >= settings.limit):
                continue
            example = examples.get(task.task_id.removeprefix("task:"))
            if example is None:
                batch.skip(task, "no_example")
                continue
            lesson = lesson_of(task, example, skill, prompt, settings.variants)
            if isinstance(lesson, Skip):
                batch.skip(task, lesson.reason)
                continue
            found += 1
            yield lesson


def _split(
    synth: Artifact,
    split: str,
    skill: Skill,
    settings: TeachSettings,
    prompt: Prompt,
    llm: Llm,
    progress: Callable[[int, int, str], None] | None,
) -> Batch:
    batch = Batch()
    lessons = list(_lessons(synth, split, skill, settings, prompt, batch))
    seen = {lesson.task.messages[-1].content for lesson in lessons}
    couples = [(lesson, request) for lesson in lessons for request in lesson.requests]
    for start in range(0, len(couples), BLOCK):
        block = couples[start : start + BLOCK]
        requests = [request for _, request in block]
        answers: list[Answer] = (
            ask_for(llm, requests, Reworded) if skill == "paraphrase" else list(llm.ask(requests))
        )
        for (lesson, _), answer in zip(block, answers, strict=True):
            row = row_of(lesson, answer, skill, prompt, settings.llm.model)
            if isinstance(row, Skip):
                batch.skip(lesson.task, row.reason)
                continue
            key = row.task.messages[-1].content if row.task else row.example.example_id
            if key in seen:
                batch.skip(lesson.task, "duplicate")
                continue
            seen.add(key)
            batch.kept[lesson.task.generator] += 1
            batch.examples.append(row.example)
            batch.tasks += [row.task] if row.task else []
            batch.taught += row.taught
        if progress is not None:
            progress(start + len(block), len(couples), "replies")
    return batch


def _commit(made: Artifact, step: str, split: str, batch: Batch, where: str) -> None:
    """Write a split. Raises Fault where it has no row, with the counts of why."""
    kept, reasons = batch.kept.total(), batch.reasons()
    if not kept:
        why = ", ".join(f"{reason} {n}" for reason, n in reasons.most_common(6)) or "no task in it"
        raise Fault(
            what=f"not one reply for the {split} split could be used: {why}",
            where=where,
            mend="give reasoning tasks, a stronger model, or a higher cap: see docs/teacher.md",
        )
    notes = {
        "kept": dict(sorted(batch.kept.items())),
        "skipped": {name: dict(sorted(why.items())) for name, why in sorted(batch.skipped.items())},
    }
    parts: dict[str, tuple[type, list[Any]]] = {
        "examples": (Example, batch.examples),
        "tasks": (Task, batch.tasks),
        "taught": (Taught, batch.taught),
    }
    made.commit(
        step,
        split,
        {name: concat(cls, [to_batch(cls, rows)]) for name, (cls, rows) in parts.items() if rows},
        {
            "rows_in": kept + reasons.total(), "rows_kept": kept,
            "rows_dropped": reasons.total(), "rows_quarantined": 0,
        },
        notes,
    )  # fmt: skip


def print_plan(
    synth: Artifact, out: Path, skill: Skill, settings: TeachSettings, prompt: Prompt
) -> None:
    """What would be asked, and what it could cost at most; nothing is sent or written."""
    batch, worst, n = Batch(), Decimal(0), 0
    for split in settings.splits:
        for lesson in _lessons(synth, split, skill, settings, prompt, batch):
            for request in lesson.requests:
                worst += worst_cost(settings.llm, request)
                n += 1
    if not n:
        raise UserError(
            what="has no reasoning task to teach in " + ", ".join(settings.splits),
            where=str(synth.path),
            mend="qhdata synth run reasoning -c CORPUS -o SYNTH",
        )
    left = batch.reasons().total()
    print(f"{synth.path}: {n:,} requests ({prompt.id}); {left:,} tasks are of another kind")
    cost = "its tokens have no price"
    if worst:
        cost = f"at most {worst:.2f} with one try each, capped at {settings.llm.max_cost}"
    print(f"{out}: model {settings.llm.model} at {settings.llm.base_url}; {cost}")
