"""A value where the excerpt states it, "not stated" where it does not: half of each, so that
neither always wins.

Example: "Goodwill in 2024? If the excerpt does not give it, reply: not stated." Present: the
number; absent: not stated. A number for an absent row and "not stated" for a present one both score
0. Absent are rows of the same filer's other tables and years that no column shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.factstore.concepts import plain_label
from qhdata.step import Skip
from qhdata.synth.draft import Asks, Draft, Slot
from qhdata.synth.finish import finish
from qhdata.synth.grid import Excerpt, Grid, Row, source_of
from qhdata.synth.made import TextDraft, criterion, number_is
from qhdata.synth.material import Material, each_grid
from qhdata.synth.wording import answer_text

_ASKS = Asks(en=("{label}",), zh=("{label}",), brief="{label}")


class StatedOrNot:
    """Rows of an excerpt, and rows and years that it lacks, in turns."""

    name: ClassVar[str] = "grounding.stated_or_not"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """A present and an absent one from each table, in turns."""
        labels: dict[str, list[str]] = {}
        for grid in material.grids:
            labels.setdefault(grid.lang, []).extend(row.label for row in grid.rows)
        pool = {lang: sorted(set(found)) for lang, found in labels.items()}

        def of_grid(grid: Grid, rng: Random) -> Iterator[TextDraft | Skip]:
            for row in rng.sample(grid.rows, len(grid.rows)):
                present = self._present(grid, row, rng)
                absent = self._absent(grid, row, pool[grid.lang], rng)
                if isinstance(present, Skip) or isinstance(absent, Skip):
                    yield present if isinstance(present, Skip) else absent
                else:  # both or neither: the balance is exact
                    yield present
                    yield absent

        return each_grid(material, rng, of_grid)

    def _present(self, grid: Grid, row: Row, rng: Random) -> TextDraft | Skip:
        column = rng.randrange(len(grid.periods))
        excerpt = grid.cut((row,), rng)
        done = finish(
            Draft(
                generator=self.name,
                excerpts=(excerpt,),
                program="value",
                slots={"value": Slot(grid, row, column)},
                asks=_ASKS,
                words={"label": row.label},
            ),
            rng,
        )
        if isinstance(done, Skip):
            return done
        gold = done[0].golds[0]
        text = answer_text(gold, separators=grid.settings.wording != "brief")
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=grid.document,
            lang=grid.lang,
            prompt=_prompt(excerpt, row.label, grid.periods[column]),
            reply=_final(grid, text),
            sources=(source_of(grid, row.figures[column]),),
            criteria=(number_is(gold, "The stated number is given."),),
            wrong=((not_stated(grid.lang), "says_not_stated"),),
        )

    def _absent(self, grid: Grid, row: Row, pool: list[str], rng: Random) -> TextDraft | Skip:
        excerpt = grid.cut((row,), rng)
        shown = {plain_label(r.label) for r in excerpt.rows}
        label, period = "", rng.choice(grid.periods)
        for candidate in rng.sample(pool, min(len(pool), 12)):
            plain = plain_label(candidate)
            if all(plain not in known and known not in plain for known in shown):
                label = candidate
                break
        if not label:
            return Skip("no_absent_label")
        wrong = grid.number(row.figures[0])
        return TextDraft(
            generator=f"{self.name}@{self.version}",
            document=grid.document,
            lang=grid.lang,
            prompt=_prompt(excerpt, label, period),
            reply=not_stated(grid.lang),
            sources=(source_of(grid, row.figures[0]),),
            criteria=(
                criterion(
                    "not_stated",
                    "The reply says that it is not stated.",
                    "says_not_stated",
                    {"expected": True},
                    gate=True,
                ),
                criterion("short", "In a few words.", "max_words", {"words": 12}),
            ),
            wrong=((_final(grid, wrong), "made_up_number"),),
        )


def not_stated(lang: str) -> str:
    """The words of a refusal."""
    return "未披露" if lang == "zh" else "not stated"


def _final(grid: Grid, text: str) -> str:
    return f"Answer: {text}" if grid.settings.wording == "brief" else f"\\boxed{{{text}}}"


def _prompt(excerpt: Excerpt, label: str, period: str) -> str:
    grid = excerpt.grid
    if grid.lang == "zh":
        ask = (
            f"{period}的“{label}”是多少？数值写在 \\boxed{{}} 中，单位与表中一致；"
            "若节选没有给出，只回答“未披露”。"
        )
    elif grid.settings.wording == "brief":
        ask = f"{label} {period}? Or: not stated"
    else:
        ask = (
            f'What does the excerpt give for "{label}" in {period}? Put the number, in the unit of '
            "the table, in \\boxed{}. If the excerpt does not give it, reply only: not stated."
        )
    return f"{excerpt.text()}\n\n{ask}"
