"""Exam items turned into statements: the question with its right answer, and what is not so.

Example: "What does duration measure? A. Age B. Sensitivity to rates. Answer: B" -> "What does
duration measure? Sensitivity to rates." A question with a blank gets its answer put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.exam_items import ExamItem, exam_items
from qhdata.synth.grid import source_at
from qhdata.synth.knowledge.passage import passage_of
from qhdata.synth.made import Made
from qhdata.synth.material import Material
from qhdata.synth.passages import hostile

_BLANK = re.compile(r"_{2,}|[(（][ 　]{0,8}[)）]")


class ExamStatements:
    """Items of documents that hold question, options and answer."""

    name: ClassVar[str] = "knowledge.exam_statements"
    version: ClassVar[int] = 1
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[Made | Skip]:
        """One passage for each item."""
        for document in material.documents:
            text = material.texts[document.doc_id]
            for item in exam_items(text):
                quote = text[item.start : item.end]
                if hostile(item.question) or any(map(hostile, item.options)):
                    yield Skip("hostile_text")
                    continue
                source = source_at(document, material.corpus_digest, item.start, item.end, quote)
                said = statement(item, document.lang)
                yield passage_of(f"{self.name}@{self.version}", document, said, (source,))


def statement(item: ExamItem, lang: str) -> str:
    """An item as a statement: its blank filled, or the answer after the question."""
    stop = "。" if lang == "zh" else "."
    answer = item.answer.rstrip(".。")
    if len(_BLANK.findall(item.question)) == 1:
        filled = _BLANK.sub(lambda _: answer, item.question, count=1)
        return filled if filled[-1:] in ".。?？!！" else filled + stop
    joint = "" if lang == "zh" else " "
    return f"{item.question}{joint}{answer}{stop}"
