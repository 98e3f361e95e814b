"""Second opinions: of what could not be read alone, and never against a number that was read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.judge.appeals import ALGEBRA, UNREAD, by_algebra, by_model
from qhdata.judge.judge import judge
from qhdata.judge.model_judge import Ballot
from qhdata.records import Gold

NUMBER = Gold(slot="answer", kind="number", value="0.75")
TEXT = Gold(slot="answer", kind="text", value="term loan")


def algebra(gold: Gold, answer: str) -> tuple[str, str] | None:
    found = by_algebra(gold, answer, judge(gold, answer))
    return (found.verdict.outcome, found.verdict.reason) if found else None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (r"\boxed{\frac{3}{4}}", ("correct", "match")),
        (r"\boxed{\dfrac{3}{4}}", ("correct", "match")),
        (r"\boxed{$3/4$}", ("correct", "match")),
        (r"\boxed{\frac{1}{2} + \frac{1}{4}}", ("correct", "match")),
        (r"\boxed{\frac{3}{5}}", ("wrong", "out_of_tolerance")),
        (r"\boxed{-\frac{3}{4}}", ("wrong", "sign_error")),
        (r"\boxed{\frac{3000}{4}}", ("wrong", "scale_error")),
        (r"\boxed{\frac{1}{0}}", None),
        (r"\boxed{\frac{x}{4}}", None),
        (r"\boxed{\sqrt{-1}}", None),
        (r"\boxed{(9^{99})^{99}}", None),
        (r"\boxed{\frac{3}{4} \text{ or } \frac{1}{4}}", None),
        (r"\boxed{0.75}", None),
        (r"\boxed{750}", None),
        (r"\boxed{\frac{3}{4}} and \boxed{\frac{1}{4}}", None),
    ],
)
def test_expressions_come_to_a_number_that_the_rules_judge(
    answer: str, said: tuple[str, str] | None
) -> None:
    assert algebra(NUMBER, answer) == said


def test_a_tolerance_is_the_rules_own() -> None:
    third = Gold(slot="answer", kind="number", value="0.333", decimals=3)
    assert algebra(third, r"\boxed{\frac{1}{3}}") == ("correct", "match")
    root = Gold(slot="answer", kind="number", value="1.41", decimals=2)
    assert algebra(root, r"\boxed{\sqrt{2}}") == ("correct", "match")


@given(st.integers(-999, 999), st.integers(1, 99))
def test_a_fraction_is_its_quotient(above: int, below: int) -> None:
    exact = Gold(slot="answer", kind="number", value=f"{Decimal(above) / below:.6f}", decimals=6)
    answer = rf"\boxed{{\frac{{{above}}}{{{below}}}}}"
    if judge(exact, answer).reason in ALGEBRA:
        assert algebra(exact, answer) == ("correct", "match")


@given(st.text("0123456789.+-/*×^{}()\\frac sqrt", max_size=60))
def test_no_text_of_signs_raises_or_runs_away(text: str) -> None:
    began = time.process_time()
    algebra(NUMBER, f"\\boxed{{{text}}}")
    assert time.process_time() - began < 10


def test_a_model_is_asked_of_words_and_never_of_numbers_that_were_read() -> None:
    seen: list[Ballot] = []

    def ask(ballots: Sequence[Ballot]) -> list[bool | None]:
        seen.extend(ballots)
        return [True for _ in ballots]

    cases = [
        (TEXT, "What is it?", "a loan for a fixed term"),
        (TEXT, "What is it?", "term loan"),
        (NUMBER, "How much?", "750"),
        (NUMBER, "How much?", "-0.75"),
        (NUMBER, "How much?", "0.8"),
        (NUMBER, "How much?", "0.7 or 0.75"),
        (NUMBER, "How much?", "three fourths"),
    ]
    rows = [(gold, question, answer, judge(gold, answer)) for gold, question, answer in cases]
    found = by_model(rows, ask)
    assert [one is not None for one in found] == [True, *[False] * 5, True]
    assert found[0] is not None
    assert (found[0].rules, found[0].verdict.outcome) == ("wrong_text", "correct")
    assert found[0].verdict.judge == found[0].by == "model judge@1"
    assert [ballot.answer for ballot in seen] == ["a loan for a fixed term", cases[-1][2]]
    assert '"term loan"' in seen[0].reference


@pytest.mark.parametrize(("vote", "heard"), [(False, True), (None, False)])
def test_without_a_vote_for_it_the_rules_stand(vote: bool | None, heard: bool) -> None:
    row = (TEXT, "", "a loan", judge(TEXT, "a loan"))
    (found,) = by_model([row], lambda ballots: [vote for _ in ballots])
    assert found is not None
    assert (found.verdict, found.heard) == (row[3], heard)


def test_what_was_read_is_never_appealed() -> None:
    for reason in ("scale_error", "sign_error", "unit_error", "percent_fraction", "rounding",
                   "out_of_tolerance", "distractor", "hedged", "multiple_answers"):  # fmt: skip
        assert reason not in UNREAD
