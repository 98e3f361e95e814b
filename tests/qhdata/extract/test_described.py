"""A table's scale: from its head, from the line above, and never from beyond the table before."""

from __future__ import annotations

import pytest

from qhdata.extract import Limits, extract_document
from qhdata.extract.cells import number
from qhdata.records import Header, RawDocument

AMOUNTS = "<table><tr><td>Sales</td><td>1,200</td></tr><tr><td>Costs</td><td>900</td></tr></table>"
SHARES = AMOUNTS.replace("1,200", "12.5%").replace("900", "7.5%")
STAFF = AMOUNTS.replace("Sales", "Europe").replace("Costs", "Asia")
LONG = "Our sales grew because more people than ever before bought our widgets. " * 5


def described(body: str) -> list[tuple[str | None, str | None]]:
    """Unit and scale of each table of a page."""
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="", sequence=1,
        file_name="1.htm", data=f"<html><body>{body}</body></html>".encode(), header=Header(),
    )  # fmt: skip
    return [(table.unit, table.scale) for table in extract_document(raw, Limits()).tables]


def scales(body: str) -> list[str | None]:
    return [scale for _, scale in described(body)]


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


MONEY = table("|2024|2023", "Cash|$1,200|$1,100", "Debt|900|800")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>Sales (in millions)</p>{AMOUNTS}", ["1000000"]),
        (f"<p>{LONG}They were as follows (in millions):</p>{AMOUNTS}", ["1000000"]),
        (f"<p>{LONG}Of ten million people (in millions) more. {LONG}</p>{AMOUNTS}", [None]),
        (f"<p>Sales (in millions)</p>{AMOUNTS}<p>Staff by region:</p>{STAFF}", ["1000000", None]),
        (f"<p>Sales (in millions)</p>{AMOUNTS}<p>(1) Restated.</p>{AMOUNTS}", ["1000000"] * 2),
        (f"<p>Sales (in millions)</p>{SHARES}", [None]),
    ],
    ids=["line above", "long paragraph", "said before", "other table", "goes on", "per cent"],
)
def test_a_scale_is_that_of_the_line_above(body: str, expected: list[str | None]) -> None:
    assert scales(body) == expected


def test_a_unit_that_stands_alone_in_its_row_over_some_columns_is_the_tables() -> None:
    rows = ("Notes due 2026|1.6|1,000|1,250", "Notes due 2028|3.4|1,250|1,000")
    body = "".join("<tr><td>" + row.replace("|", "</td><td>") + "</td></tr>" for row in rows)
    dates = "<tr><td></td><td>Term (years)</td><td>Jan 26, 2025</td><td>Jan 28, 2024</td></tr>"
    unit = "<tr><td></td><td></td><td colspan='2'>(In millions)</td></tr>"
    assert scales(f"<table>{dates}{unit}{body}</table>") == ["1000000"]
    prices = unit.replace("</tr>", "<td>Price</td></tr>")
    assert scales(f"<table>{dates}{prices}{body}</table>") == [None]


@pytest.mark.parametrize("heading", ["Number of shares (in thousands)", "Bought (in millions)"])
def test_a_scale_that_one_of_several_columns_has_is_not_the_tables(heading: str) -> None:
    rows = ("Granted|8,347|$173.33", "Exercised|(18,806)|90.05")
    body = "".join("<tr><td>" + row.replace("|", "</td><td>") + "</td></tr>" for row in rows)
    head = f"<tr><td></td><td>{heading}</td><td>Exercise price per share</td></tr>"
    assert scales(f"<table>{head}{body}</table>") == [None]
    before = f"<p>Sales (in millions)</p>{AMOUNTS}"
    assert scales(f"{before}<table>{head}{body}</table>") == ["1000000", None]
    both = head.replace("Exercise price per share", "Cost (in thousands)")
    if "thousands" in heading:
        assert scales(f"<table>{both}{body}</table>") == ["1000"]
    labelled = head.replace("<td></td>", "<td>(in thousands)</td>")
    assert scales(f"<table>{labelled}{body}</table>") == [None]
    cost = labelled.replace("Exercise price per share", "Cost")
    assert scales(f"<table>{cost}{body}</table>") == ["1000"]


