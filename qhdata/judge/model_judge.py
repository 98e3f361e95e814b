"""The model judge: criteria that no rule can check, put to a language model that the caller brings.

Rules come first and gates before all else: where one failed, no model is asked. A criterion is put
alone, an odd number of times; more than half of the votes decide, and where too many fail the
criterion is unscored, never 0. An answer that is empty, too long or never ends its reasoning fails
without being shown. This room knows no model: `ask` gives a vote for each ballot, and whoever tells
of the result calls it the model judge's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qhdata.judge.answer_slot import after_thinking
from qhdata.judge.compose import compose
from qhdata.judge.rubric import check_criterion
from qhdata.records.task import Criterion
from qhdata.records.verdict import Part, Score

MODEL_JUDGE = "model judge@1"
CHECK = "model"
"""What such a criterion names as its check; its arguments are {} or {"reference": a text}. By rules
alone (`check_all`) it is unscored.
"""
LONGEST = 8_000
"""Characters of an answer that a model is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One vote that is asked for."""

    question: str
    answer: str
    """Without its reasoning."""
    criterion: str
    reference: str
    """What a right answer may rest on; often empty."""
    draw: int
    """Which of several votes on the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An answer that is to be judged by a rubric."""

    criteria: tuple[Criterion, ...]
    question: str
    answer: str


Ask = Callable[[Sequence[Ballot]], Sequence[bool | None]]
"""A vote for each ballot, in order; None where there is none."""


def model_judge(rows: Sequence[Judged], ask: Ask, votes: int = 1) -> list[Score]:
    """The score of each answer, in order; every ballot of a round is given to `ask` at once.

    votes: of each criterion; odd. Raises ValueError where it is not.
    """
    if votes < 1 or votes % 2 == 0:
        raise ValueError(f"votes are odd, not {votes}")
    parts = [[_by_rule(criterion, row.answer) for criterion in row.criteria] for row in rows]
    for gates in (True, False):
        places = [
            (n, at)
            for n, row in enumerate(rows)
            if not _gate_failed(parts[n])
            for at, criterion in enumerate(row.criteria)
            if criterion.check == CHECK and criterion.gate == gates and parts[n][at].value is None
        ]
        ballots = [ballot for n, at in places for ballot in _ballots(rows[n], at, votes)]
        cast_all = list(ask(ballots)) if ballots else []
        if len(cast_all) != len(ballots):
            raise ValueError(f"{len(ballots)} ballots and {len(cast_all)} votes")
        found = iter(cast_all)
        for n, at in places:
            if _arguments(rows[n].criteria[at]) is None:
                continue
            cast = [next(found) for _ in range(votes)]
            parts[n][at] = _part(rows[n].criteria[at], _majority(cast))
    return [compose(own) for own in parts]


def _by_rule(criterion: Criterion, answer: str) -> Part:
    """A criterion's part as far as rules go: None where a model has to be asked."""
    if criterion.check != CHECK:
        return check_criterion(criterion, answer)
    text = (after_thinking(answer) or "").strip()
    shown = text and len(text) <= LONGEST
    return _part(criterion, None if shown or _arguments(criterion) is None else False)


def _gate_failed(parts: Sequence[Part]) -> bool:
    return any(part.gate and part.value == 0.0 for part in parts)


def _ballots(row: Judged, at: int, votes: int) -> list[Ballot]:
    criterion = row.criteria[at]
    reference = _arguments(criterion)
    if reference is None:
        return []
    return [
        Ballot(
            question=row.question,
            answer=(after_thinking(row.answer) or "").strip(),
            criterion=criterion.text,
            reference=reference,
            draw=draw,
        )
        for draw in range(votes)
    ]


def _arguments(criterion: Criterion) -> str | None:
    """The reference, empty where there is none; None where the criterion is malformed."""
    try:
        arguments = json.loads(criterion.arguments)
    except ValueError:
        return None
    if not isinstance(arguments, dict) or set(arguments) - {"reference"}:
        return None
    reference = arguments.get("reference", "")
    return reference if isinstance(reference, str) else None


def _majority(votes: Sequence[bool | None]) -> bool | None:
    """What more than half of all votes say; None where the votes that failed could have decided."""
    for side in (True, False):
        if 2 * sum(vote is side for vote in votes) > len(votes):
            return side
    return None


def _part(criterion: Criterion, held: bool | None) -> Part:
    return Part(
        name=criterion.criterion_id,
        value=None if held is None else float(held),
        weight=criterion.weight,
        gate=criterion.gate,
    )
