"""Which facts a world holds: consolidated values, one a (filer, concept, period, unit, filing).

Where a filing shows one value at two precisions, the more precise one is taken; values with
dimensions are left out and counted. Rows get the fiscal label of their filer's own calendar and the
characters that show them.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from qhdata.artifact import Artifact
from qhdata.env.calendar import ANNUAL_FORMS, FiscalCalendar, fiscal_calendar, iso
from qhdata.env.labels import TABLE, plain_label
from qhdata.factstore.concepts import concept
from qhdata.factstore.figures import Figure, figures_of
from qhdata.records import Table, from_batch

PAGE = 2000
"""Characters of one page of text."""
CHUNK = 500
"""Rows that are handed to SQLite at once."""

_SIGN_BY_PRINT = ("investing_cash_flow", "financing_cash_flow", "capex", "dividends")
"""Families whose printed sign depends on the statement's layout: a figure does not tell it."""
_TURNED = re.compile(r"\bloss|\bdeficit|\bused\b", re.IGNORECASE)
"""Labels under which a positive number may mean a negative value."""
_PART_OF_YEAR = re.compile(r"month|quarter|week|period|interim|six|nine|three", re.IGNORECASE)


def write_facts(
    connection: sqlite3.Connection,
    corpus: Artifact,
    documents: Mapping[str, tuple[str, str, str]],
    left_out: Counter[str],
) -> None:
    """Facts of documents (doc_id -> filing_id, filer_id, public_at) into the world's file; what is
    not taken is counted in `left_out`.
    """
    connection.execute(
        "CREATE TEMP TABLE loose (fact_id, filer_id, filing_id, doc_id, concept, value, unit,"
        " scale, decimals, period_start, period_end, start, end, public_at)"
    )
    columns = ["fact_id", "doc_id", "public_at", "concept", "kind", "value", "unit", "decimals",
               "scale", "period_start", "period_end", "dimensions", "start", "end"]  # fmt: skip
    for _, batch in corpus.batches("facts", columns, max_rows=8192):
        rows = []
        for row in batch.to_pylist():
            place = documents.get(row["doc_id"])
            reason = _not_usable(row, place)
            if reason:
                left_out[f"facts: {reason}"] += 1
            elif place is not None:
                filing_id, filer_id, public_at = place
                rows.append(
                    (row["fact_id"], filer_id, filing_id, row["doc_id"], row["concept"],
                     row["value"], row["unit"] or "", row["scale"], _decimals(row["decimals"]),
                     row["period_start"], row["period_end"], row["start"], row["end"], public_at)
                )  # fmt: skip
        connection.executemany(f"INSERT INTO loose VALUES ({','.join('?' * 14)})", rows)
    _write_figures(connection, corpus, documents)
    connection.execute("CREATE INDEX loose_of ON loose (filer_id)")
    calendars = _calendars(connection)
    best = connection.execute(
        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY filer_id, concept, period_start,"
        " period_end, unit, filing_id ORDER BY decimals DESC, start IS NULL, doc_id, start,"
        " fact_id) AS place FROM loose) WHERE place = 1"
        " ORDER BY filer_id, concept, period_end, period_start, unit, public_at, filing_id"
    )
    while rows := best.fetchmany(CHUNK):
        connection.executemany(
            "INSERT INTO facts VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            list(_fact_rows(connection, rows, calendars)),
        )
    connection.execute("DROP TABLE loose")


def _write_figures(
    connection: sqlite3.Connection, corpus: Artifact, documents: Mapping[str, tuple[str, str, str]]
) -> None:
    """Figures of tables, for annual reports without tagged values (before 2009, and text files).

    A figure is taken where its row label is one of the catalogue, its column names one year and no
    part of a year, and the table says its unit: then the filer's own year of that name is meant.
    """
    tagged = {doc for (doc,) in connection.execute("SELECT DISTINCT doc_id FROM loose")}
    annual = {
        doc: row
        for doc, *row in connection.execute(
            "SELECT d.doc_id, d.filing_id, d.filer_id, d.public_at, f.period_end FROM documents d"
            " JOIN filings f ON f.filing_id = d.filing_id WHERE f.period_end IS NOT NULL"
            " AND coalesce(f.fiscal_year, 0) IN (0, CAST(substr(f.period_end, 1, 4) AS INTEGER))"
        )
        if doc not in tagged and doc in documents
    }
    forms = dict(connection.execute("SELECT doc_id, form FROM documents").fetchall())
    tables: dict[str, list[Table]] = {}
    for _, batch in corpus.batches("tables"):
        for table in from_batch(Table, batch):
            if table.doc_id in annual and forms[table.doc_id].startswith(ANNUAL_FORMS):
                tables.setdefault(table.doc_id, []).append(table)
    for _, batch in corpus.batches("documents", ["doc_id", "text"], max_rows=16):
        for doc, text in zip(*batch.to_pydict().values(), strict=True):
            found = [
                figure
                for table in tables.get(doc, [])
                for figure in figures_of(table, text, [], Counter())
            ]
            connection.executemany(
                f"INSERT INTO loose VALUES ({','.join('?' * 14)})",
                _figure_rows(doc, found, *annual.get(doc, ("", "", "", ""))),
            )


