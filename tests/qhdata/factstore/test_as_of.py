"""Nothing that became public later is seen by any query as of a moment; chains of reports."""

from __future__ import annotations

import inspect
import sqlite3
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from store_by_hand import FILER, dei, hand_store, lodged, num

from qhdata.factstore.figures import Figure
from qhdata.factstore.store import FactStore

YEAR = ("2023-01-01", "2023-12-31")
FIRST, LATER = "2024-02-01T00:00:00Z", "2025-02-01T00:00:00Z"
BEFORE = "2025-01-31"
REVENUES = (FILER, "us-gaap:Revenues", YEAR[1])
OF_THE_FILE = {"open", "close", "meta", "counts", "digest"}
"""Methods that say nothing of filings."""
QUERIES: dict[str, Callable[[FactStore, str | None], object]] = {
    "documents": lambda s, at: s.documents(as_of=at),
    "figures": lambda s, at: s.figures("later", as_of=at),
    "fact": lambda s, at: s.fact(*REVENUES, period_start=YEAR[0], as_of=at),
    "reports": lambda s, at: s.reports(*REVENUES, period_start=YEAR[0], as_of=at),
    "vintages": lambda s, at: s.vintages(*REVENUES, period_start=YEAR[0], as_of=at),
    "concepts": lambda s, at: s.concepts(FILER, as_of=at),
    "restatements": lambda s, at: list(s.restatements(as_of=at)),
    "filer": lambda s, at: s.filer(FILER, as_of=at),
    "filers": lambda s, at: s.filers(as_of=at),
    "years": lambda s, at: s.years(FILER, as_of=at),
    "periods": lambda s, at: s.periods(FILER, as_of=at),
    "quarter": lambda s, at: s.quarter(FILER, "later:Thing", 2026, 1, as_of=at),
    "identities": lambda s, at: s.identities(FILER, "2026-12-31", as_of=at),
    "every_identity": lambda s, at: list(s.every_identity(as_of=at)),
    "of_family": lambda s, at: s.of_family(
        FILER, "revenue", YEAR[1], period_start=YEAR[0], as_of=at
    ),
    "ratio": lambda s, at: s.ratio(FILER, "liabilities_to_assets", YEAR[1], as_of=at),
    "trailing": lambda s, at: s.trailing(FILER, "later:Thing", 2026, 4, as_of=at),
}
MARKS = ("66600", "Later", "LATE", "6666", "later", "2026")
"""What the later filing alone says."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FactStore:
    path = tmp_path_factory.mktemp("as_of")
    hand_store(
        path,
        lodged(
            "first", FIRST, num("Revenues", 5_000_000, *YEAR), num("Assets", 7, None, YEAR[1]),
            num("Liabilities", 5, None, YEAR[1]),
            period_end=YEAR[1], fiscal_year=2023, sic="3826",
        ),
        lodged(
            "later", LATER, num("Revenues", 6660000000, *YEAR),
            num("later:Thing", 66600, "2026-01-01", "2026-12-31"),
            num("later:Thing", 66600, "2026-01-01", "2026-03-31"),
            num("Assets", 66600, None, "2026-12-31"),
            num("LiabilitiesAndStockholdersEquity", 66600, None, "2026-12-31"),
            num("Assets", 6660000000, None, YEAR[1]), num("Liabilities", 5, None, YEAR[1]),
            dei("TradingSymbol", "LATE"), filer="Later Inc", sic="6666",
            period_end="2026-12-31", fiscal_year=2026,
        ),
    ).close()  # fmt: skip

    with sqlite3.connect(path / "facts.sqlite") as connection:
        names = ("figure_id", "doc_id", "table_id")
        values: dict[str, Any] = dict.fromkeys(Figure.__slots__, 0)
        values |= dict.fromkeys(names, "later") | {"value": "66600", "scale": "1"}
        connection.execute(
            f"INSERT INTO figures VALUES ({','.join('?' * len(values))})", tuple(values.values())
        )
    return FactStore.open(path / "facts.sqlite")


def test_every_query_takes_a_moment_and_is_tried_here() -> None:
    methods = {
        name
        for name, _ in inspect.getmembers(FactStore, callable)
        if not name.startswith("_") and name not in OF_THE_FILE
    }
    assert methods == set(QUERIES)
    for name in methods:
        assert "as_of" in inspect.signature(getattr(FactStore, name)).parameters, name


@pytest.mark.parametrize("name", QUERIES)
def test_what_a_later_filing_says_is_found_and_not_before_it_was_public(
    store: FactStore, name: str
) -> None:
    assert any(mark in repr(QUERIES[name](store, None)) for mark in MARKS)
    assert any(mark in repr(QUERIES[name](store, LATER)) for mark in MARKS)
    before = repr(QUERIES[name](store, BEFORE))
    assert not [mark for mark in MARKS if mark in before]


def test_a_bare_date_is_its_end_and_an_offset_is_kept(store: FactStore) -> None:
    asked = {"period_start": YEAR[0]}
    assert store.fact(*REVENUES, **asked, as_of="2024-02-01") is not None
    assert store.fact(*REVENUES, **asked, as_of="2024-02-01T01:00:00+02:00") is None


def test_a_document_that_is_public_on_a_day_is_seen_from_its_end_on(tmp_path: Path) -> None:
    store = hand_store(tmp_path, lodged("d", "2024-02-01", num("Revenues", 5, *YEAR)))
    asked = {"period_start": YEAR[0]}
    assert store.fact(*REVENUES, **asked, as_of="2024-02-01T12:00:00Z") is None
    assert store.fact(*REVENUES, **asked, as_of="2024-02-01") is not None
    assert store.documents(as_of="2024-02-01T12:00:00Z") == []


def test_a_chain_says_what_each_filing_changed(tmp_path: Path) -> None:
    def told(name: str, day: str | None, value: int, **over: Any) -> Any:
        return lodged(name, day and f"{day}T00:00:00Z", num("Revenues", value, *YEAR, **over))

    store = hand_store(
        tmp_path,
        told("a", "2024-01-01", 45_100_000, decimals="-5"),
        told("b", "2024-02-01", 45_000_000),
        told("c", "2024-03-01", 45_000_000),
        told("d", "2024-04-01", 42_000_000),
        told("e", None, 41_000_000),
        told("f", "2024-05-01", 5, unit="EUR"),
    )
    chain = store.vintages(*REVENUES, period_start=YEAR[0])
    assert [(v.fact.filing_id, v.change, v.difference) for v in chain] == [
        ("a", "first", 0), ("b", "rounding", Decimal(-100_000)), ("c", "same", 0),
        ("d", "restatement", Decimal(-3_000_000)), ("e", "undated", 0),
    ]  # fmt: skip
    assert [v.change for v in store.vintages(*REVENUES, period_start=YEAR[0], unit="EUR")] == [
        "first"
    ]
    assert store.vintages(FILER, "us-gaap:Nothing", YEAR[1]) == []
    euros = store.fact(*REVENUES, period_start=YEAR[0], unit="EUR")
    assert euros is not None
    assert euros.filing_id == "f"
    assert [f.filing_id for f in store.reports(*REVENUES, period_start=YEAR[0], unit="EUR")] == [
        "f"
    ]
