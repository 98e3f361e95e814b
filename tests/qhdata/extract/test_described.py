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


def scales(body: str) -> list[str | None]:
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="", sequence=1,
        file_name="1.htm", data=f"<html><body>{body}</body></html>".encode(), header=Header(),
    )  # fmt: skip
    return [table.scale for table in extract_document(raw, Limits()).tables]


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
    both = head.replace("price per share", "price (in thousands)")
    if "thousands" in heading:
        assert scales(f"<table>{both}{body}</table>") == ["1000"]
    labelled = head.replace("<td></td>", "<td>(in thousands)</td>")
    assert scales(f"<table>{labelled}{body}</table>") == ["1000"]


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
