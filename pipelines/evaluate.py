"""A checkpoint on held-out rows: bits per byte, exact answers, episode success, constraints met.

What is scored is decided by what is given: shards of kind cpt (or a corpus) give bits per byte, a
synth set gives the metric of its tasks' family. Decoding is greedy, tasks and documents are taken
in a fixed order, and every item's score is written down, so that two checkpoints are compared item
by item.
"""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines.options import Plan
from pipelines.progress import Progress, clock
from qhdata.artifact import Artifact, write_bytes
from qhdata.errors import UserError
from qhdata.evaluate.statistics import Paired, paired_mean, paired_rate, paired_ratio, wilson
from qhdata.recipe import Settings
from qhdata.records import Task, from_batch
from trainer.checkpoint import model_digest

METRIC_OF = {"reasoning": "exact", "agentic": "success", "general": "constraints"}
"""Family of tasks -> metric."""

TEXTS_A_PACK = 16
"""Pieces of one forward pass of bits per byte."""

OnProgress = Callable[[int, int, str], None]


@dataclass(frozen=True, kw_only=True)
class EvaluateSettings(Settings):
    """How much is evaluated after every stage."""

    tasks: int = 200
    """Held-out tasks of each family, at most."""
    documents: int = 400
    """Held-out pieces of text for bits per byte, at most."""
    max_tokens: int = 64
    """Most tokens of one turn."""
    max_length: int = 1024
    """Most tokens of a whole play, prompt and tool results included."""
    split: str = "test"
    """Rows of this split: its filers are in no training row."""
    batch: int = 128
    """Tasks that are played side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One metric of one checkpoint on one set, item by item."""

    metric: str
    n: int
    value: float
    items: Mapping[str, float]
    """Score of each item; for bits per byte the bits of each document."""
    sizes: Mapping[str, float]
    """Bytes of each document; 1 for tasks."""
    seconds: float
    notes: Mapping[str, Any]
    of: Mapping[str, str] = field(default_factory=dict)
    """Digests of the model and of the set: another model's scores are never taken for these."""

    def save(self, path: Path) -> None:
        """Write as JSON."""
        data = {name: getattr(self, name) for name in self.__slots__}
        write_bytes(path, (json.dumps(data, indent=1) + "\n").encode())

    @classmethod
    def load(cls, path: Path) -> Measured:
        """Read what `save` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def compare(before: Measured, after: Measured) -> Paired:
    """Before and after on the same items: those that both have a score of. Raises UserError where
    the items are not the same for another reason than that a score could not be given.
    """
    keys = [name for name in after.items if name in before.items]
    alone = len(before.items.keys() ^ after.items.keys())
    unscored = sum(int(m.notes.get("unscored", 0)) for m in (before, after))
    if before.metric != after.metric or alone > unscored or not keys:
        raise UserError(
            what="the two were not measured on the same items",
            where=after.metric,
            mend="evaluate both checkpoints on one set with the same settings",
        )
    b, a = [before.items[k] for k in keys], [after.items[k] for k in keys]
    if after.metric == "bits_per_byte":
        return paired_ratio(b, a, [after.sizes[k] for k in keys])
    if after.metric == "constraints":
        return paired_mean(b, a)
    return paired_rate([x >= 1.0 for x in b], [x >= 1.0 for x in a])


def evaluate(
    checkpoint: Annotated[Path, Parameter(help="A checkpoint folder, or its hf/ folder.")],
    *,
    on: Annotated[Path, Parameter(name="--on", help="Held-out synth set, cpt shards or corpus.")],
    world: Annotated[Path | None, Parameter(help="Agentic tasks: the world they play in.")] = None,
    tasks: int = 200,
    max_tokens: int = 64,
    out: Annotated[Path | None, Parameter(name=["--out", "-o"], help="JSON to write.")] = None,
    plan: Plan = False,
) -> None:
    """Score a checkpoint on held-out rows; prints the metric with n and its 95 % interval."""
    for name, value in (("--tasks", tasks), ("--max-tokens", max_tokens)):
        if value < 1:
            raise UserError(what=f"{value} measures nothing", where=name, mend="give 1 or more")
    settings = EvaluateSettings(tasks=tasks, max_tokens=max_tokens)
    folder = model_folder(checkpoint)
    given = Artifact.open(on)
    if plan:
        rows = given.part("tasks").rows or given.part("documents").rows or given.part("rows").rows
        most = min(rows, settings.tasks if given.kind == "synth" else settings.documents)
        print(
            f"would score up to {most} held-out rows of {on} with {folder}: about "
            f"{clock(max(5, most / 10))} on two cores for a model below a million parameters, "
            f"1 GB of memory, no disk; nothing is run under --plan"
        )
        return
    with Progress("evaluate") as progress:
        measured = measure(folder, on, settings, world=world, on_progress=progress)
    if out is not None:
        measured.save(out)
    low, high = interval(measured)
    where = f"   {out}" if out else ""
    print(
        f"{measured.metric} {measured.value:.4f} (95 % {low:.4f} to {high:.4f}, n={measured.n}) "
        f"of {folder} on {on}, {measured.seconds:.0f} s{where}"
    )


def interval(measured: Measured) -> tuple[float, float]:
    """95 % interval of one measurement."""
    if measured.metric in ("exact", "success"):
        return wilson(sum(v >= 1.0 for v in measured.items.values()), measured.n)
    zero = [0.0] * measured.n
    values = list(measured.items.values())
    if measured.metric == "constraints":
        found = paired_mean(zero, values)
        return max(0.0, found.low), min(1.0, found.high)
    found = paired_ratio(zero, values, list(measured.sizes.values()))
    return found.low, found.high


def model_folder(checkpoint: Path) -> Path:
    """The folder that transformers reads, of a checkpoint or of itself. Raises UserError."""
    for folder in (checkpoint / "hf", checkpoint):
        if (folder / "config.json").is_file():
            return folder
    raise UserError(
        what="holds no model (no config.json, no hf/config.json)",
        where=str(checkpoint),
        mend="give checkpoints/<stage> of a run, or a transformers folder",
    )


def measure(
    folder: Path,
    on: Path,
    settings: EvaluateSettings,
    *,
    world: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Measured:
    """One metric of a model folder on what `on` holds. Raises UserError for what has no metric."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # its bar for loading a handful of tensors would break our own line
    measured = _measure(folder, on, settings, world, on_progress)
    return replace(measured, of=identity(folder, on))


