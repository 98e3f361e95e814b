from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from pipelines.train import TrainSettings, run_stage, stage_job
from qhdata.errors import ForeignRecipe, NotAnArtifact, UserError
from qhdata.recipe import plain
from qhdata.shards.layout import ShardSet
from qhdata.shards.mixture import Share
from trainer import model
from trainer.batches import Piece, make_pack
from trainer.schedule import Schedule
from trainer.settings import Job, Parallel, Sampling, Shape, StageName, StageSettings

SHAPE = Shape(width=32, layers=2, heads=2, kv_heads=2, head_width=16, feed_forward=64)
SUPERVISED = StageSettings(
    tokens=6000, seq_len=64, tokens_per_update=256, schedule=Schedule(lr=1e-2)
)
RL = StageSettings(
    updates=2,
    seq_len=64,
    schedule=Schedule(lr=1e-3),
    sampling=Sampling(prompts=4, group=4, max_tokens=4, max_length=40),
)


def _settings(made: Path, **stages: StageSettings) -> TrainSettings:
    named = {name.replace("_", "-"): settings for name, settings in stages.items()}
    return TrainSettings(
        stages=named,
        shape=SHAPE,
        parallel=Parallel(threads=1),
        shards=str(made / "shards"),
        tokenizer=str(made / "assets" / "tokenizer"),
    )


def _rows(job: Job) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (Path(job.out) / "metrics.jsonl").open()]


def test_the_stages_run_one_after_the_other_and_each_starts_where_the_last_ended(
    made: Path, tmp_path: Path
) -> None:
    settings = _settings(
        made, cpt=SUPERVISED, sft=SUPERVISED, preference=SUPERVISED, reasoning_rl=RL
    )
    rows = {}
    for name in settings.order():
        job = stage_job(settings, name, tmp_path)
        done = run_stage(job)
        assert done["status"] == "complete"
        rows[name] = _rows(job)
    assert rows["cpt"][-1]["loss"] < 0.7 * rows["cpt"][0]["loss"]
    # The masked prompt costs nothing: an answer of one digit and a stop is soon known.
    assert rows["sft"][-1]["loss"] < 0.5 * rows["sft"][0]["loss"]
    # DPO starts at its reference, where every pair costs ln 2.
    assert rows["preference"][0]["loss"] == pytest.approx(0.6931, abs=1e-3)
    assert rows["preference"][-1]["won"] > 0.9
    last = rows["reasoning-rl"][-1]
    assert {"reward", "success", "alive", "probe"} <= set(last)
    assert last["probe"] < 1e-3

    import transformers

    hf = tmp_path / "checkpoints" / "reasoning-rl" / "hf"
    model = transformers.AutoModelForCausalLM.from_pretrained(hf)
    tokenizer = transformers.AutoTokenizer.from_pretrained(hf)
    assert model.config.vocab_size >= len(tokenizer)

    again = stage_job(settings, "cpt", tmp_path)
    written = (tmp_path / "checkpoints" / "cpt" / "run.json").stat().st_mtime_ns
    run_stage(again)
    now = (tmp_path / "checkpoints" / "cpt" / "run.json").stat().st_mtime_ns
    assert now == written, "a complete stage is not run again"
    changed = replace(again, settings=replace(SUPERVISED, seed=1))
    with pytest.raises(ForeignRecipe, match=r"settings\.seed"):
        run_stage(changed)


