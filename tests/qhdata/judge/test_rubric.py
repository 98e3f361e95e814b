"""What each check of general tasks accepts and refuses; a wrong criterion is unscored."""

from __future__ import annotations

import pytest

from qhdata.judge.rubric import CHECKS, check_all, check_criterion
from qhdata.records.base import json_text
from qhdata.records.task import Criterion

TEXT = "Net sales rose 5.2% to $47.1 million in 2024. Demand was strong in every region."

CASES: list[tuple[str, dict[str, object], list[str], list[str]]] = [
    ("label_in_set", {"labels": ["risk", "outlook"]},
     ["Answer: Risk", "outlook", "<think>risk</think>Answer: outlook"],
     ["", "Answer: other", "Answer: risk\nAnswer: outlook"]),
    ("label_in_set", {"labels": ["risk", "outlook"], "expected": "risk"}, ["risk."], ["outlook"]),
    ("json_keys", {"keys": ["a", "b"]}, ['{"a": 1, "b": 2}', '```json\n{"b": 1, "a": 2}\n```'],
     ["", "a b", '{"a": 1}', '{"a": 1, "b": 2, "c": 3}', 'Here: {"a": 1, "b": 2}', "[1]"]),
    ("json_keys", {"keys": ["a"], "more": True}, ['{"a": 1, "c": 3}'], ['{"c": 3}']),
    ("json_values", {"values": {"name": "Acme", "sales": "47.1"}},
     ['{"name": "ACME", "sales": 47.10}', 'So {"sales": "47.1", "name": "acme", "x": 1}'],
     ['{"name": "Acme"}', '{"name": "Acme", "sales": 4.71}', ""]),
    ("verbatim_quote", {"text": TEXT},
     ['As filed: "Demand was strong in every region."', "“Net sales rose 5.2% to $47.1 million”"],
     ["", "Demand was strong in every region", '"Demand was weak in every region"',
      '"Demand was strong in every region" and "net sales fell by a lot"', '"Net sales"']),
    ("says_not_stated", {}, ["This is not stated in the filing.", "文中未披露。"],
     ["", "It is 5", "It is not stated, but about 5"]),
    ("says_not_stated", {"expected": False}, ["It is 5"], ["This is not disclosed."]),
    ("max_words", {"words": 4}, ["Net sales rose 5.2%", "净利润增"],
     ["", "one two three four five", "净利润增长"]),
    ("min_words", {"words": 3}, ["Net sales rose"], ["", "Net sales", "a a a a a a a a a a"]),
    ("contains_all", {"texts": ["5", "net sales"]}, ["Net Sales rose by 5."],
     ["", "Net sales rose 15", "5.2 net sales", "5 network sales", "5,000 of net sales"]),
    ("contains_any", {"texts": ["5", "rose"]}, ["It rose", "5 or so"], ["", "15", "a rosebud"]),
    ("contains_none", {"texts": ["guarantee"]}, ["We expect growth.", "guarantees differ"],
     ["", "We Guarantee it."]),
    ("bullet_count", {"count": 2}, ["- a\n- b", "* a\n\n2. b", "Two:\n• a\n• b"],
     ["", "- a", "- a\n- b\n- c", "-\n-"]),
    ("sentence_count", {"count": 2},
     [TEXT, "One. Two", "增长百分之五。需求强劲。", 'He said "no." Then left.'],
     ["", "One", "A. B. C."]),
    ("language_is", {"language": "en"}, ["Net sales rose."], ["", "净利润增长", "42"]),
    ("language_is", {"language": "zh"}, ["净利润增长5%"], ["Net sales rose.", ""]),
    ("number_matches", {"value": "47100000", "unit": "USD", "scale": "1000000", "decimals": 1},
     ["Answer: $47.1 million", "47.1"], ["", "Answer: 47.1 billion", "Answer: 47.1 or 48"]),
    ("number_matches", {"kind": "percent", "value": "5.2"}, ["5.2%"], ["0.052"]),
    ("starts_with", {"text": "Summary:"}, [" Summary: a"], ["", "A Summary:"]),
    ("ends_with", {"text": "Not advice."}, ["Buy. Not advice.\n"], ["", "Not advice. Buy"]),
    ("no_digits", {}, ["Sales rose."], ["", "Sales rose 5%", "１"]),
]  # fmt: skip


def criterion(check: str, arguments: object, **more: object) -> Criterion:
    more.setdefault("criterion_id", check)
    return Criterion(text="", check=check, arguments=json_text(arguments), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("check", "arguments", "held", "failed"), CASES)
def test_checks(check: str, arguments: object, held: list[str], failed: list[str]) -> None:
    one = criterion(check, arguments)
    assert {answer: check_criterion(one, answer).value for answer in held} == dict.fromkeys(held, 1)
    found = {answer: check_criterion(one, answer).value for answer in failed}
    assert found == dict.fromkeys(failed, 0)


def test_every_check_is_tried_here() -> None:
    assert {case[0] for case in CASES} == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_an_empty_reply_passes_only_what_forbids(check: str) -> None:
    arguments = next(case[1] for case in CASES if case[0] == check)
    assert check_criterion(criterion(check, arguments), "").value == 0
    assert check_criterion(criterion(check, arguments), "<think>" + TEXT).value == 0


@pytest.mark.parametrize(
    ("check", "arguments"),
    [("unheard_of", {}), ("max_words", {}), ("max_words", {"words": "many"}), ("max_words", [1]),
     ("contains_all", {"texts": []}), ("contains_all", {"texts": "a"}),
     ("language_is", {"language": "fr"}),
     ("number_matches", {"value": "five"}), ("label_in_set", {"labels": [1]}),
     ("json_values", {"values": 1})],
)  # fmt: skip
def test_a_wrong_criterion_is_unscored_never_failed(check: str, arguments: object) -> None:
    assert check_criterion(criterion(check, arguments), '{"a": 5} Answer: 5').value is None
    assert check_all([criterion(check, arguments)], "x").total is None


@pytest.mark.parametrize("check", CHECKS)
def test_checks_stay_quick_on_hostile_replies(check: str) -> None:
    arguments = next(case[1] for case in CASES if case[0] == check)
    for char in ("a", ".", '"', "- ", "\n", "{", "5,", " . a", "```", "净"):
        assert check_criterion(criterion(check, arguments), char * (50_000 // len(char))).value in (
            0,
            1,
        )


def test_a_failed_gate_wins_over_everything() -> None:
    criteria = [
        criterion("max_words", {"words": 3}, criterion_id="short", gate=True),
        criterion("contains_all", {"texts": ["sales"]}, criterion_id="names", weight=3.0),
        criterion("no_digits", {}, criterion_id="plain", weight=1.0),
    ]
    assert check_all(criteria, "sales rose 5").total == 0.75
    assert check_all(criteria, "sales rose by 5").total == 0.0
    assert check_all(criteria, "").total == 0.0
