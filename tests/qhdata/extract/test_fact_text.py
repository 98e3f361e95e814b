"""What `ix:exclude` takes out of a text fact is not in its text, whatever it stands in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from inline_page import BREAK, CONTEXTS, extracted, facts, grid, text_block

FOOT = f"<ix:exclude><p>7</p></ix:exclude>{BREAK}<ix:exclude><p><b>{{}}</b></p></ix:exclude>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>Before.</p><ix:exclude><p>Page seven</p></ix:exclude><p>After.</p>",
         "Before.\n\nAfter."),
        ("<p>Before.</p><ix:exclude><p><b>Running head</b></p></ix:exclude><p>After.</p>",
         "Before.\n\nAfter."),
        ("<p>12<ix:exclude>[page 3]</ix:exclude>34</p>", "1234"),
        ("<p>One <ix:exclude>two</ix:exclude> three</p>", "One three"),
        ("<p>One<br><ix:exclude>two</ix:exclude><br>three</p>", "One\nthree"),
        ("<ix:exclude><p>Head</p></ix:exclude><p>Text.</p><ix:exclude><p>9</p></ix:exclude>",
         "Text."),
        ("<ul><li>a<li><ix:exclude>page 4</ix:exclude><li>b</ul>", "a\n- b"),
        ("<p>a</p><ix:exclude><br></ix:exclude><p>b</p>", "a\n\nb"),
        ("<p>Sales:</p>" + grid("|2024<ix:exclude>*</ix:exclude>", "Sales|5", "Costs|3"),
         "Sales:\n\n| | 2024 |\n|---|---|\n| Sales | 5 |\n| Costs | 3"),
        (f"<p>a</p><ix:exclude>{grid('|2024', 'Head|5', 'Foot|3')}</ix:exclude><p>b</p>",
         "a\n\nb"),
        ("<ix:exclude><p>Nothing but this</p></ix:exclude>", ""),
    ],
)  # fmt: skip
def test_an_excluded_piece_is_in_the_document_and_not_in_the_fact(body: str, text: str) -> None:
    found, document = facts(f"<p>Up</p>{text_block(body)}<p>Down</p>")
    fact = found["x:Note"]
    assert fact.text == text
    assert document.startswith("Up\n\n")
    if text:
        assert fact.start is not None
        assert document[fact.start : fact.end].endswith(text[-2:])
        assert document[fact.start : fact.end].startswith(text[:2])
    else:
        assert fact.start is None


def test_a_span_covers_a_page_s_end_inside_it_and_the_text_does_not() -> None:
    found, text = facts(
        text_block(f"<p>First part of it.</p>{FOOT.format('August 31')}<p>Second.</p>")
    )
    fact = found["x:Note"]
    assert fact.text == "First part of it.\n\nSecond."
    assert text[fact.start : fact.end] == "First part of it.\n\n#### August 31\n\nSecond."


def test_a_continuation_leaves_its_own_out() -> None:
    one = '<ix:nonNumeric contextRef="y" name="x:Note" continuedAt="c"><p>A</p></ix:nonNumeric>'
    two = (
        '<ix:continuation id="c"><ix:exclude><p>Head</p></ix:exclude><p>B</p>'
        "<ix:exclude><p>Foot</p></ix:exclude></ix:continuation>"
    )
    found, text = facts(f"{one}<p>Other</p>{two}")
    fact = found["x:Note"]
    assert fact.text == "A\n\nB"
    assert text[fact.start : fact.end] == "A\n\nOther\n\nHead\n\nB"


def test_a_fact_inside_an_excluded_piece_keeps_its_own_text() -> None:
    inner = text_block("Inside", "x:Inner")
    found, _ = facts(text_block(f"<p>a</p><ix:exclude><p>{inner}</p></ix:exclude><p>b</p>"))
    assert found["x:Inner"].text == "Inside"
    assert found["x:Note"].text == "a\n\nb"


def test_an_exclusion_outside_of_all_facts_does_nothing() -> None:
    found, text = facts(f"<ix:exclude><p>x</p></ix:exclude>{text_block('<p>a</p>')}")
    assert (found["x:Note"].text, text) == ("a", "x\n\na")


def test_a_footnote_leaves_its_exclusions_out() -> None:
    link = '<ix:relationship fromRefs="f1" toRefs="n1"/></ix:resources>'
    body = (
        '<p><ix:nonFraction unitRef="usd" contextRef="y" name="x:V" id="f1">1</ix:nonFraction></p>'
        '<p><ix:footnote id="n1">Unaudited<ix:exclude> (page 9)</ix:exclude>.</ix:footnote></p>'
    )
    page = f"<html><body>{CONTEXTS.replace('</ix:resources>', link)}{body}</body></html>"
    assert {f.concept: f.footnotes for f in extracted(page).facts}["x:V"] == '["Unaudited."]'


@given(st.lists(st.tuples(st.sampled_from("pte"), st.text("abc ", min_size=1)), max_size=12))
def test_the_text_is_that_of_the_page_without_what_is_excluded(
    pieces: list[tuple[str, str]],
) -> None:
    """p: a paragraph, t: a table, e: an excluded paragraph."""
    shapes = {
        "p": "<p>{}</p>", "t": grid("|2024", "{}|5", "x|7"),
        "e": "<ix:exclude><p>{}</p></ix:exclude>",
    }  # fmt: skip
    whole = "".join(shapes[kind].format(words) for kind, words in pieces)
    left = "".join(shapes[kind].format(words) for kind, words in pieces if kind != "e")
    after = "<p>After all.</p>"
    with_them = facts(text_block(whole) + after)[0]["x:Note"]
    without = facts(text_block(left) + after)[0]["x:Note"]
    assert with_them.text == without.text
