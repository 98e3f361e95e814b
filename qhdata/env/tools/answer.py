"""How an episode ends: an answer is submitted, or the agent says that there is none.

Both only write the overlay; the agent is told that its answer was received and nothing about
whether it is right.
"""

from __future__ import annotations

from typing import Literal

from qhdata.env.tools.base import ToolError, tool
from qhdata.env.world import World

ANSWERS = "answers"
DECLINED = "declined"
MAX_SLOTS = 8

Reason = Literal["not_reported", "not_yet_public", "ambiguous"]


@tool("write")
def submit_answer(world: World, value: str, unit: str = "", slot: str = "answer") -> str:
    """Submit the final answer; the episode then ends.

    Args:
        value: The answer alone, such as "1250" or "12.5".
        unit: Unit and scale if they differ from what was asked, such as "USD thousand" or "%".
        slot: Name of the part that is answered, where the question names several.
    """
    return _submit(world, slot, f"{value} {unit}".strip() if unit.strip() != "%" else f"{value}%")


@tool("write")
def decline(world: World, reason: Reason) -> str:
    """Say that the question cannot be answered from what is filed; the episode then ends.

    Args:
        reason: Why: not_reported, not_yet_public, or ambiguous.
    """
    return _decline(world, reason)


def _submit(world: World, slot: str, text: str) -> str:
    """Keep every different answer to a slot: two different ones are never the right one."""
    slot = slot.strip()[:40] or "answer"
    row = world.overlay.read(ANSWERS, slot)
    if row is None:
        if len(world.overlay.rows(ANSWERS)) >= MAX_SLOTS:
            raise ToolError(f"at most {MAX_SLOTS} answers")
        world.overlay.write(ANSWERS, slot, {"value": text, "times": 1})
    elif row["value"] != text:
        world.overlay.write(ANSWERS, slot, {**row, "times": 2})
    return "received"


def _decline(world: World, reason: str) -> str:
    row = world.overlay.read(DECLINED, "task")
    if row is not None and row["reason"] != reason:
        reason = "ambiguous reasons"
    world.overlay.write(DECLINED, "task", {"reason": reason})
    return "received"
