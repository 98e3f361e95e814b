"""Figures: numbers as a table prints them, each under its row's label and its column's heading,
with their characters.

Press releases and text-era filings carry no XBRL, yet their tables hold most of what can be
learned; so every usable number of every table becomes a figure, and where an XBRL fact stands on
the same characters, the figure knows it. A figure is refused, with a reason that is counted, where
its label, heading, scale or place in the text is not certain.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qhdata.factstore.concepts import concept, family_of, family_of_label
from qhdata.factstore.located import headings_of, places_of, rows_of
from qhdata.quantities.units import CONTEXT, CURRENCIES
from qhdata.records import Cell, Fact, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number that a document shows in a table."""

    figure_id: str
    """`<table_id>:<row>:<col>`."""
    doc_id: str
    table_id: str
    row: int
    col: int
    label: str
    """The row's label, as printed."""
    header: str
    """The column's heading, as printed; parts of several rows are joined by a space."""
    year: int | None
    """The one year that the heading names."""
    shown: str
    """The characters of the number."""
    value: Decimal
    """In base units, with the sign that is shown; percents count in percent."""
    unit: str
    """`USD`, `USD/shares`, `shares`, `percent`; empty where the table does not say."""
    scale: Decimal
    """What the shown number was multiplied by."""
    start: int
    end: int
    """Characters of `Document.text` that are `shown`."""
    label_start: int
    label_end: int
    concept: str | None
    """Family of the concept or of the label."""
    fact_id: str | None
    decimals: str | None
    """The fact's XBRL decimals."""

    @property
    def bare(self) -> Decimal:
        """The number as shown: without scale."""
        return CONTEXT.divide(self.value, self.scale)


_YEAR = re.compile(r"(?<!\d)(?:19[6-9]\d|20[0-4]\d)(?!\d)")
_LETTER = re.compile(r"[A-Za-z一-鿿]")
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
_OF_GROUP = re.compile(r"合并|集团")
_UNIT_OF_LABEL = re.compile(
    r"[（(](" + "|".join(sorted(_UNITS_OF_LABELS, key=len, reverse=True)) + r")[）)]$"
)
MONEY = frozenset(CURRENCIES.values())
_UNIT = re.compile(r"(?!usd)[A-Za-z]{2,32}(?:/[A-Za-z]{2,32})?")
_LONGEST_LABEL = 160


def told_of(facts: Iterable[Fact]) -> dict[str, frozenset[Decimal]]:
    """Concept family -> what a document's facts without dimensions say it is, in any period."""
    found: dict[str, set[Decimal]] = {}
    for fact in facts:
        family = family_of(fact.concept) if fact.dimensions == "[]" and fact.value else None
        if family is not None:
            found.setdefault(family, set()).add(abs(Decimal(fact.value or "0")))
    return {family: frozenset(values) for family, values in found.items()}


