"""When is a number equal to gold? The one policy of rounding, tolerance, scale, sign and unit.

A value is right when it lies in gold's tolerance (derived from the precision of the figures it was
computed from), or when it rounds to gold at the decimals that the question asks for, in the scale
that it declares. On exact ties half up and half even both count. A right number times a thousand is
a `scale_error`, its negative a `sign_error`, its hundredth or hundredfold a `percent_fraction`:
wrong for a reason that a curriculum can use, and never close enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    InvalidOperation,
)
from functools import lru_cache
from typing import NamedTuple

from qhdata.judge.reasons import BadGold, Reason
from qhdata.quantities.parse import Quantity
from qhdata.quantities.render import render_number, round_places
from qhdata.quantities.units import CONTEXT, Sense, convert, units_agree
from qhdata.records.task import Gold

_ROUND = Context(prec=80)
_LARGEST_EXPONENT = 60
_SCALE_ERRORS = (3, -3, 6, -6, 9, -9, 12, -12, 4, -4, 8, -8)
"""Powers of ten by which answers go astray: thousand, million, billion, and 万, 亿."""


class Truth(NamedTuple):
    """A gold number, read once."""

    value: Decimal
    scale: Decimal
    decimals: int | None
    low: Decimal
    high: Decimal
    place: Decimal
    """One at the last decimal asked, in the declared scale."""
    unit: Decimal
    """The same in base units: what rounds alike is no farther apart."""
    rounded: tuple[Decimal, ...]


@lru_cache(maxsize=4096)
def truth(gold: Gold) -> Truth:
    """Gold's numbers as Decimal; raises BadGold where gold is malformed."""
    value, scale = _decimal(gold.value), _decimal(gold.scale)
    if scale <= 0:
        raise BadGold(f"scale {gold.scale} is not positive")
    low = high = value
    if gold.tolerance is not None:
        low, high = _decimal(gold.tolerance.low), _decimal(gold.tolerance.high)
        if not low <= value <= high:
            raise BadGold(f"tolerance {low}..{high} does not hold {value}")
    if gold.decimals is not None and abs(gold.decimals) > 20:
        raise BadGold(f"decimals {gold.decimals} is out of range")
    try:
        rounded = _rounded(value, scale, gold.decimals)
    except DecimalException:
        raise BadGold(f"{value} at {gold.decimals} decimals of {scale} is out of range") from None
    place = Decimal(1).scaleb(-(gold.decimals or 0))
    unit = CONTEXT.multiply(scale, place)
    return Truth(value, scale, gold.decimals, low, high, place, unit, rounded)


def same_number(value: Decimal, gold: Truth) -> bool:
    """Whether a value in base units is gold, within tolerance or rounding."""
    if value == gold.value or gold.low <= value <= gold.high:
        return True
    if gold.decimals is None:
        return False
    if gold.value and value and not any(gold.rounded):
        return False  # everything small rounds to this gold: only 0 and gold itself are right
    if _apart(value, gold) > gold.unit:
        return False
    in_scale = value if gold.scale == 1 else CONTEXT.divide(value, gold.scale)
    if _quantize(in_scale, gold.place, ROUND_HALF_UP) in gold.rounded:
        return True
    return _quantize(in_scale, gold.place, ROUND_HALF_EVEN) in gold.rounded


def number_differs(value: Decimal, gold: Truth, *, hundredfold: bool) -> Reason | None:
    """None when equal, else the most telling reason; `hundredfold`: percent and fraction may be
    confused here.
    """
    if same_number(value, gold):
        return None
    if same_number(value.copy_negate(), gold):
        return Reason("sign_error")
    nothing = any(not one for one in gold.rounded)  # everything scaled down rounds to 0
    if hundredfold and not nothing:
        for power in (2, -2):
            if same_number(value.scaleb(power, CONTEXT), gold):
                return Reason("percent_fraction")
    if value and not nothing:
        apart = gold.value.adjusted() - value.adjusted()
        for power in _SCALE_ERRORS:
            if abs(power - apart) <= 1 and same_number(value.scaleb(power, CONTEXT), gold):
                return Reason("scale_error")
    if gold.decimals is not None and _too_coarse(value, gold):
        return Reason("rounding")
    return Reason("out_of_tolerance")


