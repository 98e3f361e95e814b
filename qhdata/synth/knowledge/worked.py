"""Worked problems as running text: excerpt, question, chain of thought, answer. Reasoning enters
already in cpt.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.answers import final
from qhdata.synth.draft import Draft
from qhdata.synth.finish import finish
from qhdata.synth.knowledge.passage import passage
from qhdata.synth.made import Made
from qhdata.synth.material import Material
from qhdata.synth.reasoning.every import every_draft
from qhdata.synth.wording import answer_text


class Worked:
    """Every generator of reasoning problems in turns, with other draws than the reasoning set's
    own.
    """

    name: ClassVar[str] = "knowledge.worked"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[Made | Skip]:
        """One passage for each draft that finishes."""
        for draft in every_draft(material, rng):
            yield draft if isinstance(draft, Skip) else self._made(draft, rng)

    def _made(self, draft: Draft, rng: Random) -> Made | Skip:
        done = finish(draft, rng)
        if isinstance(done, Skip):
            return done
        task, grid = done[0], draft.excerpts[0].grid
        settings = grid.settings
        answer = final(answer_text(task.golds[0], settings.wording != "brief"), settings)
        text = f"{task.messages[0].content}\n{task.trace}\n{answer}"
        return passage(f"{self.name}@{self.version}", grid, text, task.sources)
