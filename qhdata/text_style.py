"""How a document is written where it is read: a line that says whose it is, tables in a style.

What costs the fewest tokens depends on who reads. `markdown` leaves tables as they are; `tsv` has a
line a row and a tab between columns; `key-value` says each value with its row's label and its
column's heading; `none` leaves them out. A style is a list of edits, so that `render` carries the
spans of facts and sections across it like across any other edit. What other edits change in a
table is changed in the style too: in its cells, or, where no cell says the same, it stays Markdown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Literal

from qhdata.recipe import NotNegative, Settings
from qhdata.records import Edit

TableStyle = Literal["markdown", "tsv", "key-value", "none"]


@dataclass(frozen=True, kw_only=True)
class TextStyle(Settings):
    """How kept documents are written."""

    tables: TableStyle = "markdown"
    """`markdown`, `tsv`, `key-value` or `none`."""
    widest: NotNegative = 0
    """Tables of more columns are written as `key-value`, where far columns keep their heading; 0:
    none are.
    """
    header: bool = False
    """Whether a text begins with a line that says filer, form, period and date."""

    @property
    def needs_tables(self) -> bool:
        """Whether the tables part has to be read."""
        return self.tables != "markdown" or self.widest > 0


def heading(filing: Mapping[str, Any], doc_type: str, public_at: str | None) -> str:
    """`Apple Inc., 10-K, for 2024-09-28, public 2024-11-01`: what is known of it, or ""."""
    filer: Mapping[str, Any] = next(iter(filing.get("filers") or ()), {})
    period, when = filing.get("period_end"), (public_at or "")[:10]
    parts = (
        filer.get("name"),
        doc_type,
        f"for {period}" if period else "",
        f"public {when}" if when else "",
    )
    return ", ".join(part for part in parts if part)


def styled(
    style: TextStyle,
    row: Mapping[str, Any],
    filing: Mapping[str, Any],
    tables: Sequence[Mapping[str, Any]],
    edits: Sequence[Edit] = (),
) -> list[Edit]:
    """A document's edits with those of a style; row: doc_id, doc_type, public_at, text."""
    own = [*edits, *restyled(tables, style.tables, style.widest, row["text"], edits)]
    head = heading(filing, row["doc_type"], row["public_at"]) if style.header else ""
    if not head:
        return own
    first = min((e for e in own if e.start == 0), key=lambda e: -e.end, default=None)
    if first is not None:  # of two edits at one place render takes one
        own.remove(first)
        return [replace(first, replacement=f"{head}\n\n{first.replacement}"), *own]
    insert = Edit(
        doc_id=row["doc_id"], start=0, end=0, replacement=f"{head}\n\n", step="style",
        reason="header",
    )  # fmt: skip
    return [insert, *own]


def restyled(
    tables: Sequence[Mapping[str, Any]],
    style: TableStyle,
    widest: int = 0,
    text: str = "",
    edits: Sequence[Edit] = (),
) -> list[Edit]:
    """Edits that put tables (rows of the part, with `cells`) into a style; edits: others of the
    text, which hold in the tables too.
    """
    made = []
    others = sorted(edits, key=lambda edit: edit.start)
    starts = [edit.start for edit in others]
    reach = list(accumulate((edit.end for edit in others), max, initial=0))
    for table in tables:
        chosen = style
        if widest and style not in ("key-value", "none") and _width(table) > widest:
            chosen = "key-value"
        if chosen == "markdown":
            continue
        first, last = bisect_left(starts, table["start"]), bisect_left(starts, table["end"])
        if reach[first] > table["start"] or reach[last] > table["end"]:
            continue  # an edit crosses its border
        own = others[first:last]
        cells = _edited(table["cells"], text, own) if own and chosen != "none" else table["cells"]
        if cells is None:
            continue
        made.append(
            Edit(
                doc_id=table["doc_id"],
                start=table["start"],
                end=table["end"],
                replacement=_text({**table, "cells": cells}, chosen),
                step=f"tables:{chosen}",
                reason="table_style",
            )
        )
    return made


def _edited(
    cells: Sequence[Mapping[str, Any]], text: str, edits: Sequence[Edit]
) -> list[Mapping[str, Any]] | None:
    """Cells with a table's edits, or None where it is not plain which cell an edit is in: what it
    replaces stands in the cells more or less often than it is replaced.
    """
    wanted: dict[str, list[str]] = {}
    for edit in edits:
        wanted.setdefault(text[edit.start : edit.end], []).append(edit.replacement)
    texts = [cell["text"] for cell in cells]
    for old, new in wanted.items():
        found = sum(held.count(old) for held in texts) if old else 0
        if found != len(new) or len(set(new)) > 1:
            return None
        texts = [held.replace(old, new[0]) for held in texts]
    return [{**cell, "text": held} for cell, held in zip(cells, texts, strict=True)]


def _width(table: Mapping[str, Any]) -> int:
    return max((c["col"] + c["colspan"] for c in table["cells"]), default=0)


def _text(table: Mapping[str, Any], style: TableStyle) -> str:
    if style == "none":
        return ""
    rows, heads = _grid(table)
    if style == "tsv":
        lines = ["\t".join(heads)] if any(heads) else []
        lines += ["\t".join(row).rstrip("\t") for row in rows]
        return "\n".join(lines)
    corner = heads[:1]  # "(Dollars in millions)": of no row alone, so a line of its own
    return "\n".join(line for line in [*corner, *(_said(row, heads) for row in rows)] if line)


def _grid(table: Mapping[str, Any]) -> tuple[list[list[str]], list[str]]:
    """(body rows, one heading a column): a heading over several columns stands over each."""
    cells = table["cells"]
    width = _width(table)
    top = table["header_rows"]
    body: dict[int, list[str]] = {}
    heads: list[list[str]] = [[] for _ in range(width)]
    for cell in cells:
        text = " ".join(cell["text"].split())
        if cell["row"] < top:
            for col in range(cell["col"], min(width, cell["col"] + cell["colspan"])):
                if text not in heads[col]:
                    heads[col].append(text)
        else:
            body.setdefault(cell["row"], [""] * width)[cell["col"]] = text
    return [body[n] for n in sorted(body)], [" ".join(head) for head in heads]


def _said(row: Sequence[str], heads: Sequence[str]) -> str:
    """`Net sales: 2024 $32,136; 2023 $32,765`; a row with one cell is that cell."""
    label, values = row[0], [(h, v) for h, v in zip(heads[1:], row[1:], strict=True) if v]
    if not values:
        return label
    said = "; ".join(f"{head} {value}".strip() for head, value in values)
    return f"{label}: {said}" if label else said
