"""The Spark engine: Spark schedules the chunks that the local engine would do, and folds keys.

A Spark task is a chunk. The function that does it, its supervision (a row that kills or never ends
costs that row) and its commit are the local engine's, in a process beside Spark's own worker; so
parts are the same, row for row. Spark's shuffles carry ids and 64-bit keys, never a text.
"""

from __future__ import annotations

import importlib.util
import os
import pickle
import shutil
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from qhdata.artifact import Artifact
from qhdata.engines.base import Chunk, chunks_of
from qhdata.engines.java import need_java
from qhdata.engines.keyed import FOLD_NAMES, KeyPart
from qhdata.engines.local import LocalEngine, Tally, quiet
from qhdata.engines.spark_keyed import fold_on_spark, packed, unpacked
from qhdata.errors import Fault, MissingExtra, QhdataError
from qhdata.step import Counts, KeyedStep, OnProgress, Step, step_id

if TYPE_CHECKING:
    import pyarrow as pa

MOST_FAILURES = 4
"""Attempts of a Spark task: its worker may be killed three times."""

LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")

POLL = 0.5
"""Seconds between looks at the commits while Spark works."""


@dataclass(slots=True)
class SparkEngine:
    """Steps on a Spark master; use it as a context manager.

    A session that is active already (a notebook's, a cluster's) is used and left running.
    """

    master: str = "local[2]"
    """As Spark has it: `local[2]`, `spark://host:7077`, `yarn`."""
    conf: dict[str, str] = field(default_factory=dict)
    """More of Spark's own settings."""
    scratch: Path | None = None
    """Where a local master spills; by default where Spark would."""
    row_seconds: float = 300.0
    """As the local engine's."""
    memory_bytes: int = 6 << 30
    """As the local engine's."""
    driver_edges: int = 200_000_000
    """More edges than these are brought together on Spark, fewer by scipy on the driver."""
    on_progress: OnProgress = quiet
    _session: Any = field(default=None, repr=False)
    _ours: bool = field(default=False, repr=False)

    def __enter__(self) -> SparkEngine:
        need_java()
        self._session, self._ours = start(self.master, self.conf, self.scratch)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the session, if it is ours."""
        if self._session is not None and self._ours:
            self._session.stop()
            if self.scratch is not None:
                shutil.rmtree(self.scratch, ignore_errors=True)
        self._session = None

    # ---------------------------------------------------------------- map

    def map(self, step: Step, corpus: Artifact) -> Counts:
        """Run a step over every chunk of the part that it reads; done chunks are not done again."""
        name = step_id(step)
        row = corpus.step(name)
        if row is not None:
            return Counts.of(row)
        began = time.monotonic()
        chunks = chunks_of(corpus, step.reads)
        tally = Tally(self.on_progress, sum(c.rows for c in chunks), step.unit)
        done = corpus.committed(name)
        for counts in done.values():
            tally.add(Counts.of(counts))
        jobs = [
            packed(_Job(step, corpus.path, corpus.kind, chunk, self.row_seconds, self.memory_bytes))
            for chunk in chunks
            if chunk.name not in done
        ]
        if jobs:
            context = self._session.sparkContext
            slices = context.parallelize(jobs, len(jobs)).mapPartitions(_in_task)
            found = self._watch(slices.collect, corpus, name, tally, {*done})
            for error in found:
                raise error
        corpus.finish(
            name,
            name=step.name,
            version=step.version,
            unit=step.unit,
            seconds=time.monotonic() - began,
        )
        return tally.counts

    def _watch(
        self,
        work: Callable[[], list[bytes]],
        corpus: Artifact,
        name: str,
        tally: Tally,
        seen: set[str],
    ) -> list[QhdataError]:
        """Run a Spark job in a thread and tell of commits as they come; the errors it returned."""
        result: list[list[bytes]] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                result.append(work())
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(POLL)
                for chunk, counts in corpus.committed(name, beyond=seen).items():
                    seen.add(chunk)
                    tally.add(Counts.of(counts))
        except BaseException:
            self._session.sparkContext.cancelAllJobs()
            thread.join()
            raise
        for chunk, counts in corpus.committed(name, beyond=seen).items():
            seen.add(chunk)
            tally.add(Counts.of(counts))
        if failed:
            raise _told(failed[0], str(corpus.path))
        return [pickle.loads(data) for data in result[0]]

    # ---------------------------------------------------------------- group

    def group(self, step: KeyedStep, corpus: Artifact) -> Counts:
        """Bring rows of one key together, fold them, and write edges to `edges/<step id>`."""
        keyed = KeyPart(step)
        counts = self.map(cast("Step", keyed), corpus)
        name = f"{step_id(step)}.fold"
        if corpus.step(name) is None:
            began = time.monotonic()
            try:
                fold_on_spark(self._session, step, corpus, keyed.part, name)
            except QhdataError:
                raise
            except Exception as error:
                raise _told(error, str(corpus.path)) from None
            corpus.finish(
                name,
                name=f"{step.name}_fold",
                version=step.version,
                unit=FOLD_NAMES,
                seconds=time.monotonic() - began,
            )
        return counts

    def components(self, corpus: Artifact, edges: list[str]) -> pa.Table:
        """Edges of these parts to (row, cluster), sorted by (cluster, row); lone rows are left out.

        scipy on the driver where they fit, large-star and small-star on Spark otherwise.
        """
        from qhdata.engines.components import components, edges_of
        from qhdata.engines.spark_components import components_on_spark

        if sum(corpus.part(part).rows for part in edges) <= self.driver_edges:
            return components(edges_of(corpus, edges))
        paths = [str(corpus.path / f.path) for part in edges for f in corpus.part(part).files]
        try:
            return components_on_spark(self._session, paths, corpus.path / "_spark")
        except QhdataError:
            raise
        except Exception as error:
            raise _told(error, str(corpus.path)) from None


# ------------------------------------------------------------------- in Spark's workers


@dataclass(frozen=True, slots=True)
class _Job:
    """One chunk, as it travels."""

    step: Step
    path: Path
    kind: str
    chunk: Chunk
    row_seconds: float
    memory_bytes: int


def _in_task(parcels: Iterator[tuple[list[str], bytes]]) -> Iterator[bytes]:
    """What a Spark task does: jobs to the errors that they ended with, none where all went well.

    Errors travel as data: raised, they would come back as the text of a traceback.
    """
    for parcel in parcels:
        job = unpacked(parcel)
        engine = pool(job.row_seconds, job.memory_bytes)
        corpus = Artifact(path=job.path, kind=job.kind, manifest={})
        try:
            engine.run_chunks(job.step, corpus, [job.chunk], lambda _counts: None)
        except QhdataError as error:
            yield pickle.dumps(error)


@lru_cache(maxsize=1)
def pool(row_seconds: float, memory_bytes: int) -> LocalEngine:
    """One supervised process for this Spark worker. Kept from task to task: starting it and loading
    a step's libraries takes a second, a chunk about as long. It ends with Spark's worker.
    """
    return LocalEngine(workers=1, row_seconds=row_seconds, memory_bytes=memory_bytes)


# ------------------------------------------------------------------- the session


def start(master: str, conf: dict[str, str], scratch: Path | None) -> tuple[Any, bool]:
    """A session, and whether it is ours to stop."""
    need_pyspark()
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        return active, False
    home = str(Path(__file__).resolve().parents[2])
    # The same Python on both sides: Spark's own default is whatever `python3` the PATH has.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    # Nothing here uses pandas, which pyspark warns about on every call.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    builder = SparkSession.builder.appName("qhdata").master(retrying(master))
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={LOG_SETTINGS.as_uri()}",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
        # Partitions are cut by the data alone; adaptive plans would merge them by size.
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "8",
        "spark.task.maxFailures": str(MOST_FAILURES),
        "spark.executorEnv.PYTHONSAFEPATH": "1",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join([home, os.environ.get("PYTHONPATH", "")]),
        "spark.executorEnv.OMP_NUM_THREADS": "1",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        if scratch is not None:
            settings["spark.local.dir"] = str(scratch)
    for key, value in {**settings, **conf}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate(), True


def need_pyspark() -> None:
    """Raises MissingExtra where pyspark is absent."""
    if importlib.util.find_spec("pyspark") is None:
        raise MissingExtra(what="pyspark is not installed", mend="pip install 'qhdata[spark]'")


def retrying(master: str) -> str:
    """A local master that tries a task again: Spark's own default there is once.

    >>> retrying("local[2]"), retrying("local"), retrying("local[*,7]"), retrying("yarn")
    ('local[2,4]', 'local[1,4]', 'local[*,7]', 'yarn')
    """
    if master == "local":
        return f"local[1,{MOST_FAILURES}]"
    if master.startswith("local[") and "," not in master:
        return f"{master[:-1]},{MOST_FAILURES}]"
    return master


def _told(error: BaseException, where: str) -> BaseException:
    """What Spark threw, in one line; interrupts as they are."""
    if not isinstance(error, Exception):
        return error
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    own = [line for line in lines if "Error" in line or "Exception" in line]
    what = (own or lines or [type(error).__name__])[-1][:300]
    return Fault(
        what=f"Spark gave up: {what}",
        where=where,
        mend="the same command goes on where it stopped",
    )
