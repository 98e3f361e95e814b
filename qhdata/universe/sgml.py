"""Full-submission text files: a header, then documents between tags that nobody closes.

Three dialects are in EDGAR's archive: headers in tabs (most), headers in tags (feed files), and
an older envelope of privacy-enhanced mail around the first. Only the first says when it was
accepted.
"""

from __future__ import annotations

import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Literal

from qhdata.universe.filers import InventedFiler

Dialect = Literal["tabs", "tags", "mail"]


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a submission; `binary` parts are uuencoded."""

    type: str
    filename: str
    description: str
    body: str
    binary: bool = False
    xbrl: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the header says."""

    accession: str
    form: str
    period: date | None
    filed: date
    accepted: datetime
    """New York time."""
    items: tuple[str, ...] = ()


def submission(
    filer: InventedFiler, envelope: Envelope, parts: Sequence[Part], dialect: Dialect = "tabs"
) -> str:
    """The whole file."""
    if dialect == "tags":
        head, close = _tag_header(filer, envelope, len(parts)), "</SUBMISSION>\n"
    else:
        head, close = _tab_header(filer, envelope, len(parts)), "</SEC-DOCUMENT>\n"
    if dialect == "mail":
        stamp = f"<ACCEPTANCE-DATETIME>{envelope.accepted:%Y%m%d%H%M%S}\n"
        head = _MAIL + head.replace(stamp, "")
        close += "-----END PRIVACY-ENHANCED MESSAGE-----\n"
    return head + "".join(_part(number, part) for number, part in enumerate(parts, 1)) + close


def picture(rng: Random) -> str:
    """A uuencoded image: a GIF header and noise."""
    raw = b"GIF89a" + bytes(rng.randrange(256) for _ in range(45 * rng.randint(20, 60)))
    lines = [binascii.b2a_uu(raw[at : at + 45]).decode() for at in range(0, len(raw), 45)]
    return "begin 644 logo.gif\n" + "".join(lines) + "`\nend\n"


def _part(sequence: int, part: Part) -> str:
    body = f"<XBRL>\n{part.body}\n</XBRL>\n" if part.xbrl else part.body.rstrip("\n") + "\n"
    described = f"<DESCRIPTION>{part.description}\n" if part.description else ""
    return (
        f"<DOCUMENT>\n<TYPE>{part.type}\n<SEQUENCE>{sequence}\n<FILENAME>{part.filename}\n{described}"
        f"<TEXT>\n{body}</TEXT>\n</DOCUMENT>\n"
    )


def _tab_header(filer: InventedFiler, envelope: Envelope, count: int) -> str:
    filed = f"{envelope.filed:%Y%m%d}"
    period = f"CONFORMED PERIOD OF REPORT:\t{envelope.period:%Y%m%d}\n" if envelope.period else ""
    items = "".join(f"ITEM INFORMATION:\t\t{item}\n" for item in envelope.items)
    return (
        f"<SEC-DOCUMENT>{envelope.accession}.txt : {filed}\n"
        f"<SEC-HEADER>{envelope.accession}.hdr.sgml : {filed}\n"
        f"<ACCEPTANCE-DATETIME>{envelope.accepted:%Y%m%d%H%M%S}\n"
        f"ACCESSION NUMBER:\t\t{envelope.accession}\n"
        f"CONFORMED SUBMISSION TYPE:\t{envelope.form}\n"
        f"PUBLIC DOCUMENT COUNT:\t\t{count}\n"
        f"{period}{items}"
        f"FILED AS OF DATE:\t\t{filed}\n"
        f"DATE AS OF CHANGE:\t\t{filed}\n\n"
        "FILER:\n\n\tCOMPANY DATA:\t\n"
        f"\t\tCOMPANY CONFORMED NAME:\t\t\t{filer.name.upper()}\n"
        f"\t\tCENTRAL INDEX KEY:\t\t\t{filer.cik}\n"
        f"\t\tSTANDARD INDUSTRIAL CLASSIFICATION:\t{filer.industry.sic_title} "
        f"[{filer.industry.sic}]\n"
        f"\t\tIRS NUMBER:\t\t\t\t{filer.irs.replace('-', '')}\n"
        f"\t\tSTATE OF INCORPORATION:\t\t\t{filer.state[0]}\n"
        f"\t\tFISCAL YEAR END:\t\t\t{_year_end(filer)}\n\n"
        "\tFILING VALUES:\n"
        f"\t\tFORM TYPE:\t\t{envelope.form}\n\t\tSEC ACT:\t\t1934 Act\n"
        f"\t\tSEC FILE NUMBER:\t{filer.file_number}\n\n"
        "\tBUSINESS ADDRESS:\t\n"
        f"\t\tSTREET 1:\t\t{filer.street.upper()}\n\t\tCITY:\t\t\t{filer.town.upper()}\n"
        f"\t\tSTATE:\t\t\t{filer.state[0]}\n\t\tZIP:\t\t\t{filer.zip_code}\n"
        f"\t\tBUSINESS PHONE:\t\t{filer.phone}\n"
        "</SEC-HEADER>\n"
    )


def _tag_header(filer: InventedFiler, envelope: Envelope, count: int) -> str:
    period = f"<PERIOD>{envelope.period:%Y%m%d}\n" if envelope.period else ""
    items = "".join(f"<ITEMS>{item}\n" for item in envelope.items)
    return (
        f"<SUBMISSION>\n<ACCESSION-NUMBER>{envelope.accession}\n<TYPE>{envelope.form}\n"
        f"<PUBLIC-DOCUMENT-COUNT>{count}\n{period}{items}<FILING-DATE>{envelope.filed:%Y%m%d}\n"
        f"<DATE-OF-FILING-DATE-CHANGE>{envelope.filed:%Y%m%d}\n"
        f"<FILER>\n<COMPANY-DATA>\n<CONFORMED-NAME>{filer.name.upper()}\n<CIK>{filer.cik}\n"
        f"<ASSIGNED-SIC>{filer.industry.sic}\n<IRS-NUMBER>{filer.irs.replace('-', '')}\n"
        f"<STATE-OF-INCORPORATION>{filer.state[0]}\n<FISCAL-YEAR-END>{_year_end(filer)}\n</COMPANY-DATA>\n"
        f"<FILING-VALUES>\n<FORM-TYPE>{envelope.form}\n<ACT>34\n<FILE-NUMBER>{filer.file_number}\n"
        "</FILING-VALUES>\n</FILER>\n"
    )


def _year_end(filer: InventedFiler) -> str:
    return {12: "1231", 6: "0630", 9: "0930"}[filer.last_month]


_MAIL = """-----BEGIN PRIVACY-ENHANCED MESSAGE-----
Proc-Type: 2001,MIC-CLEAR
Originator-Name: keymaster@example.invalid
Originator-Key-Asymmetric:
 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
MIC-Info: RSA-MD5,RSA,
 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

"""
