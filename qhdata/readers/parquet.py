"""Parquet with a document a row, as hubs give corpora out: a column `text`, or EDGAR-CORPUS's.

Only columns that mean something here are read, a batch at a time; each row is read again when its
document is asked for, so that a file of gigabytes is never whole in memory.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qhdata.errors import RowError
from qhdata.readers.reading import Reading
from qhdata.readers.sidecar import header_of
from qhdata.readers.sniff import Kind
from qhdata.readers.source import Memory, Source
from qhdata.readers.text_rows import Sieve, document_of, encoded, text_of, wanted
from qhdata.records import Header, RawDocument, SourceFile

ROWS = 256
"""Rows of a batch."""


class ParquetReader:
    """A table of texts."""

    def claims(self, kind: Kind, name: str) -> bool:
        """Whether the bytes open as Parquet."""
        return kind == "parquet"

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """A document a row of some bytes; raises RowError as `scan` does."""
        return self.scan(file, Memory(data))

    def scan(self, file: SourceFile, source: Source) -> Reading:
        """A document a row. Raises RowError `damaged_parquet`, and `no_text_column` for a table of
        something else.
        """
        rows = _Rows(file, source, header_of(file))
        sieve = Sieve(file)
        for n, row in enumerate(rows.every(), 1):
            if sieve.lets_in(row, n):
                rows.numbers.append(n)
        return Reading(rows, sieve.skipped)


class _Rows(Sequence[RawDocument]):
    """Rows that are documents, made when they are asked for."""

    def __init__(self, file: SourceFile, source: Source, alone: Header) -> None:
        self.file, self.source, self.alone = file, source, alone
        self.numbers = array("q")
        """Of the rows, from 1."""

    def every(self) -> Iterator[dict[str, Any]]:
        """All rows of the file, by the columns that mean something."""
        try:
            table = pq.ParquetFile(pa.PythonFile(_Readable(self.source), mode="r"))
            names = table.schema_arrow.names
            columns = wanted(names)
            exam = {"question", "answer"} <= set(columns)
            if not exam and not any(text_of({name: "x"}) for name in columns):
                raise RowError(
                    "no_text_column",
                    f"has the columns {', '.join(names)[:120]}; name the one of texts `text`",
                )
            for batch in table.iter_batches(batch_size=ROWS, columns=columns, use_threads=False):
                yield from batch.to_pylist()
        except (pa.ArrowException, OSError, ValueError) as error:
            what = " ".join(str(error).split())[:120]
            raise RowError("damaged_parquet", f"{what}; fetch it again") from None

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[RawDocument]:
        at = 0
        for n, row in enumerate(self.every(), 1):
            if at < len(self.numbers) and self.numbers[at] == n:
                at += 1
                text = encoded(self.file, text_of(row))
                yield document_of(self.file, self.alone, row, text, n)

    def __getitem__(self, at: Any) -> Any:
        chosen = range(len(self))[at]
        if isinstance(chosen, range):
            kept = set(chosen)
            found = {n: raw for n, raw in enumerate(self) if n in kept}
            return [found[n] for n in chosen]
        return next(raw for n, raw in enumerate(self) if n == chosen)


class _Readable(io.RawIOBase):
    """A source as a file that can be sought in."""

    def __init__(self, source: Source) -> None:
        self._source, self._at = source, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + {0: 0, 1: self._at, 2: self._source.size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(self._at, self._at + len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
