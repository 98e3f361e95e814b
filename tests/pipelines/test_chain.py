"""Parts of the chain that a small universe does not reach."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.chain import Chain, RunRecipe
from pipelines.run import run
from pipelines.train import TrainSettings
from qhdata.chat import Tokenizer
from qhdata.errors import UserError
from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer
from qhdata.universe import invent

RECIPES = Path(__file__).parents[2] / "pipelines" / "recipes"
DEMO, FILINGS = RECIPES / "demo.yaml", RECIPES / "filings.yaml"


@pytest.mark.parametrize("given", ["model", "model/tokenizer.json", "model/other.json"])
def test_a_tokenizer_of_ones_own_comes_without_what_lies_beside_it(
    tmp_path: Path, given: str
) -> None:
    made = train_tokenizer(["revenue was 47"] * 9, tmp_path / "model", VocabularySettings(size=320))
    (tmp_path / "model" / "model.safetensors").write_bytes(b"gigabytes")
    (tmp_path / "model" / "other.json").write_bytes(
        (tmp_path / "model" / "tokenizer.json").read_bytes()
    )
    recipe = RunRecipe(train=TrainSettings(stages={}), tokenizer_path=str(tmp_path / given))
    folder = Chain(recipe=recipe, out=tmp_path / "run").tokenizer()
    assert Tokenizer.load(folder).digest == made.digest
    assert not (folder / "model.safetensors").exists()
    assert not list(folder.parent.glob("_*"))


def test_an_output_inside_a_source_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="lies inside the source"):
        run(DEMO, out=tmp_path / "out", source=(tmp_path,))
    assert not list(tmp_path.iterdir())


def test_a_wrong_corpus_block_is_refused_before_a_universe_is_invented(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="leave nothing to train on"):
        run(DEMO, out=tmp_path / "out", overrides=("corpus.splits.test=1.5",))
    assert not list(tmp_path.iterdir())


def test_filings_of_one_filer_end_in_one_line_before_any_training(tmp_path: Path) -> None:
    invent(tmp_path / "universe", filers=3, seed=3, years=2)
    source = sorted((tmp_path / "universe" / "filings" / "edgar").iterdir())[0]
    out = tmp_path / "out"
    small = tuple(f"synth.{k}.train=20" for k in ("knowledge", "instruct", "reasoning", "general"))
    with pytest.raises(UserError, match=r"cannot be measured: 0 of 1 filers are in it"):
        run(FILINGS, out=out, source=(source,), overrides=small)
    assert not (out / "checkpoints").exists()


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("train.stages.sft.replay.reasoning-rl.weight=1", "cannot replay reasoning-rl"),
        ("train.stages.sft.replay.cpt.weight=0", "a share of 0 replays nothing"),
        ("train.stages.sft.replay.cpt.weight=.nan", "finite number"),
        ("train.stages.cpt.tokens=0", "greater than or equal to 1"),
        ("train.stages.cpt.schedule.lr=-1", "greater than 0"),
        ("train.stages.reasoning-rl.sampling.prompts=0", "greater than or equal to 1"),
        ("train.shape.kv_heads=3", "heads is a multiple of kv_heads"),
        ("train.init=/nope", "no model here"),
        ("train.parallel.ranks=0", "greater than or equal to 1"),
        ("evaluate.tasks=0", "greater than or equal to 1"),
        ("evaluate.split=train", "'dev' or 'test'"),
        ("universe.filers=1", "greater than or equal to 3"),
        ("synth.generators=[nope]", "unknown generator 'nope'"),
        ("synth.agentic.generators=[nope]", "no generator 'nope'"),
        ("tokenizer_path=/nope", "/nope"),
        ("shards.as_of=2024-6-1", "is no moment"),
    ],
)
@pytest.mark.parametrize("plan", [True, False])
def test_what_cannot_be_is_refused_before_work_and_binds_no_folder(
    tmp_path: Path, override: str, words: str, plan: bool
) -> None:
    with pytest.raises(UserError, match=re.escape(words)):
        run(DEMO, out=tmp_path / "out", overrides=(override,), plan=plan)
    assert not list(tmp_path.iterdir())
