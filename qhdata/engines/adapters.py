"""Our steps in other people's pipelines: `as_datatrove_step(step)`, and Spark's `apply(step, df)`.

A stranger's text becomes a row of `documents` that says nothing of a filing. In datatrove, tags
come back as metadata `<step>.<label>`, those on spans as JSON in `<step>.spans`; edits are applied
to the text, and spans so far carried across; a document that the step cannot do is left out,
counted as `quarantined` in datatrove's statistics with its reason.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from qhdata.engines.base import QUARANTINE, Care, do_chunk
from qhdata.errors import UserError
from qhdata.records import Document, Edit, arrow_schema, from_batch
from qhdata.render import render
from qhdata.step import Step

if TYPE_CHECKING:
    from datatrove.pipeline.base import PipelineStep

BATCH = 64
SPANS = ".spans"
"""How the metadata of a step's tags on spans ends."""


def as_datatrove_step(step: Step) -> PipelineStep:
    """A datatrove block that tags (or edits) each document as `step` does.

    Raises UserError for a step that reads something else than documents.
    """
    from datatrove.pipeline.base import PipelineStep

    need_texts(step, "as_datatrove_step")

    class Tagged(PipelineStep):  # type: ignore[misc]
        """The step, as datatrove wants it."""

        name = f"{step.name}@{step.version}"
        type = "qhdata"

        def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
            work = step.open()
            documents = iter(data or ())
            while batch := list(islice(documents, BATCH)):
                with self.track_time("batch"):
                    done = _tagged(step, work, batch, self.stat_update)
                yield from done

    return Tagged()


def need_texts(step: Step, where: str) -> None:
    """Raises UserError for a step that does not walk documents by itself."""
    if getattr(step, "reads", "") != "documents" or not hasattr(step, "open"):
        raise UserError(
            what=f"{getattr(step, 'name', step)!r} reads no documents by itself",
            where=where,
            mend="taggers can be used so; dedup and extraction need a corpus",
        )


def _tagged(step: Step, work: Any, batch: list[Any], count: Any) -> list[Any]:
    # Ids of a stranger's documents need not be unique: rows are known by their place.
    table = rows_of([(str(n), document.text) for n, document in enumerate(batch)])
    tables, _ = do_chunk(step, work, table, Care(), lambda _low, _high: None)
    stopped = {r["unit_id"]: r["error"] for r in tables.pop(QUARANTINE).to_pylist()}
    edits: dict[str, list[Edit]] = {}
    for edit in from_batch(Edit, tables.pop("edits", arrow_schema(Edit).empty_table())):
        edits.setdefault(edit.doc_id, []).append(edit)
    spans: dict[int, list[Any]] = {}
    for found in tables.values():
        for row in found.to_pylist():
            document = batch[int(row["doc_id"])]
            if row.get("start") is None and "label" in row:
                document.metadata[f"{step.name}.{row['label']}"] = row["score"]
            elif "label" in row:
                span = [row["start"], row["end"], row["label"], row["score"]]
                spans.setdefault(int(row["doc_id"]), []).append(span)
    for number, own in spans.items():
        batch[number].metadata[f"{step.name}{SPANS}"] = json.dumps(own)
    kept = []
    for number, document in enumerate(batch):
        key = str(number)
        if key in stopped:
            count("quarantined", f"quarantined_{stopped[key]}")
            continue
        if key in edits:
            _edit(document, edits[key])
        kept.append(document)
    return kept


def _edit(document: Any, edits: list[Edit]) -> None:
    """Apply edits to a document's text, and carry the spans of all steps so far to the new one."""
    rendered = render(document.text, edits)
    document.text = rendered.text
    for name, value in document.metadata.items():
        if not name.endswith(SPANS):
            continue
        with contextlib.suppress(ValueError, TypeError):  # a stranger's own, not as ours are
            moved = [
                (*place, *rest)
                for start, end, *rest in json.loads(value)
                if (place := rendered.carry(start, end))
            ]
            document.metadata[name] = json.dumps(moved)


def rows_of(texts: Iterable[tuple[str, str]]) -> pa.Table:
    """(id, text) as rows of `documents`; what a stranger's text does not say is empty or null."""
    schema = arrow_schema(Document)
    blank = {f.name: None if schema.field(f.name).nullable else "" for f in fields(Document)}
    rows = [
        {**blank, "doc_id": doc_id, "text": text, "n_chars": len(text)} for doc_id, text in texts
    ]
    return pa.Table.from_pylist(rows, schema=schema)
