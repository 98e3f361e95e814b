"""Facts of documents without a text are in a world as they are in the fact store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from corpus_by_hand import doc, filing, write

from pipelines.env import build_world
from qhdata.artifact import Artifact
from qhdata.env import World
from qhdata.env.tools.filings import get_fact
from qhdata.errors import UserError
from qhdata.records import DecimalText, Decision, DocSplit, Fact, SplitRow

FILER = "cik:0000000042"
OLD, NEW = "2023-02-02T05:00:00Z", "2024-02-02T05:00:00Z"
UNDATED = {"public_at": None, "filed_at": None, "public_at_basis": "unknown"}


def fact(doc_id: str, year: int, value: str) -> Fact:
    return Fact(
        fact_id=f"{doc_id}#{year}", doc_id=doc_id, public_at=None, concept="us-gaap:Assets",
        kind="number", value=DecimalText(value), text=None, unit="USD", decimals=None, scale=None,
        sign=None, period_start=None, period_end=f"{year}-12-31",
    )  # fmt: skip


def corpus(path: Path, *told: tuple[str, str, str | None, int, str]) -> Artifact:
    """told: a document's id, its text, its moment, and the year and value of its one fact."""
    parts: dict[str, list[Any]] = {
        "documents": [
            doc(i, text, i, doc_type="10-K" if text else "companyfacts", public_at=at)
            for i, text, at, _, _ in told
        ],
        "filings": [
            filing(
                i,
                FILER,
                period_end=f"{year}-12-31",
                fiscal_year=year,
                **({"public_at": at, "filed_at": at[:10]} if at else UNDATED),
            )
            for i, _, at, year, _ in told
        ],
        "facts": [fact(i, year, value) for i, _, _, year, value in told],
        "splits": [SplitRow(filer_id=FILER, split="train", rule="x")],
        "doc_splits": [
            DocSplit(doc_id=i, filer_id=FILER, split="train", rule="x") for i, *_ in told
        ],
        "decisions__select": [
            Decision(
                unit_id=i, outcome="kept" if text else "dropped", rule="", score=None,
                reason="" if text else "no_text", threshold=None, matched_id=None,
            )
            for i, text, *_ in told
        ],
    }  # fmt: skip
    write(path, **parts).close()
    return Artifact.open(path, "corpus")


def values(world: World, year: int) -> list[tuple[str, str]]:
    return [(f.doc_id, f.value) for f in world.facts(FILER, "total assets", str(year))]


def test_a_number_of_companyfacts_is_seen_from_its_filings_day_on(tmp_path: Path) -> None:
    rows = ("old", "", OLD, 2022, "5"), ("page", "Total assets 6", NEW, 2023, "6")
    build_world(corpus(tmp_path / "c", *rows), tmp_path / "w")
    world = World.open(tmp_path / "w")
    assert values(world, 2022) == [("old", "5")]
    assert values(world, 2023) == [("page", "6")]
    assert values(world.at("2023-02-02T05:00:00Z"), 2022) == [("old", "5")]
    assert values(world.at("2023-02-02T04:59:59Z"), 2022) == []
    assert world.at("2023-02-02T04:59:59Z").filer(FILER) is None
    assert [row[0] for row in world.filings(FILER, None, 9)] == ["page"], "nothing to read in it"
    told = get_fact(world, FILER, "total assets", "2022")
    assert (told["value"], told["published"], told["doc"]) == ("5", "2023-02-02", "")


def test_a_filing_told_twice_is_in_a_world_once(tmp_path: Path) -> None:
    rows = ("page", "Total assets 6", NEW, 2023, "6"), ("twin", "", NEW, 2023, "6")
    built = build_world(corpus(tmp_path / "c", *rows), tmp_path / "w")
    assert values(World.open(tmp_path / "w"), 2023) == [("page", "6")]
    left = built.manifest["notes"]["world"]["left_out"]
    assert left["documents: told better by another document"] == 1


def test_a_page_of_unknown_day_does_not_hide_a_number_of_known_day(tmp_path: Path) -> None:
    rows = ("page", "Total assets 6", None, 2023, "6"), ("twin", "", NEW, 2023, "6")
    build_world(corpus(tmp_path / "c", *rows), tmp_path / "w")
    assert values(World.open(tmp_path / "w"), 2023) == [("twin", "6")]


def test_a_world_of_facts_alone_can_be_asked(tmp_path: Path) -> None:
    build_world(corpus(tmp_path / "c", ("old", "", OLD, 2022, "5")), tmp_path / "w")
    world = World.open(tmp_path / "w")
    assert values(world, 2022) == [("old", "5")]
    assert world.search(["assets"], None, None, 5) == []
    with pytest.raises(UserError, match="no kept document has a known public_at"):
        build_world(corpus(tmp_path / "d", ("old", "", None, 2022, "5")), tmp_path / "v")
