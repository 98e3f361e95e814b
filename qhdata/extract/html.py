"""HTML bytes to blocks in one pass over the tree: text, headings, lists, tables, breaks, facts.

The tree is libxml2's. It stops without a word in the caller's hands where nesting or a text node is
too large, so its error log is read, a tree that it cut is refused, and the letters of the blocks
are counted against those of the bytes: a short document is never made. Hidden parts (ix:header,
display:none) give facts and no text.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from qhdata.extract.blocks import Block, Sink
from qhdata.extract.characters import (
    clean,
    from_wingdings,
    private_use,
    superscript,
    without_controls,
)
from qhdata.extract.coverage import found_letters, letters, refuse_short
from qhdata.extract.html_tree import as_utf8, tree_of
from qhdata.extract.ixbrl import FactReader
from qhdata.extract.limits import Limits, above
from qhdata.extract.styles import PLAIN, Style, parse_style
from qhdata.extract.tables import TableBuilder
from qhdata.extract.text_era import text_blocks

(
    _INLINE, _BLOCK, _HEADING, _BR, _HR, _LI, _LIST, _TABLE, _TR, _TD, _SKIP, _PRE, _A, _FACT,
    _SUP, _BOLD, _FONT, _TITLE, _DONE,
) = range(19)  # fmt: skip

_BLOCKS = """html body div p center blockquote dl dt dd section article header footer main nav aside
address form fieldset figure caption h document text details summary"""
_SKIPPED = "script style noscript template ix:header svg object applet iframe select"
_IX = "ix:nonfraction ix:nonnumeric ix:fraction ix:continuation ix:footnote"

_CODES: dict[str, int] = {
    **dict.fromkeys(_BLOCKS.split(), _BLOCK),
    **dict.fromkeys(_SKIPPED.split(), _SKIP),
    **dict.fromkeys(_IX.split(), _FACT),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _HEADING),
    "br": _BR, "hr": _HR, "li": _LI, "ul": _LIST, "ol": _LIST, "table": _TABLE, "tr": _TR,
    "td": _TD, "th": _TD, "pre": _PRE, "a": _A, "sup": _SUP, "b": _BOLD, "strong": _BOLD,
    "font": _FONT, "title": _TITLE,
}  # fmt: skip

_DE = "的".encode()
"""The commonest Chinese character: a document with twenty of it is Chinese."""
LONG_TITLE = 1000
"""Characters of a `<title>`; one that is longer, or holds tags, has lost its end."""
MUCH_HIDDEN = 1000
"""Letters outside of ix:header that a style hides, above which they are noted."""


@dataclass(slots=True)
class Parsed:
    """What one HTML document gave: blocks in reading order, facts, a title, counts."""

    blocks: list[Block]
    facts: FactReader
    title: str
    encoding: str
    notes: dict[str, int] = field(default_factory=dict)


def parse_html(data: bytes, limits: Limits) -> Parsed:
    """Blocks and facts of one document.

    Raises RowError: too_large, truncated_html (the file ends inside a tag), truncated_tree (the
    parser gave up), short_text (letters of the bytes are missing), too_many_nodes,
    too_many_attributes, empty_document.
    """
    text_bytes, encoding = as_utf8(data, limits)
    root = tree_of(text_bytes)
    facts = FactReader()
    walk = _Walk(facts, limits, cjk=text_bytes.count(_DE) > 20)
    for part in (root, *root.itersiblings()):  # what follows a first </html> is a second root
        walk.run(part)
    del root, part  # the largest thing in memory goes before the letters are counted
    blocks, hidden = walk.sink.blocks, walk.hidden
    title = 0 if "<" in walk.title else letters(walk.title[:LONG_TITLE].encode("utf-8", "replace"))
    refuse_short(text_bytes, found_letters(blocks) + walk.header + hidden + walk.raised + title)
    if hidden > MUCH_HIDDEN:
        walk.notes["hidden_letters"] = hidden
    return Parsed(blocks, facts, walk.title, encoding, walk.notes)


class _Walk:
    """The pass. One instance a document."""

    def __init__(self, facts: FactReader, limits: Limits, *, cjk: bool) -> None:
        self.cjk = cjk
        self.facts = facts
        self.limits = limits
        self.sink = Sink()
        self.tables: list[tuple[TableBuilder, Sink]] = []
        self.lists: list[list[Any]] = []
        self.title = ""
        self.styles: dict[str, Style] = {}
        self.notes: dict[str, int] = {}
        self.header = self.hidden = self.raised = 0
        """Letters in ix:header, in other parts that are not shown, and digits set as ¹."""

    def style(self, text: str) -> Style:
        found = self.styles.get(text)
        if found is None:
            found = self.styles[text] = parse_style(text)
        return found

    def run(self, root: Any) -> None:
        """Walk the tree; `self.sink.blocks` is the result."""
        steps = etree.iterwalk(root, events=("start", "end"))
        codes, nodes = _CODES, 0
        max_nodes, styles = self.limits.max_nodes, self.styles
        state: tuple[bool, float, bool, bool] = (False, 0.0, False, False)
        stack: list[tuple[int, tuple[bool, float, bool, bool], Style]] = []
        for event, el in steps:
            if event == "start":
                nodes += 1
                if nodes > max_nodes:
                    raise above("too_many_nodes", f"more than {max_nodes} elements", "max_nodes")
                code = codes.get(el.tag, _INLINE)
                css = el.get("style")
                style = (styles.get(css) or self.style(css)) if css else PLAIN
                if code == _SKIP or style.hidden:
                    self.hide(el, code)
                    steps.skip_subtree()
                    stack.append((_DONE, state, PLAIN))
                    continue
                stack.append((code, state, style))
                if style is not PLAIN:
                    if style.break_before:
                        self.page_break()
                    state = (
                        state[0] if style.bold is None else style.bold,
                        style.size or state[1],
                        state[2] or style.wingdings,
                        state[3] or style.raised,
                    )
                if code:
                    if code <= _HEADING:
                        if style.display != "inline":
                            self.sink.flush()
                        name = el.get("id")
                        if name:
                            self.sink.anchors.append(name)
                        if code == _HEADING:
                            self.sink.level = int(el.tag[1])
                            state = (True, *state[1:])
                        if style.center or (css is None and el.get("align") == "center"):
                            self.sink.center = True
                    else:
                        state = self.start(code, el, state, style, steps)
                        if code in (_PRE, _TITLE):
                            continue
                elif style.display == "block":
                    self.sink.flush()
                elif style.apart:
                    self.sink.space()
                text = el.text
                if text:
                    self.text(text, state)
            else:
                code, state, style = stack.pop()
                if code and code != _DONE:
                    self.end(code, el, style)
                elif style.display == "block":
                    self.sink.flush()
                if style.break_after:
                    self.page_break()
                tail = el.tail
                if tail:
                    self.text(tail, state)
        self.sink.flush()

    def text(self, text: str, state: tuple[bool, float, bool, bool]) -> None:
        bold, size, wingdings, raised = state
        if not text.isascii():
            text = clean(text)
            text = from_wingdings(text) if wingdings else private_use(text)
        elif wingdings:
            text = from_wingdings(text)
        if raised:
            self.raised += sum(map(str.isdecimal, text))
            text = superscript(text)
        if "\x7f" in text or (text < "\t" and text):
            text = without_controls(text)
        self.sink.add(text, bold, size)

    def start(self, code: int, el: Any, state: Any, style: Style, steps: Any) -> Any:
        sink = self.sink
        if code == _TD:
            if self.tables:
                builder, outer = self.tables[-1]
                if builder.open is not None:
                    self.close_cell()
                across, down = _span(el.get("colspan")), _span(el.get("rowspan"))
                name = el.get("id")
                if not name and not len(el) and not (el.text and el.text.strip()):
                    builder.empty(across, down, el.tag == "th")  # most cells only keep a distance
                    return state
                self.sink = builder.cell(across, down, el.tag == "th", outer)
                if name:
                    self.sink.anchors.append(name)
            else:
                sink.flush()
        elif code == _TR:
            if self.tables:
                builder, _ = self.tables[-1]
                if builder.open is not None:
                    self.close_cell()
                builder.row()
                name = el.get("id")
                if name:
                    self.sink.anchors.append(name)
            else:
                sink.flush()
        elif code == _TABLE:
            sink.flush()
            name = el.get("id")
            if name:
                sink.anchors.append(name)
            self.tables.append((TableBuilder(f"{el.tag}:{el.sourceline}"), sink))
        elif code == _FACT:
            mark = self.facts.start(el)
            if mark is not None:
                sink.open(2 * mark)
        elif code == _A:
            name = el.get("name") or el.get("id")
            if name:
                sink.anchors.append(name)
            href = el.get("href")
            if href and href[0] == "#" and len(href) > 1:
                sink.link(href[1:])
        elif code == _BR:
            sink.line_break()
        elif code == _SUP:
            return (state[0], state[1], state[2], True)
        elif code == _BOLD:
            return (True, *state[1:])
        elif code == _FONT:
            face = el.get("face")
            if face and "wingdings" in face.lower():
                return (state[0], state[1], True, state[3])
        elif code == _LI:
            sink.flush()
            sink.prefix = self.list_prefix()
        elif code == _LIST:
            sink.flush()
            self.lists.append([el.tag == "ol", 0])
        elif code == _HR:
            sink.flush()
            if not style.break_before and not style.break_after:
                sink.put(Block("rule"))
        elif code == _PRE:
            self.preformatted(el)
            steps.skip_subtree()
        elif code == _TITLE:
            self.title = self.title or " ".join("".join(el.itertext()).split())
            steps.skip_subtree()
        return state

    def end(self, code: int, el: Any, style: Style) -> None:
        sink = self.sink
        if code <= _HEADING:
            if style.display != "inline":
                sink.flush()
                sink.center = False
                sink.level = 0
        elif code == _TD:
            self.close_cell()
        elif code == _TR:
            if self.tables and self.tables[-1][0].open is not None:
                self.close_cell()
        elif code == _FACT:
            mark = self.facts.end(el)
            if mark is not None:
                sink.close(2 * mark + 1)
        elif code == _TABLE:
            self.close_cell()
            if self.tables:
                builder, self.sink = self.tables.pop()
                self.sink.flush()
                for block in builder.finish(self.notes, self.cjk):
                    self.sink.put(block)
        elif code == _LI:
            sink.flush()
            sink.prefix = ""
        elif code == _LIST:
            sink.flush()
            if self.lists:
                self.lists.pop()

    def close_cell(self) -> None:
        if self.tables:
            self.tables[-1][0].close(self.tables[-1][1])
            self.sink = self.tables[-1][1]

    def list_prefix(self) -> str:
        if not self.lists:
            return "- "
        depth = "  " * min(len(self.lists) - 1, 4)
        top = self.lists[-1]
        if top[0]:
            top[1] += 1
            return f"{depth}{top[1]}. "
        return f"{depth}- "

    def page_break(self) -> None:
        self.sink.flush()
        self.sink.blocks.append(Block("break"))

    def preformatted(self, el: Any) -> None:
        self.sink.flush()
        for block in text_blocks(clean("".join(el.itertext()))):
            self.sink.put(block)

    def hide(self, el: Any, code: int) -> None:
        """A part that is not shown: its facts count, its text does not."""
        if code != _SKIP or el.tag == "ix:header":
            self.notes["hidden_parts"] = self.notes.get("hidden_parts", 0) + 1
            self.facts.hidden(el)
            text = etree.tostring(el, method="text", encoding="utf-8", with_tail=False)
            if el.tag == "ix:header" or any(child.tag == "ix:header" for child in el):
                self.header += letters(text)
            else:
                self.hidden += letters(text)


@functools.lru_cache(maxsize=1024)
def _span(text: str | None) -> int:
    if not text:
        return 1
    digits = text.strip()
    return min(max(int(digits), 1), 400) if digits.isdecimal() and len(digits) < 6 else 1
