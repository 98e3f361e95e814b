"""Piece: the tokens of one document, slice, conversation or prompt, and its row in Parquet.

A mask is aligned with the token itself: `targets[i] = 1` says that token i is to be predicted (from
what stands before it). The first token of a piece is therefore never a target; the trainer shifts,
nobody else does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from qhdata.records import JsonText

Kind = Literal["cpt", "sft", "preference", "prompts", "rollouts"]
KINDS: tuple[Kind, ...] = ("cpt", "sft", "preference", "prompts", "rollouts")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRow:
    """Tokens `[start, end)` of a piece that one role wrote."""

    role: str
    start: int
    end: int
    flags: tuple[str, ...]
    """think, tool_call, final, stop, observation, error; section, table."""
    weight: float
    """How much each target in it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceRow:
    """What is known about a piece beside its tokens."""

    example_id: str
    group_id: str
    """The unit of order, packing and state: pieces of a group are always in one update."""
    group_size: int
    member: int
    """0 to group_size - 1, in the order of the shard."""
    split: str
    public_at: str | None
    filer_id: str
    source: str
    """Where it comes from: a corpus's source label, a family, a generator."""
    lang: str
    license: str
    weight: float
    """Of the whole piece in the loss."""
    tokens: int
    targets: int
    bytes: int
    """UTF-8 bytes of the targets, special tokens counted 0: the denominator of bits per byte."""
    spans: tuple[SpanRow, ...]
    role: str
    """`chosen` or `rejected` in a pair, else empty."""
    doc_id: str
    """Plain documents: the document, and the characters of its rendered text."""
    start: int
    end: int
    continued: bool
    """The piece is not the document's first slice."""
    payload: JsonText
    """Prompts: the Task as JSON; rollouts: the Trajectory where it was kept; else empty."""
    sources: JsonText
    """Provenance: list of Source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutRow(PieceRow):
    """A piece that a policy sampled."""

    task_id: str
    status: str
    reward: float | None
    """None: unscored, left out of baseline and loss."""
    parts: JsonText
    """{name: number or null}: the named parts of the score."""
    advantage: float
    version: int
    """Oldest version of the policy that sampled a token of it."""
    versions: JsonText
    """[[start, end, version], ...] by turn."""
    sampling: JsonText
    """Temperature, seed, limits."""
    judge: str
    """Version of what scored it."""
    world_digest: str
    overlay_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Tokens with their row; `targets` None means all but the first."""

    ids: np.ndarray
    """uint32 [tokens]"""
    targets: np.ndarray | None = None
    """uint8 [tokens]"""
    logp: np.ndarray | None = None
    """float32 [tokens], the sampler's; 0 where nothing was sampled."""
    row: PieceRow

    def sort_key(self) -> tuple[str, int]:
        """Within a group."""
        return self.row.example_id, self.row.member


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardFile:
    """One numbered file of a shard set: name, sizes and checksums."""

    name: str
    pieces: int
    tokens: int
    targets: int
    sha256: dict[str, str] = field(default_factory=dict)
    """By suffix: ds, ds.index, ds.loss, ds.logp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetInfo:
    """dataset.json: what the tokens are, and what a trainer has to match."""

    format: int
    kind: Kind
    dtype: Literal["uint16", "uint32"]
    tokenizer: str
    """Digest over vocabulary, merges, added tokens, normaliser and pre-tokeniser."""
    vocabulary: int
    family: str
    """Chat family; empty for plain documents."""
    template: str
    """Digest of template and chat settings; empty for plain documents."""
    context: int
    """Longest piece, in tokens, that was let in."""
    bos: bool
    """Pieces begin with a beginning token."""
    eos: bool
    """The last slice of a document ends with `eos_id`, a conversation with its stop token."""
    eos_id: int | None
    files: tuple[ShardFile, ...]
    pieces: int
    groups: int
    tokens: int
    targets: int
    bytes: int
    splits: dict[str, int]
    """Pieces by split."""
    sources: dict[str, int]
    """Tokens by source."""
    licenses: dict[str, int]
    """Pieces by licence."""
    seed: int
    """Of the order in which groups were written."""
