"""What is wrong with real folders of filings, planted on purpose: copies, near copies, and
files that are broken.

Every plant returns what it did, so that the truth can say it.
"""

from __future__ import annotations

import re
from random import Random

_SPACE = re.compile(r"\s+")
_BLOCK = re.compile(r"<p([^<>]{0,200})>(.{1,20000}?)</p>", re.S)


def reflowed(markup: str) -> str:
    """The same words in other markup: `<div>` for `<p>`, other white space, comments; tables
    stay."""
    inside = _BLOCK.sub(r"<div\1>\n   \2\n</div>\n\n", markup)
    return inside.replace("<tr>", "<!-- row -->\n  <tr>").replace("</td><td", "</td>\n    <td")


def truncated(markup: str, rng: Random) -> str:
    """Cut inside a tag, somewhere in the middle."""
    middle = rng.randint(len(markup) * 4 // 10, len(markup) * 6 // 10)
    return markup[: markup.index("<", middle) + 4]


def nested_tables(depth: int, inner: str) -> str:
    """Layout tables in layout tables: ugly, valid, and not to be lost."""
    return (
        "<html><head><title>Nested layout</title></head><body>\n"
        + "<table><tr><td>\n" * depth
        + inner
        + "\n</td></tr></table>" * depth
        + "\n</body></html>\n"
    )


def binary(rng: Random, size: int = 4096) -> bytes:
    """Noise without a signature; the first byte is zero so that nobody takes it for text."""
    return b"\x00" + bytes(rng.randrange(256) for _ in range(size - 1))


def small_pdf(text: str) -> bytes:
    """A one-page PDF with a correct cross-reference table."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def soup(markup: str, rng: Random) -> str:
    """What many 8-Ks hold: cp1252 references for quotes and dashes, one without its semicolon,
    a Wingdings box."""
    text = markup.replace("&#8217;", "&#146;").replace(" -- ", " &#151; ")
    if rng.random() < 0.5:
        text = text.replace("&#151; ", "&#151 ", 1)
    if rng.random() < 0.5:
        box = '<p><font face="Wingdings">&#168;</font> Check the appropriate box below.</p>\n'
        text = re.sub(
            r"(<body[^<>]*>\n)", lambda found: found.group(1) + box, text, count=1, flags=re.I
        )
    if rng.random() < 0.05:
        text = text.replace("</td></tr>", "</tr>", 3)
    return text


def words_of(markup: str) -> str:
    """Visible words only, for comparing what was planted; the universe's own check, not a
    reader."""
    text = re.sub(
        r"<(title)[^<>]{0,100}>.{0,300}?</\1>|<!--.{0,200}?-->", " ", markup, flags=re.S | re.I
    )
    return _SPACE.sub(" ", re.sub(r"<[^<>]{1,2000}>", " ", text)).strip()
