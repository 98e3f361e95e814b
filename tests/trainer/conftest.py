from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from trainer.batches import Piece
from trainer.model import Policy, fresh
from trainer.settings import Shape


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def policy() -> Policy:
    shape = Shape(width=32, layers=2, heads=2, kv_heads=1, head_width=16, feed_forward=48)
    return fresh(shape, vocabulary=70, seed=3)


MakePiece = Callable[..., Piece]


def _piece(length: int, seed: int, *, masked: float = 0.0, **columns: float) -> Piece:
    rng = np.random.default_rng(seed)
    loss = np.ones(length, dtype=np.float32)
    loss[rng.random(length) < masked] = 0.0
    values = {name: np.full(length, value, dtype=np.float32) for name, value in columns.items()}
    return Piece(ids=rng.integers(0, 70, length), loss=loss, columns=values)


@pytest.fixture
def piece() -> MakePiece:
    return _piece


@pytest.fixture
def pieces() -> list[Piece]:
    return [_piece(length, seed=length) for length in (1, 2, 7, 13, 5, 40)]
