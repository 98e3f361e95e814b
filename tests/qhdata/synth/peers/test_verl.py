"""verl's own dataset reads an export, and its reward manager scores with our function."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from omegaconf import OmegaConf
from tensordict import TensorDict
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast
from verl import DataProto
from verl.trainer.ppo.reward import get_custom_reward_fn
from verl.utils.dataset.rl_dataset import RLHFDataset, collate_fn
from verl.workers.reward_manager.naive import NaiveRewardManager

from pipelines.synth import run_kind
from pipelines.synth_export import export
from qhdata.artifact import Artifact
from qhdata.records import Example, from_batch
from qhdata.synth.settings import Limits, SynthSettings

TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant>"


@pytest.fixture(scope="module")
def synth(corpus: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    settings = SynthSettings(reasoning=Limits(train=30, dev=5, test=5))
    return run_kind("reasoning", corpus, tmp_path_factory.mktemp("set") / "s", settings, 0)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """Bytes as tokens: every text comes back as it was."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    bare = Tokenizer(models.BPE(vocab={c: n for n, c in enumerate(["<pad>", *letters])}, merges=[]))
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bare.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=bare, pad_token="<pad>")
    made.chat_template = TEMPLATE
    return made


def padded(ids: list[list[int]], left: bool) -> tuple[torch.Tensor, torch.Tensor]:
    most = max(map(len, ids))
    rows, masks = [], []
    for one in ids:
        gap = [0] * (most - len(one))
        rows.append(gap + one if left else one + gap)
        masks.append(gap + [1] * len(one) if left else [1] * len(one) + gap)
    return torch.tensor(rows), torch.tensor(masks)


def test_verls_dataset_reads_every_row_and_its_manager_scores_with_our_function(
    synth: Artifact, tokenizer: Any, tmp_path: Path
) -> None:
    export(synth.path, out=tmp_path / "out", format="verl", splits="train")
    config = OmegaConf.create(
        {"cache_dir": str(tmp_path / "cache"), "max_prompt_length": 8192, "return_raw_chat": True}
    )
    dataset = RLHFDataset([str(tmp_path / "out" / "train.parquet")], tokenizer, config)
    assert len(dataset) == sum(
        row.split == "train"
        for _, batch in synth.batches("examples")
        for row in from_batch(Example, batch)
    )

    examples = {
        row.group_id: row.messages[-1].content
        for _, batch in synth.batches("examples")
        for row in from_batch(Example, batch)
    }
    some = [dataset[n] for n in range(6)]
    batch = collate_fn(some)
    said = [tokenizer.apply_chat_template(list(one["raw_prompt"]), tokenize=False) for one in some]
    own = [examples[one["extra_info"]["group_id"]] for one in some]
    answers = [own[0], own[1], "\\boxed{123456789.5}", own[3], "I cannot say.", own[5]]
    prompts, before = padded([tokenizer.encode(text) for text in said], left=True)
    responses, after = padded([tokenizer.encode(text) for text in answers], left=False)
    data = DataProto(
        batch=TensorDict(
            {
                "prompts": prompts,
                "responses": responses,
                "attention_mask": torch.cat([before, after], dim=1),
            },
            batch_size=len(some),
        ),
        non_tensor_batch={k: v for k, v in batch.items() if not isinstance(v, torch.Tensor)},
    )
    reward = {"path": "pkg://qhdata.export.training", "name": "compute_score"}
    score = get_custom_reward_fn(OmegaConf.create({"reward": {"custom_reward_function": reward}}))
    found = NaiveRewardManager(tokenizer, 0, compute_score=score)(data, return_dict=True)
    assert found["reward_tensor"].sum(dim=1).tolist() == [1.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    assert found["reward_extra_info"]["reason"][2] == "out_of_tolerance"
