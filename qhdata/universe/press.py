"""Exhibits that are short: press releases, and key figures whose small tables are said again in
words beside them.

The key figures are where a tiny model learns to copy: two to four lines, two periods, then the
same numbers in sentences, in another order, and as questions with answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from qhdata.universe import measures
from qhdata.universe.analysis import brief, named, question, sentence
from qhdata.universe.books import Books
from qhdata.universe.chance import rng_for, say
from qhdata.universe.dates import long_date
from qhdata.universe.lines import balance_lines, cash_lines, income_lines, revenue_concept
from qhdata.universe.markup import Flavour, Grid, Markup, Row, esc
from qhdata.universe.printing import caption, cell, instant_heads, quarter_heads, statement
from qhdata.universe.statements import Line, Span, shown_lines

_LEADS = (
    "{town}, {day} -- {name} ({exchange}: {ticker}) today [announced|reported|published] "
    "[results|financial results] for {quarter}.",
    "{name} ({exchange}: {ticker}), which [provides|supplies] {offers} to {customers}, today "
    "[reported|announced] results for {quarter}.",
)
_QUOTES = (
    '"[It was|This was] a [solid|steady|demanding] quarter, and [our people|our teams] [did well|'
    'served our customers well]," said {chief}, chief executive officer.',
    '"[We kept costs in hand|We stayed close to our customers] and [our plans for the year are '
    'unchanged|we see no reason to change course]," said {chief}, chief executive officer.',
)
_SAFE = (
    "This release contains forward-looking statements. [Actual results may differ|Results may "
    "turn out otherwise] for the reasons given under Risk "
    "Factors in our annual report on Form 10-K."
)


def press_release(
    books: Books,
    span: Span,
    day: str,
    *,
    flavour: Flavour,
    wording: Random,
    neutral: bool = False,
    edition: int = 0,
) -> str:
    """EX-99.1. The same `wording` and `neutral` make template twins; `edition` 1 changes a few
    words only."""
    filer = books.filer
    markup = Markup(flavour)
    prior = Span(span.fy - 1, span.quarters)
    slots = {
        "town": filer.town.upper(),
        "day": day,
        "name": filer.name,
        "exchange": filer.exchange,
        "ticker": filer.ticker,
        "offers": filer.industry.offers,
        "customers": filer.industry.customers,
        "quarter": named(filer, span),
        "chief": filer.chief,
    }
    lead = say(wording.choice(_LEADS), wording, slots)
    safe = say(_SAFE, wording)
    if edition:
        lead = lead.replace(" today ", " on that day ")
        safe = safe.replace("This release contains", "This press release contains certain")
    headline = f"{filer.name} reports results for {named(filer, span)}"
    blocks = [
        markup.paragraph("Exhibit 99.1", align="right"),
        markup.paragraph(esc(headline), bold=True, align="center"),
        markup.paragraph(esc(lead)),
    ]
    income = shown_lines(books, income_lines(filer), (span, prior))
    chosen = [
        line for line in income if line.kind == "flow" and (line.total or "revenue" in line.keys)
    ]
    blocks.extend(
        markup.paragraph(esc(sentence(books, line, span, prior, wording, neutral=neutral)))
        for line in chosen[:5]
    )
    blocks.append(markup.paragraph(esc(say(wording.choice(_QUOTES), wording, slots))))
    for title, lines, spans, heads in (
        (
            "Consolidated Statements of Income",
            income_lines(filer),
            (span, prior),
            quarter_heads(filer, (span, prior)),
        ),
        (
            "Consolidated Balance Sheets",
            balance_lines(filer),
            (span, Span(span.fy - 1)),
            instant_heads(filer, (span, Span(span.fy - 1))),
        ),
    ):
        blocks.append(markup.paragraph(title, bold=True, align="center"))
        blocks.append(markup.paragraph(esc(caption(filer)), align="center"))
        blocks.append(markup.grid(statement(books, lines, spans, heads, None)))
    blocks.append(markup.paragraph(f"About {esc(filer.short)}", bold=True))
    about = (
        f"{filer.name} was founded in {filer.founded} and provides {filer.industry.offers} "
        f"to {filer.industry.customers}."
    )
    blocks.append(markup.paragraph(esc(about)))
    blocks.append(markup.paragraph(esc(safe)))
    return page(headline, blocks, flavour)


def key_figures(
    books: Books, span: Span, *, wording: Random, blocks: int = 8, flavour: Flavour = "plain"
) -> str:
    """EX-99.2: small tables, each said again in sentences and in questions with answers."""
    filer = books.filer
    markup = Markup(flavour)
    short = filer.size == "small"  # as little to read between two numbers as can be
    title = f"{filer.name}: key figures for {brief(span) if short else named(filer, span)}"
    pieces = [markup.paragraph(esc(title), bold=True)]
    for number in range(blocks):
        if number % 2:
            pieces.extend(measures.block(filer, span, markup, wording))
            continue
        now, prior, lines = _subject(books, span, wording)
        name = esc(f"{filer.short}, {_theme(lines)} (in {filer.scale_word}s)")
        pieces.append(markup.paragraph(name, bold=True))
        heads = (
            ((_column(books, lines, now, short), 1), (_column(books, lines, prior, short), 1)),
        )
        rows = tuple(
            Row(
                esc(line.label),
                tuple(cell(books, line, at, None, dollar=True) for at in (now, prior)),
            )
            for line in lines
        )
        pieces.append(markup.grid(Grid(heads, rows, 2)))
        again = wording.sample(lines, k=len(lines))
        text = " ".join(
            sentence(books, line, now, prior, wording, neutral=True, short=short) for line in again
        )
        pieces.append(markup.paragraph(esc(text)))
        if short or number % 3 == 0:
            moved = (
                sentence(books, line, now, prior, wording, short=short, neutral=short)
                for line in lines
            )
            pieces.append(markup.paragraph(esc(" ".join(moved))))
        if short or number % 3 == 1:
            asked = (
                question(books, line, wording.choice((now, prior)), short=short) for line in again
            )
            pieces.extend(markup.paragraph(esc(f"Q: {q} A: {a}")) for q, a in asked)
    return page(title, pieces, flavour)


_SHORT = {
    "Cash and cash equivalents": "Cash",
    "Cash and cash equivalents, end of period": "Cash",
    "Accounts receivable, net": "Receivables",
    "Property and equipment, net": "Fixed assets",
    "Current portion of long-term debt": "Current debt",
    "Common stock and additional paid-in capital": "Paid-in capital",
    "Total shareholders' equity": "Equity",
    "Total liabilities and shareholders' equity": "Liabilities and equity",
    "Selling, general and administrative": "Overhead",
    "Depreciation and amortization": "Depreciation",
    "Research and development": "Research",
    "Other income (expense), net": "Other income",
    "Income before income taxes": "Pretax income",
    "Provision for income taxes": "Income tax",
    "Net cash provided by operating activities": "Operating cash flow",
    "Net cash used in investing activities": "Investing cash flow",
    "Net cash used in financing activities": "Financing cash flow",
    "Net change in cash and cash equivalents": "Change in cash",
}
"""Labels as fact sheets shorten them; small filers' only."""


