"""Contamination: what of public question sets a document holds, by four keys.

- context: runs of `ngram` words of a question's text, numerals kept. A text counts where `share` of
  its runs that hold a number stand in the document (of all runs where none does): the same sentence
  with other numbers is another year's, and no leak.
- table: rows of a question's table, their cells in any order; a table counts where `share` of its
  rows stand in the document, two at least.
- question: a question word for word, of `words` words and more, which says what it is about; a long
  one is a text as well.
- filing: the document is of the filing that the set names by accession, or the report that it names
  by ticker and year, as FinQA does.

Sets print a filing's 22,560 as 22560 and its (27) as -27 ( 27 ): the commas of thousands do not
count, nor how often a word stands in a row. Each hit is a tag, and a row of the part
`contamination` with both texts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from qhdata.readers.questions import (
    Asked,
    check_questions,
    questions_digest,
    read_questions,
)
from qhdata.recipe import AtLeastOne, Settings
from qhdata.records import Rows, Tag, to_batch
from qhdata.shingles import is_number, rolled
from qhdata.step import TAG_SCHEMA, Work, tag_part
from qhdata.taggers.named_filings import page_of, reports_of
from qhdata.taggers.stems import says_something
from qhdata.words import TOKEN, Hashes, WordHashes, mixed, word_hashes

HITS = pa.schema(
    [
        ("doc_id", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("key", pa.string()),
        ("share", pa.float64()), ("question_set", pa.string()), ("question_id", pa.string()),
        ("question", pa.string()), ("theirs", pa.string()), ("ours", pa.string()),
    ]
)  # fmt: skip
SHOWN = 400
"""Characters of each text that a row shows."""
LONG = 60
"""Words above which a question is a text of its own: an instruction with its article."""
LEAST = 12
"""Runs of a text that holds a number, from which it is looked for."""
PLAIN = 60
"""The same of a text without one: what every filer writes has no number."""
FIGURE = 4
"""Digits of a figure that needs no second one beside it in a table's row."""
NOTHING = (np.empty(0, np.uint64), np.empty(0, np.bool_))
_LINE = re.compile(r"^\|.*$", re.M)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, kw_only=True)
class Contamination(Settings):
    """Tags `context`, `table`, `question`, `filing` on spans; `contaminated` on the document is the
    largest share, 0 where there is none.
    """

    name: ClassVar[str] = "contamination"
    version: ClassVar[int] = 4
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    labels: ClassVar[tuple[str, ...]] = ("contaminated",)
    elsewhere: ClassVar[tuple[str, ...]] = ("against", "quoted")

    against: str
    """A folder of question sets, or one file: TAT-QA, FinQA, ConvFinQA, CFLUE, JSON lines."""
    sha256: str = ""
    """Of the question sets' files; told by the files where it is left out."""
    ngram: Annotated[int, Field(ge=5)] = 13
    """Words of a run: Brown et al. 2020, Appendix C."""
    share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Of a text's runs, or of a table's rows, that have to stand in the document."""
    quoted: bool = True
    """Show the questions' own words beside each hit; a build as of a moment does not."""
    words: AtLeastOne = 8
    """Words of a question that is looked for as it stands: shorter ones are said by chance."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Tags, and a row for each hit."""
        return {tag_part(self): TAG_SCHEMA, "contamination": HITS}

    def settled(self) -> Contamination:
        """With the checksum of the files. Raises UserError where there are none, or one of them
        holds no question: before any work, and not when a worker reads them.
        """
        found = questions_digest(Path(self.against))
        check_questions(Path(self.against), found)
        return replace(self, sha256=self.sha256 or found)

    def open(self) -> Work:
        """Index the question sets."""
        index = Index(read_questions(Path(self.against)), self)
        part = tag_part(self)

        def work(rows: Rows) -> Mapping[str, Rows]:
            tags: list[Tag] = []
            hits: list[dict[str, object]] = []
            ids, texts = rows.column("doc_id").to_pylist(), rows.column("text").to_pylist()
            for doc_id, text in zip(ids, texts, strict=True):
                found = list(index.find(doc_id, text))
                worst = max((hit.share for hit in found), default=0.0)
                tags.append(_tag(doc_id, None, None, "contaminated", worst))
                for hit in found:
                    tags.append(_tag(doc_id, hit.start, hit.end, hit.key, hit.share))
                    hits.append(_row(doc_id, text, hit, self.quoted))
            return {
                part: to_batch(Tag, tags),
                "contamination": pa.RecordBatch.from_pylist(hits, schema=HITS),
            }

        return work


@dataclass(frozen=True, slots=True)
class Hit:
    """What of one question a document holds."""

    key: str
    start: int | None
    end: int | None
    share: float
    asked: Asked
    theirs: str


