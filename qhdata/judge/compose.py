"""Named parts to one reward: gates multiply, weighted components average; unscored only where a
needed part is.

A gate of 0 makes the total 0; a graded gate scales it. Weights are relative, so the total of valid
parts lies in [0, 1]. A part that is not finite or leaves its declared range is our defect: it
raises, it is not clipped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qhdata.errors import RowError
from qhdata.records.verdict import Part, Score, Verdict


def compose(parts: Sequence[Part]) -> Score:
    """The score of parts; `total` is in [0, 1], or None where a needed part is None.

    A part of weight 0 that is no gate is a metric: shown, never needed. A failed gate settles the
    total at 0 even where another part is unscored. No component and no gate at all is unscored:
    doing nothing must not win.

    >>> compose([Part(name="answer", value=1.0), Part(name="words", value=0.0, gate=True)]).total
    0.0
    >>> compose([Part(name="a", value=1.0, weight=3.0), Part(name="b", value=0.0)]).total
    0.75
    """
    for part in parts:
        _check(part)
    names = [part.name for part in parts]
    if len(set(names)) != len(names):
        raise RowError("bad_part", f"two parts of one name in {names}")
    gates = [part for part in parts if part.gate]
    components = [part for part in parts if not part.gate and part.weight > 0]
    kept = tuple(parts)
    for part in gates:
        if part.value is not None and _share(part) == 0.0:
            return Score(total=0.0, parts=kept, reason=f"gate:{part.name}")
    unscored = [part.name for part in (*gates, *components) if part.value is None]
    if unscored:
        return Score(total=None, parts=kept, reason=f"unscored:{unscored[0]}")
    if not gates and not components:
        return Score(total=None, parts=kept, reason="no_parts")
    weight = math.fsum(part.weight for part in components)
    total = 1.0
    if components:
        total = math.fsum(part.weight / weight * _share(part) for part in components)
    for part in gates:
        total *= _share(part)
    return Score(total=min(1.0, max(0.0, total)), parts=kept, reason="scored")


def verdict_part(name: str, verdict: Verdict, *, weight: float = 1.0, gate: bool = False) -> Part:
    """A verdict as a part: correct 1, wrong 0, unscored None."""
    value = {"correct": 1.0, "wrong": 0.0, "unscored": None}[verdict.outcome]
    return Part(name=name, value=value, weight=weight, gate=gate)


def _check(part: Part) -> None:
    numbers = [part.low, part.high, part.weight]
    numbers += [] if part.value is None else [part.value]
    if not all(math.isfinite(number) for number in numbers):
        raise RowError("bad_part", f"part {part.name!r} holds a number that is not finite")
    if part.low >= part.high or part.weight < 0:
        raise RowError("bad_part", f"part {part.name!r} has no range or a negative weight")
    if part.value is not None and not part.low <= part.value <= part.high:
        where = f"[{part.low}, {part.high}]"
        raise RowError("bad_part", f"part {part.name!r} is {part.value}, outside {where}")


def _share(part: Part) -> float:
    """The value within its range, 0 to 1."""
    value = 0.0 if part.value is None else part.value
    return (value - part.low) / (part.high - part.low)
