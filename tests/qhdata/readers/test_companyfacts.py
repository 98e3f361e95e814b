"""companyfacts: every row once, with its exact value and the date of its own filing."""

from __future__ import annotations

import json
import os
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from qhdata.errors import RowError
from qhdata.extract import Extract, Limits, extract_document
from qhdata.readers import plan, read_file
from qhdata.readers.sniff import sniff
from qhdata.records import Fact, SourceFile, to_batch

REAL = Path(os.environ.get("QHDATA_REAL", Path(__file__).parents[4] / "shared" / "data"))
FILES = sorted((REAL / "facts" / "companyfacts").glob("*.json"))
OLD, NEW = "0000000042-23-000001", "0000000042-24-000001"


def row(accession: str, **said: Any) -> dict[str, Any]:
    base = {"end": "2022-12-31", "val": 5, "accn": accession, "fy": 2022, "fp": "FY"}
    filed = f"20{accession[11:13]}-02-01"
    return {**base, "form": "10-K", "filed": filed, "frame": "CY2022Q4I", **said}


def made(*rows: dict[str, Any], cik: int = 42, unit: str = "USD") -> str:
    concept = {"label": "x", "description": 'says \\"accn\\"', "units": {unit: list(rows)}}
    return json.dumps(
        {"cik": cik, "entityName": 'In "V" Inc', "facts": {"us-gaap": {"Assets": concept}}}
    )


def extracted(path: Path) -> list[Any]:
    return [
        extract_document(raw, Limits())
        for file in plan([path])
        for raw in read_file(file).documents
    ]


def run(folder: Path) -> dict[str, pa.Table]:
    work = Extract().open()
    done = [work(to_batch(SourceFile, [file])) for file in plan([folder])]
    return {name: pa.concat_tables([d[name] for d in done]) for name in done[0]}


