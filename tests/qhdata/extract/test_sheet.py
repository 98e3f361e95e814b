"""What a page's own style sheet hides is not in its text, and what it sets bold is bold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from qhdata.errors import RowError
from qhdata.extract.html import parse_html
from qhdata.extract.limits import Limits, cpu_budget
from qhdata.extract.sheet import Sheet

SHEET = "<style>{}</style>"
BOTH = "first words second words"
BODY = '<p class="a b" id="x">first words</p><div class="c">second words</div>'


def text(sheet: str, body: str = BODY) -> str:
    page = f"<html><head>{SHEET.format(sheet)}</head><body>{body}</body></html>"
    return " ".join(b.text for b in parse_html(page.encode(), Limits()).blocks)


@pytest.mark.parametrize(
    ("sheet", "seen"),
    [
        (".a{display:none}", "second words"),
        ("p.b , .c { display : none }", ""),
        ("div.b{display:none}", BOTH),
        ("#x{visibility:hidden}", "second words"),
        (".a{display:none} .b{display:block}", BOTH),
        ("/* .a{display:none} */ .c{color:red}", BOTH),
        (
            "@media print{.a{display:none} .c{display:none}} .b{color:red}",
            BOTH,
        ),
        ("@media screen{.a{display:none}} @media only all {.c{opacity:0}}", ""),
        ("@media screen and (max-width:9px){.a{display:none}}", BOTH),
        (".c{font-size:0}", "first words"),
        (
            "p .a{display:none} .a:hover{display:none} .a>.b{display:none} p::before{display:none}",
            BOTH,
        ),
        ("<!-- .a{display:none} -->", "second words"),
        (".a{", BOTH),
    ],
)
def test_rules_apply_in_their_order(sheet: str, seen: str) -> None:
    assert text(sheet) == seen


IN = '<div id="x"><h2>Head</h2><p class="a:b">one</p><p data-k="v w" class="t">two</p></div>'


@pytest.mark.parametrize(
    ("sheet", "seen"),
    [
        ("div p{display:none}", "Head"),
        ("div > h2, body > p{display:none}", "one two"),
        ("h2 + p{display:none}", "Head two"),
        ("h2 ~ p{display:none}", "Head"),
        ("body div > p + p{display:none}", "Head one"),
        (".a\\:b{display:none}", "Head two"),
        (".t{d\\69splay:none}", "Head one"),
        ("[data-k~=w]{display:none}", "Head one"),
        ("[data-k^='v'], [data-k=V i]{visibility:hidden}", "Head one"),
        ("[data-k|=v], [data-k$=v], [data-k*='']{display:none}", "Head one two"),
        ("p:nth-child(2n+1){display:none}", "Head one"),
        ("p:nth-of-type(-n+1){display:none}", "Head two"),
        ("p:last-child, :root:empty, a:link{display:none}", "Head one"),
        ("p:not(.t){display:none}", "Head two"),
        ("#x :is(h2, .t){display:none}", "one"),
        ("div{color:white} .t{color:black}", "two"),
        ("#x p{display:block} div p.t{display:none}", "Head one two"),
        ("p.t{display:none} p{display:block}", "Head one"),
        ("p{display:none} p{display:block}", "Head one two"),
        (":where(#x) p{display:none} p{display:block}", "Head one two"),
        ("p{display:none !important} #x .t{display:block}", "Head"),
    ],
)
def test_what_stands_around_and_before_counts(sheet: str, seen: str) -> None:
    assert text(sheet, IN).replace("## ", "") == seen


@pytest.mark.parametrize("selector", ["div:has(p)", ":nth-child(2 of p)", "p:", "p,,b", "p" * 301])
def test_what_is_not_understood_and_hides_is_counted(selector: str) -> None:
    page = f"<html>{SHEET.format(selector + '{display:none} .z{top:1px}')}<body>{IN}</body></html>"
    parsed = parse_html(page.encode(), Limits())
    assert parsed.notes["style_rules_unread"] == 1
    assert len(parsed.blocks) == 3


def test_white_text_stays_where_its_ground_is_not_known() -> None:
    link = '<link rel="stylesheet" href="a.css">'
    assert text("p{color:#fff}", f"{link}<p>words</p>") == "words"
    assert text("p{color:#fff}", "<p>words</p>") == ""
    assert text("td{color:#fff}", "<table bgcolor=navy><tr><td>5</td></tr></table>") != ""
    assert text("i{top:1px}", "<font color='#FFFFFF'>not</font><table color=white>5</table>") == "5"


def test_looks_at_elements_are_counted() -> None:
    deep = "<div>" * 200 + "<p>words</p>" * 200
    with pytest.raises(RowError, match="max_style_looks"):
        parse_html(
            f"<html>{SHEET.format('p ' * 1 + 'div ' * 4 + 'p{display:none}')}{deep}".encode(),
            Limits(max_style_looks=100_000),
        )


def test_an_elements_own_style_comes_last() -> None:
    own = '<p class="a" style="display:block">first words</p>'
    assert text(".a{display:none}", own) == "first words"


def test_a_heading_by_its_class_is_bold() -> None:
    page = f"<html>{SHEET.format('.h{font-weight:bold}')}<body><p class='h'>Notes</p></body></html>"
    (block,) = parse_html(page.encode(), Limits()).blocks
    assert block.bold


@given(st.text(alphabet=".#ab{}:;@media/*-> \n,display:none", max_size=300))
def test_no_sheet_breaks_the_page(sheet: str) -> None:
    assert text(sheet.replace("<", ""), "<p>plain words</p>") == "plain words"


@pytest.mark.parametrize("piece", ["@a{", ".a{", "/*", "@a{b{}", "a,", "{"])
def test_a_sheet_without_end_takes_no_time(piece: str) -> None:
    assert text(piece * 60_000, "<p>plain words</p>") == "plain words"


def test_a_thousand_rules_for_each_of_many_elements_take_no_time() -> None:
    body = "<p class='a'>word</p>" * 20_000
    assert text(".a{top:1px}" * 30_000 + ".a{display:none}", body) == ""


@pytest.mark.parametrize(
    "page",
    [
        '<style media="print">.a{display:none}</style>',
        '<style type="text/template">.a{display:none}</style>',
        "<noscript><style>.a{display:none}</style></noscript>",
        "<style>ix|*{display:none}</style>",
        "<style>.a{display:none} @media (min-width:768px){.a{display:block}}</style>",
        "<style>.a{display:none} @media screen and (min-width:48em){.a{display:block}}</style>",
        "<style>.a{font-size:0} .b{color:red} .a{font:10pt Arial}</style>",
        "<style>.a{background-color:black} .b{background:white}"
        " .a{background-color:navy;color:white}</style>",
        "<style>.a{background:navy!important} .b{background:white;color:white}</style>",
        '<style>@import "grounds.css"; .a{color:white}</style>',
        "<style>.a::before{content:'';background:navy;position:absolute} .a{color:#fff}</style>",
        "<style>.a{box-shadow:inset 0 0 0 99px navy;color:#fff}</style>",
    ],
)
def test_what_a_screen_shows_is_text(page: str) -> None:
    assert text("", page + BODY) == BOTH


def test_a_long_class_is_many_looks() -> None:
    page = f'<style>.x p{{color:red}}</style><div class="{"y " * 10_000}"><p>a</p><p>b</p></div>'
    with pytest.raises(RowError, match="max_style_looks"):
        parse_html(page.encode(), Limits(max_style_looks=500))


def test_deep_media_take_no_quadratic_time() -> None:
    sheet = "@media all{" * 30_000 + "}" * 30_000
    with cpu_budget(3):
        assert text(sheet) == BOTH


def test_a_long_value_is_not_repeated_by_each_element() -> None:
    sheet = ".a{background:url(" + "x" * 100_000 + ") !important;color:white}"
    root = html.fromstring(f"<html><style>{sheet}</style><p class='a' style='top:0'>a</p></html>")
    css = Sheet(root, Limits(), {}).css(next(root.iter("p")))
    assert css is not None
    assert len(css) < 500
    assert text(sheet) == BOTH


def test_merged_styles_are_looks() -> None:
    page = "<style>.a{background:" + "x" * 150 + ";color:red}</style>"
    page += "".join(f'<p class="a" style="top:{n}px">a</p>' for n in range(200))
    with pytest.raises(RowError, match="max_style_looks"):
        parse_html(page.encode(), Limits(max_style_looks=300))
