"""When anyone could first read a filing, and on what basis that is known.

Acceptance is exact. Only a date known: the end of that day, because an hour too late loses a row
of a point-in-time build and an hour too early lets it look ahead.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from qhdata.records import Filer, Filing, Header, RawDocument
from qhdata.records.filing import PublicAtBasis

COMPANYFACTS = "companyfacts"
"""Type of the documents that stand for one filing's rows of companyfacts."""


def public_at(header: Header) -> tuple[str | None, PublicAtBasis]:
    """(UTC time, basis) of a header.

    What is accepted after hours carries the next business day as its filing date and is not
    disseminated before; its public time is then 06:00 US Eastern (11:00 UTC in winter) of that day.
    """
    if header.accepted_at:
        accepted = header.accepted_at
        exact: PublicAtBasis = "sidecar" if header.sidecar else "acceptance"
        # An evening in Washington is the next day in UTC: moments are compared, never their dates.
        opened = f"{header.filed_at}T11:00:00Z" if header.filed_at else ""
        return max(accepted, opened), exact
    if header.filed_at and header.sidecar:
        chinese = any(f.filer_id.startswith("cn:") for f in header.filers)
        return _end_of_day(header.filed_at, 16 if chinese else 29), "sidecar"
    if header.filed_at:
        chinese = any(f.filer_id.startswith("cn:") for f in header.filers)
        return _end_of_day(header.filed_at, 16 if chinese else 29), "filed_date"
    return None, "unknown"


def _end_of_day(date: str, utc_hour: int) -> str:
    """A day's end: 16:00 UTC in China, 05:00 UTC of the next day in the US (never too early)."""
    moment = dt.datetime.fromisoformat(date) + dt.timedelta(hours=utc_hour)
    return moment.isoformat(timespec="seconds") + "Z"


def filing_of(
    raw: RawDocument, dei: dict[str, str], entity: str, named: bool, license: str, form: str = ""
) -> Filing:
    """The filing that a document belongs to; cover facts fill what no header says, and the form on
    the cover where they do not.

    What companyfacts tell of a filing is a row of its own beside the filing itself: they know the
    day and not the hour.

    named: whether the header came from the file's name, so that its date has that basis.
    """
    header = raw.header
    alone = raw.doc_type == COMPANYFACTS
    filers = header.filers
    cik = dei.get("EntityCentralIndexKey") or entity
    if cik.isdecimal():
        name = dei.get("EntityRegistrantName", "")
        own = Filer(filer_id=f"cik:{int(cik):010d}", name=name)
        if not filers:
            filers = (own,)
        elif len(filers) == 1 and not filers[0].name and filers[0].filer_id == own.filer_id:
            filers = (replace(filers[0], name=name),)  # a path knows the number alone
    period = header.period_end or _iso(dei.get("DocumentPeriodEndDate"))
    moment, basis = public_at(header)
    if named and basis == "filed_date":
        basis = "file_name"
    if header.filed_at and basis in ("file_name", "sidecar") and not header.accepted_at:
        early = period and header.filed_at <= period
        if early or (basis == "file_name" and not period and _ends_month(header.filed_at)):
            moment, basis = None, "unknown"  # a date that is the period's own is not that of filing
    year = dei.get("DocumentFiscalYearFocus", "")
    return Filing(
        filing_id=raw.doc_id if alone else header.accession or raw.doc_id,
        accession=header.accession,
        form=header.form or dei.get("DocumentType") or _own(form),
        filers=filers,
        period_end=period,
        fiscal_year=int(year) if year and re.fullmatch(r"\d{4}", year) else header.fiscal_year,
        filed_at=header.filed_at if basis != "unknown" else None,
        accepted_at=header.accepted_at,
        public_at=moment,
        public_at_basis=basis,
        sic=header.sic,
        amends=header.amends,
        license=license,
        source_url=header.source_url,
    )


def _ends_month(date: str) -> bool:
    day = dt.date.fromisoformat(date)
    return (day + dt.timedelta(days=1)).day == 1


def _own(form: str) -> str | None:
    """A document's form as its filing's; an exhibit does not say it."""
    return form if form and not form.startswith("EX-") else None


def _iso(text: str | None) -> str | None:
    return text if text and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
