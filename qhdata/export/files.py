"""Rows to files by split: JSON lines, Parquet, and a folder that `datasets.load_dataset` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 256
"""Rows held before they are written: a filing may be megabytes."""

_INTEGERS = ("year", "part")
SCHEMA = pa.schema(
    [
        (name, pa.int64() if name in _INTEGERS else pa.large_string())
        for name in (
            "id", "doc_id", "accession", "filer_id", "filer", "form", "filed_at", "period_end",
            "year", "public_at", "lang", "split", "source", "source_path", "source_url", "license",
            "extractor", "document_sha256", "section", "section_title", "part", "text",
            "text_sha256",
        )
    ]
)  # fmt: skip
"""Columns of a row, in order."""


class JsonLines:
    """`<split>.jsonl`, one row a line, UTF-8, and a card that says the columns' types."""

    forms: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[tuple[str, ...]] = ()
    """Forms and sections that the format needs; empty: those that are asked for."""

    def write(self, rows: Iterable[Mapping[str, Any]], out: Path) -> list[Path]:
        """Write every row; the files."""
        opened: dict[str, IO[str]] = {}
        try:
            for row in rows:
                split = str(row["split"])
                if split not in opened:
                    opened[split] = (out / f"{split}.jsonl").open("w", encoding="utf-8")
                # `dump` would take five times as long: it has no C behind it.
                opened[split].write(json.dumps(row, ensure_ascii=False) + "\n")
        finally:
            for handle in opened.values():
                handle.close()
        paths = [out / f"{split}.jsonl" for split in sorted(opened)]
        columns = {name: int if name in _INTEGERS else str for name in SCHEMA.names}
        return [*paths, write_card(out, {path.stem: path.name for path in paths}, columns)]


class OneParquet:
    """`<split>.parquet`."""

    forms: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[tuple[str, ...]] = ()
    pattern: ClassVar[str] = "{split}.parquet"

    def write(self, rows: Iterable[Mapping[str, Any]], out: Path) -> list[Path]:
        """Write every row; the files."""
        writers: dict[str, pq.ParquetWriter] = {}
        held: dict[str, list[Mapping[str, Any]]] = {}
        paths: list[Path] = []

        def flush(split: str) -> None:
            if split not in writers:
                path = out / self.pattern.format(split=split)
                path.parent.mkdir(parents=True, exist_ok=True)
                writers[split] = pq.ParquetWriter(path, SCHEMA, compression="zstd")
                paths.append(path)
            writers[split].write_table(pa.Table.from_pylist(held.pop(split), schema=SCHEMA))

        try:
            for row in rows:
                split = str(row["split"])
                held.setdefault(split, []).append(row)
                if len(held[split]) >= ROWS:
                    flush(split)
            for split in sorted(held):
                flush(split)
        finally:
            for writer in writers.values():
                writer.close()
        return sorted(paths)


class HuggingFace(OneParquet):
    """`data/<split>-00000-of-00001.parquet` and a card, as `datasets.load_dataset` reads them."""

    pattern: ClassVar[str] = "data/{split}-00000-of-00001.parquet"

    def write(self, rows: Iterable[Mapping[str, Any]], out: Path) -> list[Path]:
        """Write every row and the card; the files."""
        paths = super().write(rows, out)
        splits = [path.name.split("-")[0] for path in paths]
        return [*paths, write_card(out, {name: f"data/{name}-*.parquet" for name in splits})]


def write_card(
    out: Path, files: Mapping[str, str], columns: Mapping[str, type[int] | type[str]] | None = None
) -> Path:
    """The card that tells `datasets` which files hold which split; where JSON has to say it, what
    type a column is, for one that is null in all of a split is of none there.
    """
    # The hub's own words for splits are train, validation and test; ours stay ours.
    lines = ["---", "configs:", "- config_name: default", "  data_files:"]
    for split, pattern in files.items():
        lines += [f"  - split: {split}", f'    path: "{pattern}"']
    if columns:
        lines += ["dataset_info:", "- config_name: default", "  features:"]
        for name, kind in columns.items():
            lines += [f"  - name: {name}", f"    dtype: {'int64' if kind is int else 'string'}"]
    lines += ["---", "", "Made by qhdata from financial filings; see export.json.", ""]
    card = out / "README.md"
    card.write_text("\n".join(lines), encoding="utf-8")
    return card
