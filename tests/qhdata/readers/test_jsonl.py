"""JSON lines: rows of EDGAR-CORPUS and of anybody's text as documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.export import export
from qhdata.artifact import Artifact
from qhdata.errors import RowError
from qhdata.extract import Limits, extract_document
from qhdata.readers import jsonl, plan, read_file, text_rows
from qhdata.readers.source import OnDisk

WORDS = "The Company sells valves and pumps to customers in forty countries of the world. " * 12
EDGAR = {
    "filename": "42_2001.txt", "cik": "42", "year": "2001",
    "section_1": f"ITEM 1. BUSINESS\n\n{WORDS}",
    "section_1A": "", "section_7": f"ITEM 7. MANAGEMENT'S DISCUSSION AND ANALYSIS\n\n{WORDS[::-1]}",
    "section_8": f"ITEM 8. FINANCIAL STATEMENTS AND SUPPLEMENTARY DATA\n\n{WORDS.upper()}",
}  # fmt: skip
PLAIN = {
    "id": "news-1", "text": f"Sales rose. {WORDS}", "filing_date": "2024-11-01",
    "company": "Invented Holdings", "period_of_report": "N/A", "meta": {"source": "x"},
}  # fmt: skip


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_rows_are_documents_with_what_they_say_of_their_filing(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", EDGAR, PLAIN, {"id": "none"}, PLAIN)
    (file,) = plan({"s": tmp_path})
    reading = read_file(file)
    first, second = reading.documents
    assert first.doc_type == "10-K"
    assert [d.source_path for d in reading.documents] == ["a.jsonl#42_2001.txt", "a.jsonl#news-1"]
    assert first.header.filers[0].filer_id == "cik:0000000042"
    assert first.header.fiscal_year == 2001
    assert b"ITEM 1. BUSINESS" in first.data
    assert (second.header.filed_at, second.header.period_end) == ("2024-11-01", None)
    assert second.header.filers[0].filer_id == "name:invented-holdings"
    assert [(s.name, s.reason) for s in reading.skipped] == [
        ("none", "empty"), ("news-1", "same_bytes"),
    ]  # fmt: skip


def test_rows_of_endless_columns_are_read_and_not_kept_in_mind(tmp_path: Path) -> None:
    before = text_rows._columns.cache_info().currsize
    named = [{f"{n}-{k}": k for k in range(300)} for n in range(9)]
    rows = [{**PLAIN, "text": f"{n} {WORDS}", **more} for n, more in enumerate(named)]
    write(tmp_path / "a.jsonl", *rows)
    (file,) = plan({"s": tmp_path})
    found = read_file(file).documents
    assert [raw.header.filed_at for raw in found] == ["2024-11-01"] * 9
    assert text_rows._columns.cache_info().currsize == before


def test_edgar_corpus_comes_back_as_it_went(tmp_path: Path) -> None:
    source = write(tmp_path / "in" / "2001.jsonl", EDGAR).parent
    build(source, out=tmp_path / "corpus", workers=1)
    export(tmp_path / "corpus", out=tmp_path / "out", format="edgar-corpus")
    (path,) = (tmp_path / "out" / "2001").glob("*.jsonl")
    (row,) = map(json.loads, path.read_text().splitlines())
    assert (row["cik"], row["year"]) == ("42", "2001")
    for name in ("section_1", "section_7", "section_8"):
        assert "".join(row[name].replace("#", "").split()) == "".join(EDGAR[name].split())
    assert row["section_1A"] == ""
    sections = Artifact.open(tmp_path / "corpus").table("sections").to_pylist()
    assert {s["key"] for s in sections if s["status"] == "present"} == {
        "part1.item1", "part2.item7", "part2.item8",
    }  # fmt: skip


@pytest.mark.parametrize("line", ["[1, 2]", "{broken", '"text"', "[" * 100_000])
def test_a_line_that_is_no_object_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "a.jsonl", PLAIN)
    path.write_text(path.read_text() + "\n" + line)
    (file,) = plan({"s": tmp_path})
    with pytest.raises(RowError, match="line 2 is no JSON object"):
        read_file(file)


def test_one_broken_line_among_many_costs_itself_and_is_counted(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"n{n}", "text": f"{n}. {WORDS}"}) for n in range(150)]
    lines[70] = lines[70][:40]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    (file,) = plan({"s": tmp_path})
    reading = read_file(file)
    assert len(reading.documents) == 149
    assert [(s.name, s.reason) for s in reading.skipped] == [("line-71", "not_json")]
    lines[20] = lines[90] = "half a line"
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(RowError, match="line 91 is no JSON object"):  # three of 150 are too many
        read_file(next(plan({"s": tmp_path})))


def test_a_filing_that_edgar_crawler_extracted_is_a_document(tmp_path: Path) -> None:
    row = {
        "cik": "42", "company": "INVENTED INC", "filing_type": "8-K", "filing_date": "2008-01-29",
        "period_of_report": "2008-01-23", "sic": "6022", "htm_filing_link": None,
        "item_1.01": f"Item 1.01 Entry into a Material Definitive Agreement\n{WORDS}",
        "item_9.01": "Item 9.01 Financial Statements and Exhibits\nNone.",
    }  # fmt: skip
    folder = tmp_path / "EXTRACTED_FILINGS"
    folder.mkdir()
    name = "42_8K_2008_0000000042-08-000013.json"
    (folder / name).write_text(json.dumps(row, indent=4), encoding="utf-8")
    (file,) = plan({"s": tmp_path})
    (document,) = read_file(file).documents
    assert document.doc_type == "8-K"
    header = document.header
    assert (header.accession, header.form) == ("0000000042-08-000013", "8-K")
    assert (header.filed_at, header.period_end) == ("2008-01-29", "2008-01-23")
    done = extract_document(document, Limits())
    assert [s.key for s in done.sections] == ["item1.01", "item9.01"]


@pytest.mark.parametrize(
    ("said", "form"),
    [(" 10-Q ", "10-Q"), (["10-Q"], ""), ("a sentence " * 9, ""), (5, ""), (None, "")],
)
def test_a_form_is_a_short_text_or_none(tmp_path: Path, said: object, form: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "Words.", "form": said}))
    (file,) = plan([tmp_path])
    assert read_file(file).documents[0].doc_type == form


def test_a_row_of_two_files_has_two_ids(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", {"text": "One."}, {"text": "Two."})
    write(tmp_path / "b.jsonl", {"text": "Two."}, {"text": "Three."})
    ids = [d.doc_id for file in plan({"s": tmp_path}) for d in read_file(file).documents]
    assert len(set(ids)) == 4


def test_a_row_with_half_a_surrogate_pair_is_read_and_costs_no_other(tmp_path: Path) -> None:
    rows = [{"id": "\ud800", "text": "A \ud800 b."}, {"text": "\U0001f600 good"}, {"text": "C."}]
    write(tmp_path / "a.jsonl", *rows)
    (file,) = plan({"s": tmp_path})
    texts = [d.data.decode() for d in read_file(file).documents]
    assert texts == ["A \ufffd b.", "\U0001f600 good", "C."]


def test_a_text_is_the_first_name_that_holds_one_and_sections_are_texts(tmp_path: Path) -> None:
    write(
        tmp_path / "a.jsonl", {"text": " ", "content": "Words."},
        {"section_1": "Item 1.", "section_2": ["x"], "section_7": 5},
    )  # fmt: skip
    (file,) = plan({"s": tmp_path})
    assert [d.data for d in read_file(file).documents] == [b"Words.", b"Item 1."]


def test_rows_that_hold_pages_or_are_in_utf_16_are_rows(tmp_path: Path) -> None:
    row = {"id": "1", "text": "<html><body><p>Invented Holdings made 12 widgets.</p></body></html>"}
    write(tmp_path / "a.jsonl", row)
    (tmp_path / "b.jsonl").write_bytes(json.dumps({"text": "年报 " + WORDS}).encode("utf-16"))
    first, second = (read_file(file).documents for file in plan({"s": tmp_path}))
    assert first[0].data.startswith(b"<html>")
    assert second[0].data.decode().startswith("年报 The Company")


def text_of(tmp_path: Path, row: object) -> str:
    write(tmp_path / "a.jsonl", row)
    (file,) = plan({"s": tmp_path})
    (raw,) = read_file(file).documents
    return extract_document(raw, Limits()).text


POEM = "# Verse\n\nOne line,\n  another that ends in a hy-\nphen\n\n\n- 3 -\n\n| a | b |\ta *star*"


def test_a_row_of_somebodys_text_stays_as_it_came(tmp_path: Path) -> None:
    assert text_of(tmp_path, {"text": POEM}) == POEM
    assert text_of(tmp_path, {"text": "\x0cSales\x00rose.\x1f"}) == "Sales rose."
    zh = "公司在2019年年度报告中披露了\n相关信息。- 3 -\n"
    assert text_of(tmp_path, {"text": zh}) == zh.strip()
    assert text_of(tmp_path, {"text": f"\ufeff{POEM}\r\n".replace("\n", "\r\n")}) == POEM


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ({"text": f"FORM 10-K\n\n{EDGAR['section_1']}\n\n- 3 -\n\n{WORDS}"}, "## ITEM 1. BUSINESS"),
        ({"text": f"<html><p>Sales &amp; costs</p><p>{WORDS}</p></html>"}, "Sales & costs"),
        ({"text": EDGAR["section_1"], "form": "10-K"}, "ITEM 1. BUSINESS"),
        ({"text": f"<PAGE>\n\nThe Company's long-term debt. {WORDS}"}, "long-term debt"),
    ],
)
def test_a_row_that_is_a_filing_is_read_as_one(
    tmp_path: Path, row: dict[str, str], held: str
) -> None:
    text = text_of(tmp_path, row)
    assert held in text
    assert text != row["text"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n \n"])
@pytest.mark.parametrize("block", [1, 7, 1000, 1 << 20])
def test_a_large_file_is_read_in_blocks_and_gives_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, block: int
) -> None:
    rows = [EDGAR, PLAIN, {"id": "none"}, PLAIN, {"text": "号" * 50}, {"id": 7, "text": "é"}]
    data = end.join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + data)
    (file,) = plan({"s": tmp_path})
    whole = read_file(file)
    monkeypatch.setattr(jsonl, "KEPT", 10)
    source = OnDisk(Path(file.path), file.bytes, block)
    streamed = jsonl.JsonLinesReader().scan(file, source)
    assert not isinstance(streamed.documents, list)
    assert list(streamed.documents) == whole.documents
    assert [streamed.documents[n] for n in range(-1, 3)] == [
        whole.documents[n] for n in range(-1, 3)
    ]
    assert streamed.documents[1:] == whole.documents[1:]
    assert streamed.skipped == whole.skipped
    with pytest.raises(IndexError):
        streamed.documents[4]
