"""PDF bytes to blocks: pages in order, tables by their rules or columns, lines to paragraphs.

pdfium says which character stands where; everything else is ours. A page that holds a picture and
no text is a scan: a document of scans is refused, because recognising characters is not reading
them. Page numbers and running lines go the way of all others (page_furniture), tables and sentences
that a page cut in two are joined by seams.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qhdata.errors import RowError
from qhdata.extract.blocks import Block
from qhdata.extract.cells import is_value
from qhdata.extract.characters import without_controls
from qhdata.extract.drawn import Drawn
from qhdata.extract.grid import build, rows_of
from qhdata.extract.limits import Limits, above
from qhdata.extract.markdown import markdown
from qhdata.extract.pdf_cells import Across
from qhdata.extract.pdf_columns import Part, parts_of
from qhdata.extract.pdf_file import open_pdf, page_of, unlocked
from qhdata.extract.pdf_legible import UNREADABLE, scans
from qhdata.extract.pdf_page import Line, Piece, Read, lines_of
from qhdata.extract.pdf_ruled import ruled_tables
from qhdata.extract.pdf_streams import check_streams
from qhdata.extract.pdf_tables import aligned_tables
from qhdata.extract.placed import Raw, place

SCANNED = 0.5
"""Share of pages without text above which a document is a scan."""
_TITLE = re.compile(r"[A-Za-z]{2,} .*[A-Za-z]{2,}|[\u4e00-\u9fff]{3,}")
_OPEN = re.compile(r"[\u4e00-\u9fff，、）》”]$")
_TAKES_UP = re.compile(
    r"^(?!第[一二三四五六七八九十]+[节章]|[一二三四五六七八九十]+、)[\u4e00-\u9fff（《“]"
)
_STOPS_OPEN = re.compile(r"[a-z,]$")
_LOWER = re.compile(r"[a-z]{2}")
_MARK = re.compile(
    r"[●•·○▪■◦–—*-]$|[(（]?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[)）.](?:\W|$)|.{1,12}[–—-]$"
)
"""What stands apart before the first line of an item; its other lines stand below the text."""
CHINESE_LEADING = 1.3
"""Gap between two lines of one Chinese paragraph, at most, in heights of a line."""
PROSE = 120
"""Characters a cell on average above which a frame without numbers holds prose."""
_WORD = re.compile(r"[a-z]{2,}")
_TAIL = re.compile(r"([A-Za-z]{2,})-$")
LEADING = 0.75
"""Gap between two lines of one paragraph, at most, in heights of a line."""


@dataclass(slots=True)
class PdfParsed:
    """What one PDF gave."""

    blocks: list[Block]
    title: str
    notes: dict[str, int] = field(default_factory=dict)


def parse_pdf(data: bytes, limits: Limits) -> PdfParsed:
    """Blocks of one PDF.

    Raises RowError: too_large, pdf_needs_extra, encrypted_pdf, damaged_pdf, too_many_pages,
    scanned_pdf, unreadable_pdf.
    """
    if len(data) > limits.max_bytes:
        raise above(
            "too_large", f"{len(data)} bytes of PDF, at most {limits.max_bytes}", "max_bytes"
        )
    streams = check_streams(data)
    document = open_pdf(data)
    try:
        if b"/Encrypt" in data:
            streams = check_streams(unlocked(document))
        pages = len(document)
        if pages > limits.max_pages:
            raise above("too_many_pages", f"{pages} pages, at most {limits.max_pages}", "max_pages")
        blocks: list[Block] = []
        words: set[str] = set()
        empty = characters = unmapped = 0
        covered: list[str | None] = []
        for number in range(pages):
            read = page_of(document, number, words)
            found = list(_page(read, number, words))
            empty += not found and not read.unmapped
            characters += read.characters
            unmapped += read.unmapped
            covered.append("".join(p.text for p in read.pieces) if read.covered else None)
            blocks += found
            blocks.append(Block("break"))
        if unmapped > UNREADABLE * characters:
            raise RowError(
                "unreadable_pdf",
                f"the fonts of {unmapped} of {characters} characters do not say what they show;"
                " recognise it first (OCR)",
            )
        stamped = scans(covered)
        if not pages or empty + stamped > SCANNED * pages:
            found_no = f"{empty + stamped} of {pages} pages hold no text"
            if stamped:
                found_no += " but stamps"
            raise RowError("scanned_pdf", f"{found_no}; recognise it first (OCR)")
        title = " ".join(str(document.get_metadata_value("Title") or "").split())
        if not _TITLE.search(title):
            title = ""  # an accession or the name of the file that was printed
    finally:
        document.close()
    notes = {"pages": pages, "pages_without_text": empty + stamped}
    if unmapped:
        notes["characters_unreadable"] = unmapped
    if streams.pages > pages:  # a page tree that lost a branch, or pages that an edit took out
        notes["pages_unreached"] = streams.pages - pages
    if streams.unfinished:
        notes["streams_unfinished"] = streams.unfinished
    return PdfParsed(blocks, title, notes)


def _page(read: Read, number: int, words: set[str]) -> Iterator[Block]:
    """Blocks of one page. words: those of the pages before; this page's are added."""
    pieces, rules, width = read.pieces, read.rules, read.width
    for piece in pieces:
        piece.text = without_controls(piece.text)
        words.update(_WORD.findall(piece.text.lower()))
    ruled = ruled_tables(pieces, rules)
    taken = {one for table in ruled for one in table.taken}
    left = min((p.left for p in pieces), default=0.0)
    right = max((p.right for p in pieces), default=width)
    where = f"page {number + 1}"
    for part in parts_of([p for p in pieces if id(p) not in taken], ruled):
        sheet = _Sheet(where, width, left, right, words, rules.across)
        if part.column:
            sheet = _column(part, sheet)
        blocks = list(_part(part, sheet))
        if part.goes_on and blocks:
            blocks[0].broken = True  # a column's end cuts sentences as a page's end does
        yield from blocks


