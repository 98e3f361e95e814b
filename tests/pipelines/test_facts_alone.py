"""A corpus of facts alone: built, explained, and asked without looking ahead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.build import build, last_line
from pipelines.env import build_world
from pipelines.explain import story
from qhdata.artifact import Artifact
from qhdata.factstore.build import build_store

ACCESSIONS = ("0000000042-23-000001", "0000000042-24-000001")
NAME = "companyfacts-0000000042"
INSTANCE = """<?xml version="1.0"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:us-gaap="http://fasb.org/us-gaap/2023"
 xmlns:iso4217="http://www.xbrl.org/2003/iso4217">
<context id="i"><entity><identifier scheme="x">0000000043</identifier></entity><period>
<instant>2022-12-31</instant></period></context>
<unit id="u"><measure>iso4217:USD</measure></unit>
<us-gaap:Assets id="f1" contextRef="i" unitRef="u" decimals="0">5</us-gaap:Assets>
<us-gaap:LiabilitiesAndStockholdersEquity contextRef="i" unitRef="u" decimals="0">5
</us-gaap:LiabilitiesAndStockholdersEquity></xbrl>"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    folder = tmp_path_factory.mktemp("alone")
    rows = [
        {"end": "2022-12-31", "val": value, "accn": accession, "fy": 2022, "fp": "FY",
         "form": form, "filed": filed}
        for value, accession, form, filed in (
            (5, ACCESSIONS[0], "10-K", "2023-02-01"),
            (6, ACCESSIONS[1], "10-K/A", "2024-02-01"),
        )
    ]  # fmt: skip
    told = {"us-gaap": {"Assets": {"units": {"USD": rows}}}}
    source = folder / "in"
    source.mkdir()
    (source / "CIK0000000042.json").write_text(
        json.dumps({"cik": 42, "entityName": "Invented Inc", "facts": told})
    )
    (source / "i.xml").write_text(INSTANCE)
    build(source, out=folder / "corpus", workers=1)
    return Artifact.open(folder / "corpus", "corpus")


def test_nothing_of_it_is_kept_to_train_on(corpus: Artifact) -> None:
    decided = corpus.table("decisions/select").to_pylist()
    assert {(row["outcome"], row["reason"]) for row in decided} == {("dropped", "no_text")}
    assert len(decided) == 3
    assert not corpus.part("clusters").rows


def test_the_last_line_says_that_facts_were_stored_and_what_to_type(
    corpus: Artifact, tmp_path: Path
) -> None:
    said, _, following = last_line(corpus).partition("   ")
    assert said.endswith("4 facts of documents that hold facts alone stored.")
    assert following == f"qhdata env world -c {corpus.path} -o DIR"
    made = build_world(corpus, tmp_path / "w")
    assert made.manifest["notes"]["world"]["rows"]["facts"] == 2, "what was said works"


def test_undated_facts_are_told_what_they_want(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "i.xml").write_text(INSTANCE)
    build(tmp_path / "in", out=tmp_path / "c", workers=1)
    said = last_line(Artifact.open(tmp_path / "c", "corpus"))
    assert "2 facts of documents that hold facts alone stored.   say when they were public" in said


def test_every_row_has_a_story(corpus: Artifact) -> None:
    told = "\n".join(story(f"{ACCESSIONS[0]}:{NAME}", [corpus.path]))
    assert "10-K of Invented Inc (cik:0000000042)" in told
    assert "public 2023-02-02T05:00:00Z (filed_date)" in told
    assert ": 1 facts" in told
    assert "DROPPED by select, select@3: no_text" in told
    facts = corpus.table("facts").to_pylist()
    fact = next(f for f in facts if f["doc_id"].startswith(ACCESSIONS[1]))
    told = "\n".join(story(fact["fact_id"], [corpus.path]))
    assert "us-gaap:Assets = 6 USD, 2022-12-31" in told
    assert "from a file of facts alone: no characters show it" in told
    assert "in the original at /facts/us-gaap/Assets/units/USD/1" in told
    assert "calculations: 1 of 1 sums hold" in "\n".join(story("in/i.xml", [corpus.path]))


def test_no_number_is_seen_before_its_own_filing(corpus: Artifact, tmp_path: Path) -> None:
    with build_store(corpus, tmp_path / "facts.sqlite") as store:
        asked = ("cik:0000000042", "us-gaap:Assets", "2022-12-31")

        def seen(as_of: str) -> list[str]:
            return [str(f.value) for f in store.reports(*asked, as_of=as_of)]

        assert seen("2023-02-02T04:59:59Z") == []
        assert seen("2023-02-02T05:00:00Z") == ["5"]
        assert seen("2024-02-02T04:59:59Z") == ["5"]
        assert seen("2024-02-02T05:00:00Z") == ["5", "6"]
        assert [(str(a.value), str(b.value)) for a, b in store.restatements()] == [("5", "6")]
        assert store.documents() == []
