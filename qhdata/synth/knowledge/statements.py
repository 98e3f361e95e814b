"""A table said in sentences: "In 2024, Acme reported revenue of $47 million, against $42 million in
2023."

With lines as context style the passage is the rows themselves, twice, the second time shuffled: a
tiny model learns to copy a number from its label before it learns anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.concepts import family_of_label
from qhdata.factstore.figures import Figure
from qhdata.quantities.parse import Quantity
from qhdata.quantities.render import render
from qhdata.step import Skip
from qhdata.synth.grid import NAMELESS, Excerpt, Grid, Row, source_of
from qhdata.synth.knowledge.passage import passage
from qhdata.synth.made import Made
from qhdata.synth.material import Material, each_grid, part_of_year, part_unsaid

_PAIRS = (
    "{filer} reported {label} of {new} for {now}, against {old} for {then}.",
    "For {now}, {label} at {filer} was {new}; for {then} it was {old}.",
    "{label}: {new} for {now} and {old} for {then}, as {filer} reported.",
)
_ALONE = (
    "{filer} reported {label} of {new} for {now}.",
    "For {now}, {label} at {filer} was {new}.",
)
_PAIRS_ZH = (
    "{filer}{now}{label}为{new}，{then}为{old}。",
    "{now}，{filer}的{label}为{new}，上年（{then}）为{old}。",
)
_DAY = re.compile(r"[A-Z][A-Za-z]{2,8}\.? \d{1,2},? \d{4}|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日")
_LENGTH = re.compile(r"\b[A-Za-z0-9-]{1,12}[ -](?:months?|weeks?) ended(?= )", re.I)
_ALONE_ZH = ("{filer}{now}{label}为{new}。",)


class Statements:
    """Every table, a few rows at a time."""

    name: ClassVar[str] = "knowledge.statements"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[Made | Skip]:
        """One passage for each run of rows."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[Made | Skip]:
        if not grid.document.filer:
            yield Skip("filer_unknown")
            return
        in_words = grid.settings.context_style != "lines"
        if in_words and any(part_unsaid(grid, column) for column in range(len(grid.headers))):
            yield Skip("part_unsaid")  # no table beside the sentence tells which part of the year
            return
        size = max(2, grid.settings.context_rows)
        told = grid.rows
        if in_words:
            told = tuple(row for row in told if _stands_alone(row))
        for at in range(0, len(told), size):
            rows = told[at : at + size]
            if len(rows) < 2:
                yield Skip("too_few_rows")
                continue
            sources = [source_of(grid, figure) for row in rows for figure in row.figures]
            if in_words:
                text = " ".join(_sentence(grid, row, rng) for row in rows)
            else:
                text = _twice(grid, rows, rng)
            yield passage(f"{self.name}@{self.version}", grid, text, sources)


def _twice(grid: Grid, rows: tuple[Row, ...], rng: Random) -> str:
    alike = tuple(row for row in rows if (row.unit, row.scale) == (rows[0].unit, rows[0].scale))
    first = Excerpt(grid=grid, rows=alike).text()
    lines = first.split("\n")[1:]
    rng.shuffle(lines)
    return "\n".join([first, *lines])


def _stands_alone(row: Row) -> bool:
    """Whether a row's label says enough without its table: "Total" does not, and "Total assets" of
    a table of fair values would be taken for the filer's.
    """
    if NAMELESS.fullmatch(row.label.strip()):
        return False
    return row.concept is not None or family_of_label(row.label) is None


def period_of(grid: Grid, column: int) -> str:
    """What a sentence without its table calls a column: a part of a year with its last day, since
    a filer has four quarters; in a report on a part of a year a day as such.
    """
    head, period = grid.headers[column], grid.periods[column]
    day = _DAY.search(head)
    if day is None or (period.isascii() and not grid.interim and not part_of_year(period)):
        return period
    length = _LENGTH.search(head)
    return f"the {length[0].lower()} {day[0]}" if length else " ".join(day[0].split())


def _sentence(grid: Grid, row: Row, rng: Random) -> str:
    zh = grid.lang == "zh"
    words = {
        "filer": grid.document.filer,
        "label": row.label,
        "now": period_of(grid, 0),
        "new": amount(row.figures[0], grid.lang),
    }
    if len(row.figures) < 2:
        return rng.choice(_ALONE_ZH if zh else _ALONE).format_map(words)
    words |= {"then": period_of(grid, 1), "old": amount(row.figures[1], grid.lang)}
    return rng.choice(_PAIRS_ZH if zh else _PAIRS).format_map(words)


def amount(figure: Figure, lang: str) -> str:
    """A figure with its unit and scale word, its digits as shown."""
    places = max(0, -int(figure.bare.normalize().as_tuple().exponent))
    if figure.unit == "percent":
        return render(Quantity(figure.value, "", "percent"), places=places)
    try:
        return render(
            Quantity(figure.value, figure.unit),
            places=places,
            scale=figure.scale,
            lang="zh" if lang == "zh" else "en",
        )
    except ValueError:  # a scale without a word in this language
        return render(Quantity(figure.value, figure.unit), lang="zh" if lang == "zh" else "en")
