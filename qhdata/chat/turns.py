"""What goes into a conversation's ids and what is read out of them: spans, replies, the builder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qhdata.chat.tokenizer import Tokenizer
from qhdata.errors import UserError
from qhdata.records import Message, ToolCall


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """Tokens `[start, end)` that one role wrote; the policy's turns are cut further by flag."""

    role: str
    """system, user, assistant, tool."""
    start: int
    end: int
    flags: tuple[str, ...] = ()
    """think, tool_call, final, stop (assistant); observation, error (tool)."""
    weight: float = 0.0
    """How much each of its tokens counts in the loss."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A conversation in ids: `weights[i]` says how much token i counts as a target."""

    ids: tuple[int, ...]
    weights: tuple[float, ...]
    spans: tuple[RoleSpan, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the policy's turn says, read from its ids; made for any ids at all."""

    text: str
    thinking: str | None
    calls: tuple[ToolCall, ...]
    malformed: tuple[str, ...] = ()
    """Reasons, of: no_stop, unclosed_think, unclosed_call, bad_call, too_many_calls,
    stray_special.
    """

    def message(self) -> Message:
        """As a message of a trajectory."""
        return Message(
            role="assistant", content=self.text, thinking=self.thinking, calls=self.calls
        )


@dataclass(slots=True)
class Builder:
    """Ids in the making; a run of plain text is encoded as one, as the model's own tools do."""

    tokenizer: Tokenizer
    ids: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    spans: list[RoleSpan] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _weight: float = 0.0

    def text(self, text: str) -> None:
        """Plain text, joined with what stands before it."""
        self._text.append(text)

    def special(self, name: str) -> None:
        """A special token, by name."""
        self.flush()
        self._add([self.tokenizer.id_of(name)])

    def tokens(self, ids: Sequence[int]) -> None:
        """Ids as they are."""
        self.flush()
        self._add(ids)

    def flush(self) -> int:
        """Encode the text so far; returns how many ids there are."""
        if self._text:
            text, self._text = "".join(self._text), []
            self._add(self.tokenizer.encode(text))
        return len(self.ids)

    def weigh(self, weight: float) -> None:
        """From here on tokens count this much."""
        self.flush()
        self._weight = weight

    def span(self, role: str, start: int, *flags: str) -> int:
        """Close a span that began at `start`; returns its end. Empty spans are left out."""
        end = self.flush()
        if end > start:
            self.spans.append(RoleSpan(role, start, end, flags, self._weight))
        return end

    def _add(self, ids: Sequence[int]) -> None:
        self.ids.extend(ids)
        self.weights.extend([self._weight] * len(ids))

    def done(self) -> Rendered:
        """The ids, frozen."""
        self.flush()
        return Rendered(tuple(self.ids), tuple(self.weights), tuple(self.spans))


Tool = Mapping[str, Any]


def tool_list(tools: str | Sequence[Tool]) -> list[Tool]:
    """Tool schemas as plain dicts {name, description, parameters}, out of JSON or OpenAI's shape.

    Raises UserError for what is not a list of objects with a name.
    """
    try:
        rows = json.loads(tools) if isinstance(tools, str) else list(tools)
        found = [row.get("function", row) for row in rows]
        if all(isinstance(row["name"], str) for row in found):
            return found
    except (ValueError, AttributeError, KeyError, TypeError):
        pass
    raise UserError(what="tools are not a JSON list of schemas with a name", where="chat")


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """A call's arguments as a dict. Raises UserError for what is not a JSON object."""
    try:
        value = json.loads(call.arguments)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise UserError(what="arguments are not a JSON object", where=f"call of {call.name}")
    return value


def runs(messages: Sequence[Message]) -> list[list[Message]]:
    """Consecutive tool messages together, every other message alone."""
    runs: list[list[Message]] = []
    for message in messages:
        if message.role == "tool" and runs and runs[-1][0].role == "tool":
            runs[-1].append(message)
        else:
            runs.append([message])
    return runs
