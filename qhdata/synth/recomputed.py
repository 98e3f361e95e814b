"""Whether a chain of thought that somebody wrote computes: its lines are worked out again, and its
numbers must come from somewhere.

A line is cut at `=` and `≈`; what stands between is arithmetic, or words. Arithmetic must give what
stands behind it, within half a unit of the last digit shown there (counted in hundredths where it
is a percentage, in its scale where it says one). What looks like arithmetic and cannot be read is
refused, as is a number that is neither in the question, nor a small constant, nor a result of an
earlier line. Nothing is evaluated but digits, four operators, powers and parentheses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException

from qhdata.quantities.numerals import CHARACTERS, in_digits, read_chinese
from qhdata.quantities.units import CONTEXT, SCALES

LONGEST_LINE = 600
MOST_TOKENS = 80
"""Of one side of an equals sign."""
LARGEST_POWER = 60
_CONSTANTS = ("12", "365")
"""Beside those of one digit, zeros not counted: months and days of a year."""

_TOKEN = re.compile(
    r"(?P<number>(?:(?:[A-Z]{1,3}\$|[$¥€£]) ?)?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)"
    r"(?: ?(?P<unit>%|percentage points?\b|percent\b|bps\b|thousands?\b|millions?\b|billions?\b"
    r"|[kmbKMB]\b|个百分点|百分点|百万|亿|万|千))?"
    r"|(?P<op>(?<=[\d)%] )[xX](?= [\d(])|[-+*/^−–×·÷])"
    r"|(?P<open>[(\[])|(?P<close>[)\]])"
    r"|(?P<word>[^\W\d_][\w'’&.-]*|\S)"
)
_OPERATORS = {"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "x": "*", "X": "*"}
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
_ANY_NUMBER = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
_FUNCTIONS = frozenset(
    ("max", "min", "average", "avg", "mean", "sum", "abs", "sqrt", "log", "ln", "exp", "round",
     "power", "frac")
)  # fmt: skip
"""Words that compute and are not read."""
_POWER = re.compile(r"(?<=[\d)]) ?\*\* ?(?=[\d(])")
_CHINESE = re.compile(f"[{CHARACTERS}]{{2,40}}")
_LIST_MARK = re.compile(r"^\s{0,8}(?:[-*•]|(?:Step )?\d{1,2}[.):])\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    number: Decimal = Decimal(0)
    places: int = 0
    factor: Decimal = Decimal(1)
    """What its unit multiplies it by: 0.01 for percents."""


class _Unreadable(Exception):
    pass


def refusal(thoughts: str, known: str, *, must_compute: bool) -> str | None:
    """Why a chain of thought is refused; None where it computes.

    known: the texts whose numbers it may use: question and program. must_compute: a chain without a
    single operation shows nothing.

    >>> refusal("47 - 42 = 5; so\\n5 / 42 = 0.119, or 11.9%", "47 42 11.9", must_compute=True)
    >>> refusal("47 - 42 = 6", "47 42", must_compute=True)
    'arithmetic_wrong'
    """
    allowed = {_significant(text) for text in _ANY_NUMBER.findall(known)}
    allowed |= {_significant(text) for line in known.split("\n") for text in _numbers(line)}
    worked: set[str] = set()
    operations = 0
    for line in _LIST_MARK.sub("", thoughts).split("\n"):
        line = _LIST_MARK.sub("", line)
        if len(line) > LONGEST_LINE:
            return "line_too_long"
        for part in re.split(r"[;；]", line):
            try:
                found = _check(part)
            except (_Unreadable, DecimalException):
                return "arithmetic_unreadable"
            if found is None:
                return "arithmetic_wrong"
            operations += found.computed
            if any(not _comes_from(number, allowed, worked) for number in found.operands):
                return "number_from_nowhere"
            if any(not _is_known(_significant(n), allowed, worked) for n in found.claimed):
                return "number_from_nowhere"
            worked.update(_significant(number) for number in found.results)
        if any(not _comes_from(n, allowed, worked) for n in _numbers(line)):
            return "number_from_nowhere"
    return "no_arithmetic" if must_compute and not operations else None


def _numbers(line: str) -> Iterator[str]:
    """Numbers of a line: in digits of any script, written out in English ("sixty-three million")
    or Chinese. One word alone ("two of them") is none.
    """
    line = "".join(map(_as_digit, line))
    yield from _ANY_NUMBER.findall(in_digits(line.lower()))
    for run in _CHINESE.findall(line):
        number = read_chinese(run)
        if number is not None:
            yield format(number, "f")


def _as_digit(char: str) -> str:
    """A digit of another script as ours; a fraction or a power as a number that nobody gave."""
    if char.isascii() or char in CHARACTERS:
        return char
    value = unicodedata.numeric(char, None)
    return char if value is None else format(value, ".10g")


def _significant(text: str) -> str:
    """Digits of a number without zeros at either end: 0.119, 11.9 and 11,900 are one figure."""
    return text.replace(",", "").replace(".", "").strip("0")


def _comes_from(text: str, allowed: set[str], worked: set[str]) -> bool:
    """Whether a number is known, worked out (or a rounding of that), or a small constant."""
    digits = _significant(text)
    return len(digits) < 2 or digits in _CONSTANTS or _is_known(digits, allowed, worked)


def _is_known(digits: str, allowed: set[str], worked: set[str]) -> bool:
    if not digits or digits in allowed or digits in worked:
        return True
    return any(_rounded(longer, len(digits)) == digits for longer in worked)


def _rounded(digits: str, places: int) -> str:
    """The first digits of a number, half up, without zeros at the end."""
    if len(digits) <= places:
        return ""
    up = digits[places] >= "5"
    return str(int(digits[:places]) + up).strip("0")


@dataclass(slots=True)
class _Line:
    """What a line of arithmetic has."""

    operands: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    """Worked out from what stands before them."""
    claimed: list[str] = field(default_factory=list)
    """Said to be equal to words: "revenue 2024 - revenue 2023 = 5"."""
    computed: int = 0
    """Operations worked out."""


def _check(line: str) -> _Line | None:
    """A line's parts; None where one side is not the next."""
    found = _Line()
    line = _POWER.sub("^", line).replace("**", "")  # what is left of these is bold type
    sides = re.split(r"[=≈]", line)
    if len(sides) < 2:
        return found
    before: list[_Token] | None = None
    for n, side in enumerate(sides):
        tokens = _side(side, n == 0, n == len(sides) - 1)
        if tokens is None:
            continue
        shown = [token.text for token in tokens if token.kind == "number"]
        if before is not None:
            if not _agree(before, tokens):
                return None
            found.computed += sum(token.kind == "number" for token in before) > 1
        if len(shown) > 1 or n == 0:
            found.operands += shown
        elif before is not None:
            found.results += shown
        else:
            found.claimed += shown
        before = tokens
    return found


