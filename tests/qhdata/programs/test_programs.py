"""Programs: what they compute, refuse, explain, and how far rounding carries."""

from __future__ import annotations

import json
import os
import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qhdata.errors import UserError
from qhdata.programs import Result, Undefined, Value, interval, parse, tolerance, trace

USD = {
    "revenue": Value(Decimal(47), "USD", 0),
    "cogs": Value(Decimal(12), "USD", 0),
    "shares": Value(Decimal(8), "shares", 0),
    "none": Value(Decimal(0), "USD"),
    "loss": Value(Decimal(-5), "USD"),
    "rate": Value(Decimal("0.24"), "pure", 2),
}


def answer(text: str) -> Result:
    result = parse(text).run(USD)
    assert isinstance(result, Result), result
    return result


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("revenue - cogs", "35", "USD"),
        ("revenue - cogs - 0 * cogs", "35", "USD"),
        ("(revenue + cogs) * 2", "118", "USD"),
        ("revenue / shares", "5.875", "USD/shares"),
        ("revenue / shares * shares", "47", "USD"),
        ("revenue * rate", "11.28", "USD"),
        ("average(revenue, cogs)", "29.5", "USD"),
        ("sum(revenue, cogs, loss)", "54", "USD"),
        ("min(revenue, cogs, loss); abs(#0)", "5", "USD"),
        ("percent_change(revenue, cogs); round(#0, 3)", "2.917", ""),
        ("share(cogs, revenue); round(#0, 4)", "0.2553", ""),
        ("2 ** 3 ** 2", "512", ""),
        ("-2 ^ 2", "-4", ""),
        ("2 - -3", "5", ""),
        ("cagr(4, 1, 2)", "1", ""),
        ("a = revenue - cogs; b = a + cogs; b - a", "12", "USD"),
        ("12% * revenue", "5.64", "USD"),
        ("subtract(revenue, cogs), multiply(#0, const_m1)", "-35", "USD"),
        ("x0 = 60.94 - 25.14\nans = x0 / 25.14\nround(ans, 5)", "1.42403", ""),
    ],
)
def test_programs_compute_with_units(text: str, value: str, unit: str) -> None:
    result = answer(text)
    assert (result.value, result.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("revenue + shares", "unit_clash"),
        ("revenue + 1", "unit_clash"),
        ("revenue > shares", "unit_clash"),
        ("percent_change(revenue, shares)", "unit_clash"),
        ("revenue ** 2", "unit_clash"),
        ("revenue / none", "zero_denominator"),
        ("0 ** 0", "zero_denominator"),
        ("percent_change(revenue, loss)", "base_not_positive"),
        ("cagr(revenue, none, 3)", "base_not_positive"),
        ("(0 - 2) ** 0.5", "not_real"),
        ("revenue - equity", "missing_slot"),
        ("10 ** 60 * 10 ** 60", "too_large"),
        ("2 ** 99999", "too_large"),
    ],
)
def test_what_has_no_value_says_why(text: str, reason: str) -> None:
    result = parse(text).run(USD)
    assert isinstance(result, Undefined)
    assert result.reason == reason
    assert isinstance(interval(parse(text), USD), Undefined)


