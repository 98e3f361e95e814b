"""FactStore: what a corpus's kept documents report, in one read-only SQLite file that is the same
for the same corpus.

Values are decimal text; every row carries `public_at`, and every query that could look ahead takes
`as_of`. A fact that one document reports twice is stored once; two different values for one concept
and context in one document are both refused and counted, because no reader could say which is
meant.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from qhdata.errors import NotAnArtifact, UserError
from qhdata.factstore.figures import Figure
from qhdata.factstore.schema import TABLES

Which = Literal["latest", "first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """What the store knows of a document; its text stays in the corpus."""

    doc_id: str
    filing_id: str
    filer_id: str
    filer: str
    """The filer's name."""
    form: str
    doc_type: str
    lang: str
    title: str
    fiscal_year: int | None
    period_end: str | None
    public_at: str | None
    text_sha256: str
    extractor: str
    split: Literal["train", "dev", "test"]
    license: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFact:
    """One reported value, with the filing that reports it."""

    fact_id: str
    doc_id: str
    filing_id: str
    filer_id: str
    concept: str
    family: str | None
    value: Decimal
    unit: str
    decimals: str | None
    period_start: str | None
    period_end: str | None
    dimensions: str
    public_at: str | None
    start: int | None
    end: int | None
    quote: str | None


_FACT = (
    "fact_id, doc_id, filing_id, filer_id, concept, family, value, unit, decimals, period_start, "
    'period_end, dimensions, public_at, start, "end", quote'
)

_OF_ONE = (
    f"SELECT {_FACT} FROM facts WHERE filer_id = ?1 AND concept = ?2 AND period_end IS ?3 "
    "AND period_start IS ?4 AND dimensions = '[]' AND kind = 'number' "
    "AND (?5 IS NULL OR public_at <= ?5) ORDER BY coalesce(public_at, '9')"
)
_REPORTS = f"{_OF_ONE}, fact_id"
_FIRST = f"{_REPORTS} LIMIT 1"
_LATEST = f"{_OF_ONE} DESC, fact_id DESC LIMIT 1"


