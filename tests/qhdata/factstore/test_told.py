"""One filing told by several documents counts once, by the one that tells most."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from corpus_by_hand import doc, filing, write

from qhdata.artifact import Artifact
from qhdata.factstore.build import build_store
from qhdata.factstore.store import FactStore
from qhdata.records import DecimalText, Decision, DocSplit, Fact, Filing

ACCESSION = "0000000042-24-000001"
KINDS = {
    "page": ("10-K", "x"),
    "instance": ("EX-101.INS", ""),
    "companyfacts": ("companyfacts", ""),
}


def fact(doc_id: str, value: str = "5") -> Fact:
    return Fact(
        fact_id=f"{doc_id}#f", doc_id=doc_id, public_at="2024-02-01T00:00:00Z", kind="number",
        concept="us-gaap:Assets", value=DecimalText(value), text=None, unit="USD", decimals=None,
        scale=None, sign=None, period_start=None, period_end="2023-12-31", hidden=True,
    )  # fmt: skip


def over_time(doc_id: str, *ends: tuple[str, int]) -> list[Fact]:
    """ends: a period's end, and how many values of it."""
    return [
        replace(
            fact(doc_id), fact_id=f"{doc_id}#{end}{n}", concept=f"us-gaap:C{n}",
            period_start="2020-01-01", period_end=end,
        )
        for end, most in ends
        for n in range(most)
    ]  # fmt: skip


def store(path: Path, *rows: tuple[str, str, Filing], more: list[Fact] | None = None) -> FactStore:
    """rows: id of a document, its kind, its filing. more: facts beside one of each."""
    decisions = [
        Decision(
            unit_id=name, outcome="kept" if KINDS[kind][1] else "dropped", rule="", score=None,
            reason="" if KINDS[kind][1] else "no_text", threshold=None, matched_id=None,
        )
        for name, kind, _ in rows
    ]  # fmt: skip
    parts: dict[str, list[Any]] = {
        "documents": [
            doc(name, KINDS[kind][1], f.filing_id, doc_type=KINDS[kind][0])
            for name, kind, f in rows
        ],
        "filings": [f for _, _, f in rows],
        "facts": [fact(name) for name, _, _ in rows] + (more or []),
        "doc_splits": [
            DocSplit(doc_id=name, filer_id="cik:42", split="train", rule="x") for name, _, _ in rows
        ],
        "decisions__select": decisions,
    }
    corpus: Artifact = write(path / "c", **parts)
    corpus.close()
    return build_store(Artifact.open(path / "c", "corpus"), path / "facts.sqlite")


def reports(found: FactStore) -> list[str]:
    return [f.doc_id for f in found.reports("cik:42", "us-gaap:Assets", "2023-12-31")]


def test_facts_of_an_instance_without_a_page_that_has_any_are_in_the_store(tmp_path: Path) -> None:
    found = store(tmp_path, ("i", "instance", filing("f1", "cik:42")))
    assert reports(found) == ["i"]
    assert found.documents() == []


def test_of_one_accession_the_page_counts_then_the_instance_then_companyfacts(
    tmp_path: Path,
) -> None:
    rows = [(k, k, filing(f"f-{k}", "cik:42", accession=ACCESSION)) for k in KINDS]
    assert reports(store(tmp_path / "3", *rows)) == ["page"]
    assert reports(store(tmp_path / "2", *rows[1:])) == ["instance"]
    refused = store(tmp_path / "4", *rows).meta("refused")
    assert '"told_better_by_another_document":2' in refused


def test_without_accessions_filer_form_and_period_say_that_it_is_one_filing(tmp_path: Path) -> None:
    page, alone = filing("f1", "cik:42"), filing("f2", "cik:42")
    assert reports(store(tmp_path / "1", ("p", "page", page), ("i", "instance", alone))) == ["p"]
    other = replace(alone, period_end="2022-12-31", filed_at=None)
    rows = ("p", "page", page), ("i", "instance", other)
    assert reports(store(tmp_path / "2", *rows)) == ["i", "p"]


def test_a_page_of_known_day_stands_for_the_companyfacts_of_that_day(tmp_path: Path) -> None:
    page = filing("f1", "cik:42")
    told = filing("f2", "cik:42", accession=ACCESSION, period_end=None)
    rows = ("p", "page", page), ("c", "companyfacts", told)
    assert reports(store(tmp_path / "1", *rows)) == ["p"]
    later = replace(told, filed_at="2024-02-02")
    rows = ("p", "page", page), ("c", "companyfacts", later)
    assert reports(store(tmp_path / "2", *rows)) == ["c", "p"]


def test_two_accessions_are_two_filings_whatever_else_agrees(tmp_path: Path) -> None:
    page = filing("f1", "cik:42", accession=ACCESSION)
    other = filing("f2", "cik:42", accession="0000000042-24-000002")
    rows = ("p", "page", page), ("i", "instance", other)
    assert reports(store(tmp_path, *rows)) == ["i", "p"]


def test_a_loose_page_stands_for_the_companyfacts_whose_values_end_with_its_period(
    tmp_path: Path,
) -> None:
    """As they come: a page with dei facts knows its period, companyfacts their day of filing."""
    page = filing("f1", "cik:42", filed_at=None, period_end="2025-03-29", form="10-Q")
    told = filing(
        "f2", "cik:42", accession=ACCESSION, period_end=None, filed_at="2025-05-02", form="10-Q"
    )
    rows = ("p", "page", page), ("c", "companyfacts", told)
    own = over_time("c", ("2024-03-30", 160), ("2024-09-28", 3), ("2025-03-29", 255))
    assert reports(store(tmp_path / "1", *rows, more=own)) == ["p"]
    later = [*own, *over_time("c", ("2025-04-18", 3))]
    assert reports(store(tmp_path / "2", *rows, more=later)) == ["p"], "subsequent events are few"
    before = over_time("c", ("2023-12-30", 160), ("2024-12-28", 255), ("2025-03-29", 2))
    assert reports(store(tmp_path / "3", *rows, more=before)) == ["c", "p"], "the quarter before"
    annual = replace(told, form="10-K")
    rows = ("p", "page", page), ("c", "companyfacts", annual)
    assert reports(store(tmp_path / "4", *rows, more=own)) == ["c", "p"], "another form"


def test_a_number_whose_day_is_known_is_not_given_up_for_one_whose_day_is_not(
    tmp_path: Path,
) -> None:
    page = filing("f1", "cik:42", accession=ACCESSION, public_at=None)
    told = filing("f2", "cik:42", accession=ACCESSION)
    rows = ("p", "page", page), ("c", "companyfacts", told)
    assert reports(store(tmp_path / "1", *rows)) == ["c", "p"]
    rows = ("p", "page", page), ("c", "companyfacts", replace(told, public_at=None))
    assert reports(store(tmp_path / "2", *rows)) == ["p"]
