"""What filings say of their filers, and since when: names, tickers, SIC, ends of fiscal years.

Covers (`dei` facts) and headers say it. A row of history stands where something changes, at the
moment of the filing that says so; what only undated filings say has no moment and is not seen as of
one. Names count as the same whatever their case, signs and legal form ("BOEING CO", "The Boeing
Company"): headers and covers write them differently.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from qhdata.factstore.years import annual, iso, month_day
from qhdata.records import Fact, Filing, json_text

FIELDS = ("name", "ticker", "sic", "year_end")
_NONE = frozenset(("", "N/A", "NA", "NONE", "-", "—", "NOTAPPLICABLE"))
_SUBSIDIARY = "dei:LegalEntityAxis"


@dataclass(slots=True)
class Cover:
    """What the documents of one filing say of its filer; collected while a store is built."""

    name: str = ""
    fiscal_year: int | None = None
    fiscal_period: str | None = None
    year_end: str | None = None
    tickers: dict[str, str] = field(default_factory=dict)
    """Dimensions of its fact -> symbol."""
    exchanges: dict[str, str] = field(default_factory=dict)
    """Dimensions -> exchange."""
    year_long: dict[str, int] = field(default_factory=dict)
    """End of a year-long duration -> how many numbers it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFiler:
    """A filer as it is known at a moment."""

    filer_id: str
    cik: str | None
    name: str
    former: tuple[str, ...]
    """Earlier names, oldest first."""
    tickers: tuple[tuple[str, str], ...]
    """(symbol, exchange); the exchange is empty where no cover says it."""
    sic: str | None
    year_end: str | None
    """`MM-DD`; of years of 52 and 53 weeks the last one's."""
    split: Literal["train", "dev", "test"]


# ------------------------------------------------------------------ while building


def read_cover(cover: Cover, facts: Iterable[Fact]) -> None:
    """Add what the `dei` facts of one document say; the first that says a thing counts."""
    for fact in facts:
        if not fact.concept.startswith("dei:") or not (fact.text or fact.value):
            continue
        text = " ".join((fact.text or fact.value or "")[:400].split())
        name = fact.concept[4:]
        if name in ("TradingSymbol", "SecurityExchangeName"):
            if _SUBSIDIARY not in fact.dimensions:
                found = cover.tickers if name == "TradingSymbol" else cover.exchanges
                found.setdefault(fact.dimensions, text.upper())
        elif fact.dimensions != "[]":
            continue
        elif name == "EntityRegistrantName" and len(text) <= 200:
            cover.name = cover.name or text
        elif name == "CurrentFiscalYearEndDate":
            cover.year_end = cover.year_end or month_day(text)
        elif name == "DocumentFiscalPeriodFocus" and text in ("Q1", "Q2", "Q3", "Q4", "FY"):
            cover.fiscal_period = cover.fiscal_period or text
        elif name == "DocumentFiscalYearFocus" and len(text) == 4 and text.isdecimal():
            cover.fiscal_year = cover.fiscal_year or int(text)


def symbols(cover: Cover) -> list[list[str]]:
    """[symbol, exchange] of each listed class, as the cover orders them."""
    found: dict[str, list[str]] = {}
    for dimensions, symbol in cover.tickers.items():
        plain = symbol.replace(" ", "")
        if plain not in _NONE and len(symbol) <= 12 and len(symbol.split()) == 1:
            found.setdefault(symbol, [symbol, cover.exchanges.get(dimensions, "")])
    return list(found.values())


def year_ends(cover: Cover) -> list[str]:
    """Ends of year-long durations that a tenth of the filing's year-long numbers share."""
    most = max(cover.year_long.values(), default=0)
    least = min(most, sum(cover.year_long.values()) / 10)
    return sorted(end for end, n in cover.year_long.items() if n >= least)


def period_of(filing: Filing, cover: Cover) -> str | None:
    """The filing's period end; of an annual one that does not say it, its latest year's."""
    if filing.period_end or not annual(filing.form or ""):
        return filing.period_end
    return max(year_ends(cover), default=None)


def history_rows(
    filer_id: str, filings: Sequence[tuple[Filing, Cover, str]]
) -> Iterator[tuple[Any, ...]]:
    """Rows of `filer_history` of one filer. filings: with what their covers say and their names."""
    order = sorted(filings, key=lambda item: (item[0].public_at or "", item[0].filing_id))
    dated = [item for item in order if item[0].public_at]
    for name in FIELDS:
        for some in (dated, order):
            rows = list(_changes(name, filer_id, some))
            if rows:
                break
        for ordinal, (value, filing) in enumerate(rows):
            yield filer_id, name, ordinal, value, filing.public_at, filing.filing_id


