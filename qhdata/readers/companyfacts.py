"""The SEC's companyfacts: all numbers of one filer in a JSON file, read as one document a filing.

A row names the accession that reports it, and only from that filing's day on could anyone know it;
so rows are parted by accession, each with the date of its own filing. The document holds them as
JSON of our own, one list a row: concept, unit, start, end, value as text, place in the file. Names
of calendar frames are left out: the SEC assigns them later. The whole file is in memory while it is
read, about fifteen times its size.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from qhdata.errors import RowError
from qhdata.readers.reading import Reading, Skipped
from qhdata.readers.sniff import Kind
from qhdata.records import Filer, Header, RawDocument, SourceFile

DOC_TYPE = "companyfacts"
MOST_DIGITS = 80
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}")


@dataclass(slots=True)
class _Report:
    """What one filing reports."""

    form: str
    filed: str
    fiscal_year: int | None
    rows: list[list[str | None]] = field(default_factory=list)


class CompanyFactsReader:
    """`CIK0000320193.json` and the members of `companyfacts.zip`."""

    def claims(self, kind: Kind, name: str) -> bool:
        """Whether the bytes open as companyfacts."""
        return kind == "companyfacts"

    def read(self, file: SourceFile, data: bytes) -> Reading:
        """A document a filing, oldest first; rows that say no number or filing are counted.

        Raises RowError: damaged_json, no_document.
        """
        table = _parsed(data)
        cik = int(table["cik"])
        name = " ".join(str(table.get("entityName") or "").split())
        reports: dict[str, _Report] = {}
        skipped: Counter[str] = Counter()
        rows = named = 0
        for place, concept, unit, row in _rows(table["facts"]):
            rows += 1
            named += "accn" in row
            reason = _add(reports, place, concept, unit, row)
            if reason:
                skipped[reason] += 1
        if named != data.count(b'"accn"'):
            raise RowError(
                "damaged_json", "names a key twice, so rows would be lost; fetch it again"
            )
        if not reports:
            why = f"is companyfacts with {rows} rows and no fact in them; fetch it again"
            raise RowError("no_document", why)
        documents = [
            RawDocument(
                doc_id=f"{accession}:{DOC_TYPE}-{cik:010d}",
                file_id=file.file_id,
                source=file.source,
                source_path=file.source_path,
                doc_type=DOC_TYPE,
                sequence=n,
                file_name=file.source_path.rsplit("/", 1)[-1],
                data=json.dumps(
                    {DOC_TYPE: f"{name} {report.form} {report.filed}", "facts": report.rows},
                    ensure_ascii=False, separators=(",", ":"),
                ).encode("utf-8", "surrogatepass"),
                header=Header(
                    accession=accession,
                    form=report.form or None,
                    filers=(Filer(filer_id=f"cik:{cik:010d}", name=name),),
                    fiscal_year=report.fiscal_year,
                    filed_at=report.filed,
                ),
            )
            for n, (accession, report) in enumerate(
                sorted(reports.items(), key=lambda item: (item[1].filed, item[0])), 1
            )
        ]  # fmt: skip
        left = [Skipped(f"{n} rows", reason, 0) for reason, n in sorted(skipped.items())]
        return Reading(documents, left)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        table = json.loads(data, parse_float=Decimal)
        if isinstance(table, dict) and isinstance(table["facts"], dict) and int(table["cik"]) >= 0:
            return table
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RowError("damaged_json", f"{error}; fetch it again") from None
    except (ValueError, ArithmeticError):  # Python reads 4,300 digits of a whole number
        what = "holds a number of thousands of digits; fetch it again"
        raise RowError("damaged_json", what) from None
    except (KeyError, TypeError, RecursionError):
        pass
    raise RowError("damaged_json", "is not laid out as companyfacts; fetch it again")


def _rows(facts: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(place in the file, concept, unit, row); the place is a JSON pointer (RFC 6901)."""
    at = "/facts"
    try:
        for taxonomy, concepts in facts.items():
            at = f"/facts/{taxonomy}"
            for concept, said in concepts.items():
                at = f"/facts/{taxonomy}/{concept}"
                for unit, rows in said["units"].items():
                    at = f"/facts/{taxonomy}/{concept}/units/{unit.replace('/', '~1')}"
                    for n, row in enumerate(rows):
                        yield f"{at}/{n}", f"{taxonomy}:{concept}", unit, dict(row)
    except (AttributeError, KeyError, TypeError, ValueError):
        what = f"{at[:200]} is not laid out as companyfacts; fetch it again"
        raise RowError("damaged_json", what) from None


def _add(
    reports: dict[str, _Report], place: str, concept: str, unit: str, row: dict[str, Any]
) -> str | None:
    """Put a row with its filing, or say why not. Of two dates of one filing the later holds."""
    accession, filed = str(row.get("accn")), _day(row.get("filed"))
    if not _ACCESSION.fullmatch(accession):
        return "no_accession"
    if filed is None:
        return "no_filed_date"
    value = _number(row.get("val"))
    if value is None:
        return "not_a_number"
    end = _day(row.get("end"))
    start = _day(row["start"]) if row.get("start") is not None else None
    if end is None or (start is None and row.get("start") is not None):
        return "no_period"
    year = row.get("fy")
    report = reports.setdefault(accession, _Report(str(row.get("form") or ""), filed, None))
    report.filed = max(report.filed, filed)
    report.fiscal_year = year if type(year) is int and 1900 < year < 2200 else report.fiscal_year
    report.rows.append([concept, unit, start, end, value, place])
    return None


def _day(text: Any) -> str | None:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except (TypeError, ValueError):
        return None


def _number(value: Any) -> str | None:
    """The exact decimal text of a JSON number."""
    if type(value) is int:
        text = str(value)
    elif isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < MOST_DIGITS:
        text = format(value, "f")
    else:
        return None
    return text if len(text) <= MOST_DIGITS else None
