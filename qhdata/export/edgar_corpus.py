"""EDGAR-CORPUS' layout: one JSON object a 10-K, its items as `section_1` ... `section_15`.

The layout of Loukas et al. 2021 (EDGAR-CORPUS): `filename`, `cik`, `year`, then a column an item;
an item that a filing lacks is an empty string. One file a year and split, as the hub's copy has
them, and a card that names the files and their columns: without it `datasets` takes export.json
for rows too, and test filings for training ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from qhdata.export.files import write_card

ITEMS = (
    "1", "1A", "1B", "2", "3", "4", "5", "6", "7", "7A", "8", "9", "9A", "9B", "10", "11", "12",
    "13", "14", "15",
)  # fmt: skip


class EdgarCorpus:
    """`<year>/<split>.jsonl` of annual reports."""

    forms: ClassVar[tuple[str, ...]] = (
        "10-K", "10-K405", "10-KSB", "10-K40", "10KSB", "10-KT", "10-KSB40", "10KSB40", "10-KT405",
        "10KT405",
    )  # fmt: skip
    sections: ClassVar[tuple[str, ...]] = tuple(f"item{item.lower()}" for item in ITEMS)

    def write(self, rows: Iterable[Mapping[str, Any]], out: Path) -> list[Path]:
        """Write one object for each document; rows of a document come together."""
        paths: set[Path] = set()
        for _, parts in groupby(rows, key=lambda row: row["doc_id"]):
            group = list(parts)
            first = group[0]
            cik = str(first["filer_id"] or "").removeprefix("cik:").lstrip("0")
            found = dict.fromkeys((f"section_{item}" for item in ITEMS), "")
            for row in group:
                column = f"section_{row['section'].rpartition('.item')[2].upper()}"
                if column in found:
                    before = found[column]
                    found[column] = f"{before}\n\n{row['text']}" if before else row["text"]
            year = first["year"]
            path = out / str(year or "unknown") / f"{first['split']}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            record = {
                "filename": f"{cik or first['doc_id']}_{year or 'unknown'}.txt",
                "cik": cik,
                "year": str(year or ""),
            }
            with path.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps({**record, **found}, ensure_ascii=False) + "\n")
            paths.add(path)
        columns = dict.fromkeys(("filename", "cik", "year", *(f"section_{i}" for i in ITEMS)), str)
        splits = {path.stem: f"*/{path.name}" for path in sorted(paths)}
        return [*sorted(paths), write_card(out, splits, columns)]
