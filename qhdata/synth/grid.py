"""Grids and excerpts: one table's comparable columns, and the few rows of it that a prompt shows.

Every number in an excerpt is a Figure, so a generator cannot show one that has no source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import cast

from qhdata.factstore.figures import Figure
from qhdata.factstore.rows import StoredDocument
from qhdata.quantities.render import render_number
from qhdata.records import Source
from qhdata.synth.settings import SynthSettings

NAMELESS = re.compile(r"(?:sub|grand )?totals?\W*|合计|总计|小计", re.I)
"""A row's label that says nothing."""
INTERIM = ("10-Q", "8-K", "6-K", "季度报告", "半年度报告")
"""Forms of reports on a part of a year, or on anything."""


@dataclass(frozen=True)
class Row:
    """One row of a grid: a label and its figure in each column."""

    label: str
    figures: tuple[Figure, ...]
    concept: str | None

    @property
    def unit(self) -> str:
        """Unit of all its figures."""
        return self.figures[0].unit

    @property
    def scale(self) -> Decimal:
        """Scale of all its figures."""
        return self.figures[0].scale


@dataclass(frozen=True)
class Grid:
    """One table of a document, less the columns that cannot be compared."""

    document: StoredDocument
    corpus_digest: str
    table_id: str
    headers: tuple[str, ...]
    """One heading for each column; the newest first where they are years."""
    periods: tuple[str, ...]
    """What a question calls each column: `2024`, or the whole heading."""
    rows: tuple[Row, ...]
    settings: SynthSettings

    @cached_property
    def by_concept(self) -> Mapping[str, Row]:
        """Rows by concept family; a family that two rows claim is left out."""
        counts = Counter(row.concept for row in self.rows if row.concept)
        return {row.concept: row for row in self.rows if row.concept and counts[row.concept] == 1}

    @property
    def interim(self) -> bool:
        """Whether its document reports on a part of a year, or on anything."""
        return self.document.form.startswith(INTERIM) or self.document.title.endswith(INTERIM)

    @property
    def lang(self) -> str:
        """`en` or `zh`."""
        return "zh" if self.document.lang == "zh" else "en"

    def number(self, figure: Figure) -> str:
        """A figure as an excerpt shows it: the filing's characters, or digits alone in lines."""
        if self.settings.context_style == "lines":
            percent = "%" if figure.unit == "percent" else ""
            return render_number(figure.bare, separators=False) + percent
        return figure.shown

    def cut(self, needed: Sequence[Row], rng: Random, *, least: int = 0) -> Excerpt:
        """An excerpt of `context_rows` rows in the table's order, `needed` among them.

        least: rows that the question needs, where there are so many.
        """
        wanted = max(self.settings.context_rows, len(needed), least)
        others = [row for row in self.rows if row not in needed and _alike(row, needed[0])]
        chosen = set(map(id, needed))
        chosen.update(map(id, rng.sample(others, min(len(others), wanted - len(needed)))))
        return Excerpt(grid=self, rows=tuple(row for row in self.rows if id(row) in chosen))


def _alike(row: Row, other: Row) -> bool:
    return (row.unit, row.scale) == (other.unit, other.scale)


@dataclass(frozen=True)
class Excerpt:
    """A few rows of a grid, as a prompt shows them."""

    grid: Grid
    rows: tuple[Row, ...]

    def text(self) -> str:
        """Caption and rows, the numbers with the filing's own characters."""
        grid = self.grid
        caption = self.caption()
        if grid.settings.context_style == "lines":
            lines = [
                f"{row.label} {period}: {grid.number(figure)}"
                for row in self.rows
                for period, figure in zip(grid.periods, row.figures, strict=True)
            ]
            return "\n".join([caption, *lines])
        head = "| | " + " | ".join(grid.headers) + " |"
        rule = "|---|" + "---:|" * len(grid.headers)
        body = [
            f"| {row.label} | " + " | ".join(figure.shown for figure in row.figures) + " |"
            for row in self.rows
        ]
        return "\n".join([caption, "", head, rule, *body])

    def caption(self) -> str:
        """Filer, form and unit."""
        grid, row = self.grid, self.rows[0]
        words = unit_words(row.unit, row.scale, grid.lang)
        name = grid.document.filer or ("公司" if grid.lang == "zh" else "The company")
        if grid.settings.wording == "brief":
            return f"{name} ({words})" if words else name
        form = grid.document.form or grid.document.doc_type
        if grid.lang == "zh":
            when = f"，{grid.document.public_at[:10]}公开" if grid.document.public_at else ""
            return f"{name}{when}（{words or '单位见原表'}）"
        where = f"{name}, Form {form}" if form else name
        where += f", public {grid.document.public_at[:10]}" if grid.document.public_at else ""
        return f"{where} ({words})" if words else where


_SCALES_EN = {0: "", 3: "thousands", 6: "millions", 9: "billions"}
_SCALES_ZH = {0: "", 3: "千", 4: "万", 6: "百万", 8: "亿", 9: "十亿"}
_UNITS_ZH = {
    "CNY": "元",
    "USD": "美元",
    "shares": "股",
    "USD/shares": "美元/股",
    "CNY/shares": "元/股",
    "days": "天",
}


def unit_words(unit: str, scale: Decimal, lang: str) -> str:
    """How a prompt says unit and scale: `in millions of USD`, `单位：万元`; empty where neither is
    known.
    """
    power = scale.adjusted()
    if unit == "percent":
        return "单位：%" if lang == "zh" else "in percent"
    if lang == "zh":
        text = _SCALES_ZH.get(power, "") + _UNITS_ZH.get(unit, unit)
        return f"单位：{text}" if text else ""
    word = _SCALES_EN.get(power)
    if word is None:
        word = f"units of {scale:,f}"
    plain = {"USD/shares": "USD per share"}.get(unit, unit)
    if word and plain:
        return f"in {word} of {plain}"
    return f"in {word or plain}" if word or plain else ""


def source_of(grid: Grid, figure: Figure) -> Source:
    """Where a figure stands."""
    return source_at(
        grid.document, grid.corpus_digest, figure.start, figure.end, figure.shown, figure.fact_id
    )


def source_at(
    document: StoredDocument,
    corpus_digest: str,
    start: int,
    end: int,
    quote: str,
    fact_id: str | None = None,
) -> Source:
    """Characters of a document as a source."""
    return Source(
        corpus_digest=corpus_digest,
        doc_id=document.doc_id,
        text_sha256=document.text_sha256,
        extractor=document.extractor,
        start=start,
        end=end,
        quote=quote,
        fact_id=fact_id,
        public_at=document.public_at,
    )


def latest(sources: Sequence[Source]) -> str | None:
    """public_at of a row made of these sources; None where any is unknown."""
    times = [source.public_at for source in sources]
    return None if not times or None in times else max(cast("list[str]", times))
