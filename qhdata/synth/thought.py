"""Is a chain of thought sound? Its arithmetic is computed again (`recomputed.py`), its inputs and
its answer are looked for; by rules alone. Prose between is not judged.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal

from qhdata.judge.answer_slot import answer_slots
from qhdata.quantities.units import CONTEXT
from qhdata.records import Task
from qhdata.synth import recomputed
from qhdata.synth.arithmetic import computes

LONGEST = 20_000
"""Characters of a chain of thought; a longer one is not read."""
MOST_AGAIN = 3
"""How often a line may come again; small models go round in circles."""

_EQUALS = re.compile(r"[=≈＝]")
_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")


def faults_of(task: Task, thinking: str, answer: str) -> list[str]:
    """Why a chain of thought is no good, each a reason; [] where it stands.

    too_long, repeats_itself; and of tasks with a program that computes: what `recomputed.refusal`
    says (no_arithmetic, arithmetic_wrong, arithmetic_unreadable, number_from_nowhere,
    line_too_long), input_missing, answer_not_computed.
    """
    if len(thinking) > LONGEST:
        return ["too_long"]
    faults = []
    lines = Counter(line.strip() for line in thinking.split("\n") if line.strip())
    if any(n > MOST_AGAIN for n in lines.values()):
        faults.append("repeats_itself")
    if task.program is None or not computes(task.program):
        return faults
    known = "\n".join([*(message.content for message in task.messages), task.program])
    refused = recomputed.refusal(thinking, known, must_compute=True)
    if refused == "no_arithmetic":
        return [*faults, refused]
    faults += [refused] if refused else []
    if not _inputs_stand(task, set(_numbers(thinking))):
        faults.append("input_missing")
    results = {
        number
        for line in thinking.split("\n")
        for part in _EQUALS.split(line)[1:]
        for number in _numbers(part)
    }
    said = {number for slot in answer_slots(answer)[-1:] for number in _numbers(slot)}
    if said and not said & results:
        faults.append("answer_not_computed")
    return faults


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(_COMMA.sub("", text))


def _inputs_stand(task: Task, shown: set[str]) -> bool:
    """Whether every slot's value stands in the chain, in base units or as shown."""
    values = {_canonical(number) for number in shown}
    scales = {Decimal(1), *(Decimal(gold.scale) for gold in task.golds)}
    scales |= {Decimal(10) ** power for power in (3, 4, 6, 8, 9)}
    for slot in json.loads(task.program_slots).values():
        value = abs(Decimal(slot["value"]))
        if not any(_canonical(CONTEXT.divide(value, s)) in values for s in scales):
            return False
    return True


def _canonical(number: str | Decimal) -> str:
    return format(Decimal(number).normalize(CONTEXT), "f")
