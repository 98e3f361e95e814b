"""Text to quantity: one number with its sign, scale, unit and sense, in English or Chinese, or the
reason why not.

The whole text must be one quantity: `$(1,234.5) million`, `−12.5 %`, `12.5亿元`, `百分之十二点五`,
`25 bps`. Ranges ("5 to 6"), hedges ("at least 5"), several numbers and words that are not of the
grammar are refused by name; nothing is picked out of prose. Two paths: a regular expression for
what nearly every answer looks like, and a scan over tokens for the rest; both are linear and
bounded, and no text is ever evaluated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, cast

from qhdata.quantities import numerals, units
from qhdata.quantities.units import CONTEXT, Sense, convert

Unread = Literal[
    "empty", "too_long", "unreadable", "many_numbers", "range", "hedge", "not_finite", "too_large",
    "malformed_number",
]  # fmt: skip
"""Why a text is not one quantity."""

LONGEST = 200
"""Characters of a text that may hold one quantity."""
LONGEST_NUMBER = 60
"""Digits and separators of one number; more is not an answer."""
LARGEST_EXPONENT = 40
"""A quantity lies under 10^40 and, unless 0, over 10^-40."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it counts: 1,234.5 million USD has the value 1234500000."""

    value: Decimal
    """In base units; percents, points and bps count in themselves (12.5 % is 12.5)."""
    unit: str = ""
    """`USD`, `CNY`, `shares`, `USD/shares`; empty when none is written."""
    sense: Sense = "plain"
    scale: Decimal | None = field(default=None, compare=False)
    """Factor of the scale word; None when none is written."""
    places: int = field(default=0, compare=False)
    """Decimal places as written, before the scale."""


def parse(text: str, unit: str = "") -> Quantity | Unread:
    """The one quantity that `text` is, or why it is not one.

    `unit` is what is expected; it decides only what `$` and `¥` mean and which counted noun may
    follow.

    >>> parse("$(9.8) million")
    Quantity(value=Decimal('-9.8E+6'), unit='USD', sense='plain', scale=Decimal('1E+6'), places=1)
    >>> parse("5 to 6"), parse("between 5 and 6"), parse("nan"), parse("5 or 6")
    ('range', 'range', 'not_finite', 'hedge')
    """
    if len(text) > LONGEST:
        return "too_long"
    match = _COMMON.fullmatch(text)
    if match is not None and len(text) <= LONGEST_NUMBER:
        minus, opened, dollar, whole, places, percent, closed = match.groups()
        if (opened is None) == (closed is None) and not (minus and opened):
            digits = whole.replace(",", "") + (places or "")
            value = Decimal(digits if not (minus or opened) else "-" + digits)
            found_unit = _sign_unit("$", unit) if dollar else ""
            sense: Sense = "percent" if percent else "plain"
            if not (dollar and percent):
                return Quantity(value, found_unit, sense, None, len(places) - 1 if places else 0)
    folded = text.translate(_FOLD).strip().lower()
    if not folded:
        return "empty"
    found = _scan(folded, unit)
    if found == "many_numbers":
        again = _restated(folded, unit)
        if again is not None:
            return again
    return found


_COMMON = re.compile(
    r"\s?([-−–])?(\()?([$])?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s?(%)?(\))?\s?", re.ASCII
)

_FOLD: dict[int, str | None] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD.update({
    0x3000: " ", 0xA0: " ", 0x202F: " ", 0x2009: " ", 0x200B: None, 0xFEFF: None,
    0x2212: "-", 0x2013: "-", 0x2014: "-", 0x2012: "-", 0x2010: "-", 0x2011: "-", 0xFE63: "-",
    0xFFE5: "¥", 0xFFE1: "£", 0x301C: "~", 0x223C: "~", 0x3001: "、", 0x3002: ".", 0x2248: "≈",
})  # fmt: skip
"""Full-width and typographic characters to the ones that the grammar knows."""

