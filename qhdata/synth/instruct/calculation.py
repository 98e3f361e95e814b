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
from qhdata.recipe import load_object
from qhdata.records import Task
from qhdata.step import Skip
from qhdata.synth.answers import final
from qhdata.synth.draft import Draft
from qhdata.synth.finish import finish
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material, rng_for
from qhdata.synth.reasoning import REASONING
from qhdata.synth.wording import answer_text


class Calculation:
    """Every generator of reasoning problems in turns."""

    name: ClassVar[str] = "statement.calculation"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each problem that finishes and computes something."""
        if material.settings.wording == "brief":
            yield Skip("too_long_for_brief_wording")
            return
        streams: list[Iterator[Draft | Skip]] = [
            load_object(spec, f"synth.{name}")().drafts(material, rng_for(rng.random(), name))
            for name, spec in REASONING.items()
            if name != "lookup"
        ]
        while streams:
            still = []
            for stream in streams:
                draft = next(stream, None)
                if draft is None:
                    continue
                still.append(stream)
                yield draft if isinstance(draft, Skip) else self._worked(draft, rng)
            streams = still

    def _worked(self, draft: Draft, rng: Random) -> TextDraft | Skip:
        done = finish(draft, rng)
        if isinstance(done, Skip):
            return done
        task, grid = done[0], draft.excerpts[0].grid
        gold, brief = task.golds[0], grid.settings.wording == "brief"
        arguments: dict[str, object] = {
            "value": gold.value,
            "kind": gold.kind,
            "unit": gold.unit,
            "scale": gold.scale,
            "decimals": gold.decimals,
        }
        miss = near_miss(task)
        if miss is None:
            return Skip("no_near_miss")
        shown = final(answer_text(gold, not brief), grid.settings)
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=grid.document,
            lang=grid.lang,
            prompt=task.messages[0].content,
            reply=f"{task.trace}\n{shown}",
            sources=task.sources,
            criteria=(
                criterion("number", "The number is right.", "number_matches", arguments, gate=True),
            ),
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
