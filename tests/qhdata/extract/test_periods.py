"""A heading that a year below ends stands over all its years, also where empty cells centre it."""

from __future__ import annotations

import pytest

from qhdata.extract import Limits, extract_document
from qhdata.extract.extracted import TableOut
from qhdata.records import Header, RawDocument


def table(*rows: str) -> TableOut:
    """The table of an HTML page: cells parted by `|`, one that ends in `>N` spans N columns."""
    body = ""
    for row in rows:
        cells = [cell.split(">") for cell in row.split("|")]
        body += "<tr>" + "".join(
            f"<td colspan='{span[0] if span else 1}'>{text}</td>" for text, *span in cells
        ) + "</tr>"  # fmt: skip
    raw = RawDocument(
        doc_id="s:1", file_id="s/1", source="s", source_path="1.htm", doc_type="", sequence=1,
        file_name="1.htm", data=f"<html><table>{body}</table></html>".encode(), header=Header(),
    )  # fmt: skip
    (found,) = extract_document(raw, Limits()).tables
    return found


def head(*rows: str) -> list[str]:
    """What the header says of each column."""
    return [cell.strip() for cell in table(*rows).block.text.split("\n")[0].split("|")[1:-1]]


SALES, COSTS = "Sales|1,200|1,100|1,000", "Costs|900|800|700"


def test_a_heading_that_empty_cells_centre_stands_over_all_years_and_dates() -> None:
    said = head("||Year Ended|", "|Jan 29, 2023|Jan 30, 2022|Jan 31, 2021", SALES, COSTS)
    assert said == ["", *(f"Year Ended {day}" for day in
                          ("Jan 29, 2023", "Jan 30, 2022", "Jan 31, 2021"))]  # fmt: skip
    grid = table("||Year Ended|", "|2023|2022|2021", SALES, COSTS).block.grid
    assert grid is not None
    assert [(c.col, c.colspan) for c in grid.rows[0] if c is not None] == [(1, 3)]


def test_headings_of_two_periods_share_the_years_that_they_lie_among() -> None:
    said = head(
        "||Three months ended June 30,|Six months ended June 30,>2", "|2022|2021|2022|2021",
        "Sales|1,200|1,100|1,000|900", "Costs|900|800|700|600",
    )  # fmt: skip
    three, six = "Three months ended June 30,", "Six months ended June 30,"
    assert said == ["", f"{three} 2022", f"{three} 2021", f"{six} 2022", f"{six} 2021"]


def test_headings_over_the_same_years_again_share_them_whatever_they_say() -> None:
    amounts = ("Sales|1,200|1,100|1,000|900", "Costs|900|800|700|600")
    years = "|2019|2018|2019|2018"
    assert head("||Pension|Other|", years, *amounts) == [
        "", "Pension 2019", "Pension 2018", "Other 2019", "Other 2018",
    ]  # fmt: skip
    said = head("||Pension|Other|", years.replace("2018", "Change"), *amounts)
    assert said[1:] == ["2019", "Pension Change", "Other 2019", "Change"]


@pytest.mark.parametrize(
    "rows",
    [
        ("||Restated|", "|2023|2022|2021"),
        ("|Year Ended||", "|2023|2022|2021"),
        ("||Year Ended|", "|2023|2022|Change"),
        ("|Year Ended>2|", "|2023|2022|Thereafter"),
        ("||Year Ended|Pro forma", "|2023|2022|2021"),
    ],
    ids=["no period", "not in the middle", "a column of another kind", "spans", "beside others"],
)
def test_a_heading_stays_where_it_is_printed_when_the_rest_may_be_something_else(rows) -> None:
    period = rows[0].split("|")
    said = head(*rows, SALES, COSTS)
    at = next(n for n, text in enumerate(period) if text)
    words = period[at].split(">")[0]
    wide = 2 if ">" in period[at] else 1
    assert [n for n, text in enumerate(said) if words in text] == list(range(at, at + wide))


def test_a_day_beside_a_period_is_not_of_the_period() -> None:
    """As the SEC's viewer prints a cover page."""
    said = head("|6 Months Ended|", "Cover Page|Mar. 29, 2025|Apr. 18, 2025",
                "Shares outstanding|1,200|1,100", "Public float|900|800")  # fmt: skip
    assert said[2] == "Apr. 18, 2025"
