"""Families and ratios: the preferred concept, inputs of one filing, and why there is none."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from store_by_hand import FILER, hand_store, lodged, num

from qhdata.errors import UserError
from qhdata.factstore.measures import Measured
from qhdata.factstore.ratios import RATIOS
from qhdata.factstore.store import FactStore
from qhdata.step import Skip

M = 1_000_000
START, END = "2023-01-01", "2023-12-31"
CONTRACTS = "RevenueFromContractWithCustomerExcludingAssessedTax"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FactStore:
    return hand_store(
        tmp_path_factory.mktemp("measures"),
        lodged(
            "k", "2024-02-01T00:00:00Z", num(CONTRACTS, 40 * M, START, END),
            num("Revenues", 50 * M, START, END), num("CostOfRevenue", 30 * M, START, END),
            num("Assets", 80 * M, None, END), num("NetIncomeLoss", 8 * M, START, END),
            num("OperatingIncomeLoss", -5 * M, START, END),
            num("EarningsPerShareBasic", "2.10", START, END, unit="USD/shares", decimals="2"),
        ),
        lodged("restated", "2024-06-01T00:00:00Z", num("Revenues", 45 * M, START, END)),
        lodged("other", "2024-07-01T00:00:00Z", num(CONTRACTS, 39 * M, "2022-01-01", "2022-12-31")),
    )  # fmt: skip


def test_a_family_is_its_preferred_concept_as_last_told(store: FactStore) -> None:
    found = store.of_family(FILER, "revenue", END, period_start=START)
    before = store.of_family(FILER, "revenue", END, period_start=START, as_of="2024-03-01")
    assert found is not None
    assert before is not None
    assert (found.concept, found.value, before.value) == ("us-gaap:Revenues", 45 * M, 50 * M)
    other = store.of_family(FILER, "revenue", "2022-12-31", period_start="2022-01-01")
    assert other is not None
    assert other.concept == f"us-gaap:{CONTRACTS}"
    assert store.of_family(FILER, "goodwill", END) is None
    with pytest.raises(UserError, match="no family"):
        store.of_family(FILER, "Revenues", END)


def test_a_ratio_takes_its_inputs_from_one_filing_and_says_how_sure_it_is(
    store: FactStore,
) -> None:
    found = store.ratio(FILER, "gross_margin", END, period_start=START)
    assert isinstance(found, Measured)
    assert found.value == Decimal("0.4"), "not 1/3, from revenue restated without its cost"
    assert {f.filing_id for f in found.facts.values()} == {"k"}
    assert Decimal("0.38") < found.low < found.value < found.high < Decimal("0.42")
    returns = store.ratio(FILER, "return_on_assets", END, period_start=START)
    assert isinstance(returns, Measured)
    assert returns.value == Decimal("0.1"), "a balance is that of the period's end"


def test_a_ratio_that_means_nothing_says_why(store: FactStore) -> None:
    def why(key: str) -> object:
        return store.ratio(FILER, key, END, period_start=START)

    assert why("current_ratio") == Skip("not_reported")
    assert why("dilution") == Skip("not_reported")
    assert store.ratio("cik:0000000001", "net_margin", END) == Skip("not_reported")
    with pytest.raises(UserError, match="no ratio"):
        why("margin")


def test_every_ratio_can_be_asked(store: FactStore) -> None:
    for ratio in RATIOS:
        found = store.ratio(FILER, ratio.key, END, period_start=START)
        assert isinstance(found, Measured | Skip), ratio.key
