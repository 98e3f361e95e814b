"""`qhdata env`: build a world from a corpus, make tasks in it, show how an expert plays one."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pipelines.options import Corpus, Decision, Out
from qhdata.artifact import Artifact
from qhdata.env.tasks import EXPERT, AgenticSettings, agentic, example, expert
from qhdata.env.world import World
from qhdata.env.world_file import FORMAT, WORLD_FILE, write_world_file
from qhdata.errors import UserError
from qhdata.recipe import plain
from qhdata.records import Example, Message, Task, Trajectory, concat, from_batch, to_batch
from qhdata.select import selected
from qhdata.step import Skip

WORLD_STEP = f"world@{FORMAT}"
AGENTIC_STEP = "agentic@1"


def build_world(corpus: Artifact, out: Path) -> Artifact:
    """The kept documents of a corpus as a world artifact; one that is finished is opened as it is.

    Raises UserError for a corpus without dated filings, ForeignRecipe for another corpus's world.
    """
    read = ("documents", "facts", "filings", "splits", "decisions/select")
    inputs = {part: corpus.digest(part) for part in read}
    began = time.monotonic()
    with Artifact.create(out, "world", settings={"format": FORMAT}, inputs=inputs) as world:
        if world.step(WORLD_STEP) is None or not (out / WORLD_FILE).is_file():
            temporary = out / f"_{WORLD_FILE}"
            notes = write_world_file(corpus, temporary)
            temporary.replace(out / WORLD_FILE)
            world.note(world=notes)
            kept = notes["rows"]["documents"]
            lost = sum(n for why, n in notes["left_out"].items() if why.startswith("documents"))
            counts = {
                "rows_in": kept + lost,
                "rows_kept": kept,
                "rows_dropped": lost,
                "rows_quarantined": 0,
            }
            world.commit(WORLD_STEP, "all", {}, counts, {"left_out": notes["left_out"]})
            world.finish(
                WORLD_STEP,
                name="world",
                version=FORMAT,
                unit="document",
                seconds=time.monotonic() - began,
                notes={"rows": notes["rows"], "left_out": notes["left_out"]},
            )
    return Artifact.open(out, "world")


@dataclass(slots=True)
class _Kept:
    """Rows that are not written yet."""

    tasks: list[Task]
    examples: list[Example]
    trajectories: list[Trajectory]


def run_agentic(
    corpus: Artifact, world: Path, out: Path, settings: AgenticSettings, seed: int
) -> Artifact:
    """Agentic tasks, the expert's trajectories and their examples, as a synth set.

    A row is a draft: kept as a task, or dropped for one of the reasons in the step's notes. Raises
    UserError where not one task could be made.
    """
    opened = World.open(world)
    began = time.monotonic()
    inputs = {"documents": corpus.digest("documents"), "world": opened.digest}
    recipe = {"kind": "agentic", "seed": seed, **plain(settings)}
    with Artifact.create(out, "synth", settings=recipe, inputs=inputs) as synth:
        if synth.step(AGENTIC_STEP) is not None:
            return Artifact.open(out, "synth")
        skips: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        kept = _Kept([], [], [])
        for found in agentic(corpus, opened, settings, seed):
            if isinstance(found, Skip):
                skips[found.reason] += 1
                continue
            trajectory = expert(found, opened)
            kinds[found.generator] += 1
            kept.tasks.append(found)
            kept.trajectories.append(trajectory)
            kept.examples.append(example(found, trajectory))
        if not kept.tasks:
            why = ", ".join(f"{reason} {n}" for reason, n in skips.most_common()) or "no filers"
            raise UserError(
                what=f"not one agentic task could be made: {why}",
                where=str(corpus.path),
                mend="agents ask about tagged numbers with a date: add filings with inline XBRL "
                "whose headers or file names say when they were filed",
            )
        parts = {
            "tasks": concat(Task, [to_batch(Task, kept.tasks)]),
            "trajectories": concat(Trajectory, [to_batch(Trajectory, kept.trajectories)]),
            "examples": concat(Example, [to_batch(Example, kept.examples)]),
        }
        made = len(kept.tasks)
        counts = {
            "rows_in": made + skips.total(),
            "rows_kept": made,
            "rows_dropped": skips.total(),
            "rows_quarantined": 0,
        }
        notes = {"skipped": dict(sorted(skips.items())), "generators": dict(sorted(kinds.items()))}
        synth.commit(AGENTIC_STEP, "all", parts, counts, notes)
        synth.finish(
            AGENTIC_STEP,
            name="agentic",
            version=1,
            unit="draft",
            seconds=time.monotonic() - began,
            notes=notes,
        )
    return Artifact.open(out, "synth")


# ---------------------------------------------------------------- commands


def world(corpus: Corpus, *, out: Out, decision: Decision = "select") -> None:
    """Build a world from a corpus: its kept filings as one read-only file that tools look into."""
    built = build_world(selected(Artifact.open(corpus, "corpus"), decision), out)
    step = built.step(WORLD_STEP) or {}
    notes = built.manifest["notes"]["world"]
    rows = notes["rows"]
    print(
        f"{out}: {rows['documents']:,} documents of {rows['filers']:,} filers,"
        f" {rows['facts']:,} facts; {step.get('rows_dropped', 0):,} documents left out"
        f" ({step.get('rows_in', 0):,} in).   qhdata synth run agentic -c {corpus} -o DIR"
    )


TaskId = Annotated[str, Parameter(help="Of the task to show; its first characters are enough.")]
SynthPath = Annotated[Path, Parameter(name="--tasks", help="The synth set with the task.")]
WorldPath = Annotated[Path, Parameter(name=["--world", "-w"], help="A world that env wrote.")]


def run(task_id: TaskId, *, tasks: SynthPath, world: WorldPath) -> None:
    """Show a task as its expert plays it: every message, call, result, and the score."""
    found = _task(Artifact.open(tasks), task_id)
    if found.domain is None:
        raise UserError(
            what=f"task {found.task_id} has no tools", where=str(tasks), mend="give an agentic task"
        )
    trajectory = expert(found, World.open(world))
    for message in trajectory.messages:
        print(_shown(message))
    score = json.loads(trajectory.score)
    print(f"{EXPERT}: {trajectory.status}, score {score['total']} ({score['reason']})")


def _task(synth: Artifact, prefix: str) -> Task:
    for _, batch in synth.batches("tasks"):
        for row in from_batch(Task, batch):
            if row.task_id.startswith(prefix):
                return row
    raise UserError(
        what=f"no task {prefix!r}",
        where=str(synth.path),
        mend="ids stand in the column task_id of its tasks",
    )


def _shown(message: Message) -> str:
    lines = [f"[{message.role}{' error' if message.error else ''}] {message.content}".rstrip()]
    lines += [f"  -> {call.name}({call.arguments})" for call in message.calls]
    return "\n".join(lines)
