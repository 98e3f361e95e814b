"""FactStore: what a corpus's kept documents report, in one read-only SQLite file that is the same
for the same corpus.

Values are decimal text; every row carries `public_at`, and every query that could look ahead takes
`as_of`, a moment or a date (its end): what was not public then is not seen, and what has no moment
is not either. `meta`, `counts` and `digest` are about the file.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from qhdata.errors import NotAnArtifact
from qhdata.factstore import chain
from qhdata.factstore.chain import Vintage
from qhdata.factstore.figures import Figure
from qhdata.factstore.queries import Queries
from qhdata.factstore.rows import (
    FACT,
    FIGURE,
    StoredDocument,
    StoredFact,
    moment,
    read_fact,
    read_figure,
    where,
)
from qhdata.factstore.schema import FORMAT, TABLES

Which = Literal["latest", "first"]

_OF_ONE = (
    f"SELECT {FACT} FROM facts WHERE filer_id = ?1 AND concept = ?2 AND period_end IS ?3 "
    "AND period_start IS ?4 AND dimensions = '[]' AND kind = 'number' "
    "AND (?5 IS NULL OR public_at <= ?5) AND (?6 IS NULL OR unit = ?6) "
    "ORDER BY coalesce(public_at, '9')"
)
_REPORTS = f"{_OF_ONE}, fact_id"
_FIRST = f"{_REPORTS} LIMIT 1"
_LATEST = f"{_OF_ONE} DESC, fact_id DESC LIMIT 1"
_NAME_THEN = (
    "coalesce((SELECT h.value FROM filer_history h WHERE h.filer_id = d.filer_id AND "
    "h.field = 'name' AND h.public_at <= ? ORDER BY h.ordinal DESC LIMIT 1), '')"
)


class FactStore(Queries):
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
        if found is None or found[0] != FORMAT:
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
        under `as_of`, and filers have the names that they had.
        """
        only, values = where({"d.split": split}, "d.public_at", as_of)
        only += (" AND " if only else " WHERE ") + "d.n_chars > 0"
        name, then = ("f.name", ()) if as_of is None else (_NAME_THEN, (moment(as_of),))
        rows = self.connection.execute(
            f"SELECT d.doc_id, d.filing_id, d.filer_id, {name}, coalesce(g.form, ''), d.doc_type, "
            "d.lang, d.title, "
            "g.fiscal_year, g.period_end, d.public_at, d.text_sha256, d.extractor, d.split, "
            "coalesce(g.license, '') FROM documents d JOIN filers f ON f.filer_id = d.filer_id "
            f"LEFT JOIN filings g ON g.filing_id = d.filing_id{only} ORDER BY d.doc_id",
            (*then, *values),
        )
        names = StoredDocument.__slots__
        return [StoredDocument(**dict(zip(names, row, strict=True))) for row in rows]

    def figures(self, doc_id: str, *, as_of: str | None = None) -> list[Figure]:
        """Figures of a document, table by table, row by row; none of one that is not public."""
        if as_of is not None and not self._public(doc_id, moment(as_of)):
            return []
        rows = self.connection.execute(
            f'SELECT {FIGURE} FROM figures WHERE doc_id = ? ORDER BY table_id, "row", col',
            (doc_id,),
        )
        return [read_figure(row) for row in rows]

    def _public(self, doc_id: str, as_of: str | None) -> bool:
        asked = "SELECT 1 FROM documents WHERE doc_id = ? AND public_at <= ?"
        return self.connection.execute(asked, (doc_id, as_of)).fetchone() is not None

    def fact(
        self,
        filer_id: str,
        concept: str,
        period_end: str,
        *,
        period_start: str | None = None,
        unit: str | None = None,
        as_of: str | None = None,
        which: Which = "latest",
    ) -> StoredFact | None:
        """One value without dimensions: as last or as first reported, of what was public at
        `as_of`. unit: asked for where a filer reports in several.
        """
        key = (filer_id, concept, period_end, period_start, moment(as_of), unit)
        row = self.connection.execute(_LATEST if which == "latest" else _FIRST, key).fetchone()
        return None if row is None else read_fact(row)

    def reports(
        self,
        filer_id: str,
        concept: str,
        period_end: str,
        *,
        period_start: str | None = None,
        unit: str | None = None,
        as_of: str | None = None,
    ) -> list[StoredFact]:
        """Every report of one value without dimensions, oldest first: the chain of restatements."""
        key = (filer_id, concept, period_end, period_start, moment(as_of), unit)
        return [read_fact(row) for row in self.connection.execute(_REPORTS, key)]

    def concepts(self, filer_id: str, *, as_of: str | None = None) -> list[tuple[str, int]]:
        """(concept, values) that a filer reports without dimensions, most reported first."""
        only, values = where(
            {"filer_id": filer_id, "dimensions": "[]", "kind": "number"}, "public_at", as_of
        )
        rows = self.connection.execute(
            f"SELECT concept, count(*) FROM facts{only} GROUP BY concept ORDER BY 2 DESC, 1",
            values,
        )
        return [(str(name), int(count)) for name, count in rows]

    def restatements(self, *, as_of: str | None = None) -> Iterator[tuple[StoredFact, StoredFact]]:
        """(as first reported, as last reported) where a later filing gives another value for the
        same thing.
        """
        return chain.restatements(self.connection, moment(as_of))

    def vintages(
        self,
        filer_id: str,
        concept: str,
        period_end: str,
        *,
        period_start: str | None = None,
        unit: str | None = None,
        as_of: str | None = None,
    ) -> list[Vintage]:
        """The chain of reports of one value without dimensions: each with its filing and moment,
        and whether it restates the one before or rounds it.

        unit: of reports in several; the first reported where none is asked for.
        """
        facts = self.reports(filer_id, concept, period_end, period_start=period_start, as_of=as_of)
        wanted = unit if unit is not None or not facts else facts[0].unit
        return chain.vintages([fact for fact in facts if fact.unit == wanted])
