"""The pass over a tree of HTML: each element as it opens and closes, told by one small code.

One loop with plain branches, since it runs for every element of gigabytes.
"""

from __future__ import annotations

import functools
from typing import Any

from lxml import etree

from qhdata.extract.blocks import Block, Sink
from qhdata.extract.characters import (
    clean,
    from_wingdings,
    lower,
    private_use,
    superscript,
    without_controls,
)
from qhdata.extract.coverage import letters
from qhdata.extract.elements import TALLEST, coloured, is_closed, letters_inside, own_css, span
from qhdata.extract.ixbrl import FactReader
from qhdata.extract.limits import Limits, above
from qhdata.extract.numbered import count, ordinal
from qhdata.extract.sheet import Sheet
from qhdata.extract.struck import after, ends
from qhdata.extract.styles import PLAIN, WHITE, Style, is_unseen, parse_style
from qhdata.extract.tables import TableBuilder
from qhdata.extract.text_era import text_blocks

State = tuple[bool, float, bool, bool, int]
"""Of running text: bold, size in points, Wingdings, raised, why it is not seen (0: it is)."""

(
    _INLINE, _BLOCK, _HEADING, _BR, _HR, _LI, _LIST, _TABLE, _TR, _TD, _SKIP, _PRE, _A, _FACT,
    _SUP, _BOLD, _FONT, _TITLE, _EXCLUDE, _TUPLE, _TFOOT, _STRUCK,
    _SUB, _DONE,
) = range(24)  # fmt: skip

_BLOCKS = """html body div p center blockquote dl dt dd section article header footer main nav aside
address form fieldset figure caption h document text details summary"""
_SKIPPED = """script style noscript datalist template svg object applet iframe select ix:header
ix:hidden ix:references ix:resources xbrli:context xbrli:unit"""
_IX = "ix:nonfraction ix:nonnumeric ix:fraction ix:continuation ix:footnote"

_CODES: dict[str, int] = {
    **dict.fromkeys(_BLOCKS.split(), _BLOCK),
    **dict.fromkeys(_SKIPPED.split(), _SKIP),
    **dict.fromkeys(_IX.split(), _FACT),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _HEADING),
    "br": _BR, "hr": _HR, "li": _LI, "ul": _LIST, "ol": _LIST, "table": _TABLE, "tr": _TR,
    "td": _TD, "th": _TD, "pre": _PRE, "a": _A, "sup": _SUP, "sub": _SUB, "b": _BOLD,
    "strong": _BOLD,
    "font": _FONT, "title": _TITLE, "ix:exclude": _EXCLUDE, "ix:tuple": _TUPLE,
    "tfoot": _TFOOT, **dict.fromkeys(("del", "s", "strike"), _STRUCK),
}  # fmt: skip


