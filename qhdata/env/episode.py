"""Episode: one play of one task, driven turn by turn; the same class for training, evaluation and
people.

A reasoning or general task has no tools: the first turn ends it. An agentic one goes on until a
tool that ends it was called, a turn had no call, or the turns are used up. Nothing that the agent
says or calls raises: a wrong name, arguments that are no JSON, a hundred calls in one turn are
answered as errors. Only a defect of a tool ends the play as ERROR_TOOL, unscored. The task, with
its gold, stays in here; a tool is given the world alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from qhdata.env.domain import Domain
from qhdata.env.domains import load_domain
from qhdata.env.faults import NO_FAULTS, Faults
from qhdata.env.overlay import Overlay
from qhdata.env.reward import nothing_earned, score_play, score_text, unscored
from qhdata.env.tools.base import ToolError, ToolSchema, run_tool
from qhdata.env.world import World
from qhdata.errors import UserError
from qhdata.records import (
    JsonText,
    Message,
    Score,
    Task,
    ToolCall,
    Trajectory,
    as_dict,
    from_dict,
    json_text,
)

MAX_CALLS = 8
"""Calls of one turn that are run; the others are answered with an error."""
MAX_TURN = 200_000
"""Characters of one turn; a longer one ends the play as TRUNCATED_LENGTH."""


class Status(StrEnum):
    """Where a play stands."""

    ONGOING = "ONGOING"
    COMPLETED = "COMPLETED"
    TRUNCATED_TURNS = "TRUNCATED_TURNS"
    TRUNCATED_LENGTH = "TRUNCATED_LENGTH"
    ERROR_TOOL = "ERROR_TOOL"


class Episode:
    """One play of one task."""

    def __init__(
        self, task: Task, world: World | None, seed: int, faults: Faults = NO_FAULTS
    ) -> None:
        """Begin. world: any opened world; it is put at the task's moment, with a fresh overlay.

        Raises UserError for an agentic task without a world, or a domain that is not known.
        """
        self.task = task
        self.seed = seed
        self.status = Status.ONGOING
        self.faults = faults
        self.opening: tuple[Message, ...] = task.messages
        self.messages: list[Message] = []
        """Everything after the opening."""
        self.turns = 0
        self.calls = 0
        self.domain: Domain | None = None
        self.error = ""
        self._world: World | None = None
        if task.domain is not None:
            if world is None:
                raise UserError(
                    what="an agentic task needs a world", where=task.task_id, mend="open its world"
                )
            self.domain = load_domain(task.domain)
            self._world = world.at(task.as_of, Overlay.from_json(task.initial_state))

    @property
    def tools(self) -> tuple[ToolSchema, ...]:
        """Schemas of the tools; () for a task without."""
        return tuple(json.loads(self.tools_json))

    @property
    def tools_json(self) -> JsonText:
        """The same as one JSON list: what a renderer and a record take."""
        return self.domain.schemas if self.domain else JsonText("[]")

    @property
    def overlay(self) -> Overlay:
        """What the play has changed so far."""
        return self._world.overlay if self._world else Overlay()

    def act(self, turn: Message, malformed: Sequence[str] = ()) -> tuple[Message, ...]:
        """One turn of the agent; returns what comes back: results, or () when the play is over.

        malformed: what a renderer could not read in the turn; where nothing else was called, it is
        answered with an error in place of ending the play.
        """
        if self.status is not Status.ONGOING:
            return ()
        self.messages.append(turn)
        self.turns += 1
        if _size(turn) > MAX_TURN:
            self.status = Status.TRUNCATED_LENGTH
            return ()
        if self.domain is None or self._world is None:
            self.status = Status.COMPLETED
            return ()
        if not turn.calls and not malformed:
            self.status = Status.COMPLETED
            return ()
        results, over = self._run(turn.calls, self.domain, self._world)
        if self.status is not Status.ONGOING:
            return ()
        if over:
            self.status = Status.COMPLETED
            return ()
        if not turn.calls:
            text = f"the call could not be read: {', '.join(malformed)[:200]}"
            results = [Message(role="tool", content=text, error=True, weight=0.0)]
        if self.turns >= self.task.max_turns:
            self.status = Status.TRUNCATED_TURNS
            return ()
        self.messages += results
        return tuple(results)

    def truncate(self) -> None:
        """Say that the agent ran out of tokens; a play that is over stays as it is."""
        if self.status is Status.ONGOING:
            self.status = Status.TRUNCATED_LENGTH

    def score(self) -> Score:
        """What the play earned; total is None only where a defect of ours ended it."""
        if self.status is Status.ERROR_TOOL:
            return unscored(self.error)
        if self.status is not Status.COMPLETED:
            reason = "not_finished" if self.status is Status.ONGOING else self.status.lower()
            return nothing_earned(self.task, reason)
        if self.domain is not None:
            return score_play(self.task, self.domain, self.overlay)
        return score_text(self.task, self.messages[-1].content)

    def snapshot(self) -> bytes:
        """Everything that a play is, as JSON; the task and the world are not in it."""
        return json_text(
            {
                "task_id": self.task.task_id,
                "seed": self.seed,
                "status": self.status.value,
                "turns": self.turns,
                "calls": self.calls,
                "error": self.error,
                "messages": [as_dict(m) for m in self.messages],
                "overlay": json.loads(self.overlay.json()),
                "faults": self.faults.share,
            }
        ).encode()

    @classmethod
    def restore(cls, snapshot: bytes, task: Task, world: World | None) -> Episode:
        """A play as it was. Raises UserError for a snapshot of another task, or none at all."""
        try:
            found: dict[str, Any] = json.loads(snapshot)
            if found["task_id"] != task.task_id:
                raise UserError(what=f"a snapshot of task {found['task_id']}", where=task.task_id)
            episode = cls(task, world, int(found["seed"]), Faults(share=found["faults"]))
            episode.status = Status(found["status"])
            episode.turns, episode.calls = int(found["turns"]), int(found["calls"])
            episode.error = str(found["error"])
            episode.messages = [from_dict(Message, m) for m in found["messages"]]
            overlay = Overlay(found["overlay"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UserError(what="not a snapshot of an episode", where=task.task_id) from None
        if world is not None and episode.domain is not None:
            episode._world = world.at(task.as_of, overlay)
        return episode

    def record(self, policy: str = "") -> Trajectory:
        """The play written down."""
        score = self.score()
        name = f"{self.task.task_id}:{policy}:{self.seed}" if policy else self.task.task_id
        return Trajectory(
            trajectory_id=name,
            task_id=self.task.task_id,
            policy=policy,
            seed=self.seed,
            messages=(*self.opening, *self.messages),
            tools=self.tools_json,
            status=self.status.value,
            score=json_text(
                {
                    "total": score.total,
                    "parts": {part.name: part.value for part in score.parts},
                    "reason": score.reason,
                }
            ),
            world_digest=self._world.digest if self._world else "",
            overlay_digest=self.overlay.digest(),
        )

    # ---------------------------------------------------------------- helpers

    def _run(
        self, calls: Sequence[ToolCall], domain: Domain, world: World
    ) -> tuple[list[Message], bool]:
        results, over = [], False
        for place, call in enumerate(calls):
            text, error = self._one(call, domain, world, place)
            if self.status is not Status.ONGOING:
                return [], True
            over |= not error and call.name in domain.ends
            results.append(
                Message(
                    role="tool",
                    content=text,
                    call_id=call.call_id or f"c{place}",
                    error=error,
                    weight=0.0,
                )
            )
        return results, over

    def _one(self, call: ToolCall, domain: Domain, world: World, place: int) -> tuple[str, bool]:
        """(what the agent reads, whether it is an error)."""
        if place >= MAX_CALLS:
            return f"at most {MAX_CALLS} calls a turn; this one was not run", True
        self.calls += 1
        found = domain.by_name.get(call.name)
        if found is None:
            return f"no tool {call.name[:40]!r}; known: {', '.join(domain.by_name)}", True
        try:
            arguments = json.loads(call.arguments)
        except (ValueError, RecursionError):
            return f"{call.name}: arguments are not JSON", True
        fault = self.faults.meet(self.seed, self.task.task_id, self.calls, found.effect)
        if fault is not None:
            return fault, True
        try:
            return run_tool(found, world, arguments), False
        except ToolError as error:
            return str(error)[:1000], True
        except Exception as error:  # a defect of a tool must not kill a training run
            self.status = Status.ERROR_TOOL
            self.error = f"{call.name}: {type(error).__name__}: {error}"[:500]
            return "", True


def _size(turn: Message) -> int:
    return (
        len(turn.content)
        + len(turn.thinking or "")
        + sum(len(call.arguments) + len(call.name) for call in turn.calls)
    )
