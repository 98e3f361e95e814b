"""Programs as synthesis runs them: by text, parsed once, and opened into single operations for a
chain of thought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from qhdata.programs import Program, Result, Undefined, Value, parse
from qhdata.programs.tree import INFIX, Node, Number, Op, Ref, Slot

PICKS = frozenset({"min", "max"})
"""Operations that choose one of their operands and compute nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation as executed."""

    operator: str
    operands: tuple[Decimal, ...]
    value: Decimal


@lru_cache(maxsize=1024)
def program_of(text: str) -> Program:
    """The parsed program."""
    return parse(text)


def run(text: str, slots: Mapping[str, Value]) -> Result | Undefined:
    """The program's result on these slots."""
    return program_of(text).run(slots)


def computes(text: str) -> bool:
    """Whether a program does arithmetic, or only picks one of its slots."""
    return any(isinstance(n, Op) and n.name not in PICKS for n in program_of(text).nodes())


def steps_of(text: str, slots: Mapping[str, Value]) -> tuple[Step, ...]:
    """One step for each statement that is one operation over slots, numbers and earlier results."""
    program = program_of(text)
    result = program.run(slots)
    if isinstance(result, Undefined):
        return ()
    steps = []
    for statement, value in zip(program.statements, result.values, strict=True):
        if isinstance(statement, Op):
            operands = tuple(_number(node, slots, result) for node in statement.operands)
            steps.append(Step(statement.name, operands, value.value))
    return tuple(steps)


def _number(node: Node, slots: Mapping[str, Value], result: Result) -> Decimal:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Slot):
        return slots[node.name].value
    if isinstance(node, Ref):
        return result.values[node.index].value
    raise ValueError("a generator's program has one operation in each statement")


def is_infix(operator: str) -> bool:
    """Whether an operator stands between its operands."""
    return operator in INFIX
