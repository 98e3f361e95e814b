"""Build a world: the kept documents and facts of a corpus as one SQLite file that is never written
again.

Kept documents whose `public_at` is known go in; the rest is counted and left out, because a world
is a point-in-time build. Of a document without a text (an XBRL instance, companyfacts) the facts go
in, as in the fact store: where no other document of its filing tells them better. Texts are cut
into pages of 2,000 characters, so that reading a part of a filing costs a page and not the filing.
Facts are consolidated values only (no dimensions), one row a (filer, concept, period, unit,
filing): where a filing shows one value at two precisions, the more precise one. Rows are inserted
in sorted order, so the same corpus gives the same file.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qhdata.artifact import Artifact
from qhdata.env.world_facts import CHUNK, PAGE, write_facts
from qhdata.errors import UserError
from qhdata.factstore.build import kept_ids
from qhdata.factstore.told import facts_alone, told_better
from qhdata.records import Filing, from_batch

FORMAT = 2
WORLD_FILE = "world.sqlite"

TABLES = ("filers", "filings", "documents", "sections", "pages", "facts")

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE filers (filer_id TEXT PRIMARY KEY, name TEXT, folded TEXT, ticker TEXT, split TEXT,
  public_at TEXT) WITHOUT ROWID;
CREATE TABLE filings (filing_id TEXT PRIMARY KEY, filer_id TEXT, form TEXT, period_end TEXT,
  fiscal_year INTEGER, amends TEXT, license TEXT, public_at TEXT) WITHOUT ROWID;
CREATE TABLE documents (doc_id TEXT PRIMARY KEY, filing_id TEXT, filer_id TEXT, form TEXT,
  doc_type TEXT, title TEXT, lang TEXT, n_chars INTEGER, text_sha256 TEXT, extractor TEXT,
  public_at TEXT) WITHOUT ROWID;
CREATE TABLE sections (doc_id TEXT, key TEXT, title TEXT, start INTEGER, end INTEGER,
  public_at TEXT, PRIMARY KEY (doc_id, key, start)) WITHOUT ROWID;
CREATE TABLE pages (page_id INTEGER PRIMARY KEY, doc_id TEXT, ordinal INTEGER, text TEXT,
  public_at TEXT);
CREATE TABLE facts (fact_row INTEGER PRIMARY KEY, fact_id TEXT, filer_id TEXT, filing_id TEXT,
  doc_id TEXT, concept TEXT, local TEXT, label TEXT, preference INTEGER, value TEXT, unit TEXT,
  scale INTEGER, decimals INTEGER, period TEXT, period_start TEXT, period_end TEXT, start INTEGER,
  end INTEGER, quote TEXT, public_at TEXT);
"""

_INDEXES = """
CREATE INDEX filers_by_name ON filers (folded);
CREATE INDEX filers_by_ticker ON filers (ticker);
CREATE INDEX filings_of ON filings (filer_id, public_at);
CREATE INDEX documents_of ON documents (filer_id, public_at);
CREATE INDEX facts_by_label ON facts (filer_id, label, period, public_at);
CREATE INDEX facts_by_concept ON facts (filer_id, local, period, public_at);
"""


def write_world_file(corpus: Artifact, path: Path) -> dict[str, Any]:
    """Write the file; returns what went in and what did not: counts, digest, first and last moment.

    A corpus without a selection goes in whole. Raises UserError for one without a single dated
    document.
    """
    path.unlink(missing_ok=True)
    left_out: Counter[str] = Counter()
    connection = sqlite3.connect(path)
    try:
        connection.executescript(
            "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA
        )
        filings = _filings(corpus)
        texts = _Texts(connection, filings, corpus, left_out)
        texts.write(corpus)
        connection.execute("CREATE INDEX pages_of ON pages (doc_id, ordinal)")
        with_facts = texts.documents | texts.alone
        if not with_facts:
            raise UserError(
                what="no kept document has a known public_at",
                where=str(corpus.path),
                mend="build a corpus from filings with headers, or dates in their file names",
            )
        _write_sections(connection, corpus, texts.documents)
        _write_filings(connection, corpus, filings, with_facts)
        write_facts(connection, corpus, with_facts, left_out)
        connection.executescript(_INDEXES)
        _index_pages(connection)
        counts = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in TABLES
        }
        first, last = connection.execute(
            "SELECT min(public_at), max(public_at) FROM filings"
        ).fetchone()
        notes = {
            "format": FORMAT,
            "rows": counts,
            "left_out": dict(sorted(left_out.items())),
            "first_public_at": first,
            "last_public_at": last,
            "corpus_digest": corpus.digest("documents"),
            "digest": _content_digest(connection),
        }
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            sorted((name, json.dumps(value, sort_keys=True)) for name, value in notes.items()),
        )
        connection.commit()
        connection.execute("VACUUM")
    finally:
        connection.close()
    return notes


