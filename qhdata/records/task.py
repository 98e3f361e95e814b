"""Task: one thing an agent or model can be asked and scored on.

Reasoning, agentic and general tasks are one record: a reasoning task has gold slots and no tools,
an agentic one has tools and a world, a general one has a rubric of checkable criteria.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qhdata.records.base import DecimalText, JsonText, Source
from qhdata.records.example import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """The interval around gold that is still correct, and why it is that wide."""

    low: DecimalText
    high: DecimalText
    """Both inclusive, in gold's own unit and scale 1."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """One typed truth: what a slot of the answer must hold."""

    slot: str
    """Name of the slot in the answer; `answer` when there is one."""
    kind: str
    """File name under `qhdata/judge/kinds`: number, percent, choice, date, label_set, text ..."""
    value: str
    """Decimal text in base units for numbers (percents count in percent: 12.5), ISO for dates,
    JSON for sets.
    """
    unit: str = ""
    """`USD`, `CNY`, `shares`, `USD/shares`; empty for pure numbers."""
    scale: DecimalText = DecimalText("1")
    """The scale that the question declares; an answer without a scale word is read in it."""
    decimals: int | None = None
    """Decimal places that the question asks for, in the declared scale."""
    tolerance: Tolerance | None = None
    choices: tuple[str, ...] = ()
    """For choice and label sets: the closed list."""
    alternatives: tuple[JsonText, ...] = ()
    """Other golds that are right too, on the wire (qhdata/judge/wire.py)."""
    distractors: tuple[str, ...] = ()
    """Values, written as `value` is, that are wrong even inside the tolerance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One checkable criterion of a general task."""

    criterion_id: str
    text: str
    """As a person would state it."""
    check: str
    """Name of a check in `qhdata/judge/rubric.py`."""
    arguments: JsonText
    weight: float = 1.0
    gate: bool = False
    """A failed gate makes the whole reward 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to be asked and scored on."""

    task_id: str
    """Hash of generator@version, parameters and fact ids."""
    problem_id: str
    """Shared by all phrasings of one problem."""
    family: Literal["reasoning", "agentic", "general"]
    generator: str
    """name@version."""
    seed: int
    lang: str
    messages: tuple[Message, ...]
    """What the policy is given: system (where there is one) and user."""
    golds: tuple[Gold, ...]
    criteria: tuple[Criterion, ...]
    program: str | None
    """Executable program over slots, for reasoning tasks."""
    program_slots: JsonText
    """{slot: {"id": fact or figure id, "value": decimal text in base units, "unit"}}."""
    trace: str | None
    """The chain of thought that the program's execution writes."""
    domain: str | None
    """Agentic only: the folder of tools."""
    as_of: str | None
    """The moment the task stands at; its world shows rows with public_at <= as_of."""
    initial_state: JsonText
    """Agentic only: overlay rows before the first turn."""
    expected_state: JsonText
    """Agentic only: overlay rows that a right play leaves."""
    expert: JsonText
    """Agentic only: the expert's calls, [{"name", "arguments"}], replayable."""
    max_turns: int
    split: Literal["train", "dev", "test"]
    public_at: str | None
    filer_id: str
    license: str
    sources: tuple[Source, ...]
