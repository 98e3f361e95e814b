"""A question with its calculation shown: what reasoning problems ask, answered in the open.

Example: "What was the gross margin in 2024?" -> the figures, each operation on a line, the answer
in its slot. The drafts are those of the reasoning families (margins, growth, tax, CAPM, bonds,
loans, options, portfolios), drawn anew. Checked: the answer by the judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.judge.kinds import load
from qhdata.records import Task
from qhdata.step import Skip
from qhdata.synth.answers import final
from qhdata.synth.draft import Draft
from qhdata.synth.finish import finish
from qhdata.synth.made import TextDraft, number_is
from qhdata.synth.material import Material
from qhdata.synth.reasoning.every import every_draft
from qhdata.synth.wording import answer_text


class Calculation:
    """Every generator of reasoning problems in turns."""

    name: ClassVar[str] = "statement.calculation"
    version: ClassVar[int] = 1
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each problem that finishes and computes something."""
        for draft in every_draft(material, rng, but=("lookup",)):
            yield draft if isinstance(draft, Skip) else self._worked(draft, rng)

    def _worked(self, draft: Draft, rng: Random) -> TextDraft | Skip:
        done = finish(draft, rng)
        if isinstance(done, Skip):
            return done
        task, grid = done[0], draft.excerpts[0].grid
        gold, brief = task.golds[0], grid.settings.wording == "brief"
        miss = near_miss(task)
        if miss is None:
            return Skip("no_near_miss")
        shown = final(answer_text(gold, not brief, lang=grid.lang), grid.settings)
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=grid.document,
            lang=grid.lang,
            prompt=task.messages[0].content,
            reply=f"{task.trace}\n{shown}",
            sources=task.sources,
            criteria=(number_is(gold),),
            wrong=((f"{task.trace}\n{final(miss, grid.settings)}", "wrong_value"),),
        )


def near_miss(task: Task) -> str | None:
    """A number that a usual mistake gives."""
    gold = task.golds[0]
    for text, _ in load(gold.kind).near_misses(gold):
        plain = text.removeprefix("Answer: ")
        if text.startswith("Answer: ") and "\n" not in plain and plain[-1:].isdigit():
            return plain
    return None
