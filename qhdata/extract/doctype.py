"""The internal subset of a document type, which XHTML may have and HTML has not: cut, not read.

libxml2 ends a `<!DOCTYPE html [ ... ]>` of HTML at its first `>` and takes the rest for text. No
entity is resolved: what a page refers to stays as it is written, and is counted.
"""

from __future__ import annotations

import re
from html.entities import name2codepoint

from qhdata.errors import RowError

_BEGINS = re.compile(rb"<!doctype(?:[^<>\[\]\"']|\"[^\"<>]*\"|'[^'<>]*')*\[", re.I)
_TOKENS = re.compile(rb"\"[^\"]*\"|'[^']*'|<!--.*?-->|<\?.*?\?>|\]\s*>|<!--|<\?", re.S)
_ENTITY = re.compile(rb"<!ENTITY\s+([\w.-]{1,200})\s")
_REFERENCE = re.compile(rb"&([\w.-]{1,200});")
REACH = 65_536
"""Bytes at the start of a page in which a document type begins."""


def without_subset(data: bytes) -> tuple[bytes, int]:
    """(the page without its internal subset, references to entities that it declares).

    Entities that HTML knows by itself (`nbsp`) do not count. Raises RowError `truncated_html` where
    the subset does not end.

    >>> without_subset(b'<!DOCTYPE html [ <!ENTITY x "y"> ]><p>&x;</p>')
    (b'<!DOCTYPE html><p>&x;</p>', 1)
    """
    at = data.find(b"<!DOCTYPE", 0, REACH)
    if at < 0:
        at = data.find(b"<!doctype", 0, REACH)
    begins = _BEGINS.match(data, at) if at >= 0 else None
    if begins is None:
        return data, 0
    ends = _end(data, begins.end())
    declared = set(_ENTITY.findall(data, begins.end(), ends.start()))
    declared -= {name.encode() for name in name2codepoint}
    rest = data[ends.end() :]
    used = sum(name in declared for name in _REFERENCE.findall(rest)) if declared else 0
    return data[: begins.end() - 1].rstrip() + b">" + rest, used


def _end(data: bytes, start: int) -> re.Match[bytes]:
    for token in _TOKENS.finditer(data, start):
        if token[0].startswith(b"]"):
            return token
        if token[0] in (b"<!--", b"<?"):  # it does not end, and so nothing does
            break
    raise RowError("truncated_html", "its document type does not end; fetch it again")
