"""The step: every file ends in exactly one place, and every row points into its text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from qhdata.errors import RowError
from qhdata.extract import Extract
from qhdata.extract import step as step_module
from qhdata.readers import plan
from qhdata.recipe import parse
from qhdata.records import RawDocument, SourceFile, to_batch
from qhdata.step import Step

PAGE = (
    "<html><body><p>Invented Holdings</p><table><tr><td></td><td>2024</td></tr>"
    "<tr><td>Sales</td><td>5</td></tr></table></body></html>"
)
HEAD = """<SEC-DOCUMENT>x
<ACCEPTANCE-DATETIME>20241101160136
ACCESSION NUMBER:\t\t0000000001-24-000001
CONFORMED SUBMISSION TYPE:\t8-K
FILED AS OF DATE:\t\t20241101

FILER:

\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\t\tINVENTED HOLDINGS INC
\t\tCENTRAL INDEX KEY:\t\t\t0000000042
"""


def document(sequence: int, kind: str, body: str) -> str:
    return (
        f"<DOCUMENT>\n<TYPE>{kind}\n<SEQUENCE>{sequence}\n<FILENAME>d{sequence}.htm\n<TEXT>\n"
        f"{body}\n</TEXT>\n</DOCUMENT>\n"
    )


def run(folder: Path, step: Extract | None = None) -> list[Mapping[str, pa.RecordBatch]]:
    work = (step or Extract()).open()
    return [work(to_batch(SourceFile, [file])) for file in plan([folder])]


def test_it_is_a_step_that_writes_what_it_says(tmp_path: Path) -> None:
    assert isinstance(Extract(), Step)
    (tmp_path / "a.htm").write_text(PAGE)
    (parts,) = run(tmp_path)
    assert parts.keys() == Extract().writes.keys()
    for name, schema in Extract().writes.items():
        assert parts[name].schema.equals(schema)


def test_spans_lie_in_the_text_and_a_table_is_its_markdown(tmp_path: Path) -> None:
    (tmp_path / "a.htm").write_text(PAGE)
    (parts,) = run(tmp_path)
    (row,) = parts["documents"].to_pylist()
    (table,) = parts["tables"].to_pylist()
    assert row["text"][table["start"] : table["end"]].startswith("| | 2024 |")
    assert row["text_sha256"] == hashlib.sha256(row["text"].encode()).hexdigest()
    assert row["n_chars"] == len(row["text"])
    assert [c["value"] for c in table["cells"]] == ["2024", None, "5"]
    assert [c["header"] for c in table["cells"]] == [True, False, False]


def test_a_second_arrival_is_dropped_with_the_first_one_named(tmp_path: Path) -> None:
    (tmp_path / "a.htm").write_text(PAGE)
    (tmp_path / "b.htm").write_text(PAGE)
    _, second = run(tmp_path)
    (decision,) = second["decisions/extract"].to_pylist()
    assert (decision["outcome"], decision["reason"]) == ("dropped", "same_bytes")
    assert decision["matched_id"].endswith("/a.htm")
    assert second["documents"].num_rows == 0


def test_a_good_document_beside_a_broken_one_is_kept(tmp_path: Path) -> None:
    text = HEAD + document(1, "8-K", PAGE) + document(2, "EX-99.1", "<html><p>x</p><div sty")
    (tmp_path / "a.txt").write_text(text)
    (parts,) = run(tmp_path)
    (filing,) = parts["filings"].to_pylist()
    assert (filing["public_at"], filing["public_at_basis"]) == (
        "2024-11-01T20:01:36Z",
        "acceptance",
    )
    assert [d["doc_id"] for d in parts["documents"].to_pylist()] == ["0000000001-24-000001:1"]
    (row,) = parts["quarantine"].to_pylist()
    assert (row["unit_id"], row["error"]) == ("0000000001-24-000001:2", "truncated_html")


def test_a_file_without_a_good_document_raises_for_the_engine(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HEAD + document(1, "8-K", "<html><p>x</p><div sty"))
    with pytest.raises(RowError) as caught:
        run(tmp_path)
    assert caught.value.error == "truncated_html"


def test_one_accession_in_two_files_gives_its_documents_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HEAD + document(1, "8-K", PAGE))
    (tmp_path / "b.txt").write_text(HEAD + "\n" + document(1, "8-K", PAGE))
    first, second = run(tmp_path)
    assert first["documents"].num_rows == 1
    assert second["documents"].num_rows == 0
    (decision,) = second["decisions/extract"].to_pylist()
    assert (decision["reason"], decision["matched_id"]) == ("same_bytes", f"{tmp_path.name}/a.txt")


def test_other_bytes_under_the_same_id_are_a_conflict(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HEAD + document(1, "8-K", PAGE))
    (tmp_path / "b.txt").write_text(HEAD + document(1, "8-K", PAGE.replace("5", "6")))
    with pytest.raises(RowError) as caught:
        run(tmp_path)
    assert caught.value.error == "conflicting_copy"


def test_exhibits_are_a_setting(tmp_path: Path) -> None:
    text = HEAD + "".join(
        document(n, kind, PAGE.replace("5", str(n)))
        for n, kind in enumerate(("8-K", "EX-10.1", "EX-99.1"), 1)
    )
    (tmp_path / "a.txt").write_text(text)
    step = parse(Extract, {"exhibits": ["EX-99"]}, "extract")
    (parts,) = run(tmp_path, step)
    assert [d["doc_type"] for d in parts["documents"].to_pylist()] == ["8-K", "EX-99.1"]
    assert "EX-10.1" not in parts["extraction"].to_pylist()[1]["notes"]
    assert '"reason":"exhibit"' in parts["extraction"].to_pylist()[0]["notes"]


@pytest.mark.parametrize(
    ("name", "public_at", "basis"),
    [
        ("inv-10-k-2024-11-01.html", "2024-11-02T05:00:00Z", "file_name"),
        ("inv-20240928.html", None, "unknown"),
    ],
)
def test_a_loose_file_is_public_when_its_name_can_say_so(
    tmp_path: Path, name: str, public_at: str | None, basis: str
) -> None:
    (tmp_path / name).write_text(PAGE)
    (parts,) = run(tmp_path)
    (filing,) = parts["filings"].to_pylist()
    assert (filing["public_at"], filing["public_at_basis"]) == (public_at, basis)
    assert parts["documents"].to_pylist()[0]["public_at"] == public_at


def test_the_same_file_gives_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HEAD + document(1, "8-K", PAGE))
    (first,), (second,) = run(tmp_path), run(tmp_path)
    assert all(first[name].equals(second[name]) for name in first)


INSTANCE = """<?xml version="1.0"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:inv="http://invented">
<context id="i"><entity><identifier scheme="x">42</identifier></entity><period>
<instant>2024-12-31</instant></period></context>
<inv:Assets contextRef="i" unitRef="usd" decimals="0">5</inv:Assets>
<inv:Gold contextRef="i" unitRef="usd" decimals="0">3</inv:Gold></xbrl>"""
LINKBASE = """<?xml version="1.0"?>
<linkbase xmlns="http://www.xbrl.org/2003/linkbase" xmlns:x="http://www.w3.org/1999/xlink">
<calculationLink x:role="r"><loc x:label="t" x:href="a#inv_Assets"/><loc x:label="p"
 x:href="a#inv_Gold"/><calculationArc x:from="t" x:to="p" weight="1"/></calculationLink>
