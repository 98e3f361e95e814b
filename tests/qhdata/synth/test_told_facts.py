"""A number of a sentence is told so that it says its fact's value, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from qhdata.step import Skip
from qhdata.synth.knowledge import told_facts
from qhdata.synth.knowledge.told_facts import ToldFacts, in_full
from qhdata.synth.material import Material


@pytest.mark.parametrize(
    ("shown", "value", "told"),
    [
        ("$8", "8000000", "$8 million"),
        ("$8", "8", "$8"),
        ("$8.5 billion", "8500000000", "$8.5 billion"),
        ("$8 million", "8000000000", ""),
        ("21.5%", "0.215", "21.5%"),
        ("21.5%", "21.5", ""),
        ("$8", "-8000000", ""),
        ("1,200", "1200000", "1,200 thousand"),
        ("two", "3", ""),
    ],
)
def test_a_told_number_says_the_value(shown: str, value: str, told: str) -> None:
    assert in_full(shown, value) == told


def test_a_number_that_is_told_otherwise_is_left_out_and_counted(
    material: Callable[..., Material], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = told_facts._told
    whole = list(ToldFacts().make(material(), Random(1)))
    assert any(not isinstance(one, Skip) for one in whole)
    monkeypatch.setattr(
        told_facts, "_told", lambda m, d: [replace(t, value="-77") for t in told(m, d)]
    )
    other = material()
    assert all(isinstance(one, Skip) for one in ToldFacts().make(other, Random(1)))
    assert other.skipped["number_is_told_otherwise"] > 0
