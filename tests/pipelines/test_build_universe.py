"""The whole corpus chain on an invented universe, against what its truth says was planted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.build import read_settings
from pipelines.corpus import build_corpus
from pipelines.options import DEMO
from qhdata.artifact import Artifact
from qhdata.step import Counts
from qhdata.universe import invent


@pytest.fixture(scope="module")
def universe(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("universe") / "u"
    invent(path, filers=4, seed=5, years=2)
    return path


@pytest.fixture(scope="module")
def built(universe, tmp_path_factory) -> Artifact:
    out = tmp_path_factory.mktemp("built") / "corpus"
    sources = [universe / "filings", universe / "general"]
    return build_corpus(read_settings(DEMO), sources, out, workers=2, on_note=lambda _: None)


def pairs(universe: Path, kind: str) -> list[dict[str, str]]:
    found = json.loads((universe / "truth.json").read_text())[kind]
    assert found, f"the universe plants {kind}"
    return found


class Fates:
    """Decision of a document by its truth name, `source/path#sequence`."""

    def __init__(self, corpus: Artifact) -> None:
        columns = ["doc_id", "source", "source_path"]
        self.ids: dict[str, list[str]] = {}
        for row in corpus.table("documents", columns).to_pylist():
            path = f"{row['source']}/{row['source_path']}"
            self.ids.setdefault(path, []).append(row["doc_id"])
        rows = corpus.table("decisions/select").to_pylist()
        self.decisions = {row["unit_id"]: row for row in rows}

    def of(self, name: str) -> dict[str, str] | None:
        path, _, sequence = name.partition("#")
        for doc_id in self.ids.get(path, []):
            tail = doc_id.rsplit(":", 1)[1]
            if len(self.ids[path]) == 1 or tail == sequence:
                return self.decisions[doc_id]
        return None


def test_planted_copies_are_dropped_once_and_the_filing_survives(built, universe):
    fates = Fates(built)
    for pair in pairs(universe, "duplicates"):
        a, b = fates.of(pair["a"]), fates.of(pair["b"])
        if pair["kind"] == "same_bytes":
            assert a is None or b is None, "the same bytes are read once"
            continue
        assert (a["outcome"], b["outcome"]) == ("kept", "dropped")
        assert b["reason"] == "exact_copy"
        assert b["matched_id"] == a["unit_id"]


def test_planted_near_copies_are_dropped_and_template_twins_are_not(built, universe):
    fates = Fates(built)
    for pair in pairs(universe, "near"):
        a, b = fates.of(pair["a"]), fates.of(pair["b"])
        assert (a["outcome"], b["outcome"]) == ("kept", "dropped")
        assert b["matched_id"] == a["unit_id"]
    for pair in pairs(universe, "twins"):
        for name in (pair["a"], pair["b"]):
            assert fates.of(name)["outcome"] == "kept", name


def test_every_row_of_every_step_is_somewhere(built):
    for row in built.manifest["steps"]:
        Counts.of(row)
    ids = built.table("documents", ["doc_id"])["doc_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert sorted(r["unit_id"] for r in built.table("decisions/select").to_pylist()) == sorted(ids)


def test_broken_files_are_quarantined_or_parsed_as_the_truth_allows(built, universe):
    stopped = set(built.table("quarantine", ["unit_id"])["unit_id"].to_pylist())
    for row in json.loads((universe / "truth.json").read_text())["broken"]:
        fate = "quarantined" if row["path"] in stopped else "parsed"
        assert fate in row["expected"], row


def test_no_filer_stands_on_two_sides_and_no_side_is_empty(built):
    sides: dict[str, set[str]] = {}
    for row in built.table("doc_splits").to_pylist():
        sides.setdefault(row["filer_id"] or row["doc_id"], set()).add(row["split"])
    assert all(len(s) == 1 for s in sides.values())
    assert set().union(*sides.values()) == {"train", "dev", "test"}


def test_part_digests_do_not_depend_on_the_number_of_workers(built, universe, tmp_path):
    sources = [universe / "filings", universe / "general"]
    again = build_corpus(
        read_settings(DEMO), sources, tmp_path / "c", workers=1, on_note=lambda _: None
    )
    assert {n: p.digest for n, p in again.parts.items()} == {
        n: p.digest for n, p in built.parts.items()
    }
