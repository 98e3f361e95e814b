"""Steps that look at a whole corpus at once, on ids and scores and never on texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from qhdata.artifact import Artifact
from qhdata.recipe import digest
from qhdata.step import step_id

OnProgress = Callable[[int, int, str, str], None]
"""(done, total, unit, step)."""


def tell_of(tell: OnProgress, step: str, done: int, total: int, unit: str) -> None:
    """Progress of a step, with its name; for `partial`."""
    tell(done, total, unit, step)


def whole(
    corpus: Artifact,
    step: Any,
    run: Callable[[Artifact], tuple[Mapping[str, pa.Table], int]],
    *,
    under: object = None,
) -> dict[str, Any]:
    """Run a step that needs a whole part at once (ids and scores, never texts); its row.

    under: what else than its settings decides its rows.
    """
    name = step_id(step) if under is None else f"{step_id(step)}-{digest(under)}"
    done = corpus.step(name)
    if done is not None:
        return done
    began = time.monotonic()
    if corpus.committed(name):  # it held when the corpus was adapted: see growth.py
        return finish(corpus, name, step.name, step.version, step.unit, began)
    tables, rows_in = run(corpus)
    counts = all_kept(rows_in)
    for part, table in tables.items():
        if part.startswith("decisions/"):
            outcomes = table.column("outcome").to_pylist()
            counts["rows_kept"] = outcomes.count("kept")
            counts["rows_dropped"] = outcomes.count("dropped")
            counts["rows_quarantined"] = rows_in - len(outcomes)
    corpus.commit(name, "all", tables, counts)
    return finish(corpus, name, step.name, step.version, step.unit, began)


def all_kept(rows: int) -> dict[str, int]:
    """Counts of a step that keeps all that came in."""
    return {"rows_in": rows, "rows_kept": rows, "rows_dropped": 0, "rows_quarantined": 0}


def finish(
    corpus: Artifact, step: str, name: str, version: int, unit: str, began: float
) -> dict[str, Any]:
    """Fold a step into the manifest; its row."""
    seconds = time.monotonic() - began
    return corpus.finish(step, name=name, version=version, unit=unit, seconds=seconds)