def _filings(corpus: Artifact) -> dict[str, dict[str, Any]]:
    columns = ["filing_id", "form", "filers", "period_end", "fiscal_year", "public_at", "amends",
               "license"]  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    for _, batch in corpus.batches("filings", columns, max_rows=1024):
        for row in batch.to_pylist():
            found.setdefault(row["filing_id"], row)
    return found


def _lead(filing: Mapping[str, Any] | None) -> Mapping[str, str] | None:
    """The filer that a filing is about: the first one."""
    filers = (filing or {}).get("filers") or ()
    return filers[0] if filers else None


class _Texts:
    """Documents and their pages."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        filings: Mapping[str, Mapping[str, Any]],
        corpus: Artifact,
        left_out: Counter[str],
    ) -> None:
        self.connection = connection
        self.filings = filings
        self.left_out = left_out
        self.documents: dict[str, tuple[str, str, str]] = {}
        """doc_id -> (filing_id, filer_id, public_at)."""
        self.alone: dict[str, tuple[str, str, str]] = {}
        """The same of documents without a text, whose facts alone are in the world."""
        kept = kept_ids(corpus)
        self.used = None if kept is None else kept | facts_alone(corpus)
        whole = {
            row.filing_id: row
            for _, batch in corpus.batches("filings")
            for row in from_batch(Filing, batch)
        }
        self.told_better = told_better(corpus, self.used, whole)

    def write(self, corpus: Artifact) -> None:
        columns = ["doc_id", "filing_id", "doc_type", "title", "lang", "n_chars", "text_sha256",
                   "extractor", "public_at", "text"]  # fmt: skip
        for _, batch in corpus.batches("documents", columns, max_rows=16):
            for row in batch.to_pylist():
                self._document(row)

    def _document(self, row: Mapping[str, Any]) -> None:
        doc_id, filing = row["doc_id"], self.filings.get(row["filing_id"])
        filer, public_at = _lead(filing), _moment(row["public_at"])
        if self.used is not None and doc_id not in self.used:
            self.left_out["documents: dropped or quarantined"] += 1
        elif doc_id in self.told_better:
            self.left_out["documents: told better by another document"] += 1
        elif public_at is None:
            self.left_out["documents: public_at unknown"] += 1
        elif filer is None or filing is None:
            self.left_out["documents: filer unknown"] += 1
        elif not row["n_chars"]:
            self.left_out["documents: no text, their facts are in"] += 1
            self.alone[doc_id] = (row["filing_id"], filer["filer_id"], public_at)
        elif doc_id not in self.documents:
            self.documents[doc_id] = (row["filing_id"], filer["filer_id"], public_at)
            self.connection.execute(
                "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                (doc_id, row["filing_id"], filer["filer_id"], filing["form"] or "",
                 row["doc_type"], row["title"], row["lang"], row["n_chars"], row["text_sha256"],
                 row["extractor"], public_at),
            )  # fmt: skip
            text = row["text"]
            self.connection.executemany(
                "INSERT INTO pages (doc_id, ordinal, text, public_at) VALUES (?,?,?,?)",
                (
                    (doc_id, ordinal, text[start : start + PAGE], public_at)
                    for ordinal, start in enumerate(range(0, len(text), PAGE))
                ),
            )


def _write_sections(
    connection: sqlite3.Connection, corpus: Artifact, documents: Mapping[str, tuple[str, str, str]]
) -> None:
    columns = ["doc_id", "key", "title", "start", "end", "status"]
    for _, batch in corpus.batches("sections", columns, max_rows=1024):
        connection.executemany(
            "INSERT OR IGNORE INTO sections VALUES (?,?,?,?,?,?)",
            [
                (row["doc_id"], row["key"], row["title"], row["start"], row["end"],
                 documents[row["doc_id"]][2])
                for row in batch.to_pylist()
                if row["doc_id"] in documents
                and row["status"] == "present"
                and row["end"] > row["start"]
            ],
        )  # fmt: skip


def _write_filings(
    connection: sqlite3.Connection,
    corpus: Artifact,
    filings: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, tuple[str, str, str]],
) -> None:
    """Filings with a document or facts in the world, and their filers; a filer is known from its
    first filing on, by its latest name.
    """
    splits = {
        row["filer_id"]: row["split"]
        for _, batch in corpus.batches("splits", ["filer_id", "split"], max_rows=4096)
        for row in batch.to_pylist()
    }
    moments: dict[str, str] = {}
    for filing_id, _, public_at in documents.values():
        moments[filing_id] = min(public_at, moments.get(filing_id, public_at))
    filers: dict[str, tuple[str, str]] = {}
    for filing_id, public_at in sorted(moments.items(), key=lambda item: (item[1], item[0])):
        row = filings[filing_id]
        lead = _lead(row)
        if lead is None:
            continue
        connection.execute(
            "INSERT INTO filings VALUES (?,?,?,?,?,?,?,?)",
            (filing_id, lead["filer_id"], row["form"] or "", row["period_end"],
             row["fiscal_year"], row["amends"], row["license"], public_at),
        )  # fmt: skip
        first = filers.get(lead["filer_id"], ("", public_at))[1]
        filers[lead["filer_id"]] = (lead["name"], first)
    names, tickers = _own_words(corpus, documents)
    rows = []
    for filer_id, (name, public_at) in sorted(filers.items()):
        called = name.strip() or names.get(filer_id, "") or filer_id.replace(":", " ").upper()
        split = splits.get(filer_id, "train")
        rows.append((filer_id, called, fold(called), tickers.get(filer_id, ""), split, public_at))
    connection.executemany("INSERT INTO filers VALUES (?,?,?,?,?,?)", rows)


def _own_words(
    corpus: Artifact, documents: Mapping[str, tuple[str, str, str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Names and tickers as filers tag them on their covers: a loose file has no header."""
    names: dict[str, str] = {}
    tickers: dict[str, str] = {}
    for _, batch in corpus.batches("facts", ["doc_id", "concept", "text"], max_rows=8192):
        for row in batch.to_pylist():
            text = " ".join((row["text"] or "").split())
            if not text or row["doc_id"] not in documents:
                continue
            filer_id = documents[row["doc_id"]][1]
            if row["concept"] == "dei:TradingSymbol":
                tickers.setdefault(filer_id, text.upper()[:12])
            elif row["concept"] == "dei:EntityRegistrantName":
                names.setdefault(filer_id, text[:120])
    return names, tickers


