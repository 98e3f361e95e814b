"""Words set over the end of the one before, and an italic "ff" painted letter by letter."""

from __future__ import annotations

import io

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from qhdata.extract.limits import Limits
from qhdata.extract.pdf import parse_pdf

SIZE = 10.0
PROSE = (
    "In the year, our filings in three districts grew by 19 percent, for which the former",
    "five managers, who have a claim of their own, were named by one of two auditors, and",
    "every supplier, buyer, lawyer, or surveyor, by the Company, that effects a transfer,",
    "may ask for a summary of a form. Every party, in any year, may take away any copy, or",
)


def painted(line: str, font: str = "Times-Roman", kern: float = 0.0) -> bytes:
    """A page that ends in a line, painted letter by letter. `<` sets the pen back by 0.08 em
    where a space would be; kern: ems by which a pair that fonts kern stands closer."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for n, words in enumerate([*PROSE, line]):
        y = 760.0 - 12 * n if n < len(PROSE) else 600.0
        face = "Times-Roman" if n < len(PROSE) else font
        canvas.setFont(face, SIZE)
        x, before = 72.0, ""
        for letter in words:
            if letter == "<":
                x -= 0.08 * SIZE
                continue
            if letter == "," or before + letter in ("rf", "dt", "of"):
                x -= kern * SIZE
            if letter != " ":
                canvas.drawString(x, y, letter)
            x += stringWidth(letter, face, SIZE)
            before = letter
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def last(data: bytes) -> str:
    return [b.text for b in parse_pdf(data, Limits()).blocks if b.kind == "text"][-1]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("The Company named its former<five managers", "its former five managers"),
        ("a claim of<one auditor, and<two others", "a claim of one auditor, and two others"),
        ("at a rate of<3.25%, up from<2", "a rate of 3.25%, up from 2"),
        ("for up to<123,965 and by<19 percent", "up to 123,965 and by 19 percent"),
    ],
)
def test_a_word_set_over_the_end_of_the_one_before_begins_a_word(line: str, read: str) -> None:
    assert last(painted(line)).endswith(read)


@pytest.mark.parametrize("line", ["Item 16. Summ<ary", "the trans<fer of a cl<aim", "by surv<eyor"])
def test_what_is_no_word_elsewhere_is_not_cut_off(line: str) -> None:
    assert last(painted(line)) == line.replace("<", "")


def test_a_font_that_kerns_says_nothing_by_a_short_step() -> None:
    assert (
        last(painted("its former<five of<one and<two", kern=0.08)) == "its formerfive ofone andtwo"
    )


def italic(line: str, twice: float = 0.0) -> bytes:
    """A page with a line in a font of boxes 500 wide, whose `f` steps by 280 and leans 370 out of
    that, each letter a text of its own, drawn at half the font's size. twice: points right of it
    where each is painted again."""
    letters = sorted(set(line.replace(" ", "")))
    boxes = [
        b"280 0 -150 0 500 700 d1 -150 0 650 700 re f" if c == "f"
        else b"500 0 20 0 480 700 d1 20 0 460 700 re f"
        for c in letters
    ]  # fmt: skip
    shown, x = [], 72.0
    for letter in line:
        for off in (0.0, twice) if twice else (0.0,):
            if letter != " ":
                shown.append(f"BT /F1 20 Tf {2 * (x + off):.2f} 1400 Td ({letter}) Tj ET".encode())
        x += 2.8 if letter in "f " else 5.0
    widths = b" ".join(b"280" if chr(n) == "f" else b"500" for n in range(33, 123))
    names = b" ".join(b"%d /%s" % (ord(c), c.encode()) for c in letters)
    procs = b" ".join(b"/%s %d 0 R" % (c.encode(), 6 + n) for n, c in enumerate(letters))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        stream(b"0.5 0 0 0.5 0 0 cm\n" + b"\n".join(shown)),
        b"<< /Type /Font /Subtype /Type3 /FontBBox [-150 -200 500 700]"
        b" /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 33 /LastChar 122 /Widths [%s]"
        b" /Encoding << /Type /Encoding /Differences [%s] >> /CharProcs << %s >> >>"
        % (widths, names, procs),
        *map(stream, boxes),
    ]
    body = b"".join(b"%d 0 obj %s endobj\n" % (n, o) for n, o in enumerate(objects, 1))
    trailer = b"trailer << /Size %d /Root 1 0 R >>" % (len(objects) + 1)
    return b"%PDF-1.4\n" + body + trailer + b"\nstartxref\n0\n%%EOF\n"


def stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


@pytest.mark.parametrize(
    "line",
    ["the year could be affected", "the offering of stuff", "set off a staff", "if of a leaf"],
)
def test_an_italic_letter_is_there_as_often_as_it_is_painted(line: str) -> None:
    assert last(italic(line)) == line


def test_letters_painted_twice_at_one_place_to_be_bold_are_there_once() -> None:
    assert last(italic("a leaf of staff", twice=0.2)) == "a leaf of staff"
