"""Arrow rows that wait: where much of a part waits, its batches are packed as they come.

Rows of a long submission wait for its last document. Held as they are they were 30 MB beside a tree
of 40; packed they are a fifth of that, and only one part is whole again at a time.
"""

from __future__ import annotations

import pyarrow as pa

from qhdata.records import Rows

BESIDE_TREES = 1 << 19
"""Bytes of a part that wait as they are where documents are so large that their trees fill the
memory; what comes on top is packed, which takes 5 ms a MB.
"""


class Packed:
    """Batches of one part, in the order in which they came."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self._plain: list[Rows] = []
        self._plain_bytes = 0
        self._packed: list[pa.Buffer] = []

    def add(self, batch: Rows, most: int | None) -> None:
        """Keep a batch; with those before it it is packed where they weigh more than this."""
        self._plain.append(batch)
        self._plain_bytes += batch.nbytes
        if (
            most is not None
            and self._plain_bytes > most
            and len(self._plain) + len(self._packed) > 1
        ):
            self._packed.append(_pack(self.schema, self._plain))
            self._plain, self._plain_bytes = [], 0

    def take(self) -> pa.Table:
        """All of it; nothing waits any more. Batches stay apart: joined they are there twice."""
        packed, plain = self._packed, self._plain
        self._packed, self._plain, self._plain_bytes = [], [], 0
        batches: list[Rows] = []
        while packed:
            with pa.ipc.open_stream(packed.pop(0)) as stream:
                batches += stream
        return pa.Table.from_batches(batches + plain, schema=self.schema)


def give_back() -> None:
    """Freed memory goes back to the machine: a tree leaves holes that the next one does not fit.

    It takes 2 ms after a document of 4 MB, and of a long submission it saved a third of the peak.
    """
    pa.default_memory_pool().release_unused()  # of the system's pool: all that malloc holds


def _pack(schema: pa.Schema, batches: list[Rows]) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue()
