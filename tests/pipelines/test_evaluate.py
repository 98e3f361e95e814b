"""Comparing two measurements, whose they are, and what cannot be measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.evaluate import evaluate
from pipelines.measure import EvaluateSettings, held_out, measure
from qhdata.artifact import Artifact
from qhdata.errors import UserError
from qhdata.evaluate.measured import Measured, compare, interval
from trainer.checkpoint import model_digest


def measured(metric: str, items: dict[str, float], **notes: int) -> Measured:
    return Measured(
        metric=metric,
        n=len(items),
        value=sum(items.values()) / len(items),
        items=items,
        sizes=dict.fromkeys(items, 1.0),
        seconds=0.0,
        notes=notes,
    )


def test_an_item_without_a_score_leaves_the_pair_and_other_items_are_refused() -> None:
    before = measured("exact", {"a": 0.0, "b": 1.0, "c": 0.0})
    after = measured("exact", {"b": 1.0, "c": 1.0}, unscored=1)
    paired = compare(before, after)
    assert (paired.n, paired.before, paired.after) == (2, 0.5, 1.0)
    with pytest.raises(UserError, match="not measured on the same items"):
        compare(before, measured("exact", {"b": 1.0, "c": 1.0}))
    with pytest.raises(UserError, match="not measured on the same items"):
        compare(before, measured("success", before.items))


def test_constraints_that_are_all_met_are_not_certain() -> None:
    low, high = interval(measured("constraints", dict.fromkeys("abcdefghij", 1.0)))
    assert low == pytest.approx(0.7)
    assert high == 1.0


def test_a_measurement_says_whose_it_is(tmp_path: Path) -> None:
    model = tmp_path / "hf"
    model.mkdir()
    assert model_digest(model) == ""
    (model / "config.json").write_text("{}")
    (model / "model.safetensors").write_bytes(b"weights")
    first = model_digest(model)
    (model / "model.safetensors").write_bytes(b"other weights")
    assert model_digest(model) not in ("", first)
    one = measured("exact", {"a": 1.0})
    one.save(tmp_path / "one.json")
    assert Measured.load(tmp_path / "one.json") == one


def test_what_cannot_be_scored_is_refused_in_words(tmp_path: Path) -> None:
    model = tmp_path / "hf"
    model.mkdir()
    (model / "config.json").write_text("{}")
    with pytest.raises(UserError, match="measures nothing"):
        evaluate(model, on=tmp_path, tasks=0)
    knowledge = Artifact.create(tmp_path / "knowledge", "synth", settings={}, inputs={})
    Artifact.create(tmp_path / "run", "run", settings={}, inputs={}).close()
    with knowledge, pytest.raises(UserError, match="no tasks"):
        held_out(knowledge, EvaluateSettings())
    with pytest.raises(UserError, match="a run cannot be evaluated on"):
        measure(model, tmp_path / "run", EvaluateSettings())
