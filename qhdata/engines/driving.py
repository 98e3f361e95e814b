"""What the driver of every engine does around its chunks: what is left to do, progress, the row in
the manifest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar, cast

from qhdata.artifact import Artifact
from qhdata.engines.base import Chunk, chunks_of
from qhdata.engines.keyed import FOLD_NAMES, KeyPart
from qhdata.step import ZERO, Counts, KeyedStep, OnProgress, Step, step_id

POLL = 0.5
"""Seconds between looks at the commits of work that runs elsewhere."""

T = TypeVar("T")


def quiet(done: int, total: int, unit: str) -> None:
    """Progress that nobody asked for."""


@dataclass(slots=True)
class Tally:
    """Counts so far, told to whoever watches."""

    on_progress: OnProgress
    total: int
    unit: str
    counts: Counts = ZERO

    def add(self, counts: Counts) -> None:
        """More of them."""
        self.counts = self.counts + counts
        noun = {"file_id": "files", "doc_id": "documents"}.get(self.unit, "rows")
        self.on_progress(self.counts.rows_in, self.total, noun)


def map_chunks(
    step: Step,
    corpus: Artifact,
    on_progress: OnProgress,
    run: Callable[[list[Chunk], Tally], None],
) -> Counts:
    """`Engine.map` by a function that does and commits the chunks that are left."""
    name = step_id(step)
    row = corpus.step(name)
    if row is not None:
        return Counts.of(row)
    began = time.monotonic()
    chunks = chunks_of(corpus, step.reads)
    tally = Tally(on_progress, sum(c.rows for c in chunks), step.unit)
    done = corpus.committed(name)
    for counts in done.values():
        tally.add(Counts.of(counts))
    todo = [chunk for chunk in chunks if chunk.name not in done]
    if todo:
        run(todo, tally)
    corpus.finish(
        name,
        name=step.name,
        version=step.version,
        unit=step.unit,
        seconds=time.monotonic() - began,
    )
    return tally.counts


def group_keys(
    step: KeyedStep,
    corpus: Artifact,
    map_step: Callable[[Step, Artifact], Counts],
    fold: Callable[[KeyedStep, Artifact, str, str], None],
) -> Counts:
    """`Engine.group` by `Engine.map` and a function (step, corpus, keys' part, name) that folds."""
    keyed = KeyPart(step)
    counts = map_step(cast("Step", keyed), corpus)
    name = f"{step_id(step)}.fold"
    if corpus.step(name) is None:
        began = time.monotonic()
        fold(step, corpus, keyed.part, name)
        corpus.finish(
            name,
            name=f"{step.name}_fold",
            version=step.version,
            unit=FOLD_NAMES,
            seconds=time.monotonic() - began,
        )
    return counts


def watched(
    work: Callable[[], T],
    corpus: Artifact,
    step: Step,
    todo: Collection[Chunk],
    tally: Tally,
    cancel: Callable[[], None],
) -> T:
    """Run what does these chunks elsewhere, in a thread; tell of their commits as they come.

    Raises what `work` raised; where this thread is interrupted, `cancel` ends the work first.
    """
    name = step_id(step)
    seen = set(corpus.committed(name))
    results: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            failed.append(error)

    def look() -> None:
        for chunk, counts in corpus.committed(name, beyond=seen).items():
            seen.add(chunk)
            tally.add(Counts.of(counts))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(POLL)
            look()
    except BaseException:
        cancel()
        thread.join()
        raise
    look()
    if failed:
        raise failed[0]
    return results[0]
