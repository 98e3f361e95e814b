"""Multiple choice made open: the question without its options, where the answer is a number.

Example: "A bond of 100 pays 5 % a year. What is its coupon? A. 4 B. 5 C. 6. Answer: B" -> asked
openly; 5 is right and 4 and 6 are not. Guessing earns nothing. Only items whose options are all
numbers of one kind and whose question does not lean on them ("which of the following") are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.rows import StoredDocument
from qhdata.quantities.parse import Quantity, parse
from qhdata.step import Skip
from qhdata.synth.exam_items import ExamItem, exam_items
from qhdata.synth.grid import source_at
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material
from qhdata.synth.passages import hostile

_LEANS = re.compile(
    r"\b(?:following|above|below|closest|which (?:one|of)|except|options?|statements?)\b"
    r"|下列|以下|上述|最接近|哪[一项个些]|正确的是|错误的是",
    re.I,
)
KINDS = {"plain": "number", "percent": "percent", "multiple": "multiple", "bps": "bps"}
"""Sense of a number -> kind of gold."""


class OpenQuestion:
    """Items with numbers for options."""

    name: ClassVar[str] = "exam.open_question"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each item."""
        for document in material.documents:
            text = material.texts[document.doc_id]
            for item in exam_items(text):
                yield self._draft(material, document, item, text, rng)

    def _draft(
        self,
        material: Material,
        document: StoredDocument,
        item: ExamItem,
        text: str,
        rng: Random,
    ) -> TextDraft | Skip:
        if hostile(item.question) or any(map(hostile, item.options)):
            return Skip("hostile_text")
        if _LEANS.search(item.question):
            return Skip("leans_on_its_options")
        found = [parse(option.rstrip(".。")) for option in item.options]
        numbers = [number for number in found if isinstance(number, Quantity)]
        if len(numbers) < len(found) or len({(n.sense, n.unit) for n in numbers}) > 1:
            return Skip("options_are_no_numbers")
        gold = numbers[item.right]
        if gold.sense not in KINDS or len({n.value for n in numbers}) < len(numbers):
            return Skip("options_are_no_numbers")
        shown = item.answer.rstrip(".。")
        arguments: dict[str, object] = {
            "value": format(gold.value, "f"),
            "kind": KINDS[gold.sense],
            "unit": gold.unit,
        }
        zh = document.lang == "zh"
        brief = material.settings.wording == "brief"
        ask = "最终答案写在 \\boxed{} 中。" if zh else "Put the final answer in \\boxed{}."
        wrong = [option for n, option in enumerate(item.options) if n != item.right]
        say = "Answer: {}" if brief else "\\boxed{{{}}}"
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=document,
            lang="zh" if zh else "en",
            prompt=item.question if brief else f"{item.question}\n\n{ask}",
            reply=say.format(shown),
            sources=(
                source_at(
                    document,
                    material.corpus_digest,
                    item.start,
                    item.end,
                    text[item.start : item.end],
                ),
            ),
            criteria=(
                criterion("number", "The number is right.", "number_matches", arguments, gate=True),
            ),
            wrong=((say.format(rng.choice(wrong).rstrip(".。")), "wrong_choice"),),
        )
