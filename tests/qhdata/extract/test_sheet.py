"""What a page's own style sheet hides is not in its text, and what it sets bold is bold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.html import parse_html
from qhdata.extract.limits import Limits

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
            "p .a{display:none} .a:hover{display:none} .a>.b{display:none}",
            BOTH,
        ),
        ("<!-- .a{display:none} -->", "second words"),
        (".a{", BOTH),
    ],
)
def test_rules_of_one_class_or_id_apply_in_their_order(sheet: str, seen: str) -> None:
    assert text(sheet) == seen


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
