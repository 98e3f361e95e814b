"""Rows of somebody's text: where they are no filing they are kept as they came.

What stands in a row of JSON lines was made by somebody else's tool. Joining its lines, cutting what
repeats and looking for items would change a text that nobody asked to have changed.
"""

from __future__ import annotations

import re

from qhdata.errors import RowError
from qhdata.extract.characters import clean, script, without_controls
from qhdata.extract.extracted import Extracted
from qhdata.extract.ixbrl import FactReader
from qhdata.extract.kinds import cover_line, document_kind
from qhdata.extract.limits import Limits, above
from qhdata.records import RawDocument

COVER = 4000
"""Characters in which a filing says which form it is."""
_REPORT = re.compile(r"^[^\n。，]{0,60}(?:年度|季度)(?:报告|報告)(?:全文|摘要)?\s*$", re.M)
"""A line that is a report's title; a sentence that speaks of one is none."""
_NAMED = re.compile(r"form\s*(?:10|20|40|6|8)")
_CONTROLS = bytes(n for n in range(32) if n not in b"\t\n\r")
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
    text = raw.data.decode("utf-8", "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = clean(text).strip()
    if len(raw.data.translate(None, _CONTROLS)) < len(raw.data):  # much faster than looking
        text = without_controls(text).strip()
    if not text:
        raise RowError("empty_document", "holds no text once markup is gone; fetch it again")
    if _is_filing(text[:COVER]) or ("<" in text and _RULED.search(text)):
        return None
    return Extracted(
        raw=raw,
        form=raw.doc_type,
        title=" ".join(text[:1000].split("\n", 1)[0].lstrip("# ").split())[:200],
        lang=script(text),
        text=text,
        sections=[],
        tables=[],
        facts=[],
        reader=FactReader(),
        notes={"as_given": True},
    )


def _is_filing(head: str) -> bool:
    # What is cheap is asked first: of a general text that is all.
    low = head.lower()
    if "form" in low and _NAMED.search(low) and cover_line(head):
        return True
    return "告" in head and _REPORT.search(head) is not None
