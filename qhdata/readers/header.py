"""A submission's header to one normal form: tab style (`KEY:` tabs value), tag style (`<KEY>`).

Both are scanned line by line and tag by tag into (section, key, value); neither is XML. Times are
US Eastern and come out in UTC.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from qhdata.readers.eastern import stamp
from qhdata.records import Filer, FormerName, Header

_ROLES = {
    "FILER": "filer",
    "SUBJECT COMPANY": "subject",
    "FILED BY": "filed_by",
    "REPORTING OWNER": "owner",
    "ISSUER": "issuer",
    "DEPOSITOR": "depositor",
    "SECURITIZER": "securitizer",
    "FILED FOR": "filed_for",
    "SERIAL COMPANY": "serial_company",
}
_TAG = re.compile(r"<(/?)([A-Z][A-Z0-9-]*)>([^<\r\n]*)", re.I)
_TAB = re.compile(r"^[ \t]*([A-Z][A-Z0-9 /.()-]*):[ \t]*(.*)$", re.I)
_ACCESSION = re.compile(r"(\d{10})-?(\d\d)-?(\d{6})", re.ASCII)
_SIC = re.compile(r"\[?(\d{3,4})\s*\]?\s*$")
_FORMER = ("FORMER COMPANY", "FORMER NAME")
_REPEATED = ("former_name", "former_since")
MOST_NAMES = 20
"""Former names of a filer that are read."""

_NAMES = {
    "ACCESSION NUMBER": "accession",
    "ACCEPTANCE DATETIME": "accepted",
    "CONFORMED SUBMISSION TYPE": "form",
    "TYPE": "form",
    "CONFORMED PERIOD OF REPORT": "period",
    "PERIOD": "period",
    "FILED AS OF DATE": "filed",
    "FILING DATE": "filed",
    "DATE AS OF CHANGE": "changed",
    "DATE OF FILING DATE CHANGE": "changed",
    "COMPANY CONFORMED NAME": "name",
    "CONFORMED NAME": "name",
    "FORMER CONFORMED NAME": "former_name",
    "DATE OF NAME CHANGE": "former_since",
    "DATE CHANGED": "former_since",
    "CENTRAL INDEX KEY": "cik",
    "CIK": "cik",
    "STANDARD INDUSTRIAL CLASSIFICATION": "sic",
    "ASSIGNED SIC": "sic",
    "PRIVATE TO PUBLIC": "private_to_public",
    "ITEM INFORMATION": "item",
    "ITEMS": "item",
}


def parse_header(text: str) -> Header:
    """The header of one submission; what it does not say stays None.

    A filing that was private first (`<PRIVATE-TO-PUBLIC>`) became public on its date of change: its
    acceptance time is left out, because nobody could read it then, and that date stands as
    `filed_at`.
    """
    top: dict[str, str] = {}
    filers: list[dict[str, str]] = []
    items: list[str] = []
    for section, key, value in _events(text):
        if key == "item":
            items += [value] if value else []
        elif section == "begin":
            filers.append({"role": key})
        elif not filers or key in ("changed", "private_to_public"):
            top.setdefault(key, value)
        elif key in _REPEATED:
            filers[-1][key] = f"{filers[-1].get(key, '')}{value}\n"
        else:
            filers[-1].setdefault(key, value)
    private = "private_to_public" in top
    changed, filed = _date(top.get("changed")), _date(top.get("filed"))
    return Header(
        accession=accession_of(top.get("accession", "")),
        form=top.get("form", "").upper() or None,
        filers=tuple(_unique_filers(filers)),
        period_end=_date(top.get("period")),
        filed_at=max(changed or "", filed or "") or None if private else filed,
        accepted_at=None if private else _accepted(top.get("accepted")),
        sic=_first_sic(filers),
        items=tuple(dict.fromkeys(items)),
    )


def accession_of(text: str) -> str | None:
    """An accession in its normal form, `0000320193-24-000123`; None for what is none: it becomes
    an id, so a header may not say just anything.

    >>> accession_of("000032019324000123"), accession_of("../../etc/passwd")
    ('0000320193-24-000123', None)
    """
    found = _ACCESSION.fullmatch(text.strip())
    return "-".join(found.groups()) if found else None


def _first_sic(filers: list[dict[str, str]]) -> str | None:
    for filer in filers:
        found = _SIC.search(filer.get("sic", ""))
        if found:
            return found[1].zfill(4)
    return None


def _events(text: str) -> Iterator[tuple[str, str, str]]:
    former = False
    for line in text.replace("\x00", " ").splitlines():
        tags = _TAG.findall(line)
        if tags:
            for closing, tag, value in tags:
                key = tag.upper().replace("-", " ")
                former = key in _FORMER and not closing
                if key in _ROLES and not closing:
                    yield "begin", _ROLES[key], ""
                elif not closing and key in _NAMES:
                    yield "", _NAMES[key], value.strip()
            continue
        found = _TAB.match(line)
        if not found:
            continue
        key, value = found[1].strip().upper().replace("-", " "), found[2].strip()
        if not value:
            former = key in _FORMER
        if not value and key in _ROLES:
            yield "begin", _ROLES[key], ""
        elif key in _NAMES and (not former or _NAMES[key] in _REPEATED):
            yield "", _NAMES[key], value


def _unique_filers(rows: list[dict[str, str]]) -> Iterator[Filer]:
    seen = set()
    for row in rows:
        cik = row.get("cik", "").strip()
        name = " ".join(row.get("name", "").split())
        numbered = cik.isdecimal() and len(cik.lstrip("0")) <= 10
        if not numbered and not name:
            continue
        filer_id = f"cik:{int(cik):010d}" if numbered else f"name:{slug(name)}"
        if (filer_id, row["role"]) not in seen:
            seen.add((filer_id, row["role"]))
            former = tuple(_former_names(row))
            yield Filer(filer_id=filer_id, name=name, role=row["role"], former=former)


def _former_names(row: dict[str, str]) -> Iterator[FormerName]:
    """Names of a filer's header, each with its date: they come in pairs, the name first."""
    names = row.get("former_name", "").splitlines()[:MOST_NAMES]
    dates = row.get("former_since", "").splitlines()
    paired = dates if len(dates) == len(names) else [""] * len(names)  # nobody knows whose
    found = [
        FormerName(name=" ".join(name.split())[:200], since=_date(date))
        for name, date in zip(names, paired, strict=False)
        if name.strip()
    ]
    yield from sorted(found, key=lambda one: one.since or "")


def slug(name: str) -> str:
    """A name in lower case with dashes, for ids of filers that have no number."""
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]+", "-", name.lower()).strip("-")[:60]


def _date(text: str | None) -> str | None:
    digits = (text or "").strip()[:8]
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).isoformat()
    except ValueError:
        return None


def _accepted(text: str | None) -> str | None:
    try:
        return stamp(dt.datetime.strptime((text or "").strip()[:14], "%Y%m%d%H%M%S"))
    except ValueError:
        return None
