"""Filers and periods as of a moment: what later filings say is not seen before."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from store_by_hand import FILER, dei, hand_store, lodged, num

from qhdata.factstore.store import FactStore
from qhdata.records import Filer, FormerName

CLASS_A, CLASS_C = '[["us-gaap:StatementClassOfStockAxis","a"]]', '[["x","c"]]'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FactStore:
    return hand_store(
        tmp_path_factory.mktemp("filers"),
        lodged(
            "k23", "2024-02-01T00:00:00Z", num("Revenues", 5, "2023-01-01", "2023-12-31"),
            dei("TradingSymbol", "elm"), dei("SecurityExchangeName", "NYSE"),
            period_end="2023-12-31", fiscal_year=2023, sic="3826", filer="ELM CORP",
        ),
        lodged(
            "q24", "2024-05-01T00:00:00Z", num("Revenues", 2, "2024-01-01", "2024-03-31"),
            num("Assets", 9, None, "2024-03-31"), dei("CurrentFiscalYearEndDate", "--12-31"),
            dei("DocumentFiscalPeriodFocus", "Q1"), dei("TradingSymbol", "N/A", CLASS_C),
            form="10-Q", period_end="2024-03-31", fiscal_year=2024, filer="The Elm Corporation",
        ),
        lodged(
            "kt24", "2024-09-01T00:00:00Z", num("Revenues", 4, "2024-01-01", "2024-06-30"),
            dei("CurrentFiscalYearEndDate", "--06-30"), dei("TradingSymbol", "OAK", CLASS_A),
            dei("TradingSymbol", "OAK.C", CLASS_C), dei("SecurityExchangeName", "NASDAQ", CLASS_A),
            dei("TradingSymbol", "SUB", '[["dei:LegalEntityAxis","s"]]'),
            form="10-KT", period_end="2024-06-30", fiscal_year=2024, sic="3827", filer="Oak Inc",
        ),
    )  # fmt: skip


def test_a_filer_is_what_its_filings_said_by_then(store: FactStore) -> None:
    before = store.filer(FILER, as_of="2024-06-01")
    assert before is not None
    assert (before.name, before.former, before.sic) == ("ELM CORP", (), "3826")
    assert (before.tickers, before.year_end) == ((("ELM", "NYSE"),), "12-31")
    now = store.filer(FILER)
    assert now is not None
    assert (now.name, now.former, now.sic, now.cik) == (
        "Oak Inc", ("ELM CORP",), "3827", "0000000042",
    )  # fmt: skip
    assert (now.tickers, now.year_end) == ((("OAK", "NASDAQ"), ("OAK.C", "")), "06-30")
    assert store.filer(FILER, as_of="2024-01-31") is None
    assert store.filer("cik:0000000001") is None
    rows = store.connection.execute("SELECT cik, former, sic, ticker, year_end FROM filers")
    assert rows.fetchall() == [("0000000042", '["ELM CORP"]', "3827", "OAK", "06-30")]


def test_former_names_of_headers_are_known_from_the_filing_that_says_them(tmp_path: Path) -> None:
    def named(name: str, *former: str) -> tuple[Filer, ...]:
        old = tuple(FormerName(name=one, since=None) for one in former)
        return (Filer(filer_id=FILER, name=name, former=old),)

    store = hand_store(
        tmp_path,
        lodged("a", "2020-02-01T00:00:00Z", filers=named("ELM CORP", "ASH CO")),
        lodged("b", "2021-02-01T00:00:00Z", filers=named("Elm Corporation", "BEECH LTD", "ASH CO")),
        lodged("c", "2022-02-01T00:00:00Z", filers=named("Oak Inc", "ASH CO", "ELM CORP")),
        lodged("d", "2023-02-01T00:00:00Z", filers=named("Oak Inc", "Oak Inc", "ELM CORP")),
    )
    then = {year: store.filer(FILER, as_of=f"{year}-06-01") for year in range(2020, 2024)}
    assert {year: (f.name, f.former) for year, f in then.items() if f} == {
        2020: ("ELM CORP", ("ASH CO",)),
        2021: ("Elm Corporation", ("ASH CO", "BEECH LTD")),
        2022: ("Oak Inc", ("ASH CO", "ELM CORP", "BEECH LTD")),
        2023: ("Oak Inc", ("ASH CO", "ELM CORP", "BEECH LTD")),
    }


def test_a_ticker_is_the_filers_who_had_it_then(store: FactStore) -> None:
    assert [f.filer_id for f in store.filers(ticker="elm", as_of="2024-06-01")] == [FILER]
    assert store.filers(ticker="ELM") == []
    assert [f.filer_id for f in store.filers(ticker="OAK.C")] == [FILER]
    assert store.filers(ticker="SUB") == []


def test_a_period_is_placed_by_the_filings_of_its_day(store: FactStore) -> None:
    then = {(p.start, p.end): (p.fiscal_year, p.fiscal_period, p.transition)
            for p in store.periods(FILER, as_of="2024-06-01")}  # fmt: skip
    assert then == {
        ("2023-01-01", "2023-12-31"): (2023, "FY", False),
        ("2024-01-01", "2024-03-31"): (2024, "Q1", False),
        (None, "2024-03-31"): (2024, "Q1", False),
    }
    now = {(p.start, p.end): p for p in store.periods(FILER)}
    assert now["2024-01-01", "2024-06-30"].transition
    assert now["2024-01-01", "2024-06-30"].fiscal_period == "other"
    assert [y.last.isoformat() for y in store.years(FILER)] == ["2023-12-31", "2024-06-30"]
    assert store.years("cik:9999999999") == store.years(FILER, as_of="1990-01-01") == ()


def test_the_table_of_periods_is_what_the_query_says(store: FactStore) -> None:
    rows = store.connection.execute(
        "SELECT period_start, period_end, fiscal_year, fiscal_period, frame FROM periods"
        " ORDER BY period_end, period_start"
    ).fetchall()
    assert rows == [
        (p.start or "", p.end, p.fiscal_year, p.fiscal_period, p.frame)
        for p in store.periods(FILER)
    ]


def test_what_only_undated_filings_say_is_not_seen_as_of_a_moment(tmp_path: Path) -> None:
    store = hand_store(tmp_path, lodged("u", None, dei("TradingSymbol", "ELM"), sic="1"))
    known = store.filer(FILER)
    assert known is not None
    assert (known.name, known.sic, known.tickers) == ("Elm", "1", (("ELM", ""),))
    assert store.filer(FILER, as_of="2030-01-01") is None


def test_companyfacts_that_say_no_period_are_placed_by_their_numbers(tmp_path: Path) -> None:
    store = hand_store(
        tmp_path,
        lodged(
            "c", "2024-09-01T00:00:00Z",
            *(num(f"C{n}", n, "2023-07-01", "2024-06-30") for n in range(20)),
            *(num(f"C{n}", n, "2022-07-01", "2023-06-30") for n in range(20)),
            num("Odd", 1, "2023-11-01", "2024-10-31"), fiscal_year=2024,
        ),
    )  # fmt: skip
    found = {p.end: (p.fiscal_year, p.fiscal_period) for p in store.periods(FILER)}
    assert found == {"2023-06-30": (2023, "FY"), "2024-06-30": (2024, "FY"),
                     "2024-10-31": (2025, "other")}  # fmt: skip
