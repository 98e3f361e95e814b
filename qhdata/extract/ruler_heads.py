"""Headings of a ruled table: which columns each one stands over.

A line of dashes below a heading says what it spans. Where there is none the heading stands in the
middle of its columns: between two of them, over all that a year ends below, or on one. Columns are
where their figures and their own headings stand, not where the ruler's marks do. Lines are read
from the lowest one up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qhdata.extract.periods import MONTH, ends_period, is_open_period
from qhdata.extract.placed import Raw

Extent = tuple[int, int]
"""Where something stands in its line: begin and end."""
MAX_LINES = 20
"""Heading lines above which spans are not looked for: no table has as many."""
MAX_COLUMNS = 24
"""Columns above which spans are not looked for: no printer's line has as many."""
_PHRASE = re.compile(r"\S+(?: \S+)*")
_DASHES = re.compile(r"(?<!\S)[-=_]{3,}(?!\S)")
_LEAD = re.compile(r"^- (?=-{3})")
_TWO_DATES = re.compile(rf"(?<=\d,) (?={MONTH} \d)", re.I)
_ORDINAL = re.compile(r"^(?:first|second|third|fourth|[1-4](?:st|nd|rd|th)|Q[1-4])\b", re.I)


@dataclass(slots=True)
class _Heading:
    begin: int
    end: int
    text: str
    first: int = -1
    last: int = -1

    @property
    def middle(self) -> float:
        return (self.begin + self.end) / 2


