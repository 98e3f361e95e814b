"""Plain-text filings (before about 2001) to blocks: page marks, ruled tables, reflowed paragraphs.

Lines are set for a printer: a paragraph is joined into one line, a table keeps its columns. Where
`<S>` and `<C>` rule the columns the table becomes a grid; where only spaces do, its lines stand as
they are. A hyphen at a line's end stays unless the document has the word without it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from qhdata.extract.blocks import Block
from qhdata.extract.double_spaced import closed_up
from qhdata.extract.item_lines import below_part
from qhdata.extract.ruler import ruled_table

_PAGE = re.compile(r"<PAGE>(?:\s*\S{1,8}\s*$)?", re.I)
_PAGE_BEHIND = re.compile(r"^(.*\S)\s*<PAGE>$", re.I)
_TABLE = re.compile(r"</?TABLE>", re.I)
_STRAY = re.compile(r"</?(?:CAPTION|S|C|FN|F\d+|R)>", re.I)
_GAP = re.compile(r"\S(?:\s{3,}|\t)\S")
_PIECE = re.compile(r"\S+(?: \S+)*")
"""What stands between two gaps of a line."""
_FIGURE = re.compile(r"[($ ]*(?:-?[\d,]*\.?\d+|--?|N/A)[)% ]*(?:\(\w\))?")
_SIGN = re.compile(r"[($ ]+")
LONGEST_FIGURE = 40
"""Characters of a number in a column, at most: a line may have no end."""
_DOTS = re.compile(r"\.{4,}|(?:\. ){4,}")
_RULE = re.compile(r"^[\s\-=_*~.]+$")
_ITEM = re.compile(
    r"^\s*(?:PART\s+[IV]+\b|ITEMS?\s+(?:\d{1,2}[A-C]?\b|\d\.\d\d|[IVX]{1,5}\b"
    r"|(?:ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN|ELEVEN|TWELVE|\w{3,5}TEEN)\b))",
    re.I,
)
_UNDERLINE = re.compile(r"^\s*[-=_]{3,}\s*$")
_BULLET = re.compile(r"^\s*(?:[-*•o]|\(?[a-z0-9]{1,3}[.)])\s+\S", re.I)
TAIL = 100
"""Characters before a line's end that decide how the next line joins it."""
CENTERED = 12
"""Blanks before a line from which on it is set in the middle."""
PAGE = 79
"""Characters of a printer's line."""
LABEL = 30
"""Characters that a line of a label may always have."""
WIDTH = 55
"""Lines shorter than this on the whole are set by hand (addresses, titles) and keep their ends."""


def text_blocks(text: str) -> list[Block]:
    """Blocks of one plain text, in reading order."""
    lines = text.expandtabs(8).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    words: set[str] = set()
    out: list[Block] = []
    group: list[str] = []
    table: list[str] | None = None

    def flush() -> None:
        if group:
            out.extend(_group(group, words, text))
            group.clear()

    for line in closed_up(list(_marks_apart(lines))):
        line = line.rstrip()
        page = "<" in line and _PAGE.match(line.strip())
        if page:
            if table is None:
                flush()
                out.append(Block("break"))
            line = line.replace(page[0], "").strip()
            if not line:
                continue
        if "<" in line:
            mark = _TABLE.search(line)
            if mark and mark[0][1] != "/":
                flush()
                if table:
                    out.extend(_table(table, words, text))
                table = []
                line = _TABLE.sub("", line)
                if not line.strip():
                    continue
            elif mark:
                if table is not None:
                    table.append(_TABLE.sub("", line))
                    out.extend(_table(table, words, text))
                    table = None
                    continue
                line = _TABLE.sub("", line)
        if table is not None:
            table.append(line)
        elif not line.strip():
            flush()
        else:
            group.append(_STRAY.sub("", line))
    flush()
    if table:
        out.extend(_table(table, words, text))
    return out


def _marks_apart(lines: Iterable[str]) -> Iterator[str]:
    """Lines with a page's mark behind its number ("-1-<PAGE>") on a line of its own."""
    for line in lines:
        behind = _PAGE_BEHIND.match(line.rstrip()) if line.rstrip()[-1:] == ">" else None
        if behind:
            yield from ("", behind[1]) if len(behind[1].strip()) <= 8 else (behind[1],)
            yield "<PAGE>"
        else:
            yield line


