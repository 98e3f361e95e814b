"""Message, Example and Pair: what supervised and preference training read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qhdata.records.base import JsonText, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One call: arguments are a JSON object here (one string column: Arrow corrupts nested
    dicts).
    """

    call_id: str
    name: str
    arguments: JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    thinking: str | None = None
    """Assistant only: the reasoning before the content."""
    calls: tuple[ToolCall, ...] = ()
    """Assistant only."""
    call_id: str | None = None
    """Tool only: the call that this answers."""
    error: bool = False
    """Tool only: the result is an error."""
    weight: float = 1.0
    """Assistant only: how much its tokens count in the loss; 0 masks a mistaken turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One row of supervised training."""

    example_id: str
    group_id: str
    """Rows that must stay together in order and split: `problem_id` of a task, the document of a
    passage.
    """
    family: str
    """knowledge, instruct, reasoning, agentic, general."""
    label: str
    """scene.skill, such as `statement.lookup`."""
    lang: str
    messages: tuple[Message, ...]
    tools: JsonText
    """JSON list of tool schemas; `[]` for none."""
    split: Literal["train", "dev", "test"]
    public_at: str | None
    generator: str
    """name@version."""
    seed: int
    filer_id: str
    license: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One row of preference training: two answers to the same messages."""

    pair_id: str
    group_id: str
    messages: tuple[Message, ...]
    tools: JsonText
    chosen: tuple[Message, ...]
    rejected: tuple[Message, ...]
    reason: str
    """Why the rejected answer is wrong: a reason code of the judge."""
    split: Literal["train", "dev", "test"]
    public_at: str | None
    generator: str
    seed: int
    filer_id: str
    license: str
    sources: tuple[Source, ...]
