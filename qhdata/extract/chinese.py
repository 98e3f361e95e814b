"""Chinese reports to chapters: which numbering is the report's own, and which key a title has.

Reports count their chapters as 第一节, 第一章, 一、 or 1.; below them the same signs count other
things. So every numbering is tried, the heaviest rising sequence of each is looked for (a title of
the standard list weighs most), and the numbering that names the most chapters is the report's. The
table of contents is cut before: its lines end in dots and a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qhdata.extract.blocks import Block
from qhdata.extract.found import Found
from qhdata.extract.items import CHINESE, CHINESE_NOTES, Item

_DIGITS = "零一二三四五六七八九"
_NUMBER = "[一二三四五六七八九十百零〇]{1,4}"
_STYLES = (
    re.compile(rf"^\s*第\s*(?P<n>{_NUMBER})\s*[节章]\s*(?P<title>.{{0,60}})$", re.S),
    re.compile(rf"^\s*第\s*(?P<n>{_NUMBER})\s*部分\s*(?P<title>.{{0,60}})$", re.S),
    re.compile(rf"^\s*(?P<n>{_NUMBER})、\s*(?P<title>[^，。；：、\d][^。；]{{1,40}})$"),
    re.compile(r"^\s*(?P<n>\d{1,2})[.．、]\s*(?P<title>[\u4e00-\u9fff][^。；，]{1,40})$"),
)
"""How chapters are counted; of two that name as many the first is the report's."""
_CONTENTS = re.compile(r"[.·…]{6,}\s*(?:\d{1,3}|[IVXivx]{1,5})(?=\s|$|第|[一-十]、|\d)")
_CONTENTS_TITLE = re.compile(r"^(?:目\s*录|CONTENTS)$", re.I)
_CONTENTS_ROW = re.compile(rf"^(?:第\s*{_NUMBER}\s*[节章]|{_NUMBER}、|附录).{{2,40}}?\s\d{{1,3}}$")
_LONE = re.compile(
    r"^(?P<title>重要提示|释义|\d{4}年?度?财务报表及审计报告|附录[一二三四五六]?\s*[:：].{2,30})$"
)
_FIRST = re.compile(r"^[一二三四五六七八九十]{1,3}、")
_SECOND = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]")
_THIRD = re.compile(r"^\d{1,2}\s*[、.．]\s*[\u4e00-\u9fff（(“]")
_DOTTED = re.compile(r"^\d{1,2}(?P<rest>(?:\.\d{1,2}){1,3})\s*[\u4e00-\u9fff]")
_PROSE = re.compile(r"[。；;，,：:、！？]$|[。；]|\d,\d{3}|\d\s+\d")
_VERB = re.compile(r"(?:如下|为|是)[:：]?$")
MISSED = 4
"""Numbers passed over that count: a report may leave out as many chapters as it likes."""
REACH = 60
"""Places before a chapter at which the chapter before it is looked for."""


@dataclass(frozen=True, slots=True)
class _Place:
    block: int
    number: int
    title: str
    key: str | None


def number_of(text: str) -> int:
    """A Chinese or Arabic counting number; 0 for none.

    >>> number_of("十二"), number_of("二十"), number_of("一百零三"), number_of("7")
    (12, 20, 103, 7)
    """
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for c in text.replace("〇", "零"):
        if c in "十百":
            total += max(digit, 1) * (10 if c == "十" else 100)
            digit = 0
        elif c in _DIGITS:
            digit = _DIGITS.index(c)
        else:
            return 0
    return total + digit


def drop_contents(blocks: list[Block]) -> list[Block]:
    """Without the lines of the table of contents, and without its title."""
    doomed = {n for n, b in enumerate(blocks) if b.grid is None and _is_contents(b.text)}
    for n in range(1, len(blocks)):
        row = blocks[n]
        if n - 1 in doomed and row.grid is None and _CONTENTS_ROW.match(row.text):
            doomed.add(n)
    if not doomed:
        return blocks
    first = min(doomed)
    for n in range(max(0, first - 3), first):
        if _CONTENTS_TITLE.match(blocks[n].text.strip()):
            doomed.add(n)
    return [b for n, b in enumerate(blocks) if n not in doomed]


def _is_contents(text: str) -> bool:
    found = _CONTENTS.findall(text)
    return len(found) >= 2 or (len(found) == 1 and len(text) < 400 and text.rstrip()[-1:].isalnum())


