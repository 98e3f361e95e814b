"""Tables of the text era that are drawn with bars: the old ownership forms and their like.

A bar is where a column ends, in every line that has one there; a heading without it goes over both
columns. A row is what stands between two lines across, or a line where none are drawn; a word that
fills its column is broken, not ended.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qhdata.extract.placed import Raw

_ACROSS = re.compile(r"^[\s\-=_|]*[-=_]{8,}[\s\-=_|]*$")
BARS = 3
"""Bars in a line from which on it is a line of cells."""


def is_barred(lines: Sequence[str]) -> bool:
    """Whether three lines and more have bars at the same places."""
    drawn = [line for line in lines if line.count("|") >= BARS]
    return len(drawn) >= 3 and len(_bars(drawn)) >= BARS


def barred_rows(head: Sequence[str], body: Sequence[str]) -> tuple[list[list[Raw]], int, list[str]]:
    """(rows, how many of them head the columns, captions above). head, body: lines above and below
    the ruler.
    """
    bars = _bars([line for line in (*head, *body) if line.count("|") >= BARS])
    plain = [line for line in head if line.count("|") < BARS and not _ACROSS.match(line)]
    captions = [" ".join(line.replace("|", " ").split()) for line in plain if line.strip(" |")]
    heads = _heads([line for line in head if line.count("|") >= BARS], bars)
    rows = [row for group in _groups(body) if (row := _row(group, bars))]
    return heads + rows, len(heads), captions


def _bars(lines: Sequence[str]) -> list[int]:
    """Where columns end: the places of bars that two lines and more share."""
    places = Counter(n for line in lines for n, c in enumerate(line) if c == "|")
    return sorted(n for n, count in places.items() if count > 1 or len(lines) < 2)


def _pieces(line: str, bars: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """(first column, last column, text as it stands) between the bars of a line."""
    first = begin = 0
    for n, bar in enumerate(bars):
        if line[bar : bar + 1] == "|" or n == len(bars) - 1:
            yield first, n, line[begin:bar].ljust(bar - begin)
            first, begin = n + 1, bar + 1
    if line[begin:].strip():
        yield first, len(bars), line[begin:]


def _heads(lines: Sequence[str], bars: Sequence[int]) -> list[list[Raw]]:
    """Headings, those of several columns above those of one; lines of one heading are one."""
    found: dict[tuple[int, int], str] = {}
    for line in lines:
        for first, last, text in _pieces(line, bars):
            found[first, last] = f"{found.get((first, last), '')} {text}"
    spans = sorted((span for span, text in found.items() if text.strip()), key=_by_width)
    rows: list[list[Raw]] = []
    for first, last in spans:
        over = [
            n
            for n, row in enumerate(rows)
            for cell in row
            if cell.col <= last and first < cell.col + cell.colspan
        ]
        depth = max(over, default=-1) + 1
        if depth == len(rows):
            rows.append([])
        cell = Raw(" ".join(found[first, last].split()), [], last - first + 1, 1, True, True)
        cell.col = first
        rows[depth].append(cell)
    return [sorted(row, key=lambda cell: cell.col) for row in rows]


def _by_width(span: tuple[int, int]) -> tuple[int, int]:
    return span[0] - span[1], span[0]


def _groups(body: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each row."""
    lines = [line for line in body if line.strip()]
    inner = [n for n, line in enumerate(lines) if _ACROSS.match(line)]
    cells = [n for n, line in enumerate(lines) if line.count("|") >= BARS and n not in inner]
    between = any(cells[0] < n < cells[-1] for n in inner) if cells else False
    group: list[str] = []
    for line in lines:
        if _ACROSS.match(line) or not between:
            if group:
                yield group
            group = []
        if not _ACROSS.match(line):
            group.append(line)
    if group:
        yield group


def _row(group: Sequence[str], bars: Sequence[int]) -> list[Raw]:
    found: dict[int, str] = {}
    for line in group:
        for first, _, text in _pieces(line, bars):
            found[first] = _joined(found[first], text) if first in found else text
    cells = []
    for col in sorted(found):
        text = " ".join(found[col].split())
        if text:
            cell = Raw(text, [], 1, 1, False, False)
            cell.col = col
            cells.append(cell)
    return cells


def _joined(above: str, below: str) -> str:
    """Two lines of one cell: a word that reaches the bar goes on below it."""
    if not above.strip():
        return below
    if above[-1:].strip() and below[:1].strip():
        return above + below
    return f"{above} {below}"
