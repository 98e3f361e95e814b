"""summary.json of a run, and the tables that are made from it: on the terminal, in README.

Data steps have rows in, kept, dropped and quarantined; training stages have a metric before and
after on the same held-out items, with the 95 % interval of the paired difference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qhdata.durable import write_bytes
from qhdata.errors import LostRows

STAGES = ("cpt", "sft", "reasoning-rl", "agentic-rl", "general-rl")

METRICS = {  # metric -> (what it is, better is lower, how it is shown)
    "bits_per_byte": ("bits per byte", True, "{:.3f}"),
    "exact": ("exact answers", False, "{:.1%}"),
    "success": ("episode success", False, "{:.1%}"),
    "constraints": ("constraints met", False, "{:.1%}"),
}


def data_row(
    name: str, unit: str, seconds: float, counts: Mapping[str, int], **more: Any
) -> dict[str, Any]:
    """One data step of summary.json; refuses to exist where rows are missing."""
    row = {
        "name": name,
        "seconds": round(seconds, 2),
        "unit": unit,
        **{k: int(counts[k]) for k in ("rows_in", "rows_kept", "rows_dropped", "rows_quarantined")},
        **more,
    }
    if row["rows_in"] != row["rows_kept"] + row["rows_dropped"] + row["rows_quarantined"]:
        raise LostRows(what=f"rows are missing after {name}: {row}")
    return row


def write(path: Path, summary: Mapping[str, Any]) -> None:
    """Write summary.json durably."""
    write_bytes(path, (json.dumps(summary, indent=1, ensure_ascii=False) + "\n").encode())


def stage_table(summary: Mapping[str, Any]) -> list[list[str]]:
    """Header and one row a training stage, as text."""
    rows = [["stage", "tokens", "seconds", "metric", "before", "after", "difference, 95 %", "n"]]
    for stage in summary["stages"]:
        if "metric" not in stage:
            continue
        words, _, form = METRICS[stage["metric"]]
        low, high = stage["interval"]
        rows.append(
            [
                stage["name"],
                f"{stage['tokens']:,}",
                f"{stage['seconds']:.0f}",
                words,
                form.format(stage["before"]),
                form.format(stage["after"]),
                f"{_signed(low, form)} to {_signed(high, form)}",
                f"{stage['n']:,}",
            ]
        )
    return rows


def data_table(summary: Mapping[str, Any]) -> list[list[str]]:
    """Header and one row a data step: rows_in = kept + dropped + quarantined."""
    rows = [["step", "unit", "rows in", "kept", "dropped", "quarantined", "seconds"]]
    for stage in summary["stages"]:
        if "rows_in" in stage:
            counts = [f"{stage[k]:,}" for k in ("rows_in", "rows_kept", "rows_dropped")]
            rows.append(
                [
                    stage["name"],
                    stage["unit"],
                    *counts,
                    f"{stage['rows_quarantined']:,}",
                    f"{stage['seconds']:.1f}",
                ]
            )
    return rows


def _signed(value: float, form: str) -> str:
    text = form.format(value)
    return text if text.startswith("-") else f"+{text}"


def plain(rows: Sequence[Sequence[str]]) -> str:
    """A table in columns for a terminal; numbers to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        cells = [
            cell.rjust(width) if number and _numeric(cell) else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """The same table for README."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(lines)


def _numeric(cell: str) -> bool:
    return cell[:1] in "+-0123456789" and cell[:1] != ""
