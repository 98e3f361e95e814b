"""What EDGAR's archive holds: quarterly indexes of filings, and the daily feeds.

Columns of an index are found by its header line, because their places have moved. An index is
believed in nothing else: a path in it that is none of the archive's is not asked for.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from qhdata.errors import Fault
from qhdata.readers.edgar import Edgar, Missing

_COLUMNS = ("cik", "companyname", "formtype", "datefiled", "filename")
SUBMISSION = re.compile(r"edgar/data/\d{1,10}/(?:\d{1,18}/)?(?!\.)[\w.-]{1,100}\.txt", re.ASCII)
"""Where the archive holds a full submission."""
_FEED = re.compile(r"(\d{4})(\d\d)(\d\d)\.nc\.tar\.gz", re.ASCII)
"""A day's feed: every submission of it, in one tarball."""
_LATER = "the index is cut or odd: run the same command again later"
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One filing in an index."""

    cik: int
    name: str
    form: str
    filed: str
    """2024-11-01."""
    path: str
    """`edgar/data/320193/0000320193-24-000123.txt`."""

    @property
    def accession(self) -> str:
        """Of the filing."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".txt")

    @property
    def file(self) -> str:
        """Where it goes below the folder that is fetched into."""
        if _FEED.fullmatch(self.path.rsplit("/", 1)[-1]):
            return f"feed/{self.path.rsplit('/', 1)[-1]}"
        return f"{self.cik}/{self.accession}.txt"


def quarter_of(edgar: Edgar, year: int, quarter: int) -> Iterator[Entry]:
    """Filings of a quarter: `master.idx`, or `company.idx` where there is no other."""
    folder = f"edgar/full-index/{year}/QTR{quarter}"
    name = "master.idx"
    try:
        data = edgar.get(f"{folder}/{name}")
    except Missing:
        name = _listed(edgar, folder)
        data = edgar.get(f"{folder}/{name}")
    yield from parse_index(data.decode("latin-1"), f"{edgar.settings.base}/{folder}/{name}")


def _listed(edgar: Edgar, folder: str) -> str:
    """The name of an index that the folder's `index.json` lists. Raises Missing."""
    names = [item.get("name") for item in directory(edgar, folder)]
    for name in ("master.idx", "company.idx", "form.idx"):
        if name in names:
            return name
    raise Missing(
        what="holds no index", where=f"{edgar.settings.base}/{folder}", mend="check --base"
    )


def directory(edgar: Edgar, folder: str) -> list[dict[str, Any]]:
    """What `index.json` says a folder holds. Raises Missing, Fault for another format."""
    try:
        found = json.loads(edgar.get(f"{folder}/index.json"))
        return [dict(item) for item in found["directory"]["item"]]
    except (ValueError, KeyError, TypeError):
        raise Fault(
            what="is no EDGAR index.json",
            where=f"{edgar.settings.base}/{folder}",
            mend="check --base, or run the same command again later",
        ) from None