def figures_of(
    table: Table,
    text: str,
    facts: Sequence[Fact],
    refused: Counter[str],
    told: Mapping[str, frozenset[Decimal]] | None = None,
) -> Iterator[Figure]:
    """Figures of one table of a document.

    facts: the document's number facts with a span, sorted by start. refused: why cells were not
    taken is added here. told: see `told_of`; "Revenues" of a table without facts that is none of
    them is a segment's, and no concept of the filer's.
    """
    if table.kind == "layout" or not table.cells:
        return
    if table.scope == "parent":  # one name, two values: a question would not know which is meant
        refused["parent_scope"] += sum(cell.value is not None for cell in table.cells)
        return
    headings = headings_of(table)
    if not headings:
        refused["no_column_heading"] += 1
        return
    starts = [fact.start or 0 for fact in facts]
    body = [cell for cell in table.cells if cell.row >= table.header_rows and not cell.header]
    rows = rows_of(body)
    if _of_revenue(rows.values()):
        refused["percent_of_revenue"] += sum(cell.value is not None for cell in body)
        return
    seen: Counter[str] = Counter(cells[0].text for cells in rows.values() if cells)
    tagged = bool(_facts_in(facts, starts, table.start, table.end))
    places = places_of(rows, text, table.start, table.end)
    shares = _shares_beside(table, body)
    unsaid = _scale_unsaid(table, body, text)
    heading = ""
    for row, cells in rows.items():
        label = cells[0]
        numbers = [cell for cell in cells[1:] if cell.value is not None]
        if label.value is not None or not _LETTER.search(label.text):
            continue
        if not numbers:
            heading = label.text
            continue
        if seen[label.text] > 1:
            refused["label_repeated"] += len(numbers)
            continue
        if len(label.text) > _LONGEST_LABEL or row not in places:
            refused["row_not_located"] += len(numbers)
            continue
        if _fragment(label.text):
            refused["label_fragment"] += len(numbers)
            continue
        spans = places[row]
        label_start, label_end = spans[label.col]
        for cell in numbers:
            header = headings.get(cell.col)
            if header is None:
                refused["no_column_heading"] += 1
                continue
            if table.scope == "both" and not _OF_GROUP.search(header):
                refused["parent_scope"] += 1
                continue
            start, end = spans[cell.col]
            found = _facts_in(facts, starts, start, end)
            if not found and tagged:
                refused["not_tagged_beside_facts"] += 1
                continue
            meant = _meaning(cell, label.text, heading, header, table, found)
            if isinstance(meant, str):
                refused[meant] += 1
                continue
            if shares and not found and meant.scale > 1 and "." in cell.text:
                refused["amount_or_per_share"] += 1
                continue
            if unsaid and not found and meant.unit == table.unit:
                refused["scale_unsaid"] += 1
                continue
            known = told.get(meant.concept or "") if told and not found else None
            if known is not None and abs(meant.value) not in known:
                meant = replace(meant, concept=None)
            years = set(_YEAR.findall(header))
            yield Figure(
                figure_id=f"{table.table_id}:{cell.row}:{cell.col}",
                doc_id=table.doc_id,
                table_id=table.table_id,
                row=cell.row,
                col=cell.col,
                label=label.text,
                header=header,
                year=int(years.pop()) if len(years) == 1 else None,
                shown=cell.text,
                value=meant.value,
                unit=meant.unit,
                scale=meant.scale,
                start=start,
                end=end,
                label_start=label_start,
                label_end=label_end,
                concept=meant.concept,
                fact_id=meant.fact_id,
                decimals=meant.decimals,
            )


WHOLE = 1_000_000
"""Money from which nobody asks whether it is in thousands."""
_CENTS = re.compile(r"\.\d\d(?!\d)")


_IN_ONES = re.compile(r"\bin (?:US |U\.S\. )?(?:dollars|USD|euros?|pounds)\b|单位[:：]\s?元", re.I)
_BEFORE = 200
"""Characters before a table in which its unit may be said."""


def _scale_unsaid(table: Table, body: Sequence[Cell], text: str) -> bool:
    """Whether a table of money says no scale and its amounts could be in thousands or in millions:
    all small, and none with cents.
    """
    if table.scale is not None or table.unit not in MONEY:
        return False
    head = text[max(0, table.start - _BEFORE) : table.start]
    head += " ".join(cell.text for cell in table.cells if cell.header)
    if _IN_ONES.search(head):
        return False
    numbers = [cell for cell in body if cell.value is not None]
    small = all(abs(Decimal(cell.value or "0")) < WHOLE for cell in numbers)
    return small and not any(_CENTS.search(cell.text) for cell in numbers)


def _of_revenue(rows: Iterable[Sequence[Cell]]) -> bool:
    """Whether a table shows everything as a share of revenue, which is then 100 in each column."""
    for cells in rows:
        if cells and family_of_label(cells[0].text) == "revenue":
            values = [Decimal(cell.value) for cell in cells[1:] if cell.value is not None]
            return bool(values) and all(value == 100 for value in values)
    return False


