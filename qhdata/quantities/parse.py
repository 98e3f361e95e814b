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
from dataclasses import replace
from decimal import Decimal

from qhdata.quantities.numerals import in_digits
from qhdata.quantities.quantity import Quantity, Unread
from qhdata.quantities.scan import LONGEST_NUMBER, scan, sign_unit
from qhdata.quantities.units import Sense, convert

__all__ = ["LONGEST", "Quantity", "Unread", "parse"]

LONGEST = 200
"""Characters of a text that may hold one quantity."""


def parse(text: str, unit: str = "", *, change: bool = False) -> Quantity | Unread:
    """The one quantity that `text` is, or why it is not one.

    `unit` is what is expected; it decides only what `$` and `¥` mean and which counted noun may
    follow. `change`: the quantity is a change, so that "a decrease of" is its sign; of a level it
    would say another thing.

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
    if _TIMES_TEN.search(text):
        text = _TIMES_TEN.sub(_scientific, text)
    folded = _PARTED.sub(",", text).translate(_FOLD).strip().lower()
    if not folded:
        return "empty"
    if _LETTERS.search(folded):
        folded = _IN_SCALE.sub(r" \1", in_digits(folded))
    found = scan(folded, unit, change=change)
    if found == "multiple_answers":
        again = _restated(folded, unit) or _noted(folded, unit)
        if again is not None:
            return again
    return found


_COMMON = re.compile(
    r"\s?([-−–])?(\()?([$])?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s?(%)?(\))?\s?", re.ASCII
)

_TIMES_TEN = re.compile(
    r"(?<=\d)\s?(?:[×xX*·]|\\cdot)\s?10\s?(?:\^\s?[{(]?\s?([-−–+]?\d{1,2})\s?[})]?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))(?!\d)",
    re.ASCII,
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−–", "0123456789-+--")
_PARTED = re.compile("(?<=\\d)[\u202f\u2009\u00a0'’](?=\\d{3}(?!\\d))", re.ASCII)
"""What parts thousands elsewhere, where it can mean nothing else: 1'234'567, and narrow spaces."""
_LETTERS = re.compile("[a-z]{3}")
_IN_SCALE = re.compile(r"\s?\((?:in )?(thousands|millions|billions)(?: of (?:us )?dollars)?\)$")

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


def _scientific(found: re.Match[str]) -> str:
    return f"e{(found[1] or found[2]).translate(_RAISED)}"


def _restated(text: str, unit: str) -> Quantity | None:
    """The quantity of a text that says one amount twice: `12.5% (0.125)`, `35 million =
    35,000,000`. Of the two, the one that says what it counts in.
    """
    for mark in ("(", "=", "≈", ",即", ";即"):
        first, found, second = text.partition(mark)
        if not found:
            continue
        second = _THAT_IS.sub("", second.rstrip(" )."))
        left, right = scan(first, unit), scan(second, unit)
        if isinstance(left, str) or isinstance(right, str):
            continue
        if left.unit and right.unit and left.unit != right.unit:
            continue
        if convert(left.value, left.sense, "plain") == convert(right.value, right.sense, "plain"):
            said = right if _says_less(left) and not _says_less(right) else left
            return replace(said, unit=left.unit or right.unit)
    return None


_THAT_IS = re.compile(r"^\s*(?:i\.?e\.?,?\s|or\s(?=\$?\d)|that is,?\s|即|或)\s*")


def _says_less(found: Quantity) -> bool:
    return found.sense == "plain" and found.scale is None


_NOTE = re.compile(r"(.*\d.*?)\s?\(([^()\d]{1,40})\)\.?", re.DOTALL)


def _noted(text: str, unit: str) -> Quantity | None:
    """The quantity of a text that says its unit in brackets: `1,234.5 (million USD)`."""
    match = _NOTE.fullmatch(text)
    if match is None:
        return None
    found = scan(f"{match[1]} {match[2]}", unit)
    return None if isinstance(found, str) else found
