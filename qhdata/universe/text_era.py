"""A filing in the manner of the 1990s: eighty columns, `<PAGE>`, and tables under `<S>` and
`<C>` rulers.

Items are numbered as then (Item 4 is a vote of shareholders, Item 14 the exhibits); statements
are spaced by hand.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date

from qhdata.universe import prose
from qhdata.universe.analysis import sentence
from qhdata.universe.books import LAST_YEAR, Books
from qhdata.universe.chance import rng_for
from qhdata.universe.dates import Period
from qhdata.universe.lines import balance_lines, cash_lines, income_lines
from qhdata.universe.printing import caption
from qhdata.universe.statements import Line, Span, period_of, shown_lines, value_of

YEARS_BACK = 28
"""The books end in 2024; a filing of 1997 tells them as if they ended in 1996."""

Printed = tuple[str, str, str, str]
"""(label, value in base units, unit, period end)."""

_ITEMS = (
    ("1", "BUSINESS"),
    ("2", "PROPERTIES"),
    ("3", "LEGAL PROCEEDINGS"),
    ("4", "SUBMISSION OF MATTERS TO A VOTE OF SECURITY HOLDERS"),
    ("5", "MARKET FOR REGISTRANT'S COMMON EQUITY AND RELATED STOCKHOLDER MATTERS"),
    ("6", "SELECTED FINANCIAL DATA"),
    ("7", "MANAGEMENT'S DISCUSSION AND ANALYSIS OF FINANCIAL CONDITION AND RESULTS OF OPERATIONS"),
    ("8", "FINANCIAL STATEMENTS AND SUPPLEMENTARY DATA"),
    ("9", "CHANGES IN AND DISAGREEMENTS WITH ACCOUNTANTS ON ACCOUNTING AND FINANCIAL DISCLOSURE"),
    ("10", "DIRECTORS AND EXECUTIVE OFFICERS OF THE REGISTRANT"),
    ("11", "EXECUTIVE COMPENSATION"),
    ("14", "EXHIBITS, FINANCIAL STATEMENT SCHEDULES AND REPORTS ON FORM 8-K"),
)


def text_report(books: Books) -> tuple[str, list[tuple[str, str]], list[Printed]]:
    """The text, its (section key, status), and what its tables print."""
    filer = books.filer
    rng = rng_for(filer.seed, "text era", filer.index)
    fy = LAST_YEAR
    span, prior = Span(fy), Span(fy - 1)
    year = fy - YEARS_BACK
    out = [_cover(books, year)]
    keys: list[tuple[str, str]] = []
    printed: list[Printed] = []
    parts = {"1": (1, "PART I"), "5": (2, "PART II"), "10": (3, "PART III"), "14": (4, "PART IV")}
    part = 0
    for item, title in _ITEMS:
        if item in parts:
            part, name = parts[item]
            out.append(f"\n<PAGE>\n{name.center(78).rstrip()}\n")
        status = "present"
        out.append(
            "\n" + textwrap.fill(f"ITEM {item}.  {title}", 78, subsequent_indent=" " * 9) + "\n"
        )
        if item == "1":
            out.extend(_wrap(text) for text in prose.business(filer, rng, year))
        elif item == "7":
            for line in shown_lines(books, income_lines(filer), (span, prior)):
                if line.kind == "flow":
                    out.append(_wrap(_then(sentence(books, line, span, prior, rng))))
        elif item in ("6", "8"):
            tables = [("CONSOLIDATED STATEMENTS OF INCOME", income_lines(filer))]
            if item == "8":
                tables += [
                    ("CONSOLIDATED BALANCE SHEETS", balance_lines(filer)),
                    ("CONSOLIDATED STATEMENTS OF CASH FLOWS", cash_lines(filer)),
                ]
            else:
                tables = [("SELECTED FINANCIAL DATA", [x for x in income_lines(filer) if x.total])]
            for name, lines in tables:
                text, rows = _table(books, name, lines, (span, prior))
                out.append(text)
                printed.extend(rows)
        else:
            key = {"4": "9", "5": "9b", "9": "9", "14": "16"}.get(item, item)
            text = prose.short_item(filer, key, rng, year)
            out.append(_wrap(text))
            status = prose.status_of(item, text)
        keys.append((f"part{part}.item{item}", status))
    out.append(f"\n<PAGE>\n{'SIGNATURES'.center(78).rstrip()}\n")
    out.append(_wrap(f"{filer.name}. By: /s/ {filer.chief}, President. March 14, {year + 1}."))
    return "\n".join(out) + "\n", keys, printed


def _then(text: str) -> str:
    for year in range(LAST_YEAR - 6, LAST_YEAR + 1):
        text = text.replace(str(year), str(year - YEARS_BACK))
    return text


def _cover(books: Books, year: int) -> str:
    filer = books.filer
    lines = [
        "SECURITIES AND EXCHANGE COMMISSION",
        "Washington, D.C.  20549",
        "",
        "FORM 10-K",
        "",
        "ANNUAL REPORT PURSUANT TO SECTION 13 OR 15(d)",
        "OF THE SECURITIES EXCHANGE ACT OF 1934",
        f"For the fiscal year ended {_then_day(Span(LAST_YEAR).instant(filer))}",
        f"Commission File No. {filer.file_number}",
        "",
        filer.name.upper(),
        "(Exact name of registrant as specified in its charter)",
        "",
        f"{filer.street}, {filer.town}  {filer.zip_code}",
        f"Telephone {filer.phone}",
    ]
    return "<PAGE>   1\n" + "\n".join(line.center(78).rstrip() for line in lines) + "\n"


def _then_day(period: Period) -> str:
    day: date = period.end
    months = "January February March April May June July August September October November December"
    return f"{months.split()[day.month - 1]} {day.day}, {day.year - YEARS_BACK}"


def _wrap(text: str) -> str:
    return textwrap.fill(text, 78, initial_indent="     ") + "\n"


def _table(
    books: Books, title: str, lines: Sequence[Line], spans: Sequence[Span]
) -> tuple[str, list[Printed]]:
    filer = books.filer
    out = [
        f"\n<PAGE>\n{title.center(78).rstrip()}",
        f"{caption(filer).center(78).rstrip()}\n",
        "<TABLE>",
        "<CAPTION>",
    ]
    years = [str(span.instant(filer).end.year - YEARS_BACK) for span in spans]
    out.append(" " * 44 + "".join(f"{year:>16}" for year in years))
    out.append(" " * 44 + "".join(f"{'----':>16}" for _ in years))
    out.append("<S>" + " " * 45 + "".join(f"{'<C>':<16}" for _ in years).rstrip())
    printed: list[Printed] = []
    first = True
    for line in shown_lines(books, lines, spans):
        if line.kind == "heading":
            out.append(line.label)
            continue
        cells = []
        for span in spans:
            value = value_of(books, line, span)
            per_share = line.kind == "per_share"
            shown = -value if line.negated else value
            text = f"{abs(value):,.2f}" if per_share else f"{abs(value):,}" if value else "-"
            text = f"({text})" if shown < 0 else f"{text} "
            cells.append(f"{'$' if first or per_share else ' '}{text:>11}")
            end = period_of(filer, line, span).end
            printed.append(
                (
                    line.label,
                    format(value if per_share else value.scaleb(filer.scale), "f"),
                    "USD/shares" if per_share else "shares" if line.kind == "shares" else "USD",
                    end.replace(year=end.year - YEARS_BACK).isoformat(),
                )
            )
        label = " " * 2 * line.level + line.label
        wrapped = textwrap.wrap(label, 42, subsequent_indent="  ")
        out.extend(wrapped[:-1])
        out.append(f"{wrapped[-1]:.<44}" + "".join(f"{c:>16}" for c in cells))
        if line.total:
            out.append(" " * 48 + "".join(f"{'===========':>12}    " for _ in cells).rstrip())
        first = False
    out.append("</TABLE>\n")
    return "\n".join(out), printed
