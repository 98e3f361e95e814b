"""Chinese text as it is printed: spaces that line ends left, boxes that are ticked, names of forms.

Ticks come in as many signs as there are printers: `√适用 □不适用`, `■适用 □不适用`, `R适用 £不适用`
(letters of a symbol font). All become `☑适用 ☐不适用`, so that which one is ticked is said by one
sign; `☒` stays what it is in American filings, a crossed box.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from qhdata.extract.blocks import Block
from qhdata.extract.markdown import markdown
from qhdata.quantities.reports import report_of

CJK = "\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e"
_TENS = "一二三四五六七八九十"
_BETWEEN = re.compile(
    f"(?<=[{CJK}])(?:\n| (?<!第[{_TENS}][节章] )(?<!第十[{_TENS}][节章] ))(?=[{CJK}])(?!币种|单位)"
)
_SPLIT = re.compile(r"(?<![\d,.])(\d{1,3}), (?=\d{3},\d{3}(?!\d))")
"""A grouped number that was set with a gap: Chinese lists are parted by 、 or ，."""
_ANSWER = r"(?=[\s\u3000]*(?:不?适用|[是否有无]))"
_TICKED = re.compile(rf"[√✓✔☑■●R]{_ANSWER}[\s\u3000]*")
_EMPTY = re.compile(rf"[□☐○£]{_ANSWER}[\s\u3000]*")
_BOX = re.compile(r"[□☐○£]")
_ASKED = re.compile(r"适用|[是否有无]")


def tidy(block: Block) -> None:
    """A block's spaces and boxes as the text has them; a table's cell by cell."""
    grid = block.grid
    if grid is None:
        squeeze(block)
        block.text = boxes(block.text) if not block.marks else block.text
        return
    changed = False
    for row in grid.rows:
        for cell in row:
            text = cell.text if cell is not None else ""
            if cell is not None and not cell.marks and (new := boxes(tight(text))) != text:
                cell.text, changed = new, True
    if changed:
        links = block.links
        markdown(grid, block)
        block.links = [(min(at, len(block.text)), name) for at, name in links]


_TITLE = re.compile(
    r"(?:(?:19|20)\d{2}|[二一][〇零○O0九一二三四五六七八]{3})\s*年?\s*\S{0,6}报告(?:摘要)?"
)
_COMPANY = re.compile(r"[\u4e00-\u9fff（）()A-Za-z·]{2,40}公司(?=[^\u4e00-\u9fff]|\d|$)")


def tight(text: str) -> str:
    """Without the spaces and line ends between two Chinese characters that no one meant.

    >>> tight("公司 聘请的会计 师"), tight("单位：元 币种：人民币"), tight("第一节 释义")
    ('公司聘请的会计师', '单位：元 币种：人民币', '第一节 释义')
    """
    if " " not in text and "\n" not in text:
        return text
    return _SPLIT.sub(r"\1,", _BETWEEN.sub("", text))


def squeeze(block: Block) -> None:
    """The same for a block; offsets follow."""
    gone = [m.start() for m in _BETWEEN.finditer(block.text)]
    gone = sorted([*gone, *(m.end() - 1 for m in _SPLIT.finditer(block.text))])
    if not gone:
        return
    block.text = tight(block.text)
    if block.marks:
        block.marks = [(at - bisect_left(gone, at), code) for at, code in block.marks]
    if block.links:
        block.links = [(at - bisect_left(gone, at), name) for at, name in block.links]


def boxes(text: str) -> str:
    """Ticked and empty boxes before an answer as `☑` and `☐`, without a space between.

    >>> boxes("√ 适用 □ 不适用"), boxes("□是 √否"), boxes("√2 是无理数")
    ('☑适用 ☐不适用', '☐是 ☑否', '√2 是无理数')
    """
    if not (_ASKED.search(text) and _BOX.search(text)):
        return text
    return _EMPTY.sub("☐", _TICKED.sub("☑", text))


def cover_title(blocks: Sequence[Block]) -> str:
    """`X公司2019年年度报告`, from the first lines; empty where they do not say it."""
    name = report = ""
    for block in blocks[:15]:
        if block.grid is not None or len(block.text) > 120:
            continue
        company = _COMPANY.search(block.text)
        title = _TITLE.search(block.text) if report_of(block.text) else None
        name = name or (company[0] if company else "")
        report = report or ("".join(title[0].split()) if title else "")
    return f"{name}{report}" if report else ""


def cover_form(blocks: Sequence[Block]) -> str:
    """The form that the cover names, or nothing."""
    for block in blocks[:15]:
        found = report_of(block.text) if block.grid is None and len(block.text) < 120 else None
        if found:
            return found.form
    return ""