def identity(folder: Path, on: Path) -> dict[str, str]:
    """Digests of a model folder and of what it is measured on."""
    given = Artifact.open(on)
    if given.kind == "shards":
        data = str(given.manifest["notes"]["dataset_sha256"])
    else:
        data = given.digest("tasks" if given.kind == "synth" else "documents")
    return {"model": model_digest(folder), "data": data}


def _measure(
    folder: Path,
    on: Path,
    settings: EvaluateSettings,
    world: Path | None,
    on_progress: OnProgress | None,
) -> Measured:
    given = Artifact.open(on)
    if given.kind == "shards":
        return bits_per_byte(folder, on, settings, on_progress)
    if given.kind == "corpus":
        from qhdata.shards.build import ShardSettings, build_shards

        with tempfile.TemporaryDirectory() as temporary:
            shards = Path(temporary) / "shards"
            chosen = ShardSettings(context=settings.max_length, splits=(settings.split,))
            build_shards("cpt", [on], shards, folder, chosen)
            return bits_per_byte(folder, shards, settings, on_progress)
    if given.kind == "synth":
        return tasks_met(folder, given, settings, world, on_progress)
    raise UserError(
        what=f"a {given.kind} cannot be evaluated on",
        where=str(on),
        mend="give a synth set with tasks, cpt shards, or a corpus",
    )


def bits_per_byte(
    folder: Path, shards: Path, settings: EvaluateSettings, on_progress: OnProgress | None = None
) -> Measured:
    """Bits that the model needs for each byte of held-out text (targets of cpt shards).

    Pieces are chosen; an item is a document, all its chosen pieces together, because pieces of one
    document are not independent.
    """
    import torch

    from qhdata.chat import Tokenizer
    from qhdata.shards.layout import ShardSet
    from trainer import model
    from trainer.batches import Piece, make_pack

    began = time.monotonic()
    held = ShardSet.open(shards)
    if held.info.kind != "cpt":
        raise UserError(
            what=f"shards of kind {held.info.kind}: bits per byte are of running text",
            where=str(shards),
            mend="give shards of kind cpt, a corpus or a synth set",
        )
    held.require(Tokenizer.load(folder).digest)
    splits = held.column("split")
    chosen = [i for i in range(len(held)) if splits[i] == settings.split]
    chosen = sorted(chosen, key=lambda i: _place(held.row(i).example_id))[: settings.documents]
    if not chosen:
        raise UserError(
            what=f"no piece of split {settings.split!r}",
            where=str(shards),
            mend="shard build with that split",
        )
    policy = model.load(folder)
    policy.eval()
    items: dict[str, float] = {}
    sizes: dict[str, float] = {}
    with torch.inference_mode():
        for start in range(0, len(chosen), TEXTS_A_PACK):
            rows = [held.row(i) for i in chosen[start : start + TEXTS_A_PACK]]
            pieces = [
                Piece(ids=held.ids(i).astype("int64"), loss=held.targets(i).astype("float32"))
                for i in chosen[start : start + TEXTS_A_PACK]
            ]
            logp = policy(make_pack([[piece] for piece in pieces])).double()
            # Targets stand in the order of the rows: cut them back into pieces.
            counts = [int((piece.loss[1:] > 0).sum()) for piece in pieces]
            for row, part in zip(rows, logp.split(counts), strict=True):
                bits = float(-part.sum()) / math.log(2)
                items[row.doc_id] = items.get(row.doc_id, 0.0) + bits
                sizes[row.doc_id] = sizes.get(row.doc_id, 0.0) + float(row.bytes)
            if on_progress:
                on_progress(start + len(rows), len(chosen), "texts")
    return Measured(
        metric="bits_per_byte",
        n=len(items),
        value=sum(items.values()) / max(1.0, sum(sizes.values())),
        items=items,
        sizes=sizes,
        seconds=round(time.monotonic() - began, 2),
        notes={"pieces": len(chosen)},
    )