@dataclass(slots=True)
class _Text:
    """A text of a set: how many of its runs, and of those with a number, there are."""

    asked: Asked
    words: str
    runs: int = 0
    numbered: int = 0


@dataclass(slots=True)
class _Lists:
    """Hashes and what each belongs to, to be sorted once."""

    hashes: list[Hashes] = field(default_factory=list)
    owners: list[np.ndarray] = field(default_factory=list)

    def add(self, hashes: Hashes, owner: int) -> None:
        """Distinct hashes of one owner."""
        self.hashes.append(hashes)
        self.owners.append(np.full(len(hashes), owner, dtype=np.int64))

    def sorted(self) -> tuple[Hashes, np.ndarray]:
        """(hashes rising, owners)."""
        if not self.hashes:
            return np.empty(0, np.uint64), np.empty(0, np.int64)
        hashes, owners = np.concatenate(self.hashes), np.concatenate(self.owners)
        order = np.argsort(hashes, kind="stable")
        return hashes[order], owners[order]


class Index:
    """Question sets, hashed; words are hashed once and remembered."""

    def __init__(self, asked: Iterable[Asked], settings: Contamination) -> None:
        self.settings = settings
        self.known = WordHashes()
        self.texts: list[_Text] = []
        self.tables: list[tuple[Asked, int, str]] = []
        self.asks: dict[int, list[tuple[list[str], Asked, str]]] = defaultdict(list)
        """Hash of a question's first words -> all of its words, and the question."""
        self.filings: dict[str, list[Asked]] = defaultdict(list)
        self.reports: dict[tuple[str, str], list[Asked]] = defaultdict(list)
        """(ticker, year) -> what is asked of that report's pages."""
        runs, rows = _Lists(), _Lists()
        for one in asked:
            self._add(one, runs, rows)
        self.runs, self.run_owner = runs.sorted()
        self.rows, self.row_owner = rows.sorted()
        self.starts = np.sort(np.fromiter(self.asks, dtype=np.uint64, count=len(self.asks)))

    def _add(self, asked: Asked, runs: _Lists, rows: _Lists) -> None:
        size = self.settings.ngram
        long = []
        for question in asked.questions:
            words = _plain_words(TOKEN.findall(question.lower()))
            if len(words) > LONG:
                long.append(question)
            if len(words) >= self.settings.words and says_something(words):
                size_of_start = self.settings.words
                start = rolled(word_hashes(words[:size_of_start], self.known), size_of_start)
                self.asks[int(start[0])].append((words, asked, question))
        for text in (*asked.passages, *long):
            words = _plain_words(TOKEN.findall(text.lower()))
            hashes, numbered = self._runs(words) if len(words) >= size else NOTHING
            if len(hashes) < (LEAST if numbered.any() else PLAIN):
                continue  # a caption, an item's title: every filing has it
            kept = hashes[numbered] if numbered.any() else hashes
            made = _Text(asked, text, len(np.unique(hashes)), len(np.unique(kept)))
            runs.add(np.unique(kept), len(self.texts))
            self.texts.append(made)
        table = [h for cells in asked.rows if (h := self._row(" ".join(cells))) is not None]
        if len(set(table)) > 1:
            shown = "\n".join(" | ".join(cells) for cells in asked.rows[:8])
            rows.add(np.unique(np.array(table, dtype=np.uint64)), len(self.tables))
            self.tables.append((asked, len(set(table)), shown))
        if asked.accession:
            self.filings[_plain(asked.accession)].append(asked)
        report = page_of(asked.page)
        if report[0]:
            self.reports[report].append(asked)

    def _runs(self, words: list[str]) -> tuple[Hashes, np.ndarray]:
        """(hash of each run of words, whether it holds a number; of a text without digits, one in
        words).
        """
        size = self.settings.ngram
        hashes = rolled(word_hashes(words, self.known), size)
        marks = np.fromiter((word[0].isdecimal() for word in words), dtype=bool, count=len(words))
        if not marks.any():
            marks = np.fromiter(map(is_number, words), dtype=bool, count=len(words))
        total = np.concatenate([[0], np.cumsum(marks)])
        return hashes, (total[size:] - total[:-size]) > 0

    def _row(self, text: str) -> int | None:
        """Hash of a table's row whatever the order of its cells; None for one that could be any
        table's: two figures and a label, or one long figure and something beside it, are a row's.
        """
        words = _plain_words(TOKEN.findall(text.lower()))
        figures = [word for word in words if word[0].isdecimal()]
        long = any(
            sum(map(str.isdecimal, word)) >= FIGURE and not _YEAR.fullmatch(word)
            for word in figures
        )
        if len(words) < 2 or not (long or 2 <= len(figures) < len(words)):
            return None
        with np.errstate(over="ignore"):
            total = word_hashes(sorted(set(words)), self.known).sum()
            return int(mixed(np.array([total], dtype=np.uint64))[0])

    def find(self, doc_id: str, text: str) -> Iterator[Hit]:
        """Every hit of one document."""
        found = list(TOKEN.finditer(text))
        places = [m.span() for m in found]
        words = _plain_words([m[0].lower() for m in found])
        hashed = word_hashes(words, self.known)
        yield from self._contexts(hashed, places)
        yield from self._tables(text)
        yield from self._questions(words, hashed, places)
        accession = _plain(doc_id.partition(":")[0])
        for asked in self.filings.get(accession, ()):
            yield Hit("filing", None, None, 1.0, asked, asked.accession)
        for report in reports_of(text) if self.reports else ():
            for asked in self.reports.get(report, ()):
                yield Hit("filing", None, None, 1.0, asked, asked.page)

    def _contexts(self, hashed: Hashes, places: list[tuple[int, int]]) -> Iterator[Hit]:
        size = self.settings.ngram
        if len(hashed) < size or not len(self.runs):
            return
        hashes = rolled(hashed, size)
        at = np.flatnonzero(_among(hashes, self.runs))
        held: dict[int, dict[int, int]] = defaultdict(dict)
        for n in at.tolist():
            for owner in _owners(self.runs, self.run_owner, hashes[n]):
                held[owner].setdefault(int(hashes[n]), n)
        for owner, found in sorted(held.items()):
            made = self.texts[owner]
            share = len(found) / (made.numbered or made.runs)
            if share >= self.settings.share:
                first, last = min(found.values()), max(found.values()) + size - 1
                yield Hit(
                    "context", places[first][0], places[last][1], share, made.asked, made.words
                )

    def _tables(self, text: str) -> Iterator[Hit]:
        held: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        for line in _LINE.finditer(text) if self.tables else ():
            key = self._row(line[0])
            if key is not None:
                for owner in _owners(self.rows, self.row_owner, np.uint64(key)):
                    held[owner].setdefault(key, line.span())
        for owner, found in sorted(held.items()):
            asked, rows, shown = self.tables[owner]
            if len(found) > 1 and len(found) / rows >= self.settings.share:
                start = min(a for a, _ in found.values())
                end = max(b for _, b in found.values())
                yield Hit("table", start, end, len(found) / rows, asked, shown)

    def _questions(
        self, words: list[str], hashed: Hashes, places: list[tuple[int, int]]
    ) -> Iterator[Hit]:
        size = self.settings.words
        if len(words) < size or not self.asks:
            return
        starts = rolled(hashed, size)
        for n in np.flatnonzero(_among(starts, self.starts)).tolist():
            for asks, asked, question in self.asks[int(starts[n])]:
                last = n + len(asks)
                if words[n:last] == asks:
                    yield Hit("question", places[n][0], places[last - 1][1], 1.0, asked, question)


