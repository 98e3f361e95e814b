"""Material: what generators draft from. One split's documents, their tables as grids, and excerpts
cut from them.

A grid is one table with two comparable columns (or one); an excerpt is a few of its rows, printed
with the characters of the filing. Every number in an excerpt is a Figure, so a generator cannot
show one that has no source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from random import Random
from typing import Any, Literal, cast

from qhdata.artifact import Artifact
from qhdata.factstore.figures import Figure
from qhdata.factstore.store import FactStore, StoredDocument
from qhdata.quantities.render import render_number
from qhdata.records import Edit, Source
from qhdata.render import read_edits
from qhdata.step import Skip
from qhdata.synth.settings import SynthSettings

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = ("train", "dev", "test")


def rng_for(*names: object) -> Random:
    """A generator of chance that depends on its names only."""
    text = "\x1f".join(str(name) for name in names)
    return Random(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))


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


class Material:
    """One split of a corpus, ready to draft from."""

    def __init__(
        self, corpus: Artifact, store: FactStore, settings: SynthSettings, split: Split, seed: int
    ) -> None:
        self.corpus = corpus
        self.store = store
        self.settings = settings
        self.split = split
        self.seed = seed
        self.corpus_digest = corpus.digest("documents")
        self.skipped: Counter[str] = Counter()
        """Why tables and rows were not used, beside the skips of drafts."""

    @cached_property
    def documents(self) -> list[StoredDocument]:
        """The split's documents in known languages, in the order of their ids."""
        found = []
        for document in self.store.documents(split=self.split):
            if ("zh" if document.lang == "zh" else "en") not in self.settings.languages:
                self.skipped["other_language"] += 1
                continue
            found.append(document)
        return found

    @cached_property
    def by_id(self) -> Mapping[str, StoredDocument]:
        """The split's documents by doc_id."""
        return {document.doc_id: document for document in self.documents}

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Texts of the split's documents, by doc_id."""
        wanted = {document.doc_id for document in self.documents}
        found: dict[str, str] = {}
        for _, batch in self.corpus.batches("documents", ["doc_id", "text"]):
            for row in batch.to_pylist():
                if row["doc_id"] in wanted:
                    found[row["doc_id"]] = row["text"]
        return found

    @cached_property
    def edits(self) -> Mapping[str, list[Edit]]:
        """Edits by doc_id: what they touch is not asked about."""
        return read_edits(self.corpus)

    @cached_property
    def grids(self) -> list[Grid]:
        """Every usable table of every document."""
        return [grid for document in self.documents for grid in self._grids(document)]

    def _grids(self, document: StoredDocument) -> Iterator[Grid]:
        tables: dict[str, list[Figure]] = {}
        for figure in self.store.figures(document.doc_id):
            tables.setdefault(figure.table_id, []).append(figure)
        for table_id, figures in tables.items():
            grid = self._grid(document, table_id, figures)
            if grid is not None:
                yield grid

    def _grid(
        self, document: StoredDocument, table_id: str, figures: Sequence[Figure]
    ) -> Grid | None:
        headers = {figure.col: figure for figure in figures}
        columns = _comparable(headers)
        if not columns:
            self.skipped["no_year_in_headings"] += 1
            return None
        by_row: dict[int, dict[int, Figure]] = {}
        for figure in figures:
            if figure.col in columns:
                by_row.setdefault(figure.row, {})[figure.col] = figure
        rows = []
        for cells in by_row.values():
            row = self._row(cells, columns)
            if row is not None:
                rows.append(row)
        if not rows:
            return None
        heads = tuple(headers[col].header for col in columns)
        years = [headers[col].year for col in columns]
        named = all(years) and len(set(years)) == len(years)
        suffix = "年" if document.lang == "zh" else ""
        periods = tuple(f"{year}{suffix}" for year in years) if named else heads
        return Grid(
            document, self.corpus_digest, table_id, heads, periods, tuple(rows), self.settings
        )

    def _row(self, cells: Mapping[int, Figure], columns: Sequence[int]) -> Row | None:
        if any(col not in cells for col in columns):
            self.skipped["row_with_gaps"] += 1
            return None
        figures = tuple(cells[col] for col in columns)
        first = figures[0]
        if any((f.unit, f.scale) != (first.unit, first.scale) for f in figures):
            self.skipped["row_of_mixed_units"] += 1
            return None
        if _HOSTILE.search(first.label) or any(_HOSTILE.search(f.header) for f in figures):
            self.skipped["hostile_label"] += 1
            return None
        most = self.settings.max_label_words
        if most and len(first.label.split()) > most:
            self.skipped["label_too_long"] += 1
            return None
        limit = self.settings.max_digits
        if limit and any(sum(c.isdigit() for c in f.shown) > limit for f in figures):
            self.skipped["too_many_digits"] += 1
            return None
        concepts = {figure.concept for figure in figures}
        return Row(first.label, figures, concepts.pop() if len(concepts) == 1 else None)


_HOSTILE = re.compile(
    r"\\boxed|</?(?:think|answer|tool)|<\||\|>|answer\s*:|答案|[{}`]|[\x00-\x1f]", re.I
)
"""Text of a filing that could be taken for markup of a prompt or an answer."""

_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"\b([A-Z][a-z]{2,8}\.?) \d{1,2}\b")
"""A month and its day: years of 52 and 53 weeks end on another day of the same month."""


def _comparable(headers: Mapping[int, Figure]) -> tuple[int, ...]:
    """Two columns whose headings differ in the year only, newer first; else the first that has a
    year.
    """
    shapes: dict[str, list[tuple[int, int]]] = {}
    for col, figure in headers.items():
        if figure.year is not None:
            shape = _DAY.sub(r"\1", _YEARS.sub("#", figure.header))
            shapes.setdefault(shape, []).append((figure.year, col))
    for found in shapes.values():
        years = dict(sorted(found, key=lambda item: (item[0], -item[1])))
        if len(years) >= 2:
            newest = sorted(years, reverse=True)[:2]
            return tuple(years[year] for year in newest)
    dated = [col for col, figure in headers.items() if figure.year is not None]
    return (min(dated),) if dated else ()


OfGrid = Callable[[Grid, Random], Iterator[Any]]


def each_grid(material: Material, rng: Random, of_grid: OfGrid) -> Iterator[Any]:
    """Drafts of all grids in turns: one from each, then a second from each, up to `per_table`."""
    grids = list(material.grids)
    rng.shuffle(grids)
    live = [iter(of_grid(grid, rng_for(rng.random(), grid.table_id))) for grid in grids]
    for _ in range(material.settings.per_table):
        still = []
        for drafts in live:
            item = next(drafts, None)
            while isinstance(item, Skip):
                yield item
                item = next(drafts, None)
            if item is not None:
                yield item
                still.append(drafts)
        live = still


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