@pytest.mark.parametrize(
    "text",
    ["", ";", "revenue -", "(revenue", "revenue cogs", "#0", "revenue; #1", "f(1)", "round(1, x)",
     "1 < 2 < 3", "__import__('os')", "a.b", "lambda: 1", "abs()", "(" * 100 + "1" + ")" * 100,
     "1;" * 100, "1 + " * 900 + "1", "sum(" + "1," * 70 + "1)", "revenue = ", "“x”",
     "round(1, 999999999999999999999999999999)"],
)  # fmt: skip
def test_what_is_no_program_is_one_error_with_its_place(text: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(text)
    assert "program" in str(caught.value)


def test_comparisons_give_a_truth() -> None:
    assert answer("revenue > cogs").truth is True
    assert answer("revenue - cogs; #0 == revenue").truth is False
    assert answer("revenue").truth is None
    close = {"a": Value(Decimal(10), "USD", 0), "b": Value(Decimal("10.4"), "USD", 1)}
    assert interval(parse("b > a"), close) == (0, 1), "rounding decides, so no verdict is safe"
    assert interval(parse("revenue > cogs"), USD) == (1, 1)


def test_slots_are_listed_once_in_order() -> None:
    assert parse("b - a; #0 / b; c * #1").slots == ("b", "a", "c")


def test_tolerance_counts_the_error_of_a_slot_once() -> None:
    low, high = interval(parse("revenue - cogs; #0 / revenue"), USD)  # type: ignore[misc]
    # 1 - c / r at its corners; interval arithmetic alone would give 0.7158 to 0.7742.
    assert low == pytest.approx(1 - Decimal("12.5") / Decimal("46.5"), abs=Decimal("1e-20"))
    assert high == pytest.approx(1 - Decimal("11.5") / Decimal("47.5"), abs=Decimal("1e-20"))


def test_tolerance_names_its_reason_and_exact_figures_have_none() -> None:
    wide = tolerance(parse("revenue - cogs"), USD)
    assert not isinstance(wide, Undefined)
    assert (wide.low, wide.high) == ("34", "36")
    assert wide.why == "reported decimals: revenue 0, cogs 0"
    narrow = tolerance(parse("loss * 3"), USD)
    assert not isinstance(narrow, Undefined)
    assert (narrow.low, narrow.high, narrow.why) == ("-15", "-15", "all figures are exact")


def test_a_denominator_that_rounding_may_make_zero_has_no_interval() -> None:
    slots = {"a": Value(Decimal(5)), "b": Value(Decimal("0.3"), "", 0)}
    assert isinstance(parse("a / b").run(slots), Result)
    assert isinstance(interval(parse("a / b"), slots), Undefined)


NUMBERS = st.decimals(-999, 999, places=2, allow_nan=False, allow_infinity=False)
PROGRAMS = st.sampled_from(
    ["a + b", "a - b; #0 * b", "a * b", "a / b", "(a - b) / a", "max(a, b) - min(a, b)",
     "abs(a) + abs(b)", "average(a, b, a)", "percent_change(a, b)", "a ** 2 - b",
     "round(a, 1) * b"]
)  # fmt: skip


@given(
    text=PROGRAMS,
    a=NUMBERS,
    b=NUMBERS,
    da=st.integers(-1, 2),
    db=st.integers(-1, 2),
    seed=st.integers(0, 99),
)
def test_what_the_true_figures_give_lies_within_the_tolerance(
    text: str, a: Decimal, b: Decimal, da: int, db: int, seed: int
) -> None:
    program = parse(text)
    slots = {"a": Value(a, "", da), "b": Value(b, "", db)}
    found = interval(program, slots)
    assume(not isinstance(found, Undefined))
    low, high = found  # type: ignore[misc]
    rng = random.Random(seed)
    monotone = "abs" not in text and "**" not in text and "max" not in text and "#0" not in text
    for _ in range(5):
        off = {}
        for name, v in slots.items():
            error = Decimal(str(rng.uniform(-0.5, 0.5))).scaleb(-(v.decimals or 0))
            off[name] = Value(v.value + error)
        result = program.run(off)
        if isinstance(result, Result) and monotone:
            assert low - Decimal("1e-9") <= result.value <= high + Decimal("1e-9")
    at_gold = program.run(slots)
    assert isinstance(at_gold, Result)
    assert low <= at_gold.value <= high


@given(text=st.text("ab+-*/()#0123456789.,; \n", max_size=60))
def test_any_text_is_a_program_or_an_error_of_ours(text: str) -> None:
    try:
        program = parse(text)
    except UserError:
        return
    slots = {name: Value(Decimal(3)) for name in program.slots}
    result = program.run(slots)
    assert isinstance(result, Result | Undefined)
    assert isinstance(trace(program, slots), tuple | Undefined)


def test_the_trace_says_names_then_numbers_then_the_result() -> None:
    lines = trace(
        parse("revenue - cogs; #0 / revenue"),
        USD,
        labels={"cogs": "cost of revenue"},
        show=lambda value, unit: f"${value} million" if unit else f"{value:.4f}",
    )
    assert lines == (
        "revenue - cost of revenue = $47 million - $12 million = $35 million",
        "(revenue - cost of revenue) / revenue = $35 million / $47 million ≈ 0.7447",
    )


def test_the_trace_says_where_it_rounds() -> None:
    lines = trace(
        parse("cogs / revenue; cogs / shares"), USD, show=lambda v, unit: f"{v * 100:.0f}%"
    )
    assert isinstance(lines, tuple)
    assert lines[0].endswith("≈ 26%")
    assert lines[1].endswith("= 150%")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("revenue - (cogs - loss)", "revenue - (cogs - loss) = 47 - (12 - (-5)) = 30"),
        ("average(revenue, cogs)", "average(revenue, cogs) = average(47, 12) = 29.5"),
        ("revenue > cogs", "revenue > cogs = 47 > 12 is true"),
        ("5829 - 5735", "5829 - 5735 = 94"),
        ("revenue", "revenue = 47"),
        ("-(revenue + cogs) * 2", "-(revenue + cogs) * 2 = -(47 + 12) * 2 = -118"),
    ],
)
def test_the_trace_keeps_the_meaning_of_parentheses(text: str, line: str) -> None:
    assert trace(parse(text), USD) == (line,)


