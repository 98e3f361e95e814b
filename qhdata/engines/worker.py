"""What a worker process of the local engine runs: chunks that its parent names, one at a time.

It is started as `python -m qhdata.engines.worker FD`, not forked and not by multiprocessing, so it
inherits no locks and never imports the caller's main module. It says which rows it is about to do,
commits a finished chunk itself, and ends when its parent does.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.engines.base import Care, Chunk, columns_of, commit_chunk, do_chunk, read_chunk, work_of
from qhdata.errors import Fault, QhdataError
from qhdata.step import Counts, Step, Work, step_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One chunk to do."""

    step: Step
    path: Path
    """Of the artifact."""
    kind: str
    chunk: Chunk
    care: Care


@dataclass(frozen=True, slots=True)
class At:
    """Rows [low, high) of the chunk are being done; (0, 0): none, it is committing."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What a chunk cost its worker."""

    seconds: float
    """Without opening the step."""
    opening: float
    """Seconds to open the step; 0 where it was open."""
    cpu: float
    """Seconds of a core, opening included."""


@dataclass(frozen=True, slots=True)
class Done:
    """The chunk is committed."""

    chunk: str
    counts: Counts
    spent: Spent


@dataclass(frozen=True, slots=True)
class Failed:
    """The step cannot run at all, or the chunk cannot be written."""

    error: QhdataError


def main(fd: int, memory: int) -> None:
    """Serve until the other end closes."""
    import time

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who then ends us
    os.set_inheritable(fd, False)
    _die_with_parent()
    _limit(memory)
    pipe: Connection[Any, Any] = Connection(fd)
    opened: tuple[str, Work] | None = None
    sys.path[:] = pipe.recv()  # plug-ins are imported from where the parent would
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            task: Task = pipe.recv()
            began, cpu = time.monotonic(), time.process_time()
            try:
                name = step_id(task.step)
                if opened is None or opened[0] != name:
                    opened = (name, work_of(task.step, task.path))
                open_at = time.monotonic()
                table = read_chunk(task.chunk, columns_of(task.step))
                tables, counts = do_chunk(
                    task.step,
                    opened[1],
                    table,
                    task.care,
                    lambda low, high: pipe.send(At(low, high)),
                    task.chunk.index,
                )
                pipe.send(At(0, 0))
                corpus = Artifact(path=task.path, kind=task.kind, manifest={})
                commit_chunk(corpus, task.step, task.chunk, tables, counts)
                del table, tables
                spent = Spent(
                    seconds=time.monotonic() - open_at,
                    opening=open_at - began,
                    cpu=time.process_time() - cpu,
                )
                pipe.send(Done(task.chunk.name, counts, spent))
            except QhdataError as error:
                pipe.send(Failed(error))
            except (EOFError, BrokenPipeError, ConnectionResetError):
                raise
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                where = f"{task.path}: {task.step.name}, chunk {task.chunk.name}"
                pipe.send(Failed(Fault(what=what, where=where)))


def _die_with_parent() -> None:
    """On Linux a worker stuck in a row ends at once when its parent is killed."""
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() == 1:  # it died before the call
        os._exit(0)


def _limit(memory: int) -> None:
    """Cap this process's data, so that a row that wants more raises MemoryError here."""
    if memory <= 0:
        return
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        cap = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (cap, hard))
    except (ImportError, OSError, ValueError):
        return


if __name__ == "__main__":
    # Run as a module this file is `__main__`; messages must be of the importable classes.
    from qhdata.engines import worker

    worker.main(int(sys.argv[1]), int(sys.argv[2]))
