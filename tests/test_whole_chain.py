"""The whole chain on a small universe, and every command of the README on what it made.

Slow: one run of a minute or two serves all tests of this file.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
STAGES = ["cpt", "sft", "reasoning-rl", "agentic-rl", "general-rl"]
METRICS = {"bits_per_byte", "exact", "success", "constraints"}

pytestmark = pytest.mark.slow


def small_recipe() -> str:
    """demo.yaml with the same shape and less of everything."""
    data = yaml.safe_load((ROOT / "pipelines" / "recipes" / "demo.yaml").read_text())
    data["universe"] = {"filers": 8, "seed": 7, "years": 2}
    for kind in ("knowledge", "instruct", "reasoning", "general"):
        data["synth"][kind] = {"train": 120, "dev": 10, "test": 40}
    data["synth"]["agentic"]["limits"] = {"train": 80, "dev": 10, "test": 30}
    data["tokenizer"]["vocabulary"]["size"] = 600
    for stage in data["train"]["stages"].values():
        if "updates" in stage:
            stage["updates"] = 2
            stage["sampling"] = {"prompts": 4, "group": 4, "max_tokens": 24}
        else:
            stage["tokens"] = 30_000
    data["evaluate"] = {"tasks": 30, "documents": 200, "max_tokens": 24, "max_length": 512}
    return yaml.safe_dump(data)


def command(home: Path, *args: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main()", *args],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=900,
        env={**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == code, f"qhdata {' '.join(args)}\n{done.stderr[-3000:]}"
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where `pipelines/recipes/demo.yaml` is small and `runs/demo` was made from it."""
    home = tmp_path_factory.mktemp("home")
    (home / "pipelines" / "recipes").mkdir(parents=True)
    (home / "pipelines" / "recipes" / "demo.yaml").write_text(small_recipe())
    command(home, "run", "pipelines/recipes/demo.yaml", "-o", "runs/demo")
    return home


def summary(home: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((home / "runs/demo/summary.json").read_text())
    return found


def test_the_summary_counts_every_row_and_every_stage(home: Path) -> None:
    found = summary(home)
    stages: list[dict[str, object]] = found["stages"]  # type: ignore[assignment]
    data = [s for s in stages if "rows_in" in s]
    trained = [s for s in stages if "metric" in s]
    for step in data:
        parts = [step[k] for k in ("rows_kept", "rows_dropped", "rows_quarantined")]
        assert step["rows_in"] == sum(parts), step  # type: ignore[arg-type]
        assert {"name", "seconds", "unit"} <= step.keys()
    names = {s["name"] for s in data}
    assert {"corpus.extract", "corpus.select", "synth.reasoning", "shards.cpt"} <= names
    assert [s["name"] for s in trained] == STAGES
    for stage in trained:
        low, high = stage["interval"]  # type: ignore[misc]
        assert low <= stage["after"] - stage["before"] <= high  # type: ignore[operator]
        assert stage["tokens"] > 0  # type: ignore[operator]
        assert stage["n"] >= 15  # type: ignore[operator]
        assert stage["metric"] in METRICS
    assert trained[0]["after"] < trained[0]["before"]  # type: ignore[operator]
    evaluations: dict[str, dict[str, object]] = found["evaluations"]  # type: ignore[assignment]
    assert list(evaluations) == ["init", *STAGES]
    assert all(set(row) == METRICS for row in evaluations.values())


def test_the_report_opens_without_a_network(home: Path) -> None:
    page = (home / "runs/demo/report.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", page)
    assert "<script" not in page
    for stage in STAGES:
        assert stage in page


@pytest.mark.parametrize("stage", STAGES)
def test_every_checkpoint_loads_with_transformers_and_has_its_tokenizer(
    home: Path, stage: str
) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = home / "runs/demo/checkpoints" / stage / "hf"
    model = AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer("Revenue was 47", return_tensors="pt")["input_ids"]
    assert model(ids).logits.shape[:2] == ids.shape
    assert tokenizer.decode(ids[0]) == "Revenue was 47"


def test_running_again_does_nothing_twice_and_another_recipe_is_refused(home: Path) -> None:
    before = {
        path: path.stat().st_mtime_ns
        for path in (home / "runs/demo").rglob("*")
        if path.is_file()
        and (path.suffix in (".parquet", ".safetensors", ".ds") or "evaluations" in path.parts)
    }
    assert before
    command(home, "run", "pipelines/recipes/demo.yaml", "-o", "runs/demo")
    after = {path: path.stat().st_mtime_ns for path in before}
    assert after == before
    refused = command(
        home, "run", "pipelines/recipes/demo.yaml", "-o", "runs/demo", "--set", "seed=5", code=2
    )
    assert "another setting 'seed'" in refused.stderr


def test_no_training_row_comes_from_a_held_out_filer(home: Path) -> None:
    from qhdata.artifact import Artifact
    from qhdata.shards.layout import ShardSet

    corpus = Artifact.open(home / "runs/demo/corpus")
    splits = {row["doc_id"]: row["split"] for row in corpus.table("doc_splits").to_pylist()}
    held_out = {doc for doc, split in splits.items() if split != "train"}
    for stage in STAGES:
        shard = ShardSet.open(home / "runs/demo/shards" / stage)
        assert set(shard.column("split")) == {"train"}
        for sources in shard.column("sources"):
            assert not {s["doc_id"] for s in json.loads(sources or "[]")} & held_out


def test_explain_answers_for_a_kept_a_dropped_a_quarantined_row_and_a_task(home: Path) -> None:
    from qhdata.artifact import Artifact

    run = home / "runs/demo"
    corpus = Artifact.open(run / "corpus")
    decisions = corpus.table("decisions/select").to_pylist()
    kept = next(d["unit_id"] for d in decisions if d["outcome"] == "kept")
    dropped = next(d for d in decisions if d["outcome"] == "dropped")
    stopped = corpus.table("quarantine").to_pylist()[0]
    assert "KEPT by select" in command(home, "explain", kept, "runs/demo").stdout
    said = command(home, "explain", dropped["unit_id"], "runs/demo").stdout
    assert "DROPPED by" in said
    assert dropped["reason"] in said
    said = command(home, "explain", stopped["unit_id"], "runs/demo").stdout
    assert stopped["error"] in said
    task = Artifact.open(run / "synth/reasoning").table("tasks").to_pylist()[0]
    said = command(home, "explain", task["task_id"], "runs/demo").stdout
    source = task["sources"][0]
    assert source["doc_id"] in said
    assert source["quote"] in said


def readme_commands() -> list[str]:
    block = re.search(r"```sh\n(.*?)```", README, re.S)
    assert block is not None
    lines = [line.split("#")[0].strip() for line in block[1].splitlines()]
    return [line for line in lines if line]


def test_every_command_of_the_readme_runs(home: Path) -> None:
    found = readme_commands()
    assert len(found) >= 10
    for line in found:
        words = shlex.split(line)
        assert words[0] == "qhdata"
        command(home, *words[1:])
