"""The Spark engine: Spark schedules the chunks that the local engine would do, and folds keys.

A Spark task is a chunk. The function that does it, its supervision (a row that kills or never ends
costs that row) and its commit are the local engine's, in a process beside Spark's own worker; so
parts are the same, row for row. Spark's shuffles carry ids and 64-bit keys, never a text.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import pickle
import shutil
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhdata.artifact import Artifact
from qhdata.engines.adapters import need_texts, rows_of
from qhdata.engines.base import QUARANTINE, Care, Chunk, do_chunk
from qhdata.engines.driving import Tally, group_keys, map_chunks, quiet, watched
from qhdata.engines.java import need_java
from qhdata.engines.local import LocalEngine
from qhdata.engines.spark_keyed import fold_on_spark, packed, signed, spark_schema, unpacked
from qhdata.errors import Fault, MissingExtra, QhdataError, UserError
from qhdata.records import Quarantined, arrow_schema, to_batch
from qhdata.step import Counts, KeyedStep, OnProgress, Step
from qhdata.stores import fetch

if TYPE_CHECKING:
    import pyarrow as pa

MOST_FAILURES = 4
"""Attempts of a Spark task: its worker may be killed three times."""

LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")


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

        def run(todo: list[Chunk], tally: Tally) -> None:
            context = self._session.sparkContext
            jobs = [
                packed(_Job(step, corpus.path, corpus.kind, c, self.row_seconds, self.memory_bytes))
                for c in todo
            ]
            slices = context.parallelize(jobs, len(jobs)).mapPartitions(_in_task)
            with one_line(corpus):
                errors = watched(slices.collect, corpus, step, todo, tally, context.cancelAllJobs)
            for error in errors:
                raise pickle.loads(error)

        return map_chunks(step, corpus, self.on_progress, run)

    # ---------------------------------------------------------------- group

    def group(self, step: KeyedStep, corpus: Artifact) -> Counts:
        """Bring rows of one key together, fold them, and write edges to `edges/<step id>`."""

        def fold(step: KeyedStep, corpus: Artifact, keys: str, name: str) -> None:
            with one_line(corpus):
                fold_on_spark(self._session, step, corpus, keys, name)

        return group_keys(step, corpus, self.map, fold)

    def components(self, corpus: Artifact, edges: list[str]) -> pa.Table:
        """Edges of these parts to (row, cluster), sorted by (cluster, row); lone rows are left out.

        scipy on the driver where they fit, large-star and small-star on Spark otherwise.
        """
        from qhdata.engines.components import components, edges_of
        from qhdata.engines.spark_components import components_on_spark

        if sum(corpus.part(part).rows for part in edges) <= self.driver_edges:
            return components(edges_of(corpus, edges))
        files = [file for part in edges for file in corpus.part(part).files]
        paths = [str(fetch(corpus.path / file.path)) for file in files]
        with one_line(corpus):
            return components_on_spark(self._session, paths, corpus.path / "_spark")


def apply(step: Step, df: Any, *, id: str = "doc_id", text: str = "text", part: str = "") -> Any:
    """A tagger on a DataFrame of your own: its rows of tags, edits or `quarantine` as a DataFrame.

    df: one text a row, in column `text`, named by column `id`. part: which of `step.writes`, by
    default the first; `quarantine` has the rows that the step cannot do, and those whose id is null
    (`no_id`): nothing could be told of them by name. Texts stay where they are: it is a map over
    Arrow batches. Raises UserError for a step that does not walk documents.
    """
    need_texts(step, "engines.spark.apply")
    wanted = part or next(iter(step.writes))
    schemas = {**step.writes, QUARANTINE: arrow_schema(Quarantined)}
    if wanted not in schemas:
        raise UserError(
            what=f"{step.name} fills no part {wanted!r}",
            where="engines.spark.apply",
            mend=f"known: {', '.join(schemas)}",
        )
    schema, parcel = schemas[wanted], packed(step)

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        own = unpacked(parcel)
        work = own.open()
        for batch in batches:
            names, texts = (column.to_pylist() for column in batch.columns)
            known = [(str(n), t or "") for n, t in zip(names, texts, strict=True) if n is not None]
            tables, _ = do_chunk(own, work, rows_of(known), Care(), lambda _low, _high: None)
            yield from tables[wanted].cast(schema).to_batches()
            if wanted == QUARANTINE and len(known) < len(names):
                nameless = _nameless(f"{own.name}@{own.version}", len(names) - len(known))
                yield nameless.cast(schema)

    return df.select(id, text).mapInArrow(run, spark_schema(signed(schema)))


def _nameless(step: str, count: int) -> pa.RecordBatch:
    """Rows of `quarantine` for texts without an id."""
    row = Quarantined(
        unit_id="", step=step, error="no_id", message="the id is null", retryable=False
    )
    return to_batch(Quarantined, [row] * count)


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

    logging.getLogger().addFilter(_not_of_py4j)
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
    try:
        return builder.getOrCreate(), True
    except Exception as error:  # Java's, Spark's or the gateway's, each by a class of its own
        raise Fault(
            what=f"Spark does not start: {_cause(error)[:200]}",
            where=f"--master {master}",
            mend="give local[N], spark://host:7077, yarn or k8s://...; Spark's words stand above",
        ) from None


def _not_of_py4j(record: logging.LogRecord) -> bool:
    """py4j logs the traceback of each call that Ctrl-C or the end of Java cuts short, and raises
    it too: what is raised is told in a line.
    """
    return "py4j" not in Path(record.pathname).parts


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


def _cause(error: Exception) -> str:
    """The line that says most of what Spark threw: a full disk before all, then the last cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("at ", "..."))]
    full = [line for line in lines if "No space left" in line or "File too large" in line]
    own = [line for line in lines if "Error" in line or "Exception" in line]
    return (full[:1] or own[-1:] or lines[-1:] or [type(error).__name__])[0][:300]


@contextlib.contextmanager
def one_line(corpus: Artifact) -> Iterator[None]:
    """What Spark throws, as a fault of one line; our own errors and interrupts as they are."""
    try:
        yield
    except QhdataError:
        raise
    except Exception as error:
        raise Fault(
            what=f"Spark gave up: {_cause(error)}",
            where=str(corpus.path),
            mend="the same command goes on where it stopped",
        ) from None
