"""Printing numbers: from lines of a statement to the cells of a table, tagged or not."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from qhdata.universe.books import Books
from qhdata.universe.dates import Period, long_date
from qhdata.universe.filers import InventedFiler
from qhdata.universe.inline_xbrl import Dimensions, Tagger, shown_number
from qhdata.universe.markup import Amount, Grid, Row, esc
from qhdata.universe.statements import Line, Span, period_of, shown_lines, value_of


def amount(
    value: Decimal,
    *,
    tagger: Tagger | None = None,
    concept: str = "",
    period: Period | None = None,
    unit: str = "USD",
    scale: int = 0,
    places: int = 0,
    dollar: bool = False,
    percent: bool = False,
    negated: bool = False,
    dimensions: Dimensions = (),
) -> Amount:
    """One value as cells; `negated` turns the sign that is shown, never the fact."""
    shown_value = -value if negated else value
    if tagger is not None and period is not None:
        body = tagger.number(
            concept, value, period, unit=unit, scale=scale, places=places, dimensions=dimensions
        )
    else:
        body = "&#8212;" if value == 0 else shown_number(value, places)
    closing = ")" if shown_value < 0 else ""
    return Amount(
        body=f"({body}" if shown_value < 0 else body,
        before="$" if dollar else "",
        after=closing + ("%" if percent else ""),
    )


def cell(
    books: Books, line: Line, span: Span, tagger: Tagger | None, *, dollar: bool = False
) -> Amount:
    """A line in a column."""
    filer = books.filer
    per_share, shares = line.kind == "per_share", line.kind == "shares"
    return amount(
        value_of(books, line, span),
        tagger=tagger,
        concept=line.concept,
        period=period_of(filer, line, span),
        unit="USD/shares" if per_share else "shares" if shares else "USD",
        scale=0 if per_share else filer.scale,
        places=2 if per_share else 0,
        dollar=dollar or per_share,
        negated=line.negated,
    )


def statement(
    books: Books,
    lines: Sequence[Line],
    spans: Sequence[Span],
    heads: tuple[tuple[tuple[str, int], ...], ...],
    tagger: Tagger | None,
) -> Grid:
    """A whole statement: `$` on the first value line and on totals of balance sheets, as
    printed ones have it."""
    rows: list[Row] = []
    first = True
    for line in shown_lines(books, lines, spans):
        if line.kind == "heading":
            rows.append(Row(esc(line.label)))
            continue
        dollar = first or (
            line.total and line.concept.endswith(("Assets", "Equity", "NetIncomeLoss"))
        )
        dollar = dollar and line.kind != "shares"
        cells = tuple(cell(books, line, span, tagger, dollar=dollar) for span in spans)
        rows.append(Row(esc(line.label), cells, line.level, line.total))
        first = False
    return Grid(heads, tuple(rows), len(spans))


def year_heads(
    filer: InventedFiler, spans: Sequence[Span]
) -> tuple[tuple[tuple[str, int], ...], ...]:
    """`Years ended December 31,` over `2024 2023 2022`."""
    day = long_date(spans[0].period(filer).end).split(",")[0]
    top = ((f"Years ended {day},", len(spans)),)
    return (top, tuple((str(span.period(filer).end.year), 1) for span in spans))


def instant_heads(
    filer: InventedFiler, spans: Sequence[Span]
) -> tuple[tuple[tuple[str, int], ...], ...]:
    """One date a column."""
    days = (long_date(span.instant(filer).end) for span in spans)
    return (tuple((day.replace(", ", ",<br/>"), 1) for day in days),)


def quarter_heads(
    filer: InventedFiler, spans: Sequence[Span]
) -> tuple[tuple[tuple[str, int], ...], ...]:
    """`Three months ended` over the day, and the years."""
    words = {1: "Three", 2: "Six", 3: "Nine", 4: "Twelve"}
    pairs: list[tuple[str, int]] = []
    for span in spans:
        text = f"{words[len(span.quarters)]} months ended"
        if pairs and pairs[-1][0] == text:
            pairs[-1] = (text, pairs[-1][1] + 1)
        else:
            pairs.append((text, 1))
    days = (long_date(span.period(filer).end).replace(", ", ",<br/>") for span in spans)
    return (tuple(pairs), tuple((day, 1) for day in days))


def caption(filer: InventedFiler) -> str:
    """`(In millions, except per share amounts)`."""
    return f"(In {filer.scale_word}s, except per share amounts)"


def money(filer: InventedFiler, value: Decimal | int, body: str = "") -> str:
    """`$47 million` as this filer writes it in prose; a loss as `$(3) million`."""
    number = Decimal(value)
    shown = body or shown_number(number)
    shown = f"({shown})" if number < 0 else shown
    gap = " " if filer.style.signs == "$ 47 million" else ""
    return f"${gap}{shown} {filer.scale_word}"


def percent_change(now: Decimal, before: Decimal) -> Decimal | None:
    """Change in percent to one decimal; None where the base is not positive."""
    if before <= 0:
        return None
    return ((now - before) * 100 / before).quantize(Decimal("0.1"))
