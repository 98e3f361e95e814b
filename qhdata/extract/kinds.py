"""What a document's bytes are (HTML, XML data, text, facts alone) and which form it is."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from qhdata.extract.blocks import Block
from qhdata.extract.characters import decode
from qhdata.extract.companyfacts import MARK

_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|body|head|div|table|tr|td|p|span|font|h\d?|center|br|b|pre)\b", re.I
)
_XML = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml\b")
_SUBSET = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml\b[^>]*>\s*+)?<!doctype\s++html\b[^<>]*\[", re.I
)
"""XHTML with an internal subset, behind which the first tag may be far away."""
_INSTANCE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?(?>.*?\?>)|<!--(?>.*?-->)|<!DOCTYPE[^>\[]*>)*+"
    rb"<(?:[\w.-]+:)?xbrl[\s>]",
    re.S,
)
_RULED = re.compile(rb"<TABLE>\s*(?:<CAPTION>|\n[^\n<]*\n|[^<]{0,400}<S>)|<S>\s+<C>", re.I)
_PRE = re.compile(rb"<pre\b[^>]*>(.*?)(?:</pre>|\Z)", re.I | re.S)
_SHELL = re.compile(rb"(?:\xef\xbb\xbf)?\s*+<pre\b[^<>]{0,400}>", re.I)
_MARKUP = re.compile(rb"<[^>]{0,2000}>")
_HTML_ONLY = re.compile(rb"<(?:html|body|div|td|font|span|p|br)\b", re.I)
_EXHIBIT = re.compile(r"^\W{0,3}EX(?:HIBIT)?[\s\xa0-]+(\d{1,3}(?:\.\d{1,3})*[A-Z]?)\W*$", re.I)
_COVER = re.compile(
    r"\bFORM\s*((?:10\s?-?\s?K(?:T|405|SB(?:40)?)?|10\s?-?\s?Q(?:SB|T)?|(?:20|40)\s?-?\s?F|[86]\s?-?\s?K)"
    r"(?:\s?/\s?A)?)(?![\w-])",
    re.I,
)
_NAME = re.compile(r"^(\d{1,2})-?([KQF])", re.I)
_UNDASHED = re.compile(r"^(\d{1,2})(K|Q|F(?![A-Z]))")
_DASHES = re.compile("[‐‑‒–—−]")


def document_kind(
    data: bytes,
) -> Literal["html", "xml", "text", "pdf", "instance", "companyfacts"]:
    """instance by its root element; pdf by its first line; html where any HTML tag stands near the
    start or at large; xml for data; else text.
    """
    if b"<" not in data and b"%PDF-" not in data[:1024] and not data.startswith(MARK):
        return "text"
    head = data[:20000]
    if data.startswith(MARK):
        return "companyfacts"
    if _INSTANCE.match(data[:65536]):
        return "instance"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if _SUBSET.match(data):
        return "html"
    if _XML.match(data) and not re.search(rb"<(?:\w+:)?html\b", head, re.I):
        return "xml"
    if _SHELL.match(data):
        return "html"  # text of the 1990s, whose last tag says where it ends
    if _HTML_ONLY.search(head) or _HTML_ONLY.search(data[len(data) // 2 : len(data) // 2 + 20000]):
        return "html"
    if _HTML.search(head) and not _RULED.search(data[:400_000]):
        return "html" if b"<" in head and not _mostly_text(data) else "text"
    return "text"


def _mostly_text(data: bytes) -> bool:
    """Text-era files use <TABLE>, <PAGE>, <S> and <C> and are no HTML for it."""
    sample = data[:200_000]
    tags = len(re.findall(rb"</?(?:p|div|td|tr|font|b|br|a|center)\b", sample, re.I))
    return tags * 400 < len(sample)


def pre_shell(data: bytes) -> bytes | None:
    """The text inside a shell of HTML around `<PRE>`, as filings had it before 2002, or None."""
    if b"<pre" not in data[:4_000_000].lower():
        return None
    inside = b"\n".join(m[1] for m in _PRE.finditer(data))
    if len(inside) * 10 < len(data) * 7 or len(re.findall(rb"<t[dr]\b", inside, re.I)) > 20:
        return None
    ruled = re.sub(
        rb"</?(?!TABLE|CAPTION|S>|C>|PAGE|FN)[a-zA-Z][^<>]{0,400}>", b"", inside, flags=re.I
    )
    return html.unescape(decode(ruled)[0]).encode("utf-8", "replace")


def form_of(
    doc_type: str, form: str | None, dei: Mapping[str, str], blocks: Sequence[Block]
) -> str:
    """The form of one document: its own type, its cover facts, its cover's words, its file.

    An exhibit has its own type and so no items, whatever form it came with.
    """
    if doc_type:
        return _dashed(doc_type)
    if dei.get("DocumentType"):
        return dei["DocumentType"].upper()
    for block in blocks[:3]:
        exhibit = _EXHIBIT.match(block.text)
        if exhibit:
            return f"EX-{exhibit[1].upper()}"
    for block in blocks[:40]:
        found = cover_line(block.text)
        if found:
            return _NAME.sub(r"\1-\2", re.sub(r"\s", "", found[1])).upper()
    return _dashed(form or "")


def _dashed(form: str) -> str:
    """A form's name as EDGAR has it, where a table or a folder writes "8k" or "10Q/A"."""
    return _UNDASHED.sub(r"\1-\2", form.strip().upper())


def cover_line(text: str) -> re.Match[str] | None:
    """`FORM 10-K` as a line of its own, or one that says little more: not a sentence with it."""
    lines = _DASHES.sub("-", text[:4000]).split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.strip().upper() == "FORM":  # and its name on the next line
            line = f"{line} {following}"
        found = _COVER.search(line)
        if found and len(line) < 100 and (found.start() < 3 or len(line) < 60):
            return found
    return None
