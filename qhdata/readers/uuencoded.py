"""Attachments that a submission carries as text: PDFs are decoded, the rest is named and left out.

An attachment is a document of its own, or stands behind the text of one (a logo after a letter).
"""

from __future__ import annotations

import binascii
import io
import re

OPENING = re.compile(rb"^\s*(?i:begin) [0-7]{3,4} (\S[^\r\n]*)")
_BEHIND = re.compile(
    rb"^(?i:begin) [0-7]{3,4} (\S[^\r\n]*)\r?\n"
    rb"(?:M[\x20-\x60]{20,64}\r?\n)+"  # 60 and padding, or less where blanks at the end were lost
    rb"(?:[\x20-\x60]{0,66}\r?\n){0,3}(?i:end)[ \t]*\r?$\n?",
    re.M,
)
"""What begins, has full lines of 45 bytes, and ends."""


def decoded_pdf(body: bytes) -> bytes | None:
    """The bytes of a uuencoded PDF, or None for anything else."""
    opening = OPENING.match(body)
    if not opening:
        return None
    decoded = bytearray()
    lines = io.BytesIO(body)
    lines.seek(opening.end())
    for line in lines:
        line = line.rstrip(b"\r\n")
        if line.strip().lower() in (b"end", b"`"):
            break
        if not line:
            continue
        first = not decoded
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            # Old encoders pad a line beyond its count: the count, in its first byte, is what holds.
            used = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded += binascii.a2b_uu(line[:used])
            except binascii.Error:
                return None
        if first and not decoded.startswith(b"%PDF-"):
            return None
    return bytes(decoded) or None


def without_attachments(body: bytes) -> tuple[bytes, list[tuple[str, int]]]:
    """(a text without what is uuencoded behind it, the names and sizes of that)."""
    if not any(word in body for word in (b"\nbegin ", b"\nBEGIN ", b"\nBegin ")):
        return body, []
    found = [(m[1].decode("utf-8", "replace").strip(), len(m[0])) for m in _BEHIND.finditer(body)]
    return (_BEHIND.sub(b"", body), found) if found else (body, [])
