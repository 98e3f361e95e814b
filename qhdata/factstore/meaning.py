"""What a number that a table prints is worth: its unit and scale, by its own row, heading and fact;
or why that is not certain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qhdata.factstore.concepts import concept, family_of, family_of_label
from qhdata.quantities.units import CONTEXT, CURRENCIES
from qhdata.records import Cell, Fact, Table

_PER_SHARE = re.compile(
    r"per\s+(?:common\s+|ordinary\s+|diluted\s+|basic\s+)*share|每股", re.IGNORECASE
)
_COUNTED = re.compile(
    r"\b(?:shares|units|employees|headcount|memberships?|members|subscribers|customers|stores|days)"
    r"\b|\((?:in )?(?:years|months)\)|股数|股本|人数|户数",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"^(?!.*(?:[$€£]|\b(?:amounts?|values?|costs?|expense|compensation|total)\b))"
    r".*\b(?:options|awards|warrants|[RP]SUs)\b",
    re.I,
)
"""Headings of columns of rights to shares, which are counted: none that speaks of money too."""
_SCALES = {
    "thousand": Decimal(1000), "million": Decimal(10**6), "billion": Decimal(10**9),
    "000": Decimal(1000), "千元": Decimal(1000), "万元": Decimal(10**4), "百万": Decimal(10**6),
    "亿元": Decimal(10**8),
}  # fmt: skip
_SCALED = re.compile(
    r"[$€£(]\s?'?(000)|\b(thousand|million|billion)s?\b|(千元|(?<!百)万元|百万|亿元)", re.I
)
"""Words of a heading that say a scale: certain only where the table's own scale agrees."""
_SAID_FOR_ALL = re.compile(
    r"\(?\s*(?:(?:u\.?s\.?|dollars?|amounts?|[$€£])\s+)*(?:in|000s?)\s+"
    r"(?:thousands|millions|billions)[^)]*\)?|\(?,?\s*except[^)]*\)?",
    re.I,
)
"""`(in millions, except per share data)`: names what other rows are, not what this column is."""
_PRICE = re.compile(r"\bprices?\b|单价|价格", re.I)
_RATE = re.compile(
    r"%|\bpercent|\brates?\b|\bratio|\bmargin\b|\byield\b|比例|比率|率$", re.IGNORECASE
)
_UNITS_OF_LABELS = {
    "元": ("CNY", Decimal(1)),
    "千元": ("CNY", Decimal(1000)),
    "万元": ("CNY", Decimal(10000)),
    "百万元": ("CNY", Decimal(1000000)),
    "亿元": ("CNY", Decimal(100000000)),
    "元/股": ("CNY/shares", Decimal(1)),
    "人": ("employees", Decimal(1)),
    "股": ("shares", Decimal(1)),
    "%": ("percent", Decimal(1)),
    "％": ("percent", Decimal(1)),
}
"""Unit that a label names at its end, in brackets -> unit and scale."""
_UNIT_OF_LABEL = re.compile(
    r"[（(](" + "|".join(sorted(_UNITS_OF_LABELS, key=len, reverse=True)) + r")[）)]$"
)
MONEY = frozenset(CURRENCIES.values())
_UNIT = re.compile(r"(?!usd)[A-Za-z]{2,32}(?:/[A-Za-z]{2,32})?")
_LOSS = re.compile(r".{0,40}\b(?:loss|deficit)\b", re.I)
_PROFIT = re.compile(r"\b(?:income|earnings|profit)\b", re.I)
WHOLE = 1_000_000
"""Money from which nobody asks whether it is in thousands."""
USUAL = 50_000
"""What half of the amounts of a table in ones are above: a bank's table in thousands has a total
above WHOLE, and so has a row of shares.
"""
_CENTS = re.compile(r"\.\d\d(?!\d)")


_IN_ONES = re.compile(r"\bin (?:US |U\.S\. )?(?:dollars|USD|euros?|pounds)\b|单位[:：]\s?元", re.I)
_BEFORE = 200
"""Characters before a table in which its unit may be said."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a number is worth, and the concept and fact that say so."""

    value: Decimal
    unit: str
    scale: Decimal
    concept: str | None = None
    fact_id: str | None = None
    decimals: str | None = None


