"""The launch engine: datatrove's Slurm and Ray executors run one step, "run chunk k".

datatrove starts processes on other machines and no more: which chunks are left, what they make and
when they are done is said by the commits in the artifact, which all machines must see.
`skip_completed=False`, because a marker file of a rank knows nothing of changed recipes.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import pickle
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qhdata.artifact import Artifact
from qhdata.engines.adapters import as_datatrove_step
from qhdata.engines.base import Chunk
from qhdata.engines.driving import POLL, Tally, group_keys, map_chunks, quiet, watched
from qhdata.engines.keyed import fold_keys
from qhdata.engines.local import LocalEngine
from qhdata.errors import Fault, MissingExtra, QhdataError, UserError
from qhdata.step import Counts, KeyedStep, OnProgress, Step, step_id

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Job", "LaunchEngine", "RunChunks", "as_datatrove_step"]

OURS = {"pipeline", "tasks", "logging_dir", "skip_completed", "job_name", "depends"}
"""Arguments of datatrove's executors that are the engine's to give."""

GONE = 60.0
"""Seconds that Slurm may not know a job that it just took."""


@dataclass(slots=True)
class LaunchEngine:
    """Chunks as ranks of a datatrove executor; keys are folded by the caller, on ids alone."""

    executor: Literal["slurm", "ray"] = "slurm"
    tasks: int = 64
    """Processes that are started, at most one a chunk; each does its share of the chunks."""
    options: dict[str, Any] = field(default_factory=dict)
    """Of datatrove's executor: time, partition, workers, mem_per_cpu_gb, sbatch_args..."""
    row_seconds: float = 300.0
    """As the local engine's."""
    memory_bytes: int = 6 << 30
    """As the local engine's."""
    on_progress: OnProgress = quiet
    _ours: bool = field(default=False, repr=False)

    def check(self) -> None:
        """Raises UserError where the executor cannot run here."""
        need_datatrove()
        if self.executor == "slurm" and shutil.which("sbatch") is None:
            raise UserError(
                what="there is no sbatch here",
                where="--engine slurm",
                mend="run it on a login node of the cluster, or use --engine local",
            )
        if self.executor == "ray" and importlib.util.find_spec("ray") is None:
            raise MissingExtra(what="ray is not installed", mend="pip install 'qhdata[launch]'")
        known = set(signature(_executor(self.executor)).parameters) - OURS
        unknown = sorted(set(self.options) - known)
        if unknown:
            raise UserError(
                what=f"datatrove's executor takes no {unknown[0]!r}",
                where="--launch",
                mend=f"known: {', '.join(sorted(known))}",
            )

    def __enter__(self) -> LaunchEngine:
        self.check()
        if self.executor == "ray":
            self._ours = _start_ray()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the Ray that we started, if we did."""
        if self._ours:
            import ray

            ray.shutdown()
        self._ours = False

    def map(self, step: Step, corpus: Artifact) -> Counts:
        """Run a step over every chunk of the part that it reads; done chunks are not done again."""

        def run(todo: list[Chunk], tally: Tally) -> None:
            logs = corpus.path / "_launch" / f"{step_id(step)}-{time.time_ns()}"
            tasks = min(self.tasks, len(todo))
            job = Job(step, corpus.path, corpus.kind, todo, tasks, logs, list(sys.path))
            job.row_seconds, job.memory_bytes = self.row_seconds, self.memory_bytes
            launch = _slurm if self.executor == "slurm" else _ray
            watched(
                lambda: launch(job, self.options), corpus, step, todo, tally, lambda: _cancel(logs)
            )
            for error in job.errors():
                raise error
            left = {c.name for c in todo} - set(corpus.committed(step_id(step)))
            if left:
                raise Fault(
                    what=f"{len(left)} of {len(todo)} chunks were not done; the first is "
                    f"{min(left)}",
                    where=str(logs),
                    mend="its logs say why; the same command does what is left",
                )
            shutil.rmtree(logs, ignore_errors=True)

        return map_chunks(step, corpus, self.on_progress, run)

    def group(self, step: KeyedStep, corpus: Artifact) -> Counts:
        """Bring rows of one key together, fold them, and write edges to `edges/<step id>`."""
        return group_keys(step, corpus, self.map, fold_keys)

    def components(self, corpus: Artifact, edges: list[str]) -> pa.Table:
        """Edges of these parts to (row, cluster), sorted by (cluster, row), without lone rows."""
        return LocalEngine().components(corpus, edges)


@dataclass(slots=True)
class Job:
    """Chunks for a number of ranks; this travels to them."""

    step: Step
    path: Path
    kind: str
    chunks: list[Chunk]
    tasks: int
    logs: Path
    paths: list[str]
    row_seconds: float = 300.0
    memory_bytes: int = 6 << 30

    def run(self, rank: int) -> None:
        """Do the chunks of one rank; what stops it is left beside the logs for the driver."""
        sys.path += [p for p in self.paths if p not in sys.path]
        corpus = Artifact(path=self.path, kind=self.kind, manifest={})
        engine = LocalEngine(
            workers=1, row_seconds=self.row_seconds, memory_bytes=self.memory_bytes
        )
        with engine:
            try:
                own = self.chunks[rank :: self.tasks]
                engine.run_chunks(self.step, corpus, own, lambda _counts: None)
            except QhdataError as error:
                told = {"kind": type(error).__name__, "what": error.what, "where": error.where}
                text = json.dumps({**told, "mend": error.mend, "code": error.exit_code})
                folder = self.logs / "errors"
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{rank:05d}.json").write_text(text)

    def errors(self) -> Iterator[QhdataError]:
        """What ranks were stopped by."""
        for path in sorted((self.logs / "errors").glob("*.json")):
            told = json.loads(path.read_text())
            kind = UserError if told["code"] == UserError.exit_code else Fault
            yield kind(what=told["what"], where=told["where"], mend=told["mend"])


class RunChunks:
    """The one step of the launched pipeline; datatrove takes any callable."""

    def __init__(self, job: Job) -> None:
        # Packed here, because plug-ins can be imported only once their paths are known.
        self.paths, self.data = job.paths, pickle.dumps(job)

    def __call__(self, data: object, rank: int, world_size: int) -> None:
        """Do rank's chunks; there are no documents to hand on."""
        sys.path += [p for p in self.paths if p not in sys.path]
        pickle.loads(self.data).run(rank)

    def __repr__(self) -> str:
        """For datatrove's logs."""
        return "qhdata: run chunks"