class FactStore:
    """An open store; read only."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection

    @classmethod
    def open(cls, path: Path) -> FactStore:
        """Open a finished store, immutable: no locks, no journal, any number of readers."""
        if not path.is_file():
            raise NotAnArtifact(what="no such fact store", where=str(path), mend="build it first")
        resolved = str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        connection = sqlite3.connect(
            f"file:{resolved}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        try:
            found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        except sqlite3.DatabaseError:
            found = None
        if found is None or found[0] != "1":
            connection.close()
            raise NotAnArtifact(
                what="is not a fact store that this version reads",
                where=str(path),
                mend="build it again",
            )
        return cls(path, connection)

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self.connection.close()

    def __enter__(self) -> FactStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------- what it is

    def meta(self, key: str) -> str:
        """A note of the builder: `corpus_digest`, `refused`."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        return {
            name: int(self.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
            for name in TABLES
        }

    def digest(self) -> str:
        """Of all rows, in key order: the same content has the same digest, whatever the file."""
        total = hashlib.blake2b(digest_size=16)
        for name in TABLES:
            for row in self.connection.execute(f"SELECT * FROM {name} ORDER BY 1"):
                total.update(repr(row).encode())
        return total.hexdigest()

    # ---------------------------------------------------------------- queries

    def documents(
        self, *, split: str | None = None, as_of: str | None = None
    ) -> list[StoredDocument]:
        """Documents with a text, in the order of their ids; those without a time are left out
        under `as_of`.
        """
        where, values = _where({"d.split": split}, "d.public_at", as_of)
        where += (" AND " if where else " WHERE ") + "d.n_chars > 0"
        rows = self.connection.execute(
            "SELECT d.doc_id, d.filing_id, d.filer_id, f.name, coalesce(g.form, ''), d.doc_type, "
            "d.lang, d.title, "
            "g.fiscal_year, g.period_end, d.public_at, d.text_sha256, d.extractor, d.split, "
            "coalesce(g.license, '') FROM documents d JOIN filers f ON f.filer_id = d.filer_id "
            f"LEFT JOIN filings g ON g.filing_id = d.filing_id{where} ORDER BY d.doc_id",
            values,
        )
        names = StoredDocument.__slots__
        return [StoredDocument(**dict(zip(names, row, strict=True))) for row in rows]

    def figures(self, doc_id: str) -> list[Figure]:
        """Figures of a document, table by table, row by row."""
        columns = (
            'figure_id, doc_id, table_id, "row", col, label, header, year, shown, value, unit, '
            'scale, start, "end", label_start, label_end, concept, fact_id, decimals'
        )
        rows = self.connection.execute(
            f'SELECT {columns} FROM figures WHERE doc_id = ? ORDER BY table_id, "row", col',
            (doc_id,),
        )
        return [
            Figure(
                figure_id=r[0],
                doc_id=r[1],
                table_id=r[2],
                row=r[3],
                col=r[4],
                label=r[5],
                header=r[6],
                year=r[7],
                shown=r[8],
                value=Decimal(r[9]),
                unit=r[10],
                scale=Decimal(r[11]),
                start=r[12],
                end=r[13],
                label_start=r[14],
                label_end=r[15],
                concept=r[16],
                fact_id=r[17],
                decimals=r[18],
            )
            for r in rows
        ]

    def fact(
        self,
        filer_id: str,
        concept: str,
        period_end: str,
        *,
        period_start: str | None = None,
        as_of: str | None = None,
        which: Which = "latest",
    ) -> StoredFact | None:
        """One value without dimensions: as last or as first reported, of what was public at
        `as_of`.
        """
        key = (filer_id, concept, period_end, period_start, _moment(as_of))
        row = self.connection.execute(_LATEST if which == "latest" else _FIRST, key).fetchone()
        return None if row is None else _fact(row)

    def reports(
        self,
        filer_id: str,
        concept: str,
        period_end: str,
        *,
        period_start: str | None = None,
        as_of: str | None = None,
    ) -> list[StoredFact]:
        """Every report of one value without dimensions, oldest first: the chain of restatements."""
        key = (filer_id, concept, period_end, period_start, _moment(as_of))
        return [_fact(row) for row in self.connection.execute(_REPORTS, key)]

    def concepts(self, filer_id: str, *, as_of: str | None = None) -> list[tuple[str, int]]:
        """(concept, values) that a filer reports without dimensions, most reported first."""
        where, values = _where(
            {"filer_id": filer_id, "dimensions": "[]", "kind": "number"}, "public_at", as_of
        )
        rows = self.connection.execute(
            f"SELECT concept, count(*) FROM facts{where} GROUP BY concept ORDER BY 2 DESC, 1",
            values,
        )
        return [(str(name), int(count)) for name, count in rows]

    def restatements(self, *, as_of: str | None = None) -> Iterator[tuple[StoredFact, StoredFact]]:
        """(as first reported, as last reported) where a later filing gives another value for the
        same thing.
        """
        where, values = _where({"dimensions": "[]", "kind": "number"}, "public_at", as_of)
        rows = self.connection.execute(
            f"SELECT {_FACT} FROM facts{where} AND public_at IS NOT NULL AND value IS NOT NULL "
            "ORDER BY filer_id, concept, period_end, period_start, unit, public_at, fact_id",
            values,
        )
        chain: list[StoredFact] = []
        for row in rows:
            fact = _fact(row)
            if chain and _same_thing(chain[-1], fact):
                chain.append(fact)
                continue
            yield from _changed(chain)
            chain = [fact]
        yield from _changed(chain)


def _same_thing(a: StoredFact, b: StoredFact) -> bool:
    return (a.filer_id, a.concept, a.period_start, a.period_end, a.unit) == (
        b.filer_id,
        b.concept,
        b.period_start,
        b.period_end,
        b.unit,
    )


def _changed(chain: Sequence[StoredFact]) -> Iterator[tuple[StoredFact, StoredFact]]:
    if len(chain) > 1 and chain[0].filing_id != chain[-1].filing_id:
        first, last = chain[0], chain[-1]
        if first.value != last.value and not _rounding_explains(first, last):
            yield first, last


def _rounding_explains(a: StoredFact, b: StoredFact) -> bool:
    """Whether two values agree at the coarser of their precisions."""
    places = [int(d) for d in (a.decimals, b.decimals) if d and d.lstrip("-").isdigit()]
    if not places:
        return False
    return abs(a.value - b.value) < Decimal(1).scaleb(-min(places))


def _where(
    equal: dict[str, str | None], clock: str, as_of: str | None
) -> tuple[str, tuple[Any, ...]]:
    """A WHERE clause of our own column names and bound values."""
    terms = [f"{name} = ?" for name, value in equal.items() if value is not None]
    values: list[Any] = [value for value in equal.values() if value is not None]
    if as_of is not None:
        _moment(as_of)
        terms.append(f"{clock} IS NOT NULL AND {clock} <= ?")
        values.append(as_of)
    return (" WHERE " + " AND ".join(terms) if terms else ""), tuple(values)


def _moment(as_of: str | None) -> str | None:
    if as_of is not None and len(as_of) < 10:
        raise UserError(
            what=f"not a moment: {as_of!r}", where="as_of", mend="use 2024-11-01T00:00:00Z"
        )
    return as_of


def _fact(row: tuple[Any, ...]) -> StoredFact:
    values = dict(zip(StoredFact.__slots__, row, strict=True))
    values["value"] = Decimal(values["value"] or "0")
    values["unit"] = values["unit"] or ""
    return StoredFact(**values)
