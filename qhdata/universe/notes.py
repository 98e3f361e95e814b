"""Notes to the statements: segments by dimension, debt, taxes, quarters; text blocks that
continue over pages."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from qhdata.universe.analysis import named
from qhdata.universe.books import Books
from qhdata.universe.chance import say
from qhdata.universe.dates import Period, long_date
from qhdata.universe.filers import InventedFiler
from qhdata.universe.inline_xbrl import Tagger
from qhdata.universe.lines import revenue_concept
from qhdata.universe.markup import Amount, Grid, Row, esc
from qhdata.universe.printing import amount
from qhdata.universe.sheets import Sheets
from qhdata.universe.statements import Line, Span, value_of

_AXIS = "us-gaap:StatementBusinessSegmentsAxis"


def member(filer: InventedFiler, segment: str) -> str:
    """`zrvn:StoresMember`."""
    return f"{filer.ticker.lower()}:{segment.replace(' ', '')}Member"


def accounting(sheets: Sheets, tagger: Tagger, period: Period, rng: Random) -> None:
    """Note 1: one text block in three pieces with page furniture between them."""
    filer, markup = sheets.filer, sheets.markup
    texts = (
        "The consolidated statements include the accounts of {name} and its wholly owned "
        "subsidiaries. Balances and transactions "
        "between them [are eliminated|have been eliminated].",
        "The preparation of statements requires estimates, among them the [lives of assets|"
        "collectability of receivables] and the "
        "[outcome of claims|amount of taxes]. Actual results may differ.",
        "Revenue is recognised when control of {offers} passes to the customer, [in the amount|"
        "at the price] that is expected to be received. "
        "[Payment|Cash] is [due|received] within [thirty|forty-five|sixty] days.",
    )
    fill = {"name": filer.name, "offers": filer.industry.offers}
    parts = [
        markup.paragraph(
            "Note 1 &#8211; Summary of Significant Accounting Policies", bold=True, align="left"
        ),
        *(markup.paragraph(esc(say(text, rng, fill))) for text in texts),
    ]
    concept = "us-gaap:SignificantAccountingPoliciesTextBlock"
    for number, piece in enumerate(tagger.block(concept, period, parts)):
        if number == 2:
            sheets.break_page()
        sheets.put(piece)


def segments(
    sheets: Sheets,
    books: Books,
    spans: tuple[Span, ...],
    heads: tuple[tuple[tuple[str, int], ...], ...],
    tagger: Tagger,
    number: int,
) -> None:
    """Revenue by segment: the segments add up to the first line of the income statement."""
    filer = books.filer
    concept = revenue_concept(filer)
    title = f"Note {number} &#8211; Segments"
    sheets.put(sheets.markup.paragraph(title, bold=True, align="left"))
    count = len(filer.industry.segments)
    sheets.say(
        f"We report {count} segments. Revenue by segment was as follows (in {filer.scale_word}s):"
    )
    rows = []
    for index, segment in enumerate(filer.industry.segments):
        line = Line(segment, concept, (f"segment_{index}",))
        cells = tuple(
            amount(
                value_of(books, line, span),
                tagger=tagger,
                concept=concept,
                period=span.period(filer),
                scale=filer.scale,
                dollar=index == 0,
                dimensions=((_AXIS, member(filer, segment)),),
            )
            for span in spans
        )
        rows.append(Row(esc(segment), cells))
    total = Line(filer.style.revenue, concept, ("revenue",))
    cells = tuple(
        amount(
            value_of(books, total, span),
            tagger=tagger,
            concept=concept,
            period=span.period(filer),
            scale=filer.scale,
            dollar=True,
        )
        for span in spans
    )
    rows.append(Row("Total", cells, 0, True))
    sheets.grid(Grid(heads, tuple(rows), len(spans)))


def debt(
    sheets: Sheets, books: Books, span: Span, tagger: Tagger, number: int, rng: Random
) -> None:
    """Debt in prose with tagged values, a rate in percent and a facility."""
    filer, markup = books.filer, sheets.markup
    now = span.instant(filer)
    total = Line(
        "debt",
        "us-gaap:DebtLongtermAndShorttermCombinedAmount",
        ("debt_current", "debt_long"),
        "stock",
    )
    value = value_of(books, total, span)
    rate = Decimal(rng_rate(filer, span.fy)).scaleb(-2)
    facility = Decimal(max(5, books.flow("revenue", span.fy - 1) // 8))
    owed = tagger.number(total.concept, value, now, scale=filer.scale)
    rate_tag = tagger.number(
        "us-gaap:DebtInstrumentInterestRateStatedPercentage",
        rate,
        now,
        unit="pure",
        scale=-2,
        places=2,
    )
    room = tagger.number(
        "us-gaap:LineOfCreditFacilityMaximumBorrowingCapacity", facility, now, scale=filer.scale
    )
    sheets.put(markup.paragraph(f"Note {number} &#8211; Debt", bold=True, align="left"))
    sheets.put(
        markup.paragraph(
            f"At {long_date(now.end)}, total debt was ${owed} {filer.scale_word}. Our senior notes "
            "bear interest at "
            f"{rate_tag}% a year. "
            + esc(
                say(
                    "We [also have|have also] a revolving credit facility, which [allows|permits] "
                    "us to borrow up to",
                    rng,
                )
            )
            + f" ${room} {filer.scale_word}; nothing was drawn under it."
        )
    )


def rng_rate(filer: InventedFiler, fy: int) -> int:
    """A stated rate in basis points; fixed per filer and year."""
    return 325 + 25 * ((filer.index * 7 + fy) % 14)


def taxes(
    sheets: Sheets, books: Books, spans: tuple[Span, ...], tagger: Tagger, number: int
) -> None:
    """The effective rate: tax over pretax income, tagged as a fraction."""
    filer, markup = books.filer, sheets.markup
    sheets.put(markup.paragraph(f"Note {number} &#8211; Income Taxes", bold=True, align="left"))
    heads = (tuple((str(span.period(filer).end.year), 1) for span in spans),)
    cells: list[Amount | None] = []
    for span in spans:
        pretax = books.flow("pretax", span.fy, span.quarters)
        if pretax <= 0:
            cells.append(None)
            continue
        rate = (Decimal(100 * books.flow("tax", span.fy, span.quarters)) / pretax).quantize(
            Decimal("0.1")
        )
        cells.append(
            amount(
                rate,
                tagger=tagger,
                concept="us-gaap:EffectiveIncomeTaxRateContinuingOperations",
                period=span.period(filer),
                unit="pure",
                scale=-2,
                places=1,
                percent=True,
            )
        )
    statutory = tuple(
        amount(
            Decimal("21.0"),
            tagger=tagger,
            period=span.period(filer),
            unit="pure",
            scale=-2,
            places=1,
            percent=True,
            concept="us-gaap:EffectiveIncomeTaxRateReconciliationAtFederalStatutoryIncomeTaxRate",
        )
        for span in spans
    )
    sheets.say("The effective rate compares with the statutory rate as follows:")
    rows = (Row("Federal statutory rate", statutory), Row("Effective rate", tuple(cells), 0, True))
    sheets.grid(Grid(heads, rows, len(spans)))


def quarters(sheets: Sheets, books: Books, fy: int, tagger: Tagger, number: int) -> None:
    """Four quarters that add up to the year."""
    filer, markup = books.filer, sheets.markup
    spans = tuple(Span(fy, (quarter,)) for quarter in (1, 2, 3, 4))
    year = Span(fy)
    lines = (
        Line(filer.style.revenue, revenue_concept(filer), ("revenue",)),
        Line(filer.style.profit, "us-gaap:NetIncomeLoss", ("net_income",)),
    )
    sheets.put(
        markup.paragraph(
            f"Note {number} &#8211; Quarterly Results (Unaudited)", bold=True, align="left"
        )
    )
    sheets.say(f"Results by quarter of {named(filer, year)} (in {filer.scale_word}s):")
    rows = []
    for line in lines:
        cells = [
            amount(
                value_of(books, line, span),
                tagger=tagger,
                concept=line.concept,
                period=span.period(filer),
                scale=filer.scale,
                dollar=True,
            )
            for span in (*spans, year)
        ]
        rows.append(Row(esc(line.label), tuple(cells)))
    heads = ((("First", 1), ("Second", 1), ("Third", 1), ("Fourth", 1), ("Year", 1)),)
    sheets.grid(Grid(heads, tuple(rows), 5))
