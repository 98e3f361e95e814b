"""What a benchmark holds is not made, nor what is another's near copy; both are counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.errors import UserError
from qhdata.synth.guards import near_copies
from qhdata.synth.material import Material
from qhdata.synth.produce import produce
from qhdata.synth.settings import SynthSettings

PROSE = (
    "Demand for analyzers softened during the second quarter because customers postponed budgets"
)


def test_a_question_of_a_benchmark_is_not_made_again(
    material: Callable[..., Material], tmp_path: Path
) -> None:
    plain = produce("reasoning", material(), 60)
    leaked = plain.tasks[7].messages[0].content.rsplit("\n\n", 1)[-1].split(" Answer ")[0]
    rows = [{"id": "q1", "question": leaked, "text": ""}]
    (tmp_path / "set.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    guarded = produce("reasoning", material(settings=SynthSettings(against=str(tmp_path))), 60)
    assert guarded.reasons()["in_a_benchmark"] > 0
    assert not any(leaked in task.messages[0].content for task in guarded.tasks)
    counts = guarded.counts()
    assert counts.rows_in == counts.rows_kept + counts.rows_dropped + counts.rows_quarantined


def test_a_folder_without_questions_is_said(
    material: Callable[..., Material], tmp_path: Path
) -> None:
    with pytest.raises(UserError):
        produce("reasoning", material(settings=SynthSettings(against=str(tmp_path))), 5)


def test_near_copies_are_left_out_and_other_numbers_are_not(
    material: Callable[..., Material],
) -> None:
    plain = produce("general", material(), 200)
    guarded = produce("general", material(settings=SynthSettings(most_alike=0.6)), 200)
    assert guarded.reasons()["near_copy"] > 0
    assert 0 < len(guarded.tasks) < len(plain.tasks)
    prompts = [task.messages[0].content for task in guarded.tasks]
    assert near_copies(prompts, 0.6) == {}


def test_what_is_a_copy() -> None:
    longer = f"{PROSE}, and our largest warehouse in Ohio reopened after a flood in 2024."
    texts = [longer, longer.replace("Ohio", "Iowa"), longer.replace("2024", "2023"), PROSE]
    assert near_copies(texts, 0.6) == {1: 0}
    assert near_copies(texts, 0.99) == {}


@given(st.lists(st.sampled_from(["a b c d e f g", "a b c d e f h", "1 2 3 4 5 6", ""]), max_size=9))
def test_a_copy_is_of_an_earlier_text_that_stays(texts: list[str]) -> None:
    found = near_copies(texts, 0.5)
    for copy, first in found.items():
        assert first < copy
        assert first not in found
    kept = [text for n, text in enumerate(texts) if n not in found]
    assert len(set(kept)) == len(kept)
