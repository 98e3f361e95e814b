"""Totals against their parts: which sums are tried, how far they may be off, what fails."""

from __future__ import annotations

import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import RowError
from qhdata.extract import Limits, extract_document
from qhdata.extract.calculations import calculations_of, check_calculations
from qhdata.extract.linkbase import Summation, read_summations
from qhdata.readers import plan, read_file
from qhdata.records import Calculation, DecimalText, Fact, Header, RawDocument

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
SEC = REAL / "filings" / "sec"
real = pytest.mark.skipif(not SEC.is_dir(), reason=f"no real filings under {SEC}")

LINKBASE = """<?xml version="1.0" encoding="UTF-8"?>
<link:linkbase xmlns:link="http://www.xbrl.org/2003/linkbase"
 xmlns:xlink="http://www.w3.org/1999/xlink">
<link:calculationLink xlink:role="http://inv/role/Assets">
<link:loc xlink:label="t" xlink:href="us-gaap-2024.xsd#us-gaap_Assets"/>
<link:loc xlink:label="a" xlink:href="inv.xsd#inv_Gold_Bars"/>
<link:loc xlink:label="b" xlink:href="inv.xsd#inv_Debt"/>
<link:calculationArc weight="1.0" xlink:from="t" xlink:to="a"/>
<link:calculationArc weight="-1" xlink:from="t" xlink:to="b"/>
</link:calculationLink></link:linkbase>"""


def fact(concept: str, value: int | str, **over: Any) -> Fact:
    base: dict[str, Any] = {
        "fact_id": f"d#{concept}{value}{over.get('period_start') or ''}", "doc_id": "d",
        "public_at": None, "kind": "number", "text": None, "unit": "USD", "decimals": "0",
        "scale": None, "sign": None, "period_start": None, "period_end": "2024-12-31",
        "concept": concept if ":" in concept else f"us-gaap:{concept}",
        "value": DecimalText(str(value)),
    }  # fmt: skip
    return Fact(**{**base, **over})


def tried(*facts: Fact, sums: tuple[Summation, ...] = ()) -> dict[str, Calculation]:
    return {c.rule: c for c in check_calculations("d", facts, sums)}


def test_a_balance_sheet_that_balances_and_one_that_does_not() -> None:
    facts = [
        fact("Assets", 10), fact("LiabilitiesAndStockholdersEquity", 10),
        fact("Liabilities", 6), fact("StockholdersEquity", 3), fact("MinorityInterest", 1),
    ]  # fmt: skip
    found = tried(*facts)
    assert {rule: c.holds for rule, c in found.items()} == {
        "assets_equal_claims": True, "balance": True,
    }  # fmt: skip
    assert json.loads(found["balance"].parts) == [
        ["1", "us-gaap:Liabilities", "6", "d#Liabilities6"],
        ["1", "us-gaap:StockholdersEquity", "3", "d#StockholdersEquity3"],
        ["1", "us-gaap:MinorityInterest", "1", "d#MinorityInterest1"],
    ]
    broken = tried(*facts[:2], fact("Liabilities", 9), *facts[3:])["balance"]
    assert (broken.holds, broken.expected, broken.found) == (False, "13", "10")
    assert (broken.tolerance, broken.fact_id) == ("2.0", "d#LiabilitiesAndStockholdersEquity10")


def test_equity_that_holds_all_interests_is_taken_as_it_is() -> None:
    found = tried(
        fact("LiabilitiesAndStockholdersEquity", 10), fact("Liabilities", 6),
        fact("StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest", 4),
        fact("StockholdersEquity", 3), fact("MinorityInterest", 1),
    )  # fmt: skip
    assert {rule: c.holds for rule, c in found.items()} == {"balance": True, "equity": True}


def test_the_results_of_associates_are_added_once() -> None:
    associates = fact("IncomeLossFromEquityMethodInvestments", 2, period_start="2024-01-01")
    year = {"period_start": "2024-01-01"}
    tax, total = fact("IncomeTaxExpenseBenefit", 3, **year), fact("NetIncomeLoss", 9, **year)
    stem = "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
    after = fact(f"{stem}ExtraordinaryItemsNoncontrollingInterest", 12, **year)
    before = fact(f"{stem}MinorityInterestAndIncomeLossFromEquityMethodInvestments", 10, **year)
    assert tried(associates, tax, total, after)["net_income"].holds
    assert tried(associates, tax, total, before)["net_income"].holds


def test_periods_units_and_dimensions_are_kept_apart() -> None:
    flows = [
        f"NetCashProvidedByUsedIn{k}Activities" for k in ("Operating", "Investing", "Financing")
    ]
    change = "CashAndCashEquivalentsPeriodIncreaseDecrease"
    rows = [
        fact(name, value * times, period_start=start)
        for start, times in (("2024-01-01", 1), ("2024-10-01", 3))
        for name, value in zip([*flows, change], (5, -2, -2, 1), strict=True)
    ]
    made = check_calculations("d", rows)
    assert [(c.period_start, c.found, c.holds) for c in made] == [
        ("2024-01-01", "1", True), ("2024-10-01", "3", True),
    ]  # fmt: skip
    assert [c.calculation_id for c in made] == ["d/sum0", "d/sum1"]
    assert not tried(fact("Assets", 1), fact("LiabilitiesAndStockholdersEquity", 1, unit="EUR"))
    away = fact("LiabilitiesAndStockholdersEquity", 1, dimensions='[["a","b"]]')
    assert not tried(fact("Assets", 1), away)


