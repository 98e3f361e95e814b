"""A reliability diagram as inline SVG: what a score promises against what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from qhdata.view.charts import number

_SIZE = 260
_LEFT = 56
_WIDTH = 720


def reliability(title: str, bins: Sequence[Mapping[str, Any]], noun: str) -> str:
    """Bars of the share that is right, by bins of the score, beside the diagonal that they should
    touch; how many documents a bin has stands in its tooltip and above it.

    bins: `from`, `to`, `n`, `mean_score`, `share_right`. noun: what is counted.
    """
    marks = []
    for k in range(5):
        y = 10 + _SIZE * (1 - k / 4)
        x = _LEFT + _SIZE * k / 4
        marks.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_LEFT + _SIZE}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{k / 4:g}</text>'
            f'<text class="tick" x="{x:.1f}" y="{_SIZE + 26}" text-anchor="middle">{k / 4:g}</text>'
        )
    for row in bins:
        x = _LEFT + row["from"] * _SIZE
        wide = (row["to"] - row["from"]) * _SIZE
        tall = row["share_right"] * _SIZE
        at = _LEFT + row["mean_score"] * _SIZE
        y = 10 + _SIZE - tall
        words = (
            f"score {row['from']:g} to {row['to']:g}, mean {row['mean_score']:.3f}: "
            f"{row['share_right']:.3f} right of {row['n']:,} {noun}"
        )
        marks.append(
            f"<g><title>{escape(words)}</title>"
            f'<rect class="stream" x="{x + 1:.1f}" y="{y:.1f}" width="{wide - 2:.1f}" '
            f'height="{max(tall, 1):.1f}"/>'
            f'<circle class="kept" cx="{at:.1f}" cy="{y:.1f}" r="4"/>'
            f'<text class="tick" x="{x + wide / 2:.1f}" y="{max(8.0, y - 7):.1f}" '
            f'text-anchor="middle">{escape(number(row["n"]))}</text></g>'
        )
    marks.append(
        f'<path class="line line4" d="M{_LEFT},{10 + _SIZE} L{_LEFT + _SIZE},10"/>'
        f'<text class="tick" x="{_LEFT + _SIZE}" y="{_SIZE + 42}" text-anchor="end">score</text>'
        f'<text class="tick" x="{_LEFT + _SIZE + 8}" y="14">right as often as it says</text>'
    )
    total = sum(row["n"] for row in bins)
    words = f"{len(bins)} bins of {total:,} {noun}; dots: mean score and share that is right"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_SIZE + 50}" role="img" aria-label="{escape(title)}: '
        f'{escape(words)}" xmlns="http://www.w3.org/2000/svg"><desc>{escape(words)}</desc>'
        f"{''.join(marks)}</svg>"
    )
