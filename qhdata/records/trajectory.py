"""Trajectory: an episode written down."""

from __future__ import annotations

from dataclasses import dataclass

from qhdata.records.base import JsonText
from qhdata.records.example import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """One play of one task in messages."""

    trajectory_id: str
    task_id: str
    policy: str
    """Who played: `expert@1`, a checkpoint's digest, `human`."""
    seed: int
    messages: tuple[Message, ...]
    tools: JsonText
    status: str
    """COMPLETED, TRUNCATED_TURNS, ERROR_TOOL ..."""
    score: JsonText
    """{"total": number or null, "parts": {name: number or null}, "reason": code}."""
    world_digest: str
    overlay_digest: str
