"""The world: read-only, blind to what comes later, the same for the same corpus."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipelines.env import build_world
from qhdata.artifact import Artifact
from qhdata.env import World
from qhdata.env.world import TooMuchWork
from qhdata.env.world_file import WORLD_FILE
from qhdata.errors import QhdataError, UserError

ASTER = "cik:0000000001"
BEFORE = "2023-03-01"


def test_a_later_figure_is_hidden_from_an_earlier_moment(world: World) -> None:
    early, late = world.at(BEFORE), world.at("2024-12-31")
    assert [f.value for f in early.facts(ASTER, "net income", "2022")] == ["17000000"]
    assert [f.value for f in late.facts(ASTER, "net income", "2022")] == [
        "17000000",
        "7000000",
        "7000000",
    ]
    assert early.facts(ASTER, "net income", "2023") == []
    assert "2023" not in early.periods(ASTER, "revenue")
    assert len(late.filings(ASTER, None, 99)) == 4
    assert len(early.filings(ASTER, None, 99)) == 2


def test_no_method_shows_a_row_after_its_moment(world: World) -> None:
    moment = world.at(BEFORE)
    later = {doc for doc, *_ in world.filings(ASTER, None, 99)} - {
        doc for doc, *_ in moment.filings(ASTER, None, 99)
    }
    assert later
    for doc in later:
        assert moment.document(doc) is None
        assert moment.text(doc, 0, 100) is None
        assert moment.sections(doc) == []
    found = moment.search(["anvils"], None, None, 99)
    assert found
    assert not {row[0] for row in found} & later
    assert not [f for f in world.at("2020-01-01").filers("a", 9)]


def test_a_bare_date_is_the_end_of_its_day(world: World) -> None:
    assert len(world.at("2023-06-15").filings(ASTER, None, 9)) == 3
    assert len(world.at("2023-06-15T11:59:59Z").filings(ASTER, None, 9)) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM facts",
        "SELECT * FROM main.facts",
        "SELECT f.value FROM seen_facts s JOIN facts f USING (fact_id)",
        "SELECT * FROM meta",
        "SELECT * FROM sqlite_master",
        "DELETE FROM facts",
        "DROP VIEW seen_facts",
        "CREATE TEMP TABLE t (x)",
        "INSERT INTO filers VALUES (1,2,3,4,5,6)",
        "ATTACH ':memory:' AS other",
        "PRAGMA query_only = 0",
        "PRAGMA writable_schema = 1",
        "SELECT load_extension('x')",
        "SELECT printf('%d', 1)",
        "BEGIN",
        "VACUUM",
    ],
)
def test_even_our_own_sql_cannot_write_or_look_ahead(world: World, sql: str) -> None:
    with pytest.raises(sqlite3.DatabaseError):
        world.rows(sql)
    assert world.facts(ASTER, "revenue", "2022")


def test_a_query_that_never_ends_is_stopped(world: World) -> None:
    with pytest.raises(TooMuchWork):
        world.rows(
            "SELECT count(*) FROM seen_pages a, seen_pages b, seen_pages c, seen_pages d"
            " WHERE a.text < b.text AND c.text < d.text"
        )
    assert world.facts(ASTER, "revenue", "2022")


def test_text_is_that_of_the_document_at_any_span(corpus: Artifact, world: World) -> None:
    for _, batch in corpus.batches("documents", ["doc_id", "text"]):
        for row in batch.to_pylist():
            text = row["text"]
            for start, end in ((0, 10), (1990, 2010), (2000, 4000), (len(text) - 5, len(text) + 9)):
                assert world.text(row["doc_id"], start, end) == text[start:end]


def test_facts_carry_the_characters_that_show_them(world: World) -> None:
    for year in ("2021", "2022", "2023"):
        for fact in world.facts(ASTER, "us-gaap:Revenues", year):
            assert fact.start is not None
            assert fact.end is not None
            assert world.text(fact.doc_id, fact.start, fact.end) == fact.quote
            assert fact.value == fact.quote + "000000"


def test_an_annual_report_without_tags_gives_the_values_of_its_tables(world: World) -> None:
    dune = "cik:0000000004"
    shown = {
        (label, period): [f.value for f in world.facts(dune, label, period)]
        for label in ("revenue", "net income", "assets")
        for period in ("1996", "1995")
    }
    assert shown == {
        ("revenue", "1996"): ["412000000"],
        ("revenue", "1995"): ["388000000"],
        ("net income", "1996"): ["31000000"],
        ("net income", "1995"): ["-4000000"],
        ("assets", "1996"): ["900000000"],
        ("assets", "1995"): ["870000000"],
    }
    (fact,) = world.facts(dune, "revenue", "1996")
    assert fact.start is not None
    assert fact.end is not None
    assert world.text(fact.doc_id, fact.start, fact.end) == "412"
    assert fact.scale == 6
    assert world.at("1997-01-01").facts(dune, "revenue", "1996") == []


def test_names_and_words_of_a_concept_lead_to_it(world: World) -> None:
    found = world.facts(ASTER, "net income", "2022")
    for words in ("NetIncomeLoss", "us-gaap:NetIncomeLoss", "Net Income", "net earnings"):
        assert world.facts(ASTER, words, "2022") == found
    assert world.facts(ASTER, "net income", "2022-12-31") == found


def test_the_same_corpus_gives_the_same_bytes(
    corpus: Artifact, world_path: Path, tmp_path: Path
) -> None:
    build_world(corpus, tmp_path / "again")
    again = (tmp_path / "again" / WORLD_FILE).read_bytes()
    assert again == (world_path / WORLD_FILE).read_bytes()


def test_a_world_counts_every_document(corpus: Artifact, world_path: Path) -> None:
    step = Artifact.open(world_path, "world").step("world@2")
    assert step is not None
    assert step["rows_in"] == corpus.part("documents").rows
    assert step["rows_in"] == step["rows_kept"] + step["rows_dropped"]


def test_building_again_goes_on_and_another_corpus_is_refused(
    corpus: Artifact, world_path: Path, tmp_path: Path
) -> None:
    before = (world_path / WORLD_FILE).stat().st_mtime_ns
    build_world(corpus, world_path)
    assert (world_path / WORLD_FILE).stat().st_mtime_ns == before
    other = Artifact(path=corpus.path, kind="corpus", manifest={**corpus.manifest, "parts": {}})
    with pytest.raises(QhdataError):
        build_world(other, world_path)


def test_a_corpus_without_dates_makes_no_world(corpus: Artifact, tmp_path: Path) -> None:
    parts = {k: v for k, v in corpus.manifest["parts"].items() if k != "filings"}
    bare = Artifact(path=corpus.path, kind="corpus", manifest={**corpus.manifest, "parts": parts})
    with pytest.raises(UserError, match="public_at"):
        build_world(bare, tmp_path / "w")


def test_what_is_not_a_world_is_refused_in_words(tmp_path: Path, corpus: Artifact) -> None:
    with pytest.raises(UserError):
        World.open(tmp_path)
    with pytest.raises(UserError, match="corpus"):
        World.open(corpus.path)


def test_a_broken_world_file_is_refused_in_words(corpus: Artifact, tmp_path: Path) -> None:
    build_world(corpus, tmp_path / "w")
    (tmp_path / "w" / WORLD_FILE).write_bytes(b"not a database, but long enough to be one" * 99)
    with pytest.raises(UserError, match="not a world file"):
        World.open(tmp_path / "w")
