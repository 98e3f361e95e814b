"""The store's tables, as SQLite reads them."""

from __future__ import annotations

FORMAT = "3"
"""Of the file; one that says another is built again."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE filers (
  filer_id TEXT PRIMARY KEY, name TEXT NOT NULL, former TEXT NOT NULL, sic TEXT,
  split TEXT NOT NULL, cik TEXT, ticker TEXT, year_end TEXT
) WITHOUT ROWID;
CREATE TABLE filer_history (
  filer_id TEXT NOT NULL, field TEXT NOT NULL, ordinal INTEGER NOT NULL, value TEXT NOT NULL,
  public_at TEXT, filing_id TEXT NOT NULL, PRIMARY KEY (filer_id, field, ordinal)
) WITHOUT ROWID;
CREATE TABLE periods (
  filer_id TEXT NOT NULL, period_end TEXT NOT NULL, period_start TEXT NOT NULL,
  days INTEGER NOT NULL, fiscal_year INTEGER NOT NULL, fiscal_period TEXT NOT NULL,
  transition INTEGER NOT NULL, weeks INTEGER, calendar_year INTEGER NOT NULL,
  calendar_quarter INTEGER, frame TEXT NOT NULL, public_at TEXT,
  PRIMARY KEY (filer_id, period_end, period_start)
) WITHOUT ROWID;
CREATE TABLE filings (
  filing_id TEXT PRIMARY KEY, filer_id TEXT NOT NULL, accession TEXT, form TEXT, period_end TEXT,
  fiscal_year INTEGER, filed_at TEXT, public_at TEXT, public_at_basis TEXT, amends TEXT,
  license TEXT NOT NULL, source_url TEXT, fiscal_period TEXT, year_end TEXT, years TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE documents (
  doc_id TEXT PRIMARY KEY, filing_id TEXT NOT NULL, filer_id TEXT NOT NULL, doc_type TEXT NOT NULL,
  lang TEXT NOT NULL, title TEXT NOT NULL, public_at TEXT, text_sha256 TEXT NOT NULL,
  extractor TEXT NOT NULL, n_chars INTEGER NOT NULL, split TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE sections (
  section_id TEXT PRIMARY KEY, doc_id TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, status TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE facts (
  fact_id TEXT PRIMARY KEY, doc_id TEXT NOT NULL, filing_id TEXT NOT NULL, filer_id TEXT NOT NULL,
  concept TEXT NOT NULL, family TEXT, kind TEXT NOT NULL, value TEXT, text TEXT, unit TEXT,
  decimals TEXT, period_start TEXT, period_end TEXT, dimensions TEXT NOT NULL, public_at TEXT,
  start INTEGER, "end" INTEGER, quote TEXT
) WITHOUT ROWID;
CREATE TABLE figures (
  figure_id TEXT PRIMARY KEY, doc_id TEXT NOT NULL, table_id TEXT NOT NULL, "row" INTEGER NOT NULL,
  col INTEGER NOT NULL, label TEXT NOT NULL, header TEXT NOT NULL, year INTEGER,
  shown TEXT NOT NULL, value TEXT NOT NULL, unit TEXT NOT NULL, scale TEXT NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, label_start INTEGER NOT NULL,
  label_end INTEGER NOT NULL, concept TEXT, fact_id TEXT, decimals TEXT
) WITHOUT ROWID;
CREATE INDEX facts_by_concept ON facts (filer_id, concept, period_end, period_start, public_at);
CREATE INDEX facts_alone ON facts
  (filer_id, concept, period_end, period_start, coalesce(public_at, '9'), fact_id)
  WHERE dimensions = '[]' AND kind = 'number';
CREATE INDEX facts_by_family ON facts (filer_id, family, period_end, public_at);
CREATE INDEX figures_by_document ON figures (doc_id, table_id, "row", col);
CREATE INDEX filings_by_filer ON filings (filer_id, public_at);
CREATE INDEX sections_by_document ON sections (doc_id, start);
"""
"""Every table has a key and no rowid, so the file's bytes follow from its rows.

`filers` says what is known last, `filer_history` since when (name, ticker, sic, year_end); a
period's `period_start` is empty for an instant and its `public_at` is the first moment that a fact
of it could be read. `filings.years` are the ends of the year-long durations that an annual report
tells of. The index `facts_alone` is for look-ups of values without dimensions, in their order.
"""

TABLES = (
    "filers", "filer_history", "filings", "documents", "sections", "facts", "figures", "periods",
)  # fmt: skip
