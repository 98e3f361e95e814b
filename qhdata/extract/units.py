"""A table's unit, scale and kind from its caption, its header and the lines above it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qhdata.records import DecimalText

_SCALE = re.compile(
    r"\b(?:in|of|stated in|expressed in)\s+(?:[a-z.$€£]+\s+){0,3}?(thousand|million|billion)s?\b"
    r"|[$€£]\s?(?:in\s+)?(thousand|million|billion)s?\b"
    r"|\((thousand|million|billion)s of|\b(thousand|million|billion)s of (?:u\.?s\.? )?dollars"
    r"|\$?000['’]?s\b|\(000s?\)",
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
_TIMES = re.compile(r"\b(?:tens?|hundreds?|ten|hundred|not)(?: of| in)?\s*$", re.I)
"""Before a scale: it is another one, or none."""
_WHOLE_DOLLARS = re.compile(
    r"(?:^|[(;,] ?|\b(?:expressed|stated|presented) )"
    r"in (?:whole |actual |U\.?S\.? )*dollars\b(?! per)",
    re.I,
)
"""No scale, whatever stands further above."""
_OF_SHARES = re.compile(
    r"(?<!dollars and )(?<!amounts and )(?<![$] and )\b(?:shares?|units|options|awards)\s*$", re.I
)
"""Before a scale: "shares in thousands, $ in millions" says one of each."""
_POWERS = {"thousand": "1000", "million": "1000000", "billion": "1000000000"}
_CN = re.compile(
    r"(?:单位|(?<=^)位)\s*[：:]\s*(?P<text>[^\s，。；|）)]{1,14}(?:\s*币种\s*[：:]\s*\w{2,6})?)"
    r"|(?P<bare>人民币\s*(?:百万|千万|千|万|亿)?元(?![/／每]))|^\W*(?P<bare_shares>万?股)\W*$"
)
_CN_SCALE = (
    ("百万", "1000000"), ("千万", "10000000"), ("亿", "100000000"), ("万", "10000"), ("千", "1000"),
)  # fmt: skip
_CN_CURRENCIES = (("美元", "USD"), ("港元", "HKD"), ("港币", "HKD"), ("欧元", "EUR"), ("元", "CNY"))
_CURRENCIES = (
    (re.compile(r"\bCAD\b|\bC(?:AD|dn)?\$|Canadian dollars", re.I), "CAD"),
    (re.compile(r"\bHKD?\$|\bHKD\b|Hong Kong dollars", re.I), "HKD"),
    (re.compile(r"\bNTD?\$|\bTWD\b|(?:New )?Taiwan dollars", re.I), "TWD"),
    (re.compile(r"\bS(?:GD)?\$|\bSGD\b|Singapore dollars", re.I), "SGD"),
    (re.compile(r"\bA(?:UD?)?\$|\bAUD\b|Australian dollars", re.I), "AUD"),
    (re.compile(r"\bJPY\b|Japanese yen|\byen\b", re.I), "JPY"),
    (re.compile(r"€|\beuros?\b|\bEUR\b", re.I), "EUR"),
    (re.compile(r"£|pounds sterling|\bGBP\b", re.I), "GBP"),
    (re.compile(r"\bRMB\b|renminbi|人民币|\bCNY\b", re.I), "CNY"),
    (re.compile(r"US\$|(?<![A-Za-z])\$|\bdollars?\b|美元|\bUSD\b", re.I), "USD"),
)
_STATEMENT = re.compile(
    r"balance sheets?|statements? of (?:consolidated )?"
    r"(?:financial (?:position|condition)|operations|(?:comprehensive )?(?:income|earnings|loss)|"
    r"cash flows?|(?:changes in )?(?:share|stock)holders|equity|changes in equity)"
    r"|income statements?|cash flows? statements?"
    r"|资产负债表|利润表|现金流量表|所有者权益变动表|股东权益变动表",
    re.I,
)


def unit_of(texts: Iterable[str], chinese: bool) -> tuple[str | None, DecimalText | None]:
    """(currency, scale) that the first of these texts declares; None where none does.

    texts: nearest first. A scale of 1 is said only where the text says so (单位：元); a Chinese
    table in shares has the unit `shares`, one in pieces or people none.
    """
    unit: str | None = None
    scale: DecimalText | None = None
    for text in texts:
        if chinese:
            said = chinese_unit(text)
            if said is not None:
                return said
        if scale is None:
            found = _scale_in(text) or (_LINE.match(text.strip()) if len(text) < 240 else None)
            if found:
                word = next((g for g in found.groups() if g), None)
                scale = DecimalText(_POWERS[word.lower()] if word else "1000")
        if unit is None:
            unit = _currency_in(text)
        if unit is not None and (scale is not None or _WHOLE_DOLLARS.search(text)):
            break
    return unit, scale


def _currency_in(text: str) -> str | None:
    """The currency that a text names first: "U.S. dollars, unless EUR is said" are dollars."""
    said = [(m.start(), name) for pattern, name in _CURRENCIES if (m := pattern.search(text))]
    return min(said, key=lambda found: found[0])[1] if said else None


def _scale_in(text: str) -> re.Match[str] | None:
    """The scale that a text says of money; of shares only where it names no currency."""
    said = [m for m in _SCALE.finditer(text) if not _TIMES.search(text, 0, _word_at(m))]
    money = [m for m in said if not _OF_SHARES.search(text, 0, m.start())]
    if money or not said or any(pattern.search(text) for pattern, _ in _CURRENCIES):
        return money[0] if money else None
    return said[0]


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
    factor = next((value for word, value in _CN_SCALE if word in said), "1")
    for word, currency in _CN_CURRENCIES:
        if word in said:
            return currency, DecimalText(factor)
    if "股" in said:
        return "shares", DecimalText(factor)
    return None, None


def is_statement(text: str) -> bool:
    """Whether a caption names a financial statement."""
    return len(text) < 200 and _STATEMENT.search(text) is not None
