"""Prose in columns is read column by column; tables, headings and notes stay whole."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib import pagesizes
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from qhdata.extract.document import Extracted, extract_document
from qhdata.extract.limits import Limits
from qhdata.records import Header, RawDocument

WORDS = (
    "we sell compressors and chillers to hospitals in the northern states where demand grew "
    "because new rules on refrigerants took effect and our order book at the end of the year "
    "was larger than ever before although prices of copper and aluminium rose"
)
HAN = "报告期内，公司坚持以客户为中心，稳步推进各项业务的发展，收入较上年同期增长；销量提升是主因。"


def sentences(seed: int, count: int) -> str:
    rng = random.Random(seed)
    said = []
    for n in range(count):
        words = rng.sample(WORDS.split(), 14)
        said.append(f"Point {seed * 100 + n} is that {' '.join(words[:7])}, {' '.join(words[7:])}.")
    return " ".join(said)


def wrap(text: str, width: float, font: str, size: float) -> list[str]:
    pieces = list(text) if font == "STSong-Light" else text.split()
    gap = "" if font == "STSong-Light" else " "
    lines, line = [], ""
    for piece in pieces:
        longer = f"{line}{gap}{piece}" if line else piece
        if stringWidth(longer, font, size) > width and line:
            lines.append(line)
            longer = piece
        line = longer
    return [*lines, line]


class Sheet:
    """A letter page that is written from the top; y is where the next line goes."""

    def __init__(self, canvas: Canvas, font: str = "Times-Roman", size: float = 10) -> None:
        self.canvas, self.font, self.size, self.y = canvas, font, size, 740.0

    def full(self, text: str, size: float = 10, font: str = "") -> None:
        self.canvas.setFont(font or self.font, size)
        for line in wrap(text, 468, font or self.font, size):
            self.canvas.drawString(72, self.y, line)
            self.y -= size * 1.25
        self.y -= 8

    def columns(self, texts: Sequence[str], gutter: float = 18, offset: float = 0.0) -> None:
        """Paragraphs parted by | side by side; offset: each column's lines a little lower."""
        self.canvas.setFont(self.font, self.size)
        wide = (468 - gutter * (len(texts) - 1)) / len(texts)
        low = self.y
        for n, text in enumerate(texts):
            y = self.y - n * offset
            for paragraph in text.split("|"):
                for line in wrap(paragraph, wide, self.font, self.size):
                    self.canvas.drawString(72 + n * (wide + gutter), y, line)
                    y -= self.size * 1.2
                y -= 5
            low = min(low, y)
        self.y = low - 8

    def row(self, label: str, *values: str) -> None:
        self.canvas.setFont(self.font, self.size)
        self.canvas.drawString(72, self.y, label)
        for n, value in enumerate(values):
            self.canvas.drawRightString(380 + 80 * n, self.y, value)
        self.y -= 14


def drawn(*pages: object, font: str = "Times-Roman") -> Extracted:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=pagesizes.letter, invariant=1)
    for draw in pages:
        draw(Sheet(canvas, font))  # type: ignore[operator]
        canvas.showPage()
    canvas.save()
    raw = RawDocument(
        doc_id="s:1", file_id="s/a.pdf", source="s", source_path="a.pdf", doc_type="",
        sequence=1, file_name="a.pdf", data=out.getvalue(), header=Header(),
    )  # fmt: skip
    return extract_document(raw, Limits())


