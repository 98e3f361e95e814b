"""Download filings from EDGAR, by the SEC's rules: the only reader that opens a network.

The SEC asks for a declared User-Agent with a way to reach its owner, and at most ten requests a
second. A refused or broken request is tried again, later each time. What was fetched is written
durably with its digest in `.fetch.jsonl`; a file that is there with the size that was noted is not
fetched again. Columns of an index are found by its header line, because their places have moved.
An index is believed in nothing else: a path in it that is none of the archive's is not asked for.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from qhdata.durable import sync
from qhdata.errors import Fault, UserError
from qhdata.recipe import Settings

ARCHIVES = "https://www.sec.gov/Archives"
LOG = ".fetch.jsonl"
"""Hidden, as a file in the making is: `qhdata build` reads the folder, and leaves them out."""
MAX_BYTES = 2 << 30
"""Bytes of one answer; a day's feed is below 2 GB."""
_AGENT = re.compile(r"\S+.*\s\S+@\S+\.\S+|\S+@\S+\.\S+")
MAX_WAIT_S = 600.0
"""Longest wait before a request is tried again; who asks for more is told to the user."""
_COLUMNS = ("cik", "companyname", "formtype", "datefiled", "filename")
_PATH = re.compile(r"edgar/data/\d{1,10}/(?:\d{1,18}/)?(?!\.)[\w.-]{1,100}\.txt", re.ASCII)
"""Where the archive holds a full submission."""
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)", re.ASCII)
_AGAIN = frozenset({403, 408, 425, 429, 500, 502, 503, 504})
"""The SEC answers 403 where it slows somebody down."""


@dataclass(frozen=True, kw_only=True)
class EdgarSettings(Settings):
    """How to ask."""

    user_agent: str
    """Name and e-mail address of who asks, as the SEC wants it: `Jane Doe jane@example.org`."""
    base: str = ARCHIVES
    """Where the archive is; a mirror has the same folders."""
    rate: float = 8.0
    """Requests a second; the SEC allows ten."""
    tries: int = 6
    backoff_s: float = 1.0
    """First wait after a refusal; it doubles."""
    timeout_s: float = 60.0

    def check(self) -> None:
        """Raise UserError for what the SEC would refuse."""
        said = self.user_agent
        if not _AGENT.search(said) or not (said.isascii() and said.isprintable()):
            raise UserError(
                what="the SEC wants to know who asks",
                where="--user-agent",
                mend="give a name and an e-mail address: 'Jane Doe jane@example.org'",
            )
        if not 0 < self.rate <= 10:
            raise UserError(
                what=f"{self.rate} requests a second", where="--rate", mend="at most 10"
            )
        if not re.fullmatch(r"https?://[^\s/?#]+(?:/[^\s?#]*)?", self.base, re.ASCII):
            raise UserError(
                what=f"no http address: {self.base}", where="--base", mend=f"such as {ARCHIVES}"
            )


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