def _column(part: Part, sheet: _Sheet) -> _Sheet:
    """A column as a page of its own: its pieces move to where a page's would stand."""
    for piece in part.pieces:
        piece.left -= part.left
        piece.right -= part.left
    filled = part.right - part.left
    across = [(y, a - part.left, b - part.left) for y, a, b in sheet.across]
    return _Sheet(sheet.where, 1.1 * filled, 0.0, filled, sheet.words, across)


def _part(part: Part, sheet: _Sheet) -> Iterator[Block]:
    rest = lines_of(part.pieces)
    for table in sorted(part.tables, key=lambda t: t.top):
        above = [line for line in rest if line.top < table.top]
        yield from _between_tables(above, sheet)
        rest = rest[len(above) :]
        yield from _table(rows_of(table.drawn), sheet.where, table.drawn)
    yield from _between_tables(rest, sheet)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page: its name, its width, what its text fills of it; words of the document so far; rules
    that are drawn across it."""

    where: str
    width: float
    left: float
    right: float
    words: set[str]
    across: Across


def _between_tables(lines: list[Line], sheet: _Sheet) -> Iterator[Block]:
    """Lines outside of drawn tables: aligned tables and paragraphs."""
    at = 0
    for first, end, rows in aligned_tables(lines, sheet.width, sheet.across):
        yield from _paragraphs(lines[at:first], sheet)
        yield from _table(rows, sheet.where)
        at = end
    yield from _paragraphs(lines[at:], sheet)


def _table(rows: list[list[Raw]], where: str, drawn: Drawn | None = None) -> Iterator[Block]:
    """A table, or its words as paragraphs where it is none: one column, or prose in a frame."""
    placed = place(rows)
    filled = [cell for row in placed for cell in row]
    length = sum(len(cell.text) for cell in filled)
    prose = not any(is_value(c.text) for c in filled) and length > PROSE * len(filled)
    grid = build(placed) if len(placed) > 1 and not prose else None
    if grid is None or grid.columns < 2:
        for row in placed:
            yield Block("text", " ".join(cell.text for cell in row))
        return
    grid.path, grid.drawn = where, drawn
    for caption in grid.captions:
        yield Block("text", caption.text)
    block = Block("table")
    block.grid = grid
    block.path = where
    markdown(grid, block)
    yield block


def _paragraphs(lines: Sequence[Line], sheet: _Sheet) -> Iterator[Block]:
    """Lines that follow one another closely, in one type, and fill the page, are a paragraph."""
    part: list[Line] = []
    for line in lines:
        if part and not _follows(part[-1], line, sheet):
            yield _paragraph(part, sheet.words)
            part = []
        part.append(line)
    if part:
        yield _paragraph(part, sheet.words)


def _follows(above: Line, line: Line, sheet: _Sheet) -> bool:
    tall = max(1.0, above.bottom - above.top)
    if abs((line.bottom - line.top) - tall) > 0.2 * tall:
        return False
    marked = len(above.pieces) == 2 and _MARK.match(above.pieces[0].text) is not None
    if len(above.pieces) > 1 + marked or len(line.pieces) > 1:
        return False
    text, left = above.pieces[-1], line.pieces[0].left
    if marked and abs(left - text.left) > 0.6 * tall:
        return False
    if not marked and _goes_on_in_chinese(above.pieces[0], line.pieces[0], sheet):
        return line.top - above.bottom < CHINESE_LEADING * tall
    if line.top - above.bottom > LEADING * tall:
        return False
    full = text.right > sheet.right - 0.16 * (sheet.right - sheet.left)
    indented = left > text.left + 1.2 * tall and not (
        _STOPS_OPEN.search(text.text) and _LOWER.match(line.pieces[0].text)
    )  # the lines of "(a) The fair value of" hang below its text
    return full and not indented and not line.pieces[0].text.startswith(("•", "·", "●", "-  "))


def _goes_on_in_chinese(above: Piece, line: Piece, sheet: _Sheet) -> bool:
    """Whether a line that is full to its last character stops in a sentence, which the next may
    take up further right: the text of a numbered heading hangs.
    """
    tall = above.height
    return (
        above.right > sheet.right - 2.2 * tall
        and _OPEN.search(above.text) is not None
        and _TAKES_UP.match(line.text) is not None
        and line.left < above.left + 2.5 * tall
    )


def _paragraph(lines: Sequence[Line], known: set[str]) -> Block:
    text = ""
    for line in lines:
        words = "   ".join(p.text for p in line.pieces) if len(lines) == 1 else _said(line.pieces)
        tail, head = _TAIL.search(text), _WORD.match(words)
        if tail and head:
            # "long-" and "term" keep their hyphen; "require-" and "ments" are a word of the text.
            whole = f"{tail[1]}{head[0]}".lower()
            text = f"{text[:-1] if whole in known else text}{words}"
        else:
            text = f"{text}{_seam(text, words)}{words}"
    block = Block("text", " ".join(text.split()))
    block.size = max(line.bottom - line.top for line in lines)
    return block


def _said(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in pieces)


def _seam(left: str, right: str) -> str:
    if not left:
        return ""
    wide = "\u2e80" <= left[-1] <= "\uffef" and "\u2e80" <= right[:1] <= "\uffef"
    return "" if wide else " "
