"""An episode in tokens: what the policy was given and what it said, never re-tokenised.

The rollout builder: `Transcript(renderer, opening, tools)`, then `say` (ids a sampler gave) and
`hear` (what came back) in turn. Its ids, weights and spans equal those of `render` on the same
conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qhdata.chat.base import Renderer
from qhdata.chat.turns import Rendered, Reply, RoleSpan, Tool
from qhdata.records import Message, ToolCall


@dataclass(slots=True)
class Transcript:
    """Ids so far; `logp[i]` is the sampler's for a sampled token, 0 for all others."""

    renderer: Renderer
    ids: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    spans: list[RoleSpan] = field(default_factory=list)
    logp: list[float] = field(default_factory=list)
    versions: list[tuple[int, int, int]] = field(default_factory=list)
    """(start, end, version of the policy) of every turn."""

    @classmethod
    def begin(
        cls, renderer: Renderer, messages: Sequence[Message], tools: str | Sequence[Tool] = "[]"
    ) -> Transcript:
        """The prompt: everything up to where the policy speaks."""
        first = renderer.prompt(messages, tools)
        return cls(
            renderer,
            list(first.ids),
            list(first.weights),
            list(first.spans),
            [0.0] * len(first.ids),
        )

    def say(
        self, ids: Sequence[int], logp: Sequence[float] = (), version: int = 0, weight: float = 1.0
    ) -> Reply:
        """The policy's turn as sampled; returns what it says."""
        start = len(self.ids)
        self.ids.extend(ids)
        self.weights.extend([weight] * len(ids))
        self.logp.extend(logp if logp else [0.0] * len(ids))
        self.spans.extend(self.renderer.cut(ids, start, weight))
        self.versions.append((start, len(self.ids), version))
        return self.renderer.parse(ids)

    def hear(self, calls: Sequence[ToolCall], results: Sequence[Message]) -> None:
        """What came back, and the next generation prompt."""
        start = len(self.ids)
        ids, spans = self.renderer.observe(calls, results)
        self.ids.extend(ids)
        self.weights.extend([0.0] * len(ids))
        self.logp.extend([0.0] * len(ids))
        self.spans.extend(
            RoleSpan(s.role, s.start + start, s.end + start, s.flags, s.weight) for s in spans
        )

    def done(self) -> Rendered:
        """Ids, weights and spans, frozen."""
        return Rendered(tuple(self.ids), tuple(self.weights), tuple(self.spans))
