"""From a play's end to its score: typed answers, the difference of states, checked criteria.

An agentic play has two gates, so it earns their product: `answer` (every asked slot judged correct,
no other slot filled, one value each) and `state` (the graded tables are exactly as expected). Calls
earn nothing, however many or few; whoever does nothing has submitted nothing, so it earns 0. What
the policy caused is wrong; only a defect of ours leaves a play unscored.
"""

from __future__ import annotations

import json
from dataclasses import replace

from qhdata.env.domain import Domain
from qhdata.env.overlay import Overlay, difference
from qhdata.env.tools.answer import ANSWERS
from qhdata.judge import judge_all, judge_text, overall
from qhdata.judge.compose import compose, verdict_part
from qhdata.judge.rubric import check_criterion
from qhdata.records import Part, Score, Task

MATCH = "match"


def score_play(task: Task, domain: Domain, overlay: Overlay) -> Score:
    """The score of an agentic play that came to its end."""
    answer, why = _answers(task, overlay)
    differences = difference(expected_end(task), overlay, domain.graded)
    score = compose(
        [
            Part(name="answer", value=answer, gate=True),
            Part(name="state", value=0.0 if differences else 1.0, gate=True),
        ]
    )
    if why == MATCH and differences:
        why = f"state: {differences[0]}"
    return replace(score, reason=why)


def expected_end(task: Task) -> Overlay:
    """The overlay that a right play leaves: the initial rows, and over them the expected ones; a
    null row is one that has to go.
    """
    end = Overlay.from_json(task.initial_state)
    for table, rows in json.loads(task.expected_state).items():
        for key, row in rows.items():
            if row is None:
                end.remove(table, key)
            else:
                end.write(table, key, row)
    return end


def score_text(task: Task, content: str) -> Score:
    """The score of a task without tools: its typed golds, its checked criteria, or both."""
    parts = []
    reason = ""
    if task.golds:
        verdict = overall(judge_all(task.golds, content))
        parts.append(verdict_part("answer", verdict))
        reason = verdict.reason
    score = compose([*parts, *(check_criterion(c, content) for c in task.criteria)])
    if task.criteria:
        missed = [p.name for p in score.parts if p.value is not None and p.value < p.high]
        reason = f"missed:{missed[0]}" if missed else MATCH
    return replace(score, reason=reason) if score.total is not None else score


def nothing_earned(task: Task, reason: str) -> Score:
    """The score of a play that was cut off: 0, with the reason why."""
    names = ["answer"] if task.golds or not task.criteria else []
    names += [criterion.criterion_id for criterion in task.criteria]
    return Score(total=0.0, parts=tuple(Part(name=n, value=0.0) for n in names), reason=reason)


def unscored(reason: str) -> Score:
    """The score of a play that a defect of ours ended."""
    return Score(total=None, parts=(), reason=reason)


def _answers(task: Task, overlay: Overlay) -> tuple[float | None, str]:
    """1 or 0, None for gold of ours that cannot be judged; and why."""
    given = dict(overlay.rows(ANSWERS))
    asked = {gold.slot: gold for gold in task.golds}
    if given.keys() - asked.keys():
        return 0.0, "slot_not_asked" if asked else "answered_where_none_is"
    for slot, gold in asked.items():
        row = given.get(slot)
        if row is None:
            return 0.0, "no_answer"
        if row["times"] != 1:
            return 0.0, "multiple_answers"
        verdict = judge_text(gold, str(row["value"]))
        if verdict.outcome != "correct":
            return (None if verdict.outcome == "unscored" else 0.0), verdict.reason
    return 1.0, MATCH
