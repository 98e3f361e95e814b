"""Extraction as of a moment: of a file with several filings the later ones stay out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from qhdata.engines.base import Care, do_chunk
from qhdata.extract import Extract
from qhdata.readers import plan
from qhdata.records import SourceFile, to_batch

OLD, NEW = "0000000042-23-000001", "0000000042-24-000001"


def run(folder: Path, **settings: Any) -> tuple[dict[str, pa.Table], Any]:
    step = Extract(**settings)
    table = pa.Table.from_batches([to_batch(SourceFile, list(plan([folder])))])
    return do_chunk(step, step.open(), table, Care(), lambda _low, _high: None)


def facts(folder: Path) -> None:
    rows = [
        {"end": "2022-12-31", "val": val, "accn": accn, "fy": 2022, "fp": "FY", "form": "10-K",
         "filed": f"20{accn[11:13]}-02-01"}
        for accn, val in ((OLD, 5_000_001), (NEW, 73_918_264))
    ]  # fmt: skip
    concept = {"label": "x", "description": "x", "units": {"USD": rows}}
    whole = {"cik": 42, "entityName": "Newly Named Inc", "facts": {"us-gaap": {"Assets": concept}}}
    (folder / "CIK0000000042.json").write_text(json.dumps(whole))


def test_companyfacts_have_the_filings_of_the_moment_and_not_the_name_of_a_later_day(tmp_path):
    facts(tmp_path)
    parts, counts = run(tmp_path, as_of="2023-12-31T23:59:59Z")
    assert (counts.rows_in, counts.rows_kept) == (1, 1)
    assert [row["value"] for row in parts["facts"].to_pylist()] == ["5000001"]
    said = repr({name: table.to_pylist() for name, table in parts.items()})
    for word in ("73918264", NEW, "Newly Named"):
        assert word not in said
    (left,) = parts["decisions/as_of"].to_pylist()
    assert (left["reason"], left["score"]) == ("not_public_yet", 1.0)
    all_of_it, _ = run(tmp_path, as_of="2024-12-31T23:59:59Z")
    assert "Newly Named" in repr(all_of_it["filings"].to_pylist())
    assert "decisions/as_of" not in all_of_it


def test_a_date_that_the_cover_takes_back_leaves_the_file_out_by_name(tmp_path):
    page = (
        '<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
        'xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:dei="http://xbrl.sec.gov/dei/2023">'
        "<body><ix:header><ix:resources>"
        '<xbrli:context id="c"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">'
        "0000000042</xbrli:identifier></xbrli:entity><xbrli:period>"
        "<xbrli:startDate>2023-01-01</xbrli:startDate><xbrli:endDate>2023-09-15</xbrli:endDate>"
        "</xbrli:period></xbrli:context></ix:resources></ix:header><p>For the period ended "
        '<ix:nonNumeric name="dei:DocumentPeriodEndDate" contextRef="c">2023-09-15'
        "</ix:nonNumeric>: revenue is 73,918,264.</p></body></html>"
    )
    (tmp_path / "acme-2023-09-15.htm").write_text(page)
    parts, counts = run(tmp_path, as_of="2023-12-31T23:59:59Z")
    assert (counts.rows_in, counts.rows_dropped) == (1, 1)
    (left,) = parts["decisions/as_of"].to_pylist()
    assert left["reason"] == "public_at_unknown"
    assert left["unit_id"].endswith("acme-2023-09-15.htm")
    assert not parts["documents"].num_rows
    assert not parts["files"].num_rows
    assert "73,918,264" not in repr({n: t.to_pylist() for n, t in parts.items()})
    kept, _ = run(tmp_path, as_of="2023-12-31T23:59:59Z", keep_undated=("*",))
    assert kept["documents"].num_rows == 1
