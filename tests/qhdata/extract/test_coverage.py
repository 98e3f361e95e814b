"""A document that is shorter than its bytes is refused; what is hidden on purpose is not missed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import RowError
from qhdata.extract import Limits, extract_document
from qhdata.extract.coverage import shown_letters
from qhdata.extract.document import Extracted
from qhdata.records import Header, RawDocument

LINES = [f"<p>Line {n} says that {n},{n:03d} valves were sold in the year.</p>" for n in range(200)]
FIRST, REST = "\n".join(LINES[:100]), "\n".join(LINES[100:])


def extracted(data: str | bytes) -> Extracted:
    data = data.encode() if isinstance(data, str) else data
    raw = RawDocument(
        doc_id="d", file_id="f", source="s", source_path="p", doc_type="", sequence=1,
        file_name="p", data=data, header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def page(middle: str, rest: str = REST) -> str:
    return f"<html><head><title>T</title></head><body>{FIRST}{middle}{rest}</body></html>"


@pytest.mark.parametrize(
    "opening",
    ["<!-- a note", "<script>", "<style>", "<title>", "<iframe>", '<a href="x>', "<a href='x>",
     "<!-- a <!-- b", "<script>var a; <script>"],
)  # fmt: skip
def test_what_swallows_the_rest_is_refused(opening: str) -> None:
    with pytest.raises(RowError) as caught:
        extracted(page(opening))
    assert caught.value.error == "short_text"


@pytest.mark.parametrize("opening", ["<!-- a", "<script>a()", "<style>p {}"])
def test_an_end_that_is_lost_is_not_lent_by_the_next_one(opening: str) -> None:
    end = {"<!": "-->", "<sc": "</script>", "<st": "</style>"}[opening[: 2 + opening[1].isalpha()]]
    whole = page(f"{opening} {end}", f"{REST}{opening} {end}<p>the end</p>")
    assert "the end" in extracted(whole).text
    with pytest.raises(RowError) as caught:
        extracted(whole.replace(end, "", 1))
    assert caught.value.error == "short_text"


@pytest.mark.parametrize(
    "middle",
    ["</body></html>", "</body></html><html><body>", "<![CDATA[", "<!DOCTYPE x [<!ENTITY a 'b'>]>",
     "<plaintext>", "<textarea>", "<noframes>", "<table><tr><colgroup>", "</table></td></div>",
     "\x00\x01", "<?xml version='1.0'?>", "<body><head>", "<p", "<a href=x"],
)  # fmt: skip
def test_what_only_looks_like_an_end_costs_no_line(middle: str) -> None:
    text = extracted(page(middle)).text
    assert all(f"{n},{n:03d} valves" in text for n in range(200))


@pytest.mark.parametrize(
    "middle",
    ["<!-- <b>an old line</b> -->" * 200, "<script>a('<b>b</b>')</script>" * 200,
     "<style>p {color: red}</style>" * 200, "&NegativeThinSpace;&nbsp;&#8217;" * 200,
     f"<div style='display:none'>{REST}</div>"],
)  # fmt: skip
def test_what_nobody_sees_is_not_missed(middle: str) -> None:
    assert "199,199 valves" in extracted(page(middle)).text


def test_much_that_a_style_hides_is_noted() -> None:
    done = extracted(page("<div style='display:none'>"))
    assert done.notes["hidden_letters"] == pytest.approx(shown_letters(REST.encode()), rel=0.01)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_with_and_without_a_mark(encoding: str) -> None:
    assert "199,199 valves" in extracted(page("").encode(encoding)).text


@given(at=st.integers(0, 5000), bit=st.integers(0, 7))
def test_a_flipped_bit_does_not_turn_other_letters_over(at: int, bit: int) -> None:
    data = bytearray(("“阀门”的销售额比上年增长，公司说。" * 200).encode())
    data[at] ^= 1 << bit
    text = extracted(bytes(data)).text
    assert text.count("销售额") >= 198


def test_text_after_an_element_of_xml_is_kept_and_no_file_is_read() -> None:
    xml = (
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/hosts'>]>"
        "<r><p>Sales <b>rose</b> by 12 &f;</p></r>"
    )
    text = extracted(xml).text
    assert "by 12" in text
    assert "localhost" not in text


def test_prose_around_a_shell_of_pre_is_kept() -> None:
    data = f"<html><body>{REST}<pre>{'A line of the report.' * 900}</pre></body></html>"
    assert "199,199 valves" in extracted(data).text


@given(st.binary(max_size=400))
def test_any_bytes_have_a_count(data: bytes) -> None:
    assert max(shown_letters(data), shown_letters(data, whole=True)) <= len(data)


def test_plain_text_with_a_greater_than_sign_is_counted_once() -> None:
    assert shown_letters(b"Sales > costs, and margins > 5", whole=True) == 21
    assert shown_letters(b"a > b <p>c</p> > d", whole=True) == 4
