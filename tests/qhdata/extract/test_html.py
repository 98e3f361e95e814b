"""HTML to text: what is shown, in order, and nothing that is hidden."""

from __future__ import annotations

import pytest

from qhdata.errors import RowError
from qhdata.extract import Limits, extract_document
from qhdata.extract.cells import number
from qhdata.extract.document import Extracted
from qhdata.records import Header, RawDocument


def extract(body: str | bytes, doc_type: str = "", **limits: int) -> Extracted:
    data = body if isinstance(body, bytes) else body.encode()
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type=doc_type, sequence=1,
        file_name="1.htm", data=data, header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits(**limits))


def text(body: str) -> str:
    return extract(f"<html><body>{body}</body></html>").text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>One  two\n three</p><p>Four</p>", "One two three\n\nFour"),
        ("<p>a<b>b</b>c</p>", "abc"),
        ("<div>One<br>Two<br><br>Three</div>", "One\nTwo\n\nThree"),
        ("<ul><li>x<li>y</ul>", "- x\n- y"),
        ("<ol><li>x</li><li>y</li></ol>", "1. x\n2. y"),
        ("<h2>Title</h2><p>Text</p>", "## Title\n\nText"),
        ("<p>It&#146;s &#150 here</p>", "It’s – here"),
        ("<p>sales<sup>1</sup> of 5</p>", "sales¹ of 5"),
        (
            '<p><font face="Wingdings">x</font> yes <font face="Wingdings">o</font> no</p>',
            "☒ yes ☐ no",
        ),
        ("<p>a\u00adb\u200bc\u00a0d</p>", "abc d"),
        ('<p style="font-weight:³00">light</p>', "light"),
        ("<p># not a heading</p>", "\\# not a heading"),
        ('<p>seen<span style="display:none">hidden</span> too</p>', "seen too"),
        ('<div style="DISPLAY: none"><p>x</p></div><p>y</p>', "y"),
        ("<script>var x</script><style>p{}</style><p>y</p>", "y"),
        ('<span style="display:block">a</span><span style="display:block">b</span>', "a\n\nb"),
    ],
)
def test_markup_becomes_text(body: str, shown: str) -> None:
    assert text(body) == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<ol start=5><li>a<li>b</ol>", "5. a\n6. b"),
        ("<ol><li>a<li value=9>b<li>c</ol>", "1. a\n9. b\n10. c"),
        ("<ol type=a start='2'><li>x<li>y</ol>", "b. x\nc. y"),
        ("<ol type=I><li>x<li type=A>y<li>z</ol>", "I. x\nB. y\nIII. z"),
        ("<ol start=x type=1><li>x</ol>", "1. x"),
    ],
)
def test_an_item_has_the_number_that_its_list_says(body: str, shown: str) -> None:
    assert text(body) == shown


def test_a_lowered_digit_behind_a_number_is_no_digit_of_it() -> None:
    row = "<tr><td>Sales</td><td>5<sub>2</sub></td></tr>"
    done = extract(f"<html><p>H<sub>2</sub>O</p><table><tr><td></td><td>2024</td></tr>{row}</table>"
                   "<p>End.</p></html>")  # fmt: skip
    assert "H2O" in done.text
    assert "| Sales | 5₂ |" in done.text
    assert number("5₂") == "5"


def test_words_between_rows_do_not_run_together() -> None:
    body = "<table>Above<tr><td>a</td><td>5</td></tr>between<tr><td>b</td><td>6</td></tr></table>"
    assert text(body).startswith("Above between\n\n")


def test_bold_short_lines_are_headings_and_bold_prose_is_not() -> None:
    done = text(
        "<p><b>Liquidity</b></p><p>We have cash.</p>"
        "<p><b>We may not be able to repay what we borrowed, and holders of our notes could lose "
        "all of what they invested when that happens to us.</b></p>"
    )
    assert done.startswith("#### Liquidity\n\nWe have cash.\n\nWe may not")


def test_a_row_of_a_layout_table_is_one_line() -> None:
    assert text("<table><tr><td>Item 1.</td><td></td><td>Business</td></tr></table>") == (
        "Item 1. Business"
    )


