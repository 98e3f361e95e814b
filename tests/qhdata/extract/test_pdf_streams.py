"""Bombs and damage are found in a PDF's own bytes, before pdfium passes over them."""

from __future__ import annotations

import io
import re
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from qhdata.errors import RowError
from qhdata.extract.limits import Limits
from qhdata.extract.pdf import parse_pdf
from qhdata.extract.pdf_streams import check_streams


def pdf(pages: int = 3, *, ascii85: bool = False) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=1)
    for page in range(pages):
        for line in range(40):
            canvas.drawString(72, 760 - 16 * line, f"Line {line} of page {page} says 12,{line:03d}")
        canvas.showPage()
    canvas.save()
    data = out.getvalue()
    return data if ascii85 else plain(data)


def plain(data: bytes) -> bytes:
    """Without ASCII85 around the streams; pdfium finds objects without their table of places."""
    import base64

    def one(found: re.Match[bytes]) -> bytes:
        body = base64.a85decode(found[1].split(b"~>")[0])
        return b"stream\n" + body + b"\nendstream"

    data = re.sub(rb"stream\r?\n(.*?)endstream", one, data, flags=re.S)
    data = data.replace(b"/ASCII85Decode ", b"")
    return re.sub(rb"/Length \d+", b"", data)


def text(data: bytes) -> str:
    return "\n".join(b.text for b in parse_pdf(data, Limits()).blocks)


@pytest.mark.parametrize("ascii85", [True, False])
def test_a_whole_file_passes(ascii85: bool) -> None:
    data = pdf(ascii85=ascii85)
    assert check_streams(data).pages == 3
    assert text(data).count("12,039") == 3


@settings(max_examples=60)
@given(at=st.floats(0, 1), bit=st.integers(0, 7), ascii85=st.booleans())
def test_a_flipped_bit_in_a_page_is_never_a_shorter_page_without_a_word(
    at: float, bit: int, ascii85: bool
) -> None:
    whole = pdf(ascii85=ascii85)
    start = whole.index(b"stream\n") + 9
    data = bytearray(whole)
    data[start + int(at * (whole.index(b"endstream") - start - 8))] ^= 1 << bit
    try:
        done = parse_pdf(bytes(data), Limits())
    except RowError as error:
        assert error.error in ("damaged_pdf", "scanned_pdf")  # noqa: PT017
        return
    said = "\n".join(b.text for b in done.blocks)
    assert said.count("12,0") == 120 or done.notes["streams_unfinished"] == 1


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9])
def test_a_file_that_breaks_off_is_refused(share: float) -> None:
    data = pdf()
    with pytest.raises(RowError) as caught:
        text(data[: int(len(data) * share)])
    assert caught.value.error == "damaged_pdf"


def bomb(size: int, twice: bool = False) -> bytes:
    pack = zlib.compressobj(9)
    body = b"".join([*(pack.compress(b" " * (1 << 20)) for _ in range(size >> 20)), pack.flush()])
    names = b"/FlateDecode"
    if twice:
        body, names = zlib.compress(body, 9), b"[/FlateDecode /FlateDecode]"
    return pdf().replace(
        b"%%EOF",
        b"99 0 obj\n<< /Filter " + names + b" >>\nstream\n" + body + b"\nendstream\nendobj\n%%EOF",
    )


@pytest.mark.parametrize("twice", [False, True])
def test_a_stream_that_inflates_without_end_is_too_large(twice: bool) -> None:
    data = bomb(300 << 20, twice)
    assert len(data) < 1 << 20
    with pytest.raises(RowError) as caught:
        text(data)
    assert caught.value.error == "too_large"


def test_pages_that_no_longer_hang_in_the_tree_are_noted() -> None:
    data = pdf()
    kids = re.search(rb"/Kids \[ (\d+ 0 R) ", data)
    assert kids is not None
    cut = data.replace(kids[1] + b" ", b"", 1).replace(b"/Count 3", b"/Count 2")
    assert parse_pdf(cut, Limits()).notes["pages_unreached"] == 1


def with_stream(head: bytes, body: bytes, others: bytes = b"") -> bytes:
    """A file with one more stream and other objects, which nothing shows."""
    one = b"99 0 obj\n<< " + head + b" >>\nstream\n" + body + b"\nendstream\nendobj\n"
    return pdf().replace(b"%%EOF", one + others + b"%%EOF")


def packed(size: int, piece: bytes = b" ") -> bytes:
    pack = zlib.compressobj(9)
    whole = piece * ((1 << 20) // len(piece))
    return b"".join([*(pack.compress(whole) for _ in range(size >> 20)), pack.flush()])


BOMB = packed(300 << 20)
HIDDEN = {
    "an escaped name": (b"/Filter /Flate#44ecode", BOMB),
    "an escaped key": (b"/#46ilter /FlateDecode", BOMB),
    "a name elsewhere": (b"/Filter 98 0 R", BOMB),
    "a list elsewhere": (b"/Filter [98 0 R]", BOMB),
    "hexadecimal digits": (b"/Filter [/ASCIIHexDecode /FlateDecode]", BOMB.hex().encode() + b">"),
    "no name at all": (b"/Foo 1", BOMB),
    "twice elsewhere": (b"/Filter [98 0 R 98 0 R]", zlib.compress(BOMB)),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_bomb_is_seen_however_it_is_named(how: str) -> None:
    head, body = HIDDEN[how]
    with pytest.raises(RowError) as caught:
        check_streams(with_stream(head, body, b"98 0 obj\n/FlateDecode\nendobj\n"))
    assert caught.value.error == "too_large"


def test_a_page_of_more_strokes_than_any_page_has_is_too_large() -> None:
    with pytest.raises(RowError) as caught:
        check_streams(with_stream(b"/Filter /FlateDecode", packed(40 << 20, b"0 0 m 9 9 l S\n")))
    assert caught.value.error == "too_large"


@pytest.mark.parametrize(
    "head", [b"/Subtype /Image", b"/Type /EmbeddedFile", b"/Length1 9", b"/Type /ObjStm"]
)
def test_pictures_fonts_and_attachments_may_be_larger(head: bytes) -> None:
    body = packed(40 << 20, b"0 0 m 9 9 l S\n")
    assert check_streams(with_stream(head + b" /Filter /FlateDecode", body)).unfinished == 0


@pytest.mark.parametrize("size", range(1 << 20, (1 << 20) + 40, 3))
def test_what_follows_a_long_stream_is_not_waited_for(size: int) -> None:
    body = zlib.compress(b"0 0 m 9 9 l S\n" * (size // 14) + b"x" * (size % 14)) + b"\r\n"
    assert check_streams(with_stream(b"/Filter /FlateDecode", body)).unfinished == 0


def test_a_damaged_font_is_a_damaged_file_and_a_damaged_picture_is_not() -> None:
    body = bytearray(zlib.compress(bytes(range(256)) * 40))
    body[len(body) // 2] ^= 0xFF
    head = b"/Filter /FlateDecode "
    assert check_streams(with_stream(head + b"/Subtype /Image", bytes(body))).unfinished == 0
    with pytest.raises(RowError) as caught:
        check_streams(with_stream(head + b"/Length1 10240", bytes(body)))
    assert caught.value.error == "damaged_pdf"
