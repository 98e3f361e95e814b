"""A table said in sentences: "In 2024, Acme reported revenue of $47 million, against $42 million in
2023."

With lines as context style the passage is the rows themselves, twice, the second time shuffled: a
tiny model learns to copy a number from its label before it learns anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.concepts import concept, family_of_label
from qhdata.factstore.figures import Figure
from qhdata.quantities.parse import Quantity
from qhdata.quantities.render import render
from qhdata.step import Skip
from qhdata.synth.grid import NAMELESS, Excerpt, Grid, Row, source_of
from qhdata.synth.knowledge.passage import passage
from qhdata.synth.made import Made
from qhdata.synth.material import Material, each_grid
from qhdata.synth.periods_asked import part_of_year, part_unsaid

_PAIRS = (
    "{filer} reported {label} of {new} {at} {now}, against {old} {at} {then}.",
    "{At} {now}, {label} at {filer} was {new}; {at} {then} it was {old}.",
    "{label}: {new} {at} {now} and {old} {at} {then}, as {filer} reported.",
)
_ALONE = (
    "{filer} reported {label} of {new} {at} {now}.",
    "{At} {now}, {label} at {filer} was {new}.",
)
_PAIRS_ZH = (
    "{filer}{now}{label}为{new}，{then}为{old}。",
    "{now}，{filer}的{label}为{new}，上年（{then}）为{old}。",
)
_DAY = re.compile(
    r"[A-Z][A-Za-z]{2,8}\.? \d{1,2}(?:, ?| )\d{4}|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
)
_LENGTH = re.compile(
    r"\b(?P<many>[A-Za-z0-9-]{1,12}[ -](?:month|week))s?(?: periods?)? ended(?= )"
    r"|\b(?P<one>(?:fiscal )?year|quarter)s?(?: periods?)? ended(?= )",
    re.I,
)
_MONTH = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
_OF_TIME = re.compile(
    rf"\([^()]*\b(?:thousands|millions|billions|unaudited|audited)\b[^()]*\)"
    rf"|\b(?:{_MONTH})[a-z]*\b|\b(?:three|six|nine|twelve|thirteen|twenty|six|thirty|nine|fifty"
    rf"|two|three|fiscal|years?|quarters?|months?|weeks?|periods?|ended|ending|as|of|at|for|the|in"
    rf"|on|and|first|second|third|fourth|q[1-4]|[fc]y|total|amounts?|results|reported|gaap"
    rf"|(?:un)?audited|thousands|millions)\b|年度?|[月日末]|期末|本期|上期|合计|金额|余额|发生额|合并"
    rf"|[^A-Za-z一-鿿]",
    re.I,
)
"""What a heading says of when, of scale, or of the whole."""
_OF_DAY = re.compile(
    r"\([^()]*\b(?:thousands|millions|billions|(?:un)?audited)\b[^()]*\)|\b(?:as of|at)\b"
    r"|[^A-Za-z一-鿿]",
    re.I,
)
_LEANS = re.compile(
    rf"{NAMELESS.pattern}|others?\W*|(?:as an? )?(?:%|percent).*|(?:basic|diluted)\W*(?:\(\w+\))?"
    r"|其他|其中.*|占.{0,12}(?:比|比例|比重)",
    re.I,
)
"""A label that leans on the row above it, or on the table's title."""
OfWhom = Callable[[str], str]
"""fact_id -> its dimensions as JSON."""
_ALONE_ZH = ("{filer}{now}{label}为{new}。",)


class Statements:
    """Every table, a few rows at a time."""

    name: ClassVar[str] = "knowledge.statements"
    version: ClassVar[int] = 2

    def make(self, material: Material, rng: Random) -> Iterator[Made | Skip]:
        """One passage for each run of rows."""

        def of_whom(fact_id: str) -> str:
            found = material.store.connection.execute(
                "SELECT dimensions FROM facts WHERE fact_id = ?", (fact_id,)
            ).fetchone()
            return str(found[0]) if found else "[]"

        return each_grid(material, rng, lambda grid, own: self._of_grid(grid, own, of_whom))

    def _of_grid(
        self, grid: Grid, rng: Random, of_whom: OfWhom = lambda _: "[]"
    ) -> Iterator[Made | Skip]:
        if not grid.document.filer:
            yield Skip("filer_unknown")
            return
        in_words = grid.settings.context_style != "lines"
        if in_words and any(part_unsaid(grid, column) for column in range(len(grid.headers))):
            yield Skip("part_unsaid")  # no table beside the sentence tells which part of the year
            return
        if in_words and any(_OF_TIME.sub("", head) for head in grid.headers):
            yield Skip("heading_says_more")  # of a segment, of fair values, of an acquired company
            return
        size = max(2, grid.settings.context_rows)
        told = grid.rows
        if in_words:
            told = tuple(
                row for row in told if _stands_alone(row, of_whom) and not _of_a_day(grid, row)
            )
        for at in range(0, max(1, len(told)), size):
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


def _stands_alone(row: Row, of_whom: OfWhom = lambda _: "[]") -> bool:
    """Whether a row's label says enough without its table: "Total" and "Europe" do not, "Total
    assets" of a table of fair values would be taken for the filer's, and so would the "Cash" of a
    company that it bought, whose fact has a dimension.
    """
    if _LEANS.fullmatch(row.label.strip()) or not row.unit:
        return False
    if row.concept is None and family_of_label(row.label) is not None:
        return False
    return all(of_whom(f.fact_id) == "[]" for f in row.figures if f.fact_id)


def _of_a_day(grid: Grid, row: Row) -> bool:
    """Whether a heading that names a day alone stands over what takes a length of time: the words
    that say which are elsewhere.
    """
    if row.concept is None or concept(row.concept).instant:
        return False
    return any(_at(grid, column) == "at" for column in range(len(grid.headers)))


def period_of(grid: Grid, column: int) -> str:
    """What a sentence without its table calls a column: a part of a year with its last day, since
    a filer has four quarters; in a report on a part of a year a day as such, and so everywhere
    where the heading is no more than a day: what is at February 2, 2025, is of fiscal 2024.
    """
    head, period = grid.headers[column], grid.periods[column]
    day = _DAY.search(head)
    if day is None:
        return period
    alone = not _OF_DAY.sub("", head.replace(day[0], ""))
    if period.isascii() and not grid.interim and not part_of_year(period) and not alone:
        return period
    length = _LENGTH.search(head)
    named = " ".join(day[0].split())
    if named.split()[0].isupper():
        named = f"{named.split()[0].capitalize()} {' '.join(named.split()[1:])}"
    if length is None:
        return named
    said = f"{length['many']}s" if length["many"] else length["one"]
    return f"the {said.lower().replace('-month', ' month').replace('-week', ' week')} ended {named}"


def _at(grid: Grid, column: int) -> str:
    """The word before a column's period: a day is one that something stands at."""
    return "at" if _DAY.fullmatch(period_of(grid, column)) else "for"


def _sentence(grid: Grid, row: Row, rng: Random) -> str:
    zh = grid.lang == "zh"
    words = {
        "filer": grid.document.filer,
        "label": row.label,
        "now": period_of(grid, 0),
        "at": _at(grid, 0),
        "At": _at(grid, 0).capitalize(),
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