class Walk:
    """The pass; one instance a document."""

    def __init__(
        self, facts: FactReader, limits: Limits, *, cjk: bool, grounds: bool, coloured: bool
    ) -> None:
        self.cjk = cjk
        self.grounds, self.coloured = grounds, coloured
        """Whether what stands behind white text is known; whether attributes may say it."""
        self.facts = facts
        self.limits = limits
        self.sink = Sink()
        self.tables: list[tuple[TableBuilder, Sink]] = []
        self.lists: list[list[Any]] = []
        self.title = ""
        self.styles: dict[str, Style] = {}
        self.notes: dict[str, int] = {}
        self.excluded: list[int | None] = []
        self.header = self.hidden = self.raised = 0
        """Letters in ix:header, in other parts that are not shown, and digits set as ¹ or ₁."""

    def style(self, text: str) -> Style:
        """A `style` attribute as what we need of it; the same text is read once."""
        found = self.styles.get(text)
        if found is None:
            found = parse_style(text)
            if found.hides & WHITE and not self.grounds:
                found = found._replace(hides=found.hides & ~WHITE)
            self.styles[text] = found
        return found

    def run(self, root: Any) -> None:
        """Walk the tree; `self.sink.blocks` is the result."""
        steps = etree.iterwalk(root, events=("start", "end"))
        codes, nodes = _CODES, 0
        max_nodes, styles = self.limits.max_nodes, self.styles
        sheet = Sheet(root, self.limits, self.notes)
        css_of = sheet.css if sheet.rules else own_css
        if self.coloured:
            css_of = functools.partial(coloured, css_of)
        state: State = (False, 0.0, False, False, 0)
        stack: list[tuple[int, State, Style]] = []
        for event, el in steps:
            if event == "start":
                nodes += 1
                if nodes > max_nodes:
                    raise above("too_many_nodes", f"more than {max_nodes} elements", "max_nodes")
                code = codes.get(el.tag, _INLINE)
                css = css_of(el)
                style = (styles.get(css) or self.style(css)) if css else PLAIN
                if (
                    code == _SKIP
                    or style.hidden
                    or (el.get("hidden") is not None and not style.display)
                    or (el.tag == "dialog" and el.get("open") is None and not style.display)
                ):
                    self.hide(el, code)
                    steps.skip_subtree()
                    stack.append((_DONE, state, PLAIN))
                    continue
                stack.append((code, state, style))
                if style is not PLAIN:
                    if style.break_before:
                        self.page_break()
                    if style.struck:
                        self.sink.part(*ends(el))
                    state = (
                        state[0] if style.bold is None else style.bold,
                        style.size or state[1],
                        state[2] or style.wingdings,
                        state[3] or style.raised,
                        state[4] & style.keeps | style.hides,
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
                        if style.center or (style.center is None and el.get("align") == "center"):
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
                if style.struck or code == _STRUCK:
                    self.sink.part(*after(el))
                tail = el.tail
                if tail:
                    self.text(tail, state)
        self.sink.flush()

    def text(self, text: str, state: State) -> None:
        """Running text in its state; what is not shown is counted."""
        bold, size, wingdings, raised, unseen = state
        if unseen and is_unseen(unseen):
            self.hidden += letters(text.encode("utf-8", "replace"))
            return
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
        """An element that is more than a block opens; the state of its text."""
        sink = self.sink
        if code == _TD:
            if self.tables:
                builder, outer = self.tables[-1]
                if builder.open is not None:
                    self.close_cell()
                across = span(el.get("colspan"))
                down = span(el.get("rowspan"), TALLEST, TALLEST)
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
                builder.row(el.getparent())
                self.sink.space()  # text between rows is drawn above the table, one piece a row
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
            mark = self.facts.start(el, hidden=is_unseen(state[4]))
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
            return (*state[:3], True, state[4])
        elif code == _SUB:
            text = el.text or ""
            if text.strip().isdecimal() and sink.parts and not sink.gap:
                self.raised += lower(el, sink.parts[-1][-1])
        elif code == _BOLD:
            return (True, *state[1:])
        elif code == _FONT:
            face = el.get("face")
            if face and "wingdings" in face.lower():
                return (*state[:2], True, *state[3:])
        elif code == _LI:
            sink.flush()
            sink.prefix = self.list_prefix(el)
        elif code == _LIST:
            sink.flush()
            first = count(el.get("start"))
            self.lists.append([el.tag == "ol", 0 if first is None else first - 1, el.get("type")])
        elif code == _HR:
            sink.flush()
            if not style.break_before and not style.break_after:
                sink.put(Block("rule"))
        elif code == _PRE:
            self.preformatted(el, state[4])
            steps.skip_subtree()
        elif code == _TITLE:
            self.title = self.title or " ".join("".join(el.itertext()).split())
            self.facts.unplaced(el)
            steps.skip_subtree()
        elif code == _TFOOT:
            if self.tables:
                self.close_cell()
                self.tables[-1][0].start_foot(self.tables[-1][1])
        elif code == _EXCLUDE:
            mark = self.facts.exclude()
            self.excluded.append(mark)
            if mark is not None:
                sink.open_here(2 * mark)
        elif code == _TUPLE:
            self.facts.enter_tuple()
        elif code == _STRUCK and not style.struck:
            sink.part(*ends(el))
        return state

    def end(self, code: int, el: Any, style: Style) -> None:
        """An element closes."""
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
            mark = self.facts.end()
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
        elif code == _TFOOT:
            if self.tables:
                self.close_cell()
                self.tables[-1][0].end_foot(self.tables[-1][1])
        elif code == _EXCLUDE:
            mark = self.excluded.pop()
            if mark is not None and 2 * mark in sink.pending:
                sink.pending.remove(2 * mark)  # it held no text
            elif mark is not None:
                sink.close(2 * mark + 1)
        elif code == _TUPLE:
            self.facts.tuples -= 1

    def close_cell(self) -> None:
        """End the open cell; text goes to what holds the table again."""
        if self.tables:
            self.tables[-1][0].close(self.tables[-1][1])
            self.sink = self.tables[-1][1]

    def list_prefix(self, el: Any) -> str:
        """The mark of a list item, by depth and number."""
        if not self.lists:
            return "- "
        depth = "  " * min(len(self.lists) - 1, 4)
        top = self.lists[-1]
        if top[0]:
            said = count(el.get("value"))
            top[1] = top[1] + 1 if said is None else said
            return f"{depth}{ordinal(top[1], el.get('type') or top[2])}. "
        return f"{depth}- "

    def page_break(self) -> None:
        """What a page break in a style says."""
        self.sink.flush()
        self.sink.blocks.append(Block("break"))

    def preformatted(self, el: Any, unseen: int) -> None:
        """`<pre>`: read as a text file is."""
        self.sink.flush()
        if is_unseen(unseen):
            self.hide(el, _PRE)
            return
        self.facts.unplaced(el)
        for block in text_blocks(clean("".join(el.itertext()))):
            self.sink.put(block)

    def hide(self, el: Any, code: int) -> None:
        """A part that is not shown: its facts count, its text does not."""
        if code == _SKIP and ":" not in el.tag:  # scripts, pictures and the like
            if len(el):
                self.facts.hidden(el)
            if el.tag not in ("script", "style") and is_closed(el):
                self.hidden += letters_inside(el)
            return
        self.notes["hidden_parts"] = self.notes.get("hidden_parts", 0) + 1
        self.facts.hidden(el)
        count = letters_inside(el)
        if code != _SKIP and not (len(el) == 1 and el[0].tag == "ix:header"):
            header = sum(map(letters_inside, el.iter("ix:header")))
            self.hidden += count - header
            count = header
        self.header += count
