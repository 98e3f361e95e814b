"""Durations of the SEC's formats to ISO 8601 (xs:duration, which knows neither weeks nor parts).

What is no whole number spills into the next smaller units, as the SEC's own rules have it: a year
is 12 months, a month 30.4375 days, a week 7 days, a day 24 hours; the rest below is cut off.
"""

from __future__ import annotations

import re
from decimal import Decimal

from qhdata.extract.words import word_number

_DECIMAL = re.compile(r"[+-]?(?:\d{1,9}(?:\.\d{0,20})?|\.\d{1,20})")
_MONTH_DAYS = Decimal("30.4375")
_DASHES = re.compile(r"[-\u058a\u05be\u2010-\u2015\ufe58\ufe63\uff0d,]+")
_PART = re.compile(r"(.+?) (year|month|week|day)s?(?: |$)")


def duration(unit: str, text: str) -> str | None:
    """A number of one unit (year, month, week, day, hour) as a duration; None where it is none.

    >>> duration("year", "22.3456"), duration("month", "22.3456"), duration("week", "2.5")
    ('P22Y4M4D', 'P22M10D', 'P17D')
    >>> duration("day", "1.5"), duration("year", "-5.7"), duration("year", "0")
    ('P1DT12H', '-P5Y8M12D', 'P0Y')
    """
    number = Decimal(text) if _DECIMAL.fullmatch(text) else word_number(text)
    if number is None:
        return None
    size = abs(Decimal(number))
    whole = int(size)
    rest = size - whole
    if unit == "year":
        months = rest * 12
        parts = [(whole, "Y"), (int(months), "M"), (int((months % 1) * _MONTH_DAYS), "D")]
    elif unit == "month":
        parts = [(whole, "M"), (int(rest * _MONTH_DAYS), "D")]
    elif unit == "week":
        parts = [(int(size * 7), "D")]
    elif unit == "day":
        parts = [(whole, "D"), (int(rest * 24), "H")]
    else:
        parts = [(whole, "H")]
    said = [(n, letter) for n, letter in parts if n] or parts[:1]
    days = "".join(f"{n}{letter}" for n, letter in said if letter != "H")
    hours = "".join(f"T{n}H" for n, letter in said if letter == "H")
    sign = "-" if number < 0 and any(n for n, _ in parts) else ""
    return f"{sign}P{days}{hours}"


def duration_of_words(text: str) -> str | None:
    """Years, months, weeks and days in words or digits; None where a word is neither.

    >>> duration_of_words("five-year"), duration_of_words("two years, six months and 3 days")
    ('P5Y', 'P2Y6M3D')
    >>> duration_of_words("364-day"), duration_of_words("no days"), duration_of_words("some years")
    ('P364D', 'P0D', None)
    """
    rest = " ".join(_DASHES.sub(" ", text.lower()).split())
    counts: dict[str, int] = {}
    while rest:
        part = _PART.match(rest)
        if part is None:
            return None
        words = part[1].removeprefix("and ")
        number = int(words) if re.fullmatch(r"\d{1,9}", words) else word_number(words)
        if number is None:
            return None
        unit, times = ("day", 7) if part[2] == "week" else (part[2], 1)
        counts[unit] = counts.get(unit, 0) + number * times
        rest = rest[part.end() :]
    letters = {"year": "Y", "month": "M", "day": "D"}
    said = "".join(f"{counts[u]}{letter}" for u, letter in letters.items() if counts.get(u))
    return f"P{said or '0D'}" if counts else None
