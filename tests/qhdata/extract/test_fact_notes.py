"""What is odd or lost in facts: never guessed, and each kind counted by its name."""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from inline_page import CONTEXTS, extracted

from qhdata.extract.contexts import context_of
from qhdata.extract.fact_notes import FACT_NOTES
from qhdata.extract.transforms import Untransformable, plain_number, transform
from qhdata.records import Fact

DOCS = Path(__file__).parents[3] / "docs" / "extraction.md"


def made(body: str, resources: str = "", root: str = "") -> tuple[dict[str, Fact], dict[str, int]]:
    """(facts by name, what is counted but for the one hidden fact)."""
    header = CONTEXTS.replace("<ix:resources>", f"<ix:resources>{resources}")
    done = extracted(f"<html {root}><body><div style='display:none'>{header}</div>{body}</body>")
    notes = {name: n for name, n in done.notes.items() if name in FACT_NOTES}
    return {f.concept: f for f in done.facts}, notes  # type: ignore[return-value]


def number(attributes: str = "", shown: str = "5", ref: str = "y", unit: str = "usd") -> str:
    return (
        f'<p>It was <ix:nonFraction contextRef="{ref}" unitRef="{unit}" name="x:V" {attributes}>'
        f"{shown}</ix:nonFraction>.</p>"
    )


def words(attributes: str, body: str = "some words", tag: str = "nonNumeric") -> str:
    return f'<p><ix:{tag} contextRef="y" name="x:T" {attributes}>{body}</ix:{tag}></p>'


def context(ref: str, period: str, entity: str = "42", segment: str = "") -> str:
    return (
        f'<xbrli:context id="{ref}"><xbrli:entity><xbrli:identifier>{entity}</xbrli:identifier>'
        f"{segment}</xbrli:entity><xbrli:period>{period}</xbrli:period></xbrli:context>"
    )


INSTANT = "<xbrli:instant>2024-12-31</xbrli:instant>"


def during(start: str, end: str) -> str:
    return f"<xbrli:startDate>{start}</xbrli:startDate><xbrli:endDate>{end}</xbrli:endDate>"


UNREADABLE = {"facts_unreadable": 1}


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        (number(), {}),
        (number(ref="none"), {"facts_without_context": 1}),
        (number().replace('contextRef="y"', ""), {"facts_without_context": 1}),
        (number(unit="EUR"), {"facts_without_unit": 1}),
        (number().replace('unitRef="usd"', ""), {"facts_without_unit": 1}),
        (number('scale="six"'), {**UNREADABLE, "facts_bad_scale": 1}),
        (number('scale="1_0"'), {**UNREADABLE, "facts_bad_scale": 1}),
        (number('scale="99"'), {**UNREADABLE, "facts_bad_scale": 1}),
        (number('sign="+"'), {**UNREADABLE, "facts_bad_sign": 1}),
        (number('sign="-"', "-5"), {**UNREADABLE, "facts_bad_sign": 1}),
        (number('format="ixt:num-dot-dezimal"'), {**UNREADABLE, "facts_bad_format": 1}),
        (number('format="ixt:fixed-true"'), {**UNREADABLE, "facts_bad_format": 1}),
        (number('format="ixt:num-dot-decimal"', "five"), UNREADABLE),
        (number('decimals="two"'), {"facts_bad_decimals": 1}),
        (number('precision="many"'), {"facts_bad_decimals": 1}),
        (number('xsi:nil="true"'), {"facts_nil_with_value": 1}),
        (number('xsi:nil="true"', ""), {}),
        (number('target="other"'), {"facts_of_other_target": 1}),
        (number().replace('name="x:V"', ""), {"facts_without_name": 1}),
        (words('continuedAt="nowhere"'), {"facts_broken_chain": 1}),
        (words("", "lost", "continuation"), {"continuations_unreached": 1}),
        (f"<ix:tuple name='x:R'>{number()}{words('')}</ix:tuple>",
         {"skipped_tuples": 1, "skipped_tuple_facts": 2}),
        (number('tupleRef="t1"'), {"skipped_tuple_facts": 1}),
        (f"<pre>{words('')}</pre>", {"facts_unplaced": 1}),
        (words("", "x" * 30_000).replace("<p>", "<pre>").replace("</p>", "</pre>"),
         {"facts_unplaced": 1, "facts_text_left_out": 1}),
    ],
)  # fmt: skip
def test_each_is_counted_and_nothing_else(body: str, notes: dict[str, int]) -> None:
    assert made(body)[1] == notes