</linkbase>"""


def test_an_instance_in_a_submission_is_a_document_of_facts_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        HEAD
        + document(1, "8-K", "<html><body><p>Hello</p></body></html>")
        + document(2, "EX-101.INS", f"<XBRL>\n{INSTANCE}\n</XBRL>")
        + document(3, "EX-101.CAL", f"<XBRL>\n{LINKBASE}\n</XBRL>")
    )
    (parts,) = run(tmp_path)
    page, alone = parts["documents"].to_pylist()
    assert (alone["doc_id"], alone["doc_type"]) == ("0000000001-24-000001:2", "EX-101.INS")
    assert (alone["text"], alone["n_chars"], alone["filing_id"]) == ("", 0, page["filing_id"])
    fact, _ = parts["facts"].to_pylist()
    assert (fact["value"], fact["public_at"]) == ("5", alone["public_at"])
    assert (fact["hidden"], fact["start"]) == (True, None)
    assert parts["filings"].num_rows == 1
    assert '"reason":"xbrl"' in parts["extraction"].to_pylist()[0]["notes"]
    (row,) = parts["calculations"].to_pylist()
    assert (row["doc_id"], row["rule"], row["holds"]) == (alone["doc_id"], "r", False)
    assert (row["found"], row["expected"], row["tolerance"]) == ("5", "3", "1.0")
    assert '"calculations":1,"calculations_hold":0' in parts["extraction"].to_pylist()[1]["notes"]


def test_a_loose_instance_is_one_too(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(INSTANCE)
    (parts,) = run(tmp_path)
    assert parts["documents"]["doc_type"].to_pylist() == ["EX-101.INS"]
    assert parts["facts"].num_rows == 2


def test_a_large_file_without_tables_keeps_its_documents(tmp_path: Path) -> None:
    # Rows are flushed every 256 kB: no flush has a row of a table.
    words = "Invented Holdings sells what it makes. " * 5000
    bodies = "".join(document(n, "EX-99", f"<p>{n} {words}</p>") for n in range(1, 5))
    (tmp_path / "a.txt").write_text(HEAD + bodies)
    (parts,) = run(tmp_path)
    assert parts["documents"].num_rows == 4
    assert parts["tables"].num_rows == 0


def test_a_defect_of_ours_costs_one_document_and_names_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = step_module.extract_document

    def failing(raw: RawDocument, *rest: Any) -> Any:
        return real(raw, *rest) if raw.sequence != 2 else {}["no such thing"]

    monkeypatch.setattr(step_module, "extract_document", failing)
    (tmp_path / "a.txt").write_text(
        HEAD + "".join(document(n, "EX-99", f"<p>Words of {n}</p>") for n in (1, 2, 3))
    )
    (parts,) = run(tmp_path)
    assert parts["documents"].num_rows == 2
    (lost,) = parts["quarantine"].to_pylist()
    assert lost["unit_id"] == "0000000001-24-000001:2"
    assert lost["error"] == "KeyError"
    assert "report the document" in lost["message"]
