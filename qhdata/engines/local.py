"""The local engine: a supervised pool of processes on this machine.

A worker that is killed, runs out of memory or never comes back costs one row, not the run: its
chunk is done again with the rows of the batch in flight apart, and the row that was alone in flight
at two deaths (or past the time limit) is quarantined. Chunks with a commit are never done again, so
the same call resumes. `workers=0` runs in the calling process: for tests and debuggers.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhdata.artifact import Artifact
from qhdata.engines.base import (
    Care,
    Chunk,
    Failure,
    columns_of,
    commit_chunk,
    do_chunk,
    read_chunk,
    work_of,
)
from qhdata.engines.driving import group_keys, map_chunks, quiet
from qhdata.engines.keyed import fold_keys
from qhdata.engines.worker import At, Done, Failed, Spent, Task
from qhdata.errors import Fault
from qhdata.step import Counts, KeyedStep, OnProgress, Step, step_id

if TYPE_CHECKING:
    import pyarrow as pa

DEATHS = 2
"""How often a row must be alone in flight when its worker dies before it is the culprit: a machine
that kills one worker at random must not cost a row."""

ALLOCATOR = {
    # Arrow's own allocator keeps pages for every size: a fifth of what a filing takes.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    # A large buffer leaves the heap with its document, whatever was freed before it.
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    # Less than this stays: numpy takes and frees it with every batch, and a page that was given
    # back is faulted in again (a tenth of the time of near dedup).
    "MALLOC_TRIM_THRESHOLD_": "16777216",
}
"""How a worker takes memory, unless the environment says otherwise."""
IDLE_DEATHS = 3
"""How often a worker may die outside of any row before the chunk is given up."""


@dataclass(slots=True)
class LocalEngine:
    """Steps on this machine; use it as a context manager, the pool lives as long as it does."""

    workers: int = 1
    """Processes; 0: none, in this one."""
    row_seconds: float = 300.0
    """The last resort against a row that never ends; its row is retryable."""
    memory_bytes: int = 6 << 30
    """What one worker may allocate; a row that wants more is quarantined. 0: no limit."""
    on_progress: OnProgress = quiet
    spent: dict[tuple[str, str], Spent] = field(default_factory=dict)
    """(step id, chunk) -> what it cost, of chunks that workers did."""
    _pool: list[_Worker] = field(default_factory=list, repr=False)

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers."""
        while self._pool:
            self._pool.pop().kill()

    # ---------------------------------------------------------------- map

    def map(self, step: Step, corpus: Artifact) -> Counts:
        """Run a step over every chunk of the part that it reads; done chunks are not done again."""
        return map_chunks(
            step,
            corpus,
            self.on_progress,
            lambda todo, tally: self.run_chunks(step, corpus, todo, tally.add),
        )

    def run_chunks(
        self,
        step: Step,
        corpus: Artifact,
        chunks: list[Chunk],
        on_done: Callable[[Counts], None],
    ) -> None:
        """Do these chunks and commit each; of the artifact only its path and kind are used."""
        run = self._in_process if self.workers == 0 else self._in_pool
        run(step, corpus, chunks, on_done)

    def _in_process(
        self,
        step: Step,
        corpus: Artifact,
        chunks: list[Chunk],
        on_done: Callable[[Counts], None],
    ) -> None:
        work = work_of(step, corpus.path)
        for chunk in chunks:
            rows = read_chunk(chunk, columns_of(step))
            tables, counts = do_chunk(
                step, work, rows, Care(), lambda _low, _high: None, chunk.index
            )
            commit_chunk(corpus, step, chunk, tables, counts)
            on_done(counts)

    def _in_pool(
        self,
        step: Step,
        corpus: Artifact,
        chunks: list[Chunk],
        on_done: Callable[[Counts], None],
    ) -> None:
        waiting = list(reversed(chunks))
        jobs = {chunk.name: _Job(chunk) for chunk in chunks}
        try:
            while waiting or any(w.job for w in self._pool):
                self._staff(len(waiting))
                for worker in self._pool:
                    if worker.job is None and waiting:
                        job = jobs[waiting.pop().name]
                        worker.give(job, _task(step, corpus, job))
                for worker in self._ready():
                    again = self._hear(worker, step, on_done)
                    if again is not None:
                        waiting.append(again)
        except BaseException:
            self.close()
            raise

    def _staff(self, waiting: int) -> None:
        busy = sum(w.job is not None for w in self._pool)
        while len(self._pool) < self.workers and len(self._pool) < busy + waiting:
            self._pool.append(_Worker.start(self.memory_bytes))

    def _ready(self) -> list[_Worker]:
        """Workers with news, and those whose row is past the time limit."""
        pipes: dict[Any, _Worker] = {w.pipe: w for w in self._pool if w.job}
        news = wait(list(pipes), timeout=0.5)
        late = [
            w
            for w in self._pool
            if w.job and w.flight and time.monotonic() - w.since > self.row_seconds
        ]
        for worker in late:
            worker.late = True
            worker.process.kill()
        return [*(pipes[p] for p in news if not pipes[p].late), *late]

    def _hear(self, worker: _Worker, step: Step, on_done: Callable[[Counts], None]) -> Chunk | None:
        """Take one message; a chunk to do again where the worker is gone."""
        job = worker.job
        if job is None:
            return None
        try:
            if worker.late:
                raise EOFError
            message = worker.pipe.recv()
        except (EOFError, ConnectionResetError, OSError):
            self._pool.remove(worker)
            worker.kill()
            job.learn(worker.flight, worker.late, self.row_seconds)
            return job.chunk
        if isinstance(message, At):
            worker.flight = (message.low, message.high) if message.high else None
            worker.since = time.monotonic()
        elif isinstance(message, Done):
            worker.job, worker.flight = None, None
            self.spent[step_id(step), message.chunk] = message.spent
            on_done(message.counts)
        elif isinstance(message, Failed):
            raise message.error
        return None

    # ---------------------------------------------------------------- group

    def group(self, step: KeyedStep, corpus: Artifact) -> Counts:
        """Bring rows of one key together, fold them, and write edges to `edges/<step id>`."""
        return group_keys(step, corpus, self.map, fold_keys)

    def components(self, corpus: Artifact, edges: list[str]) -> pa.Table:
        """Edges of these parts to (row, cluster), sorted by (cluster, row), without lone rows."""
        from qhdata.engines.components import components, edges_of

        return components(edges_of(corpus, edges))


