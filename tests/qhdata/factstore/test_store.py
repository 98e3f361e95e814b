"""The fact store on the mini corpus: what it holds, what it refuses, what it lets nobody see."""

from __future__ import annotations

import importlib.util
import sqlite3
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from qhdata.artifact import Artifact
from qhdata.errors import NotAnArtifact, UserError
from qhdata.factstore.build import build_store
from qhdata.factstore.store import FactStore


@pytest.fixture(scope="module")
def mini() -> ModuleType:
    path = Path(__file__).parent.parent / "synth" / "mini.py"
    spec = importlib.util.spec_from_file_location("mini", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def corpus(mini: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    found: Artifact = mini.mini_corpus(tmp_path_factory.mktemp("mini") / "corpus")
    return found


@pytest.fixture(scope="module")
def store(corpus: Artifact, tmp_path_factory: pytest.TempPathFactory) -> FactStore:
    return build_store(corpus, tmp_path_factory.mktemp("store") / "facts.sqlite")


def test_dropped_documents_are_not_in_it(store: FactStore) -> None:
    found = {document.doc_id for document in store.documents()}
    assert "000-1:1" in found
    assert "000-2D:1" not in found


def test_figures_are_the_characters_of_the_text(store: FactStore, corpus: Artifact) -> None:
    texts = {
        row["doc_id"]: row["text"]
        for _, batch in corpus.batches("documents", ["doc_id", "text"])
        for row in batch.to_pylist()
    }
    count = 0
    for document in store.documents():
        for figure in store.figures(document.doc_id):
            text = texts[figure.doc_id]
            assert text[figure.start : figure.end] == figure.shown
            assert text[figure.label_start : figure.label_end] == figure.label
            count += 1
    assert count == 5 * 40 - 4 * 4  # in four filings, two rows stand untagged beside tagged ones


def test_figures_know_their_fact_and_share_its_value(store: FactStore) -> None:
    revenue = next(f for f in store.figures("000-1:1") if f.label == "Revenue" and f.year == 2024)
    assert revenue.fact_id == "000-1:1#Income02024"
    assert (revenue.value, revenue.unit, revenue.concept) == (Decimal(47_000_000), "USD", "revenue")
    assert revenue.bare == 47


def test_figures_without_facts_take_the_scale_of_their_table(store: FactStore) -> None:
    revenue = next(f for f in store.figures("000-2:1") if f.label == "Revenue" and f.year == 2024)
    assert revenue.fact_id is None
    assert (revenue.value, revenue.unit, revenue.concept) == (Decimal(50_000_000), "USD", "revenue")


def test_a_restatement_is_seen_only_after_it_was_public(store: FactStore) -> None:
    asked = {"filer_id": "cik:1", "concept": "us-gaap:Revenues", "period_end": "2023-12-31"}
    start = {"period_start": "2023-01-01"}
    first = store.fact(**asked, **start, which="first")
    latest = store.fact(**asked, **start)
    before = store.fact(**asked, **start, as_of="2025-03-01T00:00:00Z")
    assert first is not None
    assert latest is not None
    assert (first.value, latest.value) == (Decimal(42_000_000), Decimal(45_000_000))
    assert before == first
    assert store.fact(**asked, **start, as_of="2020-01-01T00:00:00Z") is None
    changed = list(store.restatements())
    assert [(a.value, b.value) for a, b in changed] == [(first.value, latest.value)]
    assert list(store.restatements(as_of="2025-03-01T00:00:00Z")) == []


def test_the_same_corpus_gives_the_same_bytes(corpus: Artifact, tmp_path: Path) -> None:
    one = build_store(corpus, tmp_path / "a.sqlite")
    two = build_store(corpus, tmp_path / "b.sqlite")
    assert one.digest() == two.digest()
    assert (tmp_path / "a.sqlite").read_bytes() == (tmp_path / "b.sqlite").read_bytes()


def test_an_open_store_cannot_be_written(store: FactStore) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.connection.execute("DELETE FROM facts")


def test_a_file_that_is_no_store_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("hello" * 1000)
    with pytest.raises(NotAnArtifact, match="not a fact store"):
        FactStore.open(tmp_path / "x.sqlite")
    with pytest.raises(NotAnArtifact, match="no such"):
        FactStore.open(tmp_path / "y.sqlite")


def test_a_store_of_another_format_is_built_again(corpus: Artifact, tmp_path: Path) -> None:
    path = tmp_path / "f.sqlite"
    build_store(corpus, path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'format'")
    with pytest.raises(NotAnArtifact, match="build it again"):
        FactStore.open(path)


def test_a_moment_must_look_like_one(store: FactStore) -> None:
    with pytest.raises(UserError, match="is no moment"):
        store.documents(as_of="soon")


def test_contradicting_facts_of_one_document_are_both_refused(
    mini: ModuleType, tmp_path: Path
) -> None:
    from dataclasses import replace

    maker = mini.Maker()
    maker.filing("cik:9", "Elm", "train", 0)
    tagged = [fact for fact in maker.facts if fact.concept.startswith("us-gaap:Rev")]
    other = replace(tagged[0], fact_id="x", value="99000000")
    again = replace(tagged[1], fact_id="y")
    maker.facts += [other, again]
    store = build_store(maker.write(tmp_path / "c"), tmp_path / "f.sqlite")
    assert '"contradicting_facts":2' in store.meta("refused")
    assert '"reported_again":1' in store.meta("refused")
    assert store.reports("cik:9", "us-gaap:Revenues", "2024-12-31", period_start="2024-01-01") == []


@pytest.mark.parametrize("unit", ["U_USD", "usdPerShare"])
def test_a_unit_that_a_page_never_defines_is_no_unit(
    mini: ModuleType, tmp_path: Path, unit: str
) -> None:
    from dataclasses import replace

    maker = mini.Maker()
    maker.filing("cik:9", "Elm", "train", 0)
    maker.facts = [replace(f, unit=unit) if f.unit == "USD" else f for f in maker.facts]
    store = build_store(maker.write(tmp_path / "c"), tmp_path / "f.sqlite")
    assert '"unit_without_a_definition":' in store.meta("refused")
    assert store.figures("000-9:1") == []


def test_numbers_with_places_beside_whole_amounts_may_be_per_share(
    mini: ModuleType, tmp_path: Path
) -> None:
    """A table "in millions, except per share data" without tags: which a row is, nobody says."""
    from dataclasses import replace

    maker = mini.Maker()
    maker.filing("cik:9", "Elm", "train", 0, xbrl=False)
    table = maker.tables[0]
    text = maker.documents[0].text
    row = next(c for c in table.cells if c.text == "Net income").row
    head = next(c for c in table.cells if c.header and c.row == 0)
    cells = tuple(
        replace(c, text=f"{head.text} (in millions, except per share data)") if c is head
        else replace(c, text="0.5", value="0.5") if c.row == row and c.col == 1 else c
        for c in table.cells
    )  # fmt: skip
    maker.tables[0] = replace(table, cells=cells)
    old = next(c.text for c in table.cells if c.row == row and c.col == 1)
    line = text.index("| Net income |")
    maker.documents[0] = replace(
        maker.documents[0], text=text[:line] + text[line:].replace(f" {old} ", " 0.5 ", 1)
    )
    store = build_store(maker.write(tmp_path / "c"), tmp_path / "f.sqlite")
    assert '"amount_or_per_share":1' in store.meta("refused")
    assert all(figure.shown != "0.5" for figure in store.figures("000-9:1"))
