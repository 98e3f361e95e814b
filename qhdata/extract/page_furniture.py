"""Cut page furniture: page numbers, running headers and footers, links back to the contents.

A line is furniture when it runs (`running.py` says which do), or when it is nothing but a page's
number with nothing but furniture between it and the break. Links that say "Table of Contents" go
wherever they repeat. What is cut is counted by kind; no other text goes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qhdata.extract.blocks import Block, close_after, open_before
from qhdata.extract.continued import repeated_heads
from qhdata.extract.pages import number_pages
from qhdata.extract.running import (
    LONGEST,
    WIDE,
    Place,
    by_place,
    is_outermost,
    lines_behind,
    places_of,
    plain,
    running_lines,
)

NEAR = 6
"""Blocks to the next line of a contents list at most."""

_NUMBER = re.compile(
    r"^(?!\W*0\W*$)[\s\-–—|]*(?:page\s*)?(?:[A-Z]{1,2}[-–])?(?:\d{1,3}|[ivxl]{1,6})"
    r"(?:\s*(?:of|/)\s*\d{1,4})?[\s\-–—|]*$"
    r"|^ex(?:hibit|\.)?\s*\d{1,3}(?:\.\d{1,3})?\s*[-–]\s*\d{1,3}$",
    re.I,
)
_MARK = re.compile(r"^<PAGE>\s*(?:\d{1,4})?$", re.I)
_CONTENTS = re.compile(
    r"^(?:return to |back to )?"
    r"(?:table of contents|index to financial statements|index|contents|toc)"
    r"(?:\s*\(continued\))?$",
    re.I,
)
_ITEM = re.compile(r"^\W{0,4}(?:part\s+[iv]{1,3}\W{1,4})?items?\s{0,3}\d", re.I)
_ANSWER = re.compile(
    r"^\W*(?:none|not applicable|n/?a|nil|omitted|reserved|unknown|yes|no)\W*(?:\(continued\))?$"
    r"|^\W*[√R]?\s*(?:不?适用|是|否|无|有|其他)(?:\W|$)|^.{0,6}说明\W*$|^\W*注\W*$",
    re.I,
)
_UNIT = re.compile(
    r"^\(?.{0,60}\b(?:in|of)\s+(?:\w+ of )?(?:thousands|millions|billions)\b"
    r"|^\W*(?:金额)?单?位\s*[：:]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Running:
    """A running line that was cut, and where it ran."""

    text: str
    tables: frozenset[int]
    """Blocks by `id`: the tables from its first page to its last."""


def cut(blocks: list[Block]) -> tuple[list[Block], dict[str, int], list[Running]]:
    """(blocks without furniture and breaks, counts by kind, running lines that were cut).

    Kinds: page_number, running, continued, contents_link, and page_mark, a `<PAGE>` that HTML
    shows. Marks and anchors of what is cut move to the next block that stays. The lines are given
    back because a running header may declare the scale.
    """
    counts: Counter[str] = Counter()
    for block in blocks:
        if block.kind == "text" and not block.marks and _MARK.match(block.text):
            block.kind, block.text = "break", ""
            counts["page_mark"] += 1
    places = places_of(blocks)
    doomed: dict[int, str] = {}
    contents = [n for n, b in enumerate(blocks) if b.kind == "text" and _is_contents(b)]
    if len(contents) >= 3:
        doomed.update(dict.fromkeys(contents, "contents_link"))
    lines = []
    for n in sorted(places):
        block = blocks[n]
        if n in doomed or not block.text or block.kind not in ("text", "list", "pre"):
            continue
        if _NUMBER.match(block.text):
            doomed[n] = "page_number"
        elif not _ANSWER.match(block.text) and not (
            _UNIT.match(block.text) and _before_table(blocks, n)
        ):
            lines.append(n)
    doomed.update(dict.fromkeys(running_lines(blocks, places, lines, set(doomed)), "running"))
    wide: Mapping[int, Sequence[Place]] = places_of(blocks, WIDE) if doomed else {}
    far = [n for n in sorted(wide) if n not in places and _may_run(blocks[n])]
    doomed.update(dict.fromkeys(lines_behind(blocks, wide, far, doomed), "running"))
    doomed.update(dict.fromkeys(repeated_heads(blocks, doomed), "continued"))
    _keep_inner_numbers(places, doomed)
    _keep_edge_numbers(blocks, places, doomed)
    number_pages(blocks, {n for n, why in doomed.items() if why != "contents_link"})
    _keep_first_words(blocks, doomed)
    running = _ran(blocks, sorted(n for n, why in doomed.items() if why == "running"))
    kept = _without(blocks, doomed, counts)
    return kept, dict(counts), running


def _ran(blocks: Sequence[Block], cut_lines: Sequence[int]) -> list[Running]:
    """The lines that were cut, each once, with the tables of the pages that they stood on."""
    ends: dict[str, tuple[int, int]] = {}
    for n in cut_lines:
        ends[blocks[n].text] = ends.get(blocks[n].text, (n, n))[0], n
    breaks = [-1, *(n for n, b in enumerate(blocks) if b.kind == "break"), len(blocks)]
    tables = [(n, id(b)) for n, b in enumerate(blocks) if b.grid is not None]
    out = []
    for text in sorted(ends)[:50]:
        first, last = ends[text]
        above = breaks[bisect_left(breaks, first) - 1]
        below = breaks[bisect_left(breaks, last)]
        out.append(Running(text, frozenset(t for n, t in tables if above < n < below)))
    return out


def _keep_inner_numbers(places: Mapping[int, Sequence[Place]], doomed: dict[int, str]) -> None:
    """A number with text between it and the page's end is no page's: the mark of a footnote."""
    outer = by_place(places)
    for n in [n for n, why in doomed.items() if why == "page_number"]:
        if not any(is_outermost(p, outer, doomed) for p in places[n]):
            del doomed[n]


def _keep_edge_numbers(
    blocks: Sequence[Block], places: Mapping[int, Sequence[Place]], doomed: dict[int, str]
) -> None:
    """A number at the document's own beginning or end is a page's where it goes on the count."""
    numbered = [(n, places[n][0]) for n, why in doomed.items() if why == "page_number"]
    step = Counter(_count(blocks[n]) - p.page for n, p in numbered if not p.edge)
    for n, place in numbered:
        if all(p.edge for p in places[n]) and not step[_count(blocks[n]) - place.page]:
            del doomed[n]


def _count(block: Block) -> int:
    digits = re.findall(r"\d{1,4}", block.text)
    return int(digits[0]) if digits else -1


def _may_run(block: Block) -> bool:
    """Whether a block beyond the reach of a break may be a line of its page's header."""
    short = 0 < len(block.text) <= LONGEST and block.kind in ("text", "list", "pre")
    return short and not _ANSWER.match(block.text) and not _UNIT.match(block.text)


