"""Write tools of the operations desk: watches on values, and flags on restated ones."""

from __future__ import annotations

from typing import Literal

from qhdata.env.labels import label_of_words
from qhdata.env.tools.base import ToolError, tool
from qhdata.env.tools.filings import one_fact, one_filer, shown_value
from qhdata.env.world import World

WATCHES = "watches"
FLAGS = "flags"
CASE = "case"


@tool("write")
def add_watch(
    world: World, filer: str, concept: str, side: Literal["above", "below"], threshold: int
) -> str:
    """Watch a filer's value; a watch on the same filer and concept is replaced.

    Args:
        filer: Name, ticker or CIK.
        concept: Plain words of a concept that the filer reports.
        side: Warn when the value is above, or below, the threshold.
        threshold: In the unit and scale in which the filing shows the value.
    """
    filer_id, name = one_filer(world, filer)
    label = label_of_words(concept)
    if not world.periods(filer_id, label):
        raise ToolError(f"{name} reports no {label[:60]!r}; list_facts gives its concepts")
    world.overlay.write(WATCHES, f"{filer_id}|{label}", {"side": side, "threshold": threshold})
    return "watching"


@tool("write")
def remove_watch(world: World, filer: str, concept: str) -> str:
    """Remove a watch.

    Args:
        filer: Name, ticker or CIK.
        concept: Plain words of the concept.
    """
    filer_id, name = one_filer(world, filer)
    label = label_of_words(concept)
    if not world.overlay.remove(WATCHES, f"{filer_id}|{label}"):
        raise ToolError(f"no watch on {label[:60]!r} of {name}; list_watches gives all")
    return "removed"


@tool("read")
def list_watches(world: World) -> list[dict[str, object]]:
    """All watches, by filer and concept."""
    rows: list[dict[str, object]] = []
    for key, row in world.overlay.rows(WATCHES):
        filer_id, _, label = key.partition("|")
        known = world.filer(filer_id)
        rows.append({"filer": known[0] if known else filer_id, "concept": label, **row})
    return rows


@tool("write")
def flag_restatement(world: World, filer: str, concept: str, period: str) -> str:
    """Flag a value that a later filing changed.

    Args:
        filer: Name, ticker or CIK.
        concept: Plain words of the concept.
        period: The period whose value was changed, such as 2023.
    """
    filer_id, _ = one_filer(world, filer)
    first = one_fact(world, filer_id, concept, period, "first")
    latest = one_fact(world, filer_id, concept, period, "latest")
    world.overlay.write(
        FLAGS,
        f"{filer_id}|{first.label}|{first.period or first.period_end}",
        {"first": shown_value(first), "latest": shown_value(latest)},
    )
    return "flagged"


@tool("write")
def close_case(world: World) -> str:
    """Say that all that was asked is done; the episode then ends."""
    world.overlay.write(CASE, "task", {"closed": True})
    return "closed"