@dataclass(slots=True)
class Edgar:
    """A patient client of one archive."""

    settings: EdgarSettings
    requests: int = 0
    _next: float = field(default=0.0)

    def get(self, path: str) -> bytes:
        """The bytes at a path below the base. Raises Missing for a 404, Fault after all tries."""
        url = f"{self.settings.base.rstrip('/')}/{path}"
        wait = self.settings.backoff_s
        for attempt in range(self.settings.tries):
            self._pace()
            request = urllib.request.Request(
                url, headers={"User-Agent": self.settings.user_agent, "Accept-Encoding": "identity"}
            )
            try:
                with urllib.request.urlopen(request, timeout=self.settings.timeout_s) as answer:
                    data: bytes = answer.read(MAX_BYTES)
                    length = answer.headers.get("Content-Length")
                    if length is not None and int(length) != len(data):
                        why = f"{len(data)} of {length} bytes came"
                    elif not (broken := _broken(data, answer.headers)):
                        return data
                    else:
                        why = broken
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    raise Missing(what="is not there", where=url, mend="check --base") from None
                if error.code not in _AGAIN:
                    raise Fault(what=f"HTTP {error.code} {error.reason}", where=url) from None
                why = f"HTTP {error.code}"
                after = error.headers.get("Retry-After", "")
                asked = float(after) if after.isdecimal() else 0.0
                if asked > MAX_WAIT_S:
                    raise Fault(
                        what=f"HTTP {error.code}, to be asked again after {asked:.0f} seconds",
                        where=url,
                        mend="run the same command again then",
                    ) from None
                wait = max(wait, asked)
            except http.client.InvalidURL as error:
                raise UserError(
                    what=f"no address: {error}", where=url, mend="check --base"
                ) from None
            except (OSError, ValueError, http.client.HTTPException) as error:
                why = str(error) or type(error).__name__
            if attempt + 1 < self.settings.tries:
                time.sleep(wait)
                wait = min(2 * wait, MAX_WAIT_S)
        raise Fault(
            what=f"{why}, {self.settings.tries} times",
            where=url,
            mend="run the same command again later",
        )

    def _pace(self) -> None:
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + 1.0 / self.settings.rate
        self.requests += 1

    def quarter(self, year: int, quarter: int) -> Iterator[Entry]:
        """Filings of a quarter: `master.idx`, or `company.idx` where there is no other."""
        folder = f"edgar/full-index/{year}/QTR{quarter}"
        try:
            data = self.get(f"{folder}/master.idx")
        except Missing:
            data = self.get(f"{folder}/{self._listed(folder)}")
        yield from parse_index(data.decode("latin-1"))

    def _listed(self, folder: str) -> str:
        """The name of an index that the folder's `index.json` lists. Raises Missing."""
        names = [item["name"] for item in self.directory(folder)]
        for name in ("master.idx", "company.idx", "form.idx"):
            if name in names:
                return name
        raise Missing(what="holds no index", where=f"{self.settings.base}/{folder}")

    def directory(self, folder: str) -> list[dict[str, Any]]:
        """What `index.json` says a folder holds. Raises Missing, Fault for another format."""
        try:
            found = json.loads(self.get(f"{folder}/index.json"))
            return [dict(item) for item in found["directory"]["item"]]
        except (ValueError, KeyError, TypeError):
            raise Fault(
                what="is no EDGAR index.json", where=f"{self.settings.base}/{folder}"
            ) from None


class Missing(Fault):
    """The archive has no such file."""


def _broken(data: bytes, headers: Mapping[str, str]) -> str:
    """What is wrong with an answer that is as long as it said, or did not say; "" for nothing."""
    if not data:
        return "an empty answer came"
    if data[:200].lstrip().lower().startswith((b"<html", b"<!doctype html")):
        return "a web page came"  # the archive's files begin otherwise, its refusals so
    if headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        return f"the answer is packed ({headers['Content-Encoding']}), which was not asked for"
    whole = not data.startswith(b"<SEC-DOCUMENT>") or b"</SEC-DOCUMENT>" in data[-200:]
    if "Content-Length" not in headers and "chunked" not in headers.get("Transfer-Encoding", ""):
        return "" if whole else f"the answer ends after {len(data)} bytes, before its last tag"
    return ""


def parse_index(text: str) -> Iterator[Entry]:
    """Entries of master.idx (bars), company.idx or form.idx (columns). Raises Fault for neither,
    and for a row whose day is none.

    The header is the line that names Form Type and CIK; a rule of dashes follows it.
    """
    # Not splitlines: half of a letter in UTF-8 may be a line's end in Latin-1 (Å is C3 85).
    lines = (line.rstrip("\r") for line in text.split("\n"))
    header = next((line for line in lines if "Form Type" in line and "CIK" in line), None)
    if header is None:
        raise Fault(what="no header with Form Type and CIK", where="EDGAR index")
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
        raise Fault(what=f"has no column {lacks[0]}", where="EDGAR index")
    for line in lines:
        parts = [part.strip() for part in split(line)]
        if len(parts) > len(names) and "|" in header:  # a bar in the filer's name
            more, n = len(parts) - len(names), at["companyname"]
            parts[n : n + more + 1] = ["|".join(parts[n : n + more + 1])]
        if len(parts) != len(names) or not parts[at["cik"]].isdecimal():
            continue  # the rule, a blank line
        day = _DAY.fullmatch(parts[at["datefiled"]])
        if day is None:
            raise Fault(
                what=f"{parts[at['datefiled']]!r} is no day",
                where=f"EDGAR index: {line[:150]}",
                mend="run the same command again later",
            )
        filed = "-".join(day.groups())
        yield Entry(
            cik=int(parts[at["cik"]]),
            name=parts[at["companyname"]],
            form=parts[at["formtype"]],
            filed=filed,
            path=parts[at["filename"]],
        )


