"""Bytes to RawDocument: `plan` walks sources, `read` opens one file, by content and not suffix.

A reader is one module with `claims(head, name)` and `read(file, data)`; its line stands below. The
order of names in a recipe is the order in which they are asked; the first that claims a file reads
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qhdata.readers.reading import Reading, read, read_file
    from qhdata.readers.walk import plan

READERS = {  # name in a recipe -> module; imported on first use
    "submission": "qhdata.readers.submission:SubmissionReader",
    "companyfacts": "qhdata.readers.companyfacts:CompanyFactsReader",
    "jsonl": "qhdata.readers.jsonl:JsonLinesReader",
    "parquet": "qhdata.readers.parquet:ParquetReader",
    "json": "qhdata.readers.json_list:JsonListReader",
    "folder": "qhdata.readers.folder:FolderReader",
}

DEFAULT = tuple(READERS)
"""All of them, in the order above."""

_LATE = {
    "plan": "qhdata.readers.walk",
    "read": "qhdata.readers.reading",
    "read_file": "qhdata.readers.reading",
    "Reading": "qhdata.readers.reading",
}

__all__ = ["DEFAULT", "READERS", "Reading", "plan", "read", "read_file"]


def __getattr__(name: str) -> Any:
    if name in _LATE:
        import importlib

        return getattr(importlib.import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
