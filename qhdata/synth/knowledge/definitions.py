"""Terms that a filing defines, as statements: who means what by them, in the filing's own words."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.instruct.define_term import defined, defines
from qhdata.synth.knowledge.passage import passage_of
from qhdata.synth.made import Made
from qhdata.synth.material import Material
from qhdata.synth.passages import Place, passages


class Definitions:
    """Paragraphs with one defining sentence, in both languages."""

    name: ClassVar[str] = "knowledge.definitions"
    version: ClassVar[int] = 2
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[Made | Skip]:
        """One passage for each definition."""
        for place in passages(material, rng, defines):
            yield place if isinstance(place, Skip) else self._made(material, place)

    def _made(self, material: Material, place: Place) -> Made | Skip:
        document, paragraph = place
        found = defined(paragraph.sentences())
        if found is None or not document.filer:
            return Skip("defines_nothing")
        term, sentence = found
        start = paragraph.start + paragraph.text.index(sentence)
        source = source_at(document, material.corpus_digest, start, start + len(sentence), sentence)
        if document.lang == "zh":
            text = (
                f"问：{document.filer}的报告中“{term}”指什么？\n答：{sentence}\n\n{paragraph.text}"
            )
        else:
            text = (
                f'Question: What does "{term}" mean in the reports of {document.filer}?\n'
                f"Answer: {sentence}\n\n{paragraph.text}"
            )
        return passage_of(f"{self.name}@{self.version}", document, text, (source,))