def tasks_met(
    folder: Path,
    synth: Artifact,
    settings: EvaluateSettings,
    world: Path | None,
    on_progress: OnProgress | None = None,
) -> Measured:
    """Held-out tasks, played greedily by the model and scored by the judge or the episode."""
    from qhdata.chat import Tokenizer, renderer
    from qhdata.env.world import World
    from qhdata.sampling.hf import HfSampler
    from trainer.rollouts.collect import play
    from trainer.settings import Sampling

    began = time.monotonic()
    tasks = held_out(synth, settings)
    family = tasks[0].family
    if family == "agentic":
        world = _world_of(synth, world)
    chat = renderer(Tokenizer.load(folder))
    sampler = HfSampler.open(folder)
    opened = World.open(world) if world is not None else None
    sampling = Sampling(
        prompts=1,
        group=1,
        max_tokens=settings.max_tokens,
        max_length=settings.max_length,
        temperature=0.0,
    )
    items: dict[str, float] = {}
    reasons: dict[str, int] = {}
    by_generator: dict[str, list[float]] = {}
    unscored = 0
    for start in range(0, len(tasks), settings.batch):
        batch = tasks[start : start + settings.batch]
        for one in play(batch, opened, chat, sampler, sampling, seed=0):
            score = one.episode.score()
            if score.total is None:
                unscored += 1
                continue
            value = _share(score.parts) if family == "general" else score.total
            items[one.task.task_id] = value
            reasons[score.reason] = reasons.get(score.reason, 0) + 1
            by_generator.setdefault(one.task.generator, []).append(value)
        if on_progress:
            on_progress(min(start + settings.batch, len(tasks)), len(tasks), "tasks")
    sampler.close()
    metric = METRIC_OF[family]
    hits = [v if metric == "constraints" else float(v >= 1.0) for v in items.values()]
    return Measured(
        metric=metric,
        n=len(items),
        value=sum(hits) / max(1, len(hits)),
        items=items,
        sizes=dict.fromkeys(items, 1.0),
        seconds=round(time.monotonic() - began, 2),
        notes={
            "unscored": unscored,
            "reasons": dict(sorted(reasons.items(), key=lambda kv: (-kv[1], kv[0]))),
            "generators": {
                name: {"n": len(v), "mean": round(sum(v) / len(v), 4)}
                for name, v in sorted(by_generator.items())
            },
        },
    )


def held_out(synth: Artifact, settings: EvaluateSettings) -> list[Task]:
    """Tasks of the held-out split in an order that does not depend on how they were written."""
    if not synth.part("tasks").rows:
        raise UserError(
            what="holds examples, no tasks: there is nothing to score",
            where=str(synth.path),
            mend="give the synth set of reasoning, agentic or general",
        )
    tasks: list[Task] = []
    for _, batch in synth.batches("tasks"):
        tasks += [t for t in from_batch(Task, batch) if t.split == settings.split]
    if not tasks:
        raise UserError(
            what=f"holds no task of split {settings.split!r}",
            where=str(synth.path),
            mend="give a synth set whose corpus has filers in that split",
        )
    tasks.sort(key=lambda t: _place(t.task_id))
    return tasks[: settings.tasks]


def _world_of(synth: Artifact, given: Path | None) -> Path:
    """The world that a synth set's tasks play in: what is given, or the one beside it in its run.
    Raises UserError where there is none, or where it is another.
    """
    from qhdata.env.world import World

    path = given or synth.path.resolve().parents[1] / "world"
    if given is None and not path.is_dir():
        raise UserError(
            what="agentic tasks need their world", where=str(synth.path), mend="give --world"
        )
    if World.open(path).digest != synth.manifest["inputs"].get("world"):
        raise UserError(
            what="is not the world that these tasks were made in",
            where=str(path),
            mend=f"give the world of {synth.path} with --world",
        )
    return path


def _share(parts: Sequence[Any]) -> float:
    """Criteria that were met, of those that were asked."""
    values = [p.value for p in parts if p.value is not None]
    return sum(values) / len(values) if values else 0.0


def _place(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8).digest()
