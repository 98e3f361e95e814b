"""An amount per share: `$2.35`, $2.35 per share, 2.35元/股, 每股2.35元, 235 cents.

The unit may be left out, or the share; another currency, a percent or a multiple is a `unit_error`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qhdata.judge.closeness import shown, truth, wrong_numbers
from qhdata.judge.kinds import number
from qhdata.judge.kinds.number import show
from qhdata.judge.reasons import BadGold, Reason
from qhdata.judge.spellings import spell, spoil
from qhdata.quantities.parse import Quantity
from qhdata.quantities.render import render_number
from qhdata.records.task import Gold

__all__ = ["check", "differs", "near_misses", "read", "renderings", "show"]

_SIGNS = {"USD": "$", "CNY": "¥", "EUR": "€", "GBP": "£", "HKD": "HK$"}


def check(gold: Gold) -> None:
    """Raise BadGold where gold is malformed or its unit is of no share."""
    truth(gold)
    if gold.unit and not gold.unit.endswith("/shares"):
        raise BadGold(f"the unit of an amount per share is as USD/share: {gold.unit!r}")


def read(text: str, gold: Gold) -> Quantity | Reason:
    """The one quantity of the slot."""
    check(gold)
    return number.read(text, _whole(gold))


def differs(found: Quantity, gold: Gold) -> Reason | None:
    """None: equal within gold's tolerance or rounding, in gold's currency."""
    check(gold)
    if not gold.unit and found.unit.endswith("/shares"):
        found = replace(found, unit="")  # gold says no currency, so any will do
    if not gold.unit and found.sense != "plain":
        return Reason("unit_error")
    return number.differs(found, _whole(gold))


def renderings(gold: Gold) -> Iterator[str]:
    """Bare, with the currency's sign, per share in words, Chinese."""
    value = shown(truth(gold))
    text, minus = render_number(abs(value)), "-" if value < 0 else ""
    yield from spell(value)
    yield f"{minus}{text} per share"
    currency = gold.unit.partition("/")[0]
    if currency:
        sign = _SIGNS.get(currency, f"{currency} ")
        yield from spell(value, sign=sign)
        for tail in (" per share", " a share", "/share"):
            yield from spell(value, tail, sign=sign)
        yield f"{minus}{text} {currency}/share"
    if currency == "CNY":
        yield f"{minus}{text}元/股"
        yield f"每股{'负' if value < 0 else ''}{text}元"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """Wrong signs, scales, currencies and senses."""
    exact = truth(gold)
    text = render_number(shown(exact))
    yield from spoil(exact)
    for wrong, reason in wrong_numbers(_whole(gold), hundredfold=not gold.unit):
        yield f"Answer: {render_number(wrong)}", reason
    yield f"Answer: {text}%", Reason("unit_error")
    yield f"Answer: {text}x", Reason("unit_error")
    if gold.unit:
        other = "CHF" if not gold.unit.startswith("CHF") else "KRW"
        yield f"Answer: {other} {text} per share", Reason("unit_error")


def _whole(gold: Gold) -> Gold:
    return replace(gold, kind="number") if gold.kind != "number" else gold
