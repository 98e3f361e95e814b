"""A multiple: `2.5x`, 2.5 times, 2.5倍, `2.5:1`; 250 % says the same."""

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
    """None: equal within gold's tolerance or rounding, counted in multiples."""
    exact = truth(gold)
    if found.unit:
        return Reason("unit_error")
    if found.sense in ("points", "bps"):
        return Reason("unit_error")
    return number_differs(counted(found, exact, "multiple"), exact, hundredfold=True)


def show(found: Quantity, gold: Gold) -> str:
    """Canonical digits, counted in multiples."""
    return show_number(found, gold, "multiple")


def renderings(gold: Gold) -> Iterator[str]:
    """Times in words and signs, percent, Chinese."""
    value = shown(truth(gold))
    for tail in ("", "x", " times", "倍", ":1"):
        yield from spell(value, tail)
    yield f"{render_number(convert(value, 'multiple', 'percent'))}%"
    yield f"{write_chinese(value)}倍"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """Multiples taken for percent, wrong signs and values."""
    exact = truth(gold)
    value = shown(exact)
    text = render_number(value)
    yield from spoil(exact, "x")
    for wrong, reason in wrong_numbers(gold, hundredfold=True):
        yield f"Answer: {render_number(wrong)}x", reason
    yield f"Answer: ${text}", Reason("unit_error")
    yield f"Answer: {text} bps", Reason("unit_error")
    wrong = value.scaleb(-2, CONTEXT)
    if number_differs(wrong, exact, hundredfold=True) == "percent_fraction":
        yield f"Answer: {text}%", Reason("percent_fraction")
        yield f"Answer: {render_number(wrong)}x", Reason("percent_fraction")
