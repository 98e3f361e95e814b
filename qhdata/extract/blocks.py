"""Block: a paragraph, list item, table or page break on its way to text. Sink: collects them.

Offsets travel with text: a mark is (offset, code), where code 2n opens and 2n+1 closes fact n.
Whitespace is collapsed as pieces arrive, so an offset is right the moment it is written. A mark
that opens where there is no text yet waits for the next letter, so that a span begins on what it
shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qhdata.extract.grid import Grid

Mark = tuple[int, int]
EXCLUDED = 1 << 40
"""Marks of pieces that `ix:exclude` takes out of facts are numbered from here on."""


class Block:
    """One piece of a document in reading order."""

    __slots__ = (
        "anchors", "bold", "broken", "center", "grid", "kind", "level", "links", "marks", "order",
        "page", "path", "size", "text",
    )  # fmt: skip

    def __init__(self, kind: str, text: str = "", marks: list[Mark] | None = None) -> None:
        self.kind = kind
        """text | list | table | pre | break (a page ends here) | rule (a line across)."""
        self.text = text
        self.marks: list[Mark] = marks or []
        self.level = 0
        """1 to 6 for a heading, else 0."""
        self.bold = False
        self.center = False
        self.size = 0.0
        self.anchors: list[str] = []
        """Names that links may point to, in this block or just before it."""
        self.links: list[tuple[int, str]] = []
        """(offset, name) of links inside the document."""
        self.grid: Grid | None = None
        self.path = ""
        """Where it stood in the original."""
        self.broken = False
        """Whether a page ended just before it."""
        self.page = ""
        """The number printed on its page, such as `22` or `F-4`; "" where none is."""


class Sink:
    """Collects text pieces into blocks."""

    __slots__ = (
        "anchors", "blocks", "bold_chars", "center", "gap", "length", "level", "links", "marks",
        "parts", "pending", "prefix", "size",
    )  # fmt: skip

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.length = 0
        self.gap = 0
        """What stands between the last piece and the next: 0 nothing, 1 a space, 2 a line end."""
        self.marks: list[Mark] = []
        self.pending: list[int] = []
        self.bold_chars = 0
        self.size = 0.0
        self.center = False
        self.level = 0
        self.prefix = ""
        self.anchors: list[str] = []
        self.links: list[tuple[int, str]] = []

    def add(self, text: str, bold: bool, size: float) -> None:
        """Append a piece of running text."""
        words = text.split()
        if not words:
            if text and not self.gap:
                self.gap = 1
            return
        start = self.length
        if start:
            if self.gap == 2:
                self.parts.append("\n")
                self.length += 1
            elif self.gap or text[0].isspace():
                self.parts.append(" ")
                self.length += 1
        if self.pending:
            self.marks.extend([(self.length, code) for code in self.pending])
            self.pending.clear()
        piece = " ".join(words) if len(words) > 1 else words[0]
        n = len(piece)
        self.parts.append(piece)
        self.length += n
        if bold:
            self.bold_chars += self.length - start
        if size > self.size:
            self.size = size
        self.gap = 1 if text[-1].isspace() else 0

    def line_break(self) -> None:
        """A `<br>`: one ends a line, two end the paragraph."""
        if self.gap == 2:
            self.flush()
        elif self.length:
            self.gap = 2

    def space(self) -> None:
        """A gap that the eye sees: a space, unless a sign waits for its number."""
        if self.length and not self.gap and self.parts[-1][-1] not in "$€£¥(":
            self.gap = 1

    def part(self, piece: str, follows: str) -> None:
        """Keep struck-out text apart from what stands beside it. piece: the struck text at the
        seam; follows: the letter that comes next.

        A letter alone, struck inside of a word, is a slip of the pen, and the word stays whole.
        """
        before = self.parts[-1][-1] if self.length and not self.gap else ""
        if before.isalnum() and follows.isalnum() and (len(piece) > 1 or piece.isdigit()):
            self.gap = 1

    def open(self, code: int) -> None:
        """A mark that waits for the next letter."""
        self.pending.append(code)

    def open_here(self, code: int) -> None:
        """A mark right after the last letter: the space behind it, if any, is inside."""
        if self.length and not self.gap:
            self.marks.append((self.length, code))
        else:
            self.pending.append(code)

    def close(self, code: int) -> None:
        """A mark after the last letter; before the first it waits like an opening one."""
        if self.pending and code - 1 in self.pending:
            self.pending.append(code)
        elif self.length:
            self.marks.append((self.length, code))
        elif self.blocks:
            close_after(self.blocks[-1], code)
        else:
            self.pending.append(code)

    def link(self, name: str) -> None:
        """A link to an anchor of this document starts here."""
        self.links.append((self.length, name))

    def flush(self) -> None:
        """End the paragraph."""
        if self.length:
            block = Block("list" if self.prefix else "text", "".join(self.parts), self.marks)
            block.level = self.level
            block.bold = self.bold_chars * 10 >= self.length * 9
            block.center = self.center
            block.size = self.size
            block.links = self.links
            block.anchors = self.anchors
            if self.prefix:
                shift(block, self.prefix)
            self.prefix = ""
            self.parts, self.marks, self.links, self.anchors = [], [], [], []
            self.length = self.bold_chars = 0
            self.size = 0.0
            self.blocks.append(block)
        self.gap = 0

    def put(self, block: Block) -> None:
        """Append a finished block."""
        if self.anchors and block.kind not in ("break", "rule"):
            block.anchors = self.anchors + block.anchors
            self.anchors = []
        self.blocks.append(block)


def open_before(block: Block, codes: list[int]) -> None:
    """Put marks at the start of a block; a table keeps them when its Markdown is written anew."""
    block.marks = [(0, code) for code in codes] + block.marks
    if block.grid is not None:
        block.grid.before = codes + block.grid.before


def close_after(block: Block, code: int) -> None:
    """Put a mark at the end of a block."""
    block.marks.append((len(block.text), code))
    if block.grid is not None:
        block.grid.after.append(code)


def anchors_of(blocks: Sequence[Block]) -> dict[str, int]:
    """Name of an anchor -> number of the first block that has it."""
    anchors: dict[str, int] = {}
    for n, block in enumerate(blocks):
        for name in block.anchors:
            anchors.setdefault(name, n)
    return anchors


def shift(block: Block, prefix: str) -> None:
    """Put a prefix before a block's text; its offsets move along."""
    n = len(prefix)
    block.text = prefix + block.text
    block.marks = [(offset + n, code) for offset, code in block.marks]
    block.links = [(offset + n, name) for offset, name in block.links]


def joined(blocks: Sequence[Block], separator: str = " ") -> Block:
    """Several text blocks as one; offsets move along, bold where all are."""
    if len(blocks) == 1:
        return blocks[0]
    whole = Block("text")
    parts: list[str] = []
    length = 0
    for block in blocks:
        if parts:
            length += len(separator)
        parts.append(block.text)
        whole.marks += [(offset + length, code) for offset, code in block.marks]
        whole.links += [(offset + length, name) for offset, name in block.links]
        whole.anchors += block.anchors
        length += len(block.text)
    whole.text = separator.join(parts)
    whole.bold = all(b.bold for b in blocks)
    whole.center = all(b.center for b in blocks)
    whole.size = max((b.size for b in blocks), default=0.0)
    whole.level = min((b.level for b in blocks), default=0)
    return whole
