"""What does the filing mean by a term? The sentence that defines it, word for word.

Example: 'How is "backlog" defined?' -> '"Backlog" means orders that are not yet shipped.' Checked:
the quotation stands in the passage, holds the term, and no other sentence comes with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.rows import StoredDocument
from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material
from qhdata.synth.passages import Place, passages, spoilt
from qhdata.synth.prose import Paragraph, whole

_DEFINES = re.compile(
    r"[“\"](?P<q>[A-Z][\w &/-]{2,48})[,.]?[”\"] "
    r"(?:means|refers to|shall mean|is defined as|denotes) "
    r"|\b[Ww]e define (?P<d>[A-Za-z][\w &/-]{2,48}?) (?:as|to mean) "
    r"|(?:^|(?<=[.。] ))(?P<s>[A-Z][\w &/-]{2,48}?) (?:is|are) defined as "
    r"|(?P<z>[一-鿿]{2,16})[，,]?(?:是指|系指)"
)
"""Term of a defining sentence."""


class DefineTerm:
    """Paragraphs with one defining sentence, in both languages."""

    name: ClassVar[str] = "concept.define"
    version: ClassVar[int] = 2
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each definition."""
        for place in passages(material, rng, defines):
            yield place if isinstance(place, Skip) else self._draft(material, place, rng)

    def _draft(self, material: Material, place: Place, rng: Random) -> TextDraft | Skip:
        document, paragraph = place
        found = defined(paragraph.sentences())
        if found is None:
            return Skip("defines_nothing")
        term, sentence = found
        quoted = sentence.replace("“", "'").replace("”", "'").replace('"', "'")
        passage = paragraph.text.replace("“", "'").replace("”", "'").replace('"', "'")
        start = paragraph.start + paragraph.text.index(sentence)
        zh = document.lang == "zh"
        ask = (
            f"文中“{term}”是如何定义的？请在英文双引号内一字不差地引用定义所在的句子，不要写其他内容。"
            if zh
            else f"How does the passage define {term}? Quote the sentence that defines it, word "
            "for word and in double quotes. Write nothing else."
        )
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=document,
            lang="zh" if zh else "en",
            prompt=f"{passage}\n\n{ask}",
            reply=f'"{quoted}"',
            sources=(
                source_at(document, material.corpus_digest, start, start + len(sentence), sentence),
            ),
            criteria=(
                criterion(
                    "verbatim",
                    "The quotation is the defining sentence.",
                    "verbatim_quote",
                    {"text": quoted, "min_words": 4},
                    gate=True,
                ),
                criterion(
                    "term", f"It holds {term}.", "contains_all", {"texts": [term]}, gate=True
                ),
            ),
            wrong=((f'"{spoilt(quoted, rng)}"', "not_verbatim"),),
        )


def defines(_: StoredDocument, paragraph: Paragraph) -> bool:
    """Whether a paragraph may define something."""
    return _DEFINES.search(paragraph.text) is not None


def defined(sentences: list[str]) -> tuple[str, str] | None:
    """(term, its sentence) where exactly one sentence defines exactly one."""
    found = []
    for sentence in sentences:
        for match in _DEFINES.finditer(sentence):
            found.append((next(t for t in match.groups() if t), sentence))
    if len(found) != 1 or not 30 <= len(found[0][1]) <= 600 or not whole(found[0][1]):
        return None
    return found[0]
