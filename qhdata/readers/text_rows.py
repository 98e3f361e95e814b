"""A row of somebody's table of texts to a document: what JSON lines and Parquet have in common.

A row says of its filing what the same names say in a sidecar (`cik`, `form`, `filed_at` ...); the
file's own sidecar fills the rest. A row's path ends with its `id`, or its number, so that a
document leads back to it: `news.jsonl#n-7`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from qhdata.errors import UserError
from qhdata.readers.exam_rows import COLUMNS as EXAM
from qhdata.readers.exam_rows import exam_text
from qhdata.readers.reading import Skipped
from qhdata.readers.sidecar import COLUMNS, checked, header_of
from qhdata.records import Header, JsonText, RawDocument, SourceFile

MOST_NAMES = 200
"""Columns of rows whose meaning is remembered."""
HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""What JSON has where a row may hold halves of surrogate pairs."""
TEXTS = ("text", "content")
"""Names of a row's text, the first that holds any."""
_SECTION = re.compile(r"^(?:section|item|part_\d_item)_(\d{1,2}(?:\.\d\d)?[A-C]?)$")
_SAME = {
    "company": "filer",
    "filing_type": "form",
    "filing_date": "filed_at",
    "year": "fiscal_year",
    "period_of_report": "period_end",
    "url": "source_url",
}
"""Names of others -> ours."""


class RowText(NamedTuple):
    """A row's text, encoded and hashed once: each pass over it takes as long as parsing its row."""

    data: bytes
    digest: bytes
    """Of the text in its file; two rows of one digest are one document."""


class _Columns(NamedTuple):
    """What the columns of a row mean."""

    said: tuple[tuple[str, str], ...]
    """(its name, ours) of those that say something of the filing."""
    corpus: bool
    """Whether there are sections as EDGAR-CORPUS names them."""


def document_of(
    file: SourceFile, alone: Header, row: Mapping[str, Any], text: RowText, n: int
) -> RawDocument:
    """The document of the n-th row; alone: the header of a row that says nothing of its filing."""
    name = name_of(row, n)
    form = _form(row.get("form")) or _form(row.get("filing_type"))
    # A row of endless names is read like any other, but not kept in mind.
    columns = (_columns if len(row) <= MOST_NAMES else _columns.__wrapped__)(tuple(row))
    said = _said(row, columns.said) if columns.said else {}
    header = header_of(_with(file, said)) if said else alone
    if not form and columns.corpus:
        form = "10-K"  # EDGAR-CORPUS holds annual reports alone
    return RawDocument(
        doc_id=f"{file.source}:{text.digest.hex()}",
        file_id=file.file_id,
        source=file.source,
        source_path=f"{file.source_path}#{' '.join(name.split())[:200]}",
        doc_type=form,
        sequence=n,
        file_name=name,
        data=text.data,
        header=header,
        given=not (form or header.form),
    )


class Sieve:
    """Which rows of a file are documents: those with a text that no row before them has."""

    def __init__(self, file: SourceFile) -> None:
        self.skipped: list[Skipped] = []
        self._file = file
        self._seen: set[bytes] = set()

    def lets_in(self, row: Mapping[str, Any], n: int, size: int | None = None) -> RowText | None:
        """The n-th row's text, or None for one that is left out; size: the row's bytes, to be told
        (its text's where not given).
        """
        said = text_of(row)
        text = encoded(self._file, said)
        why = "" if said and not said.isspace() else "empty"
        if why or text.digest in self._seen:
            left = Skipped(
                name=name_of(row, n),
                reason=why or "same_bytes",
                bytes=len(text.data) if size is None else size,
            )
            self.skipped.append(left)
            return None
        self._seen.add(text.digest)
        return text


def name_of(row: Mapping[str, Any], n: int) -> str:
    """What the row calls itself, or its number."""
    return str(row.get("id") or row.get("filename") or f"line-{n}")


def encoded(file: SourceFile, text: str) -> RowText:
    """A text of a file."""
    data = text.encode()
    # With the file's own digest: a row that another file holds too is a document there.
    digest = hashlib.sha256(file.sha256.encode())
    digest.update(data)
    return RowText(data, digest.digest()[:8])


def text_of(row: Mapping[str, Any]) -> str:
    """The row's text; of an exam set its question, options and answer; of EDGAR-CORPUS its sections
    in order, apart.
    """
    for name in TEXTS:
        text = row.get(name)
        if isinstance(text, str) and text.strip():
            return text
    if exam := exam_text(row):
        return exam
    found = [value for name, value in row.items() if _SECTION.match(name)]
    sections = [value.strip() for value in found if isinstance(value, str)]
    return "\n\n\n".join(section for section in sections if section)


def wanted(columns: Iterable[str]) -> list[str]:
    """Those columns of a table that mean something here."""
    known = {*TEXTS, *COLUMNS, *_SAME, *EXAM, "id", "filename"}
    return [name for name in columns if name in known or _SECTION.match(name)]


def unhalved(value: Any) -> Any:
    """A row without halves of surrogate pairs, which no file in UTF-8 can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [unhalved(item) for item in value]
    if isinstance(value, dict):
        return {unhalved(k): unhalved(v) for k, v in value.items()}
    return value


@lru_cache(maxsize=64)
def _columns(names: tuple[str, ...]) -> _Columns:
    """Asked once for rows of one make: to ask for each took a fifth of the time to make its
    document.
    """
    return _Columns(
        said=tuple((n, own) for n in names if (own := _SAME.get(n, n)) in COLUMNS),
        corpus=any(_SECTION.match(n) and n.startswith("section") for n in names),
    )


def _said(row: Mapping[str, Any], columns: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What the row says of its filing, by our names."""
    named = {
        own: _written(own, value)
        for name, own in columns
        if isinstance(value := row[name], str | int | dt.date)
    }
    return {name: value for name, value in named.items() if value and _good(name, value)}


def _written(name: str, value: str | int | dt.date) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()[: 10 if name in ("filed_at", "period_end") else None]
    return str(value).strip()


def _with(file: SourceFile, said: Mapping[str, str]) -> SourceFile:
    """The file with what a row says of its filing."""
    whole = {**json.loads(file.sidecar or "{}"), **said}
    return replace(file, sidecar=JsonText(json.dumps(whole, sort_keys=True, ensure_ascii=False)))


def _form(value: Any) -> str:
    """A form's name, or "" for a list, a sentence and the like."""
    return value.strip() if isinstance(value, str) and len(value) <= 40 else ""


def _good(name: str, value: str) -> bool:
    try:
        checked({name: value}, "")
    except UserError:
        return False  # others' rows say "N/A" and the like; unknown is null
    return True
