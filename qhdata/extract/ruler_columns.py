"""Where the columns of a ruled table stand: by the ruler, and by the figures and words below it.

The ruler is loose and leaves columns out. Most rows that set as many figures side by side under
one of its marks make that many columns; so do words, where all rows leave the same blanks between.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from qhdata.extract.cells import is_value

MAX_WIDTH = 400
"""Characters of a line above which no columns of words are looked for: it was not printed."""
PIECE = re.compile(
    r"[$€£]?\s{0,3}\(?[$€£]?\s{0,2}(?:\d[\d,]*(?:\.\d+)?|\.\d+)\s?\)?\s?%?"
    r"(?:\s?\([0-9a-z]\))*(?=\s|$|\(|(?<=\))[\d$.])"
    r"|[$€£]\s{1,4}[-–—]+(?=\s|$)|\S+(?: \S+)*"
)
"""A value, with its signs and notes, or a run of words."""
NOTES = re.compile(r"(?:\s?\([0-9a-z]\))+$")
LEADERS = re.compile(r"(?:\. ?){4,}")
WIDE = re.compile(r"\S(?:\s{3,}|\s*\.{3,}\s*)\S")
RULE = re.compile(r"^[\s\-=_]+$")
_MARKS = re.compile(r"^\W*(?:\(?[0-9a-z]\)|[0-9a-z]\))?\W*$", re.I)


def blank(mark: re.Match[str]) -> str:
    """Blanks in place of a mark: what follows it keeps its column."""
    return " " * len(mark[0])


def _label_end(columns: list[int], body: list[str]) -> int:
    """Where labels end: before the leftmost value of the first column; the ruler is loose."""
    first = columns[0]
    stop = columns[1] if len(columns) > 1 else 1 << 30
    for line in body:
        for piece in PIECE.finditer(line):
            begin = piece.start() + len(piece[0]) - len(piece[0].lstrip())
            if first <= piece.end() - 1 < stop and is_value(piece[0].strip()):
                first = max(1, min(first, begin))
                break
    return first


def all_columns(columns: list[int], body: list[str]) -> tuple[list[int], int]:
    """(columns with those that the ruler left out, where labels end)."""
    first = _label_end(columns, body)
    columns = sorted({*columns, *_figure_columns(columns, first, body)})
    more = _word_columns(columns, first, body)
    columns = sorted({*columns, *more})
    if columns[0] <= 4 and more:  # both marks begin the line: the first words are the labels
        columns = columns[1:]
        first = _label_end(columns, body)
    return columns, first


def _figure_columns(columns: list[int], first: int, body: list[str]) -> list[int]:
    """Edges of columns: where most rows set as many values side by side in one column, it is that
    many.
    """
    rows: dict[int, list[list[tuple[int, int]]]] = {}
    for line in body:
        spans: dict[int, list[tuple[int, int]]] = {}
        for piece in _pieces(line, first):
            if is_value(piece[0].strip()):
                begin, end = _span(piece)
                spans.setdefault(place(piece, columns), []).append((begin, end - 1))
        for column, found in spans.items():
            rows.setdefault(column, []).append(found)
    more: list[int] = []
    for held in rows.values():
        count = max({len(r) for r in held}, key=[len(r) for r in held].count)
        same = [r for r in held if len(r) == count]
        if count < 2 or len(same) < 3 or len(same) * 10 < 6 * len(held):
            continue
        edges = [max(r[k][1] for r in same) + 1 for k in range(count - 1)]
        if all(e <= min(r[k + 1][1] for r in same) for k, e in enumerate(edges)):
            more += edges
    return more


def stand(columns: list[int], first: int, body: list[str]) -> list[tuple[int, int]]:
    """Where the figures of each column begin and end; the words where it has none."""
    figures: list[tuple[int, int]] = [(1 << 30, -1)] * len(columns)
    words = list(figures)
    for line in body:
        for piece in _pieces(line, first) if not is_prose(line, first) else ():
            begin, end = _span(piece)
            held = figures if is_value(piece[0].strip()) else words
            k = place(piece, columns) - 1
            held[k] = min(held[k][0], begin), max(held[k][1], end)
    places = [f if f[1] >= 0 else w for f, w in zip(figures, words, strict=True)]
    return [
        (low, high) if high >= 0 else (max(first, mark), max(first, mark) + 4)
        for (low, high), mark in zip(places, columns, strict=True)
    ]


def is_prose(line: str, first: int) -> bool:
    """A line that runs over the columns without a gap: a note, or a label that is too long."""
    text = line.strip()
    return not text or (len(line.rstrip()) > first + 6 and not WIDE.search(text) and len(text) > 30)


def place(piece: re.Match[str], columns: list[int]) -> int:
    """The column of a piece: a value's is where it ends, that of words where they begin."""
    begin, end = _span(piece)
    return max(1, bisect_right(columns, end - 1 if is_value(piece[0].strip()) else begin + 2))


def _pieces(line: str, first: int) -> list[re.Match[str]]:
    """Pieces of a line that are no rules, right of the labels."""
    found = PIECE.finditer(LEADERS.sub(blank, line), first)
    return [p for p in found if p[0].strip() and not (RULE.match(p[0]) and len(p[0].strip()) > 2)]


def _span(piece: re.Match[str]) -> tuple[int, int]:
    """Where a piece begins and ends, notes left out."""
    begin = piece.end() - len(piece[0].lstrip())
    return begin, piece.start() + len(NOTES.sub("", piece[0].rstrip()))


def _word_columns(columns: list[int], first: int, body: list[str]) -> list[int]:
    """Where columns of words begin that the ruler left out: all rows leave two blanks before it."""
    rows: dict[int, list[list[tuple[int, int, bool]]]] = {}
    for line in body:
        if is_prose(line, first):
            continue
        if len(line) > MAX_WIDTH:
            return []
        spans: dict[int, list[tuple[int, int, bool]]] = {}
        for piece in _pieces(line, first):
            spans.setdefault(place(piece, columns), []).append(
                (*_span(piece), _MARKS.match(piece[0]) is not None)
            )
        for column, found in spans.items():
            rows.setdefault(column, []).append(found)
    more: list[int] = []
    for held in rows.values():
        high = -1
        for begin, end, _ in sorted(span for row in held for span in row):
            if 0 <= high <= begin - 2:
                sides = [
                    (any(s[0] < begin and not s[2] for s in r), any(s[0] >= begin for s in r))
                    for r in held
                ]
                both = [
                    r for r, side in zip(held, sides, strict=True)
                    if all(side) and not next(s[2] for s in r if s[0] >= begin)
                ]  # fmt: skip
                if len(both) >= 3 and len(both) * 10 >= 6 * len(held):
                    more.append(begin)
            high = max(high, end)
    return more
