"""Inline XBRL: values, periods, dimensions, units, continuation, and what shows them."""

from __future__ import annotations

import json

import pytest

from qhdata.extract import Limits, extract_document
from qhdata.extract.transforms import Untransformable, transform
from qhdata.records import Fact, Header, RawDocument

CONTEXTS = """<ix:header><ix:hidden>
<ix:nonNumeric contextRef="y" name="dei:EntityCentralIndexKey" id="h1">0000000042</ix:nonNumeric>
</ix:hidden><ix:resources>
<xbrli:context id="y"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0000000042
</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate>
<xbrli:endDate>2024-12-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:context id="i"><xbrli:entity><xbrli:identifier>42</xbrli:identifier><xbrli:segment>
<xbrldi:explicitMember dimension="us-gaap:ProductAxis">inv:WidgetMember</xbrldi:explicitMember>
<xbrldi:typedMember dimension="inv:RegionAxis"><inv:Region>East</inv:Region></xbrldi:typedMember>
</xbrli:segment></xbrli:entity><xbrli:period><xbrli:instant>2024-12-31</xbrli:instant>
</xbrli:period></xbrli:context>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="eps"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure>
</xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure>
</xbrli:unitDenominator></xbrli:divide></xbrli:unit>
<xbrli:unit id="pure"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>
</ix:resources></ix:header>"""


def facts(body: str, hidden: str = 'style="display:none"') -> tuple[dict[str, Fact], str]:
    page = f"<html><body><div {hidden}>{CONTEXTS}</div>{body}</body></html>"
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="", sequence=1,
        file_name="1.htm", data=page.encode(), header=Header(),
    )  # fmt: skip
    done = extract_document(raw, Limits(), public_at="2025-01-01T00:00:00Z")
    return {f.concept: f for f in done.facts}, done.text


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
    from decimal import Decimal

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
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="", sequence=1,
        file_name="1.htm", data=page.encode(), header=Header(),
    )  # fmt: skip
    ids = [f.fact_id for f in extract_document(raw, Limits()).facts]
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
        ("ixt:datelongus", "August 9, 2024", "date", "2024-08-09"),
        ("ixt:fixed-true", "☒", "bool", "true"),
        ("ixt-sec:boolballotbox", "☐", "bool", "false"),
        ("ixt-sec:duryear", "5", "text", "P5Y"),
        ("ixt-sec:durwordsen", "five years, two months", "text", "P5Y2M"),
        ("ixt:num-unit-decimal", "12 dollars 5 cents", "number", "12.05"),
        ("ixt:num-dot-decimal", "１，２３４", "number", "1234"),
    ],
)
def test_formats_of_the_registry(name: str, shown: str, kind: str, value: str) -> None:
    assert transform(name, shown) == (kind, value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ixt:num-dot-decimal", "1.2.3"),
        ("ixt:date-month-day-year-en", "Smarch 1, 2024"),
        ("ixt:date-month-day-year-en", "February 30, 2024"),
        ("ixt:unheard-of", "1"),
    ],
)
def test_what_does_not_fit_its_format_is_an_error(name: str, shown: str) -> None:
    with pytest.raises(Untransformable):
        transform(name, shown)
