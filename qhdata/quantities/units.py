"""Units, scales and senses: their words in English and Chinese, and the one conversion between
fraction and percent.

XBRL files a margin as the fraction 0.24 with the unit `pure`; people and the judge count it in
percent: 24. That factor of a hundred stands here and nowhere else. A sense says how a number
counts: `percent` and `points` (percentage points) count hundredths, `bps` ten-thousandths,
`multiple` ("2.5x") and `plain` count ones.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Literal

Sense = Literal["plain", "percent", "points", "bps", "multiple"]

CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-999_999,
    Emax=999_999,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""All arithmetic of record runs in this context, so that a caller's own context cannot change a
result.
"""

SCALES: dict[str, int] = {
    "hundred": 2, "hundreds": 2,
    "thousand": 3, "thousands": 3, "k": 3,
    "million": 6, "millions": 6, "m": 6, "mm": 6, "mn": 6, "mln": 6, "mio": 6,
    "billion": 9, "billions": 9, "b": 9, "bn": 9, "bln": 9,
    "trillion": 12, "trillions": 12, "t": 12, "tn": 12, "trn": 12,
    "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7,
    "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
"""Scale word -> power of ten."""

CURRENCIES: dict[str, str] = {
    "$": "USD", "us$": "USD", "usd$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "美元": "USD",
    "¥": "CNY", "cn¥": "CNY", "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "renminbi": "CNY",
    "元": "CNY", "人民币": "CNY",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "欧元": "EUR",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "英镑": "GBP",
    "hk$": "HKD", "hkd": "HKD", "港元": "HKD", "港币": "HKD",
    "jpy": "JPY", "yen": "JPY", "日元": "JPY",
    "c$": "CAD", "ca$": "CAD", "cad": "CAD", "加元": "CAD",
    "a$": "AUD", "aud": "AUD", "s$": "SGD", "sgd": "SGD", "nt$": "TWD", "twd": "TWD",
    "chf": "CHF", "krw": "KRW", "inr": "INR",
}  # fmt: skip
"""Currency word or sign -> ISO 4217 code."""

SHARED_SIGNS: dict[str, frozenset[str]] = {
    "$": frozenset({"USD", "CAD", "AUD", "HKD", "SGD", "TWD"}),
    "dollars": frozenset({"USD", "CAD", "AUD", "HKD", "SGD", "TWD"}),
    "¥": frozenset({"CNY", "JPY"}),
}
"""Signs that several currencies share; the expected unit decides between them."""

SENSES: dict[str, Sense] = {
    "%": "percent", "percent": "percent", "pct": "percent", "per cent": "percent",
    "百分之": "percent",
    "percentage points": "points", "percentage point": "points", "pp": "points", "ppt": "points",
    "ppts": "points", "pps": "points", "p.p.": "points", "p.p": "points",
    "percent points": "points", "percent point": "points",
    "% points": "points", "% point": "points", "% pts": "points", "% pt": "points",
    "%points": "points", "%pts": "points", "%pt": "points",
    "个百分点": "points", "百分点": "points",
    "bps": "bps", "bp": "bps", "b.p.": "bps", "b.p": "bps", "basis points": "bps",
    "basis point": "bps", "个基点": "bps", "基点": "bps",
    "x": "multiple", "×": "multiple", "times": "multiple", "倍": "multiple",
}  # fmt: skip
"""Word -> what the number counts."""

NOUNS: dict[str, str] = {
    "share": "shares", "shares": "shares", "股": "shares",
    "employee": "employees", "employees": "employees", "people": "employees", "人": "employees",
    "year": "years", "years": "years", "年": "years",
    "month": "months", "months": "months", "个月": "months",
    "day": "days", "days": "days", "天": "days",
    "quarter": "quarters", "quarters": "quarters",
    "item": "items", "items": "items", "个": "items", "家": "items", "项": "items",
}  # fmt: skip
"""Counted noun -> unit."""

_POWERS: dict[Sense, int] = {"plain": 0, "multiple": 0, "percent": 2, "points": 2, "bps": 4}


def percent_from_fraction(fraction: Decimal) -> Decimal:
    """0.24 -> 24.

    >>> percent_from_fraction(Decimal("0.244"))
    Decimal('24.4')
    """
    return fraction.scaleb(2, CONTEXT)


def fraction_from_percent(percent: Decimal) -> Decimal:
    """24 -> 0.24.

    >>> fraction_from_percent(Decimal("24.4"))
    Decimal('0.244')
    """
    return percent.scaleb(-2, CONTEXT)


def convert(value: Decimal, sense: Sense, into: Sense) -> Decimal:
    """A value that counts in one sense, counted in another; the amount stays the same.

    >>> convert(Decimal(25), "bps", "percent")
    Decimal('0.25')
    """
    power = _POWERS[into] - _POWERS[sense]
    return value.scaleb(power, CONTEXT) if power else value


def units_agree(found: str, expected: str) -> bool:
    """Whether an answer's unit says nothing against the expected one.

    No unit never disagrees; a currency alone is taken for an amount per share where that is asked
    ("$1.25").
    """
    if not found or found == expected:
        return True
    if "/" in expected:
        above, _, below = expected.partition("/")
        return found == above or found == f"/{below}"
    return False