def test_a_table_of_bullets_is_a_list() -> None:
    row = "<tr><td>•</td><td>{} point that is long enough to be no cell of figures</td></tr>"
    done = text("<table>" + row.format("First") + row.format("Second") + "</table>")
    assert done.startswith("- First point")
    assert "\n- Second point" in done


def test_nested_tables_keep_every_word_in_order() -> None:
    inner = "<table><tr><td></td><td>2024</td></tr><tr><td>Sales</td><td>5</td></tr></table>"
    done = text(
        f"<table><tr><td>Before</td></tr><tr><td>{inner}</td></tr><tr><td>After</td></tr></table>"
    )
    assert done == "Before\n\n| | 2024 |\n|---|---|\n| Sales | 5 |\n\nAfter"


def test_the_markdown_of_a_table_is_what_its_span_holds() -> None:
    done = extract(
        "<p>(in thousands)</p><table><tr><td></td><td>2024</td></tr>"
        "<tr><td>Sales</td><td>$5</td></tr><tr><td>Costs</td><td>3</td></tr></table><p>x</p>"
    )
    (table,) = done.tables
    assert done.text[table.start : table.end] == table.block.text
    assert (table.unit, table.scale) == ("USD", "1000")


@pytest.mark.parametrize(
    ("encoding", "word", "meta"),
    [
        ("utf-8", "Zürich", ""),
        ("cp1252", "Zürich", ""),
        ("cp1252", "“quoted”", ""),
        ("gb18030", "年度报告", ""),
        ("gb18030", "年度报告", '<meta charset="gb2312">'),
        ("utf-8", "年度报告", ""),
        ("utf-16", "Zürich", ""),
    ],
)
def test_bytes_are_read_in_the_encoding_that_they_are_in(
    encoding: str, word: str, meta: str
) -> None:
    body = f"<html><head>{meta}</head><body><p>{word}</p></body></html>".encode(encoding)
    assert extract(body).text == word


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<html><body><p>abc</p><div sty", "truncated_html"),
        ("<html><body><p>abc</p><table><tr><td>1", "truncated_html"),
        ("<html><body>" + "<div>" * 10_000 + "deep", "truncated_tree"),
        ("<html><body><p> </p></body></html>", "empty_document"),
    ],
)
def test_a_document_that_cannot_be_whole_is_refused(body: str, error: str) -> None:
    with pytest.raises(RowError) as caught:
        extract(body)
    assert caught.value.error == error


def test_a_document_that_is_nested_too_deep_is_told_so_and_no_option_of_the_parser() -> None:
    with pytest.raises(
        RowError, match=r"excessive depth in document: 2048; nest it less"
    ) as caught:
        extract("<html><body>" + "<div>" * 10_000 + "deep")
    assert "option" not in caught.value.message


def test_limits_are_counts_and_name_themselves() -> None:
    for limits, error in (({"max_bytes": 10}, "too_large"), ({"max_nodes": 3}, "too_many_nodes")):
        with pytest.raises(RowError) as caught:
            extract("<html><body><p>a</p><p>b</p><p>c</p></body></html>", **limits)
        assert caught.value.error == error


@pytest.mark.parametrize("depth", [50, 300])
def test_deep_nesting_loses_nothing(depth: int) -> None:
    body = "<table><tr><td>" * depth + "deep 1,234" + "</td></tr></table>" * depth + "<p>after</p>"
    assert text(body) == "deep 1,234\n\nafter"


def test_a_text_node_over_ten_megabytes_stays_whole() -> None:
    done = text("<p>" + "word " * 2_100_000 + "</p><p>after</p>")
    assert len(done) > 10_400_000
    assert done.endswith("word\n\nafter")


def test_an_entity_bomb_and_an_external_entity_do_nothing() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
        '<!ENTITY c SYSTEM "file:///etc/passwd">]><ownershipDocument><a>5</a></ownershipDocument>'
    )
    assert extract(bomb).text == "ownershipDocument\na: 5"
    with_entity = bomb.replace("<a>5</a>", "<a>5</a><b>&c;</b>")
    assert "root:" not in extract(with_entity).text


