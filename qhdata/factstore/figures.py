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

from qhdata.factstore.concepts import family_of, family_of_label
from qhdata.factstore.located import headings_of, places_of, rows_of
from qhdata.factstore.meaning import meaning_of, scale_unsaid
from qhdata.quantities.units import CONTEXT
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
_OF_GROUP = re.compile(r"合并|集团")
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
    unsaid = scale_unsaid(table, body, text)
    unmarked = _below_percents(rows.values())
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
            meant = meaning_of(cell, label.text, heading, header, table, found)
            if isinstance(meant, str):
                refused[meant] += 1
                continue
            if shares and not found and meant.scale > 1 and "." in cell.text:
                refused["amount_or_per_share"] += 1
                continue
            if (cell.row, cell.col) in unmarked and not found and meant.scale > 1:
                refused["amount_or_percent"] += 1
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


def _below_percents(rows: Iterable[Sequence[Cell]]) -> set[tuple[int, int]]:
    """Cells below one with a percent sign that have places as it has, and no sign: filers mark the
    first row of such a block alone.
    """
    found, open_columns = set(), set()
    for cells in rows:
        for cell in cells[1:]:
            if cell.value is None:
                continue
            if "%" in cell.text:
                open_columns.add(cell.col)
            elif "." not in cell.text or "$" in cell.text:
                open_columns.discard(cell.col)
            elif cell.col in open_columns:
                found.add((cell.row, cell.col))
    return found


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