_RANGES = {"to", "between", "至", "到", "~", "±", "+/-", "从", "from", "之间", "through"}
_HEDGES = {
    "or", "either", "and", "perhaps", "maybe", "possibly", "over", "under", "above", "below",
    "least", "most", "more", "less", "than", "up", "nearly", "almost", "some", "several", "few",
    ">", "<", "≥", "≤",
    "或", "或者", "和", "超过", "不足", "至少", "至多", "以上", "以下", "可能", "近", "多", "余",
}  # fmt: skip
_SILENT = {
    "the", "answer", "final", "is", "was", "are", "in", "of", "us", "u.s.", "=", ":", "about",
    "approximately", "approx", "around", "roughly", "circa", "ca", "≈",
    "约", "大约", "约为", "为", "是",
    "答案", "答案是", "左右", "大概", "equals", "equal", "*", "共",
}  # fmt: skip
"""Words that say nothing of the value; "about" and 约 are read away, as every rounded answer is
about.
"""
_NEGATIVE = {"-", "minus", "negative", "负"}
_NOT_FINITE = {"nan", "inf", "infinity", "infinite", "∞", "无穷大", "无穷"}
_PER_SHARE = {"per share", "a share", "/share", "/shares", "/股", "每股"}
_CENTS = {"cent", "cents", "¢", "美分"}

_HAN_WORDS = sorted(
    {
        word
        for words in (
            units.CURRENCIES, units.SENSES, units.NOUNS, _RANGES, _HEDGES, _SILENT, _NEGATIVE,
            _NOT_FINITE, _PER_SHARE, _CENTS,
        )
        for word in words
        if word[0] >= "⺀"
    },
    key=lambda word: (-len(word), word),
)  # fmt: skip

_TOKEN = re.compile(
    r"(?P<number>\d+(?:,\d+)*(?:\.\d+)?(?:e[+-]?\d{1,4}(?![\d.]))?|\.\d+)"
    r"|(?P<space>\s+)"
    r"|(?P<word>/\s?shares?|/股|\+/-|percentage\s{1,3}points?|basis\s{1,3}points?|per\s{1,3}cent\b"
    r"|per\s{1,3}share\b|a\s{1,3}share\b|u\.s\.|[a-z]{1,3}\$|[a-z]+|:\s?1(?![\d.,])|"
    + "|".join(_HAN_WORDS)
    + r")"
    r"|(?P<han>[" + numerals.CHARACTERS + r"]+)"
    r"|(?P<sign>.)",
    re.DOTALL | re.ASCII,
)


