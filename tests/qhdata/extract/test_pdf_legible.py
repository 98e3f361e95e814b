"""Fonts that do not say what they show, and scans with a stamp on them."""

from __future__ import annotations

import zlib

import pytest

from qhdata.errors import RowError
from qhdata.extract.limits import Limits
from qhdata.extract.pdf import PdfParsed, parse_pdf

SAYS = [f"Line {n} says that the revenue of the year was {n},{n:03d} million." for n in range(40)]
HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
NAMELESS = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Own /Encoding /Identity-H /DescendantFonts"
    b" [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Own /DW 500 /CIDSystemInfo"
    b" << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>"
)
PRIVATE = NAMELESS.replace(b"/DW", b"/ToUnicode 6 0 R /DW").replace(
    b"/Encoding", b"/ToUnicode 6 0 R /Encoding"
)
MAP = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange"
    b" <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <00ff> <e000> endbfrange endcmap end"
)
PICTURE = b"q 612 0 0 792 0 0 cm /X Do Q "
STRIPS = b"".join(b"q 612 0 0 99 0 %d cm /X Do Q " % (99 * n) for n in range(8))


def stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), head, content)


def pdf(*pages: bytes, font: bytes = NAMELESS) -> bytes:
    """Pages in Helvetica (F1) and a font of its own (F2), with a picture (X)."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(len(pages)))
    shade = zlib.compress(bytes(130 * 100))
    image = b"/Type /XObject /Subtype /Image /Width 100 /Height 130 /ColorSpace /DeviceGray"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        3: HELVETICA,
        4: font,
        5: stream(shade, image + b" /BitsPerComponent 8 /Filter /FlateDecode"),
        6: stream(MAP),
    }
    for n, page in enumerate(pages):
        objects[10 + 2 * n] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources"
            b" << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /X 5 0 R >> >> >>" % (11 + 2 * n)
        )
        objects[11 + 2 * n] = stream(page)
    body = b"".join(b"%d 0 obj %s endobj\n" % one for one in objects.items())
    trailer = b"trailer << /Size %d /Root 1 0 R >>" % (max(objects) + 1)
    return b"%PDF-1.4\n" + body + trailer + b"\nstartxref\n0\n%%EOF\n"


def prose(lines: list[str] = SAYS) -> bytes:
    shown = b"".join(b"(%s) Tj T* " % line.encode() for line in lines)
    return b"BT /F1 10 Tf 14 TL 72 760 Td " + shown + b"ET "


def numbered(lines: list[str], off: int) -> bytes:
    """Lines whose letters are numbered in the font's own order."""
    codes = ["".join(f"{ord(c) - 32 + off:04x}" for c in line) for line in lines]
    shown = b"".join(b"<%s> Tj T* " % code.encode() for code in codes)
    return b"BT /F2 10 Tf 14 TL 72 600 Td " + shown + b"ET "


def stamp(n: int) -> bytes:
    return b"BT /F1 9 Tf 200 20 Td (Case 19-00%d, document 12, page %d of 30) Tj ET " % (n, n)


def read(data: bytes) -> PdfParsed:
    return parse_pdf(data, Limits())


def said(parsed: PdfParsed) -> str:
    return "\n".join(b.text for b in parsed.blocks)


@pytest.mark.parametrize("font", [NAMELESS, PRIVATE], ids=["no map", "private map"])
def test_letters_that_no_font_names_are_refused(font: bytes) -> None:
    with pytest.raises(RowError) as caught:
        read(pdf(prose(), *[numbered(SAYS, 7)] * 2, font=font))
    assert caught.value.error == "unreadable_pdf"


def test_a_few_of_them_are_left_out_and_counted() -> None:
    done = read(pdf(prose(), prose(), prose(SAYS[:10]) + numbered(["A heading."], 7)))
    assert done.notes["characters_unreadable"] == 10
    assert said(done) == said(read(pdf(prose(), prose(), prose(SAYS[:10]))))


def test_letters_without_a_map_that_make_words_or_amounts_are_kept() -> None:
    table = [f"Item {n} $ {n},{n:03d} {n + 1},{n:03d}" for n in range(40)]
    done = read(pdf(prose(), numbered(SAYS, 32), numbered(table, 32)))
    assert "characters_unreadable" not in done.notes
    assert said(done).count("says that the revenue") == 80
    assert "39,039" in said(done)
    assert "40,039" in said(done)


@pytest.mark.parametrize("picture", [PICTURE, STRIPS], ids=["whole", "strips"])
def test_scans_with_a_stamp_are_scans(picture: bytes) -> None:
    with pytest.raises(RowError) as caught:
        read(pdf(*(picture + stamp(n) for n in range(3))))
    assert caught.value.error == "scanned_pdf"


def test_scanned_pages_among_others_are_counted() -> None:
    done = read(pdf(prose(), PICTURE + stamp(1), prose(), PICTURE + stamp(2), PICTURE, prose()))
    assert done.notes["pages_without_text"] == 3


def test_slides_on_a_picture_that_say_something_each_are_no_scans() -> None:
    slides = ["Revenue grew by nine percent", "Our plan for next year", "Where we stand today"]
    done = read(pdf(*(PICTURE + prose([slide]) for slide in slides)))
    assert done.notes["pages_without_text"] == 0
    assert all(slide in said(done) for slide in slides)


def test_a_recognised_scan_is_text() -> None:
    assert read(pdf(PICTURE + prose(), PICTURE + prose())).notes["pages_without_text"] == 0
