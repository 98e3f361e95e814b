"""Pages of HTML that were typed: paragraphs of one pitch, a line each, `&nbsp;` for each blank.

Small filers pasted their text files into a page line by line, so that a sentence is in pieces and a
row of a table has lost its columns. Lines that follow one another become one `<pre>`, which is read
as a text file is. Pages with inline facts are left alone: their facts need their elements.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

OFTEN = 20
"""Times that a page names a typewriter's font before its lines are looked at."""
PAGE = 79
"""Characters of a typed line."""
_FONT = re.compile(r"courier|monospace|consolas|lucida console", re.I)
_FONT_BYTES = re.compile(rb"courier|monospace|consolas|lucida console", re.I)
_NO_MARGIN = re.compile(r"margin(?:-top|-bottom)?\s*:\s*0", re.I)
_BREAK = re.compile(r"page-break", re.I)
_INDENT = re.compile(r"text-indent\s*:\s*[1-9]", re.I)
_LINES = frozenset({"p", "div"})
_INLINE = frozenset({"b", "i", "u", "font", "span", "br", "em", "strong", "tt", "code", "big"})


def gather_lines(data: bytes, root: Any) -> int:
    """Make one `<pre>` of each run of typed lines in the tree; how many lines were."""
    if b"<ix:" in data or len(_FONT_BYTES.findall(data)) < OFTEN:
        return 0
    count = 0
    for parent in {el.getparent(): None for el in root.iter(*_LINES) if el.getparent() is not None}:
        run: list[Any] = []
        for el in [*parent, None]:
            if el is not None and _is_line(el):
                run.append(el)
            elif el is None or run:
                count += _join(run)
                run = []
    return count


def _is_line(el: Any) -> bool:
    """Whether a paragraph is a typed line, or is blank."""
    if el.tag not in _LINES or any(child.tag not in _INLINE for child in el.iter() if child != el):
        return False
    css = el.get("style") or ""
    if _BREAK.search(css) or (el.tail and el.tail.strip()):
        return False
    inside = css + "".join(f"{c.get('style') or ''}{c.get('face') or ''} " for c in el.iter())
    return bool(_FONT.search(inside)) or not "".join(el.itertext()).strip()


def _join(run: list[Any]) -> int:
    """Put a run's lines into its first element, which becomes a `<pre>`."""
    while run and not "".join(run[-1].itertext()).strip():
        run.pop()  # blank lines at the end stay as they are
    if len(run) < 2:
        return 0
    first = run[0]
    lines: list[str] = []
    for el in run:
        lines += _lines(el)
    for el in run[1:]:
        first.getparent().remove(el)
    tail = first.tail
    for child in list(first):
        first.remove(child)
    first.tag, first.text, first.tail = "pre", "\n".join(lines), tail
    return len(run)


def _lines(el: Any) -> list[str]:
    """A paragraph as typed lines: a blank one around it where it keeps its distance."""
    css = el.get("style") or ""
    parts: list[str] = []
    for event, node in etree.iterwalk(el, events=("start", "end")):
        text = node.text if event == "start" else node.tail if node is not el else ""
        if event == "start" and node.tag == "br":
            parts.append("\n")
        parts.append(re.sub(r"[ \t\r\n]+", " ", text or ""))
    lines = [line.rstrip() for line in "".join(parts).replace("\xa0", " ").split("\n")]
    if _INDENT.search(css):
        lines[0] = f"     {lines[0]}"
    if el.get("align") == "center" or "center" in css:
        lines = [line.strip().center(PAGE).rstrip() for line in lines]
    return lines if _NO_MARGIN.search(css) else ["", *lines, ""]
