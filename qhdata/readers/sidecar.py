"""What a table or a path says of files that say nothing of themselves: sidecars.

Loose filings mostly come without a header. A sidecar is a CSV, Parquet or JSON-lines table with a
`path` column (a file's path below its source, or its last parts) and any of the columns below; a
path pattern names parts of the path: `{cik}/{form}/{accession}`. What a table says wins over what a
pattern says, and both over a file's name; a submission's own header wins over all.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qhdata.errors import UserError
from qhdata.moments import as_moment
from qhdata.readers.eastern import stamp
from qhdata.readers.header import accession_of, slug
from qhdata.readers.loose import header_from_name
from qhdata.readers.trees import header_from_folders
from qhdata.records import Filer, Header, SourceFile

COLUMNS = (
    "accession", "form", "cik", "filer", "filed_at", "accepted_at", "period_end", "fiscal_year",
    "sic", "amends", "source_url",
)  # fmt: skip
"""What a sidecar can say, as text; dates as 2024-11-01, times with an offset or in US Eastern."""

_PARTS = {
    "accession": r"\d{10}-?\d{2}-?\d{6}",
    "cik": r"(?:CIK)?\d{1,10}",
    "form": r"[A-Za-z0-9][A-Za-z0-9 ./-]*?",
    "filed_at": r"(?:19|20)\d{2}-?\d{2}-?\d{2}",
    "period_end": r"(?:19|20)\d{2}-?\d{2}-?\d{2}",
    "fiscal_year": r"(?:19|20)\d{2}",
    "filer": r"[^/]+?",
    "any": r"[^/]*?",
}


class PathPattern:
    """A pattern such as `{cik}/{form}/{accession}`, looked for anywhere in a path."""

    def __init__(self, pattern: str) -> None:
        """Raises UserError for an unknown name, or none."""
        names = re.findall(r"\{(\w*)\}", pattern)
        wrong = [name for name in names if name not in _PARTS]
        if wrong or not names or len(set(names) - {"any"}) + names.count("any") < len(names):
            raise UserError(
                what=f"{pattern!r} names {wrong[0]!r}"
                if wrong
                else f"{pattern!r} names no part once",
                where="--path-pattern",
                mend=f"known: {', '.join('{' + name + '}' for name in _PARTS)}, each once",
            )
        parts = re.split(r"\{(\w+)\}", pattern)
        made = [
            re.escape(part) if n % 2 == 0 else f"(?P<{part}>{_PARTS[part]})"
            if part != "any" else f"(?:{_PARTS[part]})"
            for n, part in enumerate(parts)
        ]  # fmt: skip
        self._regex = re.compile(rf"(?:^|/){''.join(made)}(?=/|$|\.[A-Za-z0-9]+$)")

    def read(self, path: str) -> dict[str, str]:
        """What the path says, by name; empty where it does not fit, or is no date or number."""
        found = self._regex.search(path)
        if not found:
            return {}
        said = dict(found.groupdict())
        for name in ("filed_at", "period_end"):
            if name in said and "-" not in said[name]:
                said[name] = f"{said[name][:4]}-{said[name][4:6]}-{said[name][6:]}"
        try:
            return checked(said, path)
        except UserError:  # `2023-02-30.htm`: one odd name is no reason to stop, it does not fit
            return {}


def read_metadata(path: Path) -> dict[str, dict[str, str]]:
    """Rows of a table by `path`. Raises UserError for no table, no such column, a wrong value, two
    rows of one path that disagree, and a table that says nothing.
    """
    if not path.is_file():
        raise UserError(
            what="no such file", where=str(path), mend="give a CSV, Parquet or JSON lines"
        )
    found: dict[str, dict[str, str]] = {}
    columns: set[str] = set()
    for n, row in enumerate(_rows(path), 1):
        key = row.get("path")
        if not key:
            has = ", ".join(name for name in row if name)
            raise UserError(
                what=f"row {n} has no path; its columns are {has[:80]}",
                where=str(path),
                mend="a column `path` names the files; commas part the columns",
            )
        if row.get(None):
            raise UserError(
                what=f"row {n} has more cells than the header",
                where=str(path),
                mend="quote a cell that holds a comma",
            )
        said = {k: _text(v) for k, v in row.items() if k in COLUMNS and v not in (None, "")}
        name = str(key).removeprefix("./").strip("/")
        said = checked(said, f"{path}: row {n}")
        if found.setdefault(name, said) != said:
            raise UserError(
                what=f"row {n} says otherwise of {name} than a row before it",
                where=str(path),
                mend="keep one row a file",
            )
        columns |= {name for name in row if name and name != "path"}
    if not found:
        raise UserError(
            what="holds no rows", where=str(path), mend="a header with `path`, and a row a file"
        )
    if not any(found.values()):
        has = ", ".join(sorted(columns)) or "path"
        raise UserError(
            what=f"says nothing of any file: its columns are {has}",
            where=str(path),
            mend=f"known: {', '.join(COLUMNS)}",
        )
    return found


def _text(value: Any) -> str:
    """A cell as text. A moment at midnight is a day: tables of data frames have no other dates."""
    if isinstance(value, dt.datetime) and value.time() == dt.time() and value.tzinfo is None:
        return value.date().isoformat()
    return str(value).strip()


def unread_columns(path: Path) -> list[str]:
    """Columns of a table that say nothing to us: `CIK`, `Filing Date`."""
    row = next(iter(_rows(path)), {})
    return [name for name in row if name and name not in (*COLUMNS, "path")]


def _rows(path: Path) -> Iterator[Mapping[str | None, Any]]:
    try:
        with path.open("rb") as handle:
            magic = handle.read(4)
        if magic == b"PAR1":
            yield from pq.read_table(path).to_pylist()
            return
        if path.suffix == ".parquet":
            raise ValueError("is no Parquet file; its first bytes are not PAR1")
        if magic == b"PK\x03\x04":
            raise ValueError("is a workbook or a zip")
        with path.open(encoding="utf-8-sig", newline="") as text:
            if text.read(1) == "{":
                text.seek(0)
                for line in text:
                    if line.strip():
                        row = json.loads(line)
                        if not isinstance(row, dict):
                            raise ValueError(f"{line.strip()[:40]} is no JSON object")
                        yield row
            else:
                text.seek(0)
                table = csv.DictReader(text)
                names = table.fieldnames or ()
                twice = [name for name in COLUMNS if names.count(name) > 1]
                if twice:  # the last one would hold, without a word
                    raise ValueError(f"two of its columns are called {twice[0]}")
                yield from table
    except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
        raise UserError(
            what=f"cannot be read: {error}",
            where=str(path),
            mend="give a CSV in UTF-8, JSON lines or Parquet",
        ) from None


_NUMBERS = {
    "cik": re.compile(r"\d{1,10}", re.ASCII),
    "fiscal_year": re.compile(r"(?:19|20|21)\d\d", re.ASCII),
}
# How a value is written, for whoever wrote it otherwise; "" is the accession's.
WRITTEN = {
    "": "write it as 0000320193-24-000123",
    "filed_at": "write a day as 2024-10-31",
    "period_end": "write a day as 2024-10-31",
    "accepted_at": "write a time as 2024-10-31T16:05:00, US Eastern, or with its offset",
    "cik": "write digits alone, as 320193",
    "fiscal_year": "write a year as 2024",
}


def checked(said: dict[str, str], where: str) -> dict[str, str]:
    """Values in their normal form. Raises UserError for a date, time or number that is none."""
    out = dict(said)
    name = ""
    try:
        for name in ("filed_at", "period_end"):
            if name in out:
                out[name] = dt.date.fromisoformat(out[name]).isoformat()
        name = "accepted_at"
        if name in out:
            moment = dt.datetime.fromisoformat(out["accepted_at"])
            local = moment.tzinfo is None  # as EDGAR writes them: US Eastern
            out["accepted_at"] = stamp(moment) if local else as_moment(moment.isoformat(), where)
        for name in ("cik", "fiscal_year"):
            if name in out:
                digits = out[name].removeprefix("CIK").removesuffix(".0")
                if not _NUMBERS[name].fullmatch(digits):
                    raise ValueError
                out[name] = str(int(digits))
        name = ""
        if "accession" in out:
            accession = accession_of(out["accession"])
            if accession is None:
                raise ValueError(f"{out['accession'][:80]!r} is no accession")
            out["accession"] = accession
    except ValueError as error:
        what = f"{name} {out[name][:80]!r} cannot be read" if name in out else str(error)
        raise UserError(what=what, where=where, mend=WRITTEN.get(name, WRITTEN[""])) from None
    return out


def described(
    files: Sequence[SourceFile],
    metadata: Mapping[str, Mapping[str, str]],
    where: str,
    unread: Sequence[str] = (),
) -> str:
    """How many files a table or pattern speaks of, rows that speak of none and columns that are
    not read. Raises UserError where it speaks of no file at all: `where` names it.
    """
    told = sum(file.sidecar is not None for file in files)
    if not told:
        some = next(iter(metadata), "")
        raise UserError(
            what=f"speaks of none of {len(files):,} files, such as {files[0].source_path}",
            where=where,
            mend=f"paths are below the source, not {some[:80]}" if some else "look at the paths",
        )
    used = {find(metadata, file.source_path) for file in files} - {None}
    unused = f"; {len(metadata) - len(used):,} rows name no file" if metadata else ""
    if unread:
        unused += f"; columns that are not read: {', '.join(unread)[:200]}"
    return f"metadata: {told:,} of {len(files):,} files described{unused}"


def find(metadata: Mapping[str, Mapping[str, str]], path: str) -> str | None:
    """The key of a file's row: its path, or its last parts, the longest that is there."""
    parts = path.split("/")
    for n in range(len(parts)):
        key = "/".join(parts[n:])
        if key in metadata:
            return key
    return None