def _task(step: Step, corpus: Artifact, job: _Job) -> Task:
    """What a worker has to know of a job."""
    return Task(step=step, path=corpus.path, kind=corpus.kind, chunk=job.chunk, care=job.care)


@dataclass(slots=True)
class _Job:
    """One chunk with what its failed attempts taught."""

    chunk: Chunk
    care: Care = field(default_factory=Care)
    alone_deaths: Counter[int] = field(default_factory=Counter)
    idle_deaths: int = 0

    def learn(self, flight: tuple[int, int] | None, late: bool, limit: float) -> None:
        """A worker was lost with these rows in flight."""
        if flight is None:
            self.idle_deaths += 1
            if self.idle_deaths >= IDLE_DEATHS:
                raise Fault(
                    what=f"its worker died {IDLE_DEATHS} times outside of any row",
                    where=f"chunk {self.chunk.name}",
                    mend="is memory short? try fewer workers; the same command goes on",
                )
            return
        low, high = flight
        if high - low > 1:
            self.care.alone.update(range(low, high))
            return
        self.alone_deaths[low] += 1
        if late:
            message = f"not done after {limit:g} s"
            self.care.culprits[low] = Failure("time_limit", message, retryable=True)
        elif self.alone_deaths[low] >= DEATHS:
            message = "the worker process died on this row, twice"
            self.care.culprits[low] = Failure("worker_died", message)


@dataclass(slots=True)
class _Worker:
    """A process and our end of the pipe."""

    process: subprocess.Popen[bytes]
    pipe: Connection[Any, Any]
    job: _Job | None = None
    flight: tuple[int, int] | None = None
    since: float = 0.0
    late: bool = False

    @classmethod
    def start(cls, memory: int) -> _Worker:
        ours, theirs = socket.socketpair()
        home = str(Path(__file__).resolve().parents[2])
        paths = [home, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        environment = {
            **ALLOCATOR,
            **os.environ,
            "PYTHONSAFEPATH": "1",
            "PYTHONPATH": os.pathsep.join(paths),
            # One core a worker: libraries that start threads of their own would fight for them.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "qhdata.engines.worker", str(theirs.fileno()), str(memory)],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        pipe: Connection[Any, Any] = Connection(ours.detach())
        pipe.send(list(sys.path))
        return cls(process, pipe)

    def give(self, job: _Job, task: Task) -> None:
        self.job, self.flight, self.since = job, None, time.monotonic()
        try:
            self.pipe.send(task)
        except (BrokenPipeError, ConnectionResetError):
            return  # it is dead already: the next `wait` says so, and the chunk goes to another

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.pipe.close()