def test_a_long_chain_is_told_by_steps_and_stays_short() -> None:
    program = parse("revenue + cogs" + "".join(f"; #{n} + #{n}" for n in range(31)))
    lines = trace(program, USD)
    assert isinstance(lines, tuple)
    assert len(lines) == 32
    assert max(len(line) for line in lines) < 400
    assert lines[-1].startswith("step 30 + step 30")


CONVFINQA = (
    Path(os.environ.get("QHDATA_REAL", "../shared/data"))
    / "benchmarks/convfinqa_tatqa_dev/convfinqa_dev.json"
)


@pytest.mark.real
def test_programs_of_a_public_benchmark_give_its_answers() -> None:
    if not CONVFINQA.exists():
        pytest.skip(f"{CONVFINQA} is not here")
    rows = json.loads(CONVFINQA.read_text())
    right = 0
    for row in rows:
        result = parse(row["programs"][-1]).run({})
        assert isinstance(result, Result), (row["programs"][-1], result)
        if result.truth is not None:
            right += row["answer"] == ("yes" if result.truth else "no")
            continue
        gold = Decimal(str(row["answer"]))
        right += abs(result.value - gold) <= Decimal("0.0001") * max(1, abs(gold))
    assert right == len(rows) == 421


def test_operations_on_a_row_run_over_its_slots() -> None:
    rows = {"net sales": ("s1",), "net sales, total (in millions)": ("s1", "s2", "s3")}
    slots = {f"s{n}": Value(Decimal(n), "USD") for n in (1, 2, 3)}
    name = "net sales, total (in millions)"
    for operation, expected in (("sum", 6), ("max", 3), ("min", 1), ("average", 2)):
        program = parse(f"table_{operation}({name}, none), divide(#0, s2)", rows)
        result = program.run(slots)
        assert isinstance(result, Result)
        assert (result.value, result.unit) == (Decimal(expected) / 2, "")
    assert parse("table_max(net sales, none)", rows) == parse("max(s1)")
    for text in (
        "table_sum(profit, none)",
        "table_sum(net sales)",
        "table_sum(",
        "table_sum(a, b)",
    ):
        with pytest.raises(UserError, match="row that is not given"):
            parse(text, rows)
