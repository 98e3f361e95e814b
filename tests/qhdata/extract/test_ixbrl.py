"""Inline XBRL: values, periods, dimensions, units, continuation, and what shows them."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from inline_page import BREAK, CONTEXTS, extracted, facts, grid, text_block

from qhdata.extract.transforms import Untransformable, transform


def number(attributes: str, shown: str, unit: str = "usd") -> str:
    return (
        f'<ix:nonFraction unitRef="{unit}" contextRef="y" name="x:V" id="f1" '
        f"{attributes}>{shown}</ix:nonFraction>"
    )


@pytest.mark.parametrize(
    ("attributes", "shown", "value"),
    [
        ('scale="6" format="ixt:num-dot-decimal"', "1,234.5", "1234500000.0"),
        ('scale="6" sign="-" format="ixt:numdotdecimal"', "285", "-285000000"),
        ('scale="-2" format="ixt:num-dot-decimal"', "24.1", "0.241"),
        ('format="ixt:num-comma-decimal"', "1.234,5", "1234.5"),
        ('scale="6" format="ixt:fixed-zero"', "—", "0"),
        ('format="ixt-sec:numwordsen"', "twenty-five", "25"),
        ("", "42", "42"),
        ('scale="3"', "0.5", "500"),
    ],
)
def test_a_number_is_what_is_shown_times_its_scale_with_its_sign(
    attributes: str, shown: str, value: str
) -> None:
    found, text = facts(f"<p>It was ${number(attributes, shown)} million.</p>")
    fact = found["x:V"]
    assert Decimal(fact.value or "nan") == Decimal(value)
    assert "E" not in (fact.value or "")
    assert (fact.kind, fact.unit) == ("number", "USD")
    assert (fact.period_start, fact.period_end) == ("2024-01-01", "2024-12-31")
    assert fact.start is not None
    assert text[fact.start : fact.end] == shown


def test_hidden_facts_count_and_their_text_does_not() -> None:
    for hidden in ('style="display:none"', ""):
        found, text = facts("<p>x</p>", hidden)
        fact = found["dei:EntityCentralIndexKey"]
        assert (fact.hidden, fact.start, fact.text) == (True, None, "0000000042")
        assert text == "x"


def test_dimensions_explicit_and_typed_in_order() -> None:
    body = '<p><ix:nonFraction unitRef="eps" contextRef="i" name="x:E">1.50</ix:nonFraction></p>'
    fact = facts(body)[0]["x:E"]
    assert json.loads(fact.dimensions) == [
        ["inv:RegionAxis", "East"],
        ["us-gaap:ProductAxis", "inv:WidgetMember"],
    ]
    assert (fact.unit, fact.period_start, fact.period_end) == ("USD/shares", None, "2024-12-31")
    assert fact.fact_id.startswith("s:1#")
    assert fact.xml_id is None


def test_nil_has_no_value() -> None:
    nil = number('xsi:nil="true"', "")
    fact = facts(f"<p>a {nil} b</p>")[0]["x:V"]
    assert (fact.kind, fact.value) == ("nil", None)


def test_what_cannot_be_read_is_kept_as_text_and_not_guessed() -> None:
    shown = number('format="ixt:num-dot-decimal"', "about five")
    fact = facts(f"<p>{shown}</p>")[0]["x:V"]
    assert (fact.kind, fact.value, fact.text) == ("text", None, "about five")


def test_a_text_block_goes_on_in_its_continuations() -> None:
    body = (
        '<ix:nonNumeric contextRef="y" name="x:Note" id="n" continuedAt="c1"><p>First.</p>'
        '</ix:nonNumeric><p>Between.</p><ix:continuation id="c1"><p>Second.</p></ix:continuation>'
    )
    found, text = facts(body)
    fact = found["x:Note"]
    assert fact.text == "First.\n\nSecond."
    assert text[fact.start : fact.end] == "First.\n\nBetween.\n\nSecond."


def test_a_continuation_that_bites_its_tail_ends() -> None:
    body = (
        '<ix:nonNumeric contextRef="y" name="x:Note" continuedAt="c1">A</ix:nonNumeric>'
        '<ix:continuation id="c1" continuedAt="c1">B</ix:continuation>'
    )
    assert facts(body)[0]["x:Note"].text is not None


def test_a_fact_in_a_table_cell_is_found_in_the_markdown() -> None:
    cell = number('scale="6" sign="-" format="ixt:num-dot-decimal"', "285")
    body = (
        "<table><tr><td></td><td></td><td>2024</td><td></td></tr>"
        f"<tr><td>Loss</td><td>$</td><td>({cell}</td><td>)</td></tr>"
        "<tr><td>Tax</td><td></td><td>3</td><td></td></tr></table>"
    )
    found, text = facts(body)
    fact = found["x:V"]
    assert "| Loss | $(285) |" in text
    assert fact.start is not None
    assert text[fact.start : fact.end] == "285"


def test_facts_with_one_id_stay_apart() -> None:
    twice = number("", "1") + " and " + number("", "2")
    page = f"<html><body>{CONTEXTS}<p>{twice}</p></body></html>"
    ids = [f.fact_id for f in extracted(page).facts]
    assert len(set(ids)) == len(ids) == 3


@pytest.mark.parametrize(
    ("name", "shown", "kind", "value"),
    [
        ("ixt:date-month-day-year-en", "September 28, 2024", "date", "2024-09-28"),
        ("ixt:datemonthdayyearen", "Sept. 8, 2024", "date", "2024-09-08"),
        ("ixt:date-day-monthname-year-en", "8 May 2024", "date", "2024-05-08"),
        ("ixt:date-monthname-day-en", "December 31", "date", "--12-31"),
        ("ixt:date-month-day", "12/31", "date", "--12-31"),
        ("ixt:date-year-month-day", "2024/9/8", "date", "2024-09-08"),
        ("ixt:date-monthname-year-en", "May 2024", "date", "2024-05"),
        ("ixt:dateslasheu", "08/09/2024", "date", "2024-09-08"),
        ("ixt:dateslashus", "08/09/2024", "date", "2024-08-09"),
        ("ixt:dateslashmonthdayus", "2/29", "date", "--02-29"),
        ("ixt:date-day-month", "31.12.", "date", "--12-31"),
        ("ixt:datelongus", "August 9, 2024", "date", "2024-08-09"),
        ("ixt:fixed-true", "☒", "bool", "true"),
        ("ixt-sec:boolballotbox", "☐", "bool", "false"),
        ("ixt-sec:duryear", "5", "text", "P5Y"),
        ("ixt-sec:duryear", "5.7", "text", "P5Y8M12D"),
        ("ixt-sec:duryear", "0.5", "text", "P6M"),
        ("ixt-sec:durweek", "2", "text", "P14D"),
        ("ixt-sec:durday", "1.5", "text", "P1DT12H"),
        ("ixt-sec:durhour", "36", "text", "PT36H"),
        ("ixt-sec:durwordsen", "five years, two months", "text", "P5Y2M"),
        ("ixt-sec:durwordsen", "Five-Year", "text", "P5Y"),
        ("ixt-sec:durwordsen", "three‑year", "text", "P3Y"),
        ("ixt-sec:durwordsen", "364-day", "text", "P364D"),
        ("ixt-sec:stateprovnameen", "West Virginia", "text", "WV"),
        ("ixt-sec:countrynameen", "Côte d’Ivoire", "text", "CI"),
        ("ixt-sec:exchnameen", "The Nasdaq Stock Market LLC", "text", "NASDAQ"),
        ("ixt-sec:exchnameen", "New York Stock exchange", "text", "NYSE"),
        ("ixt-sec:exchnameen", "NYSE Arca, Inc.", "text", "NYSEArca"),
        (
            "ixt-sec:entityfilercategoryen",
            "Large accelerated filer",
            "text",
            "Large Accelerated Filer",
        ),
        ("ixt-sec:datequarterend", "Third Quarter 2024", "date", "2024-09-30"),
        ("ixt:dateyearmonthdaycjk", "2024年9月8日", "date", "2024-09-08"),
        ("ixt:date-jpn-era-year-month-day", "令和6年9月8日", "date", "2024-09-08"),
        ("ixt:dateerayearmonthdayjp", "平成元年5月8日", "date", "1989-05-08"),
        ("ixt:dateerayearmonthjp", "平成2年5月", "date", "1990-05"),
        ("ixt:date-month-day-year", "9/8/24", "date", "2024-09-08"),
        ("ixt:fixed-empty", "None", "text", ""),
        ("ixt:num-unit-decimal", "5 rupees 25 paise", "number", "5.25"),
        ("ixt:num-dot-decimal-in", "12,34,567.89", "number", "1234567.89"),
        ("ixt:num-unit-decimal", "12 dollars 5 cents", "number", "12.05"),
        ("ixt:num-dot-decimal", "１，２３４", "number", "1234"),
    ],
)
def test_formats_of_the_registry(name: str, shown: str, kind: str, value: str) -> None:
    assert transform(name, shown) == (kind, value)


@given(
    number=st.decimals(0, 10**12, places=3),
    scale=st.integers(-6, 9),
    comma=st.booleans(),
    minus=st.booleans(),
)
def test_what_a_filing_can_show_is_read_back(
    number: Decimal, scale: int, comma: bool, minus: bool
) -> None:
    shown = f"{number:,}"
    form = "numdotdecimal"
    if comma:
        shown, form = shown.translate(str.maketrans(",.", ".,")), "num-comma-decimal"
    sign = 'sign="-"' if minus else ""
    fact = facts(f"<p>{number_tag(form, scale, sign, shown)}</p>")[0]["x:V"]
    assert Decimal(fact.value or "nan") == number.scaleb(scale) * (-1 if minus else 1)


def number_tag(form: str, scale: int, sign: str, shown: str) -> str:
    return number(f'format="ixt:{form}" scale="{scale}" {sign}', shown)


@given(n=st.integers(0, 9999), unit=st.sampled_from(["year", "month", "day"]))
def test_words_and_digits_are_the_same_duration(n: int, unit: str) -> None:
    short = {"year": "Y", "month": "M", "day": "D"}[unit]
    assert transform(f"ixt-sec:dur{unit}", str(n))[1] == f"P{n}{short}"
    words = transform("ixt-sec:durwordsen", f"{n}-{unit}s")[1]
    assert words == (f"P{n}{short}" if n else "P0D")


def test_an_exclusion_is_no_part_of_a_number_or_a_formatted_text() -> None:
    shown = "12<ix:exclude>[page 3]</ix:exclude><b>3<ix:exclude>x</ix:exclude>4</b>"
    assert facts(f"<p>{number('', shown)}</p>")[0]["x:V"].value == "1234"


def test_a_raised_mark_is_no_digit_of_a_number() -> None:
    form = 'format="ixt:num-dot-decimal"'
    fact = facts(f"<p>{number(form, '1,234<sup>1</sup>')}</p>")[0]["x:V"]
    assert (fact.kind, fact.value, fact.text) == ("text", None, "1,234¹")
    assert facts(f"<p>{number(form, '1,234<sup></sup>')}</p>")[0]["x:V"].value == "1234"


def test_a_fact_says_whose_it_is() -> None:
    fact = facts(f"<p>{number('', '5')}</p>")[0]["x:V"]
    assert fact.entity == "cik:0000000042"


def test_footnotes_go_with_their_facts_by_relationships() -> None:
    links = '<ix:relationship fromRefs="f1 f2" toRefs="n1 n2"/></ix:resources>'
    body = (
        f"<p>{number('', '1')}</p>"
        '<p><ix:footnote id="n1" xml:lang="en">Unaudited; see Note 2.'
        '</ix:footnote></p><ix:footnote id="n2" continuedAt="c1">First</ix:footnote>'
        '<p>between</p><ix:continuation id="c1">second.</ix:continuation>'
    )
    page = f"<html><body>{CONTEXTS.replace('</ix:resources>', links)}{body}</body></html>"
    found = {f.concept: f for f in extracted(page).facts}
    assert json.loads(found["x:V"].footnotes) == ["Unaudited; see Note 2.", "First second."]
    assert found["dei:EntityCentralIndexKey"].footnotes == "[]"


def test_another_prefix_than_ix_is_read_too() -> None:
    page = f"<html><body>{CONTEXTS}<p>{number('', '7')}</p></body></html>"
    name = 'xmlns:inl="http://www.xbrl.org/2013/inlineXBRL"'
    other = page.replace("ix:", "inl:").replace("<html", f"<html {name}")
    assert extracted(other).facts == extracted(page).facts


def test_a_value_without_format_has_the_kind_of_its_shape() -> None:
    body = "".join(
        f'<p><ix:nonNumeric contextRef="y" name="x:{name}">{text}</ix:nonNumeric></p>'
        for name, text in (("D", "2024-12-31"), ("B", "true"), ("T", "2024"))
    )
    found, _ = facts(body)
    assert [found[f"x:{n}"].kind for n in "DBT"] == ["date", "bool", "text"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ixt:num-dot-decimal", "1.2.3"),
        ("ixt-sec:num-words-en", "2 million"),
        ("ixt-sec:num-words-en", "2.5 million"),
        ("ixt-sec:num-words-en", "one two three"),
        ("ixt-sec:num-words-en", "million million"),
        ("ixt-sec:dur-year", "2.5 million"),
        ("ixt:zerodash", "5"),
        ("ixt:num-dash", "1,234"),
        ("ixt:date-month-day-year-en", "Smarch 1, 2024"),
        ("ixt:date-month-day-year", "1/2"),
        ("ixt:date-month-day", "2/30"),
        ("ixt:date-month-day-year-en", "March 5 to April 6, 2024"),
        ("ixt:date-day-monthname-year-fi", "5. marraskuuta 2024"),
        ("ixt:date-ind-day-monthname-year-hi", "1 Chaitra 1946"),
        ("ixt:date-unheard", "1.2.2024"),
        ("ixt:date-month-day-year-en", "February 30, 2024"),
        ("ixt:unheard-of", "1"),
        ("ixt:num-dot-decimal", "-5"),
        ("ixt-sec:duryear", "a few"),
        ("ixt-sec:durwordsen", "five moons"),
        ("ixt-sec:stateprovnameen", "Ruritania"),
        ("ixt-sec:datequarterend", "2024"),
        ("ixt:fixed-unheard", "x"),
    ],
)
def test_what_does_not_fit_its_format_is_an_error(name: str, shown: str) -> None:
    with pytest.raises(Untransformable):
        transform(name, shown)


@pytest.mark.parametrize("after", ["<p><b>Next heading</b></p>", "<ul><li>next</ul>", "<p># x</p>"])
def test_a_text_block_that_ends_with_a_table_ends_there(after: str) -> None:
    body = text_block(f"<p>Sales were:</p>{grid('|2024', 'Sales|5', 'Costs|3')}")
    found, text = facts(f"{body}{after}<p>of another note.</p>")
    fact = found["x:Note"]
    assert fact.text == "Sales were:\n\n| | 2024 |\n|---|---|\n| Sales | 5 |\n| Costs | 3"
    assert text[fact.start : fact.end] == fact.text


@pytest.mark.parametrize("between", ["", "<p>7</p>"])
def test_a_text_block_keeps_its_end_where_the_pages_of_its_table_are_joined(between: str) -> None:
    first, second = grid("|2024", "Sales|5", "Costs|3"), grid("Taxes|2", "Rents|1")
    one = text_block(f"<p>Before</p>{first}{between}{BREAK}")
    two = text_block(f"{between}{second}", "x:Other")
    found, text = facts(f"{one}{two}<p>After.</p>")
    assert "| Costs | 3 |\n| Taxes | 2 |" in text
    assert (found["x:Note"].text or "").endswith("| Costs | 3")
    other = found["x:Other"]
    assert (other.text or "").endswith("Taxes | 2 |\n| Rents | 1")
    assert text[other.start : other.end] == other.text
