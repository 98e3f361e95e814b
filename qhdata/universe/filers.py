"""Filers: who files, in which industry, how large, and in which house style.

Most filers are small on purpose: their statements are in millions with two or three digits,
which a model of half a million parameters can learn to copy. Every fourth is large, every
fourth counts in thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qhdata.universe import names
from qhdata.universe.chance import rng_for
from qhdata.universe.industries import INDUSTRIES, Industry

Flavour = Literal["span", "paragraph"]
Size = Literal["small", "large", "thousands"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one filer's documents look; drawn once, the same in all its filings."""

    flavour: Flavour
    font: str
    footer: Literal["name", "page", "name_dash"]
    """`Name | 2024 Form 10-K | 21`, `21`, or `- 21 -`."""
    back_link: bool
    """A "Table of Contents" link on top of every page."""
    heading: Literal["Item 7.    Title", "ITEM 7. TITLE", "cells"]
    revenue: str
    """The filer's own word for its first line."""
    profit: str
    """Its word for the last line."""
    company: str
    """How it calls itself in prose."""
    signs: Literal["$47 million", "$ 47 million"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedFiler:
    """One filer; `index` and `seed` decide everything else."""

    index: int
    seed: int
    cik: str
    """Ten digits."""
    short: str
    name: str
    ticker: str
    industry: Industry
    size: Size
    last_month: int
    """The month in which its fiscal year ends."""
    state: tuple[str, str]
    street: str
    town: str
    zip_code: str
    phone: str
    irs: str
    file_number: str
    chief: str
    treasurer: str
    auditor: str
    employees: int
    founded: int
    style: Style

    @property
    def scale(self) -> int:
        """Shown x 10^scale = value: 6 for millions, 3 for thousands."""
        return 3 if self.size == "thousands" else 6

    @property
    def scale_word(self) -> str:
        """`million` or `thousand`."""
        return "thousand" if self.size == "thousands" else "million"

    @property
    def exchange(self) -> str:
        """Where the shares trade."""
        return ("NASDAQ", "NYSE")[self.index % 2]


_SIZES: tuple[Size, ...] = ("small", "small", "large", "thousands")


def invent_filers(count: int, seed: int) -> list[InventedFiler]:
    """`count` filers; a larger count has the smaller one's filers first."""
    taken: set[str] = set()
    return [_invent(index, seed, taken) for index in range(count)]


def _invent(index: int, seed: int, taken: set[str]) -> InventedFiler:
    rng = rng_for(seed, "filer", index)
    short, name, ticker = names.filer_name(rng, taken)
    industry = INDUSTRIES[index % len(INDUSTRIES)]
    size = _SIZES[(index + index // len(INDUSTRIES)) % len(_SIZES)]
    if industry.archetype == "bank" and size == "large":
        size = "small"
    style = Style(
        flavour=rng.choice(("span", "span", "paragraph")),
        font=rng.choice(
            ("'Helvetica',sans-serif", "'Times New Roman',serif", "'Arial',sans-serif")
        ),
        footer=rng.choice(("name", "name", "page", "name_dash")),
        back_link=rng.random() < 0.4,
        heading=rng.choice(("Item 7.    Title", "ITEM 7. TITLE", "cells")),
        revenue=_revenue_word(rng.random(), industry),
        profit=rng.choice(("Net income", "Net income", "Net earnings")),
        company=rng.choice(("the Company", short, "the Company")),
        signs=rng.choice(("$47 million", "$47 million", "$47 million", "$ 47 million")),
    )
    return InventedFiler(
        index=index,
        seed=seed,
        cik=f"{9_000_000 + 1_000 * (seed % 900) + index:010d}",
        short=short,
        name=name,
        ticker=ticker,
        industry=industry,
        size=size,
        last_month=rng.choice((12, 12, 12, 12, 6, 9)),
        state=names.state(rng),
        street=names.street(rng),
        town=names.town(rng),
        zip_code=f"{rng.randint(10000, 99899)}",
        phone=f"(555) {rng.randint(200, 989)}-{rng.randint(1000, 9999)}",
        irs=f"{rng.randint(10, 89)}-{rng.randint(1000000, 9999999)}",
        file_number=f"001-{rng.randint(90000, 99999)}",
        chief=names.person(rng),
        treasurer=names.person(rng),
        auditor=f"{names.word(rng, 2)} & {names.word(rng, 2)} LLP",
        employees=rng.randint(3, 90) * 100,
        founded=rng.randint(1921, 2008),
        style=style,
    )


def _revenue_word(draw: float, industry: Industry) -> str:
    if industry.archetype == "bank":
        return "Total revenue"
    if industry.archetype == "property":
        return "Operating revenues" if draw < 0.5 else "Total revenues"
    return ("Revenue", "Net sales", "Revenues", "Net revenue")[int(draw * 4)]
