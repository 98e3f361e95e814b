"""Web pages to text: WARC through datatrove's reader, HTML through trafilatura.

trafilatura's own `deduplicate` stays off: it remembers pages, so that a page's text would depend on
which came before.
"""

from __future__ import annotations

import gzip
import importlib.util
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qhdata.errors import MissingExtra, UserError
from qhdata.readers.sniff import sniff

_NEEDS = ("datatrove", "warcio", "cchardet", "magic")
_ODD = (AttributeError, KeyError, ValueError)
"""What warcio and datatrove raise over heads of records that are cut or lack a name."""
MOST_CHARS = 8 << 20
"""Of a page; a larger one is a dump, and its tree would take gigabytes."""


@dataclass(frozen=True, slots=True)
class WebPage:
    """One record of a crawl."""

    number: int
    url: str
    text: str
    plain: bool
    """The crawl's own text (WET), not HTML."""


def main_text(html: str) -> str:
    """The text of a page without menus and footers, tables as rows; "" where there is none.

    Raises MissingExtra where trafilatura cannot be imported.
    """
    try:
        import trafilatura
    except ImportError as error:  # since 2.0 lxml alone is not enough: lxml_html_clean
        raise MissingExtra(
            what=f"trafilatura cannot be imported: {str(error).splitlines()[0]}",
            where="HTML pages",
            mend="pip install 'qhdata[corpus]'",
        ) from None
    if len(html) > MOST_CHARS:
        return ""
    found = trafilatura.extract(
        html, include_comments=False, include_tables=True, deduplicate=False, fast=True
    )
    return found or ""


def warc_pages(path: Path) -> Iterator[WebPage]:
    """Pages of a WARC or WET file. Raises MissingExtra where datatrove cannot read one."""
    missing = [module for module in _NEEDS if importlib.util.find_spec(module) is None]
    mend = "pip install 'qhdata[warc]'"
    if missing:
        what = f"reading WARC needs {', '.join(missing)}"
        raise MissingExtra(what=what, where=str(path), mend=mend)
    try:
        import magic  # noqa: F401 - it fails where the C library is absent
        from datatrove.pipeline.readers import WarcReader
        from warcio.exceptions import ArchiveLoadFailed

        reader = WarcReader(str(path.parent.resolve()))
    except ImportError as error:
        what = f"reading WARC needs more: {str(error).splitlines()[0]}"
        raise MissingExtra(
            what=what, where=str(path), mend=f"{mend}; apt install libmagic1"
        ) from None
    number = 0
    try:
        for number, document in enumerate(reader.read_file(path.name), 1):
            plain = sniff(document.text[:65536].encode("utf-8", "replace")) != "html"
            url = str(document.metadata.get("url") or "")
            yield WebPage(number, url, document.text, plain)
        _refuse_cut(path, number)
    except (OSError, EOFError, zlib.error, ArchiveLoadFailed, *_ODD) as error:
        raise UserError(
            what=f"is no WARC file, or breaks off: {(str(error).splitlines() or [''])[0][:120]}",
            where=str(path),
            mend="fetch it again",
        ) from None


def _refuse_cut(path: Path, pages: int) -> None:
    """Raise EOFError where warcio ends without a word: at a gzip that breaks off in the first block
    that it reads, and inside the last record of what is not packed.
    """
    with path.open("rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
        handle.seek(-min(4, handle.seek(0, 2)), 2)
        if not packed and handle.read() != b"\r\n\r\n":
            raise EOFError("the last record is cut")
    if packed and not pages:
        with gzip.open(path) as unpacked:
            while unpacked.read(1 << 20):
                pass