def parse_index(text: str, where: str = "EDGAR index") -> Iterator[Entry]:
    """Entries of master.idx (bars), company.idx or form.idx (columns). Raises Fault for neither,
    and for a row that cannot be read: a filing that is left out would be missed by nobody.

    where: what an error names. The header is the line that names Form Type and CIK; a rule of
    dashes follows it.
    """
    # Not splitlines: half of a letter in UTF-8 may be a line's end in Latin-1 (Å is C3 85).
    lines = (line.rstrip("\r") for line in text.split("\n"))
    header = next((line for line in lines if "Form Type" in line and "CIK" in line), None)
    if header is None:
        raise Fault(what="no header with Form Type and CIK", where=where, mend=_LATER)
    split: Callable[[str], list[str]]
    if "|" in header:
        names = [name.strip() for name in header.split("|")]
        split = lambda line: line.split("|")  # noqa: E731
    else:
        starts = [m.start() for m in re.finditer(r"(?<!\S)(?:\S+ ?)+?(?=\s{2,}|$)", header)]
        names = [header[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]
        ends = [*starts[1:], None]
        split = lambda line: [line[a:b] for a, b in zip(starts, ends, strict=True)]  # noqa: E731
    at = {name.lower().replace(" ", ""): n for n, name in enumerate(names)}
    lacks = [name for name in _COLUMNS if name not in at]
    if lacks:
        raise Fault(what=f"has no column {lacks[0]}", where=where, mend=_LATER)
    for line in lines:
        parts = [part.strip() for part in split(line)]
        if len(parts) > len(names) and "|" in header:  # a bar in the filer's name
            more, n = len(parts) - len(names), at["companyname"]
            parts[n : n + more + 1] = ["|".join(parts[n : n + more + 1])]
        if not line.strip(" -"):
            continue  # the rule, a blank line
        if len(parts) != len(names):
            _refuse(f"a row has {len(parts)} of {len(names)} columns", line, where)
        if not re.fullmatch(r"\d{1,10}", parts[at["cik"]], re.ASCII):
            _refuse(f"{parts[at['cik']]!r} is no CIK", line, where)
        day = _DAY.fullmatch(parts[at["datefiled"]])
        if day is None:
            _refuse(f"{parts[at['datefiled']]!r} is no day", line, where)
        filed = "-".join(day.groups())
        yield Entry(
            cik=int(parts[at["cik"]]),
            name=parts[at["companyname"]],
            form=parts[at["formtype"]],
            filed=filed,
            path=parts[at["filename"]],
        )


def _refuse(why: str, line: str, where: str) -> NoReturn:
    raise Fault(what=f"{why}: {line.strip()[:150]!r}", where=where, mend=_LATER)


def wanted(
    edgar: Edgar,
    forms: frozenset[str],
    ciks: frozenset[int],
    since: dt.date,
    until: dt.date,
    listed: set[str | int],
) -> Iterator[Entry]:
    """Filings of some forms and filers (empty: of all), filed in [since, until], by quarter.

    listed: takes their forms and filers on the way, also of what stands once more for another.
    """
    seen: set[str] = set()
    year, quarter = since.year, (since.month + 2) // 3
    while (year, quarter) <= (until.year, (until.month + 2) // 3):
        for entry in quarter_of(edgar, year, quarter):
            inside = since.isoformat() <= entry.filed <= until.isoformat()
            chosen = (not forms or entry.form in forms) and (not ciks or entry.cik in ciks)
            # A filing of several filers stands once for each; a path to be refused hides none.
            key = entry.accession if SUBMISSION.fullmatch(entry.path) else entry.path
            if not inside or not chosen:
                continue
            listed |= {entry.form, entry.cik}
            if key not in seen:
                seen.add(key)
                yield entry
        year, quarter = (year + 1, 1) if quarter == 4 else (year, quarter + 1)


def feeds(edgar: Edgar, since: dt.date, until: dt.date) -> Iterator[Entry]:
    """The daily feeds of [since, until]; a day without filings has none."""
    year, quarter = since.year, (since.month + 2) // 3
    while (year, quarter) <= (until.year, (until.month + 2) // 3):
        folder = f"edgar/Feed/{year}/QTR{quarter}"
        for name in sorted(str(item.get("name")) for item in directory(edgar, folder)):
            found = _FEED.fullmatch(name)
            day = "-".join(found.groups()) if found else ""
            if since.isoformat() <= day <= until.isoformat():
                yield Entry(cik=0, name="", form="", filed=day, path=f"{folder}/{name}")
        year, quarter = (year + 1, 1) if quarter == 4 else (year, quarter + 1)


def is_of_archive(path: str) -> bool:
    """Whether a path is where the archive holds a submission or a day's feed."""
    folder, _, name = path.rpartition("/")
    if re.fullmatch(r"edgar/Feed/\d{4}/QTR[1-4]", folder, re.ASCII):
        return _FEED.fullmatch(name) is not None
    return SUBMISSION.fullmatch(path) is not None