def _side(text: str, first: bool, last: bool) -> list[_Token] | None:
    """The arithmetic of one side; None where it is words."""
    tokens = list(_tokens(text))
    if len(tokens) > MOST_TOKENS:
        raise _Unreadable
    words = [n for n, token in enumerate(tokens) if token.kind == "word"]
    if words and first:
        if any(tokens[n].text.lower() in _FUNCTIONS for n in words):
            raise _Unreadable
        lead, tokens = tokens[: words[-1]], tokens[words[-1] + 1 :]
        if any(token.kind == "op" for token in lead):
            return None  # names and numbers mixed: "revenue 2024 - revenue 2023"
    elif words and last:
        if words[0] == 0:
            return None
        tokens = tokens[: words[0]]
        while tokens and tokens[-1].kind in ("open", "op"):  # "5 (in millions)"
            tokens = tokens[:-1]
    elif words:
        return None
    for n, token in enumerate(tokens[1:], 1):
        if token.kind == "open" and tokens[n - 1].kind == "number":
            tokens = tokens[:n]  # said again in other units: "0.292 (29.2%)"
            break
    if not any(token.kind == "number" for token in tokens):
        return None
    return tokens


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        if match["number"]:
            digits = _ANY_NUMBER.search(match["number"])
            shown = digits[0] if digits else "0"
            number = Decimal(shown.replace(",", ""))
            places = len(shown.partition(".")[2])
            yield _Token("number", shown, number, places, _factor(match["unit"] or ""))
        elif kind == "op":
            yield _Token("op", _OPERATORS.get(match[0], match[0]))
        else:
            yield _Token(kind, match[0])


