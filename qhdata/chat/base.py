"""What every renderer shares: Rendered, Reply, the settings, and render = prompt + turns.

A conversation is built from the same four pieces whether it comes from a data set or is sampled
turn by turn: opening, messages of others, generation prompt, the policy's own turn (up to and
including its stop token). `render` and `observe` call the same functions, so the ids and mask of a
supervised example equal those that a rollout builds from the same turns; a test holds every
family to it. Ids that a sampler gave are never turned into text and back.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from qhdata.chat.arguments import MAX_CHARS, NAME, Malformed
from qhdata.chat.tokenizer import Tokenizer
from qhdata.chat.turns import Builder, Rendered, Reply, RoleSpan, Tool, runs, tool_list
from qhdata.errors import UserError
from qhdata.recipe import Settings
from qhdata.recipe import digest as settings_digest
from qhdata.records import Message, ToolCall, json_text

MAX_CALLS = 16
"""Calls of one turn that are read; more is malformed."""


@dataclass(frozen=True, kw_only=True)
class ChatSettings(Settings):
    """What changes the ids of a conversation."""

    history: Literal["keep", "strip"] = "keep"
    """Thinking of turns before the last user message: kept (the prefix of a conversation never
    changes), or stripped as reasoning models' own templates do. With `strip` such turns are not
    trained, and a second user message needs a conversation of its own.
    """
    observation_tokens: int = 2048
    """Longest tool result, in tokens; the rest is cut with a visible marker."""


CUT = " [cut]"
"""What stands where a long tool result was cut."""


class Renderer(ABC):
    """Messages to ids and back, for one model family."""

    family: ClassVar[str]
    settings_class: ClassVar[type[ChatSettings]] = ChatSettings
    template: ClassVar[str]
    """Jinja chat template that renders the same text, for other people's tools."""
    stop: ClassVar[str]
    """Special token that ends the policy's turn."""
    specials: ClassVar[tuple[str, ...]]
    """Special tokens that the family needs."""
    after: ClassVar[str] = ""
    """Text between the policy's stop token and the next header."""

    def __init__(self, tokenizer: Tokenizer, settings: ChatSettings) -> None:
        self.tokenizer = tokenizer
        self.settings = settings
        for name in self.specials:
            tokenizer.id_of(name)
        self.stop_ids: tuple[int, ...] = (tokenizer.id_of(self.stop),)

    @property
    def digest(self) -> str:
        """sha256 over the template and the settings: kept in shards, checked by the trainer."""
        return settings_digest(
            {
                "family": self.family,
                "template": self.template,
                "settings": json.loads(json.dumps(_plain(self.settings))),
            },
            length=64,
        )

    # ------------------------------------------------------------ what a family writes

    @abstractmethod
    def _open(
        self, b: Builder, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> Sequence[Message]:
        """Write the opening (system message, tools); returns the messages that are left."""

    @abstractmethod
    def _others(self, b: Builder, run: Sequence[Message]) -> None:
        """Write a run of messages of one role that is not the policy's."""

    @abstractmethod
    def _header(self, b: Builder) -> None:
        """Write the generation prompt."""

    @abstractmethod
    def _turn(self, b: Builder, message: Message) -> None:
        """Write the policy's turn with its stop token."""

    @abstractmethod
    def _call(self, text: str) -> tuple[str, dict[str, Any]]:
        """Name and arguments of the text between the call tokens. Raises Malformed."""

    # ------------------------------------------------------------ what people call

    def render(self, messages: Sequence[Message], tools: str | Sequence[Tool] = "[]") -> Rendered:
        """A whole conversation. Where the last message is the policy's it ends with the stop
        token, which is a target; tokens of other roles have weight 0.
        """
        b = self._prefix(messages, tools)
        return b.done()

    def prompt(self, messages: Sequence[Message], tools: str | Sequence[Tool] = "[]") -> Rendered:
        """A conversation up to where the policy speaks: `render` and the generation prompt."""
        b = self._prefix(messages, tools)
        if messages and messages[-1].role == "assistant":
            b.text(self.after)
        self._header(b)
        return b.done()

    def turn(self, message: Message) -> tuple[int, ...]:
        """Ids that a policy emits to say this message, stop token included (for scripted
        samplers and experts).
        """
        b = Builder(self.tokenizer)
        self._turn(b, message)
        return b.done().ids

    def cut(self, ids: Sequence[int], start: int, weight: float) -> list[RoleSpan]:
        """Spans of the policy's turn: think, tool_call, stop, and the text between, which is
        `final` in a turn without calls. The same for rendered and for sampled ids.
        """
        special = self.tokenizer.special
        closing = {
            special["<think>"]: (special["</think>"], "think"),
            special["<tool_call>"]: (special["</tool_call>"], "tool_call"),
        }
        stop = special[self.stop]
        text = () if special["<tool_call>"] in ids else ("final",)
        found: list[RoleSpan] = []
        flags: tuple[str, ...] = text
        at, until = 0, -1

        def close(end: int) -> None:
            if end > at:
                found.append(RoleSpan("assistant", start + at, start + end, flags, weight))

        for i, token in enumerate(ids):
            if until >= 0:
                if token == until:
                    close(i + 1)
                    at, until, flags = i + 1, -1, text
            elif token == stop:
                close(i)
                at, flags = i, ("stop",)
                close(i + 1)
                at, flags = i + 1, text
            elif token in closing:
                close(i)
                at = i
                until, flag = closing[token]
                flags = (flag,)
        close(len(ids))
        return found

    def observe(
        self, calls: Sequence[ToolCall], results: Sequence[Message]
    ) -> tuple[tuple[int, ...], tuple[RoleSpan, ...]]:
        """What follows the policy's turn: results and the next generation prompt, ids only.

        The turn's own ids stay as they were sampled. Returns ids and their spans, counted from
        the first id of the suffix; none of them is a target. Raises UserError where the results
        would change what stands before them (history: strip, and a user message).
        """
        if self.settings.history == "strip" and any(m.role == "user" for m in results):
            raise UserError(
                what="a second user message changes what stands before it",
                where=f"chat.{self.family}: history: strip",
                mend="use history: keep, or begin a new conversation",
            )
        b = Builder(self.tokenizer)
        b.text(self.after)
        for run in runs(results):
            self._others(b, run)
        self._header(b)
        done = b.done()
        return done.ids, done.spans

    def parse(self, ids: Sequence[int]) -> Reply:
        """Read the policy's turn. Never raises; time is linear in the ids."""
        special = self.tokenizer.special
        stop = special[self.stop]
        body, malformed = list(ids), []
        if stop in body:
            body = body[: body.index(stop)]
        else:
            malformed.append("no_stop")
        thinking, body = self._thinking(body, malformed)
        text: list[int] = []
        calls: list[ToolCall] = []
        opening, closing = special["<tool_call>"], special["</tool_call>"]
        known = set(special.values())
        i = 0
        while i < len(body):
            if body[i] != opening:
                if body[i] in known:
                    malformed.append("stray_special")
                else:
                    text.append(body[i])
                i += 1
                continue
            end = next((k for k in range(i + 1, len(body)) if body[k] in (opening, closing)), -1)
            if end < 0 or body[end] == opening:
                malformed.append("unclosed_call")
                i = len(body) if end < 0 else end
                continue
            if len(calls) >= MAX_CALLS:
                malformed.append("too_many_calls")
                break
            self._read_call(body[i + 1 : end], calls, malformed)
            i = end + 1
        said = self._trim(self.tokenizer.decode(text), bool(calls), thinking is not None)
        return Reply(said, thinking, tuple(calls), tuple(dict.fromkeys(malformed)))

    # ------------------------------------------------------------ helpers

    def _prefix(self, messages: Sequence[Message], tools: str | Sequence[Tool]) -> Builder:
        b = Builder(self.tokenizer)
        rest = self._open(b, self._history(messages), tool_list(tools))
        spoke = False
        for run in runs(rest):
            if spoke:
                b.text(self.after)
            if run[0].role == "assistant":
                self._header(b)
                b.weigh(run[0].weight)
                start = b.flush()
                self._turn(b, run[0])
                b.flush()
                b.spans.extend(self.cut(b.ids[start:], start, run[0].weight))
                b.weigh(0.0)
            else:
                self._others(b, run)
            spoke = run[0].role == "assistant"
        return b

    def _history(self, messages: Sequence[Message]) -> Sequence[Message]:
        if self.settings.history == "keep":
            return messages
        last = max((i for i, m in enumerate(messages) if m.role == "user"), default=0)
        return [
            replace(m, thinking=None, weight=0.0) if i < last and m.thinking is not None else m
            for i, m in enumerate(messages)
        ]

    def _thinking(self, body: list[int], malformed: list[str]) -> tuple[str | None, list[int]]:
        special = self.tokenizer.special
        if not body or body[0] != special["<think>"]:
            return None, body
        closing = special["</think>"]
        if closing not in body:
            malformed.append("unclosed_think")
            return self._unframed(self.tokenizer.decode(body[1:])), []
        at = body.index(closing)
        return self._unframed(self.tokenizer.decode(body[1:at])), body[at + 1 :]

    def _read_call(self, ids: Sequence[int], calls: list[ToolCall], malformed: list[str]) -> None:
        text = self.tokenizer.decode(ids[: MAX_CHARS + 1])
        try:
            if len(ids) > MAX_CHARS:
                raise Malformed("too long")
            name, arguments = self._call(text)
            if not NAME.fullmatch(name):
                raise Malformed("not a name")
        except Malformed:
            malformed.append("bad_call")
            return
        calls.append(ToolCall(call_id=f"c{len(calls)}", name=name, arguments=json_text(arguments)))

    def _trim(self, text: str, calls: bool, thought: bool) -> str:
        """The turn's text without the family's own line breaks."""
        return text

    def _unframed(self, thinking: str) -> str:
        """Thinking without the family's own line breaks."""
        return thinking

    def _observation(self, b: Builder, content: str) -> None:
        """A tool result within the cap."""
        cap = self.settings.observation_tokens
        # A token is at least one byte: a text this short needs no second encoding.
        if len(content.encode()) > cap:
            ids = self.tokenizer.encode(content)
            if len(ids) > cap:
                content = self.tokenizer.decode(ids[:cap]).rstrip("\ufffd") + CUT
        b.text(content)


def _plain(settings: ChatSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in sorted(type(settings).__dataclass_fields__)}
