"""Basis points: `25 bps`, 25个基点; 0.25 % and 0.25 percentage points say the same and are read as
such.
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
    """None: equal within gold's tolerance or rounding, counted in basis points."""
    exact = truth(gold)
    if found.unit:
        return Reason("unit_error")
    if found.sense == "multiple":
        return Reason("unit_error")
    return number_differs(counted(found, exact, "bps"), exact, hundredfold=True)


def show(found: Quantity, gold: Gold) -> str:
    """Canonical digits, counted in basis points."""
    return show_number(found, gold, "bps")


def renderings(gold: Gold) -> Iterator[str]:
    """Basis points in words and signs, percent, percentage points, Chinese."""
    value = shown(truth(gold))
    for tail in ("", " bps", " basis points", "个基点"):
        yield from spell(value, tail)
    yield f"{render_number(convert(value, 'bps', 'percent'))}%"
    yield f"{render_number(convert(value, 'bps', 'points'))} percentage points"
    yield f"{write_chinese(value)}个基点"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """Percent digits taken for basis points, wrong signs and values."""
    exact = truth(gold)
    value = shown(exact)
    text = render_number(value)
    yield from spoil(exact, " bps")
    for wrong, reason in wrong_numbers(gold, hundredfold=True):
        yield f"Answer: {render_number(wrong)} bps", reason
    yield f"Answer: ${text}", Reason("unit_error")
    for wrong, tail in ((value, "%"), (value.scaleb(-2, CONTEXT), " bps")):
        base = convert(wrong, "percent", "bps") if tail == "%" else wrong
        if number_differs(base, exact, hundredfold=True) == "percent_fraction":
            yield f"Answer: {render_number(wrong)}{tail}", Reason("percent_fraction")
