"""Submissions: both header styles, unclosed tags, attachments, single-line feeds."""

from __future__ import annotations

import binascii
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import RowError
from qhdata.readers import read_file
from qhdata.readers.eastern import to_utc
from qhdata.readers.header import parse_header
from qhdata.readers.loose import header_from_name
from qhdata.readers.sniff import sniff
from qhdata.readers.submission import SubmissionReader
from qhdata.records import SourceFile

TAB = """<SEC-DOCUMENT>0000000001-24-000001.txt : 20241101
<SEC-HEADER>0000000001-24-000001.hdr.sgml : 20241101
<ACCEPTANCE-DATETIME>20241101060136
ACCESSION NUMBER:\t\t0000000001-24-000001
CONFORMED SUBMISSION TYPE:\t10-K
PUBLIC DOCUMENT COUNT:\t\t2
CONFORMED PERIOD OF REPORT:\t20240928
FILED AS OF DATE:\t\t20241101

FILER:

\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\t\tINVENTED HOLDINGS INC
\t\tCENTRAL INDEX KEY:\t\t\t0000000042
\t\tSTANDARD INDUSTRIAL CLASSIFICATION:\tWIDGETS [3571]

\tFORMER COMPANY:
\t\tFORMER CONFORMED NAME:\tOLD NAME CORP

FILER:

\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\t\tINVENTED FINANCE LLC
\t\tCENTRAL INDEX KEY:\t\t\t0000000043
</SEC-HEADER>
"""
TAGS = (
    "<SUBMISSION>\n<ACCESSION-NUMBER>0000000001-24-000001<TYPE>10-K<PERIOD>20240928"
    "<FILING-DATE>20241101<FILER><COMPANY-DATA><CONFORMED-NAME>INVENTED HOLDINGS INC"
    "<CIK>0000000042<ASSIGNED-SIC>3571</COMPANY-DATA></FILER>"
    "<FILER><COMPANY-DATA><CONFORMED-NAME>INVENTED FINANCE "
    "LLC<CIK>0000000043</COMPANY-DATA></FILER>"
)
MAIN = "<DOCUMENT>\n<TYPE>10-K\n<SEQUENCE>1\n<FILENAME>main.htm\n<TEXT>\n<html><p>One</p></html>\n"
IMAGE = (
    "<DOCUMENT>\n<TYPE>GRAPHIC\n<SEQUENCE>3\n<FILENAME>logo.jpg\n<TEXT>\nbegin 644 logo.jpg\n"
    "M_]C_X  02D9)1@\n\nend\n</TEXT>\n</DOCUMENT>\n"
)
CLOSE = "</TEXT>\n</DOCUMENT>\n"
EXHIBIT = "<DOCUMENT>\n<TYPE>EX-99.1\n<SEQUENCE>2\n<FILENAME>ex.htm\n<TEXT>\n<p>Two</p>\n"


def planned(path: str = "x.txt") -> SourceFile:
    return SourceFile(file_id="s/x", source="s", path=path, source_path=path, bytes=1, sha256="0")


@pytest.mark.parametrize("header", [TAB, TAGS])
def test_both_header_styles_say_the_same(header: str) -> None:
    read = parse_header(header)
    assert read.accession == "0000000001-24-000001"
    assert (read.form, read.period_end, read.filed_at) == ("10-K", "2024-09-28", "2024-11-01")
    assert [(f.filer_id, f.name) for f in read.filers] == [
        ("cik:0000000042", "INVENTED HOLDINGS INC"),
        ("cik:0000000043", "INVENTED FINANCE LLC"),
    ]
    assert read.sic == "3571"


def test_acceptance_is_us_eastern() -> None:
    assert parse_header(TAB).accepted_at == "2024-11-01T10:01:36Z"
    winter = TAB.replace("20241101060136", "20241104060136")
    assert parse_header(winter).accepted_at == "2024-11-04T11:01:36Z"


@pytest.mark.parametrize(
    ("wall", "hours"),
    [
        ("2024-03-10T01:59", 5),
        ("2024-03-10T02:00", 4),
        ("2024-11-03T01:59", 4),
        ("2024-11-03T02:00", 5),
        ("1999-04-03T12:00", 5),
        ("1999-04-04T12:00", 4),
        ("1999-10-31T12:00", 5),
    ],
)
def test_daylight_saving_as_the_law_of_its_year(wall: str, hours: int) -> None:
    moment = dt.datetime.fromisoformat(wall)
    assert to_utc(moment) - moment == dt.timedelta(hours=hours)


