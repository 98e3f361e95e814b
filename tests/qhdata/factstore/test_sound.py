"""What is stored of a document's facts, and why the rest is not."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from store_by_hand import FILER, dei, hand_store, lodged, num

from qhdata.errors import UserError
from qhdata.factstore.sound import places, rounding_explains, sound
from qhdata.records import Fact

YEAR = ("2023-01-01", "2023-12-31")


def kept(*facts: Fact) -> tuple[int, dict[str, int]]:
    refused: Counter[str] = Counter()
    rows = [replace(f, fact_id=str(n), doc_id="d") for n, f in enumerate(facts)]
    return len(sound(rows, FILER, refused)), dict(refused)


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (num("Assets", 1, None, YEAR[1], unit=None), "number_without_unit"),
        (num("Assets", 1, None, None), "number_without_period"),
        (replace(num("Assets", 1, None, YEAR[1]), value=None), "number_without_value"),
        (num("Assets", "12,5", None, YEAR[1]), "not_a_number"),
        (num("Assets", "NaN", None, YEAR[1]), "not_a_number"),
        (num("Assets", "-Infinity", None, YEAR[1]), "not_a_number"),
        (num("Assets", "9e999999", None, YEAR[1]), "not_a_number"),
        (num("Revenues", 1, YEAR[1], YEAR[0]), "not_a_period"),
        (num("Revenues", 1, "2023-02-30", YEAR[1]), "not_a_period"),
        (num("Revenues", 1, "", YEAR[1]), "not_a_period"),
        (num("Revenues", 1, None, "0022-12-31"), "not_a_period"),
    ],
)
def test_a_number_that_cannot_be_read_is_refused_with_its_reason(fact: Fact, reason: str) -> None:
    assert kept(fact, num("Goodwill", 2, None, YEAR[1])) == (1, {reason: 1})


def test_conflicting_values_are_refused_and_roundings_are_not() -> None:
    one, other = num("Assets", 41_000_000, None, YEAR[1]), num("Assets", 43_000_000, None, YEAR[1])
    assert kept(one, other) == (0, {"contradicting_facts": 2})
    finer = num("Assets", 41_300_000, None, YEAR[1], decimals="-5")
    assert kept(one, finer) == (1, {"reported_again": 1})
    assert kept(one, num("Assets", 43_000_000, None, YEAR[1], unit="EUR")) == (2, {})


def test_a_subsidiarys_facts_are_not_the_filers() -> None:
    own = num("Assets", 5, None, YEAR[1], entity=FILER)
    other = num("Assets", 3, None, YEAR[1], entity="cik:0000000043")
    assert kept(own, other) == (1, {"of_another_filer": 1})
    assert kept(other) == (1, {}), "a successor may name another throughout"


def test_facts_of_an_unknown_filer_are_not_stored_as_one_filers() -> None:
    refused: Counter[str] = Counter()
    assert sound([num("Assets", 5, None, YEAR[1])], "", refused) == []
    assert refused == {"filer_unknown": 1}


def test_a_store_without_facts_answers_with_nothing(tmp_path: Path) -> None:
    store = hand_store(tmp_path, lodged("d", "2024-01-01T00:00:00Z"))
    assert len(store.documents()) == 1
    assert store.periods(FILER) == store.concepts(FILER) == list(store.restatements()) == []
    assert store.fact(FILER, "us-gaap:Assets", YEAR[1]) is None
    assert store.meta("refused") == "{}"
    with pytest.raises(UserError, match="is no moment"):
        store.periods(FILER, as_of="2024-13-01")


def test_refusals_are_counted_in_the_store(tmp_path: Path) -> None:
    store = hand_store(
        tmp_path,
        lodged("d", "2024-01-01T00:00:00Z", num("Assets", "x", None, YEAR[1]),
               num("Revenues", 1, *YEAR, unit=""), dei("TradingSymbol", "ELM")),
    )  # fmt: skip
    assert json.loads(store.meta("refused")) == {"not_a_number": 1, "number_without_unit": 1}
    assert store.counts()["facts"] == 1


@given(
    value=st.text(max_size=8), decimals=st.text(max_size=6),
    start=st.none() | st.text(max_size=11), end=st.none() | st.text(max_size=11),
)  # fmt: skip
def test_no_text_in_a_field_is_an_error(value: str, decimals: str, start: Any, end: Any) -> None:
    facts = [num("A", value, start, end, decimals=decimals), num("A", "1", start, end)]
    assert kept(*facts)[0] <= 2
    assert places(decimals) is None or abs(places(decimals) or 0) <= 30


def test_rounding_is_of_the_coarser_precision() -> None:
    assert rounding_explains(Decimal("45.1"), Decimal(45), "1", "0")
    assert not rounding_explains(Decimal(46), Decimal(45), "0", "0")
    assert not rounding_explains(Decimal(46), Decimal(45), "INF", None)
