"""Sidecars: what a table or a path says of files that say nothing of themselves."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.build import build
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.readers import plan
from qhdata.readers.sidecar import PathPattern, header_of, read_metadata

PAGE = (
    "<html><body><p>FORM 10-K</p><p>Annual report of Invented Holdings number {}, which sells "
    "valves and pumps to customers in forty countries and reports to nobody.</p></body></html>"
)
ROWS = [
    {"path": "a/one.htm", "cik": "42", "filer": "Invented Holdings", "form": "10-K",
     "filed_at": "2024-11-01", "accession": "000000004224000001", "period_end": "2024-09-30"},
    {"path": "two.htm", "cik": "CIK0000000043", "form": "10-K", "fiscal_year": "2023",
     "accepted_at": "2024-03-01T16:30:00", "source_url": "https://example.org/two"},
    {"path": "gone.htm", "form": "8-K"},
]  # fmt: skip


def folder(root: Path) -> Path:
    for n, name in enumerate(("a/one.htm", "b/two.htm", "b/three.htm")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(PAGE.format(n))
    return root


def table(path: Path, rows: list[dict[str, str]]) -> Path:
    names = sorted({name for row in rows for name in row})
    if path.suffix == ".csv":
        lines = [",".join(names), *(",".join(row.get(n, "") for n in names) for row in rows)]
        path.write_text("\n".join(lines), encoding="utf-8-sig")
    elif path.suffix == ".jsonl":
        path.write_text("\n".join(map(json.dumps, rows)))
    else:
        pq.write_table(pa.table({n: [row.get(n) for row in rows] for n in names}), path)
    return path


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_table_says_who_filed_what_and_when(tmp_path: Path, suffix: str) -> None:
    metadata = read_metadata(table(tmp_path / f"m.{suffix}", ROWS))
    files = list(plan({"s": folder(tmp_path / "s")}, metadata=metadata))
    one, three, two = (header_of(file) for file in files)
    assert (one.accession, one.filed_at, one.period_end) == (
        "0000000042-24-000001", "2024-11-01", "2024-09-30",
    )  # fmt: skip
    assert [(f.filer_id, f.name) for f in one.filers] == [("cik:0000000042", "Invented Holdings")]
    assert (two.accepted_at, two.fiscal_year) == ("2024-03-01T21:30:00Z", 2023)
    assert files[1].sidecar is None
    assert three.form is None


def test_a_corpus_says_that_its_dates_come_from_a_sidecar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = folder(tmp_path / "s"), tmp_path / "corpus"
    build(source, out=out, metadata=str(table(tmp_path / "m.csv", ROWS)), workers=1)
    assert "metadata: 2 of 3 files described; 1 rows name no file" in capsys.readouterr().out
    rows = Artifact.open(out).table("filings").to_pylist()
    found = {r["filing_id"].rpartition(":")[2]: r for r in rows}
    one = found["0000000042-24-000001"]
    assert (one["public_at"], one["public_at_basis"]) == ("2024-11-02T05:00:00Z", "sidecar")
    assert sorted(r["public_at_basis"] for r in rows) == ["sidecar", "sidecar", "unknown"]
    table(tmp_path / "m.csv", [{**ROWS[0], "filed_at": "2024-11-05"}])
    build(source, out=out, metadata=str(tmp_path / "m.csv"), workers=1)  # what it says of files
    rows = Artifact.open(out).table("filings").to_pylist()
    assert sorted(r["filed_at"] or "" for r in rows) == ["", "", "2024-11-05"]


def test_documents_of_one_accession_are_one_filing(tmp_path: Path) -> None:
    for name in ("main.htm", "ex99.htm"):
        path = tmp_path / "s" / "INVENT" / "10-K" / "0000000042-24-000001" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(name))
    build(tmp_path / "s", out=tmp_path / "c", path_pattern="{any}/{form}/{accession}", workers=1)
    corpus = Artifact.open(tmp_path / "c")
    (filing,) = corpus.table("filings").to_pylist()
    assert (filing["accession"], filing["form"]) == ("0000000042-24-000001", "10-K")
    assert corpus.part("documents").rows == 2


@pytest.mark.parametrize(
    ("pattern", "path", "said"),
    [
        ("{cik}/{form}/{accession}", "x/320193/10-K/0000320193-24-000123/full-submission.txt",
         {"cik": "320193", "form": "10-K", "accession": "0000320193-24-000123"}),
        ("{cik}_{form}_{fiscal_year}_{accession}", "320193_10K_2024_0000320193-24-000123.htm",
         {"cik": "320193", "form": "10K", "fiscal_year": "2024",
          "accession": "0000320193-24-000123"}),
        ("{filed_at}_{any}", "20241101_600519.htm", {"filed_at": "2024-11-01"}),
        ("{cik}/{form}", "readme.txt", {}),
    ],
)  # fmt: skip
def test_a_pattern_names_parts_of_a_path(pattern: str, path: str, said: dict[str, str]) -> None:
    assert PathPattern(pattern).read(path) == said


@pytest.mark.parametrize("pattern", ["{ticker}/{form}", "filings/", "{cik}/{cik}"])
def test_a_pattern_that_cannot_be_is_refused(pattern: str) -> None:
    with pytest.raises(UserError, match="names"):
        PathPattern(pattern)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"path": "a", "filed_at": "11/01/2024"}, "row 1.*11/01/2024.*write a day as 2024-10-31"),
        ({"path": "a", "accepted_at": "4 pm"}, "row 1.*4 pm.*write a time as"),
        ({"path": "a", "accession": "24-1"}, "no accession .write it as 0000320193"),
        ({"path": "a", "cik": "AAPL"}, "AAPL.*write digits alone"),
        ({"file": "a"}, "row 1 has no path"),
    ],
)
def test_a_wrong_value_is_named_before_work(
    tmp_path: Path, row: dict[str, str], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        read_metadata(table(tmp_path / "m.csv", [row]))
    with pytest.raises(UserError, match="no such file"):
        read_metadata(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("path,form\na.htm,10-K\n./a.htm,10-Q\n", "row 2 says otherwise of a.htm"),
        (
            "path,formz,note\na.htm,10-K,x\n",
            "says nothing of any file: its columns are formz, note",
        ),
        ("path\na.htm\n", r"says nothing of any file: its columns are path \(known: accession,"),
        ('{"path": "a.htm", "form": "10-K"}\n[1]\n', "cannot be read: .1. is no JSON object"),
        ("path;form\na.htm;10-K\n", "row 1 has no path; its columns are path;form .*commas part"),
        ("path,filer\na.htm,Acme, Inc.\n", "row 1 has more cells than the header .quote a cell"),
        ("path,cik,cik\na.htm,1,2\n", "two of its columns are called cik"),
        ("path,cik\na.htm,-5\n", "row 1: cik '-5' cannot be read .write digits alone"),
        (f"path,cik\na.htm,{'9' * 5000}\n", f"row 1: cik '{'9' * 80}' cannot be read"),
        ("path,fiscal_year\na.htm,20245\n", "row 1: fiscal_year '20245' cannot be read"),
        ("PK\x03\x04...", "is a workbook or a zip .give a CSV in UTF-8"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(tmp_path: Path, lines: str, words: str) -> None:
    (tmp_path / "m.csv").write_text(lines)
    with pytest.raises(UserError, match=words):
        read_metadata(tmp_path / "m.csv")


def test_two_rows_that_agree_and_a_column_of_ones_own_are_fine(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("path,form,note\na.htm,10-K,x\na.htm,10-K,y\n")
    assert read_metadata(tmp_path / "m.csv") == {"a.htm": {"form": "10-K"}}


def test_a_moment_at_midnight_is_a_day(tmp_path: Path) -> None:
    """Data frames write days so."""
    days = pa.array([dt.datetime(2024, 11, 1)], pa.timestamp("ns"))
    pq.write_table(pa.table({"path": ["a.htm"], "filed_at": days}), tmp_path / "m.parquet")
    assert read_metadata(tmp_path / "m.parquet") == {"a.htm": {"filed_at": "2024-11-01"}}
    late = pa.array([dt.datetime(2024, 11, 1, 16)], pa.timestamp("us"))
    pq.write_table(pa.table({"path": ["a.htm"], "filed_at": late}), tmp_path / "m.parquet")
    with pytest.raises(UserError, match="write a day as"):
        read_metadata(tmp_path / "m.parquet")


def test_columns_that_are_not_read_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"path": "two.htm", "form": "10-K", "CIK": "43", "Filing Date": "2024-01-31"}]
    build(
        folder(tmp_path / "s"),
        out=tmp_path / "c",
        workers=1,
        metadata=str(table(tmp_path / "m.csv", rows)),
        plan=True,
    )
    assert "described; 0 rows name no file; columns that are not read: CIK, Filing Date" in (
        capsys.readouterr().out
    )


def test_a_table_in_another_charset_says_which_to_take(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes("path,filer\na.htm,Société\n".encode("cp1252"))
    with pytest.raises(UserError, match=r"cannot be read: .*\(give a CSV in UTF-8"):
        read_metadata(tmp_path / "m.csv")


def test_a_path_with_a_day_that_is_none_does_not_fit_and_stops_nothing(tmp_path: Path) -> None:
    pattern = PathPattern("{filed_at}_{any}")
    assert pattern.read("2023-02-30_a.htm") == {}
    assert pattern.read("2023-02-28_a.htm") == {"filed_at": "2023-02-28"}


@pytest.mark.parametrize("plan_only", [True, False])
@pytest.mark.parametrize(
    "said", [{"metadata": "m.csv"}, {"path_pattern": "{cik}/{form}/{accession}"}]
)
def test_what_speaks_of_no_file_at_all_is_refused_before_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: dict[str, str], plan_only: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "m.csv", [{"path": "/abs/a/one.htm", "form": "10-K"}])
    with pytest.raises(UserError, match=r"speaks of none of 3 files, such as a/one\.htm"):
        build(folder(tmp_path / "s"), out=tmp_path / "c", plan=plan_only, workers=1, **said)
    assert not (tmp_path / "c").exists()