def _scan(text: str, expected: str) -> Quantity | Unread:
    """One pass over the tokens of a folded text."""
    value: Decimal | None = None
    exponent: int | None = None
    unit = ""
    sense: Sense = "plain"
    places = 0
    minuses = opened = closed = 0
    per_share = hundredths = False
    problem: Unread | None = None
    spread: Unread | None = None
    expected_nouns = {expected.lower(), expected.lower().rstrip("s")} if expected else set()
    last_exponent = 99
    pending: Decimal | None = None  # the head of 1亿2345万, whose tail is being read
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        token = match.group()
        if kind == "space":
            continue
        if kind in ("number", "han"):
            if kind == "han" and value is not None and token in units.SCALES:
                exponent = _together(exponent, units.SCALES[token])
                continue
            read = _number(token) if kind == "number" else _han_number(token)
            if isinstance(read, str):
                problem = problem or read
                continue
            number, number_places, number_scale = read
            if value is not None:
                chinese = exponent is not None and 4 <= exponent < last_exponent
                tail = text[match.end() : match.end() + 2]
                if chinese and not unit and sense == "plain" and tail[:1] in ("万", "千", "百"):
                    pending = (pending or Decimal(0)) + value.scaleb(cast(int, exponent), CONTEXT)
                    last_exponent, exponent = cast(int, exponent), None
                    value = number
                    continue
                problem = problem or "many_numbers"
                continue
            value, places = number, number_places
            if number_scale is not None:
                exponent, value = number_scale, value.scaleb(-number_scale, CONTEXT)
            continue
        if token in _NOT_FINITE:
            return "not_finite"
        if token in _RANGES or (token == "-" and value is not None and not problem):
            spread = spread or "range"
        elif token in _HEDGES:
            if spread != "range":
                spread = "hedge"
        elif token in _SILENT or (token == "." and value is not None):
            continue
        elif token in _NEGATIVE:
            minuses += 1
        elif token == "+" and value is None:
            continue
        elif token in ("(", ",", ";", "、") and value is not None:
            problem = problem or "many_numbers"
        elif token == "(":
            opened += 1
        elif token == ")" and value is not None:
            closed += 1
        elif token in units.SCALES and value is not None:
            exponent = _together(exponent, units.SCALES[token])
        elif token in numerals.ENGLISH:
            if value is None:
                value = Decimal(numerals.ENGLISH[token])
            else:
                problem = problem or "many_numbers"
        elif token in _PER_SHARE:
            per_share = True
        elif token in _CENTS:
            hundredths = True
        else:
            token = " ".join(token.split())
            if token in units.CURRENCIES:
                named = _sign_unit(token, expected)
                if unit and unit != named:
                    problem = problem or "unreadable"
                unit = named
            elif token in units.SENSES or token.startswith(":"):
                meant = units.SENSES.get(token, "multiple")
                if sense != "plain" and sense != meant:
                    problem = problem or "unreadable"
                sense = meant
            elif token in units.NOUNS or token in expected_nouns:
                noun = units.NOUNS.get(token, expected)
                if unit:
                    problem = problem or "unreadable"
                unit = noun
            else:
                problem = problem or "unreadable"
    if value is None:
        return problem or "unreadable"
    if spread is not None:
        return spread
    if problem is not None:
        return problem
    if opened > 1 or opened != closed or minuses > 1 or (sense != "plain" and (unit or per_share)):
        return "unreadable"
    if hundredths:
        if unit or sense != "plain":
            return "unreadable"
        unit, exponent = _sign_unit("dollars", expected.partition("/")[0]), (exponent or 0) - 2
    if per_share:
        unit += "/shares"
    base = value if exponent is None else value.scaleb(exponent, CONTEXT)
    if pending is not None:
        base = CONTEXT.add(pending, base)
        exponent = last_exponent
    if base and abs(base.adjusted()) > LARGEST_EXPONENT:
        return "too_large"
    if minuses or opened:
        base = -base
    scale = None if exponent is None else Decimal(1).scaleb(exponent)
    return Quantity(base, unit, sense, scale, places)


def _number(token: str) -> tuple[Decimal, int, int | None] | Unread:
    """A token of Arabic digits: its value, its decimal places, and no scale."""
    if len(token) > LONGEST_NUMBER:
        return "too_long"
    mantissa, _, power = token.partition("e")
    whole, _, places = mantissa.partition(".")
    groups = whole.split(",")
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return "malformed_number"
    value = Decimal("".join(groups) + ("." + places if places else ""))
    if power:
        if abs(int(power)) > LARGEST_EXPONENT:
            return "too_large"
        value = value.scaleb(int(power), CONTEXT)
    return value, len(places), None


def _han_number(token: str) -> tuple[Decimal, int, int | None] | Unread:
    """A Chinese numeral: its value, its decimal places, and the power of ten of the 万 and 亿 in
    it.
    """
    value = numerals.read_chinese(token)
    if value is None:
        return "malformed_number"
    places = len(token.partition("点")[2].rstrip("万亿"))
    scale = 8 if "亿" in token else 4 if "万" in token else None
    return value, places, scale


def _together(exponent: int | None, more: int) -> int:
    return more if exponent is None else exponent + more


def _sign_unit(token: str, expected: str) -> str:
    """The currency that a sign or word means, given the expected unit."""
    shared = units.SHARED_SIGNS.get("dollars" if token == "dollar" else token)
    above = expected.partition("/")[0]
    if shared is not None and above in shared:
        return above
    return units.CURRENCIES[token]


def _restated(text: str, unit: str) -> Quantity | None:
    """The quantity of a text that says one amount twice: `12.5% (0.125)`, `35 million =
    35,000,000`.
    """
    for mark in ("(", "=", "≈"):
        first, found, second = text.partition(mark)
        if not found:
            continue
        left, right = _scan(first, unit), _scan(second.rstrip(" )."), unit)
        if isinstance(left, str) or isinstance(right, str):
            continue
        if convert(left.value, left.sense, "plain") == convert(right.value, right.sense, "plain"):
            return left
    return None
