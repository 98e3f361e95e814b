"""A percentage: `12.5 %`, 百分之十二点五, or 12.5 alone where percent was asked.

A fraction (0.125) is a `percent_fraction`: the question asks for percent, so a bare 0.125 means
0.125 %. Percentage points are another thing than percent; basis points of a rate are not (25 bps is
0.25 %).
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
    """None: equal within gold's tolerance or rounding, counted in percent."""
    exact = truth(gold)
    if found.unit:
        return Reason("unit_error")
    if found.sense == "points":
        return Reason("points_error")
    if found.sense == "multiple":
        return Reason("unit_error")
    return number_differs(counted(found, exact, "percent"), exact, hundredfold=True)


def show(found: Quantity, gold: Gold) -> str:
    """Canonical digits, counted in percent."""
    return show_number(found, gold, "percent")


def renderings(gold: Gold) -> Iterator[str]:
    """Percent signs and words, Chinese, basis points."""
    value = shown(truth(gold))
    for tail in ("", "%", " %", " percent", " per cent"):
        yield from spell(value, tail)
    yield f"{render_number(convert(value, 'percent', 'bps'))} bps"
    yield f"{'负' if value < 0 else ''}百分之{write_chinese(abs(value))}"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """Fractions, percentage points, wrong signs and values."""
    exact = truth(gold)
    value = shown(exact)
    text = render_number(value)
    yield from spoil(exact, "%")
    for wrong, reason in wrong_numbers(gold, hundredfold=True):
        yield f"Answer: {render_number(wrong)}%", reason
    yield f"Answer: ${text}", Reason("unit_error")
    yield f"Answer: {text} percentage points", Reason("points_error")
    yield f"Answer: {text} 个百分点", Reason("points_error")
    for wrong in (value.scaleb(-2, CONTEXT), value.scaleb(2, CONTEXT)):
        if number_differs(wrong, exact, hundredfold=True) == "percent_fraction":
            yield f"Answer: {render_number(wrong)}", Reason("percent_fraction")
            yield f"Answer: {render_number(wrong)}%", Reason("percent_fraction")
