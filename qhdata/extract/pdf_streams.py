"""A PDF's own bytes, before pdfium sees them: streams that are bombs, damaged, or cut off.

pdfium inflates what it is given up to a gigabyte, and passes over what is damaged: a flipped bit in
a page's stream costs the rest of the page without a word. So every compressed stream is inflated
here first, in bounded pieces that are not kept. Pictures may be damaged: they hold no text. A font
may not: without it pdfium gives some of its letters no place. What is encrypted is looked at once
it is open, in a copy without its lock. A stream that begins like zlib's is inflated whatever its
dictionary calls it: names may be escaped (`/Flate#44ecode`) or stand in another object.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from qhdata.errors import RowError

PIECE = 1 << 20
MAX_STREAM = 256 << 20
"""Bytes that one stream may inflate to; a page of pictures is 30 MB."""
MAX_CONTENT = 32 << 20
"""The same where it is no picture, font, attached file or pack of objects: pdfium makes an object
of each line of it, in one call that nothing interrupts; a page of a filing has 0.2 MB."""
MAX_GROWTH = 1 << 30
"""Bytes that all streams of a document may inflate to."""
TAIL = 4096
"""Bytes at the end in which a whole file says `%%EOF`."""

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_OBJECT = re.compile(rb"\bobj\b|>>\s*endobj|endstream")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]{0,400}\]|/\w+|\d{1,9}\s+\d{1,5}\s+R\b)")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b|/N\s+[134]\s*[/>]")
_KEPT = re.compile(rb"/EmbeddedFile\b|/Length[123]\b|/Type\s*/(?:ObjStm|XRef|Metadata)\b")
_REFERENCE = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+R\b")
_NAMED = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+obj\s*(\[[^\]]{0,400}\]|/\w+)\s*endobj")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_HEX = (b"/ASCIIHexDecode", b"/AHx")
_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_NUMBER = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+\Z")
_GROWING = (b"/FlateDecode", b"/Fl", b"/LZWDecode", b"/LZW", b"/RunLengthDecode", b"/RL")


@dataclass(frozen=True, slots=True)
class Streams:
    """What the bytes say of themselves."""

    unfinished: int
    """Compressed streams without an end of their own."""
    pages: int
    """Page objects that stand in the open; 0 where they are packed in object streams."""


def check_streams(data: bytes) -> Streams:
    """Raises RowError: damaged_pdf (a page's stream, or no end mark), too_large (a bomb)."""
    if b"%%EOF" not in data[-TAIL:]:
        raise RowError("damaged_pdf", "the file breaks off: it has no end mark; fetch it again")
    pages = len(set(_pages(data)))
    if b"/Encrypt" in data:
        return Streams(0, pages)
    unfinished = grown = 0
    elsewhere: dict[bytes, bytes] = {}
    for head, start, end in _streams(data):
        filters = _filters(data, head, elsewhere)
        growing = [name for name in filters if name in _GROWING]
        if len(growing) > 1:
            raise RowError("too_large", "a stream is compressed twice; print it to a plain PDF")
        packed = memoryview(data)[start:end]
        if growing and filters[0] in (b"/ASCII85Decode", b"/A85"):
            try:
                packed = memoryview(base64.a85decode(bytes(packed).split(b"~>")[0]))
            except ValueError as bad:
                raise RowError("damaged_pdf", f"at byte {start}: {bad}; fetch it again") from None
        elif growing and filters[0] in _HEX:
            packed = memoryview(_unhexed(bytes(packed)))
        named = bool(growing) and growing[0] in _GROWING[:2] and filters.index(growing[0]) < 2
        if not named and (filters or not _is_zlib(packed)):
            continue
        size, whole, error = _inflated(packed)
        grown += size
        if size > MAX_STREAM or grown > MAX_GROWTH:
            raise _too_large(MAX_STREAM)
        if _PICTURE.search(head):
            continue
        if size > MAX_CONTENT and not _KEPT.search(head):
            raise _too_large(MAX_CONTENT)
        if error:
            raise RowError(
                "damaged_pdf", f"the stream at byte {start} is damaged ({error}); fetch it again"
            )
        unfinished += not whole
    return Streams(unfinished, pages)


def _too_large(limit: int) -> RowError:
    found = f"its streams inflate to more than {limit} bytes"
    return RowError("too_large", f"{found}; print it to a plain PDF")


def _filters(data: bytes, head: bytes, elsewhere: dict[bytes, bytes]) -> list[bytes]:
    """Names of a stream's filters in their order. elsewhere: those that are objects of their own,
    by number, once they were looked for."""
    if b"#" in head:
        head = _ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), head)
    found = _FILTER.search(head)
    if found is None:
        return []
    named = found[1]
    if _REFERENCE.search(named):
        if not elsewhere:
            elsewhere[b""] = b""
            elsewhere.update({m[1]: m[2] for m in _NAMED.finditer(data)})
        named = _REFERENCE.sub(lambda m: elsewhere.get(m[1], b""), named)
    return re.findall(rb"/\w+", named)


def _unhexed(body: bytes) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", body.split(b">")[0])
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))


def _is_zlib(packed: memoryview) -> bool:
    """Whether bytes begin as a stream that zlib made."""
    return len(packed) > 2 and packed[0] == 0x78 and (packed[0] * 256 + packed[1]) % 31 == 0


def _pages(data: bytes) -> Iterator[bytes]:
    """Numbers of the page objects; one that an edit wrote again has its number twice."""
    for page in _PAGE.finditer(data):
        at = data.rfind(b"obj", max(0, page.start() - 8000), page.start())
        number = _NUMBER.search(data[max(0, at - 20) : at]) if at >= 0 else None
        if number:
            yield number[1]


def _streams(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(dictionary, start, end) of each stream."""
    at = 0
    while found := _STREAM.search(data, at):
        before = data[max(0, found.start() - 2000) : found.start()]
        cut = max((m.end() for m in _OBJECT.finditer(before)), default=0)
        end = data.find(b"endstream", found.end())
        end = len(data) if end < 0 else end
        yield before[cut:], found.end(), end
        at = end


def _inflated(piece: memoryview) -> tuple[int, bool, str]:
    """(bytes that it inflates to, whether it ends as it should, what is wrong with it)."""
    inflate = zlib.decompressobj()
    size = 0
    try:
        while piece and not inflate.eof and size <= MAX_STREAM:
            size += len(inflate.decompress(piece[:PIECE], PIECE))
            # At its end zlib may leave what follows there for good, with nothing to say for it.
            while inflate.unconsumed_tail and not inflate.eof and size <= MAX_STREAM:
                size += len(inflate.decompress(inflate.unconsumed_tail, PIECE))
            piece = piece[PIECE:]
    except zlib.error as error:
        return size, False, str(error)
    return size, inflate.eof, ""