def meaning_of(
    cell: Cell, label: str, heading: str, header: str, table: Table, facts: Sequence[Fact]
) -> Meaning | str:
    """What a cell's number is worth, or why that is not certain."""
    shown = Decimal(cell.value or "0")
    if len(facts) > 1:
        return "many_facts_in_cell"
    if facts:
        return _by_fact(shown, facts[0])
    own = _UNIT_OF_LABEL.search(label) or _UNIT_OF_LABEL.search(header)
    if own is not None:
        unit, scale = _UNITS_OF_LABELS[own[1]]
        return Meaning(CONTEXT.multiply(shown, scale), unit, scale)
    # A column may be of another kind than its table: shares, prices or percents beside millions.
    words = " ".join(_SAID_FOR_ALL.sub(" ", text) for text in (heading, label, header))
    if "%" in cell.text or _RATE.search(words):
        if "%" not in cell.text:
            return "scale_unclear"
        return Meaning(shown, "percent", Decimal(1))
    if _PER_SHARE.search(words):
        if table.unit == "shares":
            return "scale_unclear"
        unit = f"{table.unit}/shares" if table.unit else ""
        return Meaning(shown, unit, Decimal(1))
    if _PRICE.search(words) or (_COUNTED.search(words) and table.unit != "shares"):
        return "scale_unclear"
    counted = _RIGHTS.search(_SAID_FOR_ALL.sub(" ", header)) and "$" not in cell.text
    if (table.unit == "shares" and "$" in cell.text) or (counted and table.unit != "shares"):
        return "scale_unclear"
    scale = Decimal(table.scale) if table.scale else Decimal(1)
    if any(said != scale for said in _scales(f"{heading} {label} {header}")):
        return "scale_unclear"
    family = family_of_label(label)
    if shown > 0 and _LOSS.match(label) and not _PROFIT.search(label):
        family = None  # "Net loss 5": of a loss, or of what is not one; no sign says
    return Meaning(CONTEXT.multiply(shown, scale), table.unit or "", scale, family)


def _scales(text: str) -> set[Decimal]:
    """Scales that the words of a label and its headings name."""
    return {_SCALES[next(filter(None, found)).lower()] for found in _SCALED.findall(text)}


def _by_fact(shown: Decimal, fact: Fact) -> Meaning | str:
    value = Decimal(fact.value or "0")
    family = family_of(fact.concept) if fact.dimensions == "[]" else None
    if family is not None and concept(family).instant != (fact.period_start is None):
        family = None
    if fact.unit == "pure":
        if fact.scale != -2 or abs(value.scaleb(2, CONTEXT)) != abs(shown):
            return "scale_unclear" if fact.scale != -2 else "fact_disagrees"
        return Meaning(shown, "percent", Decimal(1), None, fact.fact_id, fact.decimals)
    if fact.unit and not _UNIT.fullmatch(fact.unit):
        return "unit_without_a_definition"  # an id such as `U_USD`, whose unit the page lacks
    scale = Decimal(1).scaleb(fact.scale or 0)
    if abs(CONTEXT.multiply(shown, scale)) != abs(value):
        return "fact_disagrees"
    turned = shown * value < 0
    return Meaning(
        CONTEXT.multiply(shown, scale),
        fact.unit or "",
        scale,
        None if turned else family,
        fact.fact_id,
        fact.decimals,
    )


def scale_unsaid(table: Table, body: Sequence[Cell], text: str) -> bool:
    """Whether a table of money says no scale and its amounts could be in thousands or in millions:
    all small, or most of them, and none with cents.
    """
    if table.scale is not None or table.unit not in MONEY:
        return False
    head = text[max(0, table.start - _BEFORE) : table.start]
    head += " ".join(cell.text for cell in table.cells if cell.header)
    if _IN_ONES.search(head):
        return False
    numbers = [cell for cell in body if cell.value is not None]
    amounts = sorted(
        abs(Decimal(cell.value)) for cell in numbers if cell.value and "%" not in cell.text
    )
    amounts = [amount for amount in amounts if amount]
    small = not amounts or amounts[-1] < WHOLE or amounts[len(amounts) // 2] < USUAL
    return small and not any(_CENTS.search(cell.text) for cell in numbers)
