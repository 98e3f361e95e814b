"""A table's unit, scale and kind from its caption, its header and the lines above it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qhdata.records import DecimalText

_SCALE = re.compile(
    r"\b(?:in|of|stated in|expressed in)\s+(?:[a-z.$€£]+\s+){0,3}?(thousand|million|billion)s?\b"
    r"|[$€£]\s?(?:in\s+)?(thousand|million|billion)s?\b"
    r"|\((thousand|million|billion)s of|\b(thousand|million|billion)s of (?:u\.?s\.? )?dollars"
    r"|(?<![\d,.])\$?000['’]?s\b|\(000s?\)|\bin [$€£]\s?['’]?000\b(?![,.]\d)|\([$€£]['’]?000\)",
    re.I,
)
_PERIOD = (
    r"(?:[^()]*\b(?:ended|ending|as of|(?:jan|febr)uary|march|april|may|june|july|august"
    r"|(?:septem|octo|novem|decem)ber|(?:19|20)\d\d)\b[^()]*)?"
)
_DOLLARS = r"(?: of (?:u\.?s\.? )?dollars)?"
_LINE = re.compile(
    rf"^{_PERIOD}\((thousand|million|billion)s{_DOLLARS}(?:,? (?:except|unless)\b[^()]{{1,80}})?\)"
    rf"|^(?:amounts |dollars |figures )?(thousand|million|billion)s{_DOLLARS}"
    r"(?:,? (?:except|unless)\b.{1,80})?$",
    re.I,
)
"""Nothing but a scale: in brackets that begin the text or follow a period, or alone."""
_TIMES = re.compile(
    r"\b(?:tens?|hundreds?|(?:thousand|million)s?|not|half|an?|one|our|several|few|per)"
    r"(?: of| in)?\s*$",
    re.I,
)
"""Before a scale: it is another one, or none."""
_TIMES_MORE = re.compile(
    r"(?:thousand|million|billion)s?\s+(?:of\s+)?(?:thou|mill|bill|trill)", re.I
)
"""A scale of scales: "in thousands of millions"."""
_WHOLE_DOLLARS = re.compile(
    r"(?:^|[(;,] ?|\b(?:expressed|stated|presented) )"
    r"in (?:whole |actual |U\.?S\.? )*dollars\b(?! per)",
    re.I,
)
"""No scale, whatever stands further above."""
_COUNTED = (
    r"(?:shares?|units?|options|awards|warrants|[RP]SUs|barrels|bbls|boe|tons|tonnes|ounces|acres"
    r"|gallons|(?:cubic|square) (?:feet|met(?:er|re)s)|employees|customers|subscribers)"
)
_BEFORE = re.compile(
    rf"(?<!dollars and )(?<!amounts and )(?<![$] and )\b{_COUNTED}\s*(?P<bracket>\(\s*)?$", re.I
)
"""Before a scale: "shares in thousands, $ in millions" says one of each."""
_BEHIND = re.compile(rf"\s*(?:of\s+)(?:(?:common|ordinary|stock)\s+)*{_COUNTED}\b", re.I)
"""Behind a scale: "in thousands of barrels"."""
_SHARES = re.compile(r"\b(?:shares?|options|awards|warrants|[RP]SUs)\b", re.I)
LABEL = 60
"""Characters of a text up to which "Options (in thousands)" is a heading, so the scale is theirs;
above, it is a sentence that speaks of options and says the scale of what is below.
"""
_WORDS = ("thousand", "million", "billion", "000")
_MONIES = ("$", "dollar", "€", "£", "元", "人民币", "eur", "yen", "gbp", "pound", "rmb", "renminbi",
    "cny", "usd", "cad", "hkd", "twd", "sgd", "aud", "jpy")  # fmt: skip
"""One is in all that names a currency: ten patterns over each label took 4 % of the time."""
_POWERS = {"t": "1000", "m": "1000000", "b": "1000000000"}
_CN = re.compile(
    r"(?:[单單]位|(?<=^)位)\s*[：:]\s*(?P<text>[^\s，。；|）)]{1,14}(?:\s*币种\s*[：:]\s*\w{2,6})?)"
    r"|(?P<bare>人民币\s*[十百佰千仟万萬亿億]{0,4}元(?![/／每]))|^\W*(?P<bare_shares>万?股)\W*$"
)
_CN_POWERS = {"十": 1, "百": 2, "佰": 2, "千": 3, "仟": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
_CN_RUN = r"([十百佰千仟万萬亿億]{1,4})?"
_CN_MONEY = re.compile(_CN_RUN + r"(?:(?:[美港欧歐加澳日]|新加坡)?元|(?:[美港]|新?[台臺])[币幣])")
_CN_STOCK = re.compile(_CN_RUN + "股")
_CN_ANY = re.compile(r"([十百佰千仟万萬亿億]{1,4})")
_CN_CURRENCIES = (
    ("美元", "USD"), ("港元", "HKD"), ("港币", "HKD"), ("港幣", "HKD"), ("欧元", "EUR"),
    ("歐元", "EUR"), ("台币", "TWD"), ("台幣", "TWD"), ("臺幣", "TWD"), ("加元", "CAD"),
    ("澳元", "AUD"), ("日元", "JPY"), ("新加坡元", "SGD"), ("元", "CNY"),
)  # fmt: skip
_CURRENCIES = (
    (re.compile(r"\bCAD\b|\bC(?:AD|dn)?\$|Canadian dollars?", re.I), "CAD"),
    (re.compile(r"\bHKD?\$|\bHKD\b|Hong Kong dollars?", re.I), "HKD"),
    (re.compile(r"\bNTD?\$|\bTWD\b|(?:New )?Taiwan dollars?", re.I), "TWD"),
    (re.compile(r"\bS(?:GD)?\$|\bSGD\b|Singapore dollars?", re.I), "SGD"),
    (re.compile(r"\bA(?:UD?)?\$|\bAUD\b|Australian dollars?", re.I), "AUD"),
    (re.compile(r"\bJPY\b|Japanese yen|\byen\b", re.I), "JPY"),
    (re.compile(r"€|\beuros?\b|\bEUR\b", re.I), "EUR"),
    (re.compile(r"£|pounds sterling|\bGBP\b", re.I), "GBP"),
    (re.compile(r"\bRMB\b|renminbi|人民币|\bCNY\b", re.I), "CNY"),
    (re.compile(r"US\$|(?<![A-Za-z])\$|\bdollars?\b|美元|\bUSD\b", re.I), "USD"),
)
DOLLARS = frozenset({"USD", "CAD", "HKD", "TWD", "SGD", "AUD"})
"""Currencies whose sign may be a mere `$`."""
_STATEMENT = re.compile(
    r"balance sheets?|statements? of (?:consolidated )?"
    r"(?:financial (?:position|condition)|operations|(?:comprehensive )?(?:income|earnings|loss)|"
    r"cash flows?|(?:changes in )?(?:share|stock)holders|equity|changes in equity)"
    r"|income statements?|cash flows? statements?"
    r"|资产负债表|利润表|现金流量表|所有者权益变动表|股东权益变动表",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What texts say of a table's amounts."""

    unit: str | None = None
    scale: DecimalText | None = None
    """Of money, or of all that is below."""
    counted: DecimalText | None = None
    """The scale that is said of shares, options or barrels alone."""
    shares: bool = False
    """Whether what `counted` is said of are shares or rights to them."""
    whole: bool = False
    """Whether whole dollars are said: no scale, whatever stands further above."""


