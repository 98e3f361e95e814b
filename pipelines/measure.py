"""Run a model on held-out rows: bits per byte, exact answers, episode success, constraints met.

What is scored is decided by what is given: shards of kind cpt (or a corpus) give bits per byte, a
synth set gives the metric of its tasks' family. Decoding is greedy, tasks and documents are taken
in a fixed order, and every item's score is written down, so that two checkpoints are compared item
by item.
"""

from __future__ import annotations

import hashlib
import math
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.evaluate.measured import Measured
from qhdata.recipe import AtLeastOne, Settings
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

    tasks: AtLeastOne = 200
    """Held-out tasks of each family, at most."""
    documents: AtLeastOne = 400
    """Held-out pieces of text for bits per byte, at most."""
    max_tokens: AtLeastOne = 64
    """Most tokens of one turn."""
    max_length: AtLeastOne = 1024
    """Most tokens of a whole play, prompt and tool results included."""
    split: Literal["dev", "test"] = "test"
    """Rows of this split: its filers are in no training row."""
    batch: AtLeastOne = 128
    """Tasks that are played side by side."""


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
