"""Stand-alone XBRL instances: the same facts as inline, streamed, with nothing trusted."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import RowError
from qhdata.extract import Limits, extract_document
from qhdata.extract.extracted import Extracted
from qhdata.extract.fact_values import decimals_of
from qhdata.extract.instance import read_instance
from qhdata.records import Fact, Header, RawDocument

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
PACKAGE = REAL / "filings" / "sec" / "package_aapl_10q_2025"
real = pytest.mark.skipif(not PACKAGE.is_dir(), reason=f"no real filings under {REAL}")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:inv="http://invented/2024"
 xmlns:dei="http://xbrl.sec.gov/dei/2024" xmlns:link="http://www.xbrl.org/2003/linkbase"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"""
CONTEXTS = """
<xbrli:context id="y"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0000000042
</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate>
<xbrli:endDate>2025-01-01T00:00:00</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:context id="i"><xbrli:entity><xbrli:identifier scheme="x">42</xbrli:identifier>
<xbrli:segment><xbrldi:explicitMember dimension="inv:ProductAxis">inv:WidgetMember
</xbrldi:explicitMember></xbrli:segment></xbrli:entity><xbrli:period>
<xbrli:instant>2024-12-31</xbrli:instant></xbrli:period><xbrli:scenario>
<xbrldi:typedMember dimension="inv:RegionAxis"><inv:Region>East</inv:Region></xbrldi:typedMember>
<inv:Audited>no</inv:Audited></xbrli:scenario></xbrli:context>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="eps"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure>
</xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure>
</xbrli:unitDenominator></xbrli:divide></xbrli:unit>"""


def made(body: str, head: str = HEAD, limits: Limits | None = None) -> Extracted:
    data = f"{head}{body}{CONTEXTS}</xbrli:xbrl>".encode()
    return of(data, limits)


def of(data: bytes, limits: Limits | None = None) -> Extracted:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.xml", doc_type="", sequence=1,
        file_name="1.xml", data=data, header=Header(),
    )  # fmt: skip
    return extract_document(raw, limits or Limits(), "2025-01-01T00:00:00Z")


def facts(body: str) -> dict[str, Fact]:
    return {f.concept: f for f in made(body).facts}


def test_values_periods_units_and_no_span() -> None:
    found = facts(
        '<inv:Sales id="f1" contextRef="y" unitRef="usd" decimals="-6"> -1234000000 </inv:Sales>'
        '<inv:Earnings contextRef="i" unitRef="eps" decimals="2">1.50</inv:Earnings>'
    )
    sales, earnings = found["inv:Sales"], found["inv:Earnings"]
    assert (sales.value, sales.unit, sales.decimals) == ("-1234000000", "USD", "-6")
    assert (sales.period_start, sales.period_end) == ("2024-01-01", "2024-12-31")
    assert (sales.fact_id, sales.xml_id, sales.hidden) == ("s:1#f1", "f1", True)
    assert (sales.start, sales.end, sales.public_at) == (None, None, "2025-01-01T00:00:00Z")
    assert (earnings.value, earnings.unit) == ("1.50", "USD/shares")
    assert (earnings.period_start, earnings.period_end) == (None, "2024-12-31")
    assert earnings.source_ref == "inv:Earnings:6"


def test_dimensions_of_segment_and_scenario_and_what_is_no_dimension() -> None:
    fact = facts('<inv:Sales contextRef="i" unitRef="usd">1</inv:Sales>')["inv:Sales"]
    assert json.loads(fact.dimensions) == [
        ["inv:Audited", "no"],
        ["inv:ProductAxis", "inv:WidgetMember"],
        ["inv:RegionAxis", "East"],
    ]


def test_nil_dates_booleans_and_texts() -> None:
    found = facts(
        '<inv:Gone contextRef="y" unitRef="usd" xsi:nil="true"/>'
        '<inv:Day contextRef="y">2024-12-31</inv:Day>'
        '<inv:Flag contextRef="y">false</inv:Flag>'
        '<inv:Note contextRef="y">&lt;p&gt;One\n two&lt;/p&gt;</inv:Note>'
    )
    assert {c: (f.kind, f.value, f.text) for c, f in found.items()} == {
        "inv:Gone": ("nil", None, None),
        "inv:Day": ("date", None, "2024-12-31"),
        "inv:Flag": ("bool", None, "false"),
        "inv:Note": ("text", None, "<p>One two</p>"),
    }


def test_the_cover_facts_say_whose_it_is() -> None:
    done = made(
        '<dei:DocumentType contextRef="y">10-K</dei:DocumentType>'
        '<dei:EntityRegistrantName contextRef="y">Invented Inc</dei:EntityRegistrantName>'
        '<dei:DocumentPeriodEndDate contextRef="y">2024-12-31</dei:DocumentPeriodEndDate>'
    )
    assert (done.text, done.sections, done.tables) == ("", [], [])
    assert (done.form, done.title) == ("EX-101.INS", "XBRL instance: Invented Inc 10-K 2024-12-31")
    assert done.dei["DocumentType"] == "10-K"
    assert done.entity == "0000000042"


def test_a_tuple_is_skipped_and_counted() -> None:
    done = made(
        '<inv:Row><inv:A contextRef="y" unitRef="usd">1</inv:A><inv:B contextRef="y">x</inv:B>'
        '</inv:Row><inv:Sales contextRef="y" unitRef="usd">5</inv:Sales>'
    )
    assert [f.concept for f in done.facts] == ["inv:Sales"]
    assert (done.notes["skipped_tuples"], done.notes["skipped_tuple_facts"]) == (1, 2)