def test_a_dash_apart_from_a_number_is_no_minus() -> None:
    assert number("- 6,998,976.53") is None
    assert number("-6,998,976.53") == "-6998976.53"


def test_a_table_of_ratios_and_prices_of_a_share_takes_no_scale_from_the_table_before() -> None:
    ratios = AMOUNTS.replace("Sales", "Book value per share").replace("Costs", "Current ratio")
    ratios = ratios.replace("1,200", "$9.61").replace("900", "2.1")
    assert scales(f"<p>Sales (in millions)</p>{AMOUNTS}<p>(1) Restated.</p>{ratios}") == [
        "1000000",
        None,
    ]


def test_a_running_header_says_the_scale_of_the_tables_on_its_pages_alone() -> None:
    def page(n: int, header: str) -> str:
        end = f"<p>{n}</p><hr style='page-break-after:always'>"
        return f"{header}<p>Note {n} speaks of many things at length.</p>{AMOUNTS}{end}"

    header = "<p>NOTES TO FINANCIAL STATEMENTS (In thousands)</p>"
    body = page(1, "") + "".join(page(n, header) for n in range(2, 10)) + page(10, "")
    assert scales(body) == [None, *["1000"] * 8, None]


def test_the_par_value_of_a_share_is_no_unit_of_its_count() -> None:
    rows = "<tr><td>Common stock, par value $0.01</td><td>101,158,891</td></tr>" * 2
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="", sequence=1,
        file_name="1.htm", data=f"<html><table>{rows}</table></html>".encode(), header=Header(),
    )  # fmt: skip
    assert [t.unit for t in extract_document(raw, Limits()).tables] == [None]


@pytest.mark.parametrize("said", ["(Options in thousands)", "shares in thousands"])
def test_what_is_said_of_options_is_not_their_prices(said: str) -> None:
    prices = table(f"{said}|Options|Price", "Outstanding|3,085|$18.97", "Granted|175|38.15")
    counts = table(f"{said}|2024|2023", "Outstanding|3,085|2,900", "Granted|175|160")
    assert described(prices + "<p>Others were:</p>" + counts) == [
        ("USD", None),
        ("shares", "1000"),
    ]


def test_prices_and_counts_take_no_scale_of_money_and_amounts_beside_them_do() -> None:
    prices = table("|Number of units|Weighted average grant-date fair value", "Held|279.9|$134",
                   "Granted|262.8|142")  # fmt: skip
    assert described("<p>Activity (in millions):</p>" + prices) == [("USD", None)]
    valued = table("|Options|Weighted average exercise price|Intrinsic value",
                   "Held|279.9|$1.34|$500", "Granted|262.8|1.42|")  # fmt: skip
    assert described("<p>Activity (in millions):</p>" + valued) == [("USD", "1000000")]


def test_a_scale_that_every_column_of_amounts_says_is_the_tables() -> None:
    last = table("||Commitments (In millions)", "Fiscal year:||", "|2026|$354", "|2027|236")
    rates = table("|Amount (in millions)|Effective rate|Amount (in millions)",
                  "Notes|$97,341|1.5%|$106,572", "Other|12|2%|15")  # fmt: skip
    mixed = table("|Number (in thousands)|Price per unit|Value (in millions)",
                  "Held|180,247|$135.91|", "End|166,423|$157.66|$35,052")  # fmt: skip
    assert described(f"{last}<p>Debt was:</p>{rates}<p>Units were:</p>{mixed}") == [
        ("USD", "1000000"),
        ("USD", "1000000"),
        ("USD", None),
    ]