def _changes(
    name: str, filer_id: str, filings: Iterable[tuple[Filing, Cover, str]]
) -> Iterator[tuple[str, Filing]]:
    last = ""
    known: set[str] = set()
    for filing, cover, filer_name in filings:
        value = _value(name, filing, cover, filer_name)
        key = folded(value) if name == "name" else value
        for former in _former(filing, filer_id) if name == "name" else ():
            if folded(former) not in known and folded(former) != key:
                known.add(folded(former))
                last = ""  # the name of now stands behind those of before
                yield former, filing
        if value and key != last:
            last = key
            known.add(key)
            yield value, filing


def _former(filing: Filing, filer_id: str) -> Iterator[str]:
    """Names that a filing's header says its filer had."""
    for filer in filing.filers:
        if filer.filer_id == filer_id:
            yield from (former.name for former in filer.former)


def _value(name: str, filing: Filing, cover: Cover, filer_name: str) -> str:
    if name == "name":
        return filer_name
    if name == "sic":
        return filing.sic or ""
    if name == "ticker":
        listed = symbols(cover)
        return json_text(listed) if listed else ""
    end = iso(filing.period_end) if annual(filing.form or "") else None
    return cover.year_end or (f"{end:%m-%d}" if end else "")


_LEGAL = frozenset((
    "the", "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "plc",
    "llc", "lp", "sa", "nv", "ag", "se", "de", "new",
))  # fmt: skip
"""Words that do not make a name another; `/DE/` and `NEW` are those of headers."""


def folded(name: str) -> str:
    """What makes a name another one.

    >>> folded("BOEING CO"), folded("The Boeing Company"), folded("COCA COLA CO"), folded("Inc.")
    ('boeing', 'boeing', 'cocacola', 'Inc.')
    """
    words = "".join(c if c.isalnum() else " " for c in name.casefold().replace(".", "")).split()
    return "".join(word for word in words if word not in _LEGAL) or name


def former_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names but the last and what is the same as it, oldest first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(folded(name), name)
    return tuple(name for key, name in found.items() if key != folded(names[-1]))


def cik_of(filer_id: str) -> str | None:
    """`0000320193` of `cik:0000320193`; None for filers that have none."""
    kind, _, number = filer_id.partition(":")
    return number if kind == "cik" and number.isdecimal() else None


# ------------------------------------------------------------------ queries


def filers(
    connection: sqlite3.Connection, as_of: str | None, filer_id: str | None = None
) -> Iterator[StoredFiler]:
    """Filers of whom a filing was public, in the order of their ids.

    as_of: a moment as records write it; None for what is known last.
    """
    where, values = (" WHERE filer_id = ?2", (as_of, filer_id)) if filer_id else ("", (as_of,))
    heads = connection.execute(
        f"SELECT filer_id, cik, split FROM filers{where}"
        + (" AND" if where else " WHERE")
        + " filer_id <> '' AND (?1 IS NULL OR EXISTS"
        " (SELECT 1 FROM filings g WHERE g.filer_id = filers.filer_id AND g.public_at <= ?1))"
        " ORDER BY filer_id",
        values,
    ).fetchall()
    for own, cik, split in heads:
        said: dict[str, list[str]] = {name: [] for name in FIELDS}
        for name, value in connection.execute(
            "SELECT field, value FROM filer_history WHERE filer_id = ?1"
            " AND (?2 IS NULL OR public_at <= ?2) ORDER BY field, ordinal",
            (own, as_of),
        ):
            said[name].append(value)
        yield _filer(own, cik, split, said)


def _filer(own: str, cik: str | None, split: Any, said: Mapping[str, list[str]]) -> StoredFiler:
    names = said["name"]
    listed = json.loads(said["ticker"][-1]) if said["ticker"] else []
    return StoredFiler(
        filer_id=own,
        cik=cik,
        name=names[-1] if names else "",
        former=former_names(names),
        tickers=tuple((symbol, exchange) for symbol, exchange in listed),
        sic=said["sic"][-1] if said["sic"] else None,
        year_end=said["year_end"][-1] if said["year_end"] else None,
        split=split,
    )
