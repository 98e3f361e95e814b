"""A range of two numbers: `5 to 6`, between 5% and 6%, $1.2–1.4 billion, `[5, 6]`, 5至6.

Gold is a JSON list of two decimals, the lower first; unit, scale and decimals hold for both. A
scale or unit that only the second number has is the first one's too. A single number is no range.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from qhdata.judge.closeness import shown, truth
from qhdata.judge.kinds import number
from qhdata.judge.kinds.vector import elements, of_elements
from qhdata.judge.reasons import BadGold, Reason
from qhdata.quantities.parse import LONGEST, Quantity
from qhdata.quantities.render import render_number
from qhdata.quantities.units import CONTEXT
from qhdata.records.task import Gold

_BETWEEN = re.compile(r"^\s*(?:between|from|从|介于)\s*", re.I)
_BEHIND = re.compile(r"\s*之间\s*$")
_BARS = re.compile(
    r"\s*(?:\bto\b|\band\b|\bthrough\b|至|到|和|与|[~～〜]|--|,\s|，|;|—|–|-)\s*", re.I
)
_MOST_BARS = 12
_COMMAS = re.compile(r"[,;]")
_LIST = re.compile(r"^\s*\[(.*)\]\s*$", re.S)
_PAIR = re.compile(r"^\s*\((.*)\)\s*$", re.S)


def check(gold: Gold) -> None:
    """Raise BadGold where gold is no JSON list of two decimals, the lower first."""
    _ends(gold)


def read(text: str, gold: Gold) -> tuple[Quantity, Quantity] | Reason:
    """The two ends of the slot."""
    if len(text) > 2 * LONGEST:
        return Reason("too_long")
    listed = _LIST.match(text)
    pair = listed or _PAIR.match(text)
    inner = _BEHIND.sub("", _BETWEEN.sub("", pair[1] if pair else text))
    expected = _ends(gold)[0]
    bars = _COMMAS if listed else _BARS
    # A dash may be a sign, a comma may group: each is tried, as many as an answer has.
    for bar in islice(bars.finditer(inner), _MOST_BARS):
        left, right = inner[: bar.start()], inner[bar.end() :]
        if not left.strip() or not right.strip():
            continue
        low, high = (number.read(part.strip('" '), expected) for part in (left, right))
        if isinstance(low, Quantity) and isinstance(high, Quantity):
            return _alike(low, high)
    return Reason("not_a_range")


def differs(found: tuple[Quantity, Quantity], gold: Gold) -> Reason | None:
    """None: both ends equal gold's, each in its place."""
    of = of_elements(gold)
    ends = _ends(gold)
    reasons = [of.differs(one, end) for one, end in zip(found, ends, strict=True)]
    wrong = [reason for reason in reasons if reason is not None]
    if not wrong:
        return None
    turned = [of.differs(one, end) for one, end in zip(found[::-1], ends, strict=True)]
    return Reason("order_error") if turned == [None, None] else wrong[0]


def show(found: tuple[Quantity, Quantity], gold: Gold) -> str:
    """JSON list of canonical texts."""
    return json.dumps([of_elements(gold).show(one, _ends(gold)[0]) for one in found])


def renderings(gold: Gold) -> Iterator[str]:
    """Words, dashes, brackets, Chinese."""
    low, high = (render_number(shown(truth(end))) for end in _ends(gold))
    tail = "%" if gold.unit == "%" else ""
    for text in (
        f"{low}{tail} to {high}{tail}", f"between {low}{tail} and {high}{tail}",
        f"{low} to {high}{tail}", f"[{low}, {high}]", f"({low}; {high})", f"{low} ~ {high}{tail}",
        f"{low}{tail}至{high}{tail}", f"从{low}到{high}之间",
    ):  # fmt: skip
        yield f"Answer: {text}"
    yield f"\\boxed{{{low}{tail} – {high}{tail}}}"
    yield json.dumps({"answer": [low, high]})


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """One end alone, the ends turned, one end elsewhere."""
    ends = [shown(truth(end)) for end in _ends(gold)]
    low, high = map(render_number, ends)
    yield f"Answer: {low}", Reason("not_a_range")
    if ends[0] != ends[1]:
        yield f"Answer: {high} to {low}", Reason("order_error")
    far = render_number(CONTEXT.add(ends[1], CONTEXT.multiply(ends[1].copy_abs() + 1, 7)))
    reason = differs((Quantity(ends[0]), Quantity(Decimal(far.replace(",", "")))), gold)
    if reason is not None:
        yield f"Answer: {low} to {far}", reason
    yield f"Answer: {low} to the moon", Reason("not_a_range")
    yield "", Reason("no_answer")


def _alike(low: Quantity, high: Quantity) -> tuple[Quantity, Quantity]:
    """What only one end says of scale, sense and unit holds for both: "$1.2–1.4 billion"."""
    if low.scale is None and high.scale is not None:
        low = replace(low, value=CONTEXT.multiply(low.value, high.scale), scale=high.scale)
    if low.sense == "plain" and high.sense != "plain":
        low = replace(low, sense=high.sense)
    unit = low.unit or high.unit
    return replace(low, unit=unit), replace(high, unit=high.unit or unit)


def _ends(gold: Gold) -> tuple[Gold, Gold]:
    found = elements(gold)
    if len(found) != 2:
        raise BadGold(f"a range has two ends: {gold.value!r}")
    low, high = found
    if truth(low).value > truth(high).value:
        raise BadGold(f"the lower end stands first: {gold.value!r}")
    return low, high
