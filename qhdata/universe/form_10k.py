"""Annual reports: form 10-K with all its items, and a 10-K/A that restates one of them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from qhdata.universe import notes, prose
from qhdata.universe.analysis import sentence
from qhdata.universe.books import Books
from qhdata.universe.chance import rng_for, say
from qhdata.universe.cover import cover, frame, house
from qhdata.universe.dates import long_date
from qhdata.universe.inline_xbrl import TaggedFact, Tagger
from qhdata.universe.lines import balance_lines, cash_lines, income_lines
from qhdata.universe.markup import Amount, Grid, Row, esc
from qhdata.universe.printing import (
    amount,
    caption,
    instant_heads,
    money,
    percent_change,
    statement,
    year_heads,
)
from qhdata.universe.sheets import Sheets
from qhdata.universe.statements import Span, shown_lines, value_of


@dataclass(frozen=True, slots=True)
class Written:
    """A document and what is true of it."""

    body: str
    facts: list[TaggedFact]
    sections: list[tuple[str, str]]
    """(key, status) in the order of the text."""


ITEMS = {
    "PART I": (
        ("1", "Business"),
        ("1a", "Risk Factors"),
        ("1b", "Unresolved Staff Comments"),
        ("1c", "Cybersecurity"),
        ("2", "Properties"),
        ("3", "Legal Proceedings"),
        ("4", "Mine Safety Disclosures"),
    ),
    "PART II": (
        (
            "5",
            "Market for Registrant's Common Equity, Related Stockholder Matters and "
            "Issuer Purchases of Equity Securities",
        ),
        ("6", "[Reserved]"),
        (
            "7",
            "Management's Discussion and Analysis of Financial Condition and Results of Operations",
        ),
        ("7a", "Quantitative and Qualitative Disclosures About Market Risk"),
        ("8", "Financial Statements and Supplementary Data"),
        (
            "9",
            "Changes in and Disagreements with Accountants on Accounting and Financial Disclosure",
        ),
        ("9a", "Controls and Procedures"),
        ("9b", "Other Information"),
        ("9c", "Disclosure Regarding Foreign Jurisdictions that Prevent Inspections"),
    ),
    "PART III": (
        ("10", "Directors, Executive Officers and Corporate Governance"),
        ("11", "Executive Compensation"),
        (
            "12",
            "Security Ownership of Certain Beneficial Owners and Management and "
            "Related Stockholder Matters",
        ),
        ("13", "Certain Relationships and Related Transactions, and Director Independence"),
        ("14", "Principal Accountant Fees and Services"),
    ),
    "PART IV": (("15", "Exhibits and Financial Statement Schedules"), ("16", "Form 10-K Summary")),
}
"""Titles by part; keys become `part2.item7`."""


def annual_report(books: Books, fy: int) -> Written:
    """A 10-K for one fiscal year."""
    filer = books.filer
    rng = rng_for(filer.seed, "10-K", filer.index)  # the same words every year
    span = Span(fy)
    period = span.period(filer)
    tagger = Tagger(filer, period.end.year)
    sheets = Sheets(filer, house(filer), f"{fy} Form 10-K")
    cover(sheets, tagger, "10-K", period, books=books, span=span)
    sheets.break_page()
    sheets.put("{contents}")
    sections = []
    for number, (part, items) in enumerate(ITEMS.items(), start=1):
        sheets.part(part)
        for item, title in items:
            key = f"part{number}.item{item}"
            sheets.item(f"Item {item.upper()}", title, f"i{number}_{item}")
            status = _item(sheets, tagger, books, span, item, rng)
            sections.append((key, status))
    _signatures(sheets, period.end.year + 1)
    body = sheets.finish()
    return Written(frame(filer, tagger, body, period.end), tagger.facts, sections)


def amended_report(books: Books, restated: Books, fy: int, amount_moved: int) -> Written:
    """A 10-K/A that restates Item 8 and nothing else."""
    filer = books.filer
    rng = rng_for(filer.seed, "10-K/A", filer.index)
    span = Span(fy)
    period = span.period(filer)
    tagger = Tagger(filer, period.end.year)
    sheets = Sheets(filer, house(filer), f"{fy} Form 10-K/A")
    cover(sheets, tagger, "10-K/A", period, books=restated, span=span, amendment=1)
    sheets.put(sheets.markup.paragraph("EXPLANATORY NOTE", bold=True, align="center"))
    sheets.say(
        f"This Amendment No. 1 restates Item 8 of our annual report for fiscal {fy}. After the "
        "report was filed we found that "
        f"{money(filer, amount_moved)} of cost of revenue in the fourth quarter had been "
        "presented as selling, general and administrative "
        "expense. Net income, the balance sheet and cash flows do not change. No other Item is "
        "amended."
    )
    sheets.part("PART II")
    sheets.item("Item 8", "Financial Statements and Supplementary Data", "i2_8")
    _statements(sheets, tagger, restated, span)
    notes.accounting(sheets, tagger, period, rng)
    notes.quarters(sheets, restated, fy, tagger, 2)
    _signatures(sheets, period.end.year + 1)
    body = sheets.finish()
    return Written(
        frame(filer, tagger, body, period.end), tagger.facts, [("part2.item8", "present")]
    )


def _item(sheets: Sheets, tagger: Tagger, books: Books, span: Span, item: str, rng: Random) -> str:
    """Write an item; returns its status."""
    filer = books.filer
    if item == "1":
        for text in prose.business(filer, rng, span.fy):
            sheets.say(text)
    elif item == "1a":
        for head, text in prose.risks(filer, rng, span.fy):
            sheets.say(head, italic=True)
            sheets.say(text)
    elif item == "5":
        paid = books.flow("dividends", span.fy)
        bought = money(filer, books.flow("buybacks", span.fy))
        sheets.say(
            f"Our common stock trades on {filer.exchange} under the symbol {filer.ticker}. We paid "
            f"{f'dividends of {money(filer, paid)}' if paid else 'no dividends'} and bought back "
            f"shares for {bought} in fiscal {span.fy}."
        )
    elif item == "7":
        _discussion(sheets, books, span, rng)
    elif item == "7a":
        sheets.say(
            "A rise of interest rates by one percentage point would not have changed "
            f"{filer.style.profit.lower()} of fiscal {span.fy} "
            "by a material amount. See Item 7 for our debt."
        )
    elif item == "8":
        _statements(sheets, tagger, books, span)
        _notes(sheets, tagger, books, span, rng)
    elif item == "15":
        sheets.say(
            "The statements are in Item 8. The following exhibits are filed with this report:"
        )
        rows = [
            ("21.1", "Subsidiaries of the registrant"),
            ("31.1", "Certification of the chief executive officer"),
        ]
        sheets.put(sheets.markup.listing(rows, ("Exhibit", "Description")))
    else:
        text = prose.short_item(filer, item, rng, span.fy)
        sheets.say(text)
        return prose.status_of(item, text)
    return "present"


def _discussion(sheets: Sheets, books: Books, span: Span, rng: Random) -> None:
    filer, prior = books.filer, Span(span.fy - 1)
    sheets.say("Results of Operations", bold=True, align="left")
    sheets.say(
        f"The table compares fiscal {span.fy} with fiscal {prior.fy} (in {filer.scale_word}s)."
    )
    lines = [
        line
        for line in shown_lines(books, income_lines(filer), (span, prior))
        if line.kind == "flow"
    ]
    rows = []
    for number, line in enumerate(lines):
        now, then = value_of(books, line, span), value_of(books, line, prior)
        change = percent_change(now, then)
        cells: list[Amount | None] = [
            amount(v, dollar=number == 0, negated=line.negated) for v in (now, then)
        ]
        cells.append(amount(now - then, dollar=number == 0, negated=line.negated))
        cells.append(None if change is None else amount(change, places=1, percent=True))
        rows.append(Row(esc(line.label), tuple(cells), 0, line.total))
    end = span.period(filer).end.year
    heads = (((str(end), 1), (str(end - 1), 1), ("Change", 1), ("Change", 1)),)
    sheets.grid(Grid(heads, tuple(rows), 4))
    for line in lines:
        sheets.say(sentence(books, line, span, prior, rng, why=True))
    sheets.say("Liquidity and Capital Resources", bold=True, align="left")
    for line in shown_lines(books, cash_lines(filer), (span, prior)):
        if line.total or line.concept.endswith("Equipment"):
            sheets.say(sentence(books, line, span, prior, rng))
    for line in balance_lines(filer):
        if line.concept.endswith((":Assets", ":Liabilities", "StockholdersEquity")):
            sheets.say(sentence(books, line, span, prior, rng))
    sheets.say(
        say(
            "We [believe|expect] that cash [on hand|at hand] and cash from operations will [cover|"
            "meet] our needs for at least the next "
            "twelve months. For our debt see Item 8.",
            rng,
        )
    )


def _statements(sheets: Sheets, tagger: Tagger, books: Books, span: Span) -> None:
    filer = books.filer
    years = tuple(Span(span.fy - back) for back in range(3))
    ends = years[:2]
    sheets.say("Report of Independent Registered Public Accounting Firm", bold=True, align="center")
    sheets.say(
        f"To the shareholders of {filer.name}: in our opinion the consolidated statements "
        "present fairly, in all material respects, the "
        f"financial position at {long_date(span.period(filer).end)} and the results of "
        "operations and cash flows for the three years then "
        f"ended. /s/ {filer.auditor}"
    )
    for title, lines, spans, heads in (
        ("CONSOLIDATED STATEMENTS OF INCOME", income_lines(filer), years, year_heads(filer, years)),
        ("CONSOLIDATED BALANCE SHEETS", balance_lines(filer), ends, instant_heads(filer, ends)),
        (
            "CONSOLIDATED STATEMENTS OF CASH FLOWS",
            cash_lines(filer),
            years,
            year_heads(filer, years),
        ),
    ):
        sheets.break_page()
        for text in (esc(filer.name), title):
            sheets.put(sheets.markup.paragraph(text, bold=True, align="center"))
        sheets.put(sheets.markup.paragraph(esc(caption(filer)), align="center"))
        sheets.grid(statement(books, lines, spans, heads, tagger))
        sheets.say("See accompanying notes to consolidated financial statements.", italic=True)


def _notes(sheets: Sheets, tagger: Tagger, books: Books, span: Span, rng: Random) -> None:
    filer = books.filer
    years = tuple(Span(span.fy - back) for back in range(3))
    sheets.break_page()
    sheets.say("NOTES TO CONSOLIDATED FINANCIAL STATEMENTS", bold=True, align="center")
    notes.accounting(sheets, tagger, span.period(filer), rng)
    notes.segments(sheets, books, years, year_heads(filer, years), tagger, 2)
    notes.debt(sheets, books, span, tagger, 3, rng)
    notes.taxes(sheets, books, years, tagger, 4)
    notes.quarters(sheets, books, span.fy, tagger, 5)


def _signatures(sheets: Sheets, year: int) -> None:
    filer = sheets.filer
    sheets.break_page()
    sheets.say("SIGNATURES", bold=True, align="center")
    sheets.say(
        "Pursuant to the requirements of the Securities Exchange Act of 1934, the registrant has "
        "duly caused this report to be signed "
        f"on its behalf by the undersigned, thereunto duly authorized, in {year}."
    )
    people = (
        (filer.chief, "Chief Executive Officer"),
        (filer.treasurer, "Chief Financial Officer"),
    )
    sheets.put(sheets.markup.listing([(f"/s/ {esc(who)}", title) for who, title in people]))