@pytest.mark.parametrize(
    ("period", "dates", "broken"),
    [
        (INSTANT, (None, "2024-12-31"), 0),
        ("<xbrli:instant>2025-01-01T00:00:00</xbrli:instant>", (None, "2024-12-31"), 0),
        ("<xbrli:instant>2024-12-31T24:00:00</xbrli:instant>", (None, "2024-12-31"), 0),
        ("<xbrli:instant>2024-12-31Z</xbrli:instant>", (None, "2024-12-31"), 0),
        ("<xbrli:forever></xbrli:forever>", (None, None), 0),
        (during("2024-01-01", "2024-12-31"), ("2024-01-01", "2024-12-31"), 0),
        (during("2023-12-31T24:00:00", "2025-01-01T00:00:00Z"), ("2024-01-01", "2024-12-31"), 0),
        (during("2024-01-01T09:30:00", "2024-12-31T16:00:00"), ("2024-01-01", "2024-12-31"), 0),
        (during("2024-12-31", "2024-01-01"), ("2024-12-31", "2024-01-01"), 1),
        (during("2024-02-30", "2024-12-31"), (None, "2024-12-31"), 1),
        ("<xbrli:instant>31/12/2024</xbrli:instant>", (None, None), 1),
        ("<xbrli:startDate>2024-01-01</xbrli:startDate>", ("2024-01-01", None), 1),
        (INSTANT + during("2024-01-01", "2024-12-31"), ("2024-01-01", "2024-12-31"), 1),
        ("", (None, None), 1),
    ],
)  # fmt: skip
def test_a_period_is_read_or_said_to_be_broken(
    period: str, dates: tuple[str | None, str | None], broken: int
) -> None:
    found, notes = made(number(ref="p"), context("p", period))
    assert (found["x:V"].period_start, found["x:V"].period_end) == dates
    assert notes.get("facts_bad_period", 0) == broken


def test_of_two_contexts_with_one_id_the_first_holds_and_it_is_said() -> None:
    both = context("d", INSTANT) + context("d", INSTANT.replace("2024", "2023"))
    found, notes = made(number(ref="d"), both)
    assert found["x:V"].period_end == "2024-12-31"
    assert notes == {"contexts_conflicting": 1}
    assert made(number(ref="d"), context("d", INSTANT) * 2)[1] == {}


def test_of_two_units_with_one_id_the_first_holds_and_it_is_said() -> None:
    unit = '<xbrli:unit id="u"><xbrli:measure>iso4217:{}</xbrli:measure></xbrli:unit>'
    found, notes = made(number(unit="u"), unit.format("EUR") + unit.format("CNY"))
    assert (found["x:V"].unit, notes) == ("EUR", {"units_conflicting": 1})


def test_of_two_continuations_with_one_id_the_first_holds() -> None:
    both = "".join(f'<ix:continuation id="c">{word}</ix:continuation>' for word in ("B", "C"))
    found, notes = made(words('continuedAt="c"', "A") + f"<p>{both}</p>")
    assert found["x:T"].text == "A\n\nB"
    assert notes == {"continuations_conflicting": 1}


def test_a_unit_without_a_measure_is_none() -> None:
    found, notes = made(number(unit="u"), '<xbrli:unit id="u"></xbrli:unit>')
    assert (found["x:V"].unit, notes) == ("u", {"facts_without_unit": 1})


def test_a_unit_of_several_measures_is_their_product_over_the_others() -> None:
    measures = "<xbrli:measure>iso4217:USD</xbrli:measure><xbrli:measure>x:MWh</xbrli:measure>"
    below = "<xbrli:measure>xbrli:shares</xbrli:measure><xbrli:measure>x:day</xbrli:measure>"
    unit = (
        f'<xbrli:unit id="u"><xbrli:divide><xbrli:unitNumerator>{measures}</xbrli:unitNumerator>'
        f"<xbrli:unitDenominator>{below}</xbrli:unitDenominator></xbrli:divide></xbrli:unit>"
    )
    found, notes = made(number(unit="u"), unit)
    assert (found["x:V"].unit, notes) == ("USD*MWh/shares*day", {})


def test_another_entity_is_said() -> None:
    other = context("o", INSTANT, entity="43")
    assert made(number(ref="o"), "")[1] == {"facts_without_context": 1}
    found, notes = made(number(ref="o") + f"<div style='display:none'><ix:header>{other}")
    assert (found["x:V"].period_end, notes) == ("2024-12-31", {"facts_of_other_entity": 1})


def test_contexts_that_come_after_their_facts_are_theirs() -> None:
    done = extracted(f"<html><body>{number()}<div>{CONTEXTS}</div></body>")
    assert {f.concept: f.period_end for f in done.facts}["x:V"] == "2024-12-31"


def test_a_context_outside_of_the_header_is_read_and_no_text() -> None:
    loose = context("o", INSTANT)
    done = extracted(f"<html><body><p>Up</p>{loose}{number(ref='o')}</body>")
    assert done.text == "Up\n\nIt was 5."
    assert done.facts[0].period_end == "2024-12-31"


@pytest.mark.parametrize(
    ("inside", "member"),
    [
        ("<inv:Region>East</inv:Region>", "East"),
        ("<inv:Key><inv:A>1</inv:A><inv:B>2</inv:B></inv:Key>", "a=1 b=2"),
        ("<inv:Key><inv:A>12</inv:A></inv:Key>", "12"),
        ("<inv:Key><inv:endDate>2019-01-01</inv:endDate></inv:Key>", "2019-01-01"),
        ("<inv:identifier>99</inv:identifier>", "99"),
    ],
)
def test_a_typed_member_is_what_it_holds_and_touches_nothing_else(inside: str, member: str) -> None:
    segment = (
        f'<xbrli:segment><xbrldi:typedMember dimension="inv:A">{inside}</xbrldi:typedMember>'
        "</xbrli:segment>"
    )
    found, notes = made(number(ref="t"), context("t", INSTANT, segment=segment))
    assert json.loads(found["x:V"].dimensions) == [["inv:A", member]]
    assert (found["x:V"].period_end, notes) == ("2024-12-31", {})


