"""One cell's text: is it a value, which number does it show, is it a symbol torn off its number."""

from __future__ import annotations

import functools
import re

from qhdata.records import DecimalText

_CURRENCY = r"(?:US\$|HK\$|C\$|A\$|NT\$|R\$|RMB|USD|CNY|EUR|GBP|[$€£¥￥₩])"
_NUMBER = re.compile(
    rf"^(?P<open>[(（]?)\s*(?P<minus>[-–—−+]?)\s*{_CURRENCY}?\s*(?P<open2>[(（]?)\s*"
    rf"(?P<minus2>[-–—−]?)\s*{_CURRENCY}?\s*"
    r"(?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+)\s*(?P<percent>[%％]?)\s*(?P<close>[)）]?)\s*"
    r"(?P<percent2>[%％]?)"
    r"(?:\s*(?:x|bps|bp|pts?|[¹²³⁴⁵⁶⁷⁸⁹⁰₀-₉]+|[*†‡]+|\([a-z0-9¹²³⁴⁵⁶⁷⁸⁹⁰]{1,2}\)))*$",
    re.I,
)
_DASH = re.compile(rf"^{_CURRENCY}?\s*[(]?\s*[-–—−]+\s*[)]?\s*%?$")
_WORDS = frozenset({"n/a", "na", "nm", "n/m", "n.m.", "*", "**", "nil", "none", "不适用"})
_YEAR = re.compile(
    r"^(?:FY|Fiscal\s*)?(?:19|20)\d\d\s*(?:年(?:度)?)?(?:\s*\(\w\)|[¹²³⁴⁵⁶⁷⁸⁹⁰*]+)?$"
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．－﹣‒―─％（）＋＄", "0123456789,.-----%()+$")
"""What typesetters put for the signs of a number; a rule or a figure dash is a minus or a dash."""
_GROUPED = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^\d+(?:\.\d+)?$|^\.\d+$")
_PREFIX = re.compile(rf"^{_CURRENCY}?\s*[(（]?\s*{_CURRENCY}?$")
_SUFFIX = re.compile(r"^[)）\s]*(?:%|％|pts?\.?|bps|x|pp)?[)）\s]*$")
_STACKED = re.compile(r"^[-–—−]\s+\d")
"""A dash and, apart from it, a number: two rows in one cell as often as a minus."""
_FRACTION = re.compile(r"^\$?\s?\d+[ -]\d{1,2}/\d{1,2}$")
_BETWEEN = re.compile(r"(?<=[\d%)])\s*[-–—]\s*(?=[$\d])|(?<=\S)\s+(?=\S)")
_NOTE = re.compile(
    r"^(?:\(\s*(?:[a-z0-9]{1,2}|[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,2})\s*\)|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|[*†‡#]{1,3}|\[[a-z0-9]{1,2}\])+$",
    re.I,
)


@functools.lru_cache(maxsize=8192)  # each cell is asked three times on its way
def is_value(text: str) -> bool:
    """Whether a cell shows a number, or a dash or word that stands for one.

    >>> is_value("(1,234)"), is_value("—"), is_value("Total assets"), is_value("１，２３４")
    (True, True, False, True)
    """
    first = text[:1]
    if first.isalpha() and first not in "URHCANER":
        return text.lower() in _WORDS
    if not text.isascii():
        text = text.translate(_FULL_WIDTH)
    return (
        _NUMBER.match(text) is not None or _DASH.match(text) is not None or text.lower() in _WORDS
    )


def is_year(text: str) -> bool:
    """Whether a cell is a year, which heads a column more often than it is a value."""
    return len(text) < 16 and _YEAR.match(text) is not None


def shows_figures(text: str) -> bool:
    """Whether a cell shows figures that are no single value: a range, a fraction, several lines.

    >>> shows_figures("$10,001-$50,000"), shows_figures("5 1/2"), shows_figures("52,285 127,535")
    (True, True, True)
    >>> shows_figures("12/31/2024"), shows_figures("2024 2023"), shows_figures("1 - 3")
    (False, False, False)
    """
    if len(text) > 64 or not any(c.isdigit() for c in text):
        return False
    if _FRACTION.match(text):
        return True
    pieces = _BETWEEN.split(text)
    return (
        len(pieces) > 1
        and any(c in ".,$%" for c in text)
        and all(is_value(piece) and not is_year(piece) for piece in pieces)
    )


def is_amount(text: str) -> bool:
    """Whether a cell shows a number that a scale may be meant for: no share of a hundred, no year.

    >>> is_amount("$1,234"), is_amount("12.5%"), is_amount("2024"), is_amount("Sales")
    (True, False, False, False)
    """
    return (
        any(c.isdigit() for c in text) and "%" not in text and is_value(text) and not is_year(text)
    )


def number(text: str) -> DecimalText | None:
    """The number that a cell shows: unscaled, signed by minus or parentheses; None for words.

    >>> number("$(1,234.5)"), number("12.5%"), number("(20) bps"), number("—"), number("1,234)")
    ('-1234.5', '12.5', '-20', None, None)
    """
    if len(text) > 64:
        return None
    if not text.isascii():
        text = text.translate(_FULL_WIDTH)
    found = _NUMBER.match(text)
    if not found or _STACKED.match(text):
        return None
    digits = found["digits"]
    if not digits.isascii():
        return None
    if not _GROUPED.match(digits):
        return None
    digits = digits.replace(",", "")
    if digits.startswith("."):
        digits = "0" + digits
    opened = bool(found["open"] or found["open2"])
    if opened != bool(found["close"]):
        return None  # half of a pair of brackets: nobody can say the sign
    minus = found["minus"] not in ("", "+") or bool(found["minus2"])
    whole, dot, part = digits.partition(".")
    digits = (whole.lstrip("0") or "0") + dot + part
    negative = (opened or minus) and digits.strip("0.") != ""
    return DecimalText("-" + digits if negative else digits)


def joins_next(text: str, after: str) -> bool:
    """Whether a cell is a currency sign or an open parenthesis that belongs to the next cell."""
    if len(text) > 6 or not _PREFIX.match(text):
        return False
    head = after[:3]
    return any(c.isdigit() for c in head) or head[:1] in ("-", "–", "—", "−", "(", "（", ".", "*")


def joins_before(text: str, before: str) -> bool:
    """Whether a cell is a closing parenthesis or a percent sign that belongs to the cell before."""
    if len(text) > 5 or not _SUFFIX.match(text):
        return False
    tail = before[-3:]
    return (
        any(c.isdigit() for c in tail)
        or before.count("(") > before.count(")")
        or before[-1:] in ("-", "–", "—", "−")
    )


def is_note(text: str) -> bool:
    """Whether a cell is nothing but footnote marks."""
    return len(text) <= 12 and _NOTE.match(text) is not None