def _start(job: Job) -> subprocess.Popen[bytes]:
    """The stage as its own process, as pipelines/train.py starts it."""
    out = Path(job.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "job.json").write_text(json.dumps(plain(job)))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.getcwd()}
    return subprocess.Popen(
        [sys.executable, "-m", "trainer", str(out / "job.json")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _wait_for_rows(job: Job, count: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    path = Path(job.out) / "metrics.jsonl"
    while not (path.is_file() and len(path.read_text().splitlines()) >= count):
        assert process.poll() is None, process.stderr.read().decode()  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["cpt", "reasoning-rl"])
def test_a_killed_stage_goes_on_to_the_same_bits(made: Path, tmp_path: Path, stage: str) -> None:
    chosen = SUPERVISED if stage == "cpt" else replace(RL, updates=8)
    settings = _settings(made, **{stage.replace("-", "_"): chosen})
    whole = stage_job(settings, settings.order()[0], tmp_path / "whole")
    run_stage(whole)
    job = stage_job(settings, settings.order()[0], tmp_path / "killed")
    for rows in (2, 5):
        process = _start(job)
        _wait_for_rows(job, rows, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    process = _start(job)
    assert process.wait() == 0
    names = ("step", "tokens", "loss", "lr", "grad_norm")
    wanted = [[row[n] for n in names] for row in _rows(whole)]
    assert [[row[n] for n in names] for row in _rows(job)] == wanted
    files = [Path(j.out) / "hf" / "model.safetensors" for j in (whole, job)]
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.slow
def test_a_signal_saves_says_so_and_loses_nothing(made: Path, tmp_path: Path) -> None:
    settings = _settings(made, cpt=replace(SUPERVISED, tokens=2_000_000))
    job = stage_job(settings, "cpt", tmp_path)
    process = _start(job)
    _wait_for_rows(job, 3, process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    status = json.loads((Path(job.out) / "run.json").read_text())
    assert status["status"] == "preempted"
    assert status["updates"] == len(_rows(job))
    assert not (Path(job.out) / "hf").exists()


def test_each_wrong_input_is_one_line(made: Path, tmp_path: Path) -> None:
    settings = _settings(made, cpt=SUPERVISED, sft=SUPERVISED)
    job = stage_job(settings, "cpt", tmp_path)
    with pytest.raises(UserError, match="no shards for cpt"):
        run_stage(replace(job, data=str(tmp_path / "nothing")))
    with pytest.raises(UserError, match="train the stage before"):
        run_stage(stage_job(settings, "sft", tmp_path))
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine")
    with pytest.raises(NotAnArtifact):
        run_stage(replace(job, out=str(foreign)))


def test_an_sft_that_replays_cpt_keeps_what_cpt_taught(made: Path, tmp_path: Path) -> None:
    run_stage(stage_job(_settings(made, cpt=SUPERVISED), "cpt", tmp_path))
    shards = ShardSet.open(made / "shards" / "cpt")
    texts = [Piece(ids=shards.ids(i), loss=shards.weights(i)) for i in range(len(shards))]

    def text_cost(replay: dict[StageName, Share]) -> float:
        """Loss on plain text after an sft."""
        settings = _settings(made, cpt=SUPERVISED, sft=replace(SUPERVISED, replay=replay))
        job = stage_job(settings, "sft", tmp_path)
        job = replace(job, out=str(tmp_path / "checkpoints" / f"sft-{len(replay)}"))
        run_stage(job)
        policy = model.load(Path(job.out) / "hf")
        with torch.no_grad():
            return -float(policy(make_pack([[piece] for piece in texts])).mean())

    assert text_cost({"cpt": Share(weight=1.0)}) < 0.7 * text_cost({})


def test_replays_that_cannot_be_are_refused_before_work(made: Path, tmp_path: Path) -> None:
    for replay in ({"reasoning-rl": Share()}, {"sft": Share()}):
        settings = _settings(made, sft=replace(SUPERVISED, replay=replay))  # type: ignore[arg-type]
        with pytest.raises(UserError, match="it can replay: cpt"):
            stage_job(settings, "sft", tmp_path)
    settings = _settings(made, preference=replace(SUPERVISED, replay={"cpt": Share()}))
    with pytest.raises(UserError, match="it can replay: nothing"):
        stage_job(settings, "preference", tmp_path)


def test_shards_of_another_kind_are_refused_by_the_ranks(made: Path, tmp_path: Path) -> None:
    settings = _settings(made, cpt=SUPERVISED)
    job = replace(stage_job(settings, "cpt", tmp_path), data=str(made / "shards" / "sft"))
    with pytest.raises(UserError, match="reads cpt"):
        run_stage(job)


DRIVER = """
import sys
from pathlib import Path
from pipelines.train import run_stage
from qhdata.recipe import parse
from trainer.settings import Job
import json
try:
    run_stage(parse(Job, json.loads(Path(sys.argv[1]).read_text()), "job"))
except KeyboardInterrupt:
    sys.exit(130)
"""


def _drive(job: Job, folder: Path) -> subprocess.Popen[bytes]:
    """run_stage in a process group of its own, as a terminal has it."""
    folder.mkdir(exist_ok=True)
    (folder / "wanted.json").write_text(json.dumps(plain(job)))
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(folder / "wanted.json")],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@pytest.mark.slow
def test_ctrl_c_in_a_terminal_saves_once_and_shows_no_traceback(made: Path, tmp_path: Path) -> None:
    settings = _settings(made, cpt=replace(SUPERVISED, tokens=2_000_000))
    job = stage_job(settings, "cpt", tmp_path)
    process = _drive(job, tmp_path / "driver")
    _wait_for_rows(job, 3, process)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
    status = json.loads((Path(job.out) / "run.json").read_text())
    assert status["status"] == "preempted"
    assert status["updates"] == len(_rows(job))


@pytest.mark.slow
def test_a_stage_whose_command_was_killed_keeps_its_folder_until_it_has_saved(
    made: Path, tmp_path: Path
) -> None:
    settings = _settings(made, cpt=replace(SUPERVISED, tokens=2_000_000))
    job = stage_job(settings, "cpt", tmp_path)
    process = _drive(job, tmp_path / "driver")
    _wait_for_rows(job, 3, process)
    with pytest.raises(UserError, match="written by another process"):
        run_stage(job)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 60
    while _read_status(job) != "preempted":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    rows = len(_rows(job))
    time.sleep(1.0)
    assert len(_rows(job)) == rows, "it goes on although nobody waits for it"


def _read_status(job: Job) -> str:
    return str(json.loads((Path(job.out) / "run.json").read_text())["status"])


def test_a_run_that_was_moved_is_known_again_and_other_inputs_are_not(
    made: Path, tmp_path: Path
) -> None:
    settings = _settings(made, cpt=replace(SUPERVISED, tokens=300))
    job = stage_job(settings, "cpt", tmp_path / "here")
    done = run_stage(job)
    (tmp_path / "here").rename(tmp_path / "there")
    moved = tmp_path / "moved"
    moved.symlink_to(made)
    settings = _settings(moved, cpt=replace(SUPERVISED, tokens=300))
    again = stage_job(settings, "cpt", tmp_path / "there")
    assert run_stage(again) == done
    with pytest.raises(ForeignRecipe, match=r"inputs\.data"):
        run_stage(replace(again, data=str(made / "shards" / "sft")))


def test_what_nobody_foresaw_is_one_line_and_a_file(made: Path, tmp_path: Path) -> None:
    settings = _settings(made, cpt=replace(SUPERVISED, tokens=300))
    job = stage_job(settings, "cpt", tmp_path)
    (tmp_path / "checkpoints" / "cpt" / "metrics.jsonl").mkdir(parents=True)
    process = _start(job)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 4
    assert b"Traceback" not in said
    assert b"IsADirectoryError" in said
    assert "Traceback" in (Path(job.out) / "traceback-0.txt").read_text()
    error = json.loads((Path(job.out) / "run.json").read_text())["error"]
    assert error["code"] == 4