def _shares_beside(table: Table, body: Sequence[Cell]) -> bool:
    """Whether a table of whole amounts says "except per share": a number with places is then one of
    those, or a ratio, whatever unit the table has.
    """
    heads = [cell.text for cell in table.cells if cell.row < table.header_rows or cell.header]
    said = any("except" in text and "per share" in text for text in map(str.lower, heads))
    numbers = [cell.text for cell in body if cell.value is not None]
    return said and 2 * sum("." in text for text in numbers) < len(numbers)


def _fragment(label: str) -> bool:
    """Whether a label looks like the rest of a wrapped line: it begins in lower case, or closes a
    bracket that it never opened.
    """
    first = next((char for char in label if char.isalpha()), "")
    return first.islower() or label.count("(") != label.count(")")


def _facts_in(facts: Sequence[Fact], starts: Sequence[int], start: int, end: int) -> list[Fact]:
    found = []
    for index in range(bisect_left(starts, start), len(facts)):
        if starts[index] >= end:
            break
        if (facts[index].end or 0) <= end:
            found.append(facts[index])
    return found


@dataclass(frozen=True, slots=True)
class _Meaning:
    value: Decimal
    unit: str
    scale: Decimal
    concept: str | None = None
    fact_id: str | None = None
    decimals: str | None = None


def _meaning(
    cell: Cell, label: str, heading: str, header: str, table: Table, facts: Sequence[Fact]
) -> _Meaning | str:
    """What a cell's number is worth, or why that is not certain."""
    shown = Decimal(cell.value or "0")
    if len(facts) > 1:
        return "many_facts_in_cell"
    if facts:
        return _by_fact(shown, facts[0])
    own = _UNIT_OF_LABEL.search(label) or _UNIT_OF_LABEL.search(header)
    if own is not None:
        unit, scale = _UNITS_OF_LABELS[own[1]]
        return _Meaning(CONTEXT.multiply(shown, scale), unit, scale)
    # A column may be of another kind than its table: shares, prices or percents beside millions.
    words = " ".join(_SAID_FOR_ALL.sub(" ", text) for text in (heading, label, header))
    if "%" in cell.text or _RATE.search(words):
        if "%" not in cell.text:
            return "scale_unclear"
        return _Meaning(shown, "percent", Decimal(1))
    if _PER_SHARE.search(words):
        if table.unit == "shares":
            return "scale_unclear"
        unit = f"{table.unit}/shares" if table.unit else ""
        return _Meaning(shown, unit, Decimal(1))
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
    return _Meaning(CONTEXT.multiply(shown, scale), table.unit or "", scale, family)


_LOSS = re.compile(r".{0,40}\b(?:loss|deficit)\b", re.I)
_PROFIT = re.compile(r"\b(?:income|earnings|profit)\b", re.I)


def _scales(text: str) -> set[Decimal]:
    """Scales that the words of a label and its headings name."""
    return {_SCALES[next(filter(None, found)).lower()] for found in _SCALED.findall(text)}


def _by_fact(shown: Decimal, fact: Fact) -> _Meaning | str:
    value = Decimal(fact.value or "0")
    family = family_of(fact.concept) if fact.dimensions == "[]" else None
    if family is not None and concept(family).instant != (fact.period_start is None):
        family = None
    if fact.unit == "pure":
        if fact.scale != -2 or abs(value.scaleb(2, CONTEXT)) != abs(shown):
            return "scale_unclear" if fact.scale != -2 else "fact_disagrees"
        return _Meaning(shown, "percent", Decimal(1), None, fact.fact_id, fact.decimals)
    if fact.unit and not _UNIT.fullmatch(fact.unit):
        return "unit_without_a_definition"  # an id such as `U_USD`, whose unit the page lacks
    scale = Decimal(1).scaleb(fact.scale or 0)
    if abs(CONTEXT.multiply(shown, scale)) != abs(value):
        return "fact_disagrees"
    turned = shown * value < 0
    return _Meaning(
        CONTEXT.multiply(shown, scale),
        fact.unit or "",
        scale,
        None if turned else family,
        fact.fact_id,
        fact.decimals,
    )
