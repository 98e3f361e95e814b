"""Quantity to text, in the ways in which filings and people write it; `parse` reads all of them
back.

`places` rounds half up, in the scale that is shown; without it every digit is kept.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

from qhdata.quantities.parse import Quantity
from qhdata.quantities.units import CONTEXT

Language = Literal["en", "zh"]

_ENGLISH_SCALES = {0: "", 3: "thousand", 6: "million", 9: "billion", 12: "trillion"}
_CHINESE_SCALES = {
    0: "", 2: "百", 3: "千", 4: "万", 6: "百万", 7: "千万", 8: "亿", 9: "十亿", 12: "万亿",
}  # fmt: skip
_ENGLISH_SENSES = {
    "plain": "", "percent": "%", "points": " percentage points", "bps": " bps", "multiple": "x",
}  # fmt: skip
_CHINESE_SENSES = {
    "plain": "", "percent": "%", "points": "个百分点", "bps": "个基点", "multiple": "倍",
}  # fmt: skip
_CHINESE_UNITS = {
    "USD": "美元", "CNY": "元", "EUR": "欧元", "GBP": "英镑", "HKD": "港元", "JPY": "日元",
    "shares": "股", "years": "年", "months": "个月", "days": "天", "employees": "人", "items": "项",
}  # fmt: skip
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP)


def round_places(value: Decimal, places: int) -> Decimal:
    """Half up, as people round; `places` may be negative.

    >>> round_places(Decimal("-2.25"), 1), round_places(Decimal(1250), -2)
    (Decimal('-2.3'), Decimal('1300'))
    """
    rounded = value.quantize(Decimal(1).scaleb(-places), context=_ROUNDING)
    return rounded if places >= 0 else rounded.quantize(Decimal(1), context=_ROUNDING)


def render_number(value: Decimal, places: int | None = None, *, separators: bool = True) -> str:
    """Plain digits, never an exponent; `-0` is written `0`.

    >>> render_number(Decimal("1234.5"), 2), render_number(Decimal("1E+3"))
    ('1,234.50', '1,000')
    """
    if places is not None:
        value = round_places(value, places)
    if not value:
        value = value.copy_abs()
    return format(value, ",f" if separators else "f")


def render(
    quantity: Quantity,
    *,
    places: int | None = None,
    scale: Decimal = Decimal(1),
    lang: Language = "en",
    separators: bool = True,
    parentheses: bool = False,
) -> str:
    """A quantity as text, with its unit, sense and scale word.

    `scale` is a power of ten that has a word in `lang`; `parentheses` encloses a negative number
    instead of a minus.

    >>> render(Quantity(Decimal("-1234500000"), "USD"), scale=Decimal(10**6), places=1)
    '-$1,234.5 million'
    >>> render(Quantity(Decimal("1250000000"), "CNY"), scale=Decimal(10**8), lang="zh")
    '12.5亿元'
    """
    exponent = scale.adjusted()
    words = _ENGLISH_SCALES if lang == "en" else _CHINESE_SCALES
    if exponent not in words or scale != Decimal(1).scaleb(exponent):
        raise ValueError(f"no {lang} word for the scale {scale}")
    shown = quantity.value
    if exponent:
        shown = shown.scaleb(-exponent, CONTEXT)
        if places is None:  # 1250000000 counted in 亿 is 12.5, not 12.50000000
            shown = shown.normalize(CONTEXT)
    digits = render_number(shown.copy_abs(), places, separators=separators)
    negative = shown < 0 and any(char in "123456789" for char in digits)
    word, unit, sense = words[exponent], quantity.unit, quantity.sense
    if lang == "zh":
        above, slash, below = unit.partition("/")
        tail = _CHINESE_UNITS.get(above, f" {above}" if above else "")
        if slash:
            tail += "/" + _CHINESE_UNITS.get(below, below)
        body = digits + word + _CHINESE_SENSES[sense] + tail
        if negative:
            return f"({body})" if parentheses else f"-{body}"
        return body
    above, slash, below = unit.partition("/")
    sign = _SIGNS.get(above, "")
    body = sign + digits + (f" {word}" if word else "") + _ENGLISH_SENSES[sense]
    if above and not sign:
        body += f" {above}"
    if slash:
        body += " per share" if below == "shares" else f" per {below}"
    if negative:
        return f"({body})" if parentheses else f"-{body}"
    return body
