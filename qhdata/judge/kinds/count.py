"""A count of things: `4`, four, 四, `4 segments`; it must be whole, and one beside is named
`off_by_one`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qhdata.judge.closeness import counted, number_differs, truth
from qhdata.judge.kinds.number import read, show
from qhdata.judge.reasons import BadGold, Reason
from qhdata.judge.spellings import spell, spoil
from qhdata.quantities.numerals import ENGLISH, write_chinese
from qhdata.quantities.parse import Quantity
from qhdata.quantities.units import CONTEXT, CURRENCIES, units_agree
from qhdata.records.task import Gold

__all__ = ["check", "differs", "near_misses", "read", "renderings", "show"]


def check(gold: Gold) -> None:
    """Raise BadGold where gold is malformed or not whole."""
    if not _whole(truth(gold).value):
        raise BadGold(f"a count is whole: {gold.value!r}")


def differs(found: Quantity, gold: Gold) -> Reason | None:
    """None: the same whole number, of things that do not contradict gold's unit."""
    check(gold)
    exact = truth(gold)
    if found.sense != "plain" or found.unit in _MONEY:
        return Reason("unit_error")
    if gold.unit and not units_agree(found.unit, gold.unit):
        return Reason("unit_error")
    value = counted(found, exact, "plain")
    if value == exact.value:
        return None
    if not _whole(value):
        return Reason("not_whole")
    if CONTEXT.subtract(value, exact.value).copy_abs() == exact.scale:
        return Reason("off_by_one")
    return number_differs(value, exact, hundredfold=False) or Reason("out_of_tolerance")


def renderings(gold: Gold) -> Iterator[str]:
    """Digits, number words, Chinese numerals, a counted noun."""
    exact = truth(gold)
    value = Decimal(int(exact.value / exact.scale))
    yield from spell(value)
    yield f"{value}.0"
    if exact.scale == 1:
        yield write_chinese(value)
        yield f"{value} {gold.unit or 'items'}"
        yield from (word for word, number in ENGLISH.items() if number == value)


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """One too many, one too few, halves, money."""
    exact = truth(gold)
    value = Decimal(int(exact.value / exact.scale))
    yield from spoil(exact)
    yield f"Answer: {value + 1}", Reason("off_by_one")
    yield f"Answer: {value - 1}", Reason("off_by_one")
    if exact.scale == 1:
        yield f"Answer: {value}.5", Reason("not_whole")
    yield f"Answer: {value}%", Reason("unit_error")
    yield f"Answer: ${value}", Reason("unit_error")
    if value:
        yield f"Answer: {value * 1000}", Reason("scale_error")


def _whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


_MONEY = frozenset(CURRENCIES.values())
