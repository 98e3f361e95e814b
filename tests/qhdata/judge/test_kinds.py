"""Every kind: renderings are correct, near misses wrong for their reason, bad gold unscored."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import localcontext

import pytest

from qhdata.judge import judge
from qhdata.judge.kinds import KINDS, load
from qhdata.judge.reasons import WRONG
from qhdata.records.base import DecimalText
from qhdata.records.task import Gold, Tolerance


def gold(kind: str, value: str, **more: object) -> Gold:
    return Gold(slot="answer", kind=kind, value=value, **more)  # type: ignore[arg-type]


def tolerance(low: str, high: str) -> Tolerance:
    return Tolerance(low=DecimalText(low), high=DecimalText(high), why="test")


MILLION = DecimalText("1000000")
LETTERS = ("A", "B", "C", "D")
SAMPLES: dict[str, list[Gold]] = {
    "number": [
        gold("number", "1234500000", unit="USD", scale=MILLION, decimals=1),
        gold("number", "-1234500000", unit="USD", scale=MILLION, decimals=1),
        gold("number", "-1234", unit="USD"),
        gold("number", "1.27", unit="USD/shares", decimals=2),
        gold("number", "0.7446808510638297872", decimals=4),
        gold("number", "1234000000", unit="CNY", scale=DecimalText("100000000"), decimals=2),
        gold("number", "15287521000", unit="shares", scale=DecimalText("1000")),
        gold("number", "0", unit="USD", scale=MILLION, decimals=0),
        gold("number", "2.345", decimals=2, tolerance=tolerance("2.3", "2.39")),
    ],
    "percent": [
        gold("percent", "12.4987", decimals=1),
        gold("percent", "-22.222222222", decimals=2),
        gold("percent", "12.5"),
        gold("percent", "0.25", decimals=2),
        gold("percent", "143.7", decimals=1, tolerance=tolerance("143.1", "144.2")),
        gold("percent", "0", decimals=1),
    ],
    "points": [gold("points", "1.5", decimals=1), gold("points", "-0.75")],
    "percentage_points": [gold("percentage_points", "2.25", decimals=2)],
    "per_share": [
        gold("per_share", "2.35", unit="USD/shares", decimals=2),
        gold("per_share", "-0.07", unit="USD/shares"),
        gold("per_share", "3.1415", unit="CNY/shares", decimals=2),
        gold("per_share", "1.5"),
    ],
    "bps": [gold("bps", "25"), gold("bps", "-112.4", decimals=0)],
    "multiple": [gold("multiple", "2.5", decimals=1), gold("multiple", "0.8666667", decimals=2)],
    "count": [gold("count", "4"), gold("count", "0"), gold("count", "161000", unit="employees")],
    "date": [gold("date", "2024-06-30"), gold("date", "2024-03-04"), gold("date", "2023-12-31")],
    "period": [gold("period", text) for text in ("2024", "2024Q2", "2023H1", "2024-06")],
    "bool": [gold("bool", "true"), gold("bool", "false")],
    "choice": [
        gold("choice", "B", choices=LETTERS),
        gold("choice", "A", choices=LETTERS),
        gold("choice", "net income", choices=("net income", "revenue", "cost of revenue")),
        gold("choice", "流动资产", choices=("流动资产", "非流动资产", "负债")),
    ],
    "label_set": [
        gold("label_set", '["A","C"]', choices=LETTERS),
        gold("label_set", '["credit","liquidity"]', choices=("credit", "liquidity", "market")),
        gold("label_set", "[]", choices=("credit", "liquidity")),
    ],
    "text": [gold("text", "Cost of Revenue"), gold("text", "0000320193-24-000123")],
    "vector": [
        gold("vector", "[73260, 57768]"),
        gold("vector", '["35.12","-42","50.5"]', decimals=1),
        gold("vector", "[1234000, 999000]", unit="USD", scale=DecimalText("1000")),
        gold("vector", "[12.5, 13.1]", unit="%", tolerance=tolerance("-0.05", "0.05")),
    ],
    "range": [
        gold("range", "[5, 6]"),
        gold("range", "[1200000000, 1400000000]", unit="USD", scale=MILLION, decimals=0),
        gold("range", '["-3.5","2"]', unit="%", decimals=1),
    ],
    "json": [
        gold("json", '{"category": "fund", "risk": 3, "tags": ["a", "b"], "open": true}'),
        gold("json", '[1, 2.50, "x"]'),
    ],
    "extractive_spans": [
        gold("extractive_spans", '["net sales rose 4%", "the Company’s debt"]'),
        gold("extractive_spans", '["Revenue grew, as expected."]'),
    ],
}
CASES = [
    pytest.param(kind, one, id=f"{kind}-{one.value}") for kind in KINDS for one in SAMPLES[kind]
]


def test_every_kind_has_samples() -> None:
    assert set(SAMPLES) == set(KINDS)


@pytest.mark.parametrize(("kind", "one"), CASES)
def test_renderings_are_correct(kind: str, one: Gold) -> None:
    texts = list(load(kind).renderings(one))
    assert len(texts) >= 4
    judged = {text: judge(one, text) for text in texts}
    assert {t: v.reason for t, v in judged.items() if v.outcome != "correct"} == {}


@pytest.mark.parametrize(("kind", "one"), CASES)
def test_near_misses_are_wrong_for_the_stated_reason(kind: str, one: Gold) -> None:
    misses = list(load(kind).near_misses(one))
    assert len(misses) >= 4
    judged = {text: (judge(one, text), reason) for text, reason in misses}
    off = {
        text: (verdict.outcome, verdict.reason, reason)
        for text, (verdict, reason) in judged.items()
        if (verdict.outcome, verdict.reason) != ("wrong", reason)
    }
    assert off == {}
    assert {reason for _, reason in misses} <= WRONG


@pytest.mark.parametrize("kind", KINDS)
def test_bad_gold_is_unscored_and_an_unreadable_answer_is_wrong(kind: str) -> None:
    bad = replace(SAMPLES[kind][0], value="" if kind == "text" else "zzz", choices=())
    for answer in ("1", "", "Answer: 2024-06-30", "yes", "]["):
        assert judge(bad, answer).outcome == "unscored"
    nonsense = "Answer: 'zz qq' <<>> \x00 ]{"
    assert judge(SAMPLES[kind][0], nonsense).outcome == "wrong"


@pytest.mark.parametrize(("kind", "one"), CASES)
def test_hostile_replies_are_wrong_and_quick(kind: str, one: Gold) -> None:
    flood = ("Answer: " + "9," * 50_000, "[" * 100_000, "{" * 100_000, "\\boxed{" * 5_000,
             "十" * 100_000, "Answer: " + "-" * 100_000, '{"answer": ' * 5_000, "(" * 90_000,
             'Answer: ' + json.dumps(["1"] * 20_000))  # fmt: skip
    for reply in flood:
        assert judge(one, reply).outcome == "wrong"


@pytest.mark.parametrize(("kind", "one"), CASES)
def test_huge_and_tiny_numbers_are_wrong_and_raise_nothing(kind: str, one: Gold) -> None:
    numbers = ("1e40", "-1e39", "1e-40", "9" * 59, "0." + "0" * 50 + "1", "1e30 trillion", "1e35%")
    for number in numbers:
        verdict = judge(one, f"Answer: {number}")
        assert verdict.outcome == "wrong" or one.value == "0", number


@pytest.mark.parametrize("value", ["1e61", "nan", "inf", "1e9999999", "1" * 90, "", "0x10"])
@pytest.mark.parametrize("kind", ["number", "percent", "points", "bps", "multiple", "count"])
def test_gold_that_is_no_bounded_number_is_unscored(kind: str, value: str) -> None:
    assert judge(gold(kind, value), "5").outcome == "unscored"
    assert judge(gold(kind, "5", scale=DecimalText(value)), "5").outcome == "unscored"


def test_the_callers_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 2
        one = gold("number", "-1234500000", unit="USD", scale=MILLION, decimals=1)
        assert judge(one, "(1,234.5)").outcome == "correct"
        assert judge(one, "(1,234.7)").outcome == "wrong"
        assert judge(one, "-1,234.5").parsed == "-1234500000"
