"""Statements: which lines a filer prints, under which concept, and what each line is worth in a
period.

A line's value comes from the books; whether it is shown with its sign turned (`negated`, as
cash paid is) is the printer's business and never changes the fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qhdata.universe.books import Books
from qhdata.universe.dates import Period, quarter_end, quarter_start
from qhdata.universe.filers import InventedFiler

Kind = Literal["flow", "stock", "per_share", "shares", "opening_cash", "heading"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement; `keys` are summed from the books, a `-` in front subtracts."""

    label: str
    concept: str
    keys: tuple[str, ...]
    kind: Kind = "flow"
    level: int = 0
    total: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Which quarters of which fiscal year a column is about."""

    fy: int
    quarters: tuple[int, ...] = (1, 2, 3, 4)

    def period(self, filer: InventedFiler) -> Period:
        """As a duration."""
        month = filer.last_month
        return Period(
            quarter_start(self.fy, self.quarters[0], month),
            quarter_end(self.fy, self.quarters[-1], month),
        )

    def instant(self, filer: InventedFiler) -> Period:
        """Its last day."""
        return Period(None, quarter_end(self.fy, self.quarters[-1], filer.last_month))


def value_of(books: Books, line: Line, span: Span) -> Decimal:
    """A line's value in display units (per share: in dollars)."""
    if line.kind == "per_share":
        return books.per_share(span.fy, span.quarters)
    if line.kind == "shares":
        return Decimal(books.shares(span.fy, span.quarters))
    if line.kind == "opening_cash":
        return Decimal(books.stock("cash", span.fy, span.quarters[0] - 1))
    total = 0
    for key in line.keys:
        name, sign = (key[1:], -1) if key.startswith("-") else (key, 1)
        if line.kind == "stock":
            total += sign * books.stock(name, span.fy, span.quarters[-1])
        else:
            total += sign * books.flow(name, span.fy, span.quarters)
    return Decimal(total)


def period_of(filer: InventedFiler, line: Line, span: Span) -> Period:
    """The XBRL period of a line in a column."""
    if line.kind == "stock":
        return span.instant(filer)
    if line.kind == "opening_cash":
        before = (span.fy, span.quarters[0] - 1) if span.quarters[0] > 1 else (span.fy - 1, 4)
        return Period(None, quarter_end(before[0], before[1], filer.last_month))
    return span.period(filer)


def shown_lines(books: Books, lines: Sequence[Line], spans: Sequence[Span]) -> list[Line]:
    """The lines less those that are nothing in every column and total nothing."""
    return [
        line
        for line in lines
        if line.kind == "heading"
        or line.total
        or any(value_of(books, line, span) for span in spans)
    ]
