"""Identities hold within rounding, or say by how much not; inside one filing, as of a moment."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from store_by_hand import FILER, hand_store, lodged, num

from qhdata.factstore.identities import BEGINNING, Finding, check_identities
from qhdata.factstore.rows import StoredFact

M = 1_000_000
OPENING, START, END = "2022-12-31", "2023-01-01", "2023-12-31"
ALL_CASH = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
CHANGE = f"{ALL_CASH}PeriodIncreaseDecreaseIncludingExchangeRateEffect"
PRETAX = (
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
)
ALL_EQUITY = "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
FX = "EffectOfExchangeRateOnCashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"


def checked(decimals: str | None = "-6", **values: int) -> dict[str, Finding]:
    """values: in millions, by concept; `X__0` is X at the beginning."""
    named = {
        f"us-gaap:{name.removesuffix('__0')}" + (BEGINNING if name.endswith("__0") else ""): value
        for name, value in values.items()
    }
    base: dict[str, Any] = dict.fromkeys(StoredFact.__slots__, "") | {"decimals": decimals}
    facts = {
        name: StoredFact(**{**base, "fact_id": name, "value": Decimal(value) * M})
        for name, value in named.items()
    }
    return {finding.identity: finding for finding in check_identities(facts)}


@pytest.mark.parametrize(
    ("identity", "values"),
    [
        ("assets_equal_claims", {"Assets": 83, "LiabilitiesAndStockholdersEquity": 83}),
        ("balance", {"Assets": 83, "Liabilities": 45, "StockholdersEquity": 38}),
        ("balance", {"Assets": 83, "Liabilities": 45, "StockholdersEquity": 30,
                     "MinorityInterest": 8}),
        ("balance", {"LiabilitiesAndStockholdersEquity": 83, "Liabilities": 45, ALL_EQUITY: 30,
                     "StockholdersEquity": 28, "MinorityInterest": 2,
                     "TemporaryEquityCarryingAmountAttributableToParent": 5,
                     "RedeemableNoncontrollingInterestEquityCarryingAmount": 3}),
        ("gross_profit", {"GrossProfit": 18, "Revenues": 47, "CostOfRevenue": 29}),
        ("net_income", {"NetIncomeLoss": 15, PRETAX: 20, "IncomeTaxExpenseBenefit": 5}),
        ("net_income_shared", {"ProfitLoss": 15, "NetIncomeLoss": 14,
                               "NetIncomeLossAttributableToNoncontrollingInterest": 1}),
        ("comprehensive_income", {"ComprehensiveIncomeNetOfTax": 12, "NetIncomeLoss": 15,
                                  "OtherComprehensiveIncomeLossNetOfTax": -3}),
        ("cash_change", {CHANGE: 3, "NetCashProvidedByUsedInOperatingActivities": 14,
                         "NetCashProvidedByUsedInInvestingActivities": -7,
                         "NetCashProvidedByUsedInFinancingActivities": -5, FX: 1}),
        ("cash_end", {f"{ALL_CASH}": 13, f"{ALL_CASH}__0": 10, CHANGE: 3}),
        ("cash_end", {"CashAndCashEquivalentsAtCarryingValue": 13, FX: 1,
                      "CashAndCashEquivalentsAtCarryingValue__0": 10,
                      CHANGE.replace("Including", "Excluding"): 2}),
    ],
)  # fmt: skip
def test_each_identity_holds_and_a_changed_total_breaks_it(
    identity: str, values: dict[str, int]
) -> None:
    assert checked(**values)[identity].holds
    total = next(iter(values))
    wrong = checked(**{**values, total: values[total] + 8})[identity]
    assert not wrong.holds
    assert wrong.difference == 8 * M
    assert wrong.excess == 8 * M - wrong.slack
    assert identity not in checked(None, **values), "without a precision nothing can be said"


@given(
    parts=st.tuples(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12)),
    places=st.integers(-9, 2),
)
def test_rounding_never_breaks_an_identity_that_is_true(
    parts: tuple[int, int], places: int
) -> None:
    unit = Decimal(1).scaleb(-places)
    base: dict[str, Any] = dict.fromkeys(StoredFact.__slots__, "") | {"decimals": str(places)}
    values = {
        f"us-gaap:{name}": StoredFact(**{**base, "value": (Decimal(v) / unit).quantize(1) * unit})
        for name, v in (("Liabilities", parts[0]), ("StockholdersEquity", parts[1]),
                        ("Assets", sum(parts)))
    }  # fmt: skip
    (finding,) = check_identities(values)
    assert finding.holds
    assert finding.slack == unit * 3 / 2


def statement(name: str, public_at: str, assets: int, change: int = 3) -> Any:
    return lodged(
        name, public_at, num("Assets", assets * M, None, END),
        num("LiabilitiesAndStockholdersEquity", 83 * M, None, END),
        num(ALL_CASH, 13 * M, None, END), num(ALL_CASH, 10 * M, None, OPENING),
        num(CHANGE, change * M, START, END), period_end=END,
    )  # fmt: skip


def test_a_period_is_tried_inside_the_last_filing_that_was_public(tmp_path: Path) -> None:
    store = hand_store(
        tmp_path, statement("a", "2024-02-01T00:00:00Z", 83),
        statement("b", "2024-06-01T00:00:00Z", 90, change=9),
        lodged("c", "2024-08-01T00:00:00Z", num("Assets", 1, None, END), form="8-K"),
    )  # fmt: skip

    def holds(as_of: str | None, start: str | None = START) -> dict[str, bool]:
        found = store.identities(FILER, END, period_start=start, as_of=as_of)
        return {finding.identity: finding.holds for finding in found}

    assert holds("2024-02-01") == {"assets_equal_claims": True, "cash_end": True}
    assert holds(None) == {"assets_equal_claims": False, "cash_end": False}
    assert holds(None, None) == {"assets_equal_claims": False}
    assert holds("2024-01-01") == {}
    every = [(f.identity, start, end) for _, start, end, f in store.every_identity()]
    assert every == [("assets_equal_claims", None, END), ("cash_end", START, END)]
    cash = next(f for f in store.identities(FILER, END, period_start=START))
    assert {fact.filing_id for _, fact in cash.parts} == {"b"}
