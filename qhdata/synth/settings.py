"""Settings of synthesis: how many of each kind, and how hard. Defaults suit real models; a demo
asks for small numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from qhdata.recipe import NotNegative, Settings


@dataclass(frozen=True, kw_only=True)
class Limits(Settings):
    """At most so many drafts are finished for each split."""

    train: NotNegative = 2000
    """Of filers in the training split."""
    dev: NotNegative = 200
    """Of filers in the dev split."""
    test: NotNegative = 400
    """Of filers in the test split: held out."""

    def of(self, split: str) -> int:
        """The limit of a split."""
        return {"train": self.train, "dev": self.dev, "test": self.test}[split]


@dataclass(frozen=True, kw_only=True)
class SynthSettings(Settings):
    """What is synthesised from a corpus."""

    knowledge: Limits = field(default_factory=Limits)
    """Passages of restated facts, for cpt."""
    instruct: Limits = field(default_factory=Limits)
    """Instructions with answers, for sft."""
    reasoning: Limits = field(default_factory=Limits)
    """Numeric problems with programs, for sft and reasoning-rl."""
    general: Limits = field(default_factory=Limits)
    """Tasks with checkable constraints, for sft and general-rl."""
    generators: tuple[str, ...] = ()
    """Names of generators to run, of any kind; empty: all of the kind."""
    languages: tuple[Literal["en", "zh"], ...] = ("en", "zh")
    """Documents of other languages are left out."""
    context_rows: int = 6
    """Rows of the table that a problem shows; those that it needs are always among them."""
    context_style: Literal["markdown", "lines"] = "markdown"
    """A Markdown table, or one line for each value (`Revenue 2024: 47`), which tiny models learn
    sooner.
    """
    wording: Literal["full", "brief"] = "full"
    """Whole sentences with the format spelt out, or a question of a few words."""
    reasoning_in: Literal["thinking", "content"] = "thinking"
    """Where an example's chain of thought stands: in the message's thinking, or before its answer.
    """
    max_digits: int = 0
    """Digits that a shown number may have; 0: any."""
    max_label_words: int = 0
    """Words that a row's label may have; 0: any."""
    phrasings: int = 1
    """Wordings of each problem; they share its problem_id."""
    per_table: int = 12
    """Drafts that one generator takes from one table, so that no long table dominates."""
    most_of_shape: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of a split's problems that programs of one shape may have (a shape: a program whose
    numbers are not looked at). 0.05: no shape is more than a twentieth of what is kept.
    """
    against: str = ""
    """A folder of question sets of public benchmarks (their own layouts, or JSON lines): what
    holds a text, a table or a question of theirs is left out.
    """
    most_alike: Annotated[float, Field(ge=0.55, le=1)] = 1.0
    """Jaccard similarity of prompts' 5-word shingles from which a later one with the same numerals
    is left out as a near copy; 1: exact copies only.
    """
    pairs: bool = True
    """Also write (right, nearly right) pairs, for preference training."""
