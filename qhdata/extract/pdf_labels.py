"""Labels of a PDF's table that take several lines: one label, on the row of their numbers.

"Shares used to satisfy tax withholding" stands alone on its line, "obligations" below it with the
numbers beside it. The lines are one label where the second goes on in lower case and its first
word had no room on the first: as far right as no label of the table reaches.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qhdata.extract.cells import is_value
from qhdata.extract.pdf_page import Line, Piece

CLOSE = 1.0
"""Gap between two lines of one label at most, in heights."""
_OWN = re.compile(r"(?:less|plus|add|of which|thereof|including|net of)\b")
"""Words in lower case with which a row of its own begins."""


def whole_labels(lines: Sequence[Line]) -> list[Line]:
    """The lines below a table's headings, without those whose words joined the label below."""
    reach = max((line.pieces[0].right for line in lines if _labelled(line)), default=0.0)
    out: list[Line] = []
    for line in lines:
        before = out[-1] if out else None
        if before is not None and _labelled(line) and _wraps(before, line, reach):
            out.pop()
            label = line.pieces[0]
            first = before.pieces[0].text
            text = f"{first}{label.text}" if first.endswith("-") else f"{first} {label.text}"
            line.pieces[0] = replace(label, text=text)
        out.append(line)
    return out


def _labelled(line: Line) -> bool:
    return not is_value(line.pieces[0].text)


def _wraps(before: Line, line: Line, reach: float) -> bool:
    """Whether a line of nothing but words goes on with the label of the next one."""
    first, label = before.pieces[0], line.pieces[0]
    if len(before.pieces) > 1 or is_value(first.text) or first.text.endswith((":", ".")):
        return False
    if not label.text[:1].islower() or _OWN.match(label.text) or first.bold != label.bold:
        return False
    if line.top - before.bottom > CLOSE * max(1.0, before.bottom - before.top):
        return False
    return first.right + _first_word(label) > reach


def _first_word(piece: Piece) -> float:
    """About how wide the first word of a piece is, with the space before it."""
    word = piece.text.split(" ")[0]
    return (piece.right - piece.left) * (len(word) + 1) / max(1, len(piece.text))
