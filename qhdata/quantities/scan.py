"""One pass over the words, signs and numbers of a folded text: the grammar of quantities itself.

Every token says one thing (a number, a scale, a unit, a sign) and contradictions are kept as the
reason why the text is refused. Chinese words are cut by longest match; English ones at letters.
"""

from __future__ import annotations

import re
from decimal import Decimal

from qhdata.quantities import numerals, units
from qhdata.quantities.quantity import Quantity, Unread
from qhdata.quantities.units import CONTEXT, Sense

LONGEST_NUMBER = 40
"""Digits and separators of one number; more is not an answer."""
LARGEST_EXPONENT = 40
"""A quantity lies under 10^40 and, unless 0, over 10^-40."""


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
    "约", "大约", "约为", "整", "为", "是",
    "答案", "答案是", "左右", "大概", "equals", "equal", "*", "共", "共计", "合计", "总计",
    "rounded", "yoy", "同比", "环比",
}  # fmt: skip
"""Words that say nothing of the value; "about" and 约 are read away, as every rounded answer is
about.
"""
_NEGATIVE = {"-", "minus", "negative", "负"}
_RISES = {
    "increase", "increased", "rise", "rose", "growth", "grew",
    "增长", "增加", "上升", "提高", "提升", "上涨",
}  # fmt: skip
_FALLS = {
    "decrease", "decreased", "decline", "declined", "fall", "fell", "drop", "dropped", "reduction",
    "下降", "减少", "降低", "下滑", "下跌",
}  # fmt: skip
"""Words that say the sign of a change: a decrease of 5 points is -5. With a minus beside them they
say two things, and with a multiple nobody knows what they say (增长2.5倍 is 3.5 times as much).
"""
_BESIDE = {"a", "an", "by", "了"}
"""Words that stand beside those alone."""
_NOT_FINITE = {"nan", "inf", "infinity", "infinite", "∞", "无穷大", "无穷"}
_PER_SHARE = {"per share", "a share", "/share", "/shares", "/股", "每股"}
_CENTS = {"cent", "cents", "¢", "美分"}

_HAN_WORDS = sorted(
    {
        word
        for words in (
            units.CURRENCIES, units.SENSES, units.NOUNS, _RANGES, _HEDGES, _SILENT, _NEGATIVE,
            _NOT_FINITE, _PER_SHARE, _CENTS, _RISES, _FALLS, _BESIDE,
        )
        for word in words
        if word[0] >= "⺀"
    },
    key=lambda word: (-len(word), word),
)  # fmt: skip

_TOKEN = re.compile(
    r"(?P<number>\d+(?:,\d+)*(?:\.\d+)?(?:e[+-]?\d{1,4}(?![\d.]))?|\.\d+)"
    r"|(?P<space>\s+)"
    r"|(?P<word>/\s?shares?|/股|\+/-|percent(?:age)?[\s-]{1,3}points?|%\s?(?:points?|pts?)\b"
    r"|[pb]\.p\.?|basis[\s-]{1,3}points?|per\s{1,3}cent\b"
    r"|per\s{1,3}(?:(?:basic|diluted|common|ordinary)\s{1,3})?share\b|a\s{1,3}share\b|u\.s\.|[a-z]{1,3}\$|cn¥|[a-z]+|:\s?1(?![\d.,])|"
    + "|".join(_HAN_WORDS)
    + r")"
    r"|(?P<han>[" + numerals.CHARACTERS + r"]+)"
    r"|(?P<sign>.)",
    re.DOTALL | re.ASCII,
)


def scan(text: str, expected: str, *, change: bool = False) -> Quantity | Unread:
    """The quantity of a folded text (ASCII signs, lower case), or why it is none."""
    reading = _Reading(expected, change)
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if kind == "number":
            reading.number(_number(token), text[match.end() : match.end() + 1])
        elif kind == "han":
            if reading.value is not None and token in units.SCALES:
                reading.scale(units.SCALES[token])
            else:
                reading.number(_han_number(token), text[match.end() : match.end() + 1])
        elif kind != "space":
            if token in _NOT_FINITE:
                return "not_finite"
            reading.word(token)
    return reading.finish()