def _moment(text: str | None) -> str | None:
    """`2024-11-01T20:01:36Z`; a bare date is public at its end, so that nobody reads it early."""
    if not text or len(text) < 10:
        return None
    return text if len(text) > 10 else f"{text}T23:59:59Z"


def _index_pages(connection: sqlite3.Connection) -> None:
    """A frozen full-text index over pages; contentless, so texts are stored once."""
    connection.execute(
        "CREATE VIRTUAL TABLE words USING fts5(body, content='', tokenize='unicode61')"
    )
    pages = connection.execute("SELECT page_id, text FROM pages ORDER BY page_id")
    while rows := pages.fetchmany(CHUNK):
        connection.executemany(
            "INSERT INTO words (rowid, body) VALUES (?, ?)",
            [(page_id, fold(text)) for page_id, text in rows],
        )
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")


def fold(text: str) -> str:
    """Lower case, and every Chinese character a word of its own: unicode61 would index a whole
    Chinese clause as one word.
    """
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return "".join(f" {c} " if "\u3400" <= c <= "\u9fff" else c for c in lowered)


def _content_digest(connection: sqlite3.Connection) -> str:
    """blake2b-128 over all rows in key order: the content, whatever version of SQLite wrote it."""
    digest = hashlib.blake2b(digest_size=16)
    for table in TABLES:
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4"):
            digest.update(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
