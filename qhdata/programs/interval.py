"""How far an answer may lie from gold: the precision of each reported figure, carried through the
program.

A figure with XBRL decimals d is right to half a unit of 10^-d, and those boxes are carried through
every operation by interval arithmetic. That is exact where each slot stands once; where one stands
twice (`(r - c) / r`) it is too wide, because the same error is counted as two. There the program is
also run on the corners of the box, and the narrower of both is taken: for the small boxes of
reported figures a program is monotone in every slot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, DecimalException
from itertools import product

from qhdata.programs.run import COMPARES, Program, Result, Undefined, Value
from qhdata.programs.tree import Node, Number, Op, Ref, Slot
from qhdata.quantities.render import round_places
from qhdata.quantities.units import CONTEXT
from qhdata.records.base import DecimalText
from qhdata.records.task import Tolerance

Interval = tuple[Decimal, Decimal]

MOST_CORNERS = 6
"""Slots up to which corners are tried: 64 runs."""


def interval(program: Program, slots: Mapping[str, Value]) -> Interval | Undefined:
    """Lowest and highest value of the answer, given how precisely each slot was reported.

    >>> from qhdata.programs.parse import parse
    >>> slots = {"r": Value(Decimal(47), "USD", 0), "c": Value(Decimal(12), "USD", 0)}
    >>> low, high = interval(parse("r - c; #0 / r"), slots)
    >>> round(low, 4), round(high, 4)
    (Decimal('0.7312'), Decimal('0.7579'))
    """
    result = program.run(slots)
    if isinstance(result, Undefined):
        return result
    boxes = {name: _box(slots[name]) for name in program.slots}
    uncertain = [name for name, (low, high) in boxes.items() if low != high]
    try:
        outer = _carried(program, boxes)
    except (_Unbounded, DecimalException):
        return Undefined("zero_denominator", "within rounding, a denominator or base may be 0")
    counts = Counter(node.name for node in program.nodes() if isinstance(node, Slot))
    refers = any(isinstance(node, Ref) for node in program.nodes())
    once = not refers and all(counts[name] == 1 for name in uncertain)
    if once or len(uncertain) > MOST_CORNERS:
        return outer
    corners = []
    for corner in product(*(boxes[name] for name in uncertain)):
        at = {name: Value(v, slots[name].unit) for name, v in zip(uncertain, corner, strict=True)}
        found = program.run({**slots, **at})
        if isinstance(found, Result):
            corners.append(found.value)
    low, high = min([*corners, result.value]), max([*corners, result.value])
    return max(low, outer[0]), min(high, outer[1])


def tolerance(program: Program, slots: Mapping[str, Value]) -> Tolerance | Undefined:
    """The interval as a gold's tolerance, in the answer's own unit and scale 1, with its reason."""
    found = interval(program, slots)
    if isinstance(found, Undefined):
        return found
    low, high = (format(bound.normalize(CONTEXT), "f") for bound in found)
    told = [
        f"{name} {slots[name].decimals}"
        for name in program.slots
        if slots[name].decimals is not None
    ]
    why = f"reported decimals: {', '.join(told)}" if told else "all figures are exact"
    return Tolerance(low=DecimalText(low), high=DecimalText(high), why=why)


class _Unbounded(Exception):
    """A denominator's or base's interval holds 0."""


def _box(given: Value) -> Interval:
    if given.decimals is None:
        return given.value, given.value
    half = Decimal(5).scaleb(-given.decimals - 1)
    return CONTEXT.subtract(given.value, half), CONTEXT.add(given.value, half)


def _carried(program: Program, boxes: Mapping[str, Interval]) -> Interval:
    earlier: list[Interval] = []
    for statement in program.statements:
        earlier.append(_of(statement, boxes, earlier))
    return earlier[-1]


def _of(node: Node, boxes: Mapping[str, Interval], earlier: Sequence[Interval]) -> Interval:
    if isinstance(node, Number):
        return node.value, node.value
    if isinstance(node, Slot):
        return boxes[node.name]
    if isinstance(node, Ref):
        return earlier[node.index]
    return _apply(node, [_of(operand, boxes, earlier) for operand in node.operands])


def _apply(node: Op, parts: list[Interval]) -> Interval:
    name = node.name
    if name in ("+", "sum", "average", "min", "max", "round"):
        return _ends(name, parts)
    low, high = parts[0]
    if name == "negate":
        return high.copy_negate(), low.copy_negate()
    if name == "abs":
        sizes = (low.copy_abs(), high.copy_abs())
        return Decimal(0) if low <= 0 <= high else min(sizes), max(sizes)
    other = parts[1]
    if name == "-":
        return CONTEXT.subtract(low, other[1]), CONTEXT.subtract(high, other[0])
    if name == "*":
        return _hull([CONTEXT.multiply(a, b) for a in parts[0] for b in other])
    if name in ("/", "share"):
        return _hull([CONTEXT.divide(a, b) for a in parts[0] for b in _no_zero(other)])
    if name == "percent_change":
        ratios = [CONTEXT.divide(a, b) for a in parts[0] for b in _positive(other)]
        return _hull([CONTEXT.subtract(ratio, Decimal(1)) for ratio in ratios])
    if name == "cagr":
        ends = []
        for last in _positive(parts[0]):
            for first in _positive(other):
                for years in _positive(parts[2]):
                    root = CONTEXT.divide(Decimal(1), years)
                    grown = CONTEXT.power(CONTEXT.divide(last, first), root)
                    ends.append(CONTEXT.subtract(grown, Decimal(1)))
        return _hull(ends)
    if name == "power":
        return _power(parts[0], other)
    if name in COMPARES:
        return _compared(name, parts[0], other)
    raise ValueError(f"no interval of {name!r}")


def _compared(name: str, left: Interval, right: Interval) -> Interval:
    """1 where it holds all over the box, 0 where it holds nowhere, both where rounding decides."""
    if name in ("<", "<="):
        return _compared(">" if name == "<" else ">=", right, left)
    if name == "==":
        same = left[0] == left[1] == right[0] == right[1]
        apart = left[1] < right[0] or right[1] < left[0]
        return Decimal(int(same)), Decimal(int(not apart))
    if name == ">":
        always, ever = left[0] > right[1], left[1] > right[0]
    else:
        always, ever = left[0] >= right[1], left[1] >= right[0]
    return Decimal(int(always)), Decimal(int(ever))


def _ends(name: str, parts: list[Interval]) -> Interval:
    """Operations that grow with every operand: the ends are computed apart."""
    ends = []
    for side in (0, 1):
        numbers = [part[side] for part in parts]
        if name in ("min", "max"):
            ends.append(min(numbers) if name == "min" else max(numbers))
        elif name == "round":
            ends.append(round_places(numbers[0], int(numbers[1]) if len(numbers) > 1 else 0))
        else:
            total = Decimal(0)
            for number in numbers:
                total = CONTEXT.add(total, number)
            count = Decimal(len(numbers))
            ends.append(CONTEXT.divide(total, count) if name == "average" else total)
    return ends[0], ends[1]


def _power(base: Interval, exponent: Interval) -> Interval:
    if base[0] > 0:
        return _hull([CONTEXT.power(a, b) for a in base for b in exponent])
    if exponent[0] != exponent[1] or exponent[0] % 1 or exponent[0] < 0:
        raise _Unbounded
    ends = [CONTEXT.power(a, exponent[0]) if a else Decimal(exponent[0] == 0) for a in base]
    if base[0] <= 0 <= base[1] and exponent[0] and exponent[0] % 2 == 0:
        ends.append(Decimal(0))
    return _hull(ends)


def _hull(numbers: list[Decimal]) -> Interval:
    return min(numbers), max(numbers)


def _no_zero(part: Interval) -> Interval:
    if part[0] <= 0 <= part[1]:
        raise _Unbounded
    return part


def _positive(part: Interval) -> Interval:
    if part[0] <= 0:
        raise _Unbounded
    return part