def _table(lines: list[str], words: set[str], text: str) -> Iterator[Block]:
    """A marked table: by its ruler where it has one, else group by group."""
    made = ruled_table(lines)
    if made is not None:
        yield from made[0]
        lines = made[1]
    group: list[str] = []
    for line in [*lines, ""]:
        line = _STRAY.sub("", line).rstrip()
        if line.strip():
            group.append(line)
        elif group:
            yield from _group(group, words, text)
            group = []


def _group(lines: list[str], words: set[str], text: str) -> Iterator[Block]:
    """Lines between two blank ones. One that is underlined by itself heads what follows."""
    at = 0
    while (under := _underlined(lines, at)) is not None:
        if under > at:
            yield from _plain_group(lines[at:under], words, text)
        heading = Block("text", " ".join(lines[under].split()))
        heading.bold, heading.center = True, _indent(lines[under]) >= CENTERED
        yield heading
        at = under + 2
    yield from _plain_group(lines[at:], words, text)


def _plain_group(lines: list[str], words: set[str], text: str) -> Iterator[Block]:
    """The same without such headings."""
    lines = [line for line in lines if not _RULE.match(line)] or []
    if not lines:
        return
    if below := below_part(lines):
        yield from _plain_group(lines[:below], words, text)
        yield from _plain_group(lines[below:], words, text)
        return
    if _ITEM.match(lines[0]) and len(lines) > 1 and not _tabular(lines):
        n = 1
        while n < min(len(lines), 3) and lines[0].isupper() and lines[n].isupper():
            n += 1
        yield _titled(Block("text", " ".join(" ".join(lines[:n]).split())), lines[:n])
        lines = lines[n:]
        if not lines:
            return
    if _hangs(lines):
        yield from _paragraph(lines, words, text)
        return
    if _tabular(lines) or _wraps_labels(lines):
        yield _kept(lines)
        return
    for part in _split(lines):
        yield from _paragraph(part, words, text)


def _underlined(lines: Sequence[str], at: int) -> int | None:
    """The first line of words, from line `at` on, with a rule of its own length below it."""
    for n in range(at, len(lines) - 1):
        line, below = lines[n], lines[n + 1]
        if (
            _UNDERLINE.match(below)
            and abs(len(line.strip()) - len(below.strip())) <= 2
            and abs(_indent(line) - _indent(below)) <= 2
            and sum(c.isalpha() for c in line) >= 4
            and not _GAP.search(line.strip())
            and "@" not in line
            and not "".join(lines[n + 2 : n + 3]).lstrip().startswith("(")
        ):
            return n
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _tabular(lines: Sequence[str]) -> bool:
    gaps = sum(bool(_GAP.search(line.strip()) or _DOTS.search(line)) for line in lines)
    return gaps * 2 >= len(lines) and (len(lines) > 1 or bool(_GAP.search(lines[0].strip())))


def _hangs(lines: Sequence[str]) -> bool:
    """A name or a number, and beside it lines that begin at one place: what a speaker says."""
    indent = {_indent(line) for line in lines[1:]}
    if len(indent) != 1:
        return False
    (at,) = indent
    first = lines[0]
    return (
        at >= 3
        and first[at - 2 : at].isspace()
        and first[:at].strip() != ""
        and first[at : at + 1].strip() != ""
        and "   " not in first[at:]
        and all(len(line.rstrip()) >= max(WIDTH, at + LABEL) for line in lines[:-1])
        and "/s/" not in first.lower()
        and not any(_GAP.search(line.strip()) or _DOTS.search(line) for line in lines[1:])
    )


def _wraps_labels(lines: Sequence[str]) -> bool:
    """Rows of figures whose labels take several lines, each inside the column of labels."""
    if len(lines) < 2:
        return False
    begin = [_figures(line) for line in lines]
    rows = [at for at in begin if at is not None]
    if not rows:
        return False
    edge = max(LABEL, min(rows) + 4)
    return all(
        len(line.rstrip()) <= edge or _indent(line) >= CENTERED
        or at is not None or _GAP.search(line.strip())
        for line, at in zip(lines, begin, strict=True)
    )  # fmt: skip


