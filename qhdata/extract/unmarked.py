"""Pages of a Chinese report in HTML that marks none: found by the running lines that they left.

Reports turned from PDF to HTML keep the filer's name and the lines below it at the top of every
page, and say nowhere that a page begins. Where one line with the filer's name stands ten times and
more, it and what always stands beside it is a page's head: a break takes its place, once it has
been said. Some of these files also make every line a paragraph; lines of one full width are joined
where a sentence goes on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from qhdata.extract.blocks import Block, joined

OFTEN = 10
"""Times that a line stands in a document before it may be a page's head."""
LONGEST = 60
"""Characters of such a line at most."""
BESIDE = 4
"""Blocks on either side of the filer's name that may belong to a page's head."""
LINES = 100
"""Lines of one full width in a document before its paragraphs are lines."""
AROUND, SAME = 15, 4
"""Blocks on either side in which so many lines of one width say how wide a full one is there."""
SLACK = 2.5
"""How much shorter or longer a full line may be, in characters of full width."""

_HAN = re.compile("[\u4e00-\u9fff]")
_FILER = re.compile(r"公司(?:\d{4}年?(?:年度|半年度|第[一三]季度)报告(?:全文)?)?$")
_SAID = re.compile(r"适用|^\W*[是否无有]|说明\W*$|^\W*单位|^[\d年月日\s/]+$|^\W*注|[。；：，！？]$")
_PAGE = re.compile(r"^\d{1,3}\s*/\s*\d{1,3}$|^[-–—]\s*\d{1,3}\s*[-–—]$")
_OPEN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9，、）》”(（]$")
_FIGURES = re.compile(r"[\d)\-]\s+[\d(\-]")
"""Two numbers side by side: a row of a table that is none any more."""
_GOES_ON = re.compile(
    r"^(?![一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|第[一二三四五六七八九十]+[章节条]"
    r"|\d{1,2}[.、．]\D|注|项目|“[^”]{1,24}”\s*指)[\u4e00-\u9fff“（《\d]"
)


def mark_pages(blocks: list[Block]) -> tuple[list[Block], int]:
    """(blocks with breaks for the heads of pages, how many lines of such heads were cut)."""
    if any(b.kind == "break" for b in blocks):
        return blocks, 0
    texts = ["" if b.grid is not None or len(b.text) > LONGEST else b.text for b in blocks]
    counts = Counter(t for t in texts if t and not _SAID.search(t))
    anchors = {t for t, n in counts.items() if n >= OFTEN and _FILER.search(t)}
    places = [n for n, t in enumerate(texts) if t in anchors]
    if not places:
        return blocks, 0
    head = _head(texts, places, counts) | anchors
    out: list[Block] = []
    said: set[str] = set()
    cut, inside = 0, False
    for block, text in zip(blocks, texts, strict=True):
        page = bool(_PAGE.match(text))
        if (text in head and text in said) or page:
            cut += 1
            if not inside:
                out.append(Block("break"))
            inside = True
            continue
        if text in head:
            said.add(text)
        inside = False
        out.append(block)
    return out, cut


def _head(texts: list[str], places: list[int], counts: Counter[str]) -> set[str]:
    """Lines that hardly stand elsewhere than beside the filer's name, with such lines between: what
    stands above the last row of a table that a page cut is half of a label.
    """
    head = set(counts)
    while True:
        near = {m for n in places for step in (-1, 1) for m in _beside(texts, n, step, head)}
        said = Counter(texts[m] for m in near)
        found = {t for t, n in said.items() if n >= OFTEN and n * 10 >= 8 * counts[t] > 0}
        if found == head:
            return head
        head = found


def _beside(texts: list[str], n: int, step: int, head: set[str]) -> Iterator[int]:
    """Blocks beside a filer's name on one side, up to the first that is no line of a head."""
    yield n
    for m in range(n + step, n + step * (BESIDE + 1), step):
        if not 0 <= m < len(texts) or not (texts[m] in head or _PAGE.match(texts[m])):
            return
        yield m


def join_lines(blocks: list[Block]) -> tuple[list[Block], int]:
    """(blocks whose lines of one width are paragraphs, how many were joined)."""
    widths = Counter(
        round(_width(b.text)) for b in blocks
        if b.kind == "text" and 24 <= len(b.text) <= 80 and _OPEN.search(b.text)
        and _HAN.search(b.text)
    )  # fmt: skip
    full = max(widths, key=lambda w: (widths[w], w), default=0)
    if sum(n for w, n in widths.items() if abs(w - full) <= SLACK) < LINES:
        return blocks, 0
    lines = [_width(b.text) if _is_line(b) else 0.0 for b in blocks]
    out: list[Block] = []
    count, last = 0, ""
    for n, block in enumerate(blocks):
        before = out[-1] if out else None
        text = block.text
        if (
            before is not None and before.kind == block.kind == "text"
            and not (before.broken or block.broken)
            and abs(_width(last) - _full(lines, n, full)) <= SLACK
            and _OPEN.search(last)
            and not _FIGURES.search(last)
            and _GOES_ON.match(text)
        ):  # fmt: skip
            out[-1] = joined([before, block], "")
            count += 1
        else:
            out.append(block)
        last = text
    return out, count


def _is_line(block: Block) -> bool:
    text = block.text
    plain = block.kind == "text" and len(text) <= 80
    return plain and bool(_OPEN.search(text)) and not _FIGURES.search(text)


def _full(lines: list[float], n: int, most: float) -> float:
    """How wide a full line is around the n-th: an auditor's report is set narrower than others."""
    near = sorted(lines[max(0, n - AROUND) : n + AROUND], reverse=True)
    for a, b in zip(near, near[SAME - 1 :], strict=False):
        if a - b <= SLACK and b >= 24:
            return min(most, (a + b) / 2)
    return most


def _width(text: str) -> float:
    """In characters of full width."""
    return sum(0.5 if c < "\u2000" else 1.0 for c in text)