def test_what_was_private_first_is_public_on_its_date_of_change() -> None:
    private = TAB.replace(
        "FILED AS OF DATE", "<PRIVATE-TO-PUBLIC>\nDATE AS OF CHANGE:\t20241220\nFILED AS OF DATE"
    )
    read = parse_header(private)
    assert read.accepted_at is None
    assert read.filed_at == "2024-12-20"


@pytest.mark.parametrize("wrap", ["closed", "unclosed", "pem"])
def test_documents_are_found_closed_or_not(wrap: str) -> None:
    text = TAB + MAIN + CLOSE + EXHIBIT + CLOSE + IMAGE
    if wrap == "unclosed":
        text = TAB + MAIN + EXHIBIT
    if wrap == "pem":
        text = "-----BEGIN PRIVACY-ENHANCED MESSAGE-----\nProc-Type: x\n\n" + text
        text += "-----END PRIVACY-ENHANCED MESSAGE-----\n"
    reading = SubmissionReader().read(planned(), text.encode())
    assert [(d.doc_id, d.doc_type, d.file_name) for d in reading.documents] == [
        ("0000000001-24-000001:1", "10-K", "main.htm"),
        ("0000000001-24-000001:2", "EX-99.1", "ex.htm"),
    ]
    assert [d.data.strip() for d in reading.documents] == [
        b"<html><p>One</p></html>",
        b"<p>Two</p>",
    ]


@pytest.mark.parametrize("second", [TAB, TAGS, "-----BEGIN PRIVACY-ENHANCED MESSAGE-----\n" + TAB])
@pytest.mark.parametrize("closed", [True, False])
def test_two_submissions_in_one_file_are_refused(second: str, closed: bool) -> None:
    text = TAB + MAIN + CLOSE * closed + second + MAIN + CLOSE
    with pytest.raises(RowError, match="two_submissions"):
        SubmissionReader().read(planned(), text.encode())


def test_an_attachment_is_named_and_left_out() -> None:
    reading = SubmissionReader().read(planned(), (TAB + MAIN + CLOSE + IMAGE).encode())
    assert [(s.name, s.reason) for s in reading.skipped] == [("logo.jpg", "uuencoded")]


@pytest.mark.parametrize("padded", [False, True])
def test_a_pdf_in_a_submission_is_a_document_uuencoded_or_not(padded: bool) -> None:
    data = b"%PDF-1.4\n" + bytes(range(256)) * 3 + b"\n%%EOF"
    lines = [binascii.b2a_uu(data[i : i + 45]) for i in range(0, len(data), 45)]
    if padded:
        lines = [line.rstrip(b"\n") + b"``\n" for line in lines]
    coded = b"begin 644 report.pdf\n" + b"".join(lines) + b"`\nend\n"
    wrapped = b"<DOCUMENT>\n<TYPE>EX-99\n<FILENAME>report.pdf\n<TEXT>\n<PDF>\n%s</PDF>\n</TEXT>\n"
    odd = coded.replace(b"begin", b"BEGIN").replace(b"\nend", b"\nEND")
    for body in (coded, odd, data + b"\n"):
        given = TAB.encode() + MAIN.encode() + CLOSE.encode() + wrapped % body + b"</DOCUMENT>\n"
        found = SubmissionReader().read(planned(), given).documents[-1]
        assert (found.file_name, found.data.rstrip()) == ("report.pdf", data)


@pytest.mark.parametrize("stripped", [False, True])
def test_a_picture_behind_the_text_of_a_document_is_named_and_left_out(stripped: bool) -> None:
    data = bytes(range(256)) * 3
    lines = [binascii.b2a_uu(data[i : i + 45]) for i in range(0, len(data), 45)]
    if stripped:
        lines = [line.rstrip() + b"\n" for line in lines]
    coded = b"begin 644 logo.gif\n" + b"".join(lines) + b"`\nend\n"
    text = MAIN.encode().replace(b"</html>", b"</html>\n<p>We begin 644 wells</p>\n%s" % coded)
    reading = SubmissionReader().read(planned(), TAB.encode() + text + CLOSE.encode())
    assert ("logo.gif", "uuencoded") in [(s.name, s.reason) for s in reading.skipped]
    assert reading.documents[0].data.strip() == (
        b"<html><p>One</p></html>\n<p>We begin 644 wells</p>"
    )


def test_one_document_lodged_twice_without_an_accession_has_one_id(tmp_path: Path) -> None:
    one = b"<DOCUMENT>\n<TYPE>EX-99\n<TEXT>\n<p>Invented Holdings made 12 widgets.</p>\n</TEXT>\n"
    (tmp_path / "a.txt").write_bytes(b"<SEC-DOCUMENT>a\n" + one + b"</DOCUMENT>\n" + one * 2)
    file = SourceFile(
        file_id="s/a.txt", source="s", path=str(tmp_path / "a.txt"), source_path="a.txt", bytes=1,
        sha256="0",
    )  # fmt: skip
    reading = read_file(file)
    assert len({d.doc_id for d in reading.documents}) == len(reading.documents)
    assert {s.reason for s in reading.skipped} == {"same_bytes"}
    assert len(reading.documents) + len(reading.skipped) == 3