def _figures(line: str) -> int | None:
    """Where two numbers and more in columns at a line's end begin."""
    count, at = 0, None
    for piece in reversed(list(_PIECE.finditer(line))):
        number = len(piece[0]) <= LONGEST_FIGURE and _FIGURE.fullmatch(piece[0])
        if not number and not _SIGN.fullmatch(piece[0]):
            break
        count += bool(number)
        at = piece.start()
    return at if count > 1 else None


def _kept(lines: Sequence[str]) -> Block:
    """Lines as they stand, less the indent that they share."""
    indent = min(_indent(line) for line in lines)
    return Block("pre", "\n".join(line[indent:].rstrip() for line in lines))


def _split(lines: Sequence[str]) -> Iterator[list[str]]:
    """Paragraphs that only an indent or a bullet sets apart."""
    part: list[str] = []
    base = min(_indent(line) for line in lines)
    for line in lines:
        indent = _indent(line)
        fresh = indent >= base + 3 and part and len(part[-1].strip()) and _is_body(part)
        if part and (fresh or (_BULLET.match(line) and indent <= base + 8 and _is_body(part))):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _is_body(part: Sequence[str]) -> bool:
    last = part[-1].strip()
    return last.endswith((".", ":", ";", '"', ")")) or len(last) < WIDTH


def _paragraph(lines: Sequence[str], words: set[str], text: str) -> Iterator[Block]:
    stripped = [" ".join(line.split()) for line in lines]
    full = [a for a, b in itertools.pairwise(lines) if _is_full(a, b)]
    if len(lines) > 1 and len(full) * 2 < len(lines) - 1:
        if len(lines) == 2 and all(x.isupper() and _indent(x) >= CENTERED for x in lines):
            # a filer's name and the name of what follows
            yield from (
                _titled(Block("text", s), [x]) for s, x in zip(stripped, lines, strict=True)
            )
            return
        yield _titled(Block("text", "\n".join(stripped)), lines)
        return
    pieces, tail = [stripped[0]], stripped[0]
    for line in stripped[1:]:
        seam = _seam(tail, line, words, text)
        if seam == "cut":
            pieces[-1], tail = pieces[-1][:-1], tail[:-1]
        piece = line if seam else f" {line}"
        pieces.append(piece)
        tail = (tail + piece)[-TAIL:]
    yield _titled(Block("text", "".join(pieces)), lines)


def _is_full(line: str, below: str) -> bool:
    """Whether a line reaches the right edge because its sentence goes on, and is not set in the
    middle, as a cover's lines are.
    """
    end = len(line.rstrip())
    middle = _indent(line) >= CENTERED and abs(PAGE - end - _indent(line)) <= 8
    return end >= WIDTH and (not middle or below.lstrip()[:1].islower())


def _titled(block: Block, lines: Sequence[str]) -> Block:
    block.bold = len(block.text) < 120 and block.text.isupper()  # of letters, one at least
    indents = [_indent(line) for line in lines]
    block.center = min(indents) >= CENTERED and not _set_in(lines)
    return block


def _set_in(lines: Sequence[str]) -> bool:
    """Lines of several lengths that begin at one place far to the right: what a speaker says."""
    ends = [len(line.rstrip()) for line in lines]
    return len({_indent(line) for line in lines}) == 1 and max(ends) - min(ends) > 2


def _seam(left: str, right: str, words: set[str], text: str) -> Literal["", "join", "cut"]:
    """How two lines meet: with a space, joined at the hyphen, or with the hyphen cut."""
    if not left.endswith("-") or left.endswith("--") or not right[:1].islower():
        return ""
    if not words:
        words.update(re.findall(r"[a-z]{4,}", text.lower()))
        words.add("")
    head = re.search(r"([A-Za-z]+)-$", left)
    tail = re.match(r"[a-z]+", right)
    return "cut" if head and tail and (head[1] + tail[0]).lower() in words else "join"
