"""Cut page furniture: page numbers, running headers and footers, links back to the contents.

A line is furniture when it stands within 3 blocks of a page break and, digits aside, does so at
several breaks; or when it is nothing but a page number beside a break. Links that say "Table of
Contents" go wherever they repeat. What is cut is counted by kind; no other text goes.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict

from qhdata.extract.blocks import Block, close_after, open_before
from qhdata.extract.pages import number_pages

REACH = 3
"""Blocks on either side of a break that may be furniture."""
FAR = 64
"""Blocks from a break at most: a file of nothing but breaks is walked once, not n times."""
REPEATS = 3
"""Breaks at which a line has to stand before it counts as running."""
LONGEST = 140
"""Characters above which a line is prose, however often it repeats."""

_NUMBER = re.compile(
    r"^[\s\-–—|]*(?:page\s*)?(?:[A-Z]{1,2}[-–])?(?:\d{1,3}|[ivxl]{1,6})"
    r"(?:\s*(?:of|/)\s*\d{1,4})?[\s\-–—|]*$"
    r"|^ex(?:hibit|\.)?\s*\d{1,3}(?:\.\d{1,3})?\s*[-–]\s*\d{1,3}$",
    re.I,
)
_CONTENTS = re.compile(
    r"^(?:return to |back to )?"
    r"(?:table of contents|index to financial statements|index|contents|toc)"
    r"(?:\s*\(continued\))?$",
    re.I,
)
_DIGITS = re.compile(r"\d{1,9}")
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
_HAN = re.compile("[\u4e00-\u9fff]")


def cut(blocks: list[Block]) -> tuple[list[Block], dict[str, int], list[str]]:
    """(blocks without furniture and breaks, counts by kind, running lines that were cut).

    Kinds: page_number, running, contents_link. Marks and anchors of what is cut move to the next
    block that stays. The lines are given back because a running header may declare the scale.
    """
    counts: Counter[str] = Counter()
    near = _near_breaks(blocks)
    said = Counter(_shape(b.text) for b in blocks if 0 < len(b.text) <= LONGEST)
    doomed: dict[int, str] = {}
    contents = [n for n, b in enumerate(blocks) if b.kind == "text" and _is_contents(b)]
    if len(contents) >= 3:
        doomed.update(dict.fromkeys(contents, "contents_link"))
    groups: dict[str, list[int]] = defaultdict(list)
    for n in sorted(near):
        block = blocks[n]
        if n in doomed or not block.text or block.kind not in ("text", "list", "pre"):
            continue
        if _NUMBER.match(block.text):
            doomed[n] = "page_number"
        elif (
            len(block.text) <= LONGEST
            and not _ANSWER.match(block.text)
            and not (_UNIT.match(block.text) and _before_table(blocks, n))
        ):
            groups[_shape(block.text)].append(n)
    for numbers in groups.values():
        for run in _running(blocks, numbers):
            if len({near[n] for n in run}) >= REPEATS and _is_furniture(blocks, run, near, said):
                doomed.update(dict.fromkeys(run, "running"))
    number_pages(blocks, {n for n, why in doomed.items() if why != "contents_link"})
    _keep_first_words(blocks, doomed)
    running = {blocks[n].text for n, why in doomed.items() if why == "running"}
    kept = _without(blocks, doomed, counts)
    return kept, dict(counts), sorted(running)[:50]


def _is_furniture(
    blocks: list[Block], run: list[int], near: dict[int, int], said: Counter[str]
) -> bool:
    """Whether a Chinese line stands mostly at page ends, and mostly at one place there: a report
    says the same short answers hundreds of times, some of them where a page ends.
    """
    text = blocks[run[0]].text
    if not _HAN.search(text):
        return True
    places = Counter(n - near[n] for n in run)
    return len(run) * 2 >= said[_shape(text)] and places.most_common(1)[0][1] * 10 >= len(run) * 6


def _running(blocks: list[Block], numbers: list[int]) -> list[list[int]]:
    """Lines of one shape that are one running line: alike, or but for a page that counts up."""
    digits = [tuple(map(int, _DIGITS.findall(blocks[n].text))) for n in numbers]
    varying = [i for i in range(len(digits[0])) if len({d[i] for d in digits}) > 1]
    if not varying:
        return [numbers]
    if len(varying) == 1:
        pages = [d[varying[0]] for d in digits]
        rises = sum(a < b for a, b in itertools.pairwise(pages))
        if max(pages) < 2000 and rises * 10 >= (len(pages) - 1) * 8:
            return [numbers]
    same: dict[str, list[int]] = defaultdict(list)
    for n in numbers:
        same[blocks[n].text].append(n)
    return list(same.values())


def _before_table(blocks: list[Block], n: int) -> bool:
    for block in blocks[n + 1 : n + 4]:
        if block.kind == "table":
            return True
        if block.kind not in ("break", "rule"):
            return False
    return False


def _is_contents(block: Block) -> bool:
    return len(block.text) < 48 and _CONTENTS.match(block.text.strip()) is not None


def _near_breaks(blocks: list[Block]) -> dict[int, int]:
    """Block number -> number of the break near it; a table in between ends the reach."""
    near: dict[int, int] = {}
    for at, block in enumerate(blocks):
        if block.kind != "break":
            continue
        for step in (-1, 1):
            n, seen = at + step, 0
            while 0 <= n < len(blocks) and seen < REACH and abs(n - at) <= FAR:
                other = blocks[n]
                if other.kind == "break" and step == -1:
                    break
                if other.kind not in ("rule", "break"):
                    if other.kind == "table":
                        break
                    near.setdefault(n, at)
                    seen += 1
                    if len(other.text) > LONGEST:
                        break
                n += step
    return near


def _shape(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.lower().split()))


def _keep_first_words(blocks: list[Block], doomed: dict[int, str]) -> None:
    """A running line without a number is said once: it may be the title of what follows."""
    running = [n for n, why in doomed.items() if why == "running"]
    shapes = {n: _shape(blocks[n].text) for n in running}
    wanted, said = set(shapes.values()), set[str]()
    for n, block in enumerate(blocks):
        shape = shapes.get(n)
        if shape is None:
            if n not in doomed and 0 < len(block.text) <= LONGEST and wanted:
                said.update({_shape(block.text)} & wanted)  # it stands where no page ends, too
            continue
        if shape not in said and "#" not in shape:
            del doomed[n]
        said.add(shape)


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