def test_the_same_bytes_give_the_same_rows() -> None:
    body = "<p>a</p><table><tr><td>x</td><td>1</td></tr><tr><td>y</td><td>2</td></tr></table>"
    assert text(body) == text(body)


def test_a_bold_line_of_several_pieces_is_bold_whole() -> None:
    done = extract("<html><body><p><b>6.</b> <b>Debt</b></p><p>We owe it.</p></body></html>")
    assert done.text == "#### 6. Debt\n\nWe owe it."


def test_a_gap_that_the_eye_sees_is_a_space() -> None:
    apart = '<span style="padding-left:19.04pt">'
    assert text(f"<p><span>ITEM 1.</span>{apart}BUSINESS</span></p>") == "ITEM 1. BUSINESS"
    assert text(f"<p><span>•</span>{apart}iMac</span></p>") == "• iMac"
    assert text(f"<p><span>$</span>{apart}1,234</span></p>") == "$1,234"
    assert text('<p><span>un</span><span style="padding-left:0pt">broken</span></p>') == "unbroken"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<del>5</del>6", "5 6"),
        ("1<s>234</s>567 sold", "1 234 567 sold"),
        ("<ins>6</ins><strike>5</strike><b>7</b>", "6 5 7"),
        ("the <del>Company</del><ins>Registrant</ins>", "the Company Registrant"),
        ('<span style="text-decoration:line-through">old</span>new', "old new"),
        ('our co<span style="text-decoration: line-through">m</span>mon stock', "our common stock"),
        ("Item 1<strike></strike>(b). was <s>old</s>, then", "Item 1(b). was old, then"),
        ("<s>a<b>b</b></s> c", "ab c"),
    ],
)
def test_struck_out_text_stays_and_is_glued_to_nothing(body: str, shown: str) -> None:
    assert text(f"<p>{body}</p>") == shown


def test_a_struck_out_number_and_its_successor_are_no_value() -> None:
    rows = "<tr><td>Sales</td><td><del>1,234</del>1,243</td></tr><tr><td>Tax</td><td>9</td></tr>"
    table = extract(f"<html><table>{rows}</table></html>").tables[0]
    assert table.block.text.split("\n")[0] == "| Sales | 1,234 1,243 |"


def test_a_class_of_the_page_strikes_out_too() -> None:
    body = "<html><style>.x{text-decoration:line-through}</style><p><b class=x>5</b>6</p></html>"
    assert extract(body).text == "5 6"


@pytest.mark.parametrize("span", ["5", "0"])
@pytest.mark.parametrize("group", ["tbody", "thead"])
def test_a_cell_spans_down_to_the_end_of_its_row_group(span: str, group: str) -> None:
    rows = (
        f"<{group}><tr><td rowspan={span}>Plant</td><td>East</td><td>10</td></tr>"
        f"<tr><td>West</td><td>20</td></tr></{group}>"
        "<tbody><tr><td>Land</td><td>North</td><td>30</td></tr></tbody>"
        "<tr><td>Sea</td><td>South</td><td>40</td></tr>"
    )
    shown = text(f"<table>{rows}</table>").split("\n")
    assert shown[-3:] == ["| | West | 20 |", "| Land | North | 30 |", "| Sea | South | 40 |"]


@pytest.mark.parametrize("span", ["500", "1000000", "500px"])
def test_a_cell_that_spans_down_a_long_table_keeps_every_number_below_its_heading(
    span: str,
) -> None:
    head = "<tr><td>Plant</td><td>Line</td><td>Units</td></tr>"
    first = f"<tr><td rowspan={span}>East</td><td>L0</td><td>1,000</td></tr>"
    rows = "".join(f"<tr><td>L{n}</td><td>{n:,}</td></tr>" for n in range(1001, 1500))
    shown = text(f"<table>{head}{first}{rows}</table>").split("\n")
    assert shown[-1] == "| | L1499 | 1,499 |"
