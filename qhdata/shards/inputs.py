"""What shards are made of: a corpus's kept documents, a synth set's documents, examples, tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.records import Example, Pair, Task
from qhdata.render import COLUMNS, kept_ids, read_edits, render, tables_of
from qhdata.select import selected
from qhdata.shards.pieces import Kind
from qhdata.shards.tokenize import Text
from qhdata.text_style import TextStyle, styled

PLAIN = TextStyle()

RECORDS: dict[Kind, tuple[str, type[Any], str]] = {  # kind -> part, record, its id
    "sft": ("examples", Example, "example_id"),
    "preference": ("pairs", Pair, "pair_id"),
    "prompts": ("tasks", Task, "task_id"),
}


def open_input(kind: Kind, path: Path, decisions: str = "select") -> Artifact:
    """An input with rows for this kind; a corpus as a decision sees it. Raises UserError,
    NotAnArtifact.
    """
    artifact = selected(Artifact.open(path), decisions)
    if artifact.kind not in ("corpus", "synth"):
        raise UserError(
            what=f"is a {artifact.kind} artifact",
            where=str(path),
            mend="give a corpus or a synth set",
        )
    part = "documents" if kind == "cpt" else RECORDS[kind][0]
    if not artifact.part(part).rows:
        raise UserError(
            what=f"has no {part}, which shards of kind {kind} are made of",
            where=str(path),
            mend="give another input, or another --kind",
        )
    return artifact


def parts_of(kind: Kind, artifact: Artifact, decisions: str, style: TextStyle = PLAIN) -> list[str]:
    """Parts whose rows decide the shards: their digests are the shards' inputs."""
    if kind != "cpt":
        return [RECORDS[kind][0]]
    if artifact.kind == "synth":
        return [p for p in ("documents", "doc_splits") if artifact.part(p).rows]
    parts = [
        "documents", "doc_splits", "edits", "sections", "filings", f"decisions/{decisions}",
    ]  # fmt: skip
    if style.needs_tables:
        parts.append("tables")
    return [p for p in parts if artifact.part(p).rows]


def texts_of(
    artifact: Artifact, decisions: str = "select", style: TextStyle = PLAIN
) -> Iterator[Text]:
    """Documents as they are trained on: a corpus's kept ones, or all of a synth set's."""
    place: dict[str, tuple[str, str]] = {}
    if artifact.part("doc_splits").rows:
        table = artifact.table("doc_splits", ["doc_id", "filer_id", "split"])
        for row in table.to_pylist():
            place[row["doc_id"]] = row["filer_id"], row["split"]
    filings: dict[str, dict[str, Any]] = {}
    if artifact.part("filings").rows:
        table = artifact.table("filings", ["filing_id", "license", "filers", "period_end"])
        filings = {row["filing_id"]: row for row in table.to_pylist()}
    found: Iterator[tuple[dict[str, Any], str, tuple[int, ...]]]
    if artifact.kind == "corpus":
        found = _rendered(artifact, decisions, filings, style)
    else:
        found = (
            (row, row.pop("text"), ())
            for _, batch in artifact.batches("documents", max_rows=64)
            for row in batch.to_pylist()
        )
    for row, text, borders in found:
        filer, split = place.get(row["doc_id"], ("", "train" if not place else "unknown"))
        yield Text(
            doc_id=row["doc_id"],
            text=text,
            split=split,
            public_at=row.get("public_at"),
            filer_id=filer,
            source=row.get("source") or "",
            lang=row.get("lang") or "",
            license=filings.get(row.get("filing_id") or "", {}).get("license", ""),
            borders=borders,
        )


def _rendered(
    corpus: Artifact, decisions: str, filings: Mapping[str, Mapping[str, Any]], style: TextStyle
) -> Iterator[tuple[dict[str, Any], str, tuple[int, ...]]]:
    """Kept documents: row, rendered text, and where sections begin in it."""
    kept, edits = kept_ids(corpus, decisions), read_edits(corpus)
    begins: dict[str, list[int]] = {}
    if corpus.part("sections").rows:
        table = corpus.table("sections", ["doc_id", "start"])
        for row in table.to_pylist():
            begins.setdefault(row["doc_id"], []).append(row["start"])
    for chunk, batch in corpus.batches("documents", COLUMNS, max_rows=32):
        rows = [row for row in batch.to_pylist() if row["doc_id"] in kept]
        wanted = {row["doc_id"] for row in rows}
        tables = tables_of(corpus, chunk, wanted) if style.needs_tables else {}
        for row in rows:
            doc_id, text = row["doc_id"], row["text"]
            filing = filings.get(row["filing_id"], {})
            own = styled(style, row, filing, tables.get(doc_id, ()), edits.get(doc_id, ()))
            del row["text"]
            done = render(text, own)
            carried = (done.carry(at, len(text)) for at in begins.get(doc_id, ()))
            yield row, done.text, tuple(sorted({span[0] for span in carried if span is not None}))
