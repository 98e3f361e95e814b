"""Tokens a second of a tiny model on a CPU: our sampler beside transformers' own `generate`.

    OMP_NUM_THREADS=1 python benchmarks/sampling.py [--batch 128] [--prompt 100] [--new 40]

A random Qwen3 of 0.45 M weights, one thread, prompts of one length (so that `generate` needs no
padding), temperature 1, the same number of new tokens for both, groups of `--group` samples of one
prompt as reinforcement learning asks for. Rates are per second of this process's CPU, so that a
busy machine does not count; the two take turns, the ratio is of medians. The peer samples with
`do_sample`, `num_return_sequences` and its default dynamic cache.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import time
from datetime import date
from pathlib import Path
from statistics import median

import torch
import transformers

from qhdata.sampling import Request
from qhdata.sampling.hf import HfSampler


def model() -> transformers.PreTrainedModel:
    torch.manual_seed(0)
    config = transformers.Qwen3Config(
        vocab_size=1024, hidden_size=96, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=4, head_dim=32, intermediate_size=288, tie_word_embeddings=True,
        initializer_range=0.1,
    )  # fmt: skip
    return transformers.Qwen3ForCausalLM(config).eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--prompt", type=int, default=100)
    parser.add_argument("--new", type=int, default=40)
    parser.add_argument("--group", type=int, default=8)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    given = parser.parse_args()
    torch.set_num_threads(1)
    made = model()
    prompts = torch.randint(0, 1024, (given.batch // given.group, given.prompt))
    requests = [
        Request(ids=tuple(row), n=given.group, max_tokens=given.new, seed=n)
        for n, row in enumerate(prompts.tolist())
    ]
    sampler = HfSampler(made)
    ours, peer = [], []
    for turn in range(given.pairs + 1):
        began = time.process_time()
        count = sum(len(c.ids) for c in sampler.generate(requests))
        middle = time.process_time()
        with torch.inference_mode():
            found = made.generate(
                prompts, attention_mask=torch.ones_like(prompts), do_sample=True, top_k=0,
                num_return_sequences=given.group,
                max_new_tokens=given.new, eos_token_id=None, pad_token_id=0,
            )  # fmt: skip
        end = time.process_time()
        assert count == found[:, given.prompt :].numel()
        if turn:  # the first of each warms up
            ours.append(round(count / (middle - began), 1))
            peer.append(round(count / (end - middle), 1))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    result = {
        "what": "sampling from a 0.45 M Qwen3 on one thread, tokens a CPU second",
        "command": f"python benchmarks/sampling.py --batch {given.batch} --prompt {given.prompt} "
        f"--new {given.new} --group {given.group}",
        "date": date.today().isoformat(),
        "commit": commit,
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, torch {torch.__version__}",
        "ours_tok_s": ours,
        "peer": f"transformers {transformers.__version__} generate",
        "peer_tok_s": peer,
        "ratio_median": round(median(ours) / median(peer), 2),
    }
    given.out.mkdir(parents=True, exist_ok=True)
    name = f"{date.today().isoformat()}-sampling.json"
    (given.out / name).write_text(json.dumps(result, indent=1) + "\n")
    print(f"ours {median(ours):,.0f} tok/s, peer {median(peer):,.0f}, {result['ratio_median']}x")


if __name__ == "__main__":
    main()
