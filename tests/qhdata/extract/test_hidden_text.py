"""What a page does not show is no text and is counted; what it shows again inside is text."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from inline_page import CONTEXTS, extracted

from qhdata.errors import RowError

SEEN = 'style="font-size:10pt;visibility:visible;color:black"'
HIDING = [
    "hidden", 'hidden=""', "HIDDEN", 'hidden="until-found"', 'style="display:none"',
    'style="font-size:0"', 'style="font-size: 0px; color:red"', 'style="FONT-SIZE:0pt !important"',
    'style="font-size:12pt;font-size:0"', 'style="font-size:0.0em"', 'style="font:0/0 a"',
    'style="font: bold 0px Arial"', 'style="visibility:hidden"', 'style="visibility : hidden"',
    'style="visibility:collapse"', 'style="color:red; opacity: 0"', 'style="opacity:0.0"',
    'style="display:block;display:none"',
    'style="display:none!important;display:block"', 'style="display:/* x */none"',
    'style="font-size:0.5pt"', 'style="font-size:1px"', 'style="font:1px Arial"',
    'style="color:#fff;background:#fff"', 'style="COLOR: White"', 'style="display:\\6eone"',
    'style="color:black;color:rgb(255, 255, 255)"', 'style="position:absolute;left:-9999px"',
    'style="text-indent: -9999px"', 'style="position:absolute;clip:rect(0,0,0,0)"',
]  # fmt: skip
SHOWING = [
    'style="display:none;display:block"', 'style="/* display:none */margin:0"',
    'style="font-size:10.02pt"', 'style="font-size:1.5pt"', 'style="font-size:0;font-size:9pt"',
    'style="font:700 10pt Arial"', 'style="line-height:0"', 'style="margin:0;font-size:100%"',
    'style="opacity:0.5"', 'style="height:0;overflow:hidden"', 'style="fill-opacity:0"',
    'style="visibility:visible"', 'style="backface-visibility:hidden"', 'title="hidden"',
    'style="font-size:0;font:10pt Arial"', 'style="font:0/0 a;font:10pt Arial"',
    'style="font:0/0 a;font-size:9pt"', 'style="font-size:9pt!important;font:0/0 a"',
    'style="opacity:0;opacity:1"', 'style="left:-9999px"', 'style="position:static;top:-9999px"',
    'style="background-color:navy;background-image:none;color:white"',
    'style="background-image:url(dark.png);background-color:white;color:white"',
    'style="background:navy"><span style="color:white;background:rgba(255,255,255,0)"',
    'style="font-size:1.2.3pt"', 'style="font-size:.pt"', 'class="hidden"',
    'hidden style="display:block"', 'style="color:#fff;background:navy"',
    'style="color:white;background-image:url(a.jpg)"', 'style="border-color:white"',
    'color="white"', 'style="position:absolute;top:9pt;color:white"',
    'style="margin-top:-40pt;color:#fff"',
    'style="text-indent:-18pt"', 'style="color:white;color:black"', 'style="clip:rect(0,0,0,0)"',
]  # fmt: skip


def read(body: str) -> tuple[str, int]:
    """(text, letters that are counted as hidden)."""
    done = extracted(f"<html><body><p>Before</p>{body}<p>After</p></body></html>")
    return done.text, int(str(done.notes.get("hidden_letters", 0)))


@pytest.mark.parametrize("attribute", HIDING)
@pytest.mark.parametrize("tag", ["p", "span", "div", "table"])
def test_hidden_text_is_counted_and_left_out(attribute: str, tag: str) -> None:
    inside = "<tr><td>Not 1</td></tr>" if tag == "table" else "Not <b>1</b>"
    assert read(f"<{tag} {attribute}>{inside}</{tag}>") == ("Before\n\nAfter", 4)


@pytest.mark.parametrize("attribute", SHOWING)
def test_shown_text_stays(attribute: str) -> None:
    assert read(f"<p {attribute}>Here</p>") == ("Before\n\nHere\n\nAfter", 0)


@pytest.mark.parametrize("attribute", HIDING)
def test_what_is_shown_again_inside_is_text_unless_nothing_can_show_it(attribute: str) -> None:
    never = "hidden" in attribute.lower().split("=")[0] or re.search(
        "none|opacity|6eone|9999|clip", attribute
    )
    text, count = read(f"<div {attribute}>not<span {SEEN}>Here</span>not</div>")
    text = text.replace("#### ", "")
    assert (text, count) == (("Before\n\nAfter", 10) if never else ("Before\n\nHere\n\nAfter", 6))


def test_a_size_in_shares_of_nought_is_nought() -> None:
    shares = "".join(f'<b style="font-size:{n}">x</b>' for n in ("2em", "150%", "larger"))
    assert read(f'<p style="font-size:0">{shares}<i style="font-size:small">y</i></p>') == (
        "Before\n\ny\n\nAfter", 3,
    )  # fmt: skip


def test_a_fact_that_nothing_shows_is_hidden_and_kept() -> None:
    fact = '<ix:nonFraction contextRef="y" unitRef="usd" name="x:V">1,234</ix:nonFraction>'
    for attribute in HIDING:
        body = f"{CONTEXTS}<p>Up</p><p {attribute}>{fact}</p>"
        done = extracted(f"<html><body>{body}</body></html>")
        found = {f.concept: f for f in done.facts}["x:V"]
        assert (found.value, found.hidden, found.start) == ("1234", True, None)
        assert done.text == "Up"


@given(st.lists(st.sampled_from([*HIDING, *SHOWING]), max_size=6))
def test_every_letter_is_shown_or_counted(attributes: list[str]) -> None:
    opened = "".join(f"<div {attribute}>abc" for attribute in attributes)
    text, count = read(opened + "</div>" * len(attributes))
    assert text.count("abc") * 3 + count == 3 * len(attributes)


@pytest.mark.parametrize("tag", ["noscript", "select", "template", "object", "svg"])
def test_what_stands_in_for_something_else_is_counted_but_where_it_swallows_a_page(
    tag: str,
) -> None:
    option = "<option>Choices of many words for nobody</option>"
    assert read(f"<div><{tag}>{option}</{tag}></div>") == ("Before\n\nAfter", 27)
    with pytest.raises(RowError, match="short_text"):
        extracted(f"<html><body><p>Before</p><{tag}>" + "<p>Twelve words are lost</p>" * 9)


BODY = "<tbody><tr><td></td><td>2024</td></tr><tr><td>Sales</td><td>5</td></tr></tbody>"
FOOT = "<tfoot><tr><th>Total</th><th>7</th></tr></tfoot>"
DRAWN = "| | 2024 |\n|---|---|\n| Sales | 5 |\n| Total | 7 |"


@pytest.mark.parametrize(
    "rows",
    [FOOT + BODY, BODY + FOOT, FOOT.replace("</tfoot>", "") + BODY, "<tfoot></tfoot>" + BODY + FOOT,
     FOOT.replace("<tr>", "").replace("</tr>", "") + BODY],
)  # fmt: skip
def test_the_foot_of_a_table_is_its_last_row(rows: str) -> None:
    done = extracted(f"<html><body><table>{rows}</table></body></html>")
    assert done.text == DRAWN
    assert done.tables[0].block.grid is not None
    assert done.tables[0].block.grid.header_rows == 1


def test_facts_keep_their_places_where_a_foot_is_moved() -> None:
    fact = '<ix:nonFraction contextRef="y" unitRef="usd" name="x:{}">{}</ix:nonFraction>'
    foot, rows = FOOT.replace(">7<", f">{fact.format('F', 7)}<"), BODY
    rows = rows.replace(">5<", f">{fact.format('S', 5)}<")
    block = '<ix:nonNumeric contextRef="y" name="x:T">{}</ix:nonNumeric>'
    table = block.format(f"<table>{foot}{rows}</table>")
    done = extracted(f"<html><body>{CONTEXTS}{table}<p>After</p></body></html>")
    found = {f.concept: done.text[f.start or 0 : f.end] for f in done.facts if not f.hidden}
    assert found == {"x:F": "7", "x:S": "5", "x:T": DRAWN.strip("| ")}


@pytest.mark.parametrize(
    ("rule", "style", "shown"),
    [
        (".a{display:none!important}", "display:block", False),
        (".a{display:none}", "display:block", True),
        (".a{display:none!important}", "display:block!important", True),
        ("*.a{display:none}", "", False),
    ],
)
def test_what_a_sheet_says_is_important_holds_over_an_own_style(
    rule: str, style: str, shown: bool
) -> None:
    text, _ = read(f'<style>{rule}</style><p class="a" style="{style}">Here</p>')
    assert ("Here" in text) is shown
