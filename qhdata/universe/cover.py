"""Cover pages with their `dei:` facts, and the frame of an inline XBRL document."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from qhdata.universe.books import Books
from qhdata.universe.dates import Period, long_date, quarter_end
from qhdata.universe.filers import InventedFiler
from qhdata.universe.inline_xbrl import NAMESPACES, Tagger
from qhdata.universe.markup import Markup, esc
from qhdata.universe.sheets import Sheets
from qhdata.universe.statements import Span

_KINDS = {
    "10-K": "ANNUAL REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE SECURITIES EXCHANGE ACT OF 1934",
    "10-K/A": "ANNUAL REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE SECURITIES EXCHANGE ACT OF "
    "1934",
    "10-Q": "QUARTERLY REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE SECURITIES EXCHANGE ACT OF "
    "1934",
    "8-K": "CURRENT REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE SECURITIES EXCHANGE ACT OF 1934",
}


def cover(
    sheets: Sheets,
    tagger: Tagger,
    form: str,
    period: Period,
    *,
    books: Books | None = None,
    span: Span | None = None,
    amendment: int = 0,
) -> None:
    """The first page: form, period, registrant, exchange, shares; `span` for periodic reports."""
    filer, markup = sheets.filer, sheets.markup

    def centred(text: str, bold: bool = True) -> None:
        sheets.put(markup.paragraph(text, bold=bold, align="center"))

    centred("UNITED STATES")
    centred("SECURITIES AND EXCHANGE COMMISSION")
    centred("Washington, D.C. 20549")
    centred("FORM " + tagger.text("dei:DocumentType", form, period))
    if amendment:
        centred(f"(Amendment No. {amendment})")
    if form == "8-K":
        centred(_KINDS[form], False)
        centred(
            "Date of Report (Date of earliest event reported): "
            + tagger.day("dei:DocumentPeriodEndDate", period.end, period)
        )
    else:
        flag = (
            "dei:DocumentAnnualReport" if form.startswith("10-K") else "dei:DocumentQuarterlyReport"
        )
        box = tagger.text(flag, "true", period, markup="&#9746;")
        sheets.put(markup.listing([(box, _KINDS[form])]))
        what = "fiscal year" if form.startswith("10-K") else "quarterly period"
        centred(
            f"For the {what} ended " + tagger.day("dei:DocumentPeriodEndDate", period.end, period)
        )
        sheets.put(
            markup.listing(
                [
                    (
                        "&#9744;",
                        "TRANSITION REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE SECURITIES "
                        "EXCHANGE ACT OF 1934",
                    ),
                ]
            )
        )
    centred(
        f"Commission File Number: {tagger.text('dei:EntityFileNumber', filer.file_number, period)}"
    )
    centred(tagger.text("dei:EntityRegistrantName", filer.name, period, markup=esc(filer.name)))
    centred("(Exact name of registrant as specified in its charter)", False)
    sheets.put(
        markup.listing(
            [
                (
                    tagger.text("dei:EntityIncorporationStateCountryCode", filer.state[1], period),
                    tagger.text("dei:EntityTaxIdentificationNumber", filer.irs, period),
                ),
                ("(State of incorporation)", "(I.R.S. Employer Identification No.)"),
            ]
        )
    )
    centred(
        f"{tagger.text('dei:EntityAddressAddressLine1', filer.street, period)}, "
        f"{tagger.text('dei:EntityAddressCityOrTown', filer.town, period)} {filer.zip_code}",
        False,
    )
    centred(f"Telephone: {filer.phone}", False)
    sheets.put(
        markup.listing(
            [
                (
                    tagger.text("dei:Security12bTitle", "Common Stock, $0.01 par value", period),
                    tagger.text("dei:TradingSymbol", filer.ticker, period),
                    tagger.text("dei:SecurityExchangeName", filer.exchange, period),
                )
            ],
            ("Title of each class", "Trading symbol", "Name of each exchange"),
        )
    )
    if books is not None and span is not None:
        _shares(sheets, tagger, books, span, form)
    _hidden(tagger, filer, form, period, span)


def _shares(sheets: Sheets, tagger: Tagger, books: Books, span: Span, form: str) -> None:
    filer = sheets.filer
    end = span.instant(filer)
    count = Decimal(books.shares(span.fy, span.quarters[-1:])).scaleb(filer.scale)
    count += 100 * filer.index + span.fy
    shown = tagger.number(
        "dei:EntityCommonStockSharesOutstanding", count, end, unit="shares"
    )  # as filed: to the last share
    sheets.put(
        sheets.markup.paragraph(
            f"As of {long_date(end.end)}, {shown} shares of common stock were outstanding."
        )
    )
    if form == "10-K":
        sheets.say(
            "DOCUMENTS INCORPORATED BY REFERENCE: portions of the definitive proxy statement for "
            "the annual meeting are "
            "incorporated by reference in Part III."
        )


def _hidden(
    tagger: Tagger, filer: InventedFiler, form: str, period: Period, span: Span | None
) -> None:
    tagger.hide("dei:EntityCentralIndexKey", filer.cik, period)
    tagger.hide("dei:AmendmentFlag", "true" if form.endswith("/A") else "false", period)
    if span is None:
        return
    focus = "FY" if form.startswith("10-K") else f"Q{span.quarters[-1]}"
    tagger.hide("dei:DocumentFiscalYearFocus", str(span.fy), period)
    tagger.hide("dei:DocumentFiscalPeriodFocus", focus, period)
    year_end = quarter_end(span.fy, 4, filer.last_month)
    tagger.hide("dei:CurrentFiscalYearEndDate", f"--{year_end:%m-%d}", period)


def frame(filer: InventedFiler, tagger: Tagger, body: str, day: date) -> str:
    """The whole XHTML file; call it when everything is tagged."""
    stem = f"{filer.ticker.lower()}-{day:%Y%m%d}"
    spaces = NAMESPACES.format(year=tagger.year)
    return (
        "<?xml version='1.0' encoding='ASCII'?>\n"
        f'<html {spaces} xmlns:{filer.ticker.lower()}="http://www.example.invalid/{stem}" '
        'xml:lang="en-US">'
        f'<head><meta http-equiv="Content-Type" content="text/html"/><title>{stem}</title></head>\n'
        f"<body>{tagger.header(stem + '.xsd')}\n{body}</body></html>\n"
    )


def house(filer: InventedFiler) -> Markup:
    """The filer's own style for its inline XBRL documents."""
    return Markup(filer.style.flavour, filer.style.font)
