"""Which engine a command runs its steps on: `--engine local`, spark, slurm or ray."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from cyclopts import Parameter

from qhdata.engines.local import LocalEngine
from qhdata.errors import UserError
from qhdata.step import Engine

EngineName = Annotated[
    Literal["local", "spark", "slurm", "ray"],
    Parameter(name="--engine", help="Where steps run; the rows are the same."),
]
"""`--engine`."""

Master = Annotated[
    str, Parameter(name="--master", help="Spark's master: local[2], spark://host:7077, yarn.")
]
"""`--master`, with `--engine spark`."""


Launch = Annotated[
    tuple[str, ...],
    Parameter(
        name="--launch",
        negative="",
        help="key=value of datatrove's Slurm or Ray executor: partition, time, mem_per_cpu_gb.",
    ),
]
"""`--launch partition=main`, with `--engine slurm` or `ray`."""


def engine_of(
    name: str, master: str, workers: int, out: Path, launch: Sequence[str] = ()
) -> Engine:
    """An engine, not started yet. Raises what is missing for it before any work.

    workers: processes of the local engine, 0 for one a core; ranks of Slurm and Ray, 0 for 64;
    Spark's master says its own.
    """
    if master and name != "spark":
        raise UserError(what="belongs to --engine spark", where="--master")
    if launch and name not in ("slurm", "ray"):
        raise UserError(what="belongs to --engine slurm or ray", where="--launch")
    if name in ("slurm", "ray"):
        from qhdata.engines.launch import LaunchEngine

        engine = LaunchEngine(cast("Any", name), tasks=workers or 64, options=_options(launch))
        engine.check()
        return engine
    if name == "local":
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


def _options(pairs: Sequence[str]) -> dict[str, Any]:
    """key=value pairs; whole numbers as numbers, the rest as text."""
    found: dict[str, Any] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not (sign and key.isidentifier()):
            raise UserError(what=f"{pair!r} is no key=value", where="--launch")
        found[key] = int(value) if value.isdecimal() else value
    return found
