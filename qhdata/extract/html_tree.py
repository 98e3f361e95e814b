"""HTML bytes to a tree: what breaks off is refused, the rest is UTF-8 that libxml2 reads whole.

libxml2 stops without a word in the caller's hands where nesting or a text node is too large, so its
error log is read; and it takes time without end for a tag of very many attributes.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from lxml import etree

from qhdata.errors import RowError
from qhdata.extract.characters import decode
from qhdata.extract.limits import Limits, above

_PAGE_COMMENT = re.compile(rb"<!--\s*(?:PAGE ?BREAK|field:\s*page)[^>]{0,80}-->", re.I)
_PAGE_TAG = re.compile(rb"<PAGE>", re.I)
_PREFIX = re.compile(rb"xmlns:([\w.-]+)\s*=\s*[\"']http://www\.xbrl\.org/20\d\d$")
"""Inline XBRL under another prefix than `ix`, which nearly all filings use."""
_INLINE_XBRL = b"/inlineXBRL"
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_NAME = re.compile(rb"[^\s=/]+")
LONG_TAG = 8192
"""Bytes of a tag up to which its attributes are not counted."""
_CUT = re.compile(rb"<[a-zA-Z/!][^<>]*\Z")
_LIMIT_WORDS = ("depth", "huge", "limit", "xmlsax", "out of memory", "internal error")


def _refuse_cut(data: bytes) -> None:
    tail = data[-4096:].rstrip()
    if _CUT.search(tail):
        raise RowError("truncated_html", "the file ends inside a tag; fetch it again")
    table = max(data.rfind(b"<table"), data.rfind(b"<TABLE"))
    end = tail.lower()
    whole = b"</html" in end or b"</body" in end
    if table >= 0 and not whole and b"</table" not in data[table:].lower():
        raise RowError("truncated_html", "the file ends inside a table; fetch it again")


def _refuse_long_tags(data: bytes, most: int) -> None:
    """libxml2 compares each attribute of a tag with all before it: 100,000 take 21 s."""
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord(">"))
    for at in np.flatnonzero(np.diff(ends, prepend=0, append=len(data)) > LONG_TAG):
        start = int(ends[at - 1]) if at else 0
        end = int(ends[at]) if at < len(ends) else len(data)
        tag = data[max(start, data.rfind(b"<", start, end)) : end]
        if len(_NAME.findall(_QUOTED.sub(b"", tag))) > 2 * most:  # a bare value looks like a name
            raise above(
                "too_many_attributes", f"more than {most} attributes in one tag", "max_attributes"
            )


def as_utf8(data: bytes, limits: Limits) -> tuple[bytes, str]:
    """(bytes in UTF-8 as the parser wants them, the encoding that they came in).

    Raises RowError: too_large, truncated_html, too_many_attributes.
    """
    if len(data) > limits.max_bytes:
        raise above(
            "too_large", f"{len(data)} bytes of HTML, at most {limits.max_bytes}", "max_bytes"
        )
    _refuse_cut(data)
    if data.isascii():
        encoding = "ascii"
    else:
        text, encoding = decode(data)
        if encoding != "utf-8" or data.startswith(b"\xef\xbb\xbf"):
            data = text.encode("utf-8", "replace")
    if b"\x00" in data:
        data = data.replace(b"\x00", b" ")
    if b"<!--" in data:
        data = _PAGE_COMMENT.sub(b'<hr style="page-break-after:always">', data)
    for prefix in _inline_prefixes(data) - {b"ix"}:
        data = re.sub(rb"(</?)" + re.escape(prefix) + rb":", rb"\1ix:", data)
    if b"<PAGE>" in data or b"<page>" in data:
        data = _PAGE_TAG.sub(b'<hr style="page-break-after:always">', data)
    _refuse_long_tags(data, limits.max_attributes)
    return data, encoding


def _inline_prefixes(data: bytes) -> set[bytes]:
    """Prefixes that are bound to inline XBRL; bytes are searched for its name, not by a pattern."""
    found = set()
    at = data.find(_INLINE_XBRL)
    while at >= 0:
        bound = _PREFIX.search(data[max(0, at - 200) : at])
        if bound:
            found.add(bound[1])
        at = data.find(_INLINE_XBRL, at + 1)
    return found


def tree_of(data: bytes) -> Any:
    """The root of libxml2's tree. Raises RowError: truncated_tree, empty_document."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RowError(
            "truncated_tree", f"the HTML parser gave up: {error}; fetch it again"
        ) from None
    for entry in parser.error_log:
        message = (entry.message or "").lower()
        if any(word in message for word in _LIMIT_WORDS):
            why = f"the parser cut the tree: {message.partition(', use')[0].strip()}"
            raise RowError("truncated_tree", f"{why}; nest it less")
    if root is None:
        raise RowError("empty_document", "holds no HTML element; fetch it again")
    return root