def header_of(file: SourceFile) -> Header:
    """What is known of a file's filing from outside of it."""
    named = header_from_name(file.source_path)
    placed = header_from_folders(file.source_path)
    named = replace(
        named,
        accession=named.accession or placed.accession,
        form=named.form or placed.form,
        filers=named.filers or placed.filers,
    )
    if file.sidecar is None:
        return named
    said: dict[str, str] = json.loads(file.sidecar)
    filers = named.filers
    if said.get("cik") or said.get("filer"):
        name = said.get("filer", "")
        filer_id = f"cik:{int(said['cik']):010d}" if said.get("cik") else f"name:{slug(name)}"
        filers = (Filer(filer_id=filer_id, name=name),)
    return Header(
        accession=said.get("accession") or named.accession,
        form=said.get("form") or named.form,
        filers=filers,
        period_end=said.get("period_end") or named.period_end,
        fiscal_year=int(said["fiscal_year"]) if said.get("fiscal_year") else named.fiscal_year,
        filed_at=said.get("filed_at") or named.filed_at,
        accepted_at=said.get("accepted_at"),
        sic=said.get("sic"),
        amends=said.get("amends"),
        source_url=said.get("source_url"),
        sidecar=bool(said.get("filed_at") or said.get("accepted_at")),
    )
