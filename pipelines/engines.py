"""Which engine a command runs its steps on: `--engine local` or `--engine spark --master ...`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from qhdata.engines.local import LocalEngine
from qhdata.errors import UserError
from qhdata.step import Engine

EngineName = Annotated[
    Literal["local", "spark"],
    Parameter(name="--engine", help="Where steps run; the rows are the same."),
]
"""`--engine`."""

Master = Annotated[
    str, Parameter(name="--master", help="Spark's master: local[2], spark://host:7077, yarn.")
]
"""`--master`, with `--engine spark`."""


def engine_of(name: str, master: str, workers: int, out: Path) -> Engine:
    """An engine, not started yet. Raises what is missing for it before any work.

    workers: processes of the local engine, 0 for one a core; Spark's master says its own.
    """
    if name == "local":
        if master:
            raise UserError(what="belongs to --engine spark", where="--master")
        return LocalEngine(workers=workers or os.cpu_count() or 1)
    from qhdata.engines.java import need_java
    from qhdata.engines.spark import SparkEngine, need_pyspark

    if workers:
        raise UserError(
            what="belongs to the local engine",
            where="--workers",
            mend=f"give --master local[{workers}]",
        )
    need_pyspark()
    need_java()
    return SparkEngine(master=master or f"local[{os.cpu_count() or 1}]", scratch=out / "_spill")
