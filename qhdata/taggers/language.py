"""Which language a document is in, by a sample of its prose.

2,400 characters from three places decide (0.5 ms); numbers and table rows say nothing of a
language and are left out. The label is the language; one tag a document. py3langid's embedded model
by default; fastText's lid.176 or GlotLID where their file is at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, ClassVar

import pyarrow as pa
from pydantic import Field

from qhdata.errors import MissingExtra
from qhdata.recipe import Settings
from qhdata.records import Rows, Tag, to_batch
from qhdata.step import TAG_SCHEMA, Work, tag_part
from qhdata.taggers.fasttext_model import file_sha256, probabilities, refuse_another
from qhdata.taggers.language_codes import short_code
from qhdata.taggers.prose import CJK, WORD, sample

FETCH = "fetch it first: lid.176 is fastText's, GlotLID cis-lmu's; nothing is downloaded here"


@dataclass(frozen=True, kw_only=True)
class Language(Settings):
    """One label, the language as ISO 639-1 (`en`, `zh`), or `und` where it cannot be told."""

    name: ClassVar[str] = "language"
    version: ClassVar[int] = 1
    reads: ClassVar[str] = "documents"
    unit: ClassVar[str] = "doc_id"
    elsewhere: ClassVar[tuple[str, ...]] = ("model",)

    model: str = ""
    """A fastText model of languages (lid.176.bin, lid.176.ftz, GlotLID's model.bin), by path;
    empty: py3langid's own.
    """
    sha256: str = ""
    """Of that file: which model it is, wherever it lies; empty: the one that lies there."""
    sample_chars: Annotated[int, Field(ge=1)] = 2400
    """Characters of prose that decide."""
    least_letters: Annotated[int, Field(ge=0)] = 20
    """Fewer letters than this: `und`. A Chinese character counts as four."""
    least_score: Annotated[float, Field(ge=0, le=1)] = 0.4
    """A guess below is `und`: lists of names in one language look like another."""

    @property
    def writes(self) -> Mapping[str, pa.Schema]:
        """Its tags."""
        return {tag_part(self): TAG_SCHEMA}

    def settled(self) -> Language:
        """With the checksum of the model, where one is named. Raises UserError for none there."""
        if not self.model or self.sha256:
            return self
        return replace(self, sha256=file_sha256(Path(self.model), FETCH))

    def open(self) -> Work:
        """Load the model. Raises MissingExtra where its package is absent, UserError where the
        file is, or is another one.
        """
        if self.model:
            refuse_another(Path(self.model), self.settled().sha256)
        classify = _by_fasttext(Path(self.model)) if self.model else _by_py3langid()
        part = tag_part(self)

        def work(rows: Rows) -> Mapping[str, Rows]:
            tags = []
            ids, texts = rows.column("doc_id").to_pylist(), rows.column("text").to_pylist()
            for doc_id, text in zip(ids, texts, strict=True):
                label, score = self.measure(text, classify)
                tags.append(Tag(doc_id=doc_id, start=None, end=None, label=label, score=score))
            return {part: to_batch(Tag, tags)}

        return work

    def measure(self, text: str, classify: Callable[[str], tuple[str, float]]) -> tuple[str, float]:
        """Language and probability of one text."""
        some = sample(text, self.sample_chars)
        letters = sum(map(len, WORD.findall(some))) + 3 * len(CJK.findall(some))
        if letters < self.least_letters:
            return "und", 0.0
        label, score = classify(some)
        return (label if score >= self.least_score else "und"), round(float(score), 4)


def _by_fasttext(path: Path) -> Callable[[str], tuple[str, float]]:
    judge = probabilities(path, 1, "tag.language")

    def classify(text: str) -> tuple[str, float]:
        found = judge([" ".join(text.split())])[0]  # fastText reads one line
        label, score = next(iter(found.items()), ("und", 0.0))
        return short_code(label), score

    return classify


def _by_py3langid() -> Callable[[str], tuple[str, float]]:
    try:
        from py3langid import langid
    except ModuleNotFoundError:
        raise MissingExtra(
            what="py3langid is not installed",
            where="tag.language",
            mend="pip install 'qhdata[corpus]'",
        ) from None
    model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    return model.classify  # type: ignore[no-any-return]
