"""Periods and dates to text and back: FY2024, Q2 2024, 2024年第二季度, June 30, 2024.

A period's name is canonical text: `2024` (a fiscal or calendar year, which text alone rarely tells
apart), `2024Q2`, `2024H1`, `2024-06` or the instant `2024-06-30`. A date whose day and month could
be swapped (6/7/2024) is refused.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from qhdata.quantities.numerals import read_chinese

NotAPeriod = Literal["empty", "too_long", "not_a_period", "not_a_date", "ambiguous_date"]
"""Why a text is not one period or date."""

LONGEST = 80

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_MONTHS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTHS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=lambda name: (-len(name), name)))
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
    "一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "上": 1, "下": 2,
}  # fmt: skip

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_CHINESE = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]", re.ASCII)
_SPELLED = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_US = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(
    rf"({_MONTH})(?:\.? |-)(\d{{1,2}})(?:st|nd|rd|th)?(?:,? ?|-)(\d{{4}})", re.ASCII
)
_DAY_FIRST = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?({_MONTH})(?:\.?,? |-)(\d{{4}})", re.ASCII
)

_NAMES = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_WEEKDAYS = {f"{name}day": n for n, name in enumerate(_NAMES)} | {
    name[:3]: n for n, name in enumerate(_NAMES)
}
_WEEKDAYS |= {name: n for n, name in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAY = re.compile(rf"((?:{'|'.join(_NAMES)})day|mon|tue|wed|thu|fri|sat|sun)(?:\.?, ?|\.? )")
_WEEKDAY_CHINESE = re.compile(r"[ (,]?(?:星期|周|礼拜)([一二三四五六日天])\)?$")

_YEAR = re.compile(
    r"(?:fiscal year|fiscal|financial year|calendar year|fy|cy|year)? ?'?(\d{4}|\d\d)", re.ASCII
)
_YEAR_AFTER = re.compile(r"(\d{4})\s?(?:年度|财年|财政年度|年|fiscal year|fy)", re.ASCII)
_QUARTER = re.compile(
    r"(?:fiscal )?q([1-4])(?:,? ?(?:of )?(?:fy|fiscal year|fiscal)? ?(\d{4})| ?(?:fy ?|')(\d\d))",
    re.ASCII,
)
_QUARTER_AFTER = re.compile(
    r"(?:(?:fy|fiscal)? ?(\d{4})年?|fy ?'?(\d\d))[ -]?(?:第)?q([1-4])", re.ASCII
)
_QUARTER_SHORT = re.compile(r"([1-4])q ?(\d{4}|\d\d)", re.ASCII)
_QUARTER_WORDS = re.compile(
    r"(?:the )?(first|second|third|fourth|1st|2nd|3rd|4th) quarter,? (?:of )?"
    r"(?:fiscal year |fiscal |fy ?)?(\d{4})",
    re.ASCII,
)
_QUARTER_CHINESE = re.compile(r"(\d{4})\s?年?第?([一二三四1-4])季度?", re.ASCII)
_HALF = re.compile(r"h([12]) ?(?:of )?(?:fy|fiscal)? ?(\d{4})", re.ASCII)
_HALF_AFTER = re.compile(r"(?:fy)?(\d{4})[ -]?h([12])", re.ASCII)
_HALF_WORDS = re.compile(
    r"(?:the )?(first|second) half,? (?:of )?(?:fiscal |fy ?)?(\d{4})", re.ASCII
)
_HALF_CHINESE = re.compile(r"(\d{4})\s?年?([上下])半年", re.ASCII)
_MONTH_ISO = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_MONTH_WORDS = re.compile(rf"({_MONTH})\.?,? (?:of )?(\d{{4}})", re.ASCII)
_MONTH_CHINESE = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月", re.ASCII)


def parse_date(text: str) -> date | NotAPeriod:
    """One day.

    >>> parse_date("June 30, 2024"), parse_date("2024年6月30日"), parse_date("6/7/2024")
    (datetime.date(2024, 6, 30), datetime.date(2024, 6, 30), 'ambiguous_date')
    """
    folded = _fold(text)
    if len(folded) > LONGEST:
        return "too_long"
    if not folded:
        return "empty"
    named = _WEEKDAY.match(folded) or _WEEKDAY_CHINESE.search(folded)
    if named is None:
        return _bare_date(folded)
    found = _bare_date((folded[: named.start()] + folded[named.end() :]).strip(" ,"))
    if isinstance(found, date) and found.weekday() != _WEEKDAYS[named[1]]:
        return "not_a_date"  # it says two days
    return found


def _bare_date(folded: str) -> date | NotAPeriod:
    """A date without its weekday."""
    for pattern in (_ISO, _COMPACT, _CHINESE):
        if match := pattern.fullmatch(folded):
            return _day(*match.groups())
    if match := _SPELLED.fullmatch(folded):
        return _day(*(str(read_chinese(part)) for part in match.groups()))
    if match := _MONTH_FIRST.fullmatch(folded):
        return _day(match[3], str(_MONTHS[match[1]]), match[2])
    if match := _DAY_FIRST.fullmatch(folded):
        return _day(match[3], str(_MONTHS[match[2]]), match[1])
    if match := _US.fullmatch(folded):
        first, second = match[1], match[3]
        if int(first) <= 12 and int(second) <= 12 and int(first) != int(second):
            return "ambiguous_date"
        month, day = (first, second) if int(first) <= 12 else (second, first)
        return _day(match[4], month, day)
    return "not_a_date"


def parse_period(text: str) -> str | NotAPeriod:
    """The canonical name of one period, or why there is none; tell them apart with `is_period`.

    >>> parse_period("FY2024"), parse_period("second quarter of 2024"), parse_period("2024年上半年")
    ('2024', '2024Q2', '2024H1')
    """
    day = parse_date(text)
    if isinstance(day, date):
        return day.isoformat()
    if day != "not_a_date":
        return day
    folded = _HAN_YEAR.sub(lambda year: str(read_chinese(year[0])), _fold(text))
    for pattern in (_YEAR, _YEAR_AFTER):
        if match := pattern.fullmatch(folded):
            return _year(match[1])
    if match := _QUARTER.fullmatch(folded):
        return f"{_year(match[2] or match[3])}Q{match[1]}"
    if match := _QUARTER_AFTER.fullmatch(folded):
        return f"{_year(match[1] or match[2])}Q{match[3]}"
    for pattern in (_QUARTER_SHORT, _QUARTER_WORDS):
        if match := pattern.fullmatch(folded):
            return f"{_year(match[2])}Q{_ORDINALS[match[1]]}"
    if match := _QUARTER_CHINESE.fullmatch(folded):
        return f"{match[1]}Q{_ORDINALS[match[2]]}"
    if match := _HALF.fullmatch(folded) or _HALF_WORDS.fullmatch(folded):
        return f"{match[2]}H{_ORDINALS[match[1]]}"
    if match := _HALF_AFTER.fullmatch(folded) or _HALF_CHINESE.fullmatch(folded):
        return f"{match[1]}H{_ORDINALS[match[2]]}"
    if match := _MONTH_WORDS.fullmatch(folded):
        return f"{match[2]}-{_MONTHS[match[1]]:02d}"
    match = _MONTH_ISO.fullmatch(folded) or _MONTH_CHINESE.fullmatch(folded)
    if match and 1 <= int(match[2]) <= 12:
        return f"{match[1]}-{int(match[2]):02d}"
    return "not_a_period"


def is_period(name: str) -> bool:
    """Whether a text is a canonical name, as `parse_period` gives.

    >>> is_period("2024Q2"), is_period("Q2 2024"), is_period("not_a_period")
    (True, False, False)
    """
    return _CANONICAL.fullmatch(name) is not None


_CANONICAL = re.compile(r"\d{4}(?:Q[1-4]|H[12]|-\d\d(?:-\d\d)?)?", re.ASCII)


def render_date(day: date, lang: Literal["en", "zh"] = "en") -> str:
    """A day in words.

    >>> render_date(date(2024, 6, 30)), render_date(date(2024, 6, 30), "zh")
    ('June 30, 2024', '2024年6月30日')
    """
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def render_period(name: str, lang: Literal["en", "zh"] = "en") -> str:
    """A canonical name in words; raises ValueError for a text that is none.

    >>> render_period("2024Q2"), render_period("2024"), render_period("2024Q2", "zh")
    ('the second quarter of 2024', 'fiscal 2024', '2024年第二季度')
    """
    if not is_period(name):
        raise ValueError(f"not a period: {name!r}")
    year, rest = name[:4], name[4:]
    if not rest:
        return f"fiscal {year}" if lang == "en" else f"{year}年度"
    if rest[0] == "Q":
        number = int(rest[1]) - 1
        if lang == "zh":
            return f"{year}年第{'一二三四'[number]}季度"
        return f"the {('first', 'second', 'third', 'fourth')[number]} quarter of {year}"
    if rest[0] == "H":
        number = int(rest[1]) - 1
        if lang == "zh":
            return f"{year}年{'上下'[number]}半年"
        return f"the {('first', 'second')[number]} half of {year}"
    if len(rest) == 3:
        month = int(rest[1:])
        return f"{MONTHS[month - 1]} {year}" if lang == "en" else f"{year}年{month}月"
    return render_date(date.fromisoformat(name), lang)


_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}


_BEFORE = re.compile(r"(?:as of|on|截至|截止|于)\s?(?:the )?|the (?=\d)")
_HAN_YEAR = re.compile(r"^[〇零一二三四五六七八九]{4}(?=年)")


def _fold(text: str) -> str:
    folded = " ".join(text[: LONGEST * 4].translate(_WIDE).lower().split()).rstrip(".。")
    return folded[match.end() :] if (match := _BEFORE.match(folded)) else folded


def _year(text: str) -> str:
    if len(text) == 4:
        return text
    return f"20{text}" if int(text) < 70 else f"19{text}"


def _day(year: str, month: str, day: str) -> date | NotAPeriod:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return "not_a_date"