def counted(found: Quantity, gold: Truth, sense: Sense) -> Decimal:
    """What was found, in gold's base units and sense.

    An answer's own scale word or sense (`%`, `bps`) wins, else it is read as the question asks.
    """
    if found.sense != "plain":
        return convert(found.value, found.sense, sense)
    if found.scale is not None or gold.scale == 1:
        return found.value
    return CONTEXT.multiply(found.value, gold.scale)


def show_number(found: Quantity, gold: Gold, sense: Sense) -> str:
    """Canonical text: digits in gold's base units and sense, so that it reads beside `gold.value`.

    A unit is added only where it disagrees with gold's.
    """
    value = counted(found, truth(gold), sense)
    digits = render_number(value.normalize(CONTEXT), separators=False)
    return digits if units_agree(found.unit, gold.unit) else f"{digits} {found.unit}"


def shown(gold: Truth) -> Decimal:
    """Gold as the question asks to write it: in the declared scale, at the asked decimals."""
    value = CONTEXT.divide(gold.value, gold.scale)
    if gold.decimals is None:
        return value
    return round_places(value, gold.decimals)


def wrong_numbers(gold: Gold, *, hundredfold: bool = False) -> Iterator[tuple[Decimal, Reason]]:
    """Numbers (as shown, without a scale word) that must be wrong, and why: the near misses of
    numeric kinds.
    """
    exact = truth(gold)
    value = shown(exact)
    step = Decimal(1).scaleb(-(exact.decimals if exact.decimals is not None else 0))
    candidates = [-value, value.scaleb(3, CONTEXT), value.scaleb(-3, CONTEXT)]
    candidates += [value + 2 * step, value - 2 * step, value * 2 + step]
    for candidate in candidates:
        base = CONTEXT.multiply(candidate, exact.scale)
        reason = number_differs(base, exact, hundredfold=hundredfold)
        if reason is not None:
            yield candidate, reason


def _too_coarse(value: Decimal, gold: Truth) -> bool:
    """Whether the answer is gold at fewer decimals than asked."""
    if _apart(value, gold) > gold.unit.scaleb(3, CONTEXT):
        return False
    at = CONTEXT.divide(gold.value, gold.scale)
    found = CONTEXT.divide(value, gold.scale)
    for fewer in range(1, 4):
        places = (gold.decimals or 0) - fewer
        unit = Decimal(1).scaleb(-places)
        if found == _quantize(found, unit, ROUND_HALF_UP) and found in (
            _quantize(at, unit, ROUND_HALF_UP),
            _quantize(at, unit, ROUND_HALF_EVEN),
        ):
            return bool(found)
    return False


def _apart(value: Decimal, gold: Truth) -> Decimal:
    return CONTEXT.subtract(value, gold.value).copy_abs()


def _rounded(value: Decimal, scale: Decimal, decimals: int | None) -> tuple[Decimal, ...]:
    if decimals is None:
        return (value,)
    in_scale = value if scale == 1 else CONTEXT.divide(value, scale)
    unit = Decimal(1).scaleb(-decimals)
    up = _quantize(in_scale, unit, ROUND_HALF_UP)
    even = _quantize(in_scale, unit, ROUND_HALF_EVEN)
    return (up,) if up == even else (up, even)


def _quantize(value: Decimal, unit: Decimal, rounding: str) -> Decimal:
    return value.quantize(unit, rounding, _ROUND)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadGold(f"not a decimal number: {text!r}") from None
    if (
        not value.is_finite()
        or len(text) > 80
        or (value and abs(value.adjusted()) > _LARGEST_EXPONENT)
    ):
        raise BadGold(f"not a bounded decimal number: {text!r}")
    return value
