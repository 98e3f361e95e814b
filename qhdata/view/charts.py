"""Charts as inline SVG: bars, histograms, the flow of rows, lines. No script, no network.

Colours are CSS classes of the page (light and dark); every chart says in words what it shows (role,
title, desc), every mark has a tooltip, and the page puts the same numbers into a table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 720
ROW = 26
LEFT = 190
RIGHT = 110
LETTER = 6.6
"""Width of a letter at 12 pixels: enough to know what fits."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Rows through one step: what came in and what became of it."""

    name: str
    unit: str
    kept: int
    dropped: int
    quarantined: int

    @property
    def rows_in(self) -> int:
        """All that came in."""
        return self.kept + self.dropped + self.quarantined


def bars(title: str, rows: Sequence[tuple[str, float]], unit: str = "") -> str:
    """Horizontal bars in the order given, each with its number at the end."""
    most = max((value for _, value in rows), default=0) or 1
    marks = []
    for n, (label, value) in enumerate(rows):
        y = n * ROW
        width = max(1.0, value / most * (WIDTH - LEFT - RIGHT))
        words = f"{label}: {number(value)} {unit}".strip()
        marks.append(
            f"<g><title>{escape(words)}</title>"
            f'<text class="name" x="{LEFT - 8}" y="{y + 17}" text-anchor="end">'
            f"{escape(_fit(label, LEFT - 12))}</text>"
            f'<path class="kept" d="{_bar(LEFT, y + 4, width, ROW - 8)}"/>'
            f'<text class="value" x="{LEFT + width + 6:.1f}" y="{y + 17}">'
            f"{escape(number(value))}</text></g>"
        )
    total = sum(value for _, value in rows)
    words = f"{len(rows)} bars, {number(total)} {unit} in all"
    return _svg(title, words, max(ROW, len(rows) * ROW), marks)


