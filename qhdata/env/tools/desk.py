"""Short tools for a small model: one filer lies open on the desk, and results are bare numbers.

The same reads and writes as the tools of `filings` and `answer`, at a tenth of the tokens: a
look-up is one call with two short arguments, its result two to four digits.
"""

from __future__ import annotations

from qhdata.env.tools.answer import _decline, _submit
from qhdata.env.tools.arithmetic import work_out
from qhdata.env.tools.base import ToolError, tool
from qhdata.env.tools.filings import one_fact, shown_value
from qhdata.env.world import World

DESK = "desk"
"""Overlay table; its row `filer` names the filer that lies open."""


@tool("read")
def get(world: World, concept: str, period: str) -> str:
    """A reported value.

    Args:
        concept: Plain words.
        period: Such as 2024.
    """
    row = world.overlay.read(DESK, "filer")
    if row is None:
        raise ToolError("no filer lies on the desk")
    try:
        return shown_value(one_fact(world, str(row["id"]), concept, period))
    except ToolError:
        raise ToolError("not reported") from None


@tool("think")
def calc(world: World, expression: str) -> str:
    """Arithmetic.

    Args:
        expression: Such as 47-32.
    """
    return work_out(expression, 1)


@tool("write")
def answer(world: World, value: str) -> str:
    """Submit the answer.

    Args:
        value: The number.
    """
    return _submit(world, "answer", value)


@tool("write")
def none(world: World) -> str:
    """Say that the value is not reported."""
    return _decline(world, "not_reported")
