from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from corpus_by_hand import doc, filing, write

from qhdata.records import DecimalText, Fact
from qhdata.splits import Splits


def run(path: Path, documents, filings, **settings):
    with write(path, documents=documents, filings=filings) as corpus:
        tables, rows_in = Splits(**settings).run(corpus)
    assert rows_in == len(documents)
    by_doc = {r["doc_id"]: r for r in tables["doc_splits"].to_pylist()}
    assert len(by_doc) == len(documents)
    return by_doc, {r["filer_id"]: r["split"] for r in tables["splits"].to_pylist()}


@pytest.mark.parametrize("n", [3, 5, 12, 40, 300])
def test_dev_and_test_are_never_empty_and_all_documents_of_a_filer_are_on_one_side(tmp_path, n):
    filings = [filing(f"f{i}.{k}", f"cik:{i}") for i in range(n) for k in range(2)]
    documents = [doc(f"d{f.filing_id}", filing=f.filing_id) for f in filings]
    by_doc, filers = run(tmp_path / "c", documents, filings)
    for document in documents:
        row = by_doc[document.doc_id]
        assert row["split"] == filers[row["filer_id"]]
    shares = {s: list(filers.values()).count(s) / n for s in ("train", "dev", "test")}
    assert shares["test"] > 0
    assert shares["dev"] > 0
    assert shares["train"] >= 1 / 3
    if n >= 40:
        assert 0.05 <= shares["test"] <= 0.16


def test_filers_that_file_together_stay_together(tmp_path):
    filings = [filing(f"f{i}", f"cik:{i}", f"cik:{i + 1}") for i in range(0, 20)]
    documents = [doc(f"d{i}", filing=f"f{i}") for i in range(20)]
    _, filers = run(tmp_path / "c", documents, [*filings, filing("z", "cik:z")])
    assert len({filers[f"cik:{i}"] for i in range(21)}) == 1


def test_copies_without_a_filer_are_on_one_side(tmp_path):
    documents = [doc(f"{i}-{k}", f"text {i}") for i in range(20) for k in range(2)]
    by_doc, _ = run(tmp_path / "c", documents, [])
    assert all(by_doc[f"{i}-0"]["split"] == by_doc[f"{i}-1"]["split"] for i in range(20))
    assert {r["split"] for r in by_doc.values()} == {"train", "dev", "test"}
    assert {r["rule"] for r in by_doc.values()} == {"digest:rank"}


def test_what_became_public_late_is_test_whatever_its_filer(tmp_path):
    documents = [doc("old", filing="f"), doc("new", filing="f", public_at="2025-01-01T00:00:00Z")]
    by_doc, _ = run(tmp_path / "c", documents, [filing("f", "cik:1")], test_from="2024-06-01")
    assert by_doc["new"]["split"] == "test"
    assert by_doc["new"]["rule"] == "time"
    assert by_doc["old"]["split"] == "train"


def test_filers_with_dated_facts_are_in_every_split_however_few_they_are():
    few = {f"cik:{i}" for i in range(10)}
    many = {f"cik:{i}" for i in range(10, 60)}
    found = Splits().assign(few | many, apart=few)
    assert {found[key][0] for key in few} == {"train", "dev", "test"}
    assert {found[key][0] for key in many} == {"train", "dev", "test"}
    assert found.keys() == few | many


def test_filers_of_facts_alone_take_no_place_from_those_that_can_be_asked_about(tmp_path):
    filings = [filing(f"f{i}", f"cik:{i}") for i in range(43)]
    documents = [doc(f"d{i}", "x" if i < 3 else "", f"f{i}") for i in range(43)]
    facts = [
        Fact(
            fact_id=f"d{i}#f", doc_id=f"d{i}", public_at="2024-02-01T00:00:00Z", concept="x:A",
            kind="number", value=DecimalText("1"), text=None, unit=None, decimals=None, scale=None,
            sign=None, period_start=None, period_end="2023-12-31",
        )
        for i in range(43)
    ]  # fmt: skip
    with write(tmp_path / "c", documents=documents, filings=filings, facts=facts) as corpus:
        tables, _ = Splits().run(corpus)
    split = {r["doc_id"]: r["split"] for r in tables["doc_splits"].to_pylist()}
    assert {split[f"d{i}"] for i in range(3)} == {"train", "dev", "test"}
