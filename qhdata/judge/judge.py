"""The judge: gold and answer to verdict, by rules alone; no language model is involved and no text
is evaluated.

Three outcomes. Correct: the answer's one slot holds gold. Wrong: anything that the policy caused,
with a reason code. Unscored: gold itself is malformed, which is our defect and never the policy's.
The same reply and gold always give the same verdict, and it takes some microseconds
(benchmarks/judge_probe.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qhdata.judge.answer_slot import answer_objects, answer_slots, plain, value_text
from qhdata.judge.kinds import Kind, load
from qhdata.judge.reasons import BAD_GOLD, MATCH, BadGold, Reason
from qhdata.judge.wire import alternatives
from qhdata.records.task import Gold
from qhdata.records.verdict import Verdict

JUDGE = "judge@4"
ANSWER = "answer"
"""The slot of a gold that is a whole reply's answer."""
MEASURED = (
    "Measured on 6,154 pairs, two thirds of them written by other hands: 0 of 2,974 wrong answers "
    "accepted, 2 of 3,180 right ones refused (benchmarks/judge.py, 2026-11-29)."
)
"""What a card says of this version; a test holds it to the result that is kept."""


def judge(gold: Gold, answer: str) -> Verdict:
    """The verdict on a whole reply: its final-answer slot is found, read as gold's kind, and
    compared.

    >>> gold = Gold(slot="answer", kind="percent", value="12.4987", decimals=1)
    >>> judge(gold, "<think>hm</think> The margin follows.\\nAnswer: 12.5 %").outcome
    'correct'
    >>> judge(gold, "0.125").reason
    'percent_fraction'
    """
    slots = answer_slots(answer)
    if not slots:
        return _no_answer(gold, Reason("no_answer"))
    verdict = _verdict(gold, slots[-1])
    if verdict.outcome == "unscored":
        return verdict
    for slot in slots[:-1]:
        other = _verdict(gold, slot)
        both = verdict.outcome == other.outcome == "correct"
        if not both and (other.parsed or slot) != (verdict.parsed or slots[-1]):
            return _wrong(Reason("multiple_answers"))
    return verdict


def judge_text(gold: Gold, text: str) -> Verdict:
    """The verdict on a slot's text alone, such as an argument of a tool call."""
    return _verdict(gold, plain(text))


def _verdict(gold: Gold, text: str) -> Verdict:
    verdict = _alone(gold, text)
    if verdict.outcome == "wrong" and gold.alternatives:
        try:
            others = alternatives(gold)
        except BadGold:
            return _unscored()
        verdicts = [_alone(other, text) for other in others]
        for outcome in ("unscored", "correct"):
            verdict = next((v for v in verdicts if v.outcome == outcome), verdict)
    return verdict


def _alone(gold: Gold, text: str) -> Verdict:
    """The verdict by one gold, its alternatives left out."""
    try:
        kind = load(gold.kind)
        found = kind.read(text, gold)
        if isinstance(found, str):
            kind.check(gold)
            return _wrong(Reason(found))
        reason = kind.differs(found, gold)
        parsed = kind.show(found, gold)
        if gold.distractors and reason is None and _is_distractor(kind, found, gold):
            reason = Reason("distractor")
    except BadGold:
        return _unscored()
    if reason is None:
        return Verdict(outcome="correct", reason=MATCH, parsed=parsed, judge=JUDGE)
    return Verdict(outcome="wrong", reason=reason, parsed=parsed, judge=JUDGE)


def judge_all(golds: Sequence[Gold], answer: str) -> tuple[Verdict, ...]:
    """A verdict for each gold of a reply. One gold without a slot of its own is judged as `judge`
    does; others are slots of one JSON object, the last, which no other object contradicts.
    """
    if len(golds) == 1 and golds[0].slot == ANSWER:
        return (judge(golds[0], answer),)
    names = {gold.slot for gold in golds}
    found = [one for one in answer_objects(answer) if names & one.keys()]
    verdicts = judge_slots(golds, found[-1] if found else {})
    if any(
        one.get(name, found[-1].get(name)) != found[-1].get(name) for one in found for name in names
    ):
        return tuple(_no_answer(gold, Reason("multiple_answers")) for gold in golds)
    return verdicts


def judge_slots(golds: Sequence[Gold], values: Mapping[str, object]) -> tuple[Verdict, ...]:
    """A verdict for each gold on typed values by slot name; a slot that is not there is wrong."""
    return tuple(
        judge_text(gold, value_text(values[gold.slot]))
        if gold.slot in values
        else _no_answer(gold, Reason("missing_slot"))
        for gold in golds
    )


def overall(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict of many: correct when all are, unscored when any is, else the first wrong one.

    No verdict at all is unscored: a task without gold is a defect, and doing nothing must not win.
    """
    for outcome in ("unscored", "wrong"):
        for verdict in verdicts:
            if verdict.outcome == outcome:
                return verdict
    return verdicts[0] if verdicts else _unscored()


def _no_answer(gold: Gold, reason: Reason) -> Verdict:
    try:
        load(gold.kind).check(gold)
    except BadGold:
        return _unscored()
    return _wrong(reason)


def _is_distractor(kind: Kind, found: Any, gold: Gold) -> bool:
    """Whether what was found is a distractor's very value and not gold's. Raises BadGold for a
    distractor that is gold itself.
    """
    exact = replace(gold, tolerance=None, decimals=None, distractors=())
    others = [replace(exact, value=value) for value in gold.distractors]
    for other in others:
        kind.check(other)
        if kind.differs(found, other) is None:
            if kind.differs(found, exact) is None:
                raise BadGold(f"the distractor {other.value} is gold itself")
            return True
    return False


def _wrong(reason: Reason) -> Verdict:
    return Verdict(outcome="wrong", reason=reason, parsed=None, judge=JUDGE)


def _unscored() -> Verdict:
    return Verdict(outcome="unscored", reason=BAD_GOLD, parsed=None, judge=JUDGE)
