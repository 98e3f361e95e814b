"""What is exported for TRL trains in TRL: a step of SFT, DPO and GRPO with a tiny random model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import datasets
import pytest

from pipelines.synth import run_kind
from pipelines.synth_export import export
from qhdata.artifact import Artifact
from qhdata.export.training import compute_score
from qhdata.synth.settings import Limits, SynthSettings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def synth(corpus: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    settings = SynthSettings(reasoning=Limits(train=24, dev=5, test=5))
    return run_kind("reasoning", corpus, tmp_path_factory.mktemp("set") / "s", settings, 0)


@pytest.fixture(scope="module")
def model(synth: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer
    from trainer.model import fresh
    from trainer.settings import Shape

    folder = tmp_path_factory.mktemp("model") / "hf"
    prompts = [m["content"] for r in synth.table("tasks").to_pylist() for m in r["messages"]]
    tokenizer = train_tokenizer(prompts, folder, VocabularySettings(size=512, family="qwen3"))
    shape = Shape(width=32, layers=1, heads=2, kv_heads=1, head_width=16, feed_forward=48)
    ends = {"eos_token_id": tokenizer.eos, "pad_token_id": 0}
    fresh(shape, vocabulary=512, seed=1, special=ends).lm.save_pretrained(folder)
    return folder


def exported(synth: Artifact, out: Path, name: str) -> Any:
    export(synth.path, out=out / name, format=name, splits="train")  # type: ignore[arg-type]
    return datasets.load_dataset(
        str(out / name), cache_dir=str(out / "cache"), split="train"
    ).select(range(4))


def options(out: Path, **more: Any) -> dict[str, Any]:
    return {
        "output_dir": str(out / "trl"), "max_steps": 1, "per_device_train_batch_size": 2,
        "report_to": [], "use_cpu": True, "save_strategy": "no", "bf16": False, **more,
    }  # fmt: skip


def test_sft(synth: Artifact, model: Path, tmp_path: Path) -> None:
    from trl import SFTConfig, SFTTrainer

    for name in ("messages", "trl-completion"):
        rows = exported(synth, tmp_path, name)
        trainer = SFTTrainer(
            model=str(model), args=SFTConfig(**options(tmp_path)), train_dataset=rows
        )
        assert trainer.train().training_loss > 0


def test_dpo(synth: Artifact, model: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer
    from trl import DPOConfig, DPOTrainer

    rows = exported(synth, tmp_path, "trl-preference")
    trainer = DPOTrainer(
        model=str(model), args=DPOConfig(**options(tmp_path)), train_dataset=rows,
        processing_class=AutoTokenizer.from_pretrained(model),
    )  # fmt: skip
    assert trainer.train().training_loss > 0


def test_grpo_with_our_judge(synth: Artifact, model: Path, tmp_path: Path) -> None:
    from trl import GRPOConfig, GRPOTrainer

    asked: list[str] = []

    def reward(completions: list[Any], gold: list[str], **_: Any) -> list[float]:
        asked.extend(gold)
        said = [c[-1]["content"] if isinstance(c, list) else c for c in completions]
        return [compute_score("", s, g)["score"] for s, g in zip(said, gold, strict=True)]

    rows = exported(synth, tmp_path, "trl-prompt")
    args = GRPOConfig(**options(tmp_path, num_generations=2, max_completion_length=8))
    trainer = GRPOTrainer(model=str(model), args=args, train_dataset=rows, reward_funcs=reward)
    trainer.train()
    assert asked
    assert all("kind" in json.loads(gold) for gold in asked)
