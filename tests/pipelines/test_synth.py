"""`qhdata synth` from the command's side: sets are written, resumed, refused and validated."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from pipelines.options import SYNTH
from pipelines.synth import parse_settings, read_settings, run, run_kind, validate
from qhdata.artifact import Artifact
from qhdata.engines.local import LocalEngine
from qhdata.errors import ForeignRecipe, UserError
from qhdata.step import Counts
from qhdata.synth.produce import GENERATORS, generators_of
from qhdata.synth.settings import Limits, SynthSettings
from qhdata.synth.validate import validate_set

SMALL = Limits(train=40, dev=10, test=20)
SETTINGS = SynthSettings(knowledge=SMALL, instruct=SMALL, reasoning=SMALL, general=SMALL)


@pytest.fixture(scope="module")
def mini() -> ModuleType:
    path = Path(__file__).parent.parent / "qhdata" / "synth" / "mini.py"
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


@pytest.mark.parametrize("kind", GENERATORS)
def test_a_set_is_whole_counted_and_valid(kind: str, corpus: Artifact, tmp_path: Path) -> None:
    made = run_kind(kind, corpus, tmp_path / kind, SETTINGS, seed=1)
    step = made.manifest["steps"][-1]
    counts = Counts.of(step)
    assert counts.rows_kept == sum(
        sum(step["notes"][split]["kept"].values()) for split in ("train", "dev", "test")
    )
    assert counts.rows_dropped == sum(
        n
        for split in ("train", "dev", "test")
        for reasons in step["notes"][split]["skipped"].values()
        for n in reasons.values()
    )
    assert counts.rows_quarantined == 0
    found = validate_set(made, corpus)
    assert found
    assert all(row["faulty"] == 0 and row["sources"] > 0 for row in found.values())


@pytest.mark.parametrize("kind", GENERATORS)
def test_no_row_of_one_split_shows_a_filer_of_another(
    kind: str, corpus: Artifact, tmp_path: Path
) -> None:
    made = run_kind(kind, corpus, tmp_path / kind, SETTINGS, seed=1)
    filers = {"train": {"cik:1", "cik:2"}, "dev": {"cik:3"}, "test": {"cik:4"}}
    names = {"cik:1": "Alder", "cik:2": "Birch", "cik:3": "Cedar", "cik:4": "Dogwood"}
    seen = set()
    for part, column in (("tasks", "messages"), ("examples", "messages"), ("pairs", "messages")):
        for row in made.table(part).to_pylist():
            seen.add(row["split"])
            assert row["filer_id"] in filers[row["split"]]
            others = [n for f, n in names.items() if f not in filers[row["split"]]]
            assert not any(name in str(row[column]) for name in others)
    splits = {row["doc_id"]: row for row in made.table("doc_splits").to_pylist()}
    for row in made.table("documents").to_pylist():
        split = splits[row["doc_id"]]
        seen.add(split["split"])
        assert split["filer_id"] in filers[split["split"]]
        others = [n for f, n in names.items() if f not in filers[split["split"]]]
        assert not any(name in row["text"] for name in others)
    assert seen == {"train", "dev", "test"}


def test_the_same_seed_gives_the_same_digests_and_another_seed_others(
    corpus: Artifact, tmp_path: Path
) -> None:
    one = run_kind("reasoning", corpus, tmp_path / "a", SETTINGS, seed=1)
    two = run_kind("reasoning", corpus, tmp_path / "b", SETTINGS, seed=1)
    three = run_kind("reasoning", corpus, tmp_path / "c", SETTINGS, seed=2)
    assert one.manifest["parts"] == two.manifest["parts"]
    assert one.digest("tasks") != three.digest("tasks")


def test_a_finished_set_is_not_made_again_and_another_recipe_is_refused(
    corpus: Artifact, tmp_path: Path
) -> None:
    run_kind("general", corpus, tmp_path / "a", SETTINGS, seed=1)
    before = (tmp_path / "a" / "manifest.json").stat().st_mtime_ns
    run_kind("general", corpus, tmp_path / "a", SETTINGS, seed=1)
    assert (tmp_path / "a" / "manifest.json").stat().st_mtime_ns == before
    with pytest.raises(ForeignRecipe, match="context_rows"):
        run_kind("general", corpus, tmp_path / "a", SynthSettings(general=SMALL, context_rows=2), 1)


def test_another_kinds_limit_is_not_another_recipe(corpus: Artifact, tmp_path: Path) -> None:
    first = run_kind("general", corpus, tmp_path / "a", SETTINGS, seed=1)
    changed = SynthSettings(
        knowledge=Limits(train=7), instruct=SMALL, reasoning=SMALL, general=SMALL
    )
    again = run_kind("general", corpus, tmp_path / "a", changed, seed=1)
    assert again.manifest == first.manifest


def test_a_broken_off_set_goes_on_where_it_stopped(
    corpus: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import qhdata.synth.drafting as drafting

    whole = run_kind("instruct", corpus, tmp_path / "whole", SETTINGS, seed=1)
    real = drafting.produce
    calls: list[str] = []

    def broken(kind, material, limit):  # type: ignore[no-untyped-def]
        calls.append(material.split)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(kind, material, limit)

    monkeypatch.setattr(drafting, "produce", broken)
    with pytest.raises(KeyboardInterrupt):
        run_kind("instruct", corpus, tmp_path / "a", SETTINGS, seed=1)
    resumed = run_kind("instruct", corpus, tmp_path / "a", SETTINGS, seed=1)
    assert calls == ["dev", "test", "test", "train"]
    assert resumed.manifest["parts"] == whole.manifest["parts"]


@pytest.mark.parametrize("kind", GENERATORS)
def test_any_number_of_workers_gives_the_same_digests(
    kind: str, corpus: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qhdata.synth.drafting.CHUNK_DOCUMENTS", 1)
    one = run_kind(kind, corpus, tmp_path / "one", SETTINGS, seed=1)
    two = run_kind(kind, corpus, tmp_path / "two", SETTINGS, seed=1, engine=LocalEngine(workers=2))
    assert len(one.manifest["internal"]["plan"]["files"]) == 4
    assert one.manifest["parts"] == two.manifest["parts"]
    assert Counts.of(one.manifest["steps"][-1]) == Counts.of(two.manifest["steps"][-1])


@pytest.mark.slow
def test_spark_gives_the_same_digests(corpus: Artifact, tmp_path: Path) -> None:
    from qhdata.engines.spark import SparkEngine

    one = run_kind("reasoning", corpus, tmp_path / "one", SETTINGS, seed=1)
    engine = SparkEngine(master="local[2]", scratch=tmp_path / "spill")
    two = run_kind("reasoning", corpus, tmp_path / "two", SETTINGS, seed=1, engine=engine)
    assert {n: p["digest"] for n, p in one.manifest["parts"].items()} == {
        n: p["digest"] for n, p in two.manifest["parts"].items()
    }


def test_a_limit_is_shared_out_by_documents(corpus: Artifact, tmp_path: Path) -> None:
    from qhdata.factstore.build import build_store
    from qhdata.synth.drafting import plan

    with build_store(corpus, tmp_path / "facts.sqlite") as store:
        rows = list(plan(store, SMALL))
    assert [(row["split"], row["limit"]) for row in rows] == [
        ("train", 40), ("dev", 10), ("test", 20),
    ]  # fmt: skip
    assert sorted(f for row in rows for f in row["filers"]) == ["cik:1", "cik:2", "cik:3", "cik:4"]


def test_nothing_to_ask_about_is_an_error_with_the_counts(corpus: Artifact, tmp_path: Path) -> None:
    hard = SynthSettings(reasoning=SMALL, max_label_words=1, max_digits=1)
    with pytest.raises(UserError, match=r"not one reasoning draft was kept: .*label_too_long"):
        run_kind("reasoning", corpus, tmp_path / "a", hard, seed=1)


def test_validate_finds_a_changed_text(
    mini: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = mini.mini_corpus(tmp_path / "corpus")
    made = run_kind("reasoning", corpus, tmp_path / "set", SETTINGS, seed=1)
    validate(tmp_path / "set", corpus=tmp_path / "corpus")
    assert "0 faults, sources checked" in capsys.readouterr().out
    texts = corpus.table("documents").to_pylist()
    assert texts
    other = tmp_path / "other"
    maker = mini.Maker()
    maker.filing("cik:1", "Alder Works", "train", 1)
    maker.write(other)
    with pytest.raises(UserError, match="not the corpus"):
        validate_set(made, Artifact.open(other))


def test_settings_are_read_strictly_and_agentic_stands_apart() -> None:
    settings, agentic = parse_settings(
        {"context_rows": 2, "general": {"train": 5}, "agentic": {"compact": True}}, "demo.yaml"
    )
    assert (settings.context_rows, settings.general.train, agentic.compact) == (2, 5, True)
    with pytest.raises(UserError, match=r"unknown setting 'contxt_rows'.*context_rows"):
        parse_settings({"contxt_rows": 2}, "demo.yaml")
    with pytest.raises(UserError, match="unknown generator 'lokup'"):
        generators_of("reasoning", ("lokup",))


def test_a_negative_limit_is_an_error_before_work() -> None:
    with pytest.raises(UserError, match=r"reasoning\.train"):
        read_settings(SYNTH, ("synth.reasoning.train=-5",))


def test_the_command_plans_runs_and_says_what_next(
    corpus: Artifact, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "r.yaml"
    recipe.write_text("synth: {reasoning: {train: 30, dev: 5, test: 5}}\n")
    run("reasoning", corpus=corpus.path, out=tmp_path / "set", recipe=recipe, plan=True)
    assert "at most 30 train, 5 dev, 5 test" in capsys.readouterr().out
    assert not (tmp_path / "set").exists()
    run("reasoning", corpus=corpus.path, out=tmp_path / "set", recipe=recipe)
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert "40 tasks, 40 examples" in last
    assert "qhdata synth validate" in last
    assert json.loads((tmp_path / "set" / "manifest.json").read_text())["kind"] == "synth"


def test_the_judge_errs_on_no_rendering_and_no_near_miss(corpus: Artifact, tmp_path: Path) -> None:
    from qhdata.synth.validate import error_rates

    found = error_rates(run_kind("reasoning", corpus, tmp_path / "a", SETTINGS, seed=1))
    assert found["right"] > 100
    assert found["wrong"] > 100
    assert found["right_refused"] == found["wrong_accepted"] == 0


def test_without_a_recipe_every_generator_asks_in_whole_sentences(
    corpus: Artifact, tmp_path: Path
) -> None:
    settings, _ = read_settings(SYNTH)
    assert settings == SynthSettings(
        knowledge=settings.knowledge, instruct=settings.instruct, reasoning=settings.reasoning,
        general=settings.general,
    )  # fmt: skip
    run("reasoning", corpus.path, out=tmp_path / "set", workers=1)
    tasks = Artifact.open(tmp_path / "set", "synth").table("tasks", ["generator", "messages"])
    assert len(set(tasks.column("generator").to_pylist())) > 6
    assert all(
        "Put the final answer" in one[0]["content"] or "最终答案" in one[0]["content"]
        for one in tasks.column("messages").to_pylist()
    )