def test_a_feed_on_one_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    path.write_text(TAGS + (MAIN + CLOSE).replace("\n", "") + "</SUBMISSION>")
    reading = read_file(planned(str(path)))
    assert reading.documents[0].data == b"<html><p>One</p></html>"


def test_a_single_wrapped_document_takes_its_header_from_its_name() -> None:
    name = "42_8K_2010_0000000001-10-000003.htm"
    reading = SubmissionReader().read(planned(name), (EXHIBIT + CLOSE).encode())
    document = reading.documents[0]
    assert document.header.accession == "0000000001-10-000003"
    assert document.doc_id.startswith("s:"), "an accession of a name numbers no sequence"


@pytest.mark.parametrize(
    ("name", "form", "filed"),
    [
        ("apl/apl-10-k-2024-11-01.html", "10-K", "2024-11-01"),
        ("apl-20240928.htm", None, None),
        ("2020-01-21_300617_annual-report-2019.html", "年度报告", "2020-01-21"),
        ("2024-13-45.html", None, None),
    ],
)
def test_a_name_says_no_more_than_it_can(name: str, form: str | None, filed: str | None) -> None:
    header = header_from_name(name)
    assert (header.form, header.filed_at) == (form, filed)


@given(st.text(alphabet="<>/DOCUMENTYPSQX- \n\t:1a", max_size=300))
def test_the_scanner_takes_any_bytes_after_a_first_document(text: str) -> None:
    reading = SubmissionReader().read(planned(), ("<DOCUMENT><TYPE>X" + text).encode())
    assert len({d.sequence for d in reading.documents}) == len(reading.documents)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_any_text_has_a_header_if_an_empty_one(text: str) -> None:
    found = parse_header(text)
    assert len({(f.filer_id, f.role) for f in found.filers}) == len(found.filers)
    for date in (found.filed_at, found.period_end):
        assert date is None or dt.date.fromisoformat(date)
    assert found.accepted_at is None or found.accepted_at.endswith("Z")


@pytest.mark.parametrize("header", [TAB, TAGS])
def test_a_header_in_lower_case_says_the_same(header: str) -> None:
    assert parse_header(header.lower().replace("invented", "INVENTED")).form == "10-K"
    low, high = parse_header(header.lower()), parse_header(header)
    assert replace(low, filers=()) == replace(high, filers=())
    assert [f.filer_id for f in low.filers] == [f.filer_id for f in high.filers]


@pytest.mark.parametrize("said", ["../../../etc/x", "A" * 100_000, "N/A", ""])
def test_an_accession_is_one_or_none(said: str) -> None:
    assert parse_header(TAB.replace("\t\t0000000001-24-000001", f"\t\t{said}")).accession is None
    one = parse_header(TAB.replace("\t\t0000000001-24-000001", "\t\t000000000124000001"))
    assert one.accession == "0000000001-24-000001"


def test_numbers_of_thousands_of_digits_are_no_numbers() -> None:
    whole = (TAB + MAIN + CLOSE).replace("<SEQUENCE>1", f"<SEQUENCE>{'9' * 5000}")
    reading = SubmissionReader().read(planned(), whole.replace("0000000042", "9" * 5000).encode())
    (document,) = reading.documents
    assert document.doc_id == "0000000001-24-000001:1"
    assert document.header.filers[0].filer_id == "name:invented-holdings-inc"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_submission_that_was_saved_in_utf_16_is_one(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes((TAB + MAIN + CLOSE).encode(codec))
    reading = read_file(planned(str(path)))
    assert reading.documents[0].header.accession is not None
    assert reading.documents[0].data.strip() == b"<html><p>One</p></html>"


def test_lines_above_a_submission_do_not_hide_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("HTTP/1.1 200 OK\nContent-Type: text/plain\n\n" + TAB + MAIN + CLOSE)
    reading = read_file(planned(str(path)))
    assert reading.documents[0].header.accession is not None
    assert sniff(b"<p>It says</p>\n<SEC-HEADER> in a page") == "html"


def test_a_document_without_accession_that_two_files_hold_has_two_ids() -> None:
    one = (MAIN + CLOSE).encode()
    ids = {
        SubmissionReader().read(replace(planned(), sha256=digest), one).documents[0].doc_id
        for digest in ("a", "b")
    }
    assert len(ids) == 2
