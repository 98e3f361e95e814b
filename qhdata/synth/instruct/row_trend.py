"""Describe one row over two years: direction and both values, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.general.short_change import ShortChange
from qhdata.synth.made import TextDraft
from qhdata.synth.material import Material


class RowTrend(ShortChange):
    """The drafts of concise change, as plain instructions."""

    name: ClassVar[str] = "statement.trend"
    version: ClassVar[int] = 1

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each row with two years."""
        return super().make(material, rng)