def histogram(title: str, values: Sequence[float], unit: str, bins: int = 24) -> str:
    """How values are spread, on a logarithmic axis; values below 1 count as 1."""
    found = [max(1.0, v) for v in values]
    if not found:
        return _svg(title, "no values", ROW, [])
    low, high = math.log10(min(found)), math.log10(max(found))
    step = (high - low) / bins or 1.0
    counts = [0] * bins
    for value in found:
        counts[min(bins - 1, int((math.log10(value) - low) / step))] += 1
    most, height, left = max(counts), 160, 40
    width = (WIDTH - left - 10) / bins
    marks = [_grid(left, most, height)]
    for n, count in enumerate(counts):
        if not count:
            continue
        tall = count / most * height
        a, b = 10 ** (low + n * step), 10 ** (low + (n + 1) * step)
        marks.append(
            f"<g><title>{number(a)} to {number(b)} {escape(unit)}: {count:,}</title>"
            f'<rect class="kept" x="{left + n * width + 1:.1f}" y="{10 + height - tall:.1f}" '
            f'width="{width - 2:.1f}" height="{tall:.1f}" rx="2"/></g>'
        )
    for decade in range(math.ceil(low), math.floor(high) + 1):
        x = left + (decade - low) / (step * bins) * (WIDTH - left - 10)
        marks.append(
            f'<text class="tick" x="{x:.1f}" y="{height + 28}" text-anchor="middle">'
            f"{number(10**decade)}</text>"
        )
    marks.append(
        f'<text class="tick" x="{WIDTH - 10}" y="{height + 44}" text-anchor="end">'
        f"{escape(unit)}, logarithmic</text>"
    )
    middle = sorted(found)[len(found) // 2]
    words = f"{len(found):,} values, median {number(middle)} {unit}"
    return _svg(title, words, height + 50, marks)


def flow(title: str, steps: Sequence[Flow]) -> str:
    """Rows from step to step: kept flows on, dropped and quarantined leave to the right.

    Bars are to scale within the chart; a step of another unit (files, then documents) starts a new
    stream, because its rows cannot be compared.
    """
    gap, tall = 34, 22
    most = max((s.rows_in for s in steps), default=0) or 1
    room = WIDTH - LEFT - RIGHT
    marks = []
    before: tuple[float, str] | None = None
    for n, step in enumerate(steps):
        y = n * (tall + gap) + 4
        widths = [x / most * room for x in (step.kept, step.dropped, step.quarantined)]
        if before is not None and before[1] == step.unit:
            wide = sum(widths)
            marks.append(
                f'<path class="stream" d="M{LEFT},{y - gap} L{LEFT + before[0]:.1f},{y - gap} '
                f'L{LEFT + wide:.1f},{y} L{LEFT},{y} Z"/>'
            )
        marks.append(
            f'<text class="name" x="{LEFT - 8}" y="{y + 15}" text-anchor="end">'
            f"{escape(_fit(step.name, LEFT - 12))}</text>"
        )
        x = float(LEFT)
        for kind, width, count in zip(
            ("kept", "dropped", "quarantined"),
            widths,
            (step.kept, step.dropped, step.quarantined),
            strict=True,
        ):
            if not count:
                continue
            shown = max(2.0, width - 1)
            marks.append(
                f"<g><title>{escape(step.name)}: {count:,} {escape(step.unit)} {kind}</title>"
                f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{shown:.1f}" height="{tall}"/>'
                "</g>"
            )
            x += max(3.0, width)
        marks.append(
            f'<text class="value" x="{x + 6:.1f}" y="{y + 15}">{step.rows_in:,} '
            f"{escape(step.unit)}</text>"
        )
        before = (widths[0], step.unit)
    words = "; ".join(
        f"{s.name}: {s.rows_in:,} {s.unit} in, {s.kept:,} kept, {s.dropped:,} dropped, "
        f"{s.quarantined:,} quarantined"
        for s in steps
    )
    return _svg(title, words, max(ROW, len(steps) * (tall + gap) - gap + 10), marks)


def lines(
    title: str, series: Mapping[str, Sequence[tuple[float, float]]], x_unit: str, y_unit: str
) -> str:
    """Lines of (x, y) by name, up to five; names stand at the ends of the lines."""
    points = [p for line in series.values() for p in line if math.isfinite(p[1])]
    if not points:
        return _svg(title, "no points", ROW, [])
    left, height, room = 56, 200, WIDTH - 56 - 120
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    x1, y1 = (x1 if x1 > x0 else x0 + 1), (y1 if y1 > y0 else y0 + 1)

    def at(x: float, y: float) -> tuple[float, float]:
        return left + (x - x0) / (x1 - x0) * room, 10 + (y1 - y) / (y1 - y0) * height

    marks = []
    for k in range(5):
        y = y0 + (y1 - y0) * k / 4
        _, py = at(x0, y)
        marks.append(
            f'<line class="grid" x1="{left}" x2="{left + room}" y1="{py:.1f}" y2="{py:.1f}"/>'
            f'<text class="tick" x="{left - 6}" y="{py + 4:.1f}" text-anchor="end">{number(y)}'
            "</text>"
        )
    for n, (name, line) in enumerate(list(series.items())[:5]):
        some = [at(*p) for p in line if math.isfinite(p[1])]
        if not some:
            continue
        path = " L".join(f"{x:.1f},{y:.1f}" for x, y in some)
        x, y = some[-1]
        marks.append(
            f'<g><title>{escape(name)}</title><path class="line line{n}" d="M{path}"/>'
            f'<text class="value" x="{x + 6:.1f}" y="{y + 4:.1f}">{escape(_fit(name, 110))}'
            "</text></g>"
        )
    marks.append(
        f'<text class="tick" x="{left}" y="{height + 28}">{number(x0)}</text>'
        f'<text class="tick" x="{left + room}" y="{height + 28}" text-anchor="end">{number(x1)} '
        f"{escape(x_unit)}</text>"
    )
    words = f"{', '.join(series)}: {y_unit} from {number(y0)} to {number(y1)}"
    return _svg(title, words, height + 40, marks)


def number(value: float) -> str:
    """A number for people: 1,234; 12.3k; 4.5M; 0.123.

    >>> number(1234), number(45_600), number(2_300_000), number(0.1234)
    ('1,234', '45.6k', '2.3M', '0.123')
    """
    if abs(value) >= 1e9:
        return f"{value / 1e9:.1f}G"
    if abs(value) >= 1e6:
        return f"{value / 1e6:.1f}M"
    if abs(value) >= 1e4:
        return f"{value / 1e3:.1f}k"
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.3g}"


def _svg(title: str, words: str, height: float, marks: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}: '
        f'{escape(words)}" xmlns="http://www.w3.org/2000/svg"><desc>{escape(words)}</desc>'
        f"{''.join(marks)}</svg>"
    )


def _bar(x: float, y: float, width: float, height: float) -> str:
    """Square at the base, round at the end."""
    r = min(3.0, width)
    return (
        f"M{x:.1f},{y:.1f} h{width - r:.1f} q{r},0 {r},{r} v{height - 2 * r:.1f} "
        f"q0,{r} -{r},{r} h-{width - r:.1f} Z"
    )


def _grid(left: float, most: int, height: float) -> str:
    return "".join(
        f'<line class="grid" x1="{left}" x2="{WIDTH - 10}" y1="{10 + height * (1 - k / 2):.1f}" '
        f'y2="{10 + height * (1 - k / 2):.1f}"/><text class="tick" x="{left - 6}" '
        f'y="{14 + height * (1 - k / 2):.1f}" text-anchor="end">{number(most * k / 2)}</text>'
        for k in range(3)
    )


def _fit(text: str, room: float) -> str:
    most = int(room / LETTER)
    return text if len(text) <= most else text[: most - 1] + "…"