def need_datatrove() -> None:
    """Raises MissingExtra where datatrove is absent."""
    if importlib.util.find_spec("datatrove") is None:
        raise MissingExtra(what="datatrove is not installed", mend="pip install 'qhdata[launch]'")


# ------------------------------------------------------------------- the two executors


def _executor(name: str) -> Any:
    """datatrove's class."""
    if name == "ray":
        from datatrove.executor.ray import RayPipelineExecutor

        return RayPipelineExecutor
    from datatrove.executor.slurm import SlurmPipelineExecutor

    return SlurmPipelineExecutor


def _start_ray() -> bool:
    """Connect to the cluster that RAY_ADDRESS names, or start one here; whether it is ours to stop.

    By the thread that stays: Linux ends a child (Ray's own) with the thread that started it, and
    without its raylet a driver exits without a word.
    """
    import ray

    if ray.is_initialized():
        return False
    ray.init(log_to_driver=False, logging_level=logging.ERROR)
    return True


def _ray(job: Job, options: dict[str, Any]) -> None:
    with _quiet_logs(job.logs):
        executor = _executor("ray")(
            pipeline=[RunChunks(job)],
            tasks=job.tasks,
            logging_dir=str(job.logs / "log"),
            skip_completed=False,
            **options,
        )
        executor.run()


def _slurm(job: Job, options: dict[str, Any]) -> None:
    # Nodes find the same Python, and datatrove's own command beside it.
    path = f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH"
    given = {"time": "24:00:00", "qos": "", "mem_per_cpu_gb": 4, "env_command": path, **options}
    executor = _executor("slurm")(
        pipeline=[RunChunks(job)],
        tasks=job.tasks,
        logging_dir=str(job.logs / "log"),
        skip_completed=False,
        job_name="qhdata",
        **given,
    )
    try:
        with _quiet_logs(job.logs):
            executor.run()
    except subprocess.CalledProcessError:
        raise Fault(
            what="sbatch refused the job; its own words stand above",
            where="--engine slurm",
            mend="give datatrove's options: partition, time, mem_per_cpu_gb, sbatch_args",
        ) from None
    (job.logs / "job_id").write_text(str(executor.job_id))
    known = time.monotonic()
    while True:
        time.sleep(POLL)
        asked = subprocess.run(
            ["squeue", "--noheader", "--jobs", str(executor.job_id), "--format", "%T"],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.stdout.split():
            known = time.monotonic()
        elif asked.returncode == 0 or time.monotonic() - known > GONE:
            return  # gone from the queue: the commits say what it did


def _cancel(logs: Path) -> None:
    with contextlib.suppress(OSError):
        job_id = (logs / "job_id").read_text()
        subprocess.run(["scancel", job_id], capture_output=True, check=False)


@contextlib.contextmanager
def _quiet_logs(logs: Path) -> Iterator[None]:
    """datatrove's own words go to a file: a command has one progress line."""
    from loguru import logger

    logs.mkdir(parents=True, exist_ok=True)
    logger.remove()
    sink = logger.add(str(logs / "datatrove.log"))
    try:
        yield
    finally:
        logger.remove(sink)