def said_by(texts: Iterable[str]) -> Said:
    """What the first of these texts that declares it says. texts: nearest first."""
    unit: str | None = None
    scale: DecimalText | None = None
    counted: DecimalText | None = None
    shares = whole = False
    for text in texts:
        if scale is None:
            found, other = _scale_in(text)
            if found is None and other is None and len(text) < 240:
                found = _LINE.match(text.strip())
            if found is not None:
                scale = _power(found)
            elif other is not None and counted is None:
                counted, shares = _power(other), _SHARES.search(text) is not None
        if unit is None:
            unit = currency_in(text)
        whole = whole or (scale is None and _WHOLE_DOLLARS.search(text) is not None)
        if unit is not None and (scale is not None or whole):
            break
    return Said(unit, scale, counted, shares, whole)


def names_scale(text: str) -> bool:
    """Whether a text has a word that a scale has: most have none, which is told fast."""
    low = _folded(text)
    return any(word in low for word in _WORDS)


def _folded(text: str) -> str:
    """A text in small letters, as patterns that ignore case see it: they take ı and ſ for i, s."""
    low = text.lower()
    if low.isascii():
        return low
    return low.replace("i\u0307", "i").replace("ı", "i").replace("ſ", "s")


def scale_said(text: str) -> DecimalText | None:
    """The scale that one text says, of money or of anything else."""
    if not names_scale(text):
        return None
    said = said_by([text])
    return said.scale or said.counted


