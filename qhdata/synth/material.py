"""Material: what generators draft from: one split's documents, their texts, and their tables as
grids.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from random import Random
from typing import Any, Literal

from qhdata.artifact import Artifact
from qhdata.factstore.figures import Figure
from qhdata.factstore.rows import StoredDocument
from qhdata.factstore.store import FactStore
from qhdata.records import Edit
from qhdata.render import read_edits
from qhdata.step import Skip
from qhdata.synth.grid import Grid, Row
from qhdata.synth.periods_asked import called
from qhdata.synth.row_labels import of_statements, plain_labels
from qhdata.synth.settings import SynthSettings

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = ("train", "dev", "test")


def rng_for(*names: object) -> Random:
    """A generator of chance that depends on its names only."""
    text = "\x1f".join(str(name) for name in names)
    return Random(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))


class Material:
    """One split of a corpus, ready to draft from."""

    def __init__(
        self,
        corpus: Artifact,
        store: FactStore,
        settings: SynthSettings,
        split: Split,
        seed: int,
        *,
        filers: frozenset[str] | None = None,
        edits: Mapping[str, list[Edit]] | None = None,
    ) -> None:
        self.corpus = corpus
        self.store = store
        self.settings = settings
        self.split = split
        self.seed = seed
        self.filers = filers
        """Those alone; None: all of the split."""
        self._edits = edits
        self.corpus_digest = corpus.digest("documents")
        self.skipped: Counter[str] = Counter()
        """Why tables and rows were not used, beside the skips of drafts."""

    @cached_property
    def documents(self) -> list[StoredDocument]:
        """The split's documents in known languages, in the order of their ids."""
        found = []
        for document in self.store.documents(split=self.split):
            if self.filers is not None and document.filer_id not in self.filers:
                continue
            if ("zh" if document.lang == "zh" else "en") not in self.settings.languages:
                self.skipped["other_language"] += 1
                continue
            if HOSTILE.search(f"{document.filer} {document.form} {document.doc_type}"):
                self.skipped["hostile_name"] += 1
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
        for file in self.corpus.part("documents").files:
            ids = [
                doc_id
                for batch in self.corpus.file_batches(file, ["doc_id"], max_rows=4096)
                for doc_id in batch.column(0).to_pylist()
            ]
            if wanted.isdisjoint(ids):
                continue  # texts are read of files that hold one that is wanted
            for batch in self.corpus.file_batches(file, ["doc_id", "text"]):
                for row in batch.to_pylist():
                    if row["doc_id"] in wanted:
                        found[row["doc_id"]] = row["text"]
        return found

    @cached_property
    def edits(self) -> Mapping[str, list[Edit]]:
        """Edits by doc_id: what they touch is not asked about."""
        return read_edits(self.corpus) if self._edits is None else self._edits

    @cached_property
    def grids(self) -> list[Grid]:
        """Every usable table of every document."""
        return [grid for document in self.documents for grid in self._grids(document)]

    def _grids(self, document: StoredDocument) -> Iterator[Grid]:
        tables: dict[str, list[Figure]] = {}
        for figure in self.store.figures(document.doc_id):
            tables.setdefault(figure.table_id, []).append(figure)
        for table_id, figures in tables.items():
            grid = self._grid(self._of_filer(document, figures), table_id, figures)
            if grid is not None:
                yield grid

    def _of_filer(self, document: StoredDocument, figures: Sequence[Figure]) -> StoredDocument:
        """A table's document; without the filer's name where the table may be another company's:
        in an exhibit that does not begin with that name, or among the statements of businesses
        that a current report says were bought.
        """
        if not document.filer:
            return document
        if document.doc_type != document.form:
            head = self.texts[document.doc_id][:_BEGINNING]
            own = _name(document.filer).search(head) is not None
        else:
            at = figures[0].start
            own = not any(start <= at < end for start, end in self._bought(document))
        if own:
            return document
        self.skipped["table_may_be_of_another"] += 1
        return replace(document, filer="")

    def _bought(self, document: StoredDocument) -> list[tuple[int, int]]:
        """Characters of a current report's item on statements and exhibits."""
        if not document.form.startswith("8-K"):
            return []
        return self.store.connection.execute(
            "SELECT start, \"end\" FROM sections WHERE doc_id = ? AND key IN ('item7', 'item9.01')",
            (document.doc_id,),
        ).fetchall()

    def _grid(
        self, document: StoredDocument, table_id: str, figures: Sequence[Figure]
    ) -> Grid | None:
        headers = {figure.col: figure for figure in figures}
        columns = _comparable(headers)
        if any(_VINTAGE.fullmatch(figure.header.strip()) for figure in headers.values()):
            self.skipped["years_are_of_origin"] += 1
            return None
        if any(_PAY.search(figure.header) for figure in headers.values()):
            self.skipped["pay_of_persons"] += 1  # "What was Jane Doe in 2024?"
            return None
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
        periods = heads
        if named:
            own = zip(years, heads, strict=True)
            periods = tuple(called(year, head, document.lang, self.settings) for year, head in own)
        return Grid(
            document,
            self.corpus_digest,
            table_id,
            heads,
            periods,
            plain_labels(of_statements(rows)),
            self.settings,
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
        if HOSTILE.search(first.label) or any(HOSTILE.search(f.header) for f in figures):
            self.skipped["hostile_label"] += 1
            return None
        if _UNIT_ALONE.fullmatch(first.label.strip()):
            self.skipped["label_is_a_unit"] += 1  # its numbers are headings
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


HOSTILE = re.compile(
    r"\\boxed|</?(?:think|answer|tool)|<\||\|>|answer\s{0,9}:|答案|[{}`]|\[/?inst\]"
    r"|[\x00-\x1f\u202a-\u202e\u2066-\u2069]|\bsystem prompt\b"
    r"|(?:忽略|无视|忘记).{0,8}(?:指令|提示词)"
    r"|\b(?:ignore|disregard|forget)\s(?:[a-z]{1,20}\s){0,4}(?:instructions?|prompts?)\b",
    re.I,
)
"""Text of a filing that could be taken for markup of a prompt or an answer, or for an order to who
reads it.
"""

_BEGINNING = 2_000
"""Characters of an exhibit in which it says whose it is."""
_LEGAL = {"inc", "corp", "corporation", "co", "company", "ltd", "llc", "lp", "plc", "group", "com"}


def _name(filer: str) -> re.Pattern[str]:
    """The first words of a filer's name as texts write them."""
    words = re.findall(r"\w+", filer.lower().removeprefix("the "))
    words = [word for word in words if word not in _LEGAL] or words
    return re.compile(r"\W*".join(map(re.escape, words[:2])), re.I)


_UNIT_ALONE = re.compile(
    r"\(?(?:(?:dollars|amounts|\$|usd|rmb) )?in (?:thousands|millions|billions)\b.{0,60}"
    r"|[（(]?单位[:：].{0,20}",
    re.I,
)
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_VINTAGE = re.compile(r"(?:.{0,80}\W)?(?:prior|revolving loans.{0,40})", re.I)
"""A heading beside years of origination: those columns are no periods of one thing."""
_PAY = re.compile(r"酬|薪|津贴|姓名|\b(?:bonus|salary|salaries|compensation|name)\b", re.I)
"""A heading over what persons are paid: their names are the labels."""
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
