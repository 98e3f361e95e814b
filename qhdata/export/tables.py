"""The tables of a text in another style: what costs the fewest tokens depends on who reads.

`markdown` leaves them as they are; `tsv` has a line a row and a tab between columns; `key-value`
says each value with its row's label and its column's heading; `none` leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from qhdata.records import Edit

TableStyle = Literal["markdown", "tsv", "key-value", "none"]


def restyled(tables: Sequence[Mapping[str, Any]], style: TableStyle) -> list[Edit]:
    """Edits that put tables (rows of the part, with `cells`) into a style; none for `markdown`."""
    if style == "markdown":
        return []
    return [
        Edit(
            doc_id=table["doc_id"],
            start=table["start"],
            end=table["end"],
            replacement=_text(table, style),
            step=f"tables:{style}",
            reason="table_style",
        )
        for table in tables
    ]


def _text(table: Mapping[str, Any], style: TableStyle) -> str:
    if style == "none":
        return ""
    rows, heads = _grid(table)
    if style == "tsv":
        lines = ["\t".join(heads)] if any(heads) else []
        lines += ["\t".join(row).rstrip("\t") for row in rows]
        return "\n".join(lines)
    return "\n".join(line for row in rows if (line := _said(row, heads)))


def _grid(table: Mapping[str, Any]) -> tuple[list[list[str]], list[str]]:
    """(body rows, one heading a column): a heading over several columns stands over each."""
    cells = table["cells"]
    width = max((c["col"] + c["colspan"] for c in cells), default=0)
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
