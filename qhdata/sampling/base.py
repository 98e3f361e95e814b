"""The contract of a sampler: Request, Completion, Sampler; and the counter that makes chance.

Chance is a function, not a stream: the number that picks a token is a hash of (seed, member,
position). Batch order, batch size, the number of ranks and a resume cannot change what is sampled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

Weights: TypeAlias = Path | Mapping[str, Any]
"""A folder (a saved model, or an adapter), or tensors by name: one message, not one a parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One prompt, and how to go on from it."""

    ids: tuple[int, ...]
    n: int = 1
    """Samples of this prompt; they are the members 0..n-1 of its group."""
    max_tokens: int
    temperature: float = 1.0
    """0 takes the likeliest token; log-probabilities are then those at temperature 1."""
    seed: int = 0
    stop_ids: tuple[int, ...] = ()
    """Tokens that end the sample; the one met is its last id."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What was sampled."""

    ids: tuple[int, ...]
    logp: tuple[float, ...]
    """Of the sampled tokens, from the full vocabulary at the request's temperature."""
    stop: Literal["eos", "length", "abort"]
    version: int
    """Of the policy that sampled them."""


class Sampler(Protocol):
    """hf, server or scripted."""

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        """Completions in the order of requests, the members of one request together."""

    def load(self, version: int, weights: Weights) -> None:
        """Take other weights; completions from here on carry `version`."""

    def logp(self, ids: Sequence[int]) -> list[float]:
        """ln p(ids[i] | ids[:i]) at temperature 1 for i = 1.., so one fewer than ids: the probe
        that shows whether sampler and trainer hold the same weights.
        """

    def close(self) -> None:
        """Give back what it holds."""


_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_STEPS = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xD1B54A32D192ED03),
    np.uint64(0x8CB92BA72F3D8DD7),
)


def uniform(seed: np.ndarray, member: np.ndarray, position: np.ndarray) -> np.ndarray:
    """float64 in [0, 1), one for each (seed, member, position); all int64 or uint64 arrays.

    Three rounds of splitmix64 (Steele, Lea, Flood 2014), one for each counter.
    """
    state = np.zeros(np.broadcast(seed, member, position).shape, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for value, step in zip((seed, member, position), _STEPS, strict=True):
            state = _mix(state ^ _mix(value.astype(np.uint64) * _MIX[0] + step))
    return (state >> np.uint64(11)).astype(np.float64) * (1.0 / (1 << 53))


def _mix(z: np.ndarray) -> np.ndarray:
    z = (z ^ (z >> np.uint64(30))) * _MIX[0]
    z = (z ^ (z >> np.uint64(27))) * _MIX[1]
    return np.asarray(z ^ (z >> np.uint64(31)))
