"""Execute a program in Decimal with units: dollars plus shares is an error, dollars by shares is
dollars per share.

One context of 34 digits; results are bounded; each operation says by name why it has no value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from functools import cached_property
from typing import Literal

from qhdata.programs.tree import Node, Number, Op, Ref, Slot
from qhdata.quantities.render import round_places
from qhdata.quantities.units import CONTEXT

Why = Literal[
    "missing_slot", "zero_denominator", "unit_clash", "base_not_positive", "not_real", "too_large",
]  # fmt: skip
"""Why a program has no value on these slots; also the name of the skip that a generator counts."""

LARGEST_EXPONENT = 60
_LARGEST_POWER = 64


@dataclass(frozen=True, slots=True)
class Value:
    """A number with its unit, and how precisely it was reported."""

    value: Decimal
    unit: str = ""
    """`USD`, `shares`, `USD/shares`; empty for pure numbers (XBRL's `pure` is read as empty)."""
    decimals: int | None = None
    """XBRL decimals: -6 is right to half a million; None: exact (XBRL's `INF`)."""


@dataclass(frozen=True, slots=True)
class Undefined:
    """No value, and why."""

    reason: Why
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a program computed: one value for each statement, the last of them the answer."""

    values: tuple[Value, ...]
    truth: bool | None = None
    """For programs that end in a comparison: whether it holds (its value is then 1 or 0)."""

    @property
    def value(self) -> Decimal:
        """The answer."""
        return self.values[-1].value

    @property
    def unit(self) -> str:
        """The answer's unit."""
        return self.values[-1].unit


@dataclass(frozen=True)
class Program:
    """Statements over slots; the last one is the answer."""

    statements: tuple[Node, ...]

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """Names of the slots, in the order in which they first stand."""
        found = (node.name for node in self.nodes() if isinstance(node, Slot))
        return tuple(dict.fromkeys(found))

    def nodes(self) -> Iterator[Node]:
        """Every node, in reading order."""
        waiting = list(reversed(self.statements))
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, Op):
                waiting.extend(reversed(node.operands))

    def run(self, slots: Mapping[str, Value]) -> Result | Undefined:
        """The value of every statement on these slots, or why there is none.

        >>> from qhdata.programs.parse import parse
        >>> revenue, cogs = Value(Decimal(47), "USD"), Value(Decimal(12), "USD")
        >>> result = parse("revenue - cogs; #0 / revenue").run({"revenue": revenue, "cogs": cogs})
        >>> round(result.value, 4), result.unit
        (Decimal('0.7447'), '')
        >>> parse("revenue / 0").run({"revenue": revenue}).reason
        'zero_denominator'
        """
        values: list[Value] = []
        try:
            for statement in self.statements:
                value = _value(statement, slots, values)
                values.append(Value(_bounded(value.value), value.unit))
        except _NoValue as none:
            return Undefined(none.reason, none.message)
        except DecimalException as error:
            return Undefined("too_large", type(error).__name__)
        last = self.statements[-1]
        compares = isinstance(last, Op) and last.name in COMPARES
        return Result(tuple(values), bool(values[-1].value) if compares else None)


COMPARES = frozenset({">", "<", ">=", "<=", "=="})


class _NoValue(Exception):
    def __init__(self, reason: Why, message: str) -> None:
        self.reason: Why = reason
        self.message = message
        super().__init__(message)


def _value(node: Node, slots: Mapping[str, Value], earlier: Sequence[Value]) -> Value:
    if isinstance(node, Number):
        return Value(node.value)
    if isinstance(node, Ref):
        return earlier[node.index]
    if isinstance(node, Slot):
        if node.name not in slots:
            raise _NoValue("missing_slot", f"no value for slot {node.name!r}")
        given = slots[node.name]
        if not given.value.is_finite():
            raise _NoValue("too_large", f"slot {node.name!r} is not finite")
        return Value(given.value, "" if given.unit == "pure" else given.unit)
    return _apply(node.name, [_value(operand, slots, earlier) for operand in node.operands])


