"""Chinese and English number words to Decimal: 十二点五, 三万五千, twelve, one hundred and five.

One pass, left to right: a digit waits for a unit (十 百 千), sections close at 万 and 亿.
Written-out numbers past 10^16 are refused.
"""

from __future__ import annotations

import re
from decimal import Decimal

ENGLISH: dict[str, int] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip

_POWERS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_NUMBERS = "|".join([*ENGLISH, "hundred", *_POWERS])
_RUN = re.compile(
    rf"\b(?:{'|'.join(ENGLISH)})(?:[\s,-]{{1,3}}(?:and[\s-])?(?:{_NUMBERS})|\spoint(?=\s))+\b",
    re.ASCII,
)
"""Number words in a row; one alone is read as a word."""

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
           "八": 8, "九": 9}  # fmt: skip
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SECTIONS = {"万": 10**4, "亿": 10**8}
_OF_TEN = {"百": 100, "千": 1000, **_SECTIONS}
CHARACTERS = "".join([*_DIGITS, *_UNITS, *_SECTIONS, "点"])
"""Every character that may stand in a Chinese numeral."""

_LONGEST = 40


def in_digits(text: str) -> str:
    """A text in lower case with its spelled-out numbers in digits; the largest scale stays a word,
    since it says that no other scale is meant. What is no number stays as it is.

    >>> in_digits("one million two hundred thousand dollars"), in_digits("twelve point five %")
    ('1.2 million dollars', '12.5 %')
    >>> in_digits("two three"), in_digits("twenty-five")
    ('two three', '25')
    """
    return _RUN.sub(lambda m: _digits_of(m[0]) or m[0], text)


def _digits_of(run: str) -> str | None:
    words, _, places = re.sub(r"[\s,-]+", " ", run).partition(" point ")
    total = group = 0
    smallest, largest = 13, 0
    for word in words.split(" "):
        if word in ENGLISH:
            value = ENGLISH[word]
            free = group % 100 == 0 or (value < 10 and group % 10 == 0 and group % 100 >= 20)
            if not free or (value == 0 and words != "zero"):
                return None
            group += value
        elif word == "hundred" and 0 < group < 100:
            group *= 100
        elif word in _POWERS and group and _POWERS[word] < smallest:
            smallest = _POWERS[word]
            largest = largest or smallest
            total, group = total + group * 10**smallest, 0
        elif word != "and":
            return None
    digits = [ENGLISH.get(word, 10) for word in places.split(" ")] if places else []
    if any(digit > 9 for digit in digits):
        return None
    number = Decimal(f"{total + group}.{''.join(map(str, digits))}".rstrip("."))
    name = next((f" {word}" for word, power in _POWERS.items() if power == largest), "")
    shown = number.scaleb(-largest).normalize() if largest else number
    return f"{shown:f}{name}"


def read_chinese(text: str) -> Decimal | None:
    """The number that a Chinese numeral says; None when it says none.

    >>> read_chinese("三万五千"), read_chinese("十二点五"), read_chinese("十点")
    (Decimal('35000'), Decimal('12.5'), None)
    >>> read_chinese("三万五"), read_chinese("三万零五")
    (Decimal('35000'), Decimal('30005'))
    """
    if not text or len(text) > _LONGEST:
        return None
    whole, point, rest = text.partition("点")
    # The scale may stand after the decimals: 一点二亿.
    section = 1
    while rest and rest[-1] in _SECTIONS:
        section *= _SECTIONS[rest[-1]]
        rest = rest[:-1]
    if point and (not rest or any(c not in _DIGITS for c in rest)):
        return None
    number = _whole(whole)
    if number is None or section > 10**16:
        return None
    places = "".join(str(_DIGITS[c]) for c in rest)
    return Decimal(f"{number}.{places}" if places else number) * section


def write_chinese(number: Decimal) -> str:
    """A plain Chinese numeral of a number under 10^16, digit by digit after the point.

    >>> write_chinese(Decimal("12.5")), write_chinese(Decimal("10305"))
    ('十二点五', '一万零三百零五')
    """
    sign = "负" if number < 0 else ""
    whole, _, places = format(number.copy_abs(), "f").partition(".")
    if len(whole) > 16:
        raise ValueError("a written-out numeral has at most 16 digits before the point")
    text = _write_whole(int(whole))
    if places:
        text += "点" + "".join("零一二三四五六七八九"[int(c)] for c in places)
    return sign + text


def _whole(text: str) -> int | None:
    if not text:
        return None
    if all(c in _DIGITS for c in text):  # digit by digit: 二〇二四
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = 0
    last = text[-2:-1]
    digit: int | None = None
    smallest_unit = 10**4
    smallest_section = 10**17
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        elif char in _UNITS:
            unit = _UNITS[char]
            if unit >= smallest_unit:
                return None
            smallest_unit = unit
            section += (1 if digit is None else digit) * unit
            digit = None
        elif char in _SECTIONS:
            factor = _SECTIONS[char]
            section += digit or 0
            digit = None
            if total + section == 0:
                return None
            if factor == 10**8 and smallest_section == 10**4:
                total = (total + section) * factor  # 三千万亿, 一万二千亿
            elif factor < smallest_section:
                total += section * factor
            else:
                return None
            smallest_section = factor
            section, smallest_unit = 0, 10**4
        else:
            return None
    if digit and last in _OF_TEN:  # 二百五, 三万五: the next lower unit is not said
        digit *= _OF_TEN[last] // 10
    return total + section + (digit or 0)


def _write_whole(number: int) -> str:
    if number == 0:
        return "零"
    groups = []
    while number:
        number, group = divmod(number, 10**4)
        groups.append(group)
    text = ""
    names = ["", "万", "亿", "万亿"]
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group:
            if text and group < 1000:
                text += "零"
            text += _write_group(group)
            # 万亿 is written once: 一万二千三百四十五亿, so 万 alone where 亿 follows.
            if index == 3:
                text += "万" if groups[2] else "万亿"
            else:
                text += names[index]
    return text[1:] if text.startswith("一十") else text


def _write_group(group: int) -> str:
    text, waiting = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, group = divmod(group, unit)
        if digit:
            text += ("零" if waiting and text else "") + "零一二三四五六七八九"[digit] + name
            waiting = False
        else:
            waiting = True
    return text