def test_each_fact_is_public_from_the_day_of_its_own_filing(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(made(row(NEW, val=6), row(OLD)))
    parts = run(tmp_path)
    facts = {f["doc_id"]: f for f in parts["facts"].to_pylist()}
    name = "companyfacts-0000000042"
    assert {i: (f["value"], f["public_at"]) for i, f in facts.items()} == {
        f"{OLD}:{name}": ("5", "2023-02-02T05:00:00Z"),
        f"{NEW}:{name}": ("6", "2024-02-02T05:00:00Z"),
    }
    filings = parts["filings"].to_pylist()
    assert [f["accession"] for f in filings] == [OLD, NEW]
    assert {f["public_at_basis"] for f in filings} == {"filed_date"}
    assert [(f["form"], f["fiscal_year"], f["filed_at"]) for f in filings] == [
        ("10-K", 2022, "2023-02-01"),
        ("10-K", 2022, "2024-02-01"),
    ]
    assert [d["text"] for d in parts["documents"].to_pylist()] == ["", ""]


def test_of_two_dates_of_one_filing_the_later_holds(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(made(row(OLD), row(OLD, val=7, filed="2023-03-01")))
    assert {f["public_at"] for f in run(tmp_path)["facts"].to_pylist()} == {"2023-03-02T05:00:00Z"}


def test_values_are_exact_and_rows_that_say_nothing_are_counted(tmp_path: Path) -> None:
    text = made(
        row(OLD, val=1234567890123456789), row(OLD, val="N/A"), row("none"), row(OLD, filed=None),
        row(OLD, end="soon"), row(OLD, val=True), row(OLD, val=77.5),
    ).replace("77.5", "0.10000000000000000000001")  # fmt: skip
    (tmp_path / "x.json").write_text(text)
    (file,) = plan([tmp_path])
    reading = read_file(file)
    (done,) = [extract_document(raw, Limits()) for raw in reading.documents]
    assert [f.value for f in done.facts] == ["1234567890123456789", "0.10000000000000000000001"]
    assert done.facts[1].source_ref == "/facts/us-gaap/Assets/units/USD/6"
    assert {s.reason: s.name for s in reading.skipped} == {
        "not_a_number": "2 rows", "no_accession": "1 rows", "no_filed_date": "1 rows",
        "no_period": "1 rows",
    }  # fmt: skip
    notes = json.loads(run(tmp_path)["extraction"].to_pylist()[0]["notes"])
    assert len(notes["skipped"]) == 4


def test_a_later_download_adds_what_is_new_and_repeats_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(made(row(OLD)))
    (tmp_path / "b.json").write_text(made(row(OLD, frame=None), row(NEW)))
    parts = run(tmp_path)
    assert [d["doc_id"][:20] for d in parts["documents"].to_pylist()] == [OLD, NEW]
    assert [f["accession"] for f in parts["filings"].to_pylist()] == [OLD, NEW]


def test_one_accession_of_two_filers_is_told_twice_under_two_ids(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(made(row(OLD)))
    (tmp_path / "b.json").write_text(made(row(OLD), cik=43))
    parts = run(tmp_path)
    assert len({f["filing_id"] for f in parts["filings"].to_pylist()}) == 2
    assert len({f["fact_id"] for f in parts["facts"].to_pylist()}) == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (made(row(OLD))[:-9], "damaged_json"),
        (made(row(OLD)).replace("[{", '[{"accn": "x", '), "damaged_json"),
        (made(row(OLD)).replace('"units"', '"unit"'), "damaged_json"),
        (made(), "no_document"),
        (made(row(OLD, val=None)), "no_document"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, text: str, error: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(RowError) as caught:
        extracted(tmp_path)
    assert caught.value.error == error


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ('{"us-gaap": {"Assets": null}}', "/facts/us-gaap/Assets is not laid out as companyfacts"),
        ('{"us-gaap": [1]}', "/facts/us-gaap is not laid out as companyfacts"),
        ('{"a": ' + "9" * 5000 + "}", "holds a number of thousands of digits"),
    ],
)
def test_a_damaged_file_is_told_without_words_of_python(
    tmp_path: Path, facts: str, message: str
) -> None:
    (tmp_path / "x.json").write_text('{"cik": 42, "entityName": "A", "facts": ' + facts + "}")
    with pytest.raises(RowError) as caught:
        extracted(tmp_path)
    assert str(caught.value.message) == f"{message}; fetch it again"


def test_members_of_a_zip_are_read_where_they_lie(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "companyfacts.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("CIK0000000042.json", made(row(OLD)))
        archive.writestr("CIK0000000043.json", made(row(NEW), cik=43))
    parts = run(tmp_path)
    assert parts["facts"].num_rows == 2
    assert parts["documents"]["source_path"][0].as_py() == "companyfacts.zip!/CIK0000000042.json"


def test_other_json_is_no_companyfacts() -> None:
    assert sniff(made(row(OLD)).encode()) == "companyfacts"
    assert sniff(b'{"cik": "1", "entityType": "operating", "facts": {}}') == "text"


@pytest.mark.skipif(not FILES, reason=f"no companyfacts under {REAL}")
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_real_rows_are_all_there_with_their_values(path: Path) -> None:
    wanted: Counter[tuple[Any, ...]] = Counter()
    for taxonomy, concepts in json.loads(path.read_bytes(), parse_float=Decimal)["facts"].items():
        for concept, said in concepts.items():
            for unit, rows in said["units"].items():
                for r in rows:
                    wanted[
                        r["accn"], f"{taxonomy}:{concept}", unit, r.get("start"), r["end"],
                        Decimal(r["val"]), r["filed"], r["form"],
                    ] += 1  # fmt: skip
    found: Counter[tuple[Any, ...]] = Counter()
    for done in extracted(path):
        header = done.raw.header
        for f in done.facts:
            assert isinstance(f, Fact)
            found[
                header.accession, f.concept, f.unit, f.period_start, f.period_end,
                Decimal(f.value or "nan"), header.filed_at, header.form,
            ] += 1  # fmt: skip
    assert found == wanted
    assert found.total() > 700