def _apply(name: str, operands: list[Value]) -> Value:
    numbers = [operand.value for operand in operands]
    if name in ("*", "/"):
        return _product(name, operands[0], operands[1])
    if name == "share":
        return _product("/", _one_unit(operands, name)[0], operands[1])
    if name == "power":
        return _power(operands[0], operands[1])
    if name == "round":
        places = int(numbers[1]) if len(numbers) > 1 else 0
        return Value(round_places(numbers[0], places), operands[0].unit)
    if name in ("negate", "abs"):
        value = numbers[0].copy_abs() if name == "abs" else CONTEXT.minus(numbers[0])
        return Value(value, operands[0].unit)
    if name == "cagr":
        last, first, years = operands
        _one_unit([last, first], name)
        if first.value <= 0 or last.value <= 0 or years.value <= 0:
            raise _NoValue("base_not_positive", "cagr needs positive values and years")
        growth = CONTEXT.divide(last.value, first.value)
        rooted = CONTEXT.power(growth, CONTEXT.divide(Decimal(1), years.value))
        return Value(CONTEXT.subtract(rooted, Decimal(1)))
    unit = _one_unit(operands, name)[0].unit
    if name == "percent_change":
        new, old = numbers
        if old <= 0:
            raise _NoValue("base_not_positive", f"a change from {old} has no percentage")
        return Value(CONTEXT.divide(CONTEXT.subtract(new, old), old))
    if name in COMPARES:
        return Value(Decimal(int(_holds(name, numbers[0], numbers[1]))))
    if name == "-":
        return Value(CONTEXT.subtract(numbers[0], numbers[1]), unit)
    if name in ("min", "max"):
        return Value(min(numbers) if name == "min" else max(numbers), unit)
    total = Decimal(0)
    for number in numbers:
        total = CONTEXT.add(total, number)
    if name == "average":
        total = CONTEXT.divide(total, Decimal(len(numbers)))
    return Value(total, unit)


def _holds(name: str, left: Decimal, right: Decimal) -> bool:
    if name == "==":
        return left == right
    if name.endswith("="):
        return left >= right if name == ">=" else left <= right
    return left > right if name == ">" else left < right


def _one_unit(operands: list[Value], name: str) -> list[Value]:
    units = {operand.unit for operand in operands}
    if len(units) > 1:
        shown = " and ".join(unit or "a pure number" for unit in sorted(units))
        raise _NoValue("unit_clash", f"{name} of {shown}")
    return operands


def _product(name: str, left: Value, right: Value) -> Value:
    if name == "*":
        unit = _combine(left.unit, right.unit, 1)
        return Value(CONTEXT.multiply(left.value, right.value), unit)
    if not right.value:
        raise _NoValue("zero_denominator", "a division by 0")
    return Value(CONTEXT.divide(left.value, right.value), _combine(left.unit, right.unit, -1))


def _power(base: Value, exponent: Value) -> Value:
    if exponent.unit or (base.unit and exponent.value != 1):
        raise _NoValue("unit_clash", "a power of a unit")
    if abs(exponent.value) > _LARGEST_POWER:
        raise _NoValue("too_large", f"a power of {exponent.value}")
    if base.value < 0 and exponent.value % 1:
        raise _NoValue("not_real", "a root of a negative number")
    if not base.value and exponent.value <= 0:
        raise _NoValue("zero_denominator", "a power of 0")
    return Value(CONTEXT.power(base.value, exponent.value), base.unit)


def _combine(left: str, right: str, sign: int) -> str:
    """The unit of a product (sign 1) or quotient (sign -1): `USD` by `shares` is `USD/shares`."""
    if not right:
        return left
    powers: dict[str, int] = {}
    for unit, factor in ((left, 1), (right, sign)):
        above, _, below = unit.partition("/")
        for part, side in ((above, factor), (below, -factor)):
            for name in part.split("*"):
                if name:
                    powers[name] = powers.get(name, 0) + side
    top = [name for name, power in powers.items() for _ in range(power)]
    bottom = [name for name, power in powers.items() for _ in range(-power)]
    return "*".join(top) + ("/" + "*".join(bottom) if bottom else "")


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite() or (value and abs(value.adjusted()) > LARGEST_EXPONENT):
        raise _NoValue("too_large", "a result out of bounds")
    return value
