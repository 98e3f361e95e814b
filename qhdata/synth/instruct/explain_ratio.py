"""Explain a ratio and compute it: the definition in words, then the filer's own numbers.

Example: "What is the gross margin, and what was it in 2024?" -> "Gross margin is (revenue less cost
of revenue) over revenue. ..." Checked: the inputs are named, and the number is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.concepts import concept
from qhdata.factstore.ratios import RATIOS, Ratio
from qhdata.programs.trace import formula
from qhdata.step import Skip
from qhdata.synth.answers import final
from qhdata.synth.arithmetic import program_of
from qhdata.synth.draft import Asks, Draft, GoldShape, Slot
from qhdata.synth.finish import finish
from qhdata.synth.grid import Grid
from qhdata.synth.instruct.calculation import near_miss
from qhdata.synth.made import TextDraft, criterion, number_is
from qhdata.synth.material import Material, each_grid
from qhdata.synth.wording import answer_text

_ASKS = Asks(
    en=("Explain what the {ratio} is and how it is computed, and give it for {period}.",),
    zh=("说明什么是{ratio}、如何计算，并给出{period}的数值。",),
    brief="{ratio} {period}, and how?",
)


class ExplainRatio:
    """Every ratio whose inputs stand in one table."""

    name: ClassVar[str] = "concept.explain"
    version: ClassVar[int] = 2
    wordy: ClassVar[bool] = True

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each ratio and column."""
        return each_grid(material, rng, self._of_grid)

    def _of_grid(self, grid: Grid, rng: Random) -> Iterator[TextDraft | Skip]:
        places = [
            (ratio, column)
            for ratio in RATIOS
            if all(key in grid.by_concept for key in ratio.concepts)
            for column in range(len(grid.periods))
        ]
        if not places:
            yield Skip("no_ratio_in_table")
            return
        rng.shuffle(places)
        for ratio, column in places:
            slots = {key: Slot(grid, grid.by_concept[key], column) for key in ratio.concepts}
            if any(slots[key].value <= 0 for key in ratio.positive):
                yield Skip("base_not_positive")
                continue
            yield self._draft(grid, ratio, slots, column, rng)

    def _draft(
        self, grid: Grid, ratio: Ratio, slots: dict[str, Slot], column: int, rng: Random
    ) -> TextDraft | Skip:
        zh, brief = grid.lang == "zh", grid.settings.wording == "brief"
        done = finish(
            Draft(
                generator=self.name,
                excerpts=(grid.cut([slot.row for slot in slots.values()], rng),),
                program=ratio.program,
                slots=slots,
                asks=_ASKS,
                words={"ratio": ratio.zh if zh else ratio.en, "period": grid.periods[column]},
                gold=GoldShape(kind=ratio.kind, decimals=ratio.decimals),
                distractors=ratio.wrong,
            ),
            rng,
        )
        if isinstance(done, Skip):
            return done
        task, gold = done[0], done[0].golds[0]
        miss = near_miss(task)
        if miss is None:
            return Skip("no_near_miss")
        names = {key: _name(key, zh) for key in ratio.concepts}
        words = formula(program_of(ratio.program), names)
        said = f"{ratio.zh} = {words}" if zh else f"The {ratio.en} is {words}."
        answer = final(answer_text(gold, not brief, lang=grid.lang), grid.settings)
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=grid.document,
            lang=grid.lang,
            prompt=task.messages[0].content,
            reply=f"{said}\n{task.trace}\n{answer}",
            sources=task.sources,
            criteria=(
                criterion(
                    "inputs",
                    "Its inputs are named.",
                    "contains_all",
                    {"texts": list(names.values())},
                ),
                number_is(gold),
            ),
            wrong=((f"{said}\n{task.trace}\n{final(miss, grid.settings)}", "wrong_value"),),
        )


def _name(key: str, zh: bool) -> str:
    meant = concept(key)
    return meant.zh if zh else meant.en
