"""The rows that one document adds to a store: itself, its sections, its facts, its figures."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import fields
from decimal import Decimal
from operator import attrgetter
from typing import Any

from qhdata.factstore.concepts import family_of
from qhdata.factstore.figures import Figure, figures_of, told_of
from qhdata.factstore.sound import is_number, sound
from qhdata.records import Document, Edit, Fact, Section, Table


def moment(public_at: str | None) -> str | None:
    """A moment as records write it; a bare date is public at its end, so that nobody reads it
    early.
    """
    if not public_at or len(public_at) != 10:
        return public_at
    return f"{public_at}T23:59:59Z"


def write_document(
    connection: sqlite3.Connection,
    document: Document,
    filer_id: str,
    split: str,
    sections: dict[str, list[Section]],
    tables: dict[str, list[Table]],
    facts: dict[str, list[Fact]],
    edits: list[Edit],
    refused: Counter[str],
) -> list[Fact]:
    """Everything that one document adds; returns the facts that are stored."""
    connection.execute(
        "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            document.doc_id,
            document.filing_id,
            filer_id,
            document.doc_type,
            document.lang,
            document.title,
            moment(document.public_at),
            document.text_sha256,
            document.extractor,
            document.n_chars,
            split,
        ),
    )
    connection.executemany(
        "INSERT INTO sections VALUES (?,?,?,?,?,?,?)",
        [
            (s.section_id, s.doc_id, s.key, s.title, s.start, s.end, s.status)
            for s in sections.get(document.doc_id, [])
        ],
    )
    stored = sound(facts.get(document.doc_id, []), filer_id, refused)
    connection.executemany(
        "INSERT INTO facts VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                f.fact_id,
                f.doc_id,
                document.filing_id,
                filer_id,
                f.concept,
                family_of(f.concept),
                f.kind,
                f.value,
                f.text if f.text is None or len(f.text) <= 2000 else f.text[:2000],
                f.unit,
                f.decimals,
                f.period_start,
                f.period_end,
                f.dimensions,
                moment(f.public_at),
                f.start,
                f.end,
                document.text[f.start : f.end][:2000] if f.start is not None else None,
            )
            for f in stored
        ],
    )
    numbers = [
        f for f in facts.get(document.doc_id, []) if f.kind == "number" and is_number(f.value)
    ]
    shown = sorted(
        (f for f in numbers if f.start is not None),
        key=lambda f: (f.start, f.fact_id),
    )
    told = told_of(numbers)
    connection.executemany(
        "INSERT INTO figures VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            _row_of(figure)
            for table in sorted(tables.get(document.doc_id, []), key=lambda t: t.ordinal)
            for figure in figures_of(table, document.text, shown, refused, told)
            if not _edited(figure, edits, refused)
        ],
    )
    return stored


_VALUES = attrgetter(*(field.name for field in fields(Figure)))


def _row_of(figure: Figure) -> tuple[Any, ...]:
    return tuple(str(v) if isinstance(v, Decimal) else v for v in _VALUES(figure))


def _edited(figure: Figure, edits: list[Edit], refused: Counter[str]) -> bool:
    """Whether an edit touches a figure or its label: what is cut or redacted is not asked about."""
    for start, end in ((figure.start, figure.end), (figure.label_start, figure.label_end)):
        if any(edit.start < end and start < edit.end for edit in edits):
            refused["edited_away"] += 1
            return True
    return False