def _power(found: re.Match[str]) -> DecimalText:
    word = next((g for g in found.groups() if g), None)
    return DecimalText(_POWERS[word[0].lower()] if word else "1000")


def currency_in(text: str) -> str | None:
    """The currency that a text names first: "U.S. dollars, unless EUR is said" are dollars."""
    low = _folded(text)
    if not any(word in low for word in _MONIES):
        return None
    said = [(m.start(), name) for pattern, name in _CURRENCIES if (m := pattern.search(text))]
    return min(said, key=lambda found: found[0])[1] if said else None


def _scale_in(text: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """(the first scale that a text says of money or of all, the first that it says of others)."""
    money: list[re.Match[str]] = []
    others: list[re.Match[str]] = []
    for found in _SCALE.finditer(text):
        at = _word_at(found)
        if not (_TIMES.search(text, 0, at) or _TIMES_MORE.match(text, at)):
            (others if _of_others(text, found) else money).append(found)
    return (money[0] if money else None), (others[0] if others else None)


def _of_others(text: str, found: re.Match[str]) -> bool:
    """Whether a scale is said of shares or other things that are counted, not of money."""
    before = _BEFORE.search(text, 0, found.start())
    if before is not None and (not before["bracket"] or len(text) <= LABEL):
        return True
    return _BEHIND.match(text, found.end()) is not None


def _word_at(found: re.Match[str]) -> int:
    """Where the word of a scale begins."""
    return found.start(found.lastindex or 0)


def chinese_unit(text: str) -> tuple[str | None, DecimalText | None] | None:
    """(unit, scale) that a line such as `单位：万元` says; (None, None) for one that is no money.

    >>> chinese_unit("单位：元 币种：人民币"), chinese_unit("单位：万股"), chinese_unit("单位：台")
    (('CNY', '1'), ('shares', '10000'), (None, None))
    """
    found = _CN.search(text)
    if not found:
        return None
    said = found["text"] or found["bare"] or found["bare_shares"]
    for word, currency in _CN_CURRENCIES:
        if word in said:
            return currency, _chinese_power(said, _CN_MONEY)
    if "股" in said:
        return "shares", _chinese_power(said, _CN_STOCK)
    return None, None


def _chinese_power(said: str, counted: re.Pattern[str]) -> DecimalText:
    """The power of ten before what is counted, else the first one: 元、万股 is money in ones."""
    found = counted.search(said)
    if found is None or (found[1] is None and "、" not in said):
        found = _CN_ANY.search(said)  # 千元人民币 beside 美元, or 万 that stands apart
    run = (found[1] if found else None) or ""
    return DecimalText("1" + "0" * sum(_CN_POWERS[sign] for sign in run))


def is_statement(text: str) -> bool:
    """Whether a caption names a financial statement."""
    return len(text) < 200 and _STATEMENT.search(text) is not None
