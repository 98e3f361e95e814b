"""A synth set in other trainers' layouts: `qhdata synth export SYNTH -o DIR --format verl`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from cyclopts import Parameter

from pipelines.options import Out
from qhdata.artifact import Artifact
from qhdata.durable import write_bytes
from qhdata.errors import NotAnArtifact, UserError
from qhdata.export.training import LAYOUTS, Layout
from qhdata.judge.judge import JUDGE, MEASURED
from qhdata.records import Example, Pair, Task, from_batch

RECORDS: dict[str, Any] = {"examples": Example, "tasks": Task, "pairs": Pair}
BATCH = 512
"""Rows that are held at once."""
FormatName = Literal[
    "messages", "openai", "trl-completion", "trl-preference", "trl-prompt", "verl", "verifiers"
]


def export(
    synth: Annotated[Path, Parameter(help="A synth set.")],
    *,
    out: Out,
    format: Annotated[FormatName, Parameter(help="Whose rows.")] = "messages",
    splits: Annotated[str, Parameter(help="Splits, by comma.")] = "train,dev,test",
) -> None:
    """Examples, tasks or pairs as TRL, verl, verifiers or OpenAI's wire have them, with a card."""
    layout = LAYOUTS[format]
    wanted = [name.strip() for name in splits.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in ("train", "dev", "test")]:
        raise UserError(
            what=f"no split {unknown[0]!r}", where="--splits", mend="known: train, dev, test"
        )
    opened = Artifact.open(synth, "synth")
    if not opened.part(layout.part).rows:
        has = [name for name in RECORDS if opened.part(name).rows]
        raise UserError(
            what=f"has no {layout.part}, which {format} is made of",
            where=str(synth),
            mend=f"it has {', '.join(has) or 'no rows'}; give another --format",
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise NotAnArtifact(what="is not empty", where=str(out), mend="give a new folder with -o")
    out.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    about: Counter[tuple[str, str]] = Counter()
    for split in wanted:
        counts[split] = _write(opened, layout, split, out, about)
    left = about.pop(("left out", "needs a world, or has no gold"), 0)
    if not counts.total():
        raise UserError(
            what=f"no row is left: {left:,} need a world to act in, or have no gold",
            where=str(synth),
            mend="give another --format",
        )
    write_bytes(out / "README.md", _card(opened, format, counts, about, left, layout).encode())
    told = ", ".join(f"{n:,} {split}" for split, n in counts.items())
    more = f"; {left:,} left out (no gold, or a world is needed)" if left else ""
    print(f"{out}: {counts.total():,} rows ({told}){more}.   less {out / 'README.md'}")


def _write(
    opened: Artifact, layout: Layout, split: str, out: Path, about: Counter[tuple[str, str]]
) -> int:
    """Rows of one split to its file; how many."""
    path = out / f"{split}.{layout.file}"
    n = 0
    handle: IO[str] | None = None
    writer: pq.ParquetWriter | None = None
    try:
        for batch in _rows(opened, layout, split, about):
            n += len(batch)
            if layout.file == "jsonl":
                handle = handle or path.open("w", encoding="utf-8")
                handle.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in batch)
            else:
                table = pa.Table.from_pylist(batch, writer.schema if writer else None)
                writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
                writer.write_table(table)
    finally:
        if handle:
            handle.close()
        if writer:
            writer.close()
    return n


def _rows(
    opened: Artifact, layout: Layout, split: str, about: Counter[tuple[str, str]]
) -> Iterator[list[dict[str, Any]]]:
    n = 0
    for _, batch in opened.batches(layout.part, max_rows=BATCH):
        made = []
        for row in from_batch(RECORDS[layout.part], batch):
            if row.split != split:
                continue
            said = layout.row(row, n)
            if said is None:
                about["left out", "needs a world, or has no gold"] += 1
                continue
            n += 1
            about["generator", row.generator] += 1
            about["license", row.license or "not said"] += 1
            made.append(said)
        if made:
            yield made


def _card(
    opened: Artifact,
    format: str,
    counts: Counter[str],
    about: Counter[tuple[str, str]],
    left: int,
    layout: Layout,
) -> str:
    lines = ["---", "configs:", "- config_name: default", "  data_files:"]
    for split, n in counts.items():
        if n:
            lines += [f"  - split: {split}", f"    path: {split}.{layout.file}"]
    lines += [
        "---", "", f"# {opened.path.name}: {format}", "",
        f"Made by qhdata from figures of financial filings: {counts.total():,} rows, each with the "
        "documents that it comes from (`doc_ids`). Filers of one split are in no other.", "",
        "| split | rows |", "|---|---|",
        *(f"| {split} | {n:,} |" for split, n in counts.items()), "",
    ]  # fmt: skip
    for kind, title in (("generator", "generator@version"), ("license", "licence of the source")):
        lines += [f"| {title} | rows |", "|---|---|"]
        own = [(name, n) for (what, name), n in about.items() if what == kind]
        lines += [f"| {name} | {n:,} |" for name, n in sorted(own)] + [""]
    if left:
        lines += [f"Left out: {left:,} tasks that need a world to act in, or have no gold.", ""]
    lines += [
        f"Golds are judged by rules ({JUDGE}). {MEASURED} Every task was checked without a model: "
        "its gold is judged correct, the usual mistakes and an empty answer wrong, and its program "
        "gives its gold again.", "",
    ]  # fmt: skip
    return "\n".join(lines)
