"""A JSON file that is one list of rows, as exam sets come: each object is a row of texts.

`text_rows.py` says what a row means. A list is parsed from its whole text, an object at a time; one
above LARGEST is refused, since JSON lines hold the same rows and are read in pieces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from qhdata.errors import RowError
from qhdata.readers.folder import FolderReader
from qhdata.readers.reading import Reading, Skipped
from qhdata.readers.sidecar import header_of
from qhdata.readers.sniff import Kind
from qhdata.readers.text_rows import HALF, Sieve, document_of, unhalved
from qhdata.records import RawDocument, SourceFile

LARGEST = 256 << 20
"""Bytes of a list; its documents stand in memory beside its text."""
_LIST = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\[\s*\{\s*\"")
_GAP = re.compile(r"[\s,]*")
_JSON = json.JSONDecoder(strict=False)


class JsonListReader:
    """`.json` with a list of objects."""

    def claims(self, kind: Kind, name: str) -> bool:
        """Whether the name says JSON; the bytes say whether it is a list of rows."""
        return kind == "text" and name.lower().endswith((".json", ".json.gz"))

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """A document a row; what is no list is read as any file. Raises RowError `not_json_list`
        for a list that is cut short, `too_large`, and what the reader of folders raises.
        """
        if not _LIST.match(data[:4096]):
            return FolderReader().read(file, data)  # JSON of data, or a text whose name is wrong
        if len(data) > LARGEST:
            raise RowError(
                "too_large", f"a list of {len(data)} bytes; as JSON lines it is read: jq -c '.[]'"
            )
        alone = header_of(file)
        documents: list[RawDocument] = []
        sieve = Sieve(file)
        halves = HALF.search(data) is not None
        for n, row in enumerate(_rows(data.decode("utf-8", "replace").removeprefix("\ufeff")), 1):
            if not isinstance(row, dict):
                sieve.skipped.append(Skipped(name=f"row-{n}", reason="not_json", bytes=0))
                continue
            row = unhalved(row) if halves else row
            if text := sieve.lets_in(row, n):
                documents.append(document_of(file, alone, row, text, n))
        return Reading(documents, sieve.skipped)


def _rows(text: str) -> Iterator[Any]:
    """Values of the list, one at a time. Raises RowError where it breaks off or goes on."""
    at = text.index("[") + 1
    while True:
        at = _end(_GAP, text, at)
        if text.startswith("]", at):
            break
        try:
            value, at = _JSON.raw_decode(text, at)
        except (ValueError, RecursionError):
            raise _broken(at) from None
        yield value
    if text[at + 1 :].strip():
        raise _broken(at + 1)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _broken(at: int) -> RowError:
    return RowError("not_json_list", f"no JSON from character {at} on; fetch it again")
