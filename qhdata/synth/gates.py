"""Gates: what is finished is still refused where it repeats another row, is too long, or fails its
own check.

Refusals are drops, with a reason that is counted; a task that fails its check is our defect and is
quarantined with the fault, so that it can be mended. Duplicates are told by the exact prompt:
phrasings of one problem differ and stay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from qhdata.judge import judge
from qhdata.judge.rubric import check_all
from qhdata.records import Example, Pair, Task
from qhdata.step import Skip
from qhdata.synth.made import Made
from qhdata.synth.wording import answer_text

LONGEST_PROMPT = 12_000
"""Characters; an excerpt that long is a table of another kind."""


@dataclass(slots=True)
class Gates:
    """State of one split's gates: the prompts seen so far."""

    seen: set[bytes] = field(default_factory=set)

    def refuse(self, made: Made) -> Skip | None:
        """Why a finished draft is dropped; None where it is kept."""
        if len(made.prompt) > LONGEST_PROMPT:
            return Skip("prompt_too_long")
        key = blake2b(made.prompt.encode(), digest_size=16).digest()
        if key in self.seen:
            return Skip("duplicate_prompt")
        self.seen.add(key)
        for pair in made.pairs:
            if pair.chosen == pair.rejected:
                return Skip("pair_without_difference")
        return None


def fault_of(made: Made) -> str | None:
    """A fault of ours in finished rows: gold that does not score 1, or an empty reply that scores.

    This is the short form of `check`, for every row as it is made; `qhdata synth validate` walks
    all of it.
    """
    for task in made.tasks:
        for gold in task.golds:
            if judge(gold, f"Answer: {answer_text(gold)}").outcome != "correct":
                return "gold_scores_0"
            if judge(gold, "").outcome != "wrong":
                return "empty_scores"
        if task.criteria and check_all(task.criteria, "").total != 0.0:
            return "empty_scores"
    rows: list[Task | Example | Pair] = [*made.tasks, *made.examples, *made.pairs]
    if any(not row.sources for row in rows) or (made.documents and not made.sources):
        return "no_source"
    return None
