"""Verdict: what the judge says of an answer. Score: what an episode earned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Correct, wrong or unscored, always with a reason code."""

    outcome: Literal["correct", "wrong", "unscored"]
    reason: str
    """`match`, or why not: `no_answer`, `scale_error`, `sign_error`, `multiple_answers` ..."""
    parsed: str | None
    """What was read from the answer, canonical; None when nothing could be."""
    judge: str
    """judge@version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One named part of a score; `value` is None when it could not be scored."""

    name: str
    value: float | None
    low: float = 0.0
    high: float = 1.0
    weight: float = 1.0
    gate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Named parts and the one number that training uses; None: unscored."""

    total: float | None
    parts: tuple[Part, ...]
    reason: str