def _before_table(blocks: list[Block], n: int) -> bool:
    for block in blocks[n + 1 : n + 4]:
        if block.kind == "table":
            return True
        if block.kind not in ("break", "rule"):
            return False
    return False


def _is_contents(block: Block) -> bool:
    return len(block.text) < 48 and _CONTENTS.match(block.text.strip()) is not None


def _keep_first_words(blocks: list[Block], doomed: dict[int, str]) -> None:
    """A running line that does not count pages is said once: it may be the title of what follows.

    A line of an item has its place in the contents, too, which says nothing of the item's own.
    """
    running = [n for n, why in doomed.items() if why == "running"]
    lines = {n: plain(blocks[n].text) for n in running}
    often = Counter(lines.values())
    said = set[str]()
    for n, block in enumerate(blocks):
        line = lines.get(n)
        if line and _ITEM.match(line) and _in_contents(blocks, n):
            del doomed[n]
            continue
        if line is None:
            if n not in doomed and 0 < len(block.text) <= LONGEST and often:
                text = plain(block.text)
                if text in often and not (_ITEM.match(text) and _in_contents(blocks, n)):
                    said.add(text)  # it stands where no page ends, too
            continue
        if line not in said and often[line] > 1:
            del doomed[n]
        said.add(line)


def _in_contents(blocks: list[Block], n: int) -> bool:
    """Whether a line of an item stands beside lines of other items, on one page."""
    for step in (-1, 1):
        at = n + step
        while 0 <= at < len(blocks) and abs(at - n) <= NEAR and blocks[at].kind != "break":
            if blocks[at].text:
                if len(blocks[at].text) <= LONGEST and _ITEM.match(blocks[at].text):
                    return True
                break
            at += step
    return False


def _without(blocks: list[Block], doomed: dict[int, str], counts: Counter[str]) -> list[Block]:
    kept: list[Block] = []
    codes: list[int] = []
    anchors: list[str] = []
    broken = False
    for n, block in enumerate(blocks):
        broken = broken or block.kind == "break"
        if block.kind in ("break", "rule") or n in doomed:
            if n in doomed:
                counts[doomed[n]] += 1
            anchors += block.anchors
            for _, code in block.marks:
                if code % 2 and kept and code - 1 not in codes:
                    close_after(kept[-1], code)
                else:
                    codes.append(code)
            continue
        if codes:
            open_before(block, codes)
            codes = []
        if anchors:
            block.anchors = anchors + block.anchors
            anchors = []
        if block.text:
            block.broken, broken = block.broken or broken, False
        kept.append(block)
    return kept