def twin_wording(books: Books) -> Random:
    """One wording for all quarters of a filer."""
    return rng_for(books.filer.seed, "twin", books.filer.index)


def page(title: str, blocks: Sequence[str], flavour: Flavour) -> str:
    """A whole HTML file, in capitals and without a document type where exhibits are
    old-fashioned."""
    body = "".join(blocks)
    if flavour == "font":
        return (
            f"<HTML>\n<HEAD>\n<TITLE>{esc(title)}</TITLE>\n</HEAD>\n<BODY "
            f'BGCOLOR="WHITE">\n{body}</BODY>\n</HTML>\n'
        )
    return f"<html><head><title>{esc(title)}</title></head>\n<body>\n{body}</body></html>\n"


def _subject(books: Books, span: Span, rng: Random) -> tuple[Span, Span, list[Line]]:
    """Two columns and two to four lines: income, balance, cash flow or segments; quarters or
    whole years."""
    filer = books.filer
    back = rng.choice((0, 0, 1))
    kind = rng.choice(("income", "balance", "cash", "segments", "income"))
    past = max(books.first + 1, span.fy - 1 - back)
    now = Span(past) if rng.random() < 0.5 else span
    prior = Span(now.fy - 1, now.quarters)
    if kind == "segments":
        concept = revenue_concept(filer)
        return (
            now,
            prior,
            [
                Line(f"{segment} revenue", concept, (f"segment_{index}",))
                for index, segment in enumerate(filer.industry.segments)
            ],
        )
    lines = {"income": income_lines, "balance": balance_lines, "cash": cash_lines}[kind](filer)
    wanted = [
        line
        for line in shown_lines(books, lines, (now, prior))
        if line.kind in ("flow", "stock")
        and not line.negated
        and "IncreaseDecreaseIn" not in line.concept  # named like the balances that they change
    ]
    start = rng.randrange(max(1, len(wanted) - 3))
    if filer.size == "small":
        wanted = [replace(line, label=_SHORT.get(line.label, line.label)) for line in wanted]
    return now, prior, wanted[start : start + rng.randint(2, 3 if filer.size == "small" else 4)]


def _theme(lines: Sequence[Line]) -> str:
    kinds = {line.kind for line in lines}
    return "balances" if kinds == {"stock"} else "figures of the period"


def _column(books: Books, lines: Sequence[Line], span: Span, short: bool) -> str:
    filer = books.filer
    if short:
        return brief(span)
    if all(line.kind == "stock" for line in lines):
        return long_date(span.instant(filer).end)
    return (
        str(span.fy)
        if len(span.quarters) == 4
        else f"Quarter ended {long_date(span.period(filer).end)}"
    )
