"""Several numbers in order: `[73.2, 57.8]`, 73,260; 57,768, or "35.1, 42.0 and 50.2".

Gold is a JSON list of decimals; unit, scale and decimals hold for every element (the unit `%`:
they are percents), and a tolerance is an interval around 0 that is added to each. Right numbers in
the wrong order are an `order_error`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import cast

from qhdata.judge.closeness import shown, truth
from qhdata.judge.kinds import Kind, number, percent
from qhdata.judge.reasons import BadGold, Reason
from qhdata.quantities.parse import Quantity
from qhdata.quantities.render import render_number
from qhdata.quantities.units import CONTEXT
from qhdata.records.base import DecimalText
from qhdata.records.task import Gold, Tolerance

_SPLIT = re.compile(r"\s*[;；、\n]\s*|,\s+(?:and\s+)?|，\s*|\s+and\s+|\s*[和与]\s*")
_LONGEST = 64


def check(gold: Gold) -> None:
    """Raise BadGold where gold is no JSON list of decimals."""
    for one in elements(gold):
        truth(one)


def read(text: str, gold: Gold) -> tuple[Quantity, ...] | Reason:
    """The quantities of the slot, in order."""
    text = text.strip()
    parts = _listed(text) if text.startswith(("[", "(")) else _SPLIT.split(text)
    if parts is None or not any(part.strip() for part in parts):
        return Reason("not_a_list")
    if len(parts) > _LONGEST:
        return Reason("too_long")
    found = []
    for part in parts:
        quantity = number.read(part, elements(gold)[0])
        if isinstance(quantity, str):
            return quantity
        found.append(quantity)
    return tuple(found)


def differs(found: tuple[Quantity, ...], gold: Gold) -> Reason | None:
    """None: as many numbers, each equal to gold's at its place."""
    golds, of = elements(gold), of_elements(gold)
    check(gold)
    if len(found) != len(golds):
        return Reason("wrong_length")
    reasons = [of.differs(one, expected) for one, expected in zip(found, golds, strict=True)]
    wrong = [reason for reason in reasons if reason is not None]
    if not wrong:
        return None
    left = list(golds)
    for one in found:
        match = next((g for g in left if of.differs(one, g) is None), None)
        if match is None:
            return wrong[0]
        left.remove(match)
    return Reason("order_error")


def show(found: tuple[Quantity, ...], gold: Gold) -> str:
    """JSON list of canonical texts."""
    return json.dumps([of_elements(gold).show(one, elements(gold)[0]) for one in found])


def renderings(gold: Gold) -> Iterator[str]:
    """JSON, semicolons, commas with spaces."""
    texts = [render_number(shown(truth(one))) for one in elements(gold)]
    bare = [text.replace(",", "") for text in texts]
    yield f"Answer: [{', '.join(bare)}]"
    yield f"Answer: {'; '.join(texts)}"
    yield f"Answer: {json.dumps(texts)}"
    yield '{"answer": [' + ", ".join(bare) + "]}"
    yield f"\\boxed{{{', '.join(bare)}}}"
    if len(texts) > 1:
        yield f"Answer: {', '.join(texts[:-1])} and {texts[-1]}"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """Wrong order, one missing, one too many, one sign lost."""
    values = [shown(truth(one)) for one in elements(gold)]
    yield f"Answer: {_spell([*values, Decimal(1)])}", Reason("wrong_length")
    if len(values) > 1:
        yield f"Answer: {_spell(values[1:])}", Reason("wrong_length")
        rotated = values[1:] + values[:1]
        reason = differs(tuple(Quantity(value) for value in rotated), gold)
        if reason is not None:
            yield f"Answer: {_spell(rotated)}", reason
    flipped = [-values[0], *values[1:]]
    if of_elements(gold).differs(Quantity(-values[0]), elements(gold)[0]) == "sign_error":
        yield f"Answer: {_spell(flipped)}", Reason("sign_error")
    yield "Answer: [", Reason("not_a_list")
    yield "", Reason("no_answer")


def _spell(values: list[Decimal]) -> str:
    return "[" + ", ".join(render_number(value, separators=False) for value in values) + "]"


def _listed(text: str) -> list[str] | None:
    """The elements of a JSON list or a tuple in parentheses, as texts."""
    if text.startswith("["):
        try:
            items = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError):
            inner = text[1:].removesuffix("]")
            return _SPLIT.split(inner) if text.endswith("]") else None
        return [item for item in items if isinstance(item, str)] if _flat(items) else None
    if text.endswith(")") and _SPLIT.search(text):
        return _SPLIT.split(text[1:-1])
    return _SPLIT.split(text)


def _flat(items: object) -> bool:
    return isinstance(items, list) and all(isinstance(item, str) for item in items)


@lru_cache(maxsize=1024)
def elements(gold: Gold) -> tuple[Gold, ...]:
    """One gold for each element, whose kind `of_elements` gives."""
    try:
        values = json.loads(gold.value, parse_float=str, parse_int=str)
    except ValueError:
        raise BadGold(f"not JSON: {gold.value!r}") from None
    if not _flat(values) or not values:
        raise BadGold(f"not a list of numbers: {gold.value!r}")
    percents = gold.unit == "%"
    kind, unit = ("percent", "") if percents else ("number", gold.unit)
    bare = replace(gold, kind=kind, unit=unit, tolerance=None, distractors=(), alternatives=())
    return tuple(replace(bare, value=v, tolerance=_around(v, gold.tolerance)) for v in values)


def of_elements(gold: Gold) -> Kind:
    """The kind that every element is of."""
    return cast("Kind", percent if gold.unit == "%" else number)


def _around(value: str, tolerance: Tolerance | None) -> Tolerance | None:
    if tolerance is None:
        return None
    try:
        ends = (CONTEXT.add(Decimal(value), Decimal(t)) for t in (tolerance.low, tolerance.high))
        low, high = (DecimalText(str(end)) for end in ends)
    except InvalidOperation:
        raise BadGold(f"not decimal numbers: {value!r}, {tolerance}") from None
    return Tolerance(low=low, high=high, why=tolerance.why)