def _plain_words(words: list[str]) -> list[str]:
    """Numerals without the commas of their thousands: `22,560` is `22560`."""
    return [w.replace(",", "") if "," in w and _THOUSANDS.fullmatch(w) else w for w in words]


def _among(values: Hashes, rising: Hashes) -> np.ndarray:
    """Which values stand in a sorted array; np.isin would sort the array for every document."""
    if not len(rising):
        return np.zeros(len(values), dtype=np.bool_)
    at = np.minimum(np.searchsorted(rising, values), len(rising) - 1)
    found: np.ndarray = rising[at] == values
    return found


def _owners(hashes: Hashes, owners: np.ndarray, value: np.uint64) -> list[int]:
    low, high = np.searchsorted(hashes, value), np.searchsorted(hashes, value, side="right")
    return owners[low:high].tolist()  # type: ignore[no-any-return]


def _plain(accession: str) -> str:
    return accession.replace("-", "")


def _tag(doc_id: str, start: int | None, end: int | None, label: str, score: float) -> Tag:
    return Tag(doc_id=doc_id, start=start, end=end, label=label, score=score)


def _row(doc_id: str, text: str, hit: Hit, quoted: bool) -> dict[str, object]:
    ours = text[hit.start : hit.end][:SHOWN] if hit.start is not None else ""
    return {
        "doc_id": doc_id, "start": hit.start, "end": hit.end, "key": hit.key, "share": hit.share,
        "question_set": hit.asked.question_set, "question_id": hit.asked.question_id,
        "question": hit.asked.questions[0][:SHOWN] if quoted else "",
        "theirs": hit.theirs[:SHOWN] if quoted else "", "ours": ours,
    }  # fmt: skip
