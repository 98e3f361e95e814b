"""Train the stages of a recipe: `qhdata train RECIPE -o DIR [--stage NAME]`.

DIR is a run's folder: it holds `shards/<stage>/`, `assets/tokenizer/` and, for agentic RL,
`world/`; `checkpoints/<stage>/` is written. Each stage is a process of its own (`python -m
trainer`, or torchrun with more than one rank), starts from the weights of the stage before, and
goes on from its newest checkpoint when it is started again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pipelines.options import Out, Overrides, Plan, recipe_data
from qhdata.durable import lock, write_bytes
from qhdata.errors import Fault, ForeignRecipe, NotAnArtifact, UserError
from qhdata.manifest import differences
from qhdata.recipe import Settings, parse, plain
from qhdata.shards.layout import ShardSet
from trainer.checkpoint import model_digest
from trainer.settings import Job, Parallel, Shape, StageName, StageSettings
from trainer.stages import STAGES

JOB = "job.json"
RUN = "run.json"
CORE_FLOPS = 1.5e10
"""fp32 operations that one core does in a second on matrices this small (measured, AVX2)."""
START_SECONDS = 8.0
"""Imports, DeepSpeed and the first update of a stage."""


@dataclass(frozen=True, kw_only=True)
class TrainSettings(Settings):
    """The `train:` block of a recipe."""

    stages: dict[StageName, StageSettings]
    """Stages to run; always in the order cpt, sft, preference, reasoning-rl, agentic-rl,
    general-rl."""
    shape: Shape = field(default_factory=Shape)
    """Of the fresh model that the first stage trains, unless `init` names one."""
    init: str = ""
    """A local transformers model that the first stage starts from; empty: random weights."""
    parallel: Parallel = field(default_factory=Parallel)
    tokenizer: str = ""
    """Empty: DIR/assets/tokenizer."""
    shards: str = ""
    """Folder with a shard set a stage; empty: DIR/shards."""
    world: str = ""
    """Empty: DIR/world, where there is one."""

    def order(self) -> list[StageName]:
        """The recipe's stages, in the order in which they run."""
        return [name for name in STAGES if name in self.stages]


def train(
    recipe: Annotated[Path, Parameter(help="A recipe in YAML with a `train:` block.")],
    *,
    out: Out,
    stage: Annotated[str, Parameter(help="Only this stage; empty: all of the recipe's.")] = "",
    overrides: Overrides = (),
    plan: Plan = False,
) -> None:
    """Train one stage, or all of a recipe's, each from the one before."""
    settings = read_settings(recipe, overrides)
    check_training(settings, recipe.name)
    wanted = settings.order()
    if stage:
        if stage not in wanted:
            raise UserError(
                what=f"the recipe has no stage {stage!r}",
                where=str(recipe),
                mend=f"it has: {', '.join(wanted)}",
            )
        wanted = [name for name in wanted if name == stage]
    if plan:
        print_plan(settings, wanted)
        return
    for name in wanted:
        run_stage(stage_job(settings, name, out))
    last = out / "checkpoints" / wanted[-1]
    print(f"{last}/hf: trained through {', '.join(wanted)}.   qhdata evaluate {last}/hf --on DIR")


def read_settings(recipe: Path, overrides: tuple[str, ...] = ()) -> TrainSettings:
    """The `train:` block of a recipe, overridden and checked."""
    data = recipe_data(recipe, overrides)
    if "train" not in data:
        raise UserError(what="has no `train:` block", where=str(recipe), mend="see demo.yaml")
    return parse(TrainSettings, data["train"], f"{recipe.name}: train")


def check_training(settings: TrainSettings, where: str) -> None:
    """What of the stages can be wrong, before any work. Raises UserError that names the setting."""
    shape = settings.shape
    if not settings.init and (shape.heads % shape.kv_heads or shape.head_width % 2):
        raise UserError(
            what=f"{shape.heads} heads, {shape.kv_heads} kv_heads of width {shape.head_width}",
            where=f"{where}: train.shape",
            mend="heads is a multiple of kv_heads, head_width is even",
        )
    if settings.init and not (Path(settings.init) / "config.json").is_file():
        raise UserError(
            what="no model here (config.json)",
            where=f"{where}: train.init: {settings.init}",
            mend="give a local transformers model, or leave it empty",
        )
    for name, stage in settings.stages.items():
        _refuse_replay(name, stage.replay)


