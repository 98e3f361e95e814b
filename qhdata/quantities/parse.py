"""Text to quantity: one number with its sign, scale, unit and sense, in English or Chinese, or why
not.

The whole text must be one quantity: `$(1,234.5) million`, `−12.5 %`, `12.5亿元`, `百分之十二点五`,
`25 bps`. Ranges ("5 to 6"), hedges ("at least 5"), several numbers and words that are not of the
grammar are refused by name; nothing is picked out of prose. Two paths: a regular expression for
what nearly every answer looks like, and a scan over tokens (scan.py) for the rest; both are linear
and bounded, and no text is ever evaluated.
"""

from __future__ import annotations

import re
from decimal import Decimal

from qhdata.quantities.numerals import in_digits
from qhdata.quantities.quantity import Quantity, Unread
from qhdata.quantities.scan import LONGEST_NUMBER, scan, sign_unit
from qhdata.quantities.units import Sense, convert

__all__ = ["LONGEST", "Quantity", "Unread", "parse"]

LONGEST = 200
"""Characters of a text that may hold one quantity."""


def parse(text: str, unit: str = "") -> Quantity | Unread:
    """The one quantity that `text` is, or why it is not one.

    `unit` is what is expected; it decides only what `$` and `¥` mean and which counted noun may
    follow.

    >>> parse("$(9.8) million")
    Quantity(value=Decimal('-9.8E+6'), unit='USD', sense='plain', scale=Decimal('1E+6'), places=1)
    >>> parse("5 to 6"), parse("between 5 and 6"), parse("nan"), parse("5 or 6")
    ('range', 'range', 'not_finite', 'hedged')
    >>> parse(r"2.5 × 10^{6}").value == parse("2.5 million").value
    True
    """
    if len(text) > LONGEST:
        return "too_long"
    match = _COMMON.fullmatch(text)
    if match is not None and len(text) <= LONGEST_NUMBER:
        minus, opened, dollar, whole, places, percent, closed = match.groups()
        if (opened is None) == (closed is None) and not (minus and opened):
            digits = whole.replace(",", "") + (places or "")
            value = Decimal(digits if not (minus or opened) else "-" + digits)
            found_unit = sign_unit("$", unit) if dollar else ""
            sense: Sense = "percent" if percent else "plain"
            if not (dollar and percent):
                return Quantity(value, found_unit, sense, None, len(places) - 1 if places else 0)
    folded = text.translate(_FOLD).strip().lower()
    if not folded:
        return "empty"
    if "10" in folded:
        folded = _POWER.sub(_scientific, folded)
    if _LETTERS.search(folded):
        folded = _IN_SCALE.sub(r" \1", in_digits(folded))
    found = scan(folded, unit)
    if found == "multiple_answers":
        again = _restated(folded, unit)
        if again is not None:
            return again
    return found


_COMMON = re.compile(
    r"\s?([-−–])?(\()?([$])?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s?(%)?(\))?\s?", re.ASCII
)

_POWER = re.compile(
    r"(?<=\d)\s?(?:[×x*·]|\\cdot)\s?10\s?"
    r"(?:\^\s?(?:\{\s?(-?\d{1,2})\s?\}|(-?\d{1,2})(?!\d))|(⁻?[⁰¹²³⁴-⁹]{1,2}))"
)
"""A power of ten behind its number: `2 × 10^{6}`, `2x10⁶`."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_LETTERS = re.compile("[a-z]{3}")
_IN_SCALE = re.compile(r"\s?\((?:in )?(thousands|millions|billions)(?: of (?:us )?dollars)?\)$")


def _scientific(found: re.Match[str]) -> str:
    """As the scan reads it: 2e6."""
    return f"e{(found[1] or found[2] or found[3]).translate(_RAISED)}"


_FOLD: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD.update({
    0x3000: " ", 0xA0: " ", 0x202F: " ", 0x2009: " ", 0x200B: None, 0xFEFF: None,
    0x2212: "-", 0x2013: "-", 0x2014: "-", 0x2012: "-", 0x2010: "-", 0x2011: "-", 0xFE63: "-",
    0x5104: "亿", 0x842C: "万", 0xFFE5: "¥", 0xFFE1: "£", 0x301C: "~", 0x223C: "~", 0x3001: "、",
    0x3002: ".", 0x2248: "≈",
})  # fmt: skip
_FOLD.update(
    {
        ord(old): new
        for old, new in zip("壹贰叁肆伍陆柒捌玖拾佰仟圆", "一二三四五六七八九十百千元", strict=True)
    }
)
"""Full-width and typographic characters to the ones that the grammar knows."""


def _restated(text: str, unit: str) -> Quantity | None:
    """The quantity of a text that says one amount twice: `12.5% (0.125)`, `35 million =
    35,000,000`.
    """
    for mark in ("(", "=", "≈"):
        first, found, second = text.partition(mark)
        if not found:
            continue
        left, right = scan(first, unit), scan(second.rstrip(" )."), unit)
        if isinstance(left, str) or isinstance(right, str):
            continue
        if convert(left.value, left.sense, "plain") == convert(right.value, right.sense, "plain"):
            return left
    return None
