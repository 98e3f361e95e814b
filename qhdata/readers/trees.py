"""What the folders of well-known downloaders say of a filing: accession, form, CIK.

| tree | layout |
|---|---|
| sec-edgar-downloader | `<ticker or CIK>/<form>/<accession>/primary-document.html` |
| edgar-crawler | `RAW_FILINGS/<form>/<CIK>_<form>_<year>_<accession>.htm` |
| EDGAR's own | `edgar/data/<CIK>/<accession, 18 digits>/<file>` |

Full submissions say more themselves; this is for the loose documents beside them.
"""

from __future__ import annotations

import re

from qhdata.records import Filer, Header

_ACCESSION = re.compile(r"^(\d{10})-?(\d{2})-?(\d{6})$")
_CIK = re.compile(r"^(?:CIK)?0*(\d{1,10})$", re.I)
_FORM = re.compile(
    r"^(?:(?:10|8|6|20|40)-?[KQF]|DEF ?14A|S-\d|424B\d|4|3|5|13F-HR)[\w./ -]{0,8}$", re.I
)
_NUMBERS = frozenset({"3", "4", "5", "144"})
"""Forms whose names could be CIKs, and are none below a filer."""
_CRAWLED = re.compile(
    r"^(?P<cik>\d{1,10})_(?P<form>[A-Z0-9-]{1,10})_\d{4}_(?P<accession>\d{10}-\d{2}-\d{6})\.", re.I
)


def header_from_folders(path: str) -> Header:
    """What the parts of a path say where they are those of a known tree; else an empty header.

    >>> found = header_from_folders("x/AAPL/10-K/0000320193-24-000123/primary-document.html")
    >>> found.accession, found.form, found.filers
    ('0000320193-24-000123', '10-K', ())
    >>> header_from_folders("edgar/data/320193/000032019324000123/a.htm").filers[0].filer_id
    'cik:0000320193'
    """
    *folders, name = path.split("/")
    crawled = _CRAWLED.match(name)
    if crawled:
        return Header(accession=crawled["accession"], filers=_filer(crawled["cik"]))
    for n in range(len(folders) - 1, -1, -1):
        found = _ACCESSION.match(folders[n])
        if not found:
            continue
        above = folders[max(0, n - 2) : n][::-1]
        form = next((f for f in above[:1] if _is_form(f, above[1:])), None)
        cik = next((f for f in (above[1:] if form else above[:1]) if _CIK.match(f)), None)
        return Header(
            accession="-".join(found.groups()), form=form, filers=_filer(cik) if cik else ()
        )
    return Header()


def _is_form(folder: str, above: list[str]) -> bool:
    if folder in _NUMBERS:
        return bool(above) and above[0].lower() != "data"  # EDGAR's own has CIKs there
    return _FORM.match(folder) is not None and not _CIK.match(folder)


def _filer(cik: str) -> tuple[Filer, ...]:
    found = _CIK.match(cik)
    return (Filer(filer_id=f"cik:{int(found[1]):010d}", name=""),) if found else ()
