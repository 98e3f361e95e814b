"""A difference of two percentages, in percentage points: `1.5 pp`, 1.5个百分点.

A percent sign is a `points_error`: a margin that rises from 10 % to 11 % rises by 1 point and by 10
percent. Basis points of a difference are the same thing (25 bps are 0.25 points).
"""

from __future__ import annotations

from collections.abc import Iterator

from qhdata.judge.closeness import counted, number_differs, show_number, shown, truth, wrong_numbers
from qhdata.judge.kinds.number import check, read
from qhdata.judge.reasons import Reason
from qhdata.judge.spellings import spell, spoil
from qhdata.quantities.numerals import write_chinese
from qhdata.quantities.parse import Quantity
from qhdata.quantities.render import render_number
from qhdata.quantities.units import CONTEXT, convert
from qhdata.records.task import Gold

__all__ = ["check", "differs", "near_misses", "read", "renderings", "show"]


def differs(found: Quantity, gold: Gold) -> Reason | None:
    """None: equal within gold's tolerance or rounding, counted in percentage points."""
    exact = truth(gold)
    if found.unit:
        return Reason("unit_error")
    if found.sense == "percent":
        return Reason("points_error")
    if found.sense == "multiple":
        return Reason("unit_error")
    return number_differs(counted(found, exact, "points"), exact, hundredfold=True)


def show(found: Quantity, gold: Gold) -> str:
    """Canonical digits, counted in percentage points."""
    return show_number(found, gold, "points")


def renderings(gold: Gold) -> Iterator[str]:
    """Percentage points in words and signs, basis points, Chinese."""
    value = shown(truth(gold))
    for tail in ("", " percentage points", " pp", "个百分点"):
        yield from spell(value, tail)
    yield f"{render_number(convert(value, 'points', 'bps'))} basis points"
    yield f"{write_chinese(value)}个百分点"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """Percent for points, fractions, wrong signs and values."""
    exact = truth(gold)
    value = shown(exact)
    text = render_number(value)
    yield from spoil(exact, " pp")
    for wrong, reason in wrong_numbers(gold, hundredfold=True):
        yield f"Answer: {render_number(wrong)} pp", reason
    yield f"Answer: ${text}", Reason("unit_error")
    yield f"Answer: {text}%", Reason("points_error")
    for wrong in (value.scaleb(-2, CONTEXT), value.scaleb(2, CONTEXT)):
        if number_differs(wrong, exact, hundredfold=True) == "percent_fraction":
            yield f"Answer: {render_number(wrong)} pp", Reason("percent_fraction")