_UNITS = ("USD", "CNY", "USD/shares", "CNY/shares")


def _figure_rows(
    doc: str, figures: list[Figure], filing: str, filer: str, public_at: str, period_end: str
) -> Iterator[tuple[Any, ...]]:
    year = int(period_end[:4]) if period_end[:4].isdigit() else 0
    values: dict[tuple[str, int], set[Decimal]] = {}
    for figure in figures:
        if figure.concept and figure.year:
            values.setdefault((figure.concept, figure.year), set()).add(figure.value)
    for figure in figures:
        family, named = figure.concept, figure.year
        if family is None or named is None or not year - 5 <= named <= year:
            continue
        if family in _SIGN_BY_PRINT or _TURNED.search(figure.label):
            continue
        per_share = "/" in figure.unit
        if figure.unit not in ("USD", "CNY", "USD/shares", "CNY/shares") or _PART_OF_YEAR.search(
            figure.header
        ):
            continue
        if len(values[family, named]) > 1:  # two rows claim the concept: nobody can say which
            continue
        power = 0 if per_share else figure.scale.adjusted()
        end = f"{named}{period_end[4:10]}"
        start = f"{named - 1}{period_end[4:10]}"
        yield (
            figure.figure_id,
            filer,
            filing,
            doc,
            f"{TABLE}:{concept(family).names[0]}",
            f"{figure.value:f}",
            figure.unit,
            power,
            -power,
            None if concept(family).instant else _day_after(start),
            end,
            figure.start,
            figure.end,
            public_at,
        )


def _day_after(text: str) -> str:
    day = iso(text) or iso(f"{text[:4]}-02-28")
    return (day + timedelta(days=1)).isoformat() if day else text


def _not_usable(row: Mapping[str, Any], place: object) -> str:
    if place is None:
        return "document not in the world"
    if row["kind"] != "number" or row["value"] is None or row["period_end"] is None:
        return "not a number"
    if row["dimensions"] not in ("[]", "", None):
        return "dimensions"
    return ""


def _fact_rows(
    connection: sqlite3.Connection, rows: list[Any], calendars: Mapping[str, FiscalCalendar]
) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        (fact_id, filer_id, filing_id, doc_id, name, value, unit, scale, decimals,
         period_start, period_end, start, end, public_at, _) = row  # fmt: skip
        label, preference = plain_label(name)
        yield (
            fact_id, filer_id, filing_id, doc_id, name, name.rpartition(":")[2].lower(),
            label, preference, value, unit, shown_scale(scale, decimals, unit), decimals,
            calendars[filer_id].label(period_start, period_end), period_start, period_end, start,
            end, _quote(connection, doc_id, start, end), public_at,
        )  # fmt: skip


def _calendars(connection: sqlite3.Connection) -> dict[str, FiscalCalendar]:
    found = {}
    for (filer_id,) in connection.execute("SELECT filer_id FROM filers ORDER BY 1").fetchall():
        reports = connection.execute(
            "SELECT form, period_end, fiscal_year FROM filings WHERE filer_id = ? ORDER BY 1, 2",
            (filer_id,),
        ).fetchall()
        ends = connection.execute(
            "SELECT period_end FROM loose WHERE filer_id = ? AND period_start IS NOT NULL AND"
            " julianday(period_end) - julianday(period_start) BETWEEN 349 AND 379",
            (filer_id,),
        ).fetchall()
        found[filer_id] = fiscal_calendar(reports, (end for (end,) in ends))
    return found


def _quote(connection: sqlite3.Connection, doc_id: str, start: int | None, end: int | None) -> str:
    """The characters of a span, at most 200, from the pages that hold it."""
    if start is None or end is None or end <= start:
        return ""
    end = min(end, start + 200)
    pages = connection.execute(
        "SELECT text FROM pages WHERE doc_id = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal",
        (doc_id, start // PAGE, (end - 1) // PAGE),
    )
    offset = start // PAGE * PAGE
    return "".join(text for (text,) in pages)[start - offset : end - offset]


def shown_scale(scale: int | None, decimals: int, unit: str) -> int:
    """Power of ten in which the filing shows a value: its iXBRL scale, or what its decimals say."""
    if "/" in unit or unit == "pure":
        return 0
    if scale in (0, 3, 6, 9):
        return int(scale)
    return 6 if decimals <= -6 else 3 if decimals <= -3 else 0


def _decimals(text: str | None) -> int:
    """XBRL decimals as a number; INF, and nothing said, is exact."""
    try:
        return max(-30, min(30, int(text or "")))
    except ValueError:
        return 30
