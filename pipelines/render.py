"""One document as it is trained on, and what it costs: `qhdata render CORPUS --preview ID`."""

from __future__ import annotations

import sys
from collections.abc import Set
from pathlib import Path
from typing import Annotated, Any, get_args

from cyclopts import Parameter

from pipelines.options import Decision
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.records import Edit
from qhdata.render import inside, kept_ids
from qhdata.render import render as apply
from qhdata.select import selected
from qhdata.text_style import TableStyle, restyled


def render(
    corpus: Annotated[Path, Parameter(help="A corpus that build wrote.")],
    *,
    preview: Annotated[str, Parameter(help="A doc_id, or the end of its source path.")],
    tables: Annotated[TableStyle, Parameter(help="How tables are written.")] = "markdown",
    decision: Decision = "select",
    raw: Annotated[bool, Parameter(help="Without edits.")] = False,
    tokenizer: Annotated[
        Path | None, Parameter(help="Count tokens with it; else bytes are counted.")
    ] = None,
) -> None:
    """Print one document with its edits applied, then its cost by section and table style."""
    opened = selected(Artifact.open(corpus, "corpus"), decision)
    kept = kept_ids(opened, decision) if decision != "select" else None
    row = _row(opened, preview, kept)
    doc_id = row["doc_id"]
    own = [] if raw else _rows_of(opened, "edits", doc_id)
    edits = [Edit(**edit) for edit in own]
    found = _rows_of(opened, "tables", doc_id)
    sys.stdout.write(
        apply(row["text"], [*edits, *restyled(found, tables, 0, row["text"], edits)]).text + "\n\n"
    )
    print(f"--- {doc_id}: {row['doc_type']}, {row['source_path']}, {len(edits)} edits")
    for line in _costs(row["text"], edits, found, _rows_of(opened, "sections", doc_id), tokenizer):
        print(line)


def _costs(
    text: str,
    edits: list[Edit],
    tables: list[dict[str, Any]],
    sections: list[dict[str, Any]],
    tokenizer: Path | None,
) -> list[str]:
    """A line a section: its cost with tables in each style."""
    count, unit = _counter(tokenizer)
    styles = get_args(TableStyle)
    spans = [("whole document", 0, len(text))]
    spans += [(s["key"], s["start"], s["end"]) for s in sections if s["status"] == "present"]
    width = max(len(name) for name, _, _ in spans) + 2
    out = [f"{unit:<{width}}" + "".join(f"{style:>12}" for style in styles)]
    for name, start, end in spans:
        cells = []
        for style in styles:
            own = inside([*edits, *restyled(tables, style, 0, text, edits)], start, end)
            cells.append(f"{count(apply(text[start:end], own).text):>12,}")
        out.append(f"{name:<{width}}" + "".join(cells))
    return out


def _counter(tokenizer: Path | None) -> tuple[Any, str]:
    if tokenizer is None:
        return (lambda text: len(text.encode())), "bytes"
    from qhdata.chat import Tokenizer

    loaded = Tokenizer.load(tokenizer)
    return (lambda text: len(loaded.encode(text))), "tokens"


def _row(corpus: Artifact, wanted: str, kept: Set[str] | None) -> dict[str, Any]:
    near: list[str] = []
    for _, batch in corpus.batches("documents", max_rows=32):
        for row in batch.to_pylist():
            if kept is not None and row["doc_id"] not in kept:
                continue
            if row["doc_id"] == wanted:
                return dict(row)
            if row["source_path"].endswith(wanted):
                near.append(row["doc_id"])
    if len(near) == 1:
        return _row(corpus, near[0], kept)
    raise UserError(
        what=f"{len(near) or 'no'}{' kept' if kept is not None else ''} documents fit {wanted!r}",
        where=str(corpus.path),
        mend=f"give a doc_id{': ' + ', '.join(near[:3]) if near else ''}",
    )


def _rows_of(corpus: Artifact, part: str, doc_id: str) -> list[dict[str, Any]]:
    return [
        row
        for _, batch in corpus.batches(part)
        for row in batch.to_pylist()
        if row["doc_id"] == doc_id
    ]
