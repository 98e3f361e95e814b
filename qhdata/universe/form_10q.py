"""Quarterly reports: Part I with condensed statements, year to date, and Part II; items restart
at 1 in Part II."""

from __future__ import annotations

from qhdata.universe import notes, prose
from qhdata.universe.analysis import sentence
from qhdata.universe.books import Books
from qhdata.universe.chance import rng_for
from qhdata.universe.cover import cover, frame, house
from qhdata.universe.dates import long_date
from qhdata.universe.form_10k import Written
from qhdata.universe.inline_xbrl import Tagger
from qhdata.universe.lines import balance_lines, cash_lines, income_lines
from qhdata.universe.markup import esc
from qhdata.universe.printing import (
    caption,
    instant_heads,
    money,
    quarter_heads,
    statement,
)
from qhdata.universe.sheets import Sheets
from qhdata.universe.statements import Span, shown_lines

ITEMS = {
    "PART I. FINANCIAL INFORMATION": (
        ("1", "Financial Statements"),
        (
            "2",
            "Management's Discussion and Analysis of Financial Condition and Results of Operations",
        ),
        ("3", "Quantitative and Qualitative Disclosures About Market Risk"),
        ("4", "Controls and Procedures"),
    ),
    "PART II. OTHER INFORMATION": (
        ("1", "Legal Proceedings"),
        ("1a", "Risk Factors"),
        ("2", "Unregistered Sales of Equity Securities and Use of Proceeds"),
        ("3", "Defaults Upon Senior Securities"),
        ("4", "Mine Safety Disclosures"),
        ("5", "Other Information"),
        ("6", "Exhibits"),
    ),
}


def quarterly_report(books: Books, fy: int, quarter: int) -> Written:
    """A 10-Q for quarter 1, 2 or 3."""
    filer = books.filer
    rng = rng_for(filer.seed, "10-Q", filer.index)  # the same words every quarter
    alone, to_date = Span(fy, (quarter,)), Span(fy, tuple(range(1, quarter + 1)))
    period = to_date.period(filer)
    tagger = Tagger(filer, period.end.year)
    sheets = Sheets(filer, house(filer), f"Q{quarter} {fy} Form 10-Q")
    cover(sheets, tagger, "10-Q", period, books=books, span=to_date)
    sheets.break_page()
    sheets.put("{contents}")
    sections = []
    for number, (part, items) in enumerate(ITEMS.items(), start=1):
        sheets.part(part)
        for item, title in items:
            sheets.item(f"Item {item.upper()}", title, f"i{number}_{item}")
            status = "present"
            if (number, item) == (1, "1"):
                _statements(sheets, tagger, books, alone, to_date)
                notes.accounting(sheets, tagger, period, rng)
                spans = (alone, Span(fy - 1, alone.quarters))
                notes.segments(sheets, books, spans, quarter_heads(filer, spans), tagger, 2)
                notes.debt(sheets, books, to_date, tagger, 3, rng)
            elif (number, item) == (1, "2"):
                _discussion(sheets, books, alone, to_date)
            else:
                text = _short(sheets, books, number, item, to_date)
                sheets.say(text)
                status = prose.status_of(item, text)
            sections.append((f"part{number}.item{item}", status))
    sheets.say("SIGNATURES", bold=True, align="center")
    sheets.say(
        "Pursuant to the requirements of the Securities Exchange Act of 1934, the registrant has "
        "duly caused this report to be signed on its "
        "behalf by the undersigned thereunto duly authorized."
    )
    sheets.put(sheets.markup.listing([(f"/s/ {esc(filer.treasurer)}", "Chief Financial Officer")]))
    body = sheets.finish()
    return Written(frame(filer, tagger, body, period.end), tagger.facts, sections)


def _short(sheets: Sheets, books: Books, part: int, item: str, span: Span) -> str:
    filer = books.filer
    end = long_date(span.period(filer).end)
    if (part, item) == (1, "3"):
        return (
            "There has been no material change in market risk since our last annual report on "
            "Form 10-K."
        )
    if (part, item) == (1, "4"):
        return (
            "The chief executive officer and the chief financial officer concluded that our "
            "disclosure controls and procedures were "
            f"effective as of {end}. There was no change in internal control over financial "
            "reporting during the quarter."
        )
    if item == "1":
        return prose.short_item(filer, "3", rng_for(filer.seed, "legal", filer.index), span.fy)
    if item == "1a":
        return (
            "There have been no material changes from the risk factors in Part I, Item 1A of "
            "our annual report on Form 10-K."
        )
    if item == "2":
        bought = money(filer, books.flow("buybacks", span.fy, span.quarters[-1:]))
        return f"We bought back shares for {bought} in the quarter ended {end}."
    if item == "6":
        return (
            "31.1 Certification of the chief executive officer. 101 Inline XBRL document. 104 "
            "Cover page data."
        )
    return {"3": "None.", "4": "Not applicable.", "5": "None."}[item]


def _statements(sheets: Sheets, tagger: Tagger, books: Books, alone: Span, to_date: Span) -> None:
    filer = books.filer
    before, ytd_before = (Span(span.fy - 1, span.quarters) for span in (alone, to_date))
    columns = (alone, before) if alone == to_date else (alone, before, to_date, ytd_before)
    ends = (to_date, Span(to_date.fy - 1))
    flows = (to_date, ytd_before)
    for title, lines, spans, heads in (
        (
            "CONDENSED CONSOLIDATED STATEMENTS OF INCOME",
            income_lines(filer),
            columns,
            quarter_heads(filer, columns),
        ),
        (
            "CONDENSED CONSOLIDATED BALANCE SHEETS",
            balance_lines(filer),
            ends,
            instant_heads(filer, ends),
        ),
        (
            "CONDENSED CONSOLIDATED STATEMENTS OF CASH FLOWS",
            cash_lines(filer),
            flows,
            quarter_heads(filer, flows),
        ),
    ):
        for text in (esc(filer.name), title):
            sheets.put(sheets.markup.paragraph(text, bold=True, align="center"))
        note = esc(caption(filer).replace(")", "; unaudited)"))
        sheets.put(sheets.markup.paragraph(note, align="center"))
        sheets.grid(statement(books, lines, spans, heads, tagger))
        sheets.break_page()


def _discussion(sheets: Sheets, books: Books, alone: Span, to_date: Span) -> None:
    filer = books.filer
    rng = rng_for(filer.seed, "10-Q discussion", filer.index)
    before = Span(alone.fy - 1, alone.quarters)
    sheets.say("Results of Operations", bold=True, align="left")
    for line in shown_lines(books, income_lines(filer), (alone, before)):
        if line.kind in ("flow", "per_share"):
            sheets.say(sentence(books, line, alone, before, rng, why=True))
    sheets.say("Liquidity", bold=True, align="left")
    ytd_before = Span(to_date.fy - 1, to_date.quarters)
    for line in cash_lines(filer):
        if line.total and line.kind == "flow":
            sheets.say(sentence(books, line, to_date, ytd_before, rng))
    year_end = Span(to_date.fy - 1)
    for line in balance_lines(filer):
        if line.concept.endswith((":Assets", "StockholdersEquity", "AtCarryingValue")):
            sheets.say(sentence(books, line, to_date, year_end, rng))