def stage_job(settings: TrainSettings, stage: StageName, out: Path) -> Job:
    """What the ranks of one stage are told. out: the run's folder."""
    order = settings.order()
    before = order[: order.index(stage)]
    init = str(out / "checkpoints" / before[-1] / "hf") if before else settings.init
    world = settings.world or (str(out / "world") if (out / "world").is_dir() else "")
    folder, replay = Path(settings.shards or out / "shards"), settings.stages[stage].replay
    _refuse_replay(stage, replay)
    return Job(
        stage=stage,
        out=str(out / "checkpoints" / stage),
        data=str(folder / stage),
        replay={other: str(folder / other) for other in replay},
        tokenizer=settings.tokenizer or str(out / "assets" / "tokenizer"),
        init=init,
        world=world if {"agentic-rl", "general-rl"} & {stage, *replay} else "",
        shape=settings.shape,
        parallel=settings.parallel,
        settings=settings.stages[stage],
    )


def run_stage(job: Job) -> dict[str, Any]:
    """Run one stage in processes of its own; returns its run.json.

    A complete stage is not run again; one that was interrupted goes on. Raises UserError for inputs
    that are not there, ForeignRecipe where the folder was made with other settings, Fault for what
    broke on the way, KeyboardInterrupt after Ctrl-C (the stage was saved).
    """
    out = Path(job.out)
    job = replace(job, inputs=_inputs(job))
    _refuse(out, job)
    done = _read(out / RUN)
    if done.get("status") == "complete":
        return done
    out.mkdir(parents=True, exist_ok=True)
    with lock(out) as held:
        write_bytes(out / JOB, json.dumps(plain(job), indent=1, sort_keys=True).encode())
        (out / RUN).unlink(missing_ok=True)  # what an earlier call ended with is not this one's end
        code, interrupted = _launch(job, out, held.fileno())
        found = _read(out / RUN)
    if found.get("status") == "complete":
        return found
    if found.get("status") == "preempted":
        if interrupted:
            raise KeyboardInterrupt
        raise Fault(what="was stopped by a signal", where=job.out, mend="run the same again")
    if "error" in found:
        kind = UserError if found["error"].pop("code") == 2 else Fault
        raise kind(**found["error"])
    if interrupted:
        raise KeyboardInterrupt
    why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    raise Fault(
        what=f"the training process died ({why})",
        where=job.out,
        mend="run the same command again: it goes on from the last checkpoint",
    )


def print_plan(settings: TrainSettings, wanted: list[StageName]) -> None:
    """What the stages would do, and what that costs; nothing is started."""
    shape = settings.shape
    cores = (settings.parallel.threads or os.cpu_count() or 1) * settings.parallel.ranks
    weights = parameters(shape)
    for name in wanted:
        stage = settings.stages[name]
        if STAGES[name].feed == "rollouts":
            plays = stage.sampling.prompts * stage.sampling.group
            tokens = stage.updates * plays * stage.sampling.max_length // 2
            what = f"{stage.updates} updates of {plays} rollouts"
        else:
            tokens, what = stage.tokens, f"{stage.tokens:,} tokens"
        seconds = START_SECONDS + 6.0 * weights * tokens / (CORE_FLOPS * min(cores, 8))
        print(
            f"{name}: {what}, about {seconds:.0f} s on {cores} cores, "
            f"{(700e6 + 60 * weights) / 1e9:.1f} GB of memory, {weights * 28 / 1e6:.0f} MB of disk"
        )


def parameters(shape: Shape, vocabulary: int = 1024) -> int:
    """Weights of a fresh model."""
    wide = shape.heads * shape.head_width
    narrow = shape.kv_heads * shape.head_width
    attention = 2 * shape.width * (wide + narrow)
    return vocabulary * shape.width + shape.layers * (
        attention + 3 * shape.width * shape.feed_forward
    )


# ------------------------------------------------------------------ helpers


def _inputs(job: Job) -> dict[str, str]:
    """Digests of what the stage reads; raises UserError where something is not there."""
    found = {"data": _dataset(job.stage, job.data)}
    found |= {f"replay.{stage}": _dataset(stage, path) for stage, path in job.replay.items()}
    if job.init:
        before = _read(Path(job.init).parent / RUN)
        if before and before.get("status") != "complete":
            raise UserError(
                what=f"is not trained to its end ({before.get('status')})",
                where=str(Path(job.init).parent),
                mend=f"qhdata train --stage {before.get('stage')} first",
            )
        config = Path(job.init) / "config.json"
        if not config.is_file():
            raise UserError(
                what="no model here (config.json)",
                where=job.init,
                mend="train the stage before, or give a local transformers model",
            )
        found["init"] = str(before.get("model") or model_digest(Path(job.init)))
    if job.world:
        from qhdata.env import World

        found["world"] = World.open(Path(job.world)).digest
    if not (Path(job.tokenizer) / "tokenizer.json").is_file():
        raise UserError(
            what="no tokenizer.json", where=job.tokenizer, mend="give a tokenizer folder"
        )
    return found