def _factor(unit: str) -> Decimal:
    unit = unit.lower()
    if unit in ("%", "percent", "个百分点", "百分点") or unit.startswith("percentage"):
        return Decimal("0.01")
    if unit == "bps":
        return Decimal("0.0001")
    return Decimal(1).scaleb(SCALES[unit]) if unit in SCALES else Decimal(1)


def _agree(left: list[_Token], right: list[_Token]) -> bool:
    """Whether two sides are one amount, as far as the right one shows it: counted with its units,
    or as the bare number, since units are often said once.
    """
    shown = [token for token in right if token.kind == "number"]
    alone = sum(token.kind == "op" for token in right) <= (right[0].text == "-")
    half = Decimal(5).scaleb(-shown[0].places - 1) if alone and len(shown) == 1 else Decimal(0)
    lefts = _readings(left, True) | _readings(left, False)
    # 29.2 is 29.2%, and 0.1 is not 0.1%.
    hundredths = any(t.kind == "number" and (t.number == 100 or t.factor < 1) for t in left)
    bare = hundredths or shown[0].factor >= 1 or min(map(abs, lefts)) >= 2
    for a in lefts:
        for units in (True, False) if bare else (True,):
            margin = half * shown[0].factor if units else half
            for b in _readings(right, units):
                # Arithmetic on both sides shows no places; a lone number is held to its own.
                if abs(a - b) <= (margin or abs(b) * Decimal("1e-9")):
                    return True
    return False


def _readings(tokens: list[_Token], units: bool) -> set[Decimal]:
    """What a side may amount to: a lone number in parentheses is negative in a filing, and not in
    algebra.
    """
    return {_value(tokens, units, accounting) for accounting in (True, False)}


def _value(tokens: list[_Token], units: bool, accounting: bool) -> Decimal:
    reader = _Reader(tokens, units, accounting)
    value = reader.sum(0)
    if reader.at != len(tokens):
        raise _Unreadable
    return value


class _Reader:
    """Precedence climbing over the tokens of a side."""

    def __init__(self, tokens: list[_Token], units: bool, accounting: bool) -> None:
        self.tokens, self.units, self.accounting = tokens, units, accounting
        self.at = 0

    def sum(self, floor: int) -> Decimal:
        """An expression whose operators bind closer than `floor`."""
        value = self.one()
        while self.at < len(self.tokens) and self.tokens[self.at].kind == "op":
            operator = self.tokens[self.at].text
            binds = _PRECEDENCE[operator]
            if binds <= floor:
                break
            self.at += 1
            value = _apply(operator, value, self.sum(binds - (operator == "^")))
        return value

    def one(self) -> Decimal:
        """A number, a sign before one, or what stands in parentheses."""
        if self.at >= len(self.tokens):
            raise _Unreadable
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "number":
            return CONTEXT.multiply(token.number, token.factor) if self.units else token.number
        if token.text in ("-", "+"):
            value = self.sum(2)
            return value.copy_negate() if token.text == "-" else value
        if token.kind != "open":
            raise _Unreadable
        start = self.at
        value = self.sum(0)
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != "close":
            raise _Unreadable
        self.at += 1
        lone = self.at - start == 2
        return value.copy_negate() if lone and self.accounting else value


def _apply(operator: str, left: Decimal, right: Decimal) -> Decimal:
    if operator == "+":
        return CONTEXT.add(left, right)
    if operator == "-":
        return CONTEXT.subtract(left, right)
    if operator == "*":
        return CONTEXT.multiply(left, right)
    if operator == "/":
        return CONTEXT.divide(left, right)
    if abs(right) > LARGEST_POWER or right != right.to_integral_value():
        raise _Unreadable
    return CONTEXT.power(left, right)
