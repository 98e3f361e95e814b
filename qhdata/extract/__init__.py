"""RawDocument to Document, Section, Table, Fact; `Extract` is the step for planned files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qhdata.extract.document import extract_document
    from qhdata.extract.items import section_keys
    from qhdata.extract.limits import Limits
    from qhdata.extract.step import Extract

_LATE = {
    "Extract": "qhdata.extract.step",
    "Limits": "qhdata.extract.limits",
    "extract_document": "qhdata.extract.document",
    "section_keys": "qhdata.extract.items",
}

__all__ = ["Extract", "Limits", "extract_document", "section_keys"]


def __getattr__(name: str) -> Any:
    if name in _LATE:
        import importlib

        return getattr(importlib.import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
