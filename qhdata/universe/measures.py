"""Operating measures by region: two-digit counts that no statement holds and that nobody can
know by heart.

A filer's statement figures recur in many filings, and a small model learns them by heart sooner
than it learns to look them up. These do not recur: whoever predicts them has read the table
above.
"""

from __future__ import annotations

from random import Random

from qhdata.universe.analysis import brief, restated
from qhdata.universe.chance import rng_for
from qhdata.universe.filers import InventedFiler
from qhdata.universe.markup import Amount, Grid, Markup, Row, esc
from qhdata.universe.statements import Span

_REGIONS = (
    "North", "South", "East", "West", "Central", "Coast", "Lakes", "Hills", "Islands", "Valley",
)  # fmt: skip
_COUNTS = (
    "orders", "visits", "routes", "claims", "trials", "hires", "sites", "teams", "audits", "bids",
)  # fmt: skip
_PRICES = ("price", "rent", "fee", "cost", "wage", "fare")
"""Dollar amounts a unit; the others are counts."""


def value(filer: InventedFiler, region: str, measure: str, fy: int, quarter: int) -> int:
    """10 to 99; the same in every filing that tells it."""
    return rng_for(filer.seed, "measure", filer.index, region, measure, fy, quarter).randint(10, 99)


def block(filer: InventedFiler, span: Span, markup: Markup, rng: Random) -> list[str]:
    """A table of two to four regions in two quarters; each cell again in words, twice, and
    asked for."""
    quarter = span.quarters[-1]
    now = Span(span.fy, (quarter,))
    prior = rng.choice((Span(span.fy - 1, (quarter,)), _before(span.fy, quarter)))
    dollar = rng.random() < 0.4
    measure = rng.choice(_PRICES if dollar else _COUNTS)
    regions = rng.sample(_REGIONS, k=rng.randint(2, 4))
    sign = "$" if dollar else ""

    def shown(region: str, at: Span) -> str:
        return str(value(filer, region, measure, at.fy, at.quarters[0]))

    rows = tuple(
        Row(region, tuple(Amount(shown(region, at), sign) for at in (now, prior)))
        for region in regions
    )
    heads = (((brief(now), 1), (brief(prior), 1)),)
    title = f"{filer.short}, {measure} by region" + (" (in dollars)" if dollar else "")
    pieces = [markup.paragraph(esc(title), bold=True), markup.grid(Grid(heads, rows, 2))]
    for _ in range(2):
        told = [
            restated(
                f"{region} {measure}",
                sign + shown(region, now),
                sign + shown(region, prior),
                brief(now),
                brief(prior),
                rng,
            )
            for region in rng.sample(regions, k=len(regions))
        ]
        pieces.append(markup.paragraph(esc(" ".join(told))))
    verb = "was" if dollar else "were"
    for region in rng.sample(regions, k=2):
        at = rng.choice((now, prior))
        name = f"{region} {measure}"
        answer = f"{name} {verb} {sign}{shown(region, at)}."
        asked = f"Q: What {verb} {name} in {brief(at)}? A: {answer}"
        pieces.append(markup.paragraph(esc(asked)))
    return pieces


def _before(fy: int, quarter: int) -> Span:
    return Span(fy, (quarter - 1,)) if quarter > 1 else Span(fy - 1, (4,))
