"""Inline XBRL format transforms: shown text -> value, by the Transformation Registry's local names.

The five versions of the registry differ in hyphens and case only (`numdotdecimal`,
`num-dot-decimal`), so names are compared without them. Registry: https://specifications.xbrl.org
(Transformation Registry 1 to 5) and the SEC's ixt-sec list. An unknown format raises
`Untransformable`; the caller keeps the shown text and counts it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from qhdata.extract.words import word_number

MONTHS = {
    name: n
    for n, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_LANGUAGE = re.compile(
    r"(?:en|us|uk|eu|de|fr|es|it|nl|pt|dk|cz|pl|hu|ro|sv|jpn|indian|long|short)$"
)
_OLD_ORDERS = {
    "slashus": "monthdayyear", "slasheu": "daymonthyear", "dotus": "monthdayyear",
    "doteu": "daymonthyear", "longus": "monthdayyear", "longuk": "daymonthyear",
    "shortus": "monthdayyear", "shortuk": "daymonthyear", "longmonthyear": "monthyear",
    "longyearmonth": "yearmonth", "shortmonthyear": "monthyear", "longdaymonthuk": "daymonth",
    "shortdaymonthuk": "daymonth", "longmonthdayus": "monthday", "shortmonthdayus": "monthday",
    "slashdaymontheu": "daymonth", "slashmonthdayus": "monthday", "shortyearmonth": "yearmonth",
}  # fmt: skip
"""Names of the first registry by the order of their parts."""
_DIGITS = str.maketrans("０１２３４５６７８９，．－", "0123456789,.-")


class Untransformable(ValueError):
    """The shown text does not have the form that its format names, or the format is unknown."""


def transform(name: str, text: str) -> tuple[str, str]:
    """(kind, value) of a shown text under a format: kind is number, date, bool or text.

    >>> transform("ixt:num-comma-decimal", "1.234,5")
    ('number', '1234.5')
    >>> transform("ixt:date-month-day-year-en", "September 28, 2024")
    ('date', '2024-09-28')
    """
    local = name.rsplit(":", 1)[-1].lower().replace("-", "")
    shown = " ".join(text.translate(_DIGITS).split())
    rule = _RULES.get(local)
    if rule is None:
        if local.startswith("date"):
            return "date", _date(local, shown)
        raise Untransformable(f"unknown format {name}")
    kind, function = rule
    return kind, function(shown)


def plain_number(text: str) -> str:
    """A number without format: digits with an optional point, as XML Schema writes decimals."""
    found = re.fullmatch(r"\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*", text.replace("\u00a0", " "))
    if not found:
        return _dot_decimal(" ".join(text.split()))
    return found[1].lstrip("+")


def _digits(text: str) -> str:
    if not re.fullmatch(r"\d+(?:\.\d*)?|\.\d+", text):
        raise Untransformable(f"not a number: {text[:40]!r}")
    whole, _, part = text.partition(".")
    return (whole.lstrip("0") or "0") + ("." + part if part else "")


def _dot_decimal(text: str) -> str:
    return _digits(re.sub(r"[,'’\s]", "", text))


def _comma_decimal(text: str) -> str:
    return _digits(re.sub(r"[.'’\s]", "", text).replace(",", "."))


def _unit_decimal(text: str) -> str:
    found = re.fullmatch(r"\D*?([\d,.\s]*\d)\D+(\d{1,2})\D*", text)
    if not found:
        raise Untransformable(f"not a number with units: {text[:40]!r}")
    return _digits(re.sub(r"[,.\s]", "", found[1]) + "." + found[2].zfill(2))


def _words_number(text: str) -> str:
    value = word_number(text)
    if value is None:
        raise Untransformable(f"not a number in words: {text[:40]!r}")
    return str(value)


def _date(local: str, text: str) -> str:
    order = _OLD_ORDERS.get(local[4:]) or _LANGUAGE.sub("", local[4:].replace("monthname", "month"))
    month_word = re.search(r"[A-Za-z]{3,}", text)
    numbers = re.findall(r"\d+", text)
    month = MONTHS.get(month_word[0].lower()[:9]) if month_word else None
    if month_word and month is None:
        month = MONTHS.get(month_word[0].lower()[:3])
    for era, base in _ERAS.items():
        if era in text and len(numbers) >= 3:
            return _iso(base + int(numbers[0]), int(numbers[1]), int(numbers[2]))
    try:
        n = [int(x) for x in numbers]
        if order.startswith("monthdayyear"):
            return _iso(_year(n[-1]), month or n[0], n[0] if month else n[1])
        if order.startswith("daymonthyear"):
            return _iso(_year(n[-1]), month or n[1], n[0])
        if order.startswith(("yearmonthday", "yearmonth")) and len(n) + bool(month) >= 3:
            return _iso(_year(n[0]), month or n[1], n[-1])
        if order.startswith("yearmonth"):
            return f"{_year(n[0]):04d}-{_month(month or n[1]):02d}"
        if order.startswith(("monthyear",)):
            return f"{_year(n[-1]):04d}-{_month(month or n[0]):02d}"
        if order.startswith("monthday"):
            return f"--{_month(month or n[0]):02d}-{_day(n[-1]):02d}"
        if order.startswith("daymonth"):
            return f"--{_month(month or n[1]):02d}-{_day(n[0]):02d}"
        if month and len(n) == 2:
            return _iso(_year(n[1]), month, n[0])
        if len(n) == 3:
            return _iso(_year(n[-1]), n[0], n[1]) if n[0] < 1000 else _iso(n[0], n[1], n[2])
    except (IndexError, ValueError) as error:
        raise Untransformable(f"not a date: {text[:40]!r}") from error
    raise Untransformable(f"not a date: {text[:40]!r}")


def _year(n: int) -> int:
    return n if n > 99 else 2000 + n


def _month(n: int) -> int:
    if not 1 <= n <= 12:
        raise ValueError(n)
    return n


def _day(n: int) -> int:
    if not 1 <= n <= 31:
        raise ValueError(n)
    return n


def _iso(year: int, month: int, day: int) -> str:
    return dt.date(year, month, day).isoformat()


def _ballot(text: str) -> str:
    if text in ("☐", "☐ "):
        return "false"
    if text[:1] in ("☑", "☒", "þ", "ý", "x", "X", "✓"):
        return "true"
    raise Untransformable(f"not a ballot box: {text[:40]!r}")


def _yes(text: str) -> str:
    word = text.strip(". ").lower()
    if word in ("yes", "true", "1", "y"):
        return "true"
    if word in ("no", "false", "0", "n"):
        return "false"
    raise Untransformable(f"neither yes nor no: {text[:40]!r}")


def _duration(letter: str) -> Callable[[str], str]:
    time = letter in "H"

    def rule(text: str) -> str:
        found = re.search(r"(\d+(?:\.\d+)?)", text)
        value = found[1] if found else str(_words_number(text))
        return f"P{'T' if time else ''}{value}{letter}"

    return rule


_WORD_UNITS = {"year": "Y", "month": "M", "day": "D", "week": "W"}


def _duration_words(text: str) -> str:
    parts = []
    for amount, unit in re.findall(r"([\w.-]+(?: [\w-]+)?) (year|month|week|day)s?", text, re.I):
        number = amount if re.fullmatch(r"[\d.]+", amount) else None
        value = number or _words_number(amount.split("and ")[-1])
        parts.append(f"{value}{_WORD_UNITS[unit.lower()]}")
    if not parts:
        raise Untransformable(f"not a duration: {text[:40]!r}")
    return "P" + "".join(parts)


def _same(text: str) -> str:
    return text


_RULES: dict[str, tuple[str, Callable[[str], str]]] = {
    "numdotdecimal": ("number", _dot_decimal),
    "numdotdecimalapos": ("number", _dot_decimal),
    "numdotdecimalin": ("number", _dot_decimal),
    "numcommadot": ("number", _dot_decimal),
    "numspacedot": ("number", _dot_decimal),
    "numcommadecimal": ("number", _comma_decimal),
    "numcommadecimalapos": ("number", _comma_decimal),
    "numdotcomma": ("number", _comma_decimal),
    "numspacecomma": ("number", _comma_decimal),
    "numcomma": ("number", _comma_decimal),
    "numunitdecimal": ("number", _unit_decimal),
    "numunitdecimalapos": ("number", _unit_decimal),
    "numunitdecimalin": ("number", _unit_decimal),
    "numwordsen": ("number", _words_number),
    "numdash": ("number", lambda _: "0"),
    "zerodash": ("number", lambda _: "0"),
    "fixedzero": ("number", lambda _: "0"),
    "fixedempty": ("text", lambda _: ""),
    "nocontent": ("text", lambda _: ""),
    "fixedtrue": ("bool", lambda _: "true"),
    "fixedfalse": ("bool", lambda _: "false"),
    "booleantrue": ("bool", lambda _: "true"),
    "booleanfalse": ("bool", lambda _: "false"),
    "boolballotbox": ("bool", _ballot),
    "yesnoballotbox": ("text", lambda t: "Yes" if _ballot(t) == "true" else "No"),
    "durday": ("text", _duration("D")),
    "durweek": ("text", _duration("W")),
    "durmonth": ("text", _duration("M")),
    "duryear": ("text", _duration("Y")),
    "durhour": ("text", _duration("H")),
    "durwordsen": ("text", _duration_words),
    "stateprovnameen": ("text", _same),
    "countrynameen": ("text", _same),
    "edgarprovcountryen": ("text", _same),
    "exchnameen": ("text", _same),
    "entityfilercategoryen": ("text", _same),
}
