"""The header of a submission: what it says beside its filers and dates."""

from __future__ import annotations

import pytest

from qhdata.readers.header import parse_header
from qhdata.records import FormerName


@pytest.mark.parametrize(
    "text",
    [
        "CONFORMED SUBMISSION TYPE:\t8-K\nITEM INFORMATION:\t\tOther Events\n"
        "ITEM INFORMATION:\t\t\nITEM INFORMATION:\t\t7\nFILED AS OF DATE:\t\t20080102\n",
        "<TYPE>8-K\n<ITEMS>Other Events\n<ITEMS>7\n<FILING-DATE>20080102\n",
    ],
)
def test_a_current_report_s_header_lists_its_items(text: str) -> None:
    assert parse_header(text).items == ("Other Events", "7")


@pytest.mark.parametrize(
    ("said", "accession"),
    [
        ("0000320193-24-000123", "0000320193-24-000123"),
        ("000032019324000123", "0000320193-24-000123"),
        ("../../etc/passwd", None),
        ("0000320193-24-000123/../../x", None),
        ("", None),
    ],
)
def test_only_an_accession_is_one(said: str, accession: str | None) -> None:
    assert parse_header(f"ACCESSION NUMBER:\t\t{said}\n").accession == accession


TABBED = """FILED AS OF DATE:\t\t20040102
FILER:

\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\t\tOAK INC
\t\tCENTRAL INDEX KEY:\t\t\t0000000042

\tFORMER COMPANY:
\t\tFORMER CONFORMED NAME:\tELM  CORP
\t\tDATE OF NAME CHANGE:\t20011003

\tFORMER COMPANY:
\t\tFORMER CONFORMED NAME:\tASH & SONS
\t\tDATE OF NAME CHANGE:\t19951229
FILER:

\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\t\tOAK FINANCE
\t\tCENTRAL INDEX KEY:\t\t\t0000000043
"""
TAGGED = """<FILER>
<COMPANY-DATA>
<CONFORMED-NAME>OAK INC
<CIK>0000000042
</COMPANY-DATA>
<FORMER-COMPANY>
<FORMER-CONFORMED-NAME>ELM CORP
<DATE-CHANGED>20011003
</FORMER-COMPANY>
<FORMER-COMPANY>
<FORMER-CONFORMED-NAME>ASH & SONS
<DATE-CHANGED>19951229
</FORMER-COMPANY>
</FILER>
<FILER>
<COMPANY-DATA>
<CONFORMED-NAME>OAK FINANCE
<CIK>0000000043
</COMPANY-DATA>
</FILER>
"""


@pytest.mark.parametrize("text", [TABBED, TAGGED])
def test_former_names_are_the_filers_own_oldest_first(text: str) -> None:
    oak, finance = parse_header(text).filers
    assert oak.former == (
        FormerName(name="ASH & SONS", since="1995-12-29"),
        FormerName(name="ELM CORP", since="2001-10-03"),
    )
    assert (oak.name, finance.name, finance.former) == ("OAK INC", "OAK FINANCE", ())


@pytest.mark.parametrize(
    ("said", "former"),
    [
        ("<FORMER-CONFORMED-NAME>\n<DATE-CHANGED>20011003\n", []),
        ("<FORMER-CONFORMED-NAME>ELM\n", [("ELM", None)]),
        ("<FORMER-CONFORMED-NAME>ELM\n<DATE-CHANGED>20011399\n", [("ELM", None)]),
        # Of one date for two names nobody knows whose it is.
        ("<FORMER-CONFORMED-NAME>A\n<FORMER-CONFORMED-NAME>B\n<DATE-CHANGED>20011003\n",
         [("A", None), ("B", None)]),
    ],
)  # fmt: skip
def test_a_former_name_without_its_date_is_one(said: str, former: list[tuple[str, None]]) -> None:
    text = f"<FILER>\n<CONFORMED-NAME>OAK\n<CIK>42\n<FORMER-COMPANY>\n{said}</FORMER-COMPANY>\n"
    (filer,) = parse_header(text).filers
    assert [(one.name, one.since) for one in filer.former] == former


def test_endless_former_names_are_bounded() -> None:
    one = "<FORMER-CONFORMED-NAME>" + "N" * 900 + "\n<DATE-CHANGED>20011003\n"
    (filer,) = parse_header(f"<FILER>\n<CONFORMED-NAME>OAK\n<CIK>42\n{one * 500}").filers
    assert len(filer.former) == 20
    assert max(len(former.name) for former in filer.former) == 200