def wanted(
    edgar: Edgar, forms: frozenset[str], ciks: frozenset[int], since: dt.date, until: dt.date
) -> Iterator[Entry]:
    """Filings of some forms and filers (empty: of all), filed in [since, until], by quarter."""
    seen: set[str] = set()
    year, quarter = since.year, (since.month + 2) // 3
    while (year, quarter) <= (until.year, (until.month + 2) // 3):
        for entry in edgar.quarter(year, quarter):
            inside = since.isoformat() <= entry.filed <= until.isoformat()
            chosen = (not forms or entry.form in forms) and (not ciks or entry.cik in ciks)
            # A filing of several filers stands once for each; a path to be refused hides none.
            key = entry.accession if _PATH.fullmatch(entry.path) else entry.path
            if inside and chosen and key not in seen:
                seen.add(key)
                yield entry
        year, quarter = (year + 1, 1) if quarter == 4 else (year, quarter + 1)


@dataclass(slots=True)
class Fetched:
    """What a call did."""

    fetched: int = 0
    held: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Paths in an index that lead to no submission of the archive."""


def fetch(
    edgar: Edgar, entries: Iterator[Entry], out: Path, told: Callable[[Fetched], None] | None = None
) -> Fetched:
    """Full submissions into `out/<cik>/<accession>.txt`; goes on where an earlier call stopped."""
    out.mkdir(parents=True, exist_ok=True)
    known = _known(out / LOG)
    done = Fetched()
    with (out / LOG).open("a", encoding="utf-8") as log:
        if _cut(out / LOG):
            log.write("\n")  # else the next line is lost with the one that a kill cut short
        for entry in entries:
            if not _PATH.fullmatch(entry.path):
                done.refused.append(entry.path)
                continue
            path = out / str(entry.cik) / f"{entry.accession}.txt"
            noted = known.get(entry.path)
            if noted and path.is_file() and path.stat().st_size == noted["bytes"]:
                done.held += 1
            else:
                try:
                    data = edgar.get(entry.path)
                except Missing:
                    done.missing.append(entry.path)
                    continue
                _write(path, data)
                done.fetched += 1
                done.bytes += len(data)
                row = {
                    "path": entry.path,
                    "file": f"{entry.cik}/{path.name}",
                    "form": entry.form,
                    "filed": entry.filed,
                    "cik": entry.cik,
                    "name": entry.name,
                    "bytes": len(data),
                    "sha256": sha256(data).hexdigest(),
                }
                log.write(json.dumps(row, ensure_ascii=False) + "\n")
                log.flush()
            if told:
                told(done)
    return done


def _write(path: Path, data: bytes) -> None:
    """Write durably. What a kill leaves has a hidden name, which the next call takes again."""
    path.parent.mkdir(exist_ok=True)
    making = path.with_name(f".{path.name}")
    with making.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    making.replace(path)
    sync(path.parent)


def _known(path: Path) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    if path.is_file():
        for line in path.read_bytes().split(b"\n"):
            try:
                row = json.loads(line)
            except ValueError:
                continue  # a line that a kill cut short: its file is fetched again
            if isinstance(row, dict) and isinstance(row.get("path"), str) and "bytes" in row:
                found[row["path"]] = row
    return found


def _cut(path: Path) -> bool:
    """Whether the file's last line has no end."""
    if not path.is_file() or not path.stat().st_size:
        return False
    with path.open("rb") as handle:
        handle.seek(-1, 2)
        return handle.read(1) != b"\n"
