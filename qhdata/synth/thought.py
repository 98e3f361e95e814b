"""Is a chain of thought sound? Its arithmetic computed again, line by line, its inputs and its
answer looked for; by rules alone.

`47 - 12 = 35` is computed again; `35 / 47 = 0.7447 = 74.5%` link by link, each to half a unit of
the last place that it shows. Prose between is not judged.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import islice, pairwise, takewhile

from qhdata.errors import UserError
from qhdata.judge.answer_slot import answer_slots
from qhdata.programs import Undefined
from qhdata.quantities.units import CONTEXT
from qhdata.records import Task
from qhdata.synth.arithmetic import computes, program_of

LONGEST = 20_000
"""Characters of a chain of thought; a longer one is not read."""
MOST_AGAIN = 3
"""How often a line may come again; small models go round in circles."""

_EQUALS = re.compile(r"[=≈＝]")
_FOLD = str.maketrans({
    "−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "（": "(", "）": ")", "，": ",", "％": "%",
    "$": " ", "€": " ", "£": " ", "¥": " ", "￥": " ", "＋": "+",
})  # fmt: skip
_PERCENT = re.compile(r"\s?(?:percentage points?|percent|个百分点)")
_LATEX = re.compile(r"\\(?:times|cdot)\b")
_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ARITHMETIC = frozenset("-+*/^().% \t0123456789")
_SIDE = 400
"""Characters of one side of an equation that are looked at."""
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?%?")


def faults_of(task: Task, thinking: str, answer: str) -> list[str]:
    """Why a chain of thought is no good, each a reason; [] where it stands.

    too_long, repeats_itself, no_arithmetic, wrong_arithmetic, input_missing, answer_not_computed.
    The last four are asked of tasks with a program that computes.
    """
    if len(thinking) > LONGEST:
        return ["too_long"]
    faults = []
    lines = Counter(line.strip() for line in thinking.split("\n") if line.strip())
    if any(n > MOST_AGAIN for n in lines.values()):
        faults.append("repeats_itself")
    if task.program is None or not computes(task.program):
        return faults
    links = list(computed(thinking))
    if not links:
        return [*faults, "no_arithmetic"]
    if not all(holds for _, _, holds in links):
        faults.append("wrong_arithmetic")
    shown = {number.removesuffix("%") for number in _numbers(thinking)}
    if not _inputs_stand(task, shown):
        faults.append("input_missing")
    results = {number.removesuffix("%") for _, right, _ in links for number in _numbers(right)}
    slots = answer_slots(answer)
    said = {number.removesuffix("%") for slot in slots[-1:] for number in _numbers(slot)}
    if said and not said & results:
        faults.append("answer_not_computed")
    return faults


def computed(text: str) -> Iterator[tuple[str, str, bool]]:
    """(left, right, whether they agree) of every equation between numbers of a text.

    >>> list(computed("So 47 - 12 = 35, and 35 / 47 = 0.7447 = 74.5%."))
    [('47 - 12', '35', True), ('35 / 47', '0.7447', True), ('0.7447', '74.5%', True)]
    """
    for line in text.split("\n"):
        plain = _COMMA.sub("", _LATEX.sub("*", line[:2000].translate(_FOLD)))
        plain = _PERCENT.sub("%", plain)
        parts = _EQUALS.split(plain)[:32]
        for before, after in pairwise(parts):
            left = "".join(reversed(_head(reversed(before)))).strip()
            right = "".join(_head(iter(after))).strip().rstrip(".")
            agrees = _agree(left, right)
            if agrees is not None:
                yield left, right, agrees


def _head(characters: Iterator[str]) -> list[str]:
    return list(takewhile(_ARITHMETIC.__contains__, islice(characters, _SIDE)))


def _agree(left: str, right: str) -> bool | None:
    """Whether two sides are one number, to the places that the right one shows; None where a side
    is no arithmetic, or both are one text.
    """
    a, b = _value(left), _value(right)
    if a is None or b is None or left == right:
        return None
    last = _numbers(right)[-1:] if _numbers(right) else []
    if not last:
        return None
    number = last[0].removesuffix("%")
    exponent = Decimal(number).as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    if last[0].endswith("%"):
        places += 2
    return abs(a - b) <= Decimal(5).scaleb(-places - 1)


def _value(text: str) -> Decimal | None:
    if not any(char.isdigit() for char in text):
        return None
    try:
        found = program_of(text).run({})
    except (UserError, InvalidOperation, RecursionError):
        return None
    return None if isinstance(found, Undefined) else found.value


def _numbers(text: str) -> list[str]:
    plain = _COMMA.sub("", text.translate(_FOLD))
    return _NUMBER.findall(plain)


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