def find_chapters(blocks: Sequence[Block]) -> list[Found]:
    """Chapters as sections, and within 财务报告 its parts with keys of their own."""
    best: list[_Place] = []
    weight = 2.5  # one title alone is no table of chapters
    for style in _STYLES:
        chosen = _sequence(_places(blocks, style))
        found = 3.0 * len({p.key for p in chosen if p.key}) + (len(chosen) if chosen else 0) / 100
        if found > weight * 1.01:
            best, weight = chosen, found
    if not best:
        return []
    places = sorted([*best, *_lone(blocks, best)], key=lambda p: p.block)
    sections = []
    for i, place in enumerate(places):
        end = places[i + 1].block if i + 1 < len(places) else len(blocks)
        sections.append(_section(blocks, place, end))
        if place.key == "cn.financial_report":
            sections += _parts(blocks, place.block + 1, end)
    return sections


def _places(blocks: Sequence[Block], style: re.Pattern[str]) -> list[_Place]:
    places = []
    for n, block in enumerate(blocks):
        found = style.match(block.text) if block.kind in ("text", "list") else None
        if not found or _is_contents(block.text):
            continue
        title = "".join(found["title"].split())
        if not title and n + 1 < len(blocks) and len(blocks[n + 1].text) < 40:
            title = "".join(blocks[n + 1].text.split())
        places.append(_Place(n, number_of(found["n"]), title, _key(title, CHINESE)))
    return places


def _key(title: str, items: Sequence[Item]) -> str | None:
    return next((item.key for item in items if re.search(item.title, title)), None)


def _sequence(places: Sequence[_Place]) -> list[_Place]:
    """The heaviest places whose numbers rise; a number that is passed over costs."""
    total: list[float] = []
    back: list[int] = []
    for i, place in enumerate(places):
        own = 3.0 if place.key else 0.4
        best, at = own - 0.5 * min(MISSED, max(0, place.number - 1)), -1
        for j in range(i - 1, max(-1, i - 1 - REACH), -1):
            step = place.number - places[j].number
            if step <= 0:
                continue
            again = 2.5 if place.key and place.key == places[j].key else 0.0
            made = total[j] + own - 0.5 * min(MISSED, step - 1) - again
            if made > best:
                best, at = made, j
        total.append(best)
        back.append(at)
    if not total:
        return []
    i = max(range(len(total)), key=lambda k: (total[k], k))
    chosen = []
    while i >= 0:
        chosen.append(places[i])
        i = back[i]
    return chosen[::-1]


def _lone(blocks: Sequence[Block], chapters: Sequence[_Place]) -> Iterator[_Place]:
    """Chapters without a number: 重要提示 before the first, appendices after the last."""
    first, last = chapters[0].block, chapters[-1].block
    said: set[str] = set()
    for n, block in enumerate(blocks):
        found = _LONE.match(block.text.strip()) if block.kind == "text" else None
        if found and not first <= n <= last and found["title"] not in said:
            said.add(found["title"])
            yield _Place(n, 0, found["title"], _key(found["title"], CHINESE))


def _section(blocks: Sequence[Block], place: _Place, end: int) -> Found:
    failed = [] if place.key else ["title"]
    blocks[place.block].level = 2
    return Found(
        place.key or "heading", blocks[place.block].text[:200], place.block, end, 2,
        0.9 if place.key else 0.5, failed,
    )  # fmt: skip


def _parts(blocks: Sequence[Block], start: int, end: int) -> list[Found]:
    """Parts of 财务报告 that have a key: statements, policies, notes of group and parent."""
    places = [
        _Place(p.block + start, p.number, p.title, _key(p.title, CHINESE_NOTES))
        for style in (_STYLES[2], re.compile(rf"^(?P<n>{_NUMBER})\s+(?P<title>[^。；，]{{2,30}})$"))
        for p in _places(blocks[start:end], style)
    ]
    places.sort(key=lambda p: p.block)
    chosen = _sequence(places)
    found = []
    for i, place in enumerate(chosen):
        stop = chosen[i + 1].block if i + 1 < len(chosen) else end
        blocks[place.block].level = 3
        if place.key:
            part = Found(place.key, blocks[place.block].text[:200], place.block, stop, 3, 0.9, [])
            part.parent = "cn.financial_report"
            found.append(part)
    return found


def mark_headings(blocks: Sequence[Block]) -> None:
    """Levels below the chapters: 一、 3, （一） 4, 1、 5; 7.1 and 7.2.1 by their dots. Sentences,
    list items and rows of figures that begin in the same way keep none.
    """
    for block in blocks:
        text = block.text
        if block.level == 2 and len(text) <= 120:
            continue
        held, block.level = block.level, 0
        if block.kind != "text" or len(text) > 60 or "\n" in text or _PROSE.search(text):
            continue
        dotted = _DOTTED.match(text)
        if dotted:
            block.level = 2 + dotted["rest"].count(".")
        elif _FIRST.match(text) or held == 3:
            block.level = 3
        elif _SECOND.match(text):
            block.level = 4
        elif _THIRD.match(text) and len(text) <= 40:
            block.level = 5
