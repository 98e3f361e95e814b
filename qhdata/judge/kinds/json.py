"""A JSON value: the same keys and texts, equal numbers (1.0 is 1); order counts in lists only.

The slot is JSON, or a fenced block of it. Numbers must be equal; for numbers with a scale or a
tolerance give gold `slots`, each a gold of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from qhdata.judge.answer_slot import each_once
from qhdata.judge.reasons import BadGold, Reason
from qhdata.records.task import Gold

LONGEST = 20_000
DEEPEST = 16
_FENCE = re.compile(r"^```(?:json)?\s*(.*?)\s*```$", re.S | re.I)
_EXPONENT = 60


def check(gold: Gold) -> None:
    """Raise BadGold where gold is no JSON."""
    _truth(gold.value)


def read(text: str, gold: Gold) -> tuple[Any] | Reason:
    """The JSON value of the slot."""
    if len(text) > LONGEST:
        return Reason("too_long")
    text = text.strip()
    fenced = _FENCE.match(text)
    found = _loaded(fenced[1] if fenced else text)
    return Reason("not_json") if found is None else found


def differs(found: tuple[Any], gold: Gold) -> Reason | None:
    """None: the same value."""
    return _differs(found[0], _truth(gold.value)[0])


def show(found: tuple[Any], gold: Gold) -> str:
    """Canonical JSON."""
    return json.dumps(found[0], sort_keys=True, ensure_ascii=False, default=_digits)


def renderings(gold: Gold) -> Iterator[str]:
    """Other spaces, other order of keys, fenced, as an answer."""
    value = json.loads(gold.value)
    yield f"Answer: {gold.value}" if not gold.value.lstrip().startswith("{") else gold.value
    yield json.dumps({"answer": value}, indent=1, ensure_ascii=False)
    yield json.dumps({"answer": _turned(value)}, ensure_ascii=True)
    yield f"<think>{{}}</think>{json.dumps({'answer': value})}"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """A key more, a key less, another value, no JSON."""
    value = json.loads(gold.value)
    if isinstance(value, dict):
        yield json.dumps({"answer": {**value, "zzz": 1}}), Reason("extra_key")
        if value:
            fewer = dict(list(value.items())[1:])
            yield json.dumps({"answer": fewer}), Reason("missing_key")
            other = {**value, next(iter(value)): "zzz"}
            yield json.dumps({"answer": other}), Reason("wrong_value")
    if isinstance(value, list):
        yield json.dumps({"answer": [*value, 1]}), Reason("wrong_length")
        if value and value[0] != "zzz":
            yield json.dumps({"answer": ["zzz", *value[1:]]}), Reason("wrong_value")
    yield "Answer: the usual one", Reason("not_json")
    yield "", Reason("no_answer")


def _differs(found: Any, gold: Any) -> Reason | None:
    if isinstance(gold, dict) and isinstance(found, dict):
        if gold.keys() - found.keys():
            return Reason("missing_key")
        if found.keys() - gold.keys():
            return Reason("extra_key")
        pairs = [(found[key], gold[key]) for key in gold]
    elif isinstance(gold, list) and isinstance(found, list):
        if len(found) != len(gold):
            return Reason("wrong_length")
        pairs = list(zip(found, gold, strict=True))
    else:
        same = type(found) is type(gold) and found == gold
        return None if same else Reason("wrong_value")
    return next((r for one, other in pairs if (r := _differs(one, other)) is not None), None)


def _loaded(text: str) -> tuple[Any] | None:
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError, InvalidOperation):
        return None
    return (value,) if _bounded(value, DEEPEST) else None


def _bounded(value: Any, left: int) -> bool:
    if isinstance(value, Decimal):
        return not value or abs(value.adjusted()) <= _EXPONENT
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left > 0 and all(_bounded(one, left - 1) for one in inner)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant, strict=False,
    object_pairs_hook=each_once,
)  # fmt: skip


@lru_cache(maxsize=1024)
def _truth(text: str) -> tuple[Any]:
    found = _loaded(text) if len(text) <= LONGEST else None
    if found is None:
        raise BadGold(f"not JSON, or too large: {text[:80]!r}")
    return found


def _digits(value: object) -> object:
    assert isinstance(value, Decimal)
    return int(value) if value == value.to_integral_value() else float(value)


def _turned(value: Any) -> Any:
    return dict(reversed(value.items())) if isinstance(value, dict) else value