def _dataset(stage: str, path: str) -> str:
    """Digest of a shard set. Raises UserError where there is none."""
    if not Path(path).is_dir():
        raise UserError(
            what=f"no shards for {stage}",
            where=path,
            mend="give -o a run's folder, or make them with qhdata shard build",
        )
    return str(ShardSet.open(Path(path)).artifact.manifest["notes"]["dataset_sha256"])


def _refuse_replay(stage: StageName, replay: Mapping[StageName, Any]) -> None:
    """A stage replays what its own loss learns from: shards beside shards, tasks beside tasks."""
    feed = STAGES[stage].feed
    for other in replay:
        if other == stage or feed == "pairs" or STAGES[other].feed != feed:
            able = [n for n, s in STAGES.items() if s.feed == feed != "pairs" and n != stage]
            raise UserError(
                what=f"cannot replay {other}",
                where=f"train.stages.{stage}.replay",
                mend=f"it can replay: {', '.join(able) or 'nothing'}",
            )
        share = replay[other]
        if share.weight <= 0 and not any(weight > 0 for _, weight in share.points):
            raise UserError(
                what="a share of 0 replays nothing",
                where=f"train.stages.{stage}.replay.{other}.weight",
                mend="give more than 0, or leave the stage out",
            )


FREE = ("parallel", "out", "data", "replay", "init", "tokenizer", "world")
"""Of a job, what may differ between two calls: how ranks share the work, and where things lie. What
lies there is in `inputs`, by digest; the tokenizer's is in the shards."""


def _refuse(out: Path, job: Job) -> None:
    """Refuse a folder that other settings, inputs or people filled."""
    path = out / JOB
    begun = (out / "steps").is_dir() or (out / "hf").is_dir()
    if path.is_file() and not begun:
        return  # a call that failed before its first checkpoint binds nobody
    if path.is_file():
        before = {k: v for k, v in _read(path).items() if k not in FREE}
        wanted = {k: v for k, v in plain(job).items() if k not in FREE}
        changed = differences(before, wanted)
        if changed:
            raise ForeignRecipe(
                what=f"was trained with another {changed[0]}",
                where=str(out),
                mend="give another folder with -o, remove this one, or undo the change",
            )
    elif out.is_dir() and any(not entry.name.startswith("_") for entry in out.iterdir()):
        raise NotAnArtifact(
            what="holds files that qhdata did not write",
            where=str(out),
            mend="give an empty or a new folder",
        )


def _launch(job: Job, out: Path, held: int) -> tuple[int, bool]:
    """Start the ranks and wait; Ctrl-C lets them save. Exit code, and whether Ctrl-C came.

    held: the folder's lock. The ranks hold it too: if we are killed, the folder is theirs until
    they have seen it and saved.
    """
    command = [sys.executable]
    if job.parallel.ranks > 1:
        command += ["-m", "torch.distributed.run", "--standalone"]
        command += [f"--nproc-per-node={job.parallel.ranks}"]
    command += ["-m", "trainer", str(out / JOB)]
    # A session of its own: a terminal's Ctrl-C comes to us alone, and we pass it on once, as the
    # signal that lets an update end even while the ranks are still importing.
    process = subprocess.Popen(
        command, env=_environment(job.parallel), pass_fds=(held,), start_new_session=True
    )
    interrupted = False
    while True:
        try:
            return process.wait(), interrupted
        except KeyboardInterrupt:
            if interrupted:
                process.kill()
            interrupted = True
            process.terminate()


def _environment(parallel: Parallel) -> Mapping[str, str]:
    """Ours, with the packages of this checkout first, threads bounded, and a patient allocator."""
    home = str(Path(__file__).resolve().parents[1])
    threads = parallel.threads or max(1, (os.cpu_count() or 1) // parallel.ranks)
    given = {
        # DeepSpeed imports an optimizer that asks for a compiler at import: 2 s of 10 at the start
        # of every stage, for something that is never used.
        "TORCHDYNAMO_DISABLE": "1",
        "OMP_NUM_THREADS": str(threads),
        "TOKENIZERS_PARALLELISM": "false",
        # Threads that spin at every barrier fall from 12,000 tokens a second to 300 when another
        # process wants the cores; threads that sleep fall to 5,700.
        "OMP_WAIT_POLICY": "PASSIVE",
        # Tensors of some MB come and go every layer: giving them back to the kernel each time cost
        # a tenth of an update in page faults.
        "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    }
    forced = {
        "PYTHONSAFEPATH": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")])),
        "QHDATA_PARENT": str(os.getpid()),
        "DEEPSPEED_TIMEOUT": str(max(1, parallel.timeout // 60)),
    }
    return {**given, **os.environ, **forced}


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
