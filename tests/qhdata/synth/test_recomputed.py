"""A chain of thought is refused where it does not compute, or a number comes from nowhere."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.programs import Value
from qhdata.synth.arithmetic import rounded_steps
from qhdata.synth.recomputed import refusal

KNOWN = "Revenue 47 42 2024 2023; Other (2) 1; Assets 26 89; 18,000; 2.5%"
GOOD = [
    "Growth = (47 - 42) / 42 = 5 / 42 = 0.119 = 11.9%",
    "In 2024, 47 - 42 = 5 million.",
    "revenue 2024 - revenue 2023 = 47 - 42 = 5",
    "(2) - 1 = -3",
    "-2 - 1 = −3",
    "26 / 89 * 100 = 29.2%",
    "26 / 89 = 0.29213, so 29.2 percent",
    "26 / 89 ≈ 0.2921 (29.2%)",
    "1. The assets are 89.\n2. 26 ÷ 89 = 0.292",
    "47 × 2 = 94",
    "1 + 2.5% = 1.025\n47 * 1.025 ^ 2 = 49.38",
    "$47 million - $42 million = $5 million",
    "Change = 47 - 42 = 5 (in millions)",
    "2024年收入为47。\n47 - 42 = 5",
    "**47 - 42 = 5**",
    "Revenue grew by **47** - **42** = **5**.",
    "`47 - 42 = 5`",
    "47 x 2 = 94",
    "3 ** 2 = 9",
    "((47 − 42) / 42) × 100 = 11.9048% ≈ 11.9%.",
    "0.5 × 100% = 50%",
    "$47M - $42M = $5M",
    "Step 1: 47 - 42 = 5",
    "- 47 - 42 = 5",
    "18,000 / 100 = 180",
    "Of the two, forty-seven is the later: 47 - 42 = 5",
    "47 / 42 - 1 = 0.119; 0.119 * 100 = 11.9",
]
REASONS = {
    *("arithmetic_wrong", "arithmetic_unreadable", "number_from_nowhere", "no_arithmetic"),
    "line_too_long",
}
WORDS = "Sales for the thirty-nine weeks of 2024 were 47."
BAD = [
    ("47 - 42 = 6", "arithmetic_wrong"),
    ("26 / 89 = 29.3%", "arithmetic_wrong"),
    ("26 / 89 = 2.92", "arithmetic_wrong"),
    ("47 - 42 = 5 = 6", "arithmetic_wrong"),
    ("42 - 47 = 5", "arithmetic_wrong"),
    ("18,000 * 47 = 846,000.001", "arithmetic_wrong"),
    ("47 - 42 = 5 billion, 5 - 1 = 4.5", "arithmetic_wrong"),
    ("47 - 41 = 6", "number_from_nowhere"),
    ("Sales were 63.\n47 - 42 = 5", "number_from_nowhere"),
    ("47 - 42 = 5\nSo it is 5.55", "number_from_nowhere"),
    ("47 - 42 = 5\nSales were sixty-three million.", "number_from_nowhere"),
    ("47 - 42 = 5\nSales were ６３.", "number_from_nowhere"),
    ("47 - 42 = 5\n销售额为六十三亿。", "number_from_nowhere"),
    ("max(-2, -9) = -9", "arithmetic_unreadable"),
    ("1.02 power 2 = 1.04", "arithmetic_unreadable"),
    ("26 / 89 = 0.292 = 0.3%", "arithmetic_wrong"),
    ("26 / 89 = 0.2921 = 0.3%", "arithmetic_wrong"),
    ("revenue 2024 - revenue 2023 = 9", "number_from_nowhere"),
    ("-3 = -3", "no_arithmetic"),
    ("max(47, 42) = 47", "arithmetic_unreadable"),
    ("47 - (42 = 5", "arithmetic_unreadable"),
    ("47 - 42) = 5", "arithmetic_unreadable"),
    ("1 / 0 = 3", "arithmetic_unreadable"),
    ("9 ^ 9 ^ 9 = 3", "arithmetic_unreadable"),
    ("9 ^ 0.5 = 3", "arithmetic_unreadable"),
    ("1 + " * 90 + "1 = 91", "arithmetic_unreadable"),
    ("47 " + "x" * 700, "line_too_long"),
    ("The change is 5.", "no_arithmetic"),
    ("47 = 47", "no_arithmetic"),
]


@pytest.mark.parametrize("thoughts", GOOD)
def test_what_computes_is_kept(thoughts: str) -> None:
    assert refusal(thoughts, KNOWN, must_compute="=" in thoughts) is None


def test_a_number_that_the_question_writes_out_may_be_said() -> None:
    assert refusal(f"{WORDS}\n47 * 2 = 94", WORDS, must_compute=True) is None
    said = "Sales for the thirty-eight weeks were 47.\n47 * 2 = 94"
    assert refusal(said, WORDS, must_compute=True) == "number_from_nowhere"


@pytest.mark.parametrize(("thoughts", "reason"), BAD)
def test_what_does_not_compute_is_refused(thoughts: str, reason: str) -> None:
    assert refusal(thoughts, KNOWN, must_compute=True) == reason


NUMBERS = st.decimals(1, 9999, places=1)


@given(NUMBERS, NUMBERS, st.sampled_from(["a + b", "a - b", "a * b", "a / b"]), st.data())
def test_our_own_steps_compute_and_no_digit_of_a_result_may_change(
    a: Decimal, b: Decimal, program: str, data: st.DataObject
) -> None:
    (step,) = rounded_steps(program, {"a": Value(a, ""), "b": Value(b, "")}, 30)
    shown = f"{step.exact:,.3f}"
    known = f"{a} {b}"
    line = f"{a} {step.operator} {b} = {shown}"
    assert refusal(line, known, must_compute=True) is None
    at = data.draw(st.sampled_from([n for n, c in enumerate(shown) if c.isdigit()]))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != shown[at]]))
    changed = f"{shown[:at]}{other}{shown[at + 1 :]}"
    if abs(step.exact - Decimal(changed.replace(",", ""))) <= Decimal("0.0005"):
        return  # a tie: rounded up and rounded to even are both right
    line = f"{a} {step.operator} {b} = {changed}"
    assert refusal(line, known, must_compute=True) == "arithmetic_wrong"


@given(st.text(st.sampled_from("0123456789.,=+-*/^()% \n≈x$"), max_size=120))
def test_no_text_is_a_crash(text: str) -> None:
    said = refusal(text, "1 2 3", must_compute=True)
    assert said is None or said in REASONS


@pytest.mark.parametrize("text", ["(" * 590, "9^" * 290 + "9=1", "-" * 590 + "1 = 1", "1,1" * 190])
def test_hostile_lines_take_no_long_time(text: str) -> None:
    began = time.monotonic()
    refusal("\n".join([f"{text} = 1"] * 200), "1", must_compute=True)
    assert time.monotonic() - began < 2
