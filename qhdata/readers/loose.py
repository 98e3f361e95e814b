"""What a file name says of its filing: accession, form, and a date that can be of filing."""

from __future__ import annotations

import datetime as dt
import re

from qhdata.records import Filer, Header

_ACCESSION = re.compile(r"(?<!\d)(\d{10}-\d{2}-\d{6})(?!\d)")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_]([01]\d)[-_]([0-3]\d)(?!\d)")
_FORM = re.compile(
    r"(?<![a-z0-9])(10-?k405|10-?ksb|10-?k|10-?q|20-?f|40-?f|8-?k|6-?k|def ?14a)"
    r"(?:[-_]?a)?(?![a-z0-9])",
    re.I,
)
_CN_CODE = re.compile(r"(?<!\d)([03468]\d{5})(?!\d)")
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
    name = path.rsplit("/", 1)[-1]
    accession = _ACCESSION.search(name)
    rest = _ACCESSION.sub(" ", name)
    date = _DATE.search(rest)
    filed_at = None
    if date:
        try:
            filed_at = dt.date(int(date[1]), int(date[2]), int(date[3])).isoformat()
        except ValueError:
            filed_at = None
        rest = _DATE.sub(" ", rest)
    form = _FORM.search(rest.replace("_", " "))
    code = _CN_CODE.search(rest)
    filers: tuple[Filer, ...] = ()
    if filed_at and code and ("annual-report" in name or re.search(r"[\u4e00-\u9fff]", name)):
        filers = (Filer(filer_id=f"cn:{code[1]}", name=""),)
    return Header(
        accession=accession[1] if accession else None,
        form=_canonical(form[1]) if form else None,
        filers=filers,
        filed_at=filed_at,
    )


def _canonical(form: str) -> str:
    upper = form.upper().replace(" ", "")
    return _CANONICAL.get(upper, upper if "-" in upper else upper.replace("10K", "10-K"))
