"""Tables drawn one below the other in one frame."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas

from qhdata.extract.blocks import Block
from qhdata.extract.limits import Limits
from qhdata.extract.pdf import parse_pdf

LEFT, RIGHT, TALL = 72.0, 500.0, 16.0
Row = tuple[list[float], list[str]]
"""Where the columns of a row begin, but for the first, and its words."""
YEARS: list[Row] = [
    ([250.0, 375.0], ["Item", "2024", "2023"]),
    ([250.0, 375.0], ["Revenue", "1,234", "1,100"]),
    ([250.0, 375.0], ["Cost", "234", "210"]),
]
TITLE: Row = ([], ["Holders of shares"])
HOLDERS: list[Row] = [
    ([180.0, 290.0, 400.0], ["Name", "Kind", "Shares", "Share"]),
    ([180.0, 290.0, 400.0], ["Roe", "person", "1,000", "10%"]),
    ([180.0, 290.0, 400.0], ["Poe", "fund", "2,000", "20%"]),
]


def read(rows: list[Row]) -> list[Block]:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setFont("Helvetica", 9)
    for n, (starts, words) in enumerate(rows):
        y = 700.0 - TALL * n
        canvas.line(LEFT, y + TALL, RIGHT, y + TALL)
        canvas.line(LEFT, y, RIGHT, y)
        for x in (LEFT, *starts, RIGHT):
            canvas.line(x, y, x, y + TALL)
        for x, word in zip((LEFT, *starts), words, strict=True):
            canvas.drawString(x + 3, y + 4, word)
    canvas.save()
    return [b for b in parse_pdf(out.getvalue(), Limits()).blocks if b.kind != "break"]


def test_a_table_with_other_columns_below_another_in_its_frame_is_one_of_its_own() -> None:
    above, title, below = read([*YEARS, TITLE, *HOLDERS])
    assert above.text.splitlines()[-1] == "| Cost | 234 | 210 |"
    assert title.text == "Holders of shares"
    assert below.text.splitlines()[0] == "| Name | Kind | Shares | Share |"
    assert below.text.splitlines()[-1] == "| Poe | fund | 2,000 | 20% |"


def test_a_form_whose_rows_are_parted_as_they_need_stays_one_table() -> None:
    form: list[Row] = [
        ([200.0], ["Name", "Acme Holdings"]),
        ([150.0, 280.0, 410.0], ["Clerk", "Roe", "Deputy", "Poe"]),
        ([240.0], ["Street", "1 Main Street"]),
        ([150.0, 280.0, 410.0], ["Phone", "555", "Fax", "556"]),
    ]
    assert len(read(form)) == 1


def test_a_table_under_headings_that_end_at_its_own_columns_stays_whole() -> None:
    heads: list[Row] = [([250.0], ["Item", "Years"])]
    assert len(read([*heads, *YEARS])) == 1