def test_a_deep_segment_ends() -> None:
    from lxml import etree

    deep = "<x>" * 2000 + "</x>" * 2000
    page = f"<html><context><entity>{deep}</entity></context></html>"
    root = etree.fromstring(page, etree.HTMLParser(huge_tree=True))
    assert context_of(root.find(".//context")).broken


@pytest.mark.parametrize(
    ("attributes", "shown", "decimals"),
    [
        ('decimals="-6"', "5", "-6"), ('decimals="INF"', "5", "INF"), ('decimals="two"', "5", None),
        ('precision="3" scale="3"', "123456", "-6"), ('precision="INF"', "5", "INF"),
        ("", "5", None),
    ],
)  # fmt: skip
def test_decimals_are_those_filed_or_those_that_a_precision_means(
    attributes: str, shown: str, decimals: str | None
) -> None:
    assert made(number(attributes, shown))[0]["x:V"].decimals == decimals


def test_a_fraction_is_its_parts_with_their_scale_and_sign() -> None:
    body = (
        '<p><ix:fraction contextRef="y" unitRef="pure" name="x:F">'
        '<ix:numerator sign="-" format="ixt:num-dot-decimal">1</ix:numerator> over '
        '<ix:denominator scale="3">3</ix:denominator></ix:fraction></p>'
    )
    found, notes = made(body)
    assert (found["x:F"].kind, found["x:F"].text, notes) == ("text", "-1/3000", {})
    found, notes = made(body.replace('scale="3"', 'scale="x"'))
    assert (found["x:F"].text, notes) == ("-1/3", {**UNREADABLE, "facts_bad_scale": 1})


def test_a_number_in_a_number_is_each_its_own() -> None:
    inner = '<ix:nonFraction contextRef="y" unitRef="usd" name="x:W" scale="6">5</ix:nonFraction>'
    found, notes = made(number('scale="3"', inner))
    assert (found["x:V"].value, found["x:W"].value, notes) == ("5000", "5000000", {})


@pytest.mark.parametrize(
    ("name", "shown"),
    [("ixt:numinf", "x"), ("ixt:num-nan", "x"), ("ixt:num-neg-inf", "x")],
)
def test_no_number_is_infinite(name: str, shown: str) -> None:
    fact = made(number(f'format="{name}"', shown))[0]["x:V"]
    assert (fact.kind, fact.value) == ("text", None)
    assert fact.text in ("INF", "-INF", "NaN")


def test_a_format_of_another_namespace_is_none_of_the_registry() -> None:
    registry = 'xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12"'
    body = number('format="ixt:num-dot-decimal" scale="3"', "1,234")
    assert made(body, root=registry)[1] == {}
    assert made(body, root='xmlns:ixt="http://invented/2024"')[1] == {
        **UNREADABLE, "facts_bad_format": 1,
    }  # fmt: skip
    found, notes = made(body.replace("ixt:", "tr:"), root=registry)
    assert (found["x:V"].value, notes) == ("1234000", {"facts_unbound_format": 1})


def test_a_formatted_text_and_a_hidden_one_go_on_in_their_continuations() -> None:
    date = words('format="ixt:date-month-day-year-en" continuedAt="c"', "December ")
    rest = '<p><ix:continuation id="c">31, 2024</ix:continuation></p>'
    found, notes = made(date + rest)
    assert (found["x:T"].kind, found["x:T"].text, notes) == ("date", "2024-12-31", {})
    found, notes = made(f"<div style='display:none'>{words('continuedAt=c', 'One')}</div>"
                        '<p><ix:continuation id="c">two</ix:continuation></p>')  # fmt: skip
    assert (found["x:T"].text, notes) == ("One\n\ntwo", {})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ixt:num-dot-decimal", "1.234,5"), ("ixt:num-comma-decimal", "1,234.5"),
        ("ixt:num-dot-decimal", "1.234,567"), ("ixt:num-comma-decimal", "1.2,3.4"),
    ],
)  # fmt: skip
def test_a_group_behind_the_point_is_no_number(name: str, shown: str) -> None:
    with pytest.raises(Untransformable):
        transform(name, shown)


def test_a_number_without_format_has_groups_of_three_or_none() -> None:
    assert [plain_number(n) for n in ("1,234,567.5", "1234.5", "-1,234")] == [
        "1234567.5", "1234.5", "-1234",
    ]  # fmt: skip
    for shown in ("1,5", "12,34", "1.234,5", "1,2345", ",5", "1 234"):
        with pytest.raises(Untransformable):
            plain_number(shown)
    assert Decimal(plain_number("1.5E3")) == 1500


def test_the_docs_name_each_note() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert set(re.findall(r"`((?:facts|contexts|units|continuations|skipped)_\w+)`", text)) >= set(
        FACT_NOTES
    )