class Heads:
    """The heading lines of one table. columns: where the figures of each stand; label: where
    labels end.
    """

    def __init__(self, lines: Sequence[str], columns: list[Extent], label: int) -> None:
        self.columns = columns
        self.label = label
        self.drawn = any(line.count("|") > 2 for line in lines)
        """Whether its cells are drawn with bars, which say nothing of the middle."""
        self.labels: list[str] = []
        self.lines: list[list[_Heading]] = []
        self.dashes: list[list[Extent]] = []
        self.own: list[Extent | None] = [None] * len(columns)
        """Where the headings of one column stand."""
        self.leaves: list[str] = [""] * len(columns)
        """The lowest heading of each column."""
        for line in lines:
            line = _LEAD.sub("--", line)
            self.dashes.append([m.span() for m in _DASHES.finditer(line)])
            line = _DASHES.sub(lambda m: " " * len(m[0]), line)
            label_text, found = _phrases(line, label)
            self.labels.append(label_text)
            self.lines.append(_apart(found, len(columns)))

    def rows(self) -> list[list[Raw]]:
        """Cells of every line that has any, headings over several columns with their span."""
        known = len(self.columns) <= MAX_COLUMNS and sum(map(bool, self.lines)) <= MAX_LINES
        for n in range(len(self.lines) - 1, -1, -1):
            if known and not self.drawn and len(self.lines[n]) <= len(self.columns):
                self._read(n)
            for heading in self.lines[n]:
                if heading.first < 0:
                    heading.first = heading.last = self._nearest(heading)
        out = []
        for label, line in zip(self.labels, self.lines, strict=True):
            row = [_cell(label, 0, 0)] if label else []
            for heading in line:
                before = row[-1] if row else None
                if before is not None and before.col > 0:
                    if heading.first <= before.col:
                        before.text = f"{before.text} {heading.text}"
                        before.colspan = max(before.colspan, heading.last - before.col + 1)
                        continue
                    before.colspan = min(before.colspan, heading.first - before.col)
                row.append(_cell(heading.text, heading.first, heading.last))
            if row:
                out.append(row)
        return out

    def _read(self, n: int) -> None:
        line = self.lines[n]
        if len(line) == len(self.columns):
            for k, heading in enumerate(line):
                heading.first = heading.last = k + 1
        else:
            for heading in line:
                self._underlined(n, heading)
            if any(heading.first < 0 for heading in line):
                self._whole(line)
            for k, heading in enumerate(line):
                if heading.first < 0:
                    self._between(line, k)
        for heading in line:
            if heading.first < 0:
                heading.first = heading.last = self._nearest(heading)
            if heading.first == heading.last:
                k = heading.first - 1
                held = self.own[k] or (heading.begin, heading.end)
                self.own[k] = min(held[0], heading.begin), max(held[1], heading.end)
                if not heading.text.startswith("("):
                    self.leaves[k] = self.leaves[k] or heading.text

    def _extent(self, k: int) -> Extent:
        """Where a column stands, with its own headings."""
        low, high = self.columns[k]
        own = self.own[k]
        return (low, high) if own is None else (min(low, own[0]), max(high, own[1]))

    def _middle(self, k: int, last: int) -> list[float]:
        """Middles of a run of columns: by their headings, and by their figures too."""
        both = (self._extent(k)[0] + self._extent(last)[1]) / 2
        left, right = self.own[k], self.own[last]
        return [both] if left is None or right is None else [both, (left[0] + right[1]) / 2]

    def _off(self, heading: _Heading, k: int, last: int) -> float:
        return min(abs(heading.middle - middle) for middle in self._middle(k, last))

    def _alone(self, heading: _Heading) -> float:
        """How far a heading stands from the one column that suits it best."""
        best = 1e9
        before = -1
        for k in range(len(self.columns)):
            best = min(best, self._off(heading, k, k))
            high = self._extent(k)[1]
            if heading.begin >= before:
                best = min(best, abs(heading.end - high))
            before = high
        return best

    def _nearest(self, heading: _Heading) -> int:
        """The one column of a heading: that which it stands over most, else the nearest."""

        def distance(k: int) -> tuple[int, float]:
            low, high = self._extent(k)
            shared = min(heading.end, high) - max(heading.begin, low)
            return -max(0, shared), self._off(heading, k, k)

        return min(range(len(self.columns)), key=distance) + 1

    def _underlined(self, n: int, heading: _Heading) -> None:
        """Take the columns over which the dashes below a heading run."""
        for below, dashes in enumerate(self.dashes[n + 1 :], n + 1):
            for low, high in dashes:
                if high <= heading.begin or heading.end <= low:
                    continue
                inside = [h for h in self.lines[n] if low <= h.middle < high]
                off = abs(heading.middle - (low + high) / 2)
                if (
                    low < self.label - 4
                    or inside != [heading]
                    or off > max(2.5, 0.12 * (high - low))
                ):
                    return
                under = [
                    k
                    for k in range(len(self.columns))
                    if any(low - 1 <= middle <= high + 1 for middle in self._middle(k, k))
                ]
                over = [h for line in self.lines[:below] for h in line if low <= h.middle < high]
                short = high - low <= max(h.end - h.begin for h in over) + 3
                if len(under) > 1 or (under and not short and below == n + 1):
                    heading.first, heading.last = under[0] + 1, under[-1] + 1
                return

    def _whole(self, line: list[_Heading]) -> None:
        """Share all columns out among the headings of a line, where nothing else makes sense."""
        count = len(self.columns)
        if len(line) >= count or any(heading.first >= 0 for heading in line):
            return
        if len(line) == 1 and self._over_all(line[0]):
            line[0].first, line[0].last = 1, count
            return
        ended = all(ends_period(leaf) for leaf in self.leaves)
        periods = ended and all(is_open_period(h.text) for h in line)
        even = len(line) > 1 and count % len(line) == 0 and all(self.leaves)
        if not periods and not even:
            return
        groups = self._shared_out(line)
        off = [self._off(h, k, last) for h, (k, last) in zip(line, groups, strict=True)]
        even = even and len({last - k for k, last in groups}) == 1 and max(off) <= 2.5
        if even or (periods and max(off) <= 6):
            for heading, (k, last) in zip(line, groups, strict=True):
                heading.first, heading.last = k + 1, last + 1

    def _over_all(self, heading: _Heading) -> bool:
        """Whether a line's lone heading stands over all columns: it reaches the first and the last
        or it is in the middle, and not just that of one of them.
        """
        count = len(self.columns)
        ends = self._extent(0)[1], self._extent(count - 1)[0]
        if heading.begin < ends[0] and ends[1] < heading.end:
            return True
        right = max(high for _, high in self.columns)
        off = abs(heading.middle - (self.label + right) / 2)
        own = self._nearest(heading) - 1
        if off > max(3.0, 0.12 * (right - self.label)):
            return False
        low, high = self._extent(own)
        if own * 2 != count - 1:
            return self._off(heading, own, own) > 2
        said = heading.text.startswith("(") or is_open_period(heading.text)
        wide = heading.end - heading.begin > high - low
        return said or wide or self._alike(0, count - 1)

    def _shared_out(self, line: list[_Heading]) -> list[tuple[int, int]]:
        """The runs of columns, one for each heading and all in order, nearest to their middles."""
        count = len(self.columns)
        best: list[tuple[float, list[tuple[int, int]]]] = [
            (self._off(line[0], 0, last), [(0, last)]) for last in range(count)
        ]
        for n, heading in enumerate(line[1:], 1):
            after = list(best)
            for last in range(n, count):
                after[last] = min(
                    (best[k - 1][0] + self._off(heading, k, last), [*best[k - 1][1], (k, last)])
                    for k in range(n, last + 1)
                )
            best = after
        return best[-1][1]

    def _between(self, line: list[_Heading], n: int) -> None:
        """Take the columns in whose middle a heading stands, where no one column suits it."""
        heading = line[n]
        left = line[n - 1].end if n else -1
        right = line[n + 1].begin if n + 1 < len(line) else 1 << 30
        free = [
            k
            for k in range(len(self.columns))
            if left < min(self._middle(k, k)) and max(self._middle(k, k)) < right
            and not any(h.first <= k + 1 <= h.last for h in line)
        ]  # fmt: skip
        alone = self._alone(heading)
        found: list[tuple[int, int]] = []
        for k in free:
            for last in free:
                wide = self._extent(last)[1] - self._extent(k)[0]
                if last <= k or self._off(heading, k, last) > max(3.0, 0.1 * wide):
                    continue
                over = heading.begin < self._extent(k)[1] and heading.end > self._extent(last)[0]
                if over if (last - k) % 2 == 0 else self._off(heading, k, last) + 1 < alone:
                    found.append((k, last))
        alike = [(k, last) for k, last in found if self._alike(k, last)]
        if found:
            k, last = max(alike, key=lambda f: f[1] - f[0]) if alike else found[0]
            if not alike:
                k, last = min(found, key=lambda f: (f[1] - f[0], self._off(heading, *f)))
            heading.first, heading.last = k + 1, last + 1

    def _alike(self, k: int, last: int) -> bool:
        """Whether what stands below is of one kind: years, dates, quarters."""
        leaves = self.leaves[k : last + 1]
        return any(all(kind(leaf) for leaf in leaves) for kind in (ends_period, _ORDINAL.match))


def _phrases(line: str, label: int) -> tuple[str, list[_Heading]]:
    """(label, headings) of a line. A phrase that reaches over the end of the labels is a heading
    where blanks stand before it, else a long label.
    """
    labels: list[str] = []
    found: list[_Heading] = []
    for phrase in _PHRASE.finditer(line):
        begin, end = phrase.span()
        if end <= label or (not found and begin < 2 and begin < label):
            labels.append(phrase[0])
        else:
            found.append(_Heading(begin, end, phrase[0]))
    return " ".join(labels), found


def _apart(found: list[_Heading], count: int) -> list[_Heading]:
    """Dates that one blank parts are headings of their own, where that makes one a column."""
    split: list[_Heading] = []
    for heading in found:
        begin = heading.begin
        for text in _TWO_DATES.split(heading.text):
            split.append(_Heading(begin, begin + len(text), text))
            begin += len(text) + 1
    return split if len(split) == count else found


def _cell(text: str, first: int, last: int) -> Raw:
    cell = Raw(text, [], last - first + 1, 1, True, True)
    cell.col = first
    return cell