def test_a_scale_under_the_title_of_the_notes_is_that_of_their_tables_of_money() -> None:
    title = "<p><b>Notes to the Consolidated Financial Statements</b></p>"
    said = "<p>(Dollars in millions, except as otherwise stated)</p>"
    text = f"<p>{LONG}</p>"
    counts = table("|2024|2023", "Units held|5,349,490|765,510", "Cost|$353|$37")
    options = table("|Shares|Exercise price|Intrinsic value", "Held|792,662|$252.35|",
                    "End|903,999|$245.76|$0")  # fmt: skip
    body = f"{title}{said}{text}{MONEY}{text}{counts}{text}{options}{text}{MONEY}"
    assert scales(text + MONEY + body) == [None, "1000000", None, None, "1000000"]
    assert scales(f"{title}{text}{MONEY}") == [None]
    alone = said.replace(", except as otherwise stated", "")
    assert scales(f"<p>Sales</p>{alone}{text * 5}{MONEY}") == [None]
    report = "<p><b>Report of Independent Registered Public Accounting Firm</b></p>"
    assert scales(f"{title}{said}{text}{MONEY}{report}{text}{MONEY}") == ["1000000", None]


def test_a_sentence_of_all_amounts_is_said_of_the_tables_behind_it() -> None:
    said = f"<p>{LONG}Unless otherwise noted, all amounts are presented in thousands. {LONG}</p>"
    assert scales(f"{said}<p>{LONG}</p>{MONEY}<p>{LONG}</p>{AMOUNTS}") == ["1000", None]


def test_a_scale_above_a_group_of_tables_is_that_of_those_with_the_same_headings() -> None:
    said = "<p>The following tables show the details of some accounts (in millions):</p>"
    other = table("|Level 1|Level 2", "Cash|$1,200|$1,100", "Debt|900|800")
    first, second = "<p><b>Other Assets</b></p>", "<p><b>Other Liabilities</b></p>"
    assert scales(said + first + MONEY + second + MONEY) == ["1000000"] * 2
    assert scales(said + first + MONEY + second + other) == ["1000000", None]
    assert scales(said + first + MONEY + f"<p>{LONG}</p>" + MONEY) == ["1000000", None]
    alone = said.replace("tables show", "table shows")
    assert scales(alone + first + MONEY + second + MONEY) == ["1000000", None]


def test_a_table_below_one_of_percents_goes_on_with_what_was_said_above_both() -> None:
    said = "<p>Information on leases was (in millions):</p>"
    assert scales(said + SHARES + MONEY) == [None, "1000000"]
    noted = "<p>_____________</p><p>(1) Of the year.</p>"
    assert scales(said + MONEY + noted + MONEY) == ["1000000"] * 2


def test_the_currency_stands_in_the_first_row_of_money_however_far_down() -> None:
    empty = [f"Kind {n}:||" for n in range(6)]
    body = table("(Millions)|2024|2023", *empty, "Service cost|$251|$288", "Interest|1|2")
    assert described(body) == [("USD", "1000000")]
    units = [f"Units {n}|5,349,490|765,510" for n in range(7)]
    assert described(table("|2024|2023", *units, "Cost|$353|$37")) == [(None, None)]


def test_a_dollar_sign_is_no_euro_of_the_text_above() -> None:
    above = "<p>Of the notes 500 million euros are hedged; gains were as follows (in millions):</p>"
    assert described(above + MONEY) == [("USD", "1000000")]
    cad = "<p>(Expressed in Canadian dollars)</p>"
    assert described(cad + MONEY) == [("CAD", None)]


@pytest.mark.parametrize(
    "sum_", ["US$1,500/ounce", "$7,875 million", "$ 20.5", "€3 million", "C$2,000", "$1.2 billion"]
)
def test_a_sum_that_a_sentence_tells_is_no_unit_of_the_table_below(sum_: str) -> None:
    above = f"<p>At {sum_} we delivered these aircraft:</p>"
    counts = table("|2024|2023", "Deliveries|348|528", "Orders|569|1,456")
    assert described(above + counts) == [(None, None)]
    assert described(f"<p>At {sum_}, in thousands of U.S. dollars:</p>{counts}") == [
        ("USD", "1000")
    ]
    assert described(above + MONEY) == [("USD", None)]
