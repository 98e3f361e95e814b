"""Facts and covers of any kind: the store is built, and every query answers or says why not."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from store_by_hand import FILER, dei, hand_store, lodged, num

from qhdata.factstore.ratios import RATIOS
from qhdata.factstore.store import FactStore
from qhdata.records import DecimalText, Fact, Filing

NAMES = ("us-gaap:Revenues", "us-gaap:CostOfRevenue", "us-gaap:Assets", "us-gaap:Liabilities",
         "us-gaap:EarningsPerShareBasic", "us-gaap:CashAndCashEquivalentsAtCarryingValue",
         "us-gaap:CashAndCashEquivalentsPeriodIncreaseDecrease", "a:b:c", ":")  # fmt: skip
DAYS = ("2023-12-31", "2023-01-01", "2024-01-01", "2024-03-31", "2024-06-30", "2024-12-31",
        "2023-09-30", "2024-02-30", "0022-12-31", "1900-01-01", "2200-12-31", "9999-12-31", "", "x",
        None)  # fmt: skip
VALUES = ("0", "-5", "100000000", "1e400", "NaN", "", "x", "9" * 90, "0." + "3" * 90, None)
UNITS = ("USD", "EUR", "shares", "pure", "USD/shares", "", None)
DECIMALS = ("-6", "INF", "2", None, "x", "-99999", "--", "0")
COVERS = (
    "TradingSymbol", "SecurityExchangeName", "CurrentFiscalYearEndDate", "DocumentFiscalYearFocus",
    "DocumentFiscalPeriodFocus", "EntityRegistrantName",
)  # fmt: skip
TEXTS = ("--12-31", "--02-29", "--13-99", "2024", "99999", "Q1", "Q9", "ABC", "N/A", "", "x" * 500)


def any_fact(chance: random.Random) -> Fact:
    pick = chance.choice
    if chance.random() < 0.2:
        return dei(pick(COVERS), pick(TEXTS))
    value = pick(VALUES)
    return replace(
        num(pick(NAMES), 0, pick(DAYS), pick(DAYS[:9] if chance.random() < 0.8 else DAYS)),
        value=value if value is None else DecimalText(value), unit=pick(UNITS),
        decimals=pick(DECIMALS), entity=pick((None, FILER, "cik:1")),
        kind=pick(("number", "number", "number", "nil", "text", "date")),
        dimensions=pick(("[]", "[]", '[["a","b"]]')),
    )  # fmt: skip


def any_filings(chance: random.Random) -> list[tuple[Filing, list[Fact]]]:
    return [
        lodged(
            f"f{n}", chance.choice((None, "2024-01-01", "2024-05-05T00:00:00Z")),
            *(any_fact(chance) for _ in range(60)), period_end=chance.choice(DAYS),
            form=chance.choice(("10-K", "10-Q", "10-KT", "8-K", None)), filer=f"Name {n}",
            fiscal_year=chance.choice((None, 2024, 0, -5, 99999)), sic=str(n),
        )
        for n in range(4)
    ]  # fmt: skip


def answers(store: FactStore, as_of: str | None) -> Iterator[tuple[str, object]]:
    """Everything that a store says as of a moment."""
    yield "documents", store.documents(as_of=as_of)
    yield "filers", store.filers(as_of=as_of)
    yield "years", store.years(FILER, as_of=as_of)
    yield "concepts", store.concepts(FILER, as_of=as_of)
    yield "restatements", list(store.restatements(as_of=as_of))
    yield "identities", list(store.every_identity(as_of=as_of))
    for name in (*NAMES, "revenue"):
        for year in (2023, 2024):
            for n in (1, 2, 3, 4):
                yield f"quarter {name}", store.quarter(FILER, name, year, n, as_of=as_of)
                yield f"trailing {name}", store.trailing(FILER, name, year, n, as_of=as_of)
    periods = store.periods(FILER, as_of=as_of)
    yield "periods", periods
    for p in periods[:6]:
        for name in NAMES:
            asked = (FILER, name, p.end)
            yield name, store.vintages(*asked, period_start=p.start, as_of=as_of)
            yield name, store.fact(*asked, period_start=p.start, as_of=as_of)
        for ratio in RATIOS[:5]:
            found = store.ratio(FILER, ratio.key, p.end, period_start=p.start, as_of=as_of)
            yield ratio.key, found


@pytest.mark.parametrize("seed", range(4))
def test_no_facts_break_a_store(tmp_path: Path, seed: int) -> None:
    store = hand_store(tmp_path, *any_filings(random.Random(seed)))
    assert len(list(answers(store, None))) > 100


@pytest.mark.parametrize("seed", range(6))
def test_a_store_says_as_of_a_moment_what_one_without_later_filings_says(
    tmp_path: Path, seed: int
) -> None:
    filings = any_filings(random.Random(seed))
    at = "2024-03-01"
    before = [(f, facts) for f, facts in filings if f.public_at and f.public_at <= at]
    if not before:
        filings[0] = before_then = lodged("f0", "2024-01-01", *filings[0][1], filer="Name 0")
        before = [before_then]
    whole, then = hand_store(tmp_path / "a", *filings), hand_store(tmp_path / "b", *before)
    for (name, now), (_, known) in zip(answers(whole, at), answers(then, at), strict=True):
        assert now == known, name
