"""Exact copies: documents with one normalised text (NFKC, white space collapsed, case kept)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from qhdata.dedup.stars import stars
from qhdata.recipe import Settings
from qhdata.records import Rows
from qhdata.shingles import normal_digest


@dataclass(frozen=True, kw_only=True)
class Exact(Settings):
    """Key: 64 bits of the text's digest; whoever merges compares all 128."""

    name: ClassVar[str] = "exact"
    version: ClassVar[int] = 2
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    read_columns: ClassVar[tuple[str, ...]] = ("text",)

    def keys(self) -> Callable[[Rows], Rows]:
        """One key a document that has a text; those of facts alone are no copies of each other."""

        def keys(rows: Rows) -> Rows:
            values = []
            owners = []
            texts, ids = rows.column("text").to_pylist(), rows.column("row").to_pylist()
            for text, row in zip(texts, ids, strict=True):
                if text:
                    values.append(int.from_bytes(normal_digest(text)[:8], "big"))
                    owners.append(row)
            return pa.record_batch(
                {"key": pa.array(values, pa.uint64()), "row": pa.array(owners, pa.uint64())}
            )

        return keys

    def fold(self) -> Callable[[pa.Table], Rows]:
        """Edges between rows of one key."""
        return stars
