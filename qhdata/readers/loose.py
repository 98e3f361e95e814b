"""What a file name says of its filing: accession, form, period, and a date that can be of filing.

Chinese reports are named by people and by cninfo: `300617_2019年年度报告.pdf`,
`安靠智电：2019年年度报告（更新后）.PDF`, `300617/2020-01-21_2019年年度报告.pdf`. The code may stand
in the folder's name; the date never does, because folders are named by the day of their download.
"""

from __future__ import annotations

import datetime as dt
import re

from qhdata.quantities.reports import Report, report_of
from qhdata.readers.header import slug
from qhdata.records import Filer, Header

_ACCESSION = re.compile(r"(?<!\d)(\d{10}-\d{2}-\d{6})(?!\d)")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_]([01]\d)[-_]([0-3]\d)(?!\d)")
_FORM = re.compile(
    r"(?<![a-z0-9])(10-?k405|10-?ksb|10-?k|10-?q|20-?f|40-?f|8-?k|6-?k|def ?14a)"
    r"(?:[-_]?a)?(?![a-z0-9])",
    re.I,
)
_CN_CODE = re.compile(r"(?<![\d-])([03468]\d{5}|[29]00\d{3})(?![\d-]|\s*年)")
_CN_COMPACT = re.compile(r"(?<!\d)(20\d{2})([01]\d)([0-3]\d)(?!\d)")
_CN_NAME = re.compile(
    r"^[\d\s_.-]*(?P<name>(?:[*＊]?ST|[A-Z]{1,4})?[\u4e00-\u9fffA-Z]{2,8}[ABＡＢ]?)\s*[：:_-]"
)
_CN_ANNUAL = re.compile(r"annual-report-((?:19|20)\d\d)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CANONICAL = {"10K": "10-K", "10Q": "10-Q", "20F": "20-F", "40F": "40-F", "8K": "8-K", "6K": "6-K"}


def header_from_name(path: str) -> Header:
    """What the last part of a path says.

    A date counts only as `2024-11-01` (or with underscores): `aapl-20240928` is the period's end in
    the habit of XBRL file names, not the day on which anyone could read it.

    >>> header_from_name("aapl/10k/aapl-10-k-2024-11-01.html").filed_at
    '2024-11-01'
    >>> header_from_name("aapl-20240928.htm").filed_at is None
    True
    """
    folder, _, name = path.rpartition("/")
    accession = _ACCESSION.search(name)
    rest = _ACCESSION.sub(" ", name)
    filed_at = _day(_DATE.search(rest))
    rest = _DATE.sub(" ", rest)
    report = _chinese_report(rest)
    if report is not None or _HAN.search(rest):
        return _chinese(folder, rest, filed_at, report, accession[1] if accession else None)
    form = _FORM.search(rest.replace("_", " "))
    return Header(
        accession=accession[1] if accession else None,
        form=_canonical(form[1]) if form else None,
        filed_at=filed_at,
    )


def _day(found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


def _chinese_report(name: str) -> Report | None:
    annual = _CN_ANNUAL.search(name)
    if annual and _CN_CODE.search(name):
        return report_of(f"{annual[1]}年年度报告")
    return report_of(name)


def _chinese(
    folder: str, name: str, filed_at: str | None, report: Report | None, accession: str | None
) -> Header:
    """Of a Chinese name. A date of eight digits is one of filing only after the period's end."""
    if filed_at is None and report is not None:
        compact = _day(_CN_COMPACT.search(name))
        filed_at = compact if compact and compact > report.period_end else None
    rest = _CN_COMPACT.sub(" ", name)
    code = _CN_CODE.search(rest) or _CN_CODE.search(folder.rpartition("/")[2])
    said = _CN_NAME.search(rest.split(code[1], 1)[-1] if code and code[1] in rest else rest)
    company = said["name"] if said and not report_of(said["name"]) else ""
    filer_id = f"cn:{code[1]}" if code else f"name:{slug(company)}" if company else ""
    return Header(
        accession=accession,
        form=report.form if report else None,
        filers=(Filer(filer_id=filer_id, name=company),) if filer_id else (),
        period_end=report.period_end if report else None,
        fiscal_year=report.year if report else None,
        filed_at=filed_at,
    )


def _canonical(form: str) -> str:
    upper = form.upper().replace(" ", "")
    return _CANONICAL.get(upper, upper if "-" in upper else upper.replace("10K", "10-K"))
