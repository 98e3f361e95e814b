"""Steps small enough to read at once, with a row for every way to fail; workers import them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from qhdata.errors import RowError
from qhdata.recipe import Settings
from qhdata.records import Rows, Tag, arrow_schema, to_batch
from qhdata.step import Work, tag_part


@dataclass(frozen=True, kw_only=True)
class Length(Settings):
    """Tags each text with its length; some texts are traps."""

    name: ClassVar[str] = "length"
    version: ClassVar[int] = 1
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    slow: float = 0.0

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        return {tag_part(self): arrow_schema(Tag)}

    def open(self) -> Work:
        part = tag_part(self)

        def work(rows: Rows) -> Mapping[str, Rows]:
            tags = []
            ids, texts = rows.column("doc_id").to_pylist(), rows.column("text").to_pylist()
            for doc_id, text in zip(ids, texts, strict=True):
                time.sleep(self.slow)
                trap(text)
                tags.append(
                    Tag(doc_id=doc_id, start=None, end=None, label="n", score=float(len(text)))
                )
            return {part: to_batch(Tag, tags)}

        return work


class Absent(Length):
    """A step whose model is not there."""

    name: ClassVar[str] = "absent"

    def open(self) -> Work:
        raise FileNotFoundError(2, "no such file", "model.bin")


def trap(text: str) -> None:
    if text == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif text == "hang":
        time.sleep(600)
    elif text == "raise":
        raise RowError("bad_text", "a text that\nno one can read")
    elif text == "boom":
        raise ValueError("boom")
    elif text == "memory":
        bytearray(40 << 30)


@dataclass(frozen=True, kw_only=True)
class SameText(Settings):
    """Edges between rows of one text."""

    name: ClassVar[str] = "same_text"
    version: ClassVar[int] = 1
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"

    def keys(self):
        def keys(rows: Rows) -> Rows:
            key = [hash_of(t) for t in rows.column("text").to_pylist()]
            return pa.record_batch({"key": pa.array(key, pa.uint64()), "row": rows.column("row")})

        return keys

    def fold(self):
        def fold(table: pa.Table) -> Rows:
            key, row = table.column("key").to_numpy(), table.column("row").to_numpy()
            same = np.flatnonzero(key[1:] == key[:-1])
            return pa.record_batch(
                {"a": row[same], "b": row[same + 1], "similarity": np.ones(len(same))}
            )

        return fold


def hash_of(text: str) -> int:
    import hashlib

    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
