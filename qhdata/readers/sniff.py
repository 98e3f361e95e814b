"""What a file is, by its bytes: a suffix is a claim, not evidence.

Kinds: `submission` (SGML full submission or feed), `html`, `pdf`, `xml`, `text`, `gzip`, of facts
alone `instance` (XBRL) and `companyfacts` (the SEC's JSON), of rows of texts `parquet`, and what we
do not read: `empty`, `archive`, `binary`. Only the first 64 KB are looked at.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal[
    "submission", "html", "xml", "text", "empty", "pdf", "archive", "gzip", "binary", "instance",
    "companyfacts", "parquet",
]  # fmt: skip

HEAD = 65536
"""Bytes that a decision may look at."""

_SUBMISSION = re.compile(
    rb"^\s*(?:-----BEGIN PRIVACY-ENHANCED MESSAGE|<SEC-DOCUMENT>|<SEC-HEADER>|<IMS-DOCUMENT>"
    rb"|<IMS-HEADER>|<SUBMISSION>|<ACCEPTANCE-DATETIME>|<DOCUMENT>\s*<TYPE>)"
    rb"|[^<]{0,4000}\n<(?:SEC|IMS)-(?:DOCUMENT|HEADER)>",  # lines that whoever saved it left above
    re.I,
)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|body|head|div|table|p|span|font|h\d?|center)\b", re.I
)
_INSTANCE = re.compile(
    rb"(?:\s|<\?(?>.*?\?>)|<!--(?>.*?-->)|<!DOCTYPE[^>\[]*>)*+<(?:[\w.-]+:)?xbrl[\s>]", re.S
)
_COMPANY_FACTS = re.compile(
    rb'\s*\{\s*"cik"\s*:\s*"?\d{1,10}"?\s*,\s*"entityName"\s*:\s*(?:null|"(?:[^"\\]|\\.)*+")'
    rb'\s*,\s*"facts"\s*:\s*\{'
)
_JSON = re.compile(rb"\s*(?:\[\s*)?\{\s*\"(?:[^\"\\<>]|\\.)*+\"\s*:")
"""An object with a first name, or a list of them: pages in its texts do not make it one."""
_TAG = re.compile(rb"<[a-zA-Z/!?][^<>]{0,400}>")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"MZ")


def sniff(head: bytes) -> Kind:
    """The kind of a file from its first bytes.

    Text that is not UTF-8 is still text where control characters are rare: cp1252 and gb18030 pass.
    """
    if not head.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        return "empty"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        return "archive"
    if head.startswith(_BINARY) or _looks_binary(head):
        return "binary"
    if wide_codec(head):
        head = head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\x00", b"")
    if _SUBMISSION.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "submission"
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if _INSTANCE.match(plain):
        return "instance"
    if _COMPANY_FACTS.match(plain):
        return "companyfacts"
    if _JSON.match(plain):
        return "text"
    if _HTML.search(head):
        return "html"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return "xml"
    return "html" if len(_TAG.findall(head)) * 200 > len(head) else "text"


def wide_codec(head: bytes) -> str | None:
    """The codec of UTF-16, told by its mark or by a NUL in every other byte of much text, or None.

    >>> wide_codec("10-K".encode("utf-16-be")), wide_codec(b"10-K")
    ('utf-16-be', None)
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-32" if head.startswith(b"\xff\xfe\x00\x00") else "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if (even + odd) * 20 >= len(head) > 0 and (odd > 3 * even or even > 3 * odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _looks_binary(head: bytes) -> bool:
    if wide_codec(head):
        return False
    control = sum(head.count(bytes([c])) for c in (*range(9), 14, 15, *range(16, 27), 28, 29, 30))
    return control * 50 > len(head)
