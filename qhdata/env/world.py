"""World: the one door through which tools see filings; read-only, and blind to what comes later.

Every read goes through views that hold only rows with `public_at <= as_of`; the connection's
authorizer refuses a read of the tables behind them, every write, ATTACH, PRAGMA and unknown
function, and a progress handler stops a query that does too much work. A world holds no task and no
gold, so nothing that a tool is given reaches them. Search ranks come from the whole index: a later
filing can change the order of what is found, never what is found.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.env.labels import label_of_words
from qhdata.env.overlay import Overlay
from qhdata.env.world_facts import PAGE
from qhdata.env.world_file import FORMAT, TABLES, WORLD_FILE, fold
from qhdata.errors import UserError
from qhdata.moments import as_moment

BUDGET = 2_000_000
"""SQLite operations of one query; a keyed read takes some dozens, a full scan of 100k facts 1M."""
_TICK = 20_000
"""Operations between two looks at the budget."""

_VIEWS = "".join(
    f"CREATE TEMP VIEW seen_{t} AS SELECT * FROM main.{t} WHERE public_at <= as_of();"
    for t in TABLES
)
_FUNCTIONS = frozenset(
    ("as_of", "bm25", "match", "round", "count", "min", "max", "length", "lower", "instr")
)


class TooMuchWork(Exception):
    """A query went over its budget."""


class _Base:
    """One connection to a world's file; worlds at different moments share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.as_of = ""
        self.left = 0
        self.owner = os.getpid()
        self.connection = self._connect()
        self.meta: dict[str, Any] = {}

    def _connect(self) -> sqlite3.Connection:
        uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=128
        )
        connection.create_function("as_of", 0, lambda: self.as_of, deterministic=True)
        connection.executescript(_VIEWS)
        # The full-text table declares itself on first use, which the authorizer would refuse.
        connection.execute("SELECT rowid FROM words WHERE words MATCH 'a' LIMIT 1").fetchall()
        connection.set_authorizer(_authorize)
        connection.set_progress_handler(self._spend, _TICK)
        return connection

    def _spend(self) -> int:
        self.left -= _TICK
        return 1 if self.left < 0 else 0

    def rows(self, as_of: str, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self.lock:
            if self.owner != os.getpid():  # a connection must not be carried over a fork
                self.connection, self.owner = self._connect(), os.getpid()
            self.as_of, self.left = as_of, BUDGET
            try:
                return self.connection.execute(sql, values).fetchall()
            except sqlite3.OperationalError as error:
                if "interrupted" in str(error):
                    raise TooMuchWork from None
                raise


def _authorize(
    action: int, first: str | None, second: str | None, database: str | None, view: str | None
) -> int:
    """Deny by default: reads through the views, the full-text index, and a few functions."""
    if action == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ:
        seen = (view or first or "").startswith(("seen_", "words"))
        return sqlite3.SQLITE_OK if seen else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first == "data_version":  # asked by the full-text index
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


@dataclass(frozen=True, slots=True)
class SeenFact:
    """One consolidated value that one filing reports."""

    fact_id: str
    filer_id: str
    doc_id: str
    concept: str
    label: str
    value: str
    """Base units, decimal text."""
    unit: str
    scale: int
    """Power of ten in which the filing shows it."""
    period: str
    period_start: str | None
    period_end: str
    public_at: str
    start: int | None
    end: int | None
    quote: str


_FACT = ("fact_id, filer_id, doc_id, concept, label, value, unit, scale, period, period_start,"
         " period_end, public_at, start, end, quote")  # fmt: skip
_ORDER = " ORDER BY preference, concept, unit, public_at, filing_id, fact_row LIMIT ?"

FACTS = ("SELECT " + _FACT + " FROM seen_facts WHERE filer_id = ? AND {name} = ? AND {when} = ?"
         + _ORDER)  # fmt: skip


class World:
    """What can be seen at one moment, and what this episode has changed."""

    __slots__ = ("_base", "as_of", "overlay")

    def __init__(self, base: _Base, as_of: str, overlay: Overlay) -> None:
        self._base = base
        self.as_of = as_of
        self.overlay = overlay

    @classmethod
    def open(cls, path: Path, as_of: str | None = None) -> World:
        """Open a world artifact; as_of: a UTC moment, by default the last one that the world knows.

        Raises NotAnArtifact, WrongKind, and UserError for a file that is missing or not ours.
        """
        artifact = Artifact.open(path, "world")
        file = path / WORLD_FILE
        if not file.is_file() or "world" not in artifact.manifest.get("notes", {}):
            raise UserError(
                what="the world was not finished", where=str(path), mend="build it again"
            )
        notes = artifact.manifest["notes"]["world"]
        if notes["format"] != FORMAT:
            raise UserError(
                what=f"a world of format {notes['format']}, this is {FORMAT}",
                where=str(path),
                mend="build it again",
            )
        try:
            base = _Base(file)
        except sqlite3.DatabaseError as error:
            raise UserError(
                what=f"is not a world file: {error}", where=str(file), mend="build it again"
            ) from None
        base.meta = notes
        return cls(base, moment(as_of or notes["last_public_at"]), Overlay())

    def at(self, as_of: str | None, overlay: Overlay | None = None) -> World:
        """The same filings at another moment, with an overlay of its own; takes microseconds."""
        return World(self._base, moment(as_of) if as_of else self.as_of, overlay or Overlay())

    @property
    def digest(self) -> str:
        """Digest of the immutable content."""
        return str(self._base.meta["digest"])

    @property
    def corpus_digest(self) -> str:
        """Digest of the documents that the world was built from."""
        return str(self._base.meta["corpus_digest"])

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of one SELECT over the `seen_*` views; never given SQL that an agent wrote.

        Raises TooMuchWork for a query over its budget.
        """
        return self._base.rows(self.as_of, sql, values)

    # ------------------------------------------------------------------ reads

    def filers_called(self, text: str) -> list[tuple[str, str, str]]:
        """(filer_id, name, ticker) of filers whose id, CIK, ticker or whole name this is."""
        text = text.strip()
        number = text.lower().removeprefix("cik").lstrip(":0 ")
        cik = f"cik:{number.zfill(10)}" if number.isdigit() and len(number) <= 10 else ""
        seen = "SELECT filer_id, name, ticker FROM seen_filers WHERE "
        return self.rows(
            f"{seen} filer_id IN (?1, ?2) UNION {seen} folded = ?3"
            f" UNION {seen} ticker = ?4 AND ticker <> '' ORDER BY 2, 1 LIMIT 9",
            (text, cik, fold(text), text.upper()),
        )

    def filers(self, text: str, limit: int = 5) -> list[tuple[str, str, str]]:
        """(filer_id, name, ticker) by ticker, id, name or a part of it; exact matches first."""
        called = self.filers_called(text)
        parts = self.rows(
            "SELECT filer_id, name, ticker FROM seen_filers WHERE instr(folded, ?) > 0"
            " ORDER BY length(name), name, filer_id LIMIT ?",
            (fold(text.strip()), limit),
        )
        return list(dict.fromkeys([*called, *parts]))[:limit]

    def filer(self, filer_id: str) -> tuple[str, str] | None:
        """(name, ticker) of a filer."""
        rows = self.rows("SELECT name, ticker FROM seen_filers WHERE filer_id = ?", (filer_id,))
        return rows[0] if rows else None

    def facts(self, filer_id: str, concept: str, period: str, limit: int = 50) -> list[SeenFact]:
        """Values of one concept and period, the preferred concept first, then as published.

        concept: a plain label, or a concept's name with or without its prefix, any case; period: a
        fiscal label such as 2024 or 2024Q2, or the ISO date on which it ends.
        """
        when = "period_end" if len(period) == 10 else "period"
        label = label_of_words(concept)
        found = self.rows(FACTS.format(name="label", when=when), (filer_id, label, period, limit))
        if not found:
            local = concept.rpartition(":")[2].replace(" ", "").lower()
            found = self.rows(
                FACTS.format(name="local", when=when), (filer_id, local, period, limit)
            )
        return [SeenFact(*row) for row in found]

    def labels(self, filer_id: str) -> list[tuple[str, int]]:
        """(label, number of periods) of a filer, the most reported first."""
        return self.rows(
            "SELECT label, count(DISTINCT period) AS n FROM seen_facts WHERE filer_id = ?"
            " AND period <> '' GROUP BY label ORDER BY n DESC, label",
            (filer_id,),
        )

    def periods(self, filer_id: str, label: str) -> list[str]:
        """Fiscal labels for which a concept is reported, the latest first."""
        return [
            period
            for (period,) in self.rows(
                "SELECT period FROM seen_facts WHERE filer_id = ? AND label = ? AND period <> ''"
                " GROUP BY period ORDER BY max(period_end) DESC, period",
                (filer_id, label),
            )
        ]

    def search(
        self, words: Sequence[str], filer_id: str | None, form: str | None, limit: int
    ) -> list[tuple[str, str, str, str, int, str]]:
        """(doc_id, filer_id, form, public_at, page ordinal, page text), BM25, best first.

        words: any of them; a page with more of them ranks higher.
        """
        asked = " OR ".join(f'"{w}"' for w in words)
        return self.rows(
            "SELECT d.doc_id, d.filer_id, d.form, d.public_at, p.ordinal, p.text FROM words"
            " JOIN seen_pages p ON p.page_id = words.rowid"
            " JOIN seen_documents d ON d.doc_id = p.doc_id"
            " WHERE words MATCH ?1 AND (?2 IS NULL OR d.filer_id = ?2)"
            " AND (?3 IS NULL OR d.form = ?3)"
            " ORDER BY round(bm25(words), 4), d.public_at DESC, d.doc_id, p.ordinal LIMIT ?4",
            (asked, filer_id, form, limit),
        )

    def filings(
        self, filer_id: str, form: str | None, limit: int
    ) -> list[tuple[str, str, str | None, str, str]]:
        """(doc_id, form, period_end, public_at, title), the latest first."""
        return self.rows(
            "SELECT d.doc_id, d.form, f.period_end, d.public_at, d.title FROM seen_documents d"
            " JOIN seen_filings f ON f.filing_id = d.filing_id WHERE d.filer_id = ?1"
            " AND (?2 IS NULL OR d.form = ?2) ORDER BY d.public_at DESC, d.doc_id LIMIT ?3",
            (filer_id, form, limit),
        )

    def sections(self, doc_id: str) -> list[tuple[str, str, int, int]]:
        """(key, title, start, end) of a document, in order."""
        return self.rows(
            "SELECT key, title, start, end FROM seen_sections WHERE doc_id = ? ORDER BY start, key",
            (doc_id,),
        )

    def text(self, doc_id: str, start: int, end: int) -> str | None:
        """Characters of a document; None for a document that cannot be seen."""
        rows = self.rows(
            "SELECT text FROM seen_pages WHERE doc_id = ? AND ordinal BETWEEN ? AND ?"
            " ORDER BY ordinal",
            (doc_id, start // PAGE, max(start, end - 1) // PAGE),
        )
        if not rows:
            return None
        offset = start // PAGE * PAGE
        return "".join(text for (text,) in rows)[start - offset : max(start, end) - offset]

    def document(self, doc_id: str) -> Mapping[str, Any] | None:
        """What is known of a document, without its text."""
        names = ("doc_id", "filing_id", "filer_id", "form", "title", "n_chars", "text_sha256",
                 "extractor", "public_at")  # fmt: skip
        rows = self.rows(
            f"SELECT {', '.join(names)} FROM seen_documents WHERE doc_id = ?", (doc_id,)
        )
        return dict(zip(names, rows[0], strict=True)) if rows else None


def moment(text: str) -> str:
    """A UTC moment as rows carry it; a bare date is the end of that day. Raises UserError."""
    return as_moment(text, "as_of")
