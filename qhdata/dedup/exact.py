"""Exact copies: documents with one normalised text (NFKC, white space collapsed, case kept)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa

from qhdata.dedup.stars import stars
from qhdata.dedup.tokens import normal_digest
from qhdata.recipe import Settings
from qhdata.records import Rows


@dataclass(frozen=True, kw_only=True)
class Exact(Settings):
    """Key: 64 bits of the text's digest; whoever merges compares all 128."""

    name: ClassVar[str] = "exact"
    version: ClassVar[int] = 1
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"

    def keys(self) -> Callable[[Rows], Rows]:
        """One key a document."""

        def keys(rows: Rows) -> Rows:
            values = [
                int.from_bytes(normal_digest(text)[:8], "big")
                for text in rows.column("text").to_pylist()
            ]
            return pa.record_batch({"key": pa.array(values, pa.uint64()), "row": rows["row"]})

        return keys

    def fold(self) -> Callable[[pa.Table], Rows]:
        """Edges between rows of one key."""
        return stars
