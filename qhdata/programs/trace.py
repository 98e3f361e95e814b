"""The chain of thought that a program's execution writes: one line for each statement, with names
and then numbers.

    revenue - cost of revenue = $47 million - $12 million = $35 million
    (revenue - cost of revenue) / revenue = $35 million / $47 million ≈ 0.7447
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from qhdata.programs.run import Program, Undefined, Value
from qhdata.programs.tree import INFIX, Node, Number, Op, Ref
from qhdata.quantities.render import render_number
from qhdata.quantities.units import CONTEXT

Show = Callable[[Decimal, str], str]
"""A value and its unit as text."""

LONGEST_NAME = 80
"""Characters of an earlier statement that are written out again; a longer one is `step 3`."""

_SIGNS = {"power": "^"}


def trace(
    program: Program,
    slots: Mapping[str, Value],
    *,
    labels: Mapping[str, str] | None = None,
    show: Show | None = None,
) -> tuple[str, ...] | Undefined:
    """One line for each statement; `labels` names the slots for people, `show` writes the numbers.

    >>> from qhdata.programs.parse import parse
    >>> slots = {"revenue": Value(Decimal(47), "USD"), "cogs": Value(Decimal(12), "USD")}
    >>> for line in trace(parse("revenue - cogs; #0 / revenue"), slots): print(line)
    revenue - cogs = 47 - 12 = 35
    (revenue - cogs) / revenue = 35 / 47 ≈ 0.7447
    """
    result = program.run(slots)
    if isinstance(result, Undefined):
        return result
    writer = _Writer(program, slots, result.values, labels or {}, show or show_plain)
    lines = []
    for index, value in enumerate(result.values):
        statement = program.statements[index]
        names, numbers = writer.named[index], writer.numbers(statement, 0)
        equals, answer = writer.answer(value)
        if (
            isinstance(statement, Op)
            and statement is program.statements[-1]
            and result.truth is not None
        ):
            equals, answer = "is", "true" if result.truth else "false"
        parts = [names] if names == numbers else [names, numbers]
        if parts[-1] == answer and equals == "=":
            parts.pop()
        head = " = ".join(parts)
        lines.append(f"{head} {equals} {answer}" if head else answer)
    return tuple(lines)


def formula(program: Program, labels: Mapping[str, str]) -> str:
    """A program as one line of names; an earlier statement that is too long is `step n`.

    >>> from qhdata.programs.parse import parse
    >>> formula(parse("revenue - cost; #0 / revenue"), {"cost": "cost of revenue"})
    '(revenue - cost of revenue) / revenue'
    """
    return _Writer(program, {}, (), labels, show_plain).named[-1]


def show_plain(value: Decimal, unit: str) -> str:
    """Digits alone: every digit of whole numbers, at most 4 decimal places, no unit."""
    places = min(4, max(0, -int(value.normalize(CONTEXT).as_tuple().exponent)))
    return render_number(value, places)


class _Writer:
    def __init__(
        self,
        program: Program,
        slots: Mapping[str, Value],
        values: Sequence[Value],
        labels: Mapping[str, str],
        show: Show,
    ) -> None:
        self.program, self.slots, self.values = program, slots, values
        self.labels, self.show = labels, show
        self.named: list[str] = []  # names form of each earlier statement
        for statement in program.statements:
            self.named.append(self.names(statement, 0))

    def names(self, node: Node, floor: int) -> str:
        if isinstance(node, Number):
            return node.text
        if isinstance(node, Ref):
            text = self.named[node.index]
            if len(text) > LONGEST_NAME:
                return f"step {node.index + 1}"
            inner = self.program.statements[node.index]
            loose = isinstance(inner, Op) and INFIX.get(inner.name, 9) < floor
            return f"({text})" if loose else text
        if isinstance(node, Op):
            return _write(node, [self.names(o, f) for o, f in _floors(node)], floor)
        return self.labels.get(node.name, node.name)

    def numbers(self, node: Node, floor: int) -> str:
        if isinstance(node, Number):
            return node.text
        if isinstance(node, Op):
            return _write(node, [self.numbers(o, f) for o, f in _floors(node)], floor)
        value = self.values[node.index] if isinstance(node, Ref) else self.slots[node.name]
        text = self.show(value.value, value.unit)
        return f"({text})" if text.startswith("-") and floor else text

    def answer(self, value: Value) -> tuple[str, str]:
        """`=` where what is shown has every digit, in whatever scale; else `≈`."""
        text = self.show(value.value, value.unit)
        shown = "".join(char for char in text if char.isdecimal()).strip("0")
        digits = "".join(map(str, value.value.as_tuple().digits)).strip("0")
        return ("=" if shown == digits else "≈"), text


def _floors(node: Op) -> list[tuple[Node, int]]:
    """Operands, each with the binding under which it needs parentheses."""
    binds = INFIX.get(node.name, 0)
    if node.name == "negate":
        return [(node.operands[0], 4)]
    if not binds:
        return [(operand, 0) for operand in node.operands]
    left, right = node.operands
    return [(left, binds), (right, binds + 1)]


def _write(node: Op, operands: list[str], floor: int) -> str:
    if node.name == "negate":
        return f"-{operands[0]}" if floor <= 4 else f"(-{operands[0]})"
    if node.name not in INFIX:
        return f"{node.name.replace('_', ' ')}({', '.join(operands)})"
    text = f" {_SIGNS.get(node.name, node.name)} ".join(operands)
    return f"({text})" if INFIX[node.name] < floor else text
