"""Programs as synthesis runs them: by text, parsed once, and opened into single operations for a
chain of thought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from qhdata.programs import Program, Result, Undefined, Value, parse
from qhdata.programs.tree import INFIX, Node, Number, Op, Ref, Slot
from qhdata.quantities.render import round_places

PICKS = frozenset({"min", "max"})
"""Operations that choose one of their operands and compute nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation as executed."""

    operator: str
    operands: tuple[Decimal, ...]
    value: Decimal
    """What it shows."""
    exact: Decimal
    """Of these operands."""


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


def rounded_steps(text: str, slots: Mapping[str, Value], places: int) -> tuple[Step, ...]:
    """One step for each statement that is one operation over slots, numbers and earlier results;
    each goes on with what the one before it shows, rounded to `places`.
    """
    known = {name: value.value for name, value in slots.items()}
    results: list[Decimal] = []
    steps = []
    for statement in program_of(text).statements:
        if not isinstance(statement, Op):
            results.append(_number(statement, known, results))
            continue
        operands = tuple(_number(node, known, results) for node in statement.operands)
        exact = _applied(statement.name, operands)
        if exact is None:
            return ()
        step = Step(statement.name, operands, round_places(exact, places), exact)
        steps.append(step)
        results.append(step.value)
    return tuple(steps)


def _applied(operator: str, operands: tuple[Decimal, ...]) -> Decimal | None:
    names = "abcdefgh"[: len(operands)]
    text = f" {operator} ".join(names) if is_infix(operator) else f"{operator}({', '.join(names)})"
    found = run(
        text.replace("power", "^") if is_infix(operator) else text,
        {name: Value(operand) for name, operand in zip(names, operands, strict=True)},
    )
    return None if isinstance(found, Undefined) else found.value


def _number(node: Node, slots: Mapping[str, Decimal], results: Sequence[Decimal]) -> Decimal:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Slot):
        return slots[node.name]
    if isinstance(node, Ref):
        return results[node.index]
    raise ValueError("a generator's program has one operation in each statement")


def is_infix(operator: str) -> bool:
    """Whether an operator stands between its operands."""
    return operator in INFIX