def flat(text: str) -> str:
    return " ".join(text.replace("\n", " ").replace("#", " ").split())


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("offset", [0.0, 4.0])
@pytest.mark.parametrize("gutter", [12.0, 24.0])
def test_columns_are_read_one_after_the_other(count: int, offset: float, gutter: float) -> None:
    texts = [sentences(n + 1, 12 // count) for n in range(count)]
    done = drawn(lambda s: s.columns(texts, gutter, offset))
    assert flat(done.text) == " ".join(texts)


def test_a_heading_and_a_note_over_both_columns_keep_their_places() -> None:
    left, right, more, last = (sentences(n, 5) for n in range(1, 5))

    def draw(sheet: Sheet) -> None:
        sheet.full("Letter to the shareholders of Acme Corporation and its subsidiaries", 16)
        sheet.columns([left, right])
        sheet.full("Results of operations for the year that ended in December 2024 by segment", 14)
        sheet.columns([more, last])
        sheet.full(
            "(1) Figures in this letter are unaudited and exclude the business that was sold in "
            "the second quarter, as described on page 14 of the annual report."
        )

    said = flat(drawn(draw).text)
    places = [said.find(t) for t in ("Letter to", left, right, "Results of", more, last, "(1) Fig")]
    assert places == sorted(places)
    assert places[0] >= 0


def test_a_sentence_that_a_column_cut_is_one_and_paragraphs_are_kept() -> None:
    whole = sentences(1, 6)
    words = whole.split()
    at = words.index("Point", 40) + 8
    left, right = " ".join(words[:at]).rstrip(".,"), " ".join(words[at:])
    assert right[0].islower()
    done = drawn(lambda s: s.columns([left, f"{right}|{sentences(2, 3)}"]))
    assert f"{left} {right.split('.')[0]}." in flat(done.text)
    assert f"\n\n{sentences(2, 3)}" in done.text


def test_a_table_in_the_page_stays_a_table_and_one_in_a_column_too() -> None:
    left, right = sentences(1, 6), sentences(2, 6)

    def draw(sheet: Sheet) -> None:
        sheet.columns([left, right])
        sheet.row("In millions", "2024", "2023")
        for n, label in enumerate(("Net sales", "Cost of sales", "Taxes", "Net income")):
            sheet.row(label, f"{n + 1},200", f"{n + 1},100")
        sheet.y -= 10
        sheet.columns([sentences(3, 5), sentences(4, 5)])

    done = drawn(draw)
    (table,) = done.tables
    assert "| Net income | 4,200 | 4,100 |" in table.block.text
    said = flat(done.text)
    order = [said.find(t) for t in (left, right, "| In millions", sentences(3, 5), sentences(4, 5))]
    assert order == sorted(order)
    assert order[0] == 0


@pytest.mark.parametrize("rows", [4, 8])
def test_tables_are_not_torn_into_columns(rows: int) -> None:
    def figures(sheet: Sheet) -> None:
        sheet.row("In thousands of dollars", "2024", "2023")
        for n in range(rows):
            sheet.row(f"Revenue from the sale of product {n}, net", f"{n},100", f"{n},200")

    def words(sheet: Sheet) -> None:  # what it is | what is done, row by row
        for n in range(rows):
            risk = f"Risk {n}, of prices of metals that rise, is one that we cannot bear."
            sheet.columns(
                [risk, f"We hedge {n}, for a year ahead, and pass the rest on to buyers."]
            )
            sheet.y -= 6

    first = drawn(figures)
    assert len(first.tables) == 1
    assert f"| Revenue from the sale of product {rows - 1}, net | " in first.text
    said = flat(drawn(words).text)
    assert said.find("Risk 1") > said.find("We hedge 0") > 0


def test_chinese_columns() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    left, right = f"{HAN * 4}，{HAN * 2}。", f"{HAN[::-1] * 4}，{HAN[::-1] * 2}。"
    done = drawn(lambda s: s.columns([left, right]), font="STSong-Light")
    assert "".join(done.text.split()) == left + right


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.integers(2, 3), st.floats(10, 30), st.booleans())
def test_no_word_is_lost_whatever_the_columns(
    seed: int, count: int, gutter: float, note: bool
) -> None:
    texts = [sentences(seed + n, 3 + n) for n in range(count)]

    def draw(sheet: Sheet) -> None:
        sheet.full("A heading that stands over all of the columns of this page", 14)
        sheet.columns(texts, gutter)
        if note:
            sheet.row("Total", "1,200", "1,100")

    said = sorted(flat(drawn(draw).text).replace("|", " ").replace("-", " ").split())
    wanted = sorted(" ".join(texts).replace("-", " ").split())
    assert not set(wanted) - set(said)
