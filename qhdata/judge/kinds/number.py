"""A number with or without a unit: an amount, a ratio, a per-share figure.

An answer's scale word wins over the question's declared scale; without one it is read in the
declared scale. A number without unit may be written as percent or multiple (0.125 is 12.5 %); an
amount of money may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qhdata.judge.closeness import counted, number_differs, show_number, shown, truth, wrong_numbers
from qhdata.judge.reasons import Reason
from qhdata.judge.spellings import spell, spoil
from qhdata.quantities.parse import Quantity, parse
from qhdata.quantities.render import render_number
from qhdata.quantities.units import CONTEXT, fraction_from_percent, units_agree
from qhdata.records.task import Gold

_WORDS = {3: " thousand", 6: " million", 9: " billion", 12: " trillion", 4: "万", 8: "亿"}
_CHANGES = ("points", "percentage_points")
"""Kinds of what is a change by itself."""
_SIGNS = {"USD": "$", "CNY": "¥", "EUR": "€", "GBP": "£"}


def check(gold: Gold) -> None:
    """Raise BadGold where gold is malformed."""
    truth(gold)


def read(text: str, gold: Gold) -> Quantity | Reason:
    """The one quantity of the slot."""
    found = parse(text, gold.unit, change=gold.kind in _CHANGES)
    return Reason(found) if isinstance(found, str) else found


def differs(found: Quantity, gold: Gold) -> Reason | None:
    """None: equal within gold's tolerance or rounding, in gold's unit."""
    exact = truth(gold)
    pure = gold.unit in ("", "pure")
    if found.sense != "plain":
        if not pure or exact.scale != 1:
            return Reason("unit_error")
        if found.sense == "points":
            return Reason("points_error")
    elif found.unit and (pure or not units_agree(found.unit, gold.unit)):
        return Reason("unit_error")
    value = counted(found, exact, "plain")
    return number_differs(value, exact, hundredfold=pure)


def show(found: Quantity, gold: Gold) -> str:
    """Canonical digits in base units."""
    return show_number(found, gold, "plain")


def renderings(gold: Gold) -> Iterator[str]:
    """Digits, separators, signs of currency, parentheses, scale words, Chinese."""
    exact = truth(gold)
    value = shown(exact)
    above, _, below = gold.unit.partition("/")
    sign = _SIGNS.get(above, "")
    yield from spell(value)
    if sign:
        yield from spell(value, sign=sign)
    if above and above != "pure":
        unit = f"{above} per share" if below == "shares" else gold.unit
        yield f"{render_number(value)} {unit}"
    base = CONTEXT.multiply(value, exact.scale)
    for power, word in _WORDS.items():
        scaled = base.scaleb(-power, CONTEXT)
        if exact.scale == Decimal(1).scaleb(power):
            yield from spell(scaled, word, sign=sign)
        elif abs(scaled) >= 1:
            yield f"{render_number(scaled)}{word}"
    if gold.unit in ("", "pure") and exact.scale == 1:
        yield f"{render_number(value.scaleb(2, CONTEXT))}%"
        yield f"{render_number(value)}x"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """Lost signs, wrong scales, wrong units, and answers that are no answer."""
    exact = truth(gold)
    yield from spoil(exact)
    for wrong, reason in wrong_numbers(gold, hundredfold=gold.unit in ("", "pure")):
        yield f"Answer: {render_number(wrong)}", reason
    value = shown(exact)
    text = render_number(value)
    if gold.unit in ("", "pure"):
        yield f"Answer: ${text}", Reason("unit_error")
        points = "points_error" if exact.scale == 1 else "unit_error"
        yield f"Answer: {text} percentage points", Reason(points)
        fraction = fraction_from_percent(CONTEXT.multiply(value, exact.scale))
        confused = number_differs(fraction, exact, hundredfold=True)
        if exact.scale != 1:
            yield f"Answer: {text}%", Reason("unit_error")
        elif confused is not None:
            yield f"Answer: {text}%", confused
    else:
        yield f"Answer: {text}%", Reason("unit_error")
        yield f"Answer: {text}x", Reason("unit_error")
        other = "CHF" if gold.unit != "CHF" else "KRW"
        yield f"Answer: {other} {text}", Reason("unit_error")
    for power, word in _WORDS.items():
        # The reply's scale word wins, so the right digits with the wrong word are wrong.
        scaled = number_differs(
            value.scaleb(power, CONTEXT), exact, hundredfold=gold.unit in ("", "pure")
        )
        if scaled is not None:
            yield f"Answer: {text}{word}", scaled
