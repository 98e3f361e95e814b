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
from decimal import Decimal

from qhdata.extract.codes import code_of
from qhdata.extract.durations import duration, duration_of_words
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
_COMMAS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_DIGITS = str.maketrans("０１２３４５６７８９，．－", "0123456789,.-")


class Untransformable(ValueError):
    """The shown text does not have the form that its format names, or the format is unknown."""


class UnknownFormat(Untransformable):
    """No registry has the format."""

    note = "facts_bad_format"


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
        raise UnknownFormat(f"unknown format {name}")
    kind, function = rule
    return kind, function(shown)


def plain_number(text: str) -> str:
    """A number without format: digits with an optional point, as XML Schema writes decimals; an
    exponent too, as it writes doubles. Commas stand between groups of three or nowhere.
    """
    plain = text.replace("\u00a0", " ").strip()
    if _COMMAS.fullmatch(plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?", plain):
        raise Untransformable(f"not a number: {text[:40]!r}")
    return format(Decimal(plain), "f") if "e" in plain.lower() else plain.lstrip("+")


def _digits(text: str) -> str:
    if not re.fullmatch(r"\d+(?:\.\d*)?|\.\d+", text):
        raise Untransformable(f"not a number: {text[:40]!r}")
    whole, _, part = text.partition(".")
    return (whole.lstrip("0") or "0") + ("." + part if part else "")


def _dot_decimal(text: str) -> str:
    whole, point, part = text.partition(".")  # what groups digits stands before the point alone
    return _digits(re.sub(r"[,'’\s]", "", whole) + point + re.sub(r"\s", "", part))


def _comma_decimal(text: str) -> str:
    whole, comma, part = text.partition(",")
    return _digits(
        re.sub(r"[.'’\s]", "", whole) + comma.replace(",", ".") + re.sub(r"\s", "", part)
    )


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


def _dash(text: str) -> str:
    if any(c.isdigit() for c in text):
        raise Untransformable(f"not a dash: {text[:40]!r}")
    return "0"


def _date(local: str, text: str) -> str:
    order = _OLD_ORDERS.get(local[4:]) or _LANGUAGE.sub("", local[4:].replace("monthname", "month"))
    month_word = re.search(r"[A-Za-z]{3,}", text)
    numbers = re.findall(r"\d+", text)
    month = MONTHS.get(month_word[0].lower()[:9]) if month_word else None
    if month_word and month is None:
        month = MONTHS.get(month_word[0].lower()[:3])
    for era, base in _ERAS.items():
        own = (
            [int(x) for x in re.findall(r"\d+", text.replace("元年", "1年"))] if era in text else []
        )
        if len(own) >= 3:
            return _iso(base + own[0], own[1], own[2])
        if len(own) == 2 and 1 <= own[1] <= 12:
            return f"{base + own[0]:04d}-{own[1]:02d}"
    if local.endswith("fi"):  # marraskuu is November
        month = None
    try:
        n = [int(x) for x in numbers]
        if len(n) + bool(month) != (3 if "day" in order and "year" in order else 2):
            raise ValueError(n)
        if order.startswith("monthdayyear"):
            return _iso(_year(n[-1]), month or n[0], n[0] if month else n[1])
        if order.startswith("daymonthyear"):
            return _iso(_year(n[-1]), month or n[1], n[0])
        if order.startswith("yearmonthday"):
            return _iso(_year(n[0]), month or n[1], n[-1])
        if order.startswith("yearmonth"):
            return f"{_year(n[0]):04d}-{_month(month or n[1]):02d}"
        if order.startswith("monthyear"):
            return f"{_year(n[-1]):04d}-{_month(month or n[0]):02d}"
        if order.startswith("monthday"):
            return "-" + _iso(2000, month or n[0], n[-1])[4:]
        if order.startswith("daymonth"):
            return "-" + _iso(2000, month or n[1], n[0])[4:]
    except (IndexError, ValueError) as error:
        raise Untransformable(f"not a date: {text[:40]!r}") from error
    raise UnknownFormat(f"unknown format {local}")


def _year(n: int) -> int:
    return n if n > 99 else 2000 + n


def _month(n: int) -> int:
    if not 1 <= n <= 12:
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


def _duration(unit: str) -> Callable[[str], str]:
    def rule(text: str) -> str:
        return _known(duration(unit, text), text)

    return rule


def _code(kind: str) -> Callable[[str], str]:
    def rule(text: str) -> str:
        return _known(code_of(kind, text), text)

    return rule


def _known(value: str | None, text: str) -> str:
    if value is None:
        raise Untransformable(f"not in its list or grammar: {text[:40]!r}")
    return value


_QUARTERS = {"first": 3, "1": 3, "second": 6, "2": 6, "third": 9, "3": 9, "fourth": 12, "4": 12,
             "last": 12}  # fmt: skip


def _quarter_end(text: str) -> str:
    year = re.search(r"(?<!\d)\d{4}(?!\d)", text)
    rest = text.replace(year[0], " ", 1).lower() if year else ""
    named = [_QUARTERS[w] for w in re.findall(r"first|second|third|fourth|last|[1-4]", rest)]
    if year is None or len(named) != 1:
        raise Untransformable(f"not a quarter: {text[:40]!r}")
    return _iso(int(year[0]), named[0], 31 if named[0] in (3, 12) else 30)


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
    "numdash": ("number", _dash),
    "zerodash": ("number", _dash),
    "fixedzero": ("number", lambda _: "0"),
    "fixedempty": ("text", lambda _: ""),
    "nocontent": ("text", lambda _: ""),
    "fixedtrue": ("bool", lambda _: "true"),
    "fixedfalse": ("bool", lambda _: "false"),
    "booleantrue": ("bool", lambda _: "true"),
    "booleanfalse": ("bool", lambda _: "false"),
    "boolballotbox": ("bool", _ballot),
    "yesnoballotbox": ("text", lambda t: "Yes" if _ballot(t) == "true" else "No"),
    "durday": ("text", _duration("day")),
    "durweek": ("text", _duration("week")),
    "durmonth": ("text", _duration("month")),
    "duryear": ("text", _duration("year")),
    "durhour": ("text", _duration("hour")),
    "durwordsen": ("text", lambda t: _known(duration_of_words(t), t)),
    "datequarterend": ("date", _quarter_end),
    "stateprovnameen": ("text", _code("state")),
    "countrynameen": ("text", _code("country")),
    "edgarprovcountryen": ("text", _same),  # EDGAR's own codes are not listed here
    "exchnameen": ("text", _code("exchange")),
    "entityfilercategoryen": ("text", _code("filer")),
    "numinf": ("text", lambda _: "INF"),
    "numneginf": ("text", lambda _: "-INF"),
    "numnan": ("text", lambda _: "NaN"),
}