@given(
    parts=st.lists(st.integers(-(10**12), 10**12), min_size=3, max_size=3),
    places=st.integers(-6, 0),
)
def test_what_rounding_can_do_is_allowed_and_no_more(parts: list[int], places: int) -> None:
    unit = Decimal(10) ** -places
    shown = [Decimal(p).quantize(unit) if places == 0 else round(p / unit) * unit for p in parts]
    total = round(sum(parts) / unit) * unit
    names = ("Operating", "Investing", "Financing")
    rows = [
        fact(f"NetCashProvidedByUsedIn{n}Activities", f"{v:f}", decimals=str(places))
        for n, v in zip(names, shown, strict=True)
    ]
    change = "CashAndCashEquivalentsPeriodIncreaseDecrease"
    assert tried(*rows, fact(change, f"{total:f}", decimals=str(places)))["cash_change"].holds
    off = sum(shown) + 3 * unit
    assert not tried(*rows, fact(change, f"{off:f}", decimals=str(places)))["cash_change"].holds


def test_the_more_precise_of_two_reports_counts_and_contradictions_do_not() -> None:
    claims = fact("LiabilitiesAndStockholdersEquity", 1234)
    rough, exact = fact("Assets", 1000, decimals="-3"), fact("Assets", 1234)
    assert tried(rough, exact, claims)["assets_equal_claims"].found == "1234"
    assert not tried(exact, fact("Assets", 1235), claims)
    assert not tried(fact("Assets", 1234, decimals=None), claims)


def test_a_linkbase_says_more_sums_and_what_is_not_reported_counts_as_nothing() -> None:
    sums = tuple(read_summations(LINKBASE.encode(), Limits()))
    assert sums == (
        Summation("http://inv/role/Assets", "us-gaap:Assets",
                  (("inv:Gold_Bars", Decimal("1.0")), ("inv:Debt", Decimal(-1)))),
    )  # fmt: skip
    gold = fact("inv:Gold_Bars", 12)
    (both,) = check_calculations("d", [fact("Assets", 10), gold, fact("inv:Debt", 2)], sums)
    assert (both.holds, both.rule, both.absent) == (True, "http://inv/role/Assets", ())
    (one,) = check_calculations("d", [fact("Assets", 12), gold], sums)
    assert (one.holds, one.absent) == (True, ("inv:Debt",))


def test_a_linkbase_inside_a_schema_is_read_too() -> None:
    inside = LINKBASE.partition("?>")[2]
    schema = f'<schema xmlns="x"><annotation><appinfo>{inside}</appinfo></annotation></schema>'
    assert read_summations(schema.encode(), Limits()) == read_summations(
        LINKBASE.encode(), Limits()
    )


@pytest.mark.parametrize(
    ("linkbase", "error"),
    [
        (LINKBASE[:-9], "damaged_xml"),
        (LINKBASE.replace('"-1"', '"x"'), "damaged_xml"),
        (LINKBASE.replace("<link:linkbase", '<!DOCTYPE x SYSTEM "y"><link:linkbase'),
         "entities_refused"),
    ],
)  # fmt: skip
def test_a_linkbase_that_cannot_be_read_costs_no_document(linkbase: str, error: str) -> None:
    with pytest.raises(RowError) as caught:
        read_summations(linkbase.encode(), Limits())
    assert caught.value.error == error
    raw = RawDocument(
        doc_id="d", file_id="s/1", source="s", source_path="1", doc_type="", sequence=1,
        file_name="1", data=b"", header=Header(), linkbase=linkbase.encode(),
    )  # fmt: skip
    facts = [fact("Assets", 1), fact("LiabilitiesAndStockholdersEquity", 1)]
    made, notes = calculations_of(raw, facts, Limits())
    assert [c.holds for c in made] == [True]
    assert notes == {"calculation_linkbase": error, "calculations": 1, "calculations_hold": 1}


# ------------------------------------------------------------------------- real ones


def real_sums(folder: Path, names: str = "*") -> list[Calculation]:
    made = []
    for file in plan([folder]):
        if "!/" in file.path or not Path(file.path).match(names):
            continue
        for raw in read_file(file).documents:
            made += calculations_of(raw, extract_document(raw, Limits()).facts, Limits())[0]
    return made


@real
@pytest.mark.parametrize("name", ["aapl-20250329.htm", "aapl-20250329_htm.xml"])
def test_every_sum_of_a_real_filers_linkbase_holds(name: str) -> None:
    made = real_sums(SEC / "package_aapl_10q_2025", name)
    assert Counter(c.holds for c in made) == {True: 94}
    assert sum(c.rule.startswith("http") for c in made) == 72


@real
@pytest.mark.slow
def test_every_sum_of_large_real_filings_holds() -> None:
    made = real_sums(SEC / "html_2020s")
    assert [c for c in made if not c.holds] == []
    assert len(made) == 283
