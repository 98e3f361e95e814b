"""Every setting of training, importable without torch: shape, ranks, optimizer, stage, job.

A default is a decision; the reason stands under it. A recipe's `train.stages.<stage>` block is a
`StageSettings`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from qhdata.recipe import (
    AtLeastOne,
    NotNegative,
    Positive,
    PositiveOrZero,
    Settings,
    ShareOf,
)
from qhdata.shards.mixture import Share
from trainer.losses.policy import PolicyLoss
from trainer.losses.preference import Preference
from trainer.schedule import Schedule

StageName = Literal["cpt", "sft", "preference", "reasoning-rl", "agentic-rl", "general-rl"]


@dataclass(frozen=True, kw_only=True)
class Shape(Settings):
    """The shape of a fresh model; the defaults train on two CPU cores within minutes (about 0.5 M
    parameters).
    """

    family: Literal["qwen3", "llama"] = "qwen3"
    """Which transformers config is filled in."""
    width: AtLeastOne = 128
    """Hidden size."""
    layers: AtLeastOne = 2
    """Copying from context needs two: one to look back a token, one to match."""
    heads: AtLeastOne = 4
    kv_heads: AtLeastOne = 4
    head_width: AtLeastOne = 32
    feed_forward: AtLeastOne = 384
    context: AtLeastOne = 1024
    """`max_position_embeddings`; pieces longer than a stage's `seq_len` never get here."""
    rope_theta: Positive = 10_000.0
    init_std: Positive = 0.1
    """transformers' 0.02 is made for widths in the thousands: at width 64-128 copying did not
    form with it.
    """
    dtype: Literal["float32", "bfloat16"] = "float32"


@dataclass(frozen=True, kw_only=True)
class Parallel(Settings):
    """How the model is spread over ranks."""

    ranks: AtLeastOne = 1
    """Processes on this machine; above 1 they are started by torchrun."""
    zero: Literal[1, 2, 3] = 1
    """1 splits the optimizer state, 2 also the gradients, 3 also the weights."""
    bucket: AtLeastOne = 1_000_000
    """Elements of a reduce bucket; DeepSpeed's 5e8 would be 2 GB of buffer a rank."""
    timeout: AtLeastOne = 1800
    """Seconds until a collective call that nobody answers ends the run."""
    threads: NotNegative = 0
    """torch threads of a rank on CPU; 0: the cores divided by the ranks of this machine."""


@dataclass(frozen=True, kw_only=True)
class AdamW(Settings):
    """torch.optim.AdamW; the learning rate comes from the schedule."""

    beta1: ShareOf = 0.9
    beta2: ShareOf = 0.95
    """0.95, not 0.999: runs of hundreds of updates never warm up a memory of a thousand."""
    eps: Positive = 1e-8
    weight_decay: PositiveOrZero = 0.0
    """Off: a tiny model sees each token once or twice and has nothing to forget."""
    clip: Positive = 1.0
    """Largest global gradient norm."""


@dataclass(frozen=True, kw_only=True)
class Sampling(Settings):
    """RL only: how rollouts are sampled and grouped."""

    prompts: AtLeastOne = 16
    """Tasks of one update."""
    group: AtLeastOne = 8
    """Rollouts of one task; the baseline is their mean."""
    max_tokens: AtLeastOne = 64
    """Most tokens of one turn."""
    max_length: AtLeastOne = 512
    """Most tokens of a whole rollout, prompt and tool results included; longer ones end as
    TRUNCATED_LENGTH.
    """
    temperature: Positive = 1.0
    """1: the gradient is that of the distribution sampled from; others also divide the trainer's
    logits.
    """
    unscored_share: ShareOf = 0.2
    """More unscored rollouts than this in one update end the run: the harness is broken, not the
    policy.
    """
    probe: Positive = 0.05
    """Largest mean |difference| in nats between sampler and trainer on one sequence, after each
    sync.
    """


@dataclass(frozen=True, kw_only=True)
class StageSettings(Settings):
    """One stage of a recipe."""

    tokens: AtLeastOne = 500_000
    """cpt, sft, preference: tokens to see, over and over the shards where they are fewer."""
    updates: AtLeastOne = 20
    """RL: updates to make."""
    seq_len: AtLeastOne = 256
    """Longest row; whole pieces are packed into rows of this length."""
    tokens_per_update: AtLeastOne = 2048
    """Of all ranks together; RL takes all rollouts of an update."""
    rows_per_pack: AtLeastOne = 8
    """Rows of one forward pass; more is faster until the activations leave the cache."""
    replay: dict[StageName, Share] = field(default_factory=dict)
    """Shards of other stages mixed in, so that what they taught is kept: stage -> share, beside 1
    for the stage's own. cpt and sft take cpt and sft, by tokens read (plain text has three times
    the targets of a conversation, and so weighs more in the loss); an RL stage takes RL, by tasks.
    """
    schedule: Schedule = field(default_factory=Schedule)
    optimizer: AdamW = field(default_factory=AdamW)
    sampling: Sampling = field(default_factory=Sampling)
    policy: PolicyLoss = field(default_factory=PolicyLoss)
    preference: Preference = field(default_factory=Preference)
    save_every: AtLeastOne = 1
    """Updates between checkpoints, and never two within half a second (loop.SAVE_GAP); this is
    what a kill -9 can cost, and large models raise it."""
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Job(Settings):
    """What the ranks of one stage are told, written as job.json into the output folder."""

    stage: StageName
    out: str
    """checkpoints/<stage>"""
    data: str
    """A shards folder of the stage's kind."""
    tokenizer: str
    """Folder with tokenizer.json; copied into hf/."""
    init: str = ""
    """hf/ folder of the stage before, or any transformers model; empty: a fresh model of `shape`.
    """
    replay: dict[StageName, str] = field(default_factory=dict)
    """Shards folders of the stages in `settings.replay`."""
    world: str = ""
    """The world that agentic tasks play in."""
    inputs: dict[str, str] = field(default_factory=dict)
    """Digests of data, replayed data, init and world: a stage is not resumed on others."""
    shape: Shape = field(default_factory=Shape)
    parallel: Parallel = field(default_factory=Parallel)
    settings: StageSettings = field(default_factory=StageSettings)