def test_footnotes_go_with_their_facts() -> None:
    fact = facts(
        '<inv:Sales id="f1" contextRef="y" unitRef="usd">1</inv:Sales>'
        '<link:footnoteLink><link:loc xlink:href="#f1" xlink:label="l1"/>'
        '<link:footnote xlink:label="n1">Unaudited.</link:footnote>'
        '<link:footnoteArc xlink:from="l1" xlink:to="n1"/></link:footnoteLink>'
    )["inv:Sales"]
    assert json.loads(fact.footnotes) == ["Unaudited."]


def test_a_text_that_is_too_long_is_left_out_and_counted() -> None:
    done = made(
        f'<inv:Note contextRef="y">{"word " * 30}</inv:Note>', limits=Limits(max_fact_text=20)
    )
    assert done.facts[0].text is None
    assert done.notes["facts_text_left_out"] == 1


@pytest.mark.parametrize(
    ("head", "error"),
    [
        (HEAD.replace("<!--", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><!--'), "entities_refused"),
        (HEAD.replace("<!--", '<!DOCTYPE x [<!ENTITY a "b">]><!--'), "entities_refused"),
        (HEAD.replace("UTF-8", "UTF-7"), "damaged_xml"),
        (HEAD + "<inv:open>", "damaged_xml"),
    ],
)
def test_what_no_instance_needs_is_refused(head: str, error: str) -> None:
    data = f'{head}<inv:Sales contextRef="y">1</inv:Sales></xbrli:xbrl>'.encode()
    with pytest.raises(RowError) as caught:
        read_instance(data, Limits())
    assert caught.value.error == error


@pytest.mark.parametrize(
    ("limits", "error"),
    [
        (Limits(max_facts=1), "too_many_facts"),
        (Limits(max_nodes=5), "too_many_nodes"),
        (Limits(max_bytes=50), "too_large"),
    ],
)
def test_a_limit_refuses_by_its_name(limits: Limits, error: str) -> None:
    with pytest.raises(RowError) as caught:
        made('<inv:A contextRef="y">1</inv:A><inv:B contextRef="y">2</inv:B>', limits=limits)
    assert caught.value.error == error


def test_an_instance_in_utf16_reads_the_same() -> None:
    body = '<inv:Sales contextRef="y" unitRef="usd">1</inv:Sales>'
    text = f"{HEAD}{body}{CONTEXTS}</xbrli:xbrl>".replace("UTF-8", "UTF-16")
    assert of(text.encode("utf-16")).facts == made(body).facts


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["inv:A", "dei:B"]),
            st.decimals(-(10**15), 10**15, places=4),
            st.sampled_from(["usd", "eps"]),
            st.sampled_from(["y", "i"]),
            st.sampled_from(["INF", "-6", "0", "2"]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_every_number_comes_back_as_it_was_written(rows: list[tuple[str, ...]]) -> None:
    body = "".join(
        f'<{name} contextRef="{context}" unitRef="{unit}" decimals="{decimals}">{value}</{name}>'
        for name, value, unit, context, decimals in rows
    )
    done = made(body)
    units = {"usd": "USD", "eps": "USD/shares"}
    assert [
        (f.concept, Decimal(f.value or "nan"), f.unit, f.context_id, f.decimals) for f in done.facts
    ] == [(n, v, units[u], c, d) for n, v, u, c, d in rows]
    assert len({f.fact_id for f in done.facts}) == len(rows)


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=6), digits=st.integers(1, 9))
def test_a_precision_keeps_that_many_digits(value: Decimal, digits: int) -> None:
    decimals = decimals_of(str(value), str(digits))
    if not value:
        assert decimals is None
    else:
        assert decimals is not None
        lead = abs(value).scaleb(int(decimals))
        assert 10 ** (digits - 1) <= lead < 10**digits


# ------------------------------------------------------------------------- real ones


def key(fact: Fact) -> tuple[object, ...]:
    value = fact.value if fact.value is None else Decimal(fact.value).normalize()
    return (fact.concept, fact.kind, value, fact.unit, fact.decimals, fact.period_start,
            fact.period_end, fact.dimensions, fact.context_id, fact.xml_id)  # fmt: skip


def words(text: str | None) -> str:
    plain = re.sub(r"&#?\w+;", "", re.sub(r"<[^>]*>", "", text or ""))
    return re.sub(r"[^A-Za-z0-9]", "", plain)


@real
def test_the_secs_instance_and_our_reading_of_the_page_are_the_same_facts() -> None:
    inline = of((PACKAGE / "aapl-20250329.htm").read_bytes())
    alone = of((PACKAGE / "aapl-20250329_htm.xml").read_bytes())
    ours, theirs = Counter(map(key, inline.facts)), Counter(map(key, alone.facts))
    assert len(alone.facts) == 760
    assert sum(f.kind == "number" for f in alone.facts) == 672  # 612 different ones
    assert (ours - theirs, theirs - ours) == (Counter(), Counter())
    shown = {f.xml_id: f for f in inline.facts}
    short = [f for f in alone.facts if f.text is not None and len(f.text) < 200]
    assert len(short) == 63
    for fact in short:
        assert words(fact.text) == words(shown[fact.xml_id].text), fact.concept


@real
@pytest.mark.parametrize("name", ["AAPL-Xbrl.2013.xml", "Netflix.10K.xbrl.xml"])
def test_no_fact_of_a_real_instance_is_lost(name: str) -> None:
    data = (REAL / "facts" / "xbrl" / name).read_bytes()
    done = of(data)
    plain = re.findall(rb'<([\w-]+:[\w.-]+)[^<>]*?\scontextRef="([^"]+)"[^<>]*>', data)
    wanted = Counter((c.decode(), i.decode()) for c, i in plain)
    assert Counter((f.concept, f.context_id) for f in done.facts) == wanted
    assert "facts_unreadable" not in done.notes
    assert len({f.fact_id for f in done.facts}) == len(done.facts)