class _Reading:
    """What has been read so far."""

    __slots__ = (
        "beside", "change", "closed", "direction", "expected", "exponent", "head",
        "head_exponent", "hundredths", "minuses", "nouns", "opened", "per_share", "places",
        "problem", "sense", "spread", "unit", "value",
    )  # fmt: skip

    def __init__(self, expected: str, change: bool) -> None:
        self.expected = expected
        self.change = change
        self.nouns = {expected.lower(), expected.lower().rstrip("s")} if expected else set()
        self.value: Decimal | None = None
        self.exponent: int | None = None
        self.head: Decimal | None = None  # of 1亿2345万, whose tail is being read
        self.head_exponent = 99
        self.places = 0
        self.unit = ""
        self.sense: Sense = "plain"
        self.minuses = self.opened = self.closed = 0
        self.per_share = self.hundredths = self.beside = False
        self.direction: int | None = None
        self.problem: Unread | None = None
        self.spread: Unread | None = None

    def number(self, read: tuple[Decimal, int, int | None] | Unread, tail: str) -> None:
        """A number; `tail` is the character after it."""
        if isinstance(read, str):
            self.problem = self.problem or read
            return
        number, places, exponent = read
        if self.value is None:
            self.value, self.places = number, places
            if exponent is not None:
                self.exponent, self.value = exponent, number.scaleb(-exponent, CONTEXT)
            return
        goes_on = self.exponent is not None and 4 <= self.exponent < self.head_exponent
        if goes_on and not self.unit and self.sense == "plain" and tail in ("万", "千", "百"):
            self.head_exponent = self.exponent or 0
            start = self.value.scaleb(self.head_exponent, CONTEXT)
            self.head = start if self.head is None else CONTEXT.add(self.head, start)
            self.value, self.exponent = number, None
            return
        self.problem = self.problem or "multiple_answers"

    def scale(self, exponent: int) -> None:
        """A scale word; two of them multiply (thousand million)."""
        self.exponent = exponent + (self.exponent or 0)

    def word(self, token: str) -> None:
        """Any other word or sign."""
        begun = self.value is not None
        if token == "~" and not begun:
            return  # about
        if token in _RANGES or (token == "-" and begun and not self.problem):
            self.spread = self.spread or "range"
        elif token in _HEDGES:
            self.spread = "range" if self.spread == "range" else "hedged"
        elif token in _SILENT or (token == "." and begun) or (token == "+" and not begun):
            return
        elif token in _NEGATIVE:
            self.minuses += 1
        elif token == ")" and begun:
            self.closed += 1
        elif token == "(" and not begun:
            self.opened += 1
        elif token in ("(", ",", ";", "、") and begun:
            self.problem = self.problem or "multiple_answers"
        elif token in units.SCALES and begun:
            self.scale(units.SCALES[token])
        elif token in numerals.ENGLISH:
            self.number((Decimal(numerals.ENGLISH[token]), 0, None), "")
        elif token in _CENTS:
            self.hundredths = True
        elif token in _RISES or token in _FALLS:
            if self.direction is not None:
                self.problem = self.problem or "unparsable"
            self.direction = 1 if token in _RISES else -1
        elif token in _BESIDE:
            self.beside = True
        else:
            self.what(
                "per share"
                if token.startswith("per ") and token.endswith("share")
                else " ".join(token.replace("-", " ").split())
            )

    def what(self, word: str) -> None:
        """A word for what the number counts; one that is none refuses the text."""
        if word in _PER_SHARE:
            self.per_share = True
        elif word in units.CURRENCIES:
            self.one_unit(sign_unit(word, self.expected), again=True)
        elif word in units.SENSES or word.startswith(":"):
            sense = units.SENSES.get(word, "multiple")
            if self.sense not in ("plain", sense):
                self.problem = self.problem or "unparsable"
            self.sense = sense
        elif word in units.NOUNS or word in self.nouns:
            self.one_unit(units.NOUNS.get(word, self.expected), again=False)
        else:
            self.problem = self.problem or "unparsable"

    def one_unit(self, unit: str, *, again: bool) -> None:
        """A unit; `again`: it may be said twice ("$5 USD")."""
        if self.unit and (self.unit != unit or not again):
            self.problem = self.problem or "unparsable"
        self.unit = unit

    def finish(self) -> Quantity | Unread:
        """The quantity, if all that was read is one."""
        value, exponent, unit = self.value, self.exponent, self.unit
        if value is None:
            return self.problem or "unparsable"
        if self.spread or self.problem:
            return self.spread or self.problem or "unparsable"
        counts = self.sense != "plain"
        if self.opened > 1 or self.opened != self.closed or self.minuses > 1:
            return "unparsable"
        if counts and (unit or self.per_share or self.hundredths):
            return "unparsable"
        if self.beside and self.direction is None:
            return "unparsable"
        if self.direction is not None and (
            not self.change or self.minuses or self.opened or self.sense == "multiple" or value == 0
        ):
            return "unparsable"
        if self.hundredths:
            if unit:
                return "unparsable"
            unit = sign_unit("dollars", self.expected)
            exponent = (exponent or 0) - 2
        if self.per_share:
            unit += "/shares"
        if exponent is not None:
            value = value.scaleb(exponent, CONTEXT)
        if self.head is not None:
            value, exponent = CONTEXT.add(self.head, value), self.head_exponent
        if value and abs(value.adjusted()) > LARGEST_EXPONENT:
            return "too_large"
        scale = None if exponent is None else Decimal(1).scaleb(exponent)
        negative = self.minuses or self.opened or self.direction == -1
        if negative:
            value = value.copy_negate()
        return Quantity(value, unit, self.sense, scale, self.places)


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


def sign_unit(token: str, expected: str) -> str:
    """The currency that a sign or word means, given the expected unit."""
    shared = units.SHARED_SIGNS.get("dollars" if token == "dollar" else token)
    above = expected.partition("/")[0]
    if shared is not None and above in shared:
        return above
    return units.CURRENCIES[token]
