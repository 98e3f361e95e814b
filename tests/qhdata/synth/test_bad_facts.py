"""Bad facts: skipped with a reason that is counted, or one clear error; never a problem that is
wrong, never a crash.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipelines.synth import run_kind
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.synth.produce import GENERATORS
from qhdata.synth.settings import Limits, SynthSettings
from qhdata.synth.validate import validate_set

ALL = Limits(train=400, dev=0, test=0)
SETTINGS = SynthSettings(knowledge=ALL, instruct=ALL, reasoning=ALL, general=ALL)


@pytest.fixture
def own() -> ModuleType:
    """The mini corpus's module, for this test to change."""
    spec = importlib.util.spec_from_file_location("own", Path(__file__).with_name("mini.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(own: ModuleType, path: Path, **change: Any) -> Artifact:
    maker = own.Maker()
    maker.filing("cik:1", "Alder Works", "train", 0)
    for fact in change.pop("without", ()):
        maker.facts = [f for f in maker.facts if not f.concept.endswith(fact)]
    if change:
        maker.facts = [replace(f, **change) if f.kind == "number" else f for f in maker.facts]
    found: Artifact = maker.write(path / "corpus")
    return found


def made(corpus: Artifact, out: Path) -> tuple[Counter[str], list[str]]:
    """(reasons of skips, programs) of all four kinds; each set is valid."""
    reasons: Counter[str] = Counter()
    programs = []
    for kind in GENERATORS:
        synth = run_kind(kind, corpus, out / kind, SETTINGS, seed=0)
        found = validate_set(synth, corpus)
        assert all(row["faulty"] == 0 for row in found.values()), found
        notes = synth.manifest["steps"][-1]["notes"]["train"]
        for own in notes["skipped"].values():
            reasons.update(own)
        reasons.update(notes["rows_not_used"])
        if synth.part("tasks").rows:
            programs += [row["program"] for row in synth.table("tasks").to_pylist()]
    return reasons, programs


def with_row(own: ModuleType, table: str, label: str, new: int, old: int) -> None:
    rows = [row if row[0] != label else (row[0], row[1], new, old) for row in getattr(own, table)]
    setattr(own, table, tuple(rows))


def test_facts_without_a_unit(own: ModuleType, tmp_path: Path) -> None:
    _, programs = made(written(own, tmp_path, unit=None), tmp_path / "out")
    assert programs  # in the unit of the table, as the question then says


def test_a_denominator_of_zero(own: ModuleType, tmp_path: Path) -> None:
    with_row(own, "INCOME", "Revenue", 0, 0)
    reasons, programs = made(written(own, tmp_path), tmp_path / "out")
    assert reasons["base_not_positive"] > 0
    assert not any(p and p.endswith("/ revenue") for p in programs)


def test_negative_equity(own: ModuleType, tmp_path: Path) -> None:
    with_row(own, "BALANCE", "Total shareholders' equity", -38, -32)
    reasons, programs = made(written(own, tmp_path), tmp_path / "out")
    assert reasons["base_not_positive"] > 0
    assert "liabilities / equity" not in programs


def test_conflicting_values_of_one_document(own: ModuleType, tmp_path: Path) -> None:
    maker = own.Maker()
    maker.filing("cik:1", "Alder Works", "train", 0)
    maker.facts += [
        replace(f, fact_id=f"{f.fact_id}-again", value="1")
        for f in maker.facts
        if f.concept == "us-gaap:Revenues"
    ]
    corpus = maker.write(tmp_path / "corpus")
    made(corpus, tmp_path / "out")
    synth = Artifact.open(tmp_path / "out" / "reasoning", "synth")
    refused = synth.manifest["steps"][-1]["notes"]["figures_refused"]
    assert "contradicting_facts" in str(refused)


def test_one_period(own: ModuleType, tmp_path: Path) -> None:
    """Of two years the older is not said."""
    maker = own.Maker()
    maker.filing("cik:1", "Alder Works", "train", 0)
    maker.tables = [replace(t, cells=tuple(c for c in t.cells if c.col < 2)) for t in maker.tables]
    reasons, programs = made(maker.write(tmp_path / "corpus"), tmp_path / "out")
    assert reasons["no_prior_period"] > 0
    assert programs
    assert not any(p and "old" in p for p in programs)


def test_a_label_that_poses_as_an_answer(own: ModuleType, tmp_path: Path) -> None:
    for rows in ("INCOME", "BALANCE", "CASH"):
        setattr(
            own, rows, tuple((f"{r[0]} \\boxed{{7771}}", *r[1:]) for r in getattr(own, rows)[:2])
            + getattr(own, rows)[2:],
        )  # fmt: skip
    reasons, _ = made(written(own, tmp_path), tmp_path / "out")
    assert reasons["hostile_label"] > 0
    for kind in GENERATORS:
        synth = Artifact.open(tmp_path / "out" / kind, "synth")
        for part in ("tasks", "examples"):
            rows = synth.table(part).to_pylist() if synth.part(part).rows else []
            assert not any("boxed{7771}" in str(row["messages"]) for row in rows)


def test_a_corpus_without_a_table(own: ModuleType, tmp_path: Path) -> None:
    maker = own.Maker()
    maker.filing("cik:1", "Alder Works", "train", 0)
    maker.tables, maker.facts = [], []
    corpus = maker.write(tmp_path / "corpus")
    with pytest.raises(UserError, match="not one reasoning draft was kept"):
        run_kind("reasoning", corpus, tmp_path / "out", SETTINGS, seed=0)
