"""Packs to tensors: shapes stated once, and the shift from tokens to labels done once.

A piece is a document, an example or a rollout: ids, and which of them are targets (`loss[i] = 1`
means that token i is a target; the first token of a piece never is, because nothing predicts it).
A row holds whole pieces one after the other; `positions` start at 0 with each piece, which is
also how the attention keeps pieces apart (see model.py). A pack is some rows of equal length with
everything per target in flat columns:

    ids, positions   [rows, width] int64        padding is id 0 at position 0 of a piece of its own
    at               [targets] int64            flat index into rows * width of the predictor
    label            [targets] int64            the target's id
    weight           [targets] fp32
    columns          name -> [targets] fp32     advantage, logp_sampler, logp_ref, pair, side ...

Only targets are ever projected to the vocabulary, so masked tokens cost no logits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qhdata.errors import Fault

Column = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One sequence with its targets."""

    ids: NDArray[np.int64]
    """[tokens]"""
    loss: NDArray[np.float32]
    """[tokens] weight of each token as a target; 0 is context."""
    columns: Mapping[str, Column] = field(default_factory=dict)
    """name -> [tokens], read where loss is above 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Rows of one forward pass and the targets in them; shapes in the module's first lines."""

    ids: Tensor
    positions: Tensor
    at: Tensor
    label: Tensor
    weight: Tensor
    columns: Mapping[str, Tensor] = field(default_factory=dict)
    pairs: int = 0

    def column(self, name: str) -> Tensor:
        """A column that a loss needs. Raises Fault where the feed did not bring it."""
        if name not in self.columns:
            raise Fault(
                what=f"the loss needs {name!r}, the pack has {sorted(self.columns)}",
                mend="this stage and these shards do not belong together",
            )
        return self.columns[name]

    @property
    def tokens(self) -> int:
        """Tokens that the model reads, padding included."""
        return self.ids.numel()

    def to(self, device: torch.device) -> Pack:
        """The same pack on a device."""
        if device.type == "cpu":
            return self
        return Pack(
            ids=self.ids.to(device),
            positions=self.positions.to(device),
            at=self.at.to(device),
            label=self.label.to(device),
            weight=self.weight.to(device),
            columns={name: column.to(device) for name, column in self.columns.items()},
            pairs=self.pairs,
        )


def make_pack(rows: Sequence[Sequence[Piece]], width: int | None = None) -> Pack:
    """Rows of pieces to one pack; `width` defaults to the longest row.

    Raises Fault for a row longer than `width`: pieces are cut or dropped before, with a count,
    never here.
    """
    lengths = [sum(len(piece.ids) for piece in row) for row in rows]
    width = width or max(lengths, default=1)
    if max(lengths, default=0) > width:
        raise Fault(what=f"a row of {max(lengths)} tokens in a pack of width {width}")
    ids = np.zeros((len(rows), width), dtype=np.int64)
    positions = np.zeros((len(rows), width), dtype=np.int64)
    at: list[NDArray[np.int64]] = []
    label: list[NDArray[np.int64]] = []
    weight: list[Column] = []
    columns: dict[str, list[Column]] = {}
    names = sorted({name for row in rows for piece in row for name in piece.columns})
    for r, row in enumerate(rows):
        start = 0
        for piece in row:
            n = len(piece.ids)
            ids[r, start : start + n] = piece.ids
            positions[r, start : start + n] = np.arange(n)
            targets = np.flatnonzero(piece.loss[1:] > 0) + 1  # token 0 of a piece has no predictor
            at.append(r * width + start + targets - 1)
            label.append(piece.ids[targets].astype(np.int64))
            weight.append(piece.loss[targets].astype(np.float32))
            for name in names:
                values = piece.columns.get(name)
                columns.setdefault(name, []).append(
                    np.zeros(len(targets), dtype=np.float32)
                    if values is None
                    else values[targets].astype(np.float32)
                )
            start += n
        # Padding is one more piece: position 0 again and again, each token alone.
    return Pack(
        ids=torch.from_numpy(ids),
        positions=torch.from_numpy(positions),
        at=torch.from_numpy(_joined(at, np.int64)),
        label=torch.from_numpy(_joined(label, np.int64)),
        weight=torch.from_numpy(_joined(weight, np.float32)),
        columns={
            name: torch.from_numpy(_joined(parts, np.float32)) for name, parts in columns.items()
        },
    )


def empty_pack(like: Pack | None = None) -> Pack:
    """A pack of one token and no target: what a rank runs when others have one pack more."""
    names = sorted(like.columns) if like is not None else []
    return Pack(
        ids=torch.zeros((1, 2), dtype=torch.int64),
        positions=torch.tensor([[0, 1]]),
        at=torch.zeros(0, dtype=torch.int64),
        label=torch.zeros(0, dtype=torch.int64),
        weight=torch.zeros(0),
        columns={name: torch.zeros(0) for name in names},
    )


def rows_of(pieces: Iterable[Piece], width: int) -> list[list[Piece]]:
    """Whole pieces into rows of at most `width` tokens, best fit first, in a deterministic order.

    Pieces are placed from the longest down, each into the fullest row that still takes it. Raises
    Fault for a piece that is longer than a row.
    """
    rows: list[list[Piece]] = []
    room: list[int] = []
    for piece in sorted(pieces, key=lambda p: -len(p.ids)):
        n = len(piece.ids)
        if n > width:
            raise Fault(what=f"a piece of {n} tokens for rows of {width}")
        fits = [i for i, left in enumerate(room) if left >= n]
        if fits:
            best = min(fits, key=lambda i: room[i])
            rows[best].append(piece)
            room[best] -= n
        else:
            rows.append([piece])
            room.append(width - n)
    return rows


def packs_of(rows: Sequence[Sequence[Piece]], rows_per_pack: int) -> list[Pack]:
    """Rows to packs of at most `rows_per_pack`; rows of like length go together, so little is
    padding.
    """
    ordered = sorted(rows, key=lambda row: -sum(len(piece.ids) for piece in row))
    return [
        make_pack(ordered[i : i + rows_per_pack]) for i in range(0, len(ordered), rows_per_pack)
    ]


def _joined(parts: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)
