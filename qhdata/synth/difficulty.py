"""How hard a problem is, counted: what must be found, what must be computed, what stands around."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Literal

from qhdata.programs.tree import Op
from qhdata.records import Task
from qhdata.synth.arithmetic import PICKS, program_of

Level = Literal["easy", "medium", "hard"]

_NUMBER = re.compile(r"(?<![\w.])\(?\d[\d,]*(?:\.\d+)?%?")


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Counts of one problem."""

    operations: int
    """Of its program that compute."""
    lookups: int
    """Figures that must be found."""
    distractors: int
    """Other figures of the excerpts."""

    @property
    def level(self) -> Level:
        """easy: one figure or one operation. hard: three operations and more, or three figures
        among twelve others.
        """
        if self.operations >= 3 or (self.lookups >= 3 and self.distractors >= 12):
            return "hard"
        return "easy" if self.operations <= 1 and self.lookups <= 2 else "medium"


def difficulty(task: Task) -> Difficulty:
    """Of a reasoning task; of others what their prompt shows."""
    lookups = len(json.loads(task.program_slots))
    context = task.messages[-1].content.rpartition("\n\n")[0]
    rows = [line for line in context.split("\n") if line.startswith("| ") or ": " in line]
    shown = sum(len(_NUMBER.findall(line.partition(" | ")[2] or line)) for line in rows[1:])
    nodes = program_of(task.program).nodes() if task.program else ()
    operations = sum(isinstance(node, Op) and node.name not in PICKS for node in nodes)
    return Difficulty(operations, lookups, max(0, shown - lookups))


def as_json(task: Task) -> str:
    """For a column of another trainer's layout."""
    found = difficulty(task)
    return json.dumps({**asdict(found), "level": found.level})
