"""Items in the rows of one table become headings with their text; contents stay a table."""

from __future__ import annotations

import pytest

from qhdata.extract.html import parse_html
from qhdata.extract.item_lines import part_lines
from qhdata.extract.items import FORM_10Q
from qhdata.extract.limits import Limits
from qhdata.extract.sections import find_items

ROWS = [
    ["Item 1.", "Legal Proceedings", "None"],
    ["Item 1A.", "Risk Factors", "Not applicable"],
    ["Item 2.", "Unregistered Sales of Equity Securities", "None"],
    ["Item 5.", "Other Information", "We moved our office to Springfield."],
    ["Item 6.", "Exhibits", "The exhibits are listed below."],
]


def blocks_of(rows: list[list[str]]):
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    html = f"<html><body><p>PART II. OTHER INFORMATION</p><table>{cells}</table></body></html>"
    return parse_html(html.encode(), Limits()).blocks


def test_each_item_of_a_table_has_a_row_with_what_stands_beside_it() -> None:
    blocks = part_lines(blocks_of(ROWS), FORM_10Q)
    found = {f.key: f for f in find_items(blocks, FORM_10Q, False) if f.status != "not_found"}
    assert list(found) == [f"part2.item{n}" for n in ("1", "1a", "2", "5", "6")]
    assert {key for key, f in found.items() if f.status == "omitted"} == {
        "part2.item1", "part2.item1a", "part2.item2",
    }  # fmt: skip
    held = found["part2.item5"]
    assert [b.text for b in blocks[held.start : held.end]][1:] == [ROWS[3][2]]


def test_text_may_stand_in_the_row_below_and_exhibits_may_have_numbers() -> None:
    rows = [["Item 1.", "Legal Proceedings", ""], ["", "None", ""], ["Item 6.", "Exhibits", ""],
            ["", "31.1", "Certification"]]  # fmt: skip
    assert [b.text for b in part_lines(blocks_of(rows), FORM_10Q)][1:] == [
        "Item 1. Legal Proceedings", "None", "Item 6. Exhibits", "31.1 Certification",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [[*row[:2], str(n + 20)] for n, row in enumerate(ROWS)],
        [[*row[:2], f"F-{n + 1}"] for n, row in enumerate(ROWS)],
        [row[:2] for row in ROWS],
        [["Segment", "2024", "2023"], ["Farms", "1,200", "1,100"], ["Navy", "300", "200"]],
        [*ROWS, ["May", "1,200", "10.25"]],
    ],
    ids=["pages", "pages of statements", "titles alone", "figures", "figures below"],
)
def test_contents_and_tables_of_figures_stay_tables(rows: list[list[str]]) -> None:
    blocks = blocks_of(rows)
    assert part_lines(blocks, FORM_10Q) == blocks
