"""What a model says to the tasks of a synth set: `qhdata synth answer`, `gate` and `profile`.

Answers are JSON lines {"task_id", "answer"} with `thinking` where it came apart, in any order and
as many of a task as there are; `answer` writes them with a local model, any other tool may.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from pipelines.options import Out
from pipelines.progress import Progress
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.recipe import plain
from qhdata.records import Decision, Example, Task, concat, from_batch, to_batch
from qhdata.synth.answers import example_of
from qhdata.synth.two_gates import Answer, Band, Rate, chosen, passed, rate

VERSION = 1
SynthPath = Annotated[Path, Parameter(help="A synth set.")]
Answers = Annotated[
    Path, Parameter(name="--answers", help='JSON lines {"task_id", "answer", "thinking"}.')
]


def gate(
    synth: SynthPath,
    *,
    answers: Answers,
    out: Out,
    most: Annotated[int, Parameter(help="Good answers of one task that become examples.")] = 1,
) -> None:
    """Right answers whose reasoning holds to sft, tasks without one to the RL pool."""
    opened = Artifact.open(synth, "synth")
    tasks = tasks_of(opened)
    given, bad = read_answers(answers, tasks)
    reasons: Counter[str] = Counter()
    examples: list[Example] = []
    pool: list[Task] = []
    decisions: list[Decision] = []
    for task_id, own in given.items():
        task, good = tasks[task_id], 0
        said: set[tuple[str, str]] = set()
        unscored = 0
        for n, answer in enumerate(own):
            what = passed(task, answer)
            reason = what.reason
            if what.good and (answer.content, answer.thinking) in said:
                reason = "said_before"
            elif what.good and good >= most:
                reason = "task_has_enough"
            kept = what.good and reason == "match"
            if kept:
                said.add((answer.content, answer.thinking))
                examples.append(_example(task, answer, good))
                good += 1
            unscored += what.right is None
            reasons[reason] += 1
            decisions.append(_decision(f"{task_id}#{n}", kept, "gate", reason))
        if not good and unscored < len(own):
            pool.append(task)
    notes = {"answers": dict(sorted(reasons.items())), "lines_not_used": dict(sorted(bad.items()))}
    settings = {"most": most}
    made = _write(out, opened, answers, "gate", settings, examples, pool, decisions, notes)
    told = ", ".join(f"{why} {n:,}" for why, n in reasons.most_common(8) if why != "match")
    print(
        f"{made.path}: {len(examples):,} examples of {reasons['match']:,} answers through both "
        f"gates, {len(pool):,} tasks to the pool; not: {told or 'none'}{_lost(bad)}.   "
        f"qhdata synth validate {made.path}"
    )


def profile(
    synth: SynthPath,
    *,
    answers: Answers,
    out: Out,
    above: Annotated[float, Parameter(help="The pass rate that a task must be above.")] = 0.0,
    below: Annotated[float, Parameter(help="The pass rate that it must be below.")] = 1.0,
    least: Annotated[int, Parameter(help="Answers that a task must have.")] = 2,
    longest: Annotated[
        int, Parameter(help="Characters of a task's answers in the mean, at most; 0: any.")
    ] = 0,
    most_of_generator: Annotated[
        float, Parameter(help="Share of the kept tasks that one generator may have.")
    ] = 1.0,
) -> None:
    """Keep the tasks that a model solves sometimes: the pass rate of each, and who is left out."""
    if not 0 <= above < below <= 1 or not 0 < most_of_generator <= 1:
        raise UserError(
            what="wants 0 <= above < below <= 1 and a share above 0",
            where="--above, --below, --most-of-generator",
        )
    band = Band(
        above=above, below=below, least=least, longest=longest, most_of_generator=most_of_generator
    )
    opened = Artifact.open(synth, "synth")
    tasks = tasks_of(opened)
    given, bad = read_answers(answers, tasks)
    rates = [rate(tasks[name], given.get(name, ())) for name in sorted(tasks)]
    why = chosen(rates, band)
    kept = [task for name, task in tasks.items() if not why[name]]
    decisions = [
        _decision(r.task_id, not why[r.task_id], "profile", why[r.task_id], r.share) for r in rates
    ]
    reasons = Counter(reason for reason in why.values() if reason)
    print(histogram(rates))
    if not kept:
        raise UserError(
            what="no task is left: " + ", ".join(f"{r} {n:,}" for r, n in reasons.most_common()),
            where=str(answers),
            mend="give more answers of each task, or a wider band",
        )
    notes = {"left_out": dict(sorted(reasons.items())), "lines_not_used": dict(sorted(bad.items()))}
    examples = _examples_of(opened, {task.problem_id for task in kept})
    made = _write(out, opened, answers, "profile", plain(band), examples, kept, decisions, notes)
    told = ", ".join(f"{reason} {n:,}" for reason, n in reasons.most_common())
    print(
        f"{made.path}: {len(kept):,} of {len(tasks):,} tasks kept; left out: {told or 'none'}"
        f"{_lost(bad)}.   qhdata shard build {made.path} -o SHARDS"
    )


def answer(
    synth: SynthPath,
    *,
    model: Annotated[Path, Parameter(name=["--model", "-m"], help="A model folder.")],
    out: Annotated[Path, Parameter(name=["--out", "-o"], help="JSON lines to write.")],
    k: Annotated[int, Parameter(name=["-k"], help="Answers a task.")] = 8,
    split: Annotated[
        Literal["train", "dev", "test"], Parameter(help="Tasks of this split.")
    ] = "train",
    most: Annotated[int, Parameter(help="Tasks, at most; 0: all.")] = 0,
    temperature: Annotated[float, Parameter(help="Of sampling; 0: greedy.")] = 1.0,
    max_tokens: Annotated[int, Parameter(help="Of one answer, at most.")] = 512,
    seed: Annotated[int, Parameter(help="Another seed: other answers.")] = 0,
) -> None:
    """Sample answers of a local model to the tasks of a synth set; no world is played in."""
    from qhdata.chat import Tokenizer, renderer
    from qhdata.sampling.hf import HfSampler
    from trainer.rollouts.collect import play
    from trainer.settings import Sampling

    tasks = [t for t in tasks_of(Artifact.open(synth, "synth")).values() if t.split == split]
    tasks = [t for t in tasks if t.domain is None]
    if not tasks:
        raise UserError(what=f"has no task of split {split} that needs no world", where=str(synth))
    tasks = tasks[:most] if most else tasks
    chat = renderer(Tokenizer.load(model))
    sampler = HfSampler.open(model)
    sampling = Sampling(
        prompts=1, group=k, max_tokens=max_tokens, temperature=temperature, max_length=1 << 20
    )
    making = out.with_name(f".{out.name}")
    with Progress("answers") as progress, making.open("w", encoding="utf-8") as handle:
        for start in range(0, len(tasks), 16):
            for one in play(tasks[start : start + 16], None, chat, sampler, sampling, seed=seed):
                said = one.episode.messages[-1] if one.episode.messages else None
                row = {"task_id": one.task.task_id, "answer": said.content if said else ""}
                row |= {"thinking": said.thinking} if said and said.thinking else {}
                handle.write(json.dumps(row, ensure_ascii=False) + "\n")
            progress(min(start + 16, len(tasks)), len(tasks), "tasks")
    sampler.close()
    making.replace(out)
    print(f"{out}: {k * len(tasks):,} answers.   qhdata synth profile {synth} --answers {out}")


# ------------------------------------------------------------------ reading


def tasks_of(synth: Artifact) -> dict[str, Task]:
    """task_id -> task. Raises UserError where there is none."""
    found = {
        task.task_id: task
        for _, batch in synth.batches("tasks")
        for task in from_batch(Task, batch)
    }
    if not found:
        raise UserError(
            what="has no tasks", where=str(synth.path), mend="give a set of reasoning or general"
        )
    return found


def read_answers(
    path: Path, tasks: dict[str, Task]
) -> tuple[dict[str, list[Answer]], Counter[str]]:
    """Answers by task in the order of the file, and lines that say nothing, by reason."""
    if not path.is_file():
        raise UserError(what="is no file", where=str(path), mend="give JSON lines of answers")
    bad: Counter[str] = Counter()
    found: dict[str, list[Answer]] = {}
    with path.open(encoding="utf-8", errors="replace") as lines:
        for row in _rows(lines, bad):
            if row["task_id"] not in tasks:
                bad["unknown_task"] += 1
                continue
            found.setdefault(row["task_id"], []).append(
                Answer(
                    task_id=row["task_id"],
                    content=row["answer"],
                    thinking=row.get("thinking") or "",
                )
            )
    if not found:
        why = ", ".join(f"{reason} {n:,}" for reason, n in bad.most_common()) or "it is empty"
        raise UserError(
            what=f"no line answers a task of the set: {why}",
            where=str(path),
            mend='write {"task_id": ..., "answer": ...}, a line each',
        )
    return found, bad


def _rows(lines: Iterable[str], bad: Counter[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            bad["no_json"] += 1
            continue
        texts = isinstance(row, dict) and isinstance(row.get("thinking", ""), str | None)
        if not texts or not all(isinstance(row.get(k), str) for k in ("task_id", "answer")):
            bad["no_task_id_or_answer"] += 1
            continue
        yield row


# ------------------------------------------------------------------ writing


def _example(task: Task, answer: Answer, n: int) -> Example:
    made = example_of(task, answer.message())
    return made if not n else replace(made, example_id=f"{made.example_id}:{n}")


def _examples_of(synth: Artifact, problems: set[str]) -> list[Example]:
    return [
        example
        for _, batch in synth.batches("examples")
        for example in from_batch(Example, batch)
        if example.group_id in problems
    ]


def _decision(
    unit: str, kept: bool, rule: str, reason: str, score: float | None = None
) -> Decision:
    return Decision(
        unit_id=unit,
        outcome="kept" if kept else "dropped",
        rule=f"{rule}@{VERSION}",
        reason=reason,
        score=score,
        threshold=None,
        matched_id=None,
    )


def _write(
    out: Path,
    synth: Artifact,
    answers: Path,
    name: str,
    settings: object,
    examples: Sequence[Example],
    tasks: Sequence[Task],
    decisions: Sequence[Decision],
    notes: dict[str, Any],
) -> Artifact:
    """A synth set of what is left, with a decision on each answer or task."""
    with answers.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    inputs = {**synth.manifest["inputs"], "of": synth.digest("tasks"), "answers": digest}
    step, kept = f"synth_{name}@{VERSION}", sum(d.outcome == "kept" for d in decisions)
    with Artifact.create(
        out, "synth", settings={"gate": name, "settings": settings}, inputs=inputs
    ) as made:
        if made.step(step) is None:
            parts: dict[str, tuple[type, Sequence[Any]]] = {
                "examples": (Example, examples),
                "tasks": (Task, tasks),
                f"decisions/{name}": (Decision, decisions),
            }
            made.commit(
                step,
                "all",
                {n: concat(c, [to_batch(c, rows)]) for n, (c, rows) in parts.items() if rows},
                {
                    "rows_in": len(decisions),
                    "rows_kept": kept,
                    "rows_dropped": len(decisions) - kept,
                    "rows_quarantined": 0,
                },
                notes,
            )
            unit = "answer" if name == "gate" else "task"
            made.finish(step, name=name, version=VERSION, unit=unit, seconds=0.0, notes=notes)
    return Artifact.open(out, "synth")


def _lost(bad: Counter[str]) -> str:
    if not bad:
        return ""
    why = ", ".join(f"{reason} {n:,}" for reason, n in bad.most_common())
    return f"; {bad.total():,} lines not used: {why}"


def histogram(rates: Sequence[Rate]) -> str:
    """Tasks by pass rate, as bars."""
    bins = [0] * 11
    for one in rates:
        if one.tried:
            bins[min(10, int(one.share * 10))] += 1
    most = max([1, *bins])
    lines = ["pass rate     tasks"]
    for n, count in enumerate(bins):
        name = "1" if n == 10 else f"{n / 10:.1f} to {(n + 1) / 10:.1f}"
        lines.append(f"{name:<12}{count:>7,}  {'#' * round(40 * count / most)}")
    return "\n".join(lines)
