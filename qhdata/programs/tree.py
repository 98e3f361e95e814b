"""What a program is made of: numbers, slots, references to earlier statements, and operations."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the program; it has no unit and is exact."""

    value: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A named value, given when the program runs."""

    name: str


@dataclass(frozen=True, slots=True)
class Ref:
    """The result of an earlier statement."""

    index: int


@dataclass(frozen=True, slots=True)
class Op:
    """An operation: `+ - * / negate power > < >= <= ==` or the name of a function."""

    name: str
    operands: tuple[Node, ...]


Node = Number | Slot | Ref | Op

INFIX: dict[str, int] = {
    ">": 1, "<": 1, ">=": 1, "<=": 1, "==": 1, "+": 2, "-": 2, "*": 3, "/": 3, "power": 5,
}  # fmt: skip
"""Infix operations and how tightly they bind."""

FUNCTIONS: dict[str, tuple[int, int]] = {
    "sum": (1, 64), "average": (1, 64), "min": (1, 64), "max": (1, 64), "abs": (1, 1),
    "round": (1, 2), "percent_change": (2, 2), "share": (2, 2), "cagr": (3, 3),
}  # fmt: skip
"""Functions and how many operands they take.

percent_change(new, old), share(part, whole) and cagr(last, first, years) give fractions; what is
shown in percent is converted in quantities/units.py.
"""
