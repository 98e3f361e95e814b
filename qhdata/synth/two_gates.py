"""Two gates for answers of a model: is the answer right, and does the reasoning hold?

What passes both is worth imitating (sft); a task of which no answer passes is worth practising (the
RL pool). Fin-R1 filters so with a model judge (Liu et al. 2025); here the first gate is the judge's
rules, the second `thought.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhdata.judge import judge
from qhdata.judge.answer_slot import after_thinking
from qhdata.judge.rubric import check_all
from qhdata.records import Message, Task
from qhdata.synth.thought import faults_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model said to a task."""

    task_id: str
    content: str
    thinking: str = ""
    """Where it came apart; else it stands in `content`, before the answer."""

    def message(self) -> Message:
        """As a turn of the assistant."""
        return Message(role="assistant", content=self.content, thinking=self.thinking or None)


@dataclass(frozen=True, slots=True)
class Passed:
    """What the gates say of one answer."""

    right: bool | None
    """None: the task cannot be scored."""
    reason: str
    """The judge's, or the first fault of the reasoning; `match` where both gates are passed."""

    @property
    def good(self) -> bool:
        """Through both gates."""
        return bool(self.right) and self.reason == "match"


def passed(task: Task, answer: Answer) -> Passed:
    """An answer through both gates."""
    right, reason = scored(task, answer)
    if not right:
        return Passed(right, reason)
    visible = after_thinking(answer.content)
    inside = answer.content[: len(answer.content) - len(visible or "")]
    thinking = answer.thinking or inside or answer.content
    faults = faults_of(task, thinking, answer.content)
    return Passed(True, faults[0] if faults else "match")


def scored(task: Task, answer: Answer) -> tuple[bool | None, str]:
    """(right, reason) by the judge, or by the task's criteria; None where nothing can be scored."""
    if task.golds:
        verdicts = [judge(gold, answer.content) for gold in task.golds]
        if any(v.outcome == "unscored" for v in verdicts):
            return None, next(v.reason for v in verdicts if v.outcome == "unscored")
        wrong = next((v for v in verdicts if v.outcome != "correct"), None)
        return wrong is None, wrong.reason if wrong else "match"
    if task.criteria:
        score = check_all(task.criteria, answer.content)
        if score.total is None:
            return None, score.reason
        return score.total >= 1.0, "match" if score.total >= 1.0 else score.reason
    return None, "nothing_to_score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Which tasks of a pool are worth a rollout."""

    above: float = 0.0
    """Pass rate that a task must be above: what nobody solves teaches nothing."""
    below: float = 1.0
    """And below: nor what everybody solves."""
    least: int = 2
    """Answers that a task must have."""
    longest: int = 0
    """Characters of a task's answers in the mean, at most; 0: any."""
    most_of_generator: float = 1.0
    """Share of the pool's tasks that one generator may have."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a task is solved."""

    task_id: str
    generator: str
    right: int
    tried: int
    characters: float
    """Of its answers, in the mean."""

    @property
    def share(self) -> float:
        """The pass rate."""
        return self.right / self.tried if self.tried else 0.0


def rate(task: Task, answers: Sequence[Answer]) -> Rate:
    """The pass rate of one task; answers that cannot be scored are no tries."""
    found = [(scored(task, answer)[0], answer) for answer in answers]
    told = [(right, answer) for right, answer in found if right is not None]
    size = sum(len(answer.content) + len(answer.thinking) for _, answer in told)
    right = sum(bool(right) for right, _ in told)
    return Rate(task.task_id, task.generator, right, len(told), size / max(1, len(told)))


def chosen(rates: Sequence[Rate], band: Band) -> dict[str, str]:
    """Task -> why it is left out; "" where it is kept.

    A generator that has more than its share keeps those nearest to one half, by task_id among
    equals.
    """
    out = {one.task_id: _why(one, band) for one in rates}
    kept = [one for one in rates if not out[one.task_id]]
    if band.most_of_generator < 1.0:
        most = max(1, int(band.most_of_generator * len(kept)))
        by: dict[str, list[Rate]] = {}
        for one in kept:
            by.setdefault(one.generator.partition("@")[0], []).append(one)
        for own in by.values():
            own.sort(key=lambda r: (abs(r.share - 0.5), r.task_id))
            out.update({one.task_id: "generator_is_full" for one in own[most:]})
    return out


def _why(one: Rate, band: Band) -> str:
    if one.tried < band.least:
        return "too_few_answers"
    if one.share <= band.above:
        return "never_solved" if not one.right else "too_hard"
    if one.share >= band.below:
        return "always_solved" if one.right == one.tried else "too_easy"
    if band.longest and one.characters > band.longest:
        return "answers_too_long"
    return ""
