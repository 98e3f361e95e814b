"""Part III in one paragraph gives a row for each item that it speaks for, and says how."""

from __future__ import annotations

import pytest

from qhdata.extract.html import parse_html
from qhdata.extract.items import FORM_10K
from qhdata.extract.limits import Limits
from qhdata.extract.sections import find_items

ITEMS = (
    ("1", "Business"), ("2", "Properties"), ("3", "Legal Proceedings"), ("7", "Management's "
     "Discussion and Analysis"), ("8", "Financial Statements and Supplementary Data"),
)  # fmt: skip


def page(part_three: str, last: str = "14. Exhibits and Reports on Form 8-K") -> bytes:
    body = "".join(
        f"<p><b>Item {number}. {title}</b></p><p>{'Words of the item follow here. ' * 90}</p>"
        for number, title in ITEMS
    )
    return (
        f"<html><body><p><b>PART I</b></p>{body}<p><b>PART III</b></p>{part_three}"
        f"<p><b>PART IV</b></p><p><b>Item {last}</b></p><p>{'3.1 By-laws. ' * 40}</p>"
        "<p>SIGNATURES</p><p>Pursuant to the requirements, duly authorized. /s/ A. B.</p>"
        "</body></html>"
    ).encode()


def part_three(html: bytes) -> dict[str, tuple[str, str | None, list[str]]]:
    found = find_items(parse_html(html, Limits()).blocks, FORM_10K, False)
    return {
        f.key.removeprefix("part3.item"): (f.status, f.points_to, f.failed)
        for f in found
        if f.key.startswith("part3") and f.status != "not_found"
    }


ROW = ("incorporated_by_reference", "proxy statement", ["by_title"])


@pytest.mark.parametrize(
    ("text", "last", "numbers"),
    [
        ("The information required by Part III is incorporated by reference to the Company's "
         "definitive proxy statement.", "14. Exhibits", "10 11 12 13"),
        ("The information called for by Items 10, 11, 12 and 13 is incorporated herein by "
         "reference from the proxy statement.", "14. Exhibits", "10 11 12 13"),
        ("The information required by Items 10 through 14 is incorporated by reference to the "
         "proxy statement.", "15. Exhibits", "10 11 12 13 14"),
        ("Information required by this Part III is incorporated by reference to the proxy "
         "statement.", "15. Exhibits and Financial Statement Schedules", "10 11 12 13 14"),
        ("Information required by Items 11 and 13 is incorporated by reference to the proxy "
         "statement.", "14. Exhibits", "11 13"),
    ],
)  # fmt: skip
def test_each_item_that_the_paragraph_speaks_for_has_a_row(text, last, numbers):
    assert part_three(page(f"<p>{text}</p>", last)) == dict.fromkeys(numbers.split(), ROW)


def test_a_part_that_heads_its_items_or_refers_to_nothing_gets_no_such_rows():
    headed = (
        "<p><b>Item 10. Directors and Executive Officers</b></p><p>The information required by "
        "Part III is incorporated by reference to the proxy statement.</p>"
    )
    assert list(part_three(page(headed))) == ["10"]
    assert part_three(page("<p>The directors of the company are named in this part.</p>")) == {}


def test_the_paragraph_is_not_looked_for_in_the_contents():
    """A line of the contents says PART III too, and what follows it there is the next line."""
    toc = "<table>" + "".join(
        f"<tr><td>{text}</td><td>{n}</td></tr>"
        for n, text in enumerate(["PART I", "Item 1. Business", "PART III", "PART IV"])
    )
    html = page("<p>The information required by Part III is incorporated by reference to the "
                "proxy statement.</p>")  # fmt: skip
    html = html.replace(b"<body>", b"<body>" + toc.encode() + b"</table>")
    found = find_items(parse_html(html, Limits()).blocks, FORM_10K, False)
    rows = [f for f in found if f.key == "part3.item10"]
    assert [f.start for f in rows] == [f.start for f in found if f.key == "part3.item11"]
    assert rows[0].start > next(f.start for f in found if f.key == "part2.item8")
