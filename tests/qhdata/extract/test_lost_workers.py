"""A worker that dies over a file costs that file its text and no other anything."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import killing_reader

from qhdata.artifact import Artifact
from qhdata.engines.base import plan_chunks
from qhdata.engines.local import LocalEngine
from qhdata.extract import Extract
from qhdata.readers import plan
from qhdata.records import SourceFile, to_batch


def test_killed_starved_and_hanging_workers_lose_no_file(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    names = [f"{n}-{name}.htm" for n, name in enumerate(["a", "kill", "b", "memory", "c", "hang"])]
    for n, name in enumerate([*names, "z.htm"]):
        (raw / name).write_text(f"<html><body><p>Page {n} of an invented filing.</p></body></html>")
    step = Extract(reader=f"{killing_reader.__name__}:read_file")
    files = list(plan({"s": raw}))
    settings: dict[str, object] = {}
    with Artifact.create(tmp_path / "c", "corpus", settings=settings, inputs={}) as corpus:
        for name, chunk in plan_chunks(files):
            rows = {"rows_in": len(chunk), "rows_kept": len(chunk)}
            rows |= {"rows_dropped": 0, "rows_quarantined": 0}
            corpus.commit(
                "plan",
                name,
                {"plan": _table(chunk)},
                {**rows, "rows_dropped": 0, "rows_quarantined": 0},
            )
        corpus.finish("plan", name="plan", version=1, unit="file_id", seconds=0.0)
        with LocalEngine(workers=2, row_seconds=6.0, memory_bytes=2 << 30) as engine:
            counts = engine.map(step, corpus)
        errors = {
            row["unit_id"]: (row["error"], row["retryable"])
            for row in corpus.table("quarantine").to_pylist()
        }
        done = corpus.table("documents", ["file_id"]).column("file_id").to_pylist()
    assert (counts.rows_in, counts.rows_kept, counts.rows_quarantined) == (7, 4, 3)
    assert errors == {
        "s/1-kill.htm": ("worker_died", False),
        "s/3-memory.htm": ("MemoryError", True),
        "s/5-hang.htm": ("time_limit", True),
    }
    assert sorted(done) == ["s/0-a.htm", "s/2-b.htm", "s/4-c.htm", "s/z.htm"]


def _table(chunk: list[SourceFile]) -> object:
    import pyarrow as pa

    return pa.Table.from_batches([to_batch(SourceFile, chunk)])
