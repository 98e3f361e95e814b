"""The value of a fact: what is shown, through its format, times 10^scale, with its sign.

Nothing is guessed: what does not fit raises Untransformable with the name that counts it, and the
fact is kept as text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from qhdata.extract.transforms import Untransformable, plain_number, transform
from qhdata.records import DecimalText

_EXACT = Context(prec=120)
_WHOLE = re.compile(r"[+-]?[0-9]{1,4}")
MOST = 60
"""Powers of ten that a scale may have."""
DIGITS = 80


class BadValue(Untransformable):
    """What is shown cannot be read; note: the name that counts why."""

    def __init__(self, note: str, message: str) -> None:
        super().__init__(message)
        self.note = note


def format_fault(form: str, bound: Mapping[str, str]) -> str:
    """What is wrong with a format's prefix, by the name that counts it, or "".

    bound: namespaces by prefix; none where the page declares none, as fragments do.
    """
    space = bound.get(form.partition(":")[0].lower())
    if space is None:
        return "facts_unbound_format" if bound else ""
    return "" if "transformation" in space.lower() else "facts_bad_format"


def number(shown: str, form: str | None, scale: str | None, sign: str | None) -> tuple[str, str]:
    """(number or text, value): INF and NaN are texts.

    Raises Untransformable or InvalidOperation where it cannot be read.
    """
    kind, plain = transform(form, shown) if form else ("number", plain_number(shown))
    if kind != "number":
        if plain in ("INF", "-INF", "NaN"):
            return "text", plain
        raise BadValue("facts_bad_format", f"{form} gives no number")
    return "number", scaled(plain, scale, sign)


def scaled(shown: str, scale: str | None, sign: str | None) -> DecimalText:
    """A plain number times 10^scale, negated where the sign is `-`."""
    if len(shown) > DIGITS:
        raise Untransformable("more digits than a number has")
    power = whole(scale)
    if (power is None and (scale or "").strip()) or abs(power or 0) > MOST:
        raise BadValue("facts_bad_scale", f"scale {scale}")
    value = Decimal(shown).scaleb(power or 0, _EXACT)
    if sign and sign.strip():
        if sign.strip() != "-" or value.is_signed():
            raise BadValue("facts_bad_sign", f"sign {sign!r} of {shown}")
        if value:
            value = value.copy_negate()
    return DecimalText(format(value, "f"))


def fraction(el: Any, *tags: str) -> tuple[str, str | None]:
    """(`numerator/denominator`, the name that counts why not where one cannot be read)."""
    parts, wrong = [], None
    for sub in el.iter(*(tags or ("ix:numerator", "ix:denominator"))):
        shown = " ".join("".join(sub.itertext()).split())
        try:
            value = number(shown, sub.get("format"), sub.get("scale"), sub.get("sign"))[1]
        except (Untransformable, InvalidOperation) as error:
            value, wrong = shown, getattr(error, "note", "facts_unreadable")
        parts.append(value)
    if len(parts) != 2:
        wrong = "facts_unreadable"
    return "/".join(parts), wrong


@functools.lru_cache(maxsize=1024)
def whole(text: str | None) -> int | None:
    """A whole number as XML Schema writes it, or None."""
    plain = (text or "").strip()
    return int(plain) if _WHOLE.fullmatch(plain) else None


def decimals_of(value: str, precision: str) -> str | None:
    """The decimals that a precision means for a value (XBRL 2.1, 4.6.6); None where it has none.

    >>> decimals_of("123456", "3"), decimals_of("0.0125", "2"), decimals_of("0", "2")
    ('-3', '3', None)
    """
    if precision == "INF":
        return "INF"
    digits = whole(precision)
    try:
        found = abs(Decimal(value.strip()))
    except InvalidOperation:
        return None
    if digits is None or digits < 1 or not found.is_finite() or not found:
        return None
    return str(digits - found.adjusted() - 1)


def is_decimals(text: str) -> bool:
    """Whether decimals or a precision is what XBRL has: a whole number or INF."""
    return text == "INF" or whole(text) is not None
