"""Rows of somebody's text: where they are no filing they are kept as they came.

What stands in a row of JSON lines was made by somebody else's tool. Joining its lines, cutting what
repeats and looking for items would change a text that nobody asked to have changed.
"""

from __future__ import annotations

import re

from qhdata.errors import RowError
from qhdata.extract.characters import cleaned, look, script, without_controls
from qhdata.extract.extracted import Extracted, bytes_sha256
from qhdata.extract.kinds import cover_line, document_kind
from qhdata.extract.limits import Limits, above
from qhdata.records import RawDocument

_NOTICE = "告".encode()
COVER = 4000
"""Characters in which a filing says which form it is."""
_REPORT = re.compile(r"^[^\n。，]{0,60}(?:年度|季度)(?:报告|報告)(?:全文|摘要)?\s*$", re.M)
"""A line that is a report's title; a sentence that speaks of one is none."""
_NAMED = re.compile(r"form\s*(?:10|20|40|6|8)")
_MAY_BE_NAMED = re.compile(rb"form(?:\s|[\x80-\xff])*+(?:10|20|40|6|8)")
"""The same of bytes in lower case, and a little more."""
_RULED = re.compile(r"<(?:page|table|caption|s|c)>", re.I)
"""Marks of the plain-text era."""


def as_given(raw: RawDocument, limits: Limits) -> Extracted | None:
    """The row's text, its line ends and control characters made ours; None where it is markup, or
    its first lines say that it is a filing. Raises RowError `too_large`, `empty_document`.
    """
    if document_kind(raw.data) != "text":
        return None
    if len(raw.data) > limits.max_bytes:
        found = f"{len(raw.data)} bytes of text, at most {limits.max_bytes}"
        raise above("too_large", found, "max_bytes")
    text = came = raw.data.decode("utf-8", "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = look(text)
    if seen.odd:
        text = cleaned(text)
    if seen.controls:
        text = without_controls(text)
    text = text.strip()
    if not text:
        raise RowError("empty_document", "holds no text once markup is gone; fetch it again")
    same = text is came and (text.isascii() or "\ufffd" not in text)
    data = raw.data if same else text.encode("utf-8", "surrogatepass")
    if _is_filing(text, data) or (b"<" in data and _RULED.search(text)):
        return None
    return Extracted(
        raw=raw,
        form=raw.doc_type,
        title=_title(text),
        lang=script(text) if seen.odd or seen.controls else seen.lang,
        text=text,
        sections=[],
        tables=[],
        facts=[],
        notes={"as_given": True},
        text_sha256=bytes_sha256(data),
    )


def _title(text: str) -> str:
    """The first line's words, 200 characters of them."""
    line = text[:1000].split("\n", 1)[0].lstrip("# ")
    head = " ".join(line[:300].split())  # mostly enough; all of it takes as long as a hash
    return head[:200] if len(head) > 200 else " ".join(line.split())[:200]


def _is_filing(text: str, data: bytes) -> bool:
    """data: the text's bytes. What is cheap is asked first: of a general text that is all."""
    first = data[: COVER * 4]
    if _MAY_BE_NAMED.search(first.lower()):
        head = text[:COVER]
        if _NAMED.search(head.lower()) and cover_line(head):
            return True
    return _NOTICE in first and _REPORT.search(text[:COVER]) is not None
