"""Bytes to letters: every encoding that reports come in gives the same text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.extract.characters import decode
from qhdata.extract.document import extract_document
from qhdata.extract.limits import Limits
from qhdata.readers.sniff import sniff
from qhdata.records import Header, RawDocument

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
CN = REAL / "filings" / "cn" / "2020-01-21_300617_annual-report-2019.html"
SIMPLIFIED = "本公司董事会保证年度报告的内容真实、准确、完整，报告期内营业收入为1,234.56万元。"
TRADITIONAL = "本公司董事會保證年度報告的內容真實、準確、完整，報告期內營業收入為1,234.56萬元。"
WESTERN = "The company’s results — “record” sales of €1,200 and £30 – rose by 5 % in Zürich. "
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")


def text_of(data: bytes) -> str:
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.htm", source="s", source_path="a.htm", doc_type="",
        sequence=1, file_name="a.htm", data=data, header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits()).text


def page(text: str, charset: str = "") -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    return f"<html><head>{meta if charset else ''}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("charset", ["", "utf-8", "gb2312", "gbk", "iso-8859-1", "big5"])
@pytest.mark.parametrize("encoding", [*ENCODINGS, "gbk"])
def test_simplified_text_whatever_is_declared(encoding: str, charset: str) -> None:
    data = page(SIMPLIFIED * 3, charset).encode(encoding)
    assert sniff(data[:65536]) == "html"
    assert text_of(data) == SIMPLIFIED * 3


@pytest.mark.parametrize("charset", ["", "utf-8", "big5", "gb2312"])
@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-8", "gb18030", "utf-16-le"])
def test_traditional_text_whatever_is_declared(encoding: str, charset: str) -> None:
    assert text_of(page(TRADITIONAL * 3, charset).encode(encoding)) == TRADITIONAL * 3


def test_declared_gb2312_with_letters_that_only_gb18030_has() -> None:
    text = f"{SIMPLIFIED}独立董事朱镕基、喆、㐂，€1,200。"
    assert text_of(page(text * 2, "gb2312").encode("gb18030")) == text * 2


@pytest.mark.parametrize("charset", ["", "windows-1252", "utf-8", "iso-8859-1", "gb2312"])
def test_western_text_is_never_taken_for_chinese(charset: str) -> None:
    data = page(WESTERN * 10, charset).encode("cp1252")
    assert text_of(data) == (WESTERN * 10).strip()


def test_rules_drawn_in_letters_of_dos_are_not_chinese() -> None:
    data = ("Sales\n" + "\u00c4" * 60 + "\n1,200\n").encode("cp1252") * 20
    assert decode(data)[1] == "cp1252"


def test_chinese_inside_a_shell_of_pre_is_not_mangled() -> None:
    body = "\n\n".join([SIMPLIFIED] * 30)
    for encoding in ("utf-8", "gb18030"):
        assert text_of(f"<html><body><pre>{body}</pre></body></html>".encode(encoding)) == body


def test_a_stray_byte_does_not_turn_utf8_into_something_else() -> None:
    data = page(WESTERN * 60, "utf-8").encode()
    at = data.index(b"Z", 900)
    assert text_of(data[:at] + b"\xff" + data[at:]).count("Zürich") == 60


HAN = st.text(
    "的一是在不了有和人年公司股本期日月业务报告资产收入，。、（）%1234567890.", min_size=60
)


@given(HAN, st.sampled_from(ENCODINGS))
def test_chinese_text_round_trips(text: str, encoding: str) -> None:
    framed = f"<p>{SIMPLIFIED}</p>\n{text}\n"
    assert decode(framed.encode(encoding))[0] == framed


@given(st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), min_size=1))
def test_western_letters_among_words_round_trip(text: str) -> None:
    framed = "".join(f" word {c} " for c in text) + "plain words " * 20
    assert decode(framed.encode("cp1252"))[0] == framed


@pytest.mark.real
@pytest.mark.skipif(not CN.is_file(), reason=f"no real Chinese report at {CN}")
@pytest.mark.parametrize("encoding", ENCODINGS[1:])
def test_a_real_report_reads_the_same_in_every_encoding(encoding: str) -> None:
    text = CN.read_text(encoding="utf-8")
    text = text[: text.index("<br/>", 200_000)]
    assert text_of(text.encode(encoding)) == text_of(text.encode())


@pytest.mark.parametrize("shell", ["{}", "<html><body><p>{}</p></body></html>"])
def test_marks_without_a_shape_part_no_word_and_no_number(shell: str) -> None:
    marked = (
        "Net in\u00adcome of \u202a1,2\u200d34\u202c and \u2066(5\u2062)\u2069 in the year of 2024."
    )
    shown = "Net income of 1,234 and (5) in the year of 2024."
    assert text_of(shell.format(marked).encode()) == shown
