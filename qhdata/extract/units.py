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
_POWERS = {"thousand": "1000", "million": "1000000", "billion": "1000000000"}
_CN = re.compile(
    r"单位\s*[：:]\s*(?P<text>[^\s，。；|]{1,14})|(?P<bare>人民币\s*(?:百万|千|万|亿)?元)"
)
_CN_SCALE = (
    ("百万", "1000000"), ("千万", "10000000"), ("亿", "100000000"), ("万", "10000"), ("千", "1000"),
)  # fmt: skip
_CURRENCIES = (
    (re.compile(r"\bCAD\b|C\$|Canadian dollars", re.I), "CAD"),
    (re.compile(r"€|\beuros?\b|\bEUR\b", re.I), "EUR"),
    (re.compile(r"£|pounds sterling|\bGBP\b", re.I), "GBP"),
    (re.compile(r"\bRMB\b|renminbi|人民币|\bCNY\b", re.I), "CNY"),
    (re.compile(r"US\$|\$|\bdollars?\b|美元|\bUSD\b", re.I), "USD"),
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

    texts: nearest first. A scale of 1 is said only where the text says so (单位：元).
    """
    unit: str | None = None
    scale: DecimalText | None = None
    for text in texts:
        if chinese:
            found = _CN.search(text)
            if found:
                said = found["text"] or found["bare"]
                factor = next((value for word, value in _CN_SCALE if word in said), "1")
                if "元" in said:
                    return ("USD" if "美元" in said else "CNY"), DecimalText(factor)
        if scale is None:
            found = _SCALE.search(text)
            if found:
                word = next((g for g in found.groups() if g), None)
                scale = DecimalText(_POWERS[word.lower()] if word else "1000")
        if unit is None:
            unit = next((name for pattern, name in _CURRENCIES if pattern.search(text)), None)
        if scale is not None and unit is not None:
            break
    return unit, scale


def is_statement(text: str) -> bool:
    """Whether a caption names a financial statement."""
    return len(text) < 200 and _STATEMENT.search(text) is not None
