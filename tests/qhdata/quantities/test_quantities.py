"""The grammar of numbers: what we render we can read; what is no number is refused by name."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.quantities.numerals import in_digits, read_chinese, write_chinese
from qhdata.quantities.parse import Quantity, parse
from qhdata.quantities.periods import (
    is_period,
    parse_date,
    parse_period,
    render_date,
    render_period,
)
from qhdata.quantities.render import render, round_places
from qhdata.quantities.units import (
    SCALES,
    convert,
    fraction_from_percent,
    percent_from_fraction,
    units_agree,
)

NUMBERS = st.decimals(-(10**13), 10**13, places=4, allow_nan=False, allow_infinity=False)
UNITS = st.sampled_from(
    ["", "USD", "CNY", "EUR", "JPY", "CHF", "shares", "USD/shares", "CNY/shares"]
)
SENSES = st.sampled_from(["plain", "percent", "points", "bps", "multiple"])
LANGUAGES = st.sampled_from(["en", "zh"])


@given(value=NUMBERS, unit=UNITS, lang=LANGUAGES, grouped=st.booleans(), enclosed=st.booleans())
def test_what_we_render_we_can_read(
    value: Decimal, unit: str, lang: str, grouped: bool, enclosed: bool
) -> None:
    quantity = Quantity(value, unit)
    text = render(quantity, lang=lang, separators=grouped, parentheses=enclosed)  # type: ignore[arg-type]
    assert parse(text) == quantity


@given(value=NUMBERS, sense=SENSES, lang=LANGUAGES)
def test_senses_survive(value: Decimal, sense: str, lang: str) -> None:
    quantity = Quantity(value, "", sense)  # type: ignore[arg-type]
    assert parse(render(quantity, lang=lang)) == quantity  # type: ignore[arg-type]


@given(value=NUMBERS, unit=UNITS, power=st.sampled_from([3, 6, 9, 12]))
def test_scale_words_survive(value: Decimal, unit: str, power: int) -> None:
    quantity = Quantity(value, unit)
    scale = Decimal(10) ** power
    found = parse(render(quantity, scale=scale))
    assert found == quantity
    assert isinstance(found, Quantity)
    assert found.scale == scale


@given(value=NUMBERS, unit=UNITS, power=st.sampled_from([4, 6, 7, 8, 9, 12]))
def test_chinese_scale_words_survive(value: Decimal, unit: str, power: int) -> None:
    quantity = Quantity(value, unit)
    assert parse(render(quantity, scale=Decimal(10) ** power, lang="zh")) == quantity


@given(value=st.decimals(0, 10**15, places=3, allow_nan=False, allow_infinity=False))
def test_chinese_numerals_survive(value: Decimal) -> None:
    assert read_chinese(write_chinese(value)) == value


@given(text=st.text(max_size=300))
def test_any_text_is_a_quantity_or_a_reason(text: str) -> None:
    found = parse(text)
    assert isinstance(found, Quantity | str)


@given(
    text=st.lists(
        st.sampled_from(
            [*"0123456789.,-()%$¥ ", *SCALES, "to", "or", "bps", "亿", "元", "点", "负", "e5"]
        ),
        max_size=14,
    )
)
def test_any_words_of_the_grammar_are_a_bounded_quantity_or_a_reason(text: list[str]) -> None:
    found = parse("".join(text))
    if isinstance(found, Quantity):
        assert found.value.is_finite()
        assert not found.value or abs(found.value.adjusted()) <= 60


@pytest.mark.parametrize(
    ("text", "value", "unit", "sense"),
    [
        ("$(9.8) million", "-9800000", "USD", "plain"),
        ("($1,234.5 million)", "-1234500000", "USD", "plain"),
        ("−12.5 %", "-12.5", "", "percent"),
        ("(12.5)%", "-12.5", "", "percent"),
        ("１，２３４．５", "1234.5", "", "plain"),
        ("12.5亿元", "1250000000", "CNY", "plain"),
        ("1亿2345万元", "123450000", "CNY", "plain"),
        ("约3.5万", "35000", "", "plain"),
        ("负百分之十二点五", "-12.5", "", "percent"),
        ("25个基点", "25", "", "bps"),
        ("1.5个百分点", "1.5", "", "points"),
        ("2.5 times", "2.5", "", "multiple"),
        ("1.5:1", "1.5", "", "multiple"),
        ("$1.27 per share", "1.27", "USD/shares", "plain"),
        ("54 cents", "0.54", "USD", "plain"),
        ("RMB 12 million", "12000000", "CNY", "plain"),
        ("35 USD millions", "35000000", "USD", "plain"),
        ("$1.2bn", "1200000000", "USD", "plain"),
        ("HK$5", "5", "HKD", "plain"),
        ("four", "4", "", "plain"),
        ("12.5% (0.125)", "12.5", "", "percent"),
        ("$35 million ($35,000,000)", "35000000", "USD", "plain"),
        ("1.2e9", "1200000000", "", "plain"),
        ("approximately 5.", "5", "", "plain"),
        ("12億元整", "1200000000", "CNY", "plain"),
        ("3萬", "30000", "", "plain"),
        ("~5", "5", "", "plain"),
        ("$12.5 (in millions)", "12500000", "USD", "plain"),
        ("one hundred and twenty-three", "123", "", "plain"),
        ("One million, two hundred thousand dollars", "1200000", "USD", "plain"),
        ("minus twelve point five percent", "-12.5", "", "percent"),
        ("zero point zero five", "0.05", "", "plain"),
        ("twenty-five basis points", "25", "", "bps"),
    ],
)
def test_readings(text: str, value: str, unit: str, sense: str) -> None:
    assert parse(text) == Quantity(Decimal(value), unit, sense)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"), ("   ", "empty"), ("5 to 6", "range"), ("5-6", "range"), ("5–6%", "range"),
        ("5至6", "range"), ("5 ± 1", "range"), ("between 5 and 6", "range"), ("5~6", "range"),
        ("5 or 6", "hedged"), ("at least 5", "hedged"), (">5", "hedged"), ("超过5", "hedged"),
        ("5 6", "multiple_answers"), ("5; 6", "multiple_answers"), ("1.2.3", "multiple_answers"),
        ("12.5% (0.13)", "multiple_answers"), ("12,34", "malformed_number"),
        ("1,2345", "malformed_number"), ("nan", "not_finite"), ("-Infinity", "not_finite"),
        ("1e41", "too_large"), ("9" * 61, "too_long"), ("1" + " " * 300, "too_long"),
        ("not 5", "unparsable"), ("fivish", "unparsable"), ("$5%", "unparsable"),
        ("--5", "unparsable"), ("(5", "unparsable"), ("5)", "unparsable"),
        ("USD 5 EUR", "unparsable"),
        ("0x10", "multiple_answers"), ("1_000", "unparsable"), ("5**9", "multiple_answers"),
        ("two three", "multiple_answers"), ("twenty twenty-four", "multiple_answers"),
        ("five to six million", "range"), ("two or three hundred", "hedged"),
        ("()", "unparsable"), ("decrease of 5", "unparsable"), ("5 apples", "unparsable"),
    ],
)  # fmt: skip
def test_refusals(text: str, reason: str) -> None:
    found = parse(text)
    assert isinstance(found, str), found
    assert found == reason


def test_the_expected_unit_decides_a_shared_sign_and_nothing_else() -> None:
    assert parse("$5", unit="CAD") == Quantity(Decimal(5), "CAD")
    assert parse("¥5", unit="JPY") == Quantity(Decimal(5), "JPY")
    assert parse("$5", unit="CNY") == Quantity(Decimal(5), "USD")
    assert parse("5 stores", unit="stores") == Quantity(Decimal(5), "stores")
    assert parse("5 stores") == "unparsable"


@given(value=NUMBERS)
def test_percent_and_fraction_are_a_hundredfold_apart_and_come_back(value: Decimal) -> None:
    assert percent_from_fraction(value) == value * 100
    assert fraction_from_percent(percent_from_fraction(value)) == value
    assert convert(convert(value, "bps", "percent"), "percent", "bps") == value


def test_rounding_is_half_up_away_from_zero() -> None:
    assert [round_places(Decimal(x), 1) for x in ("2.25", "-2.25", "0.05")] == [
        Decimal("2.3"), Decimal("-2.3"), Decimal("0.1"),
    ]  # fmt: skip
    assert render(Quantity(Decimal("-0.04")), places=1) == "0.0", "no negative zero"


def test_units_agree() -> None:
    assert units_agree("", "USD")
    assert units_agree("USD", "USD/shares")
    assert not units_agree("USD/shares", "USD")
    assert not units_agree("EUR", "USD")


@given(days=st.integers(0, 50_000), lang=LANGUAGES)
def test_dates_survive(days: int, lang: str) -> None:
    day = date(1950, 1, 1) + timedelta(days=days)
    assert parse_date(render_date(day, lang)) == day  # type: ignore[arg-type]
    assert parse_date(day.isoformat()) == day
    assert parse_period(day.isoformat()) == day.isoformat()


@given(
    year=st.integers(1970, 2069),
    rest=st.sampled_from(["", "Q1", "Q2", "Q3", "Q4", "H1", "H2", "-01", "-12"]),
    lang=LANGUAGES,
)
def test_periods_survive(year: int, rest: str, lang: str) -> None:
    name = f"{year}{rest}"
    assert is_period(name)
    assert parse_period(name) == name
    assert parse_period(render_period(name, lang)) == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("FY2024", "2024"), ("FY24", "2024"), ("fiscal year 2024", "2024"), ("2024年度", "2024"),
        ("Q2 2024", "2024Q2"), ("2Q24", "2024Q2"), ("Q2 FY2024", "2024Q2"), ("FY2024 Q2", "2024Q2"),
        ("second quarter of fiscal 2024", "2024Q2"), ("2024年第二季度", "2024Q2"),
        ("2024年上半年", "2024H1"), ("H1 2024", "2024H1"), ("June 2024", "2024-06"),
        ("Sunday, June 30, 2024", "2024-06-30"), ("2024年6月30日星期日", "2024-06-30"),
        ("Sun. 30 June 2024", "2024-06-30"), ("2024年6月30日（周日）", "2024-06-30"),
        ("2024年6月", "2024-06"), ("30 June 2024", "2024-06-30"), ("6/30/2024", "2024-06-30"),
    ],
)  # fmt: skip
def test_period_readings(text: str, name: str) -> None:
    assert parse_period(text) == name


@pytest.mark.parametrize(
    ("text", "reason"),
    [("6/7/2024", "ambiguous_date"), ("2024-02-30", "not_a_period"), ("Q5 2024", "not_a_period"),
     ("", "empty"), ("last year", "not_a_period"), ("2024 or 2023", "not_a_period"),
     ("Monday, June 30, 2024", "not_a_period"), ("2024年6月30日星期一", "not_a_period"),
     ("x" * 500, "too_long"), ("2024-13", "not_a_period")],
)  # fmt: skip
def test_period_refusals(text: str, reason: str) -> None:
    assert parse_period(text) == reason


def test_spelled_out_numbers_have_no_places_that_nobody_wrote() -> None:
    assert in_digits("one million two hundred thousand dollars") == "1.2 million dollars"
    assert in_digits("twelve point five zero") == "12.50"
    assert in_digits("two hundred million") == "200 million"
