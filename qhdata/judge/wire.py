"""Gold as JSON carries it: what `qhdata judge` reads, and how a gold's alternatives are written.

`{"kind": "percent", "value": "12.5"}` and, where it says more: `unit`, `asked_scale` (in which a
bare number of the answer is read), `asked_decimals`, `tolerance` (how far the answer may lie from
the value, in base units; percents count in percent; or its `low` and `high`), `alternatives`
(golds that are right too), `distractors` (values that are wrong), `choices`, and `slots`: name ->
gold for an answer that is one JSON object. Without tolerance and decimals a number must be equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from qhdata.judge.reasons import BadGold
from qhdata.quantities.units import CONTEXT, CURRENCIES, NOUNS, SCALES, SENSES
from qhdata.records.base import DecimalText, JsonText, json_text
from qhdata.records.task import Gold, Tolerance

FIELDS = frozenset({
    "kind", "value", "unit", "asked_scale", "asked_decimals", "tolerance", "alternatives",
    "distractors", "choices", "slots", "slot",
})  # fmt: skip
MOST = 64
"""Slots, alternatives and distractors of one gold."""


def golds_of(wire: object) -> tuple[Gold, ...]:
    """The golds of a row: one, or one a slot. Raises BadGold for what is no gold.

    >>> golds_of({"kind": "number", "value": "1.5", "asked_decimals": 1})[0].decimals
    1
    """
    if not isinstance(wire, Mapping):
        raise BadGold("gold is an object with `kind` and `value`")
    slots = wire.get("slots")
    if not slots:
        return (gold_of(wire),)
    if not isinstance(slots, Mapping) or len(slots) > MOST:
        raise BadGold(f"slots are an object of at most {MOST}: name -> gold")
    shared = {k: v for k, v in wire.items() if k not in ("slots", "value", "slot")}
    if shared.get("kind") == "json":
        del shared["kind"]  # what the answer as a whole is; each slot has a kind of its own
    golds = []
    for name, own in slots.items():
        said = own if isinstance(own, Mapping) else {"value": own}
        golds.append(gold_of({**shared, **said, "slot": str(name)}))
    return tuple(golds)


def gold_of(wire: Mapping[str, Any]) -> Gold:
    """One gold. Raises BadGold."""
    if unknown := sorted(set(wire) - FIELDS):
        raise BadGold(f"gold has no {unknown[0]!r}; it has {', '.join(sorted(FIELDS))}")
    if wire.get("slots"):
        raise BadGold("a slot has no slots of its own")
    for name in ("kind", "value"):
        if wire.get(name) is None:
            raise BadGold(f"gold has no {name}")
    unit, scale = wire.get("unit") or "", wire.get("asked_scale")
    kind, value = str(wire["kind"]), _text(wire["value"])
    if not isinstance(unit, str):
        raise BadGold(f"a unit is a text, not {unit!r}")
    if kind in ("number", "count") and (unit.lower() in SCALES or unit.lower() in SENSES):
        raise BadGold(f"{unit!r} is no unit: a scale is asked_scale, percent and bps are kinds")
    decimals = wire.get("asked_decimals")
    if decimals is not None and (isinstance(decimals, bool) or not isinstance(decimals, int)):
        raise BadGold(f"asked_decimals is a whole number, not {decimals!r}")
    return Gold(
        slot=str(wire.get("slot") or "answer"),
        kind=kind,
        value=value,
        unit=_unit(unit),
        scale=DecimalText("1" if scale is None else _text(scale)),
        decimals=decimals,
        tolerance=_tolerance(kind, value, wire.get("tolerance")),
        choices=tuple(map(_text, _listed(wire, "choices", 10_000))),
        alternatives=tuple(json_text(one) for one in _listed(wire, "alternatives", MOST)),
        distractors=tuple(map(_text, _listed(wire, "distractors", MOST))),
    )


def _unit(said: str) -> str:
    """A unit by its code: 元 and RMB are CNY, as they are in answers.

    >>> _unit("元"), _unit("usd/share"), _unit("股"), _unit("barrels")
    ('CNY', 'USD/shares', 'shares', 'barrels')
    """
    above, per, below = said.strip().partition("/")
    above = CURRENCIES.get(above.lower(), NOUNS.get(above.lower(), above))
    return f"{above}/{NOUNS.get(below.lower(), below)}" if per else above


def to_wire(gold: Gold) -> dict[str, Any]:
    """A gold as JSON carries it, which `gold_of` gives back."""
    wire: dict[str, Any] = {"kind": gold.kind, "value": gold.value}
    wire |= {"slot": gold.slot} if gold.slot != "answer" else {}
    wire |= {"unit": gold.unit} if gold.unit else {}
    wire |= {"asked_scale": gold.scale} if gold.scale != "1" else {}
    wire |= {"asked_decimals": gold.decimals} if gold.decimals is not None else {}
    if gold.tolerance is not None:
        within = gold.tolerance
        wire["tolerance"] = {"low": within.low, "high": within.high, "why": within.why}
    wire |= {"choices": list(gold.choices)} if gold.choices else {}
    if gold.alternatives:
        wire["alternatives"] = [json.loads(one) for one in gold.alternatives]
    wire |= {"distractors": list(gold.distractors)} if gold.distractors else {}
    return wire


@lru_cache(maxsize=4096)
def alternatives(gold: Gold) -> tuple[Gold, ...]:
    """The other golds of a gold; they have no alternatives of their own. Raises BadGold."""
    found = []
    for text in gold.alternatives:
        wire = json.loads(text)
        if not isinstance(wire, dict):
            wire = {"value": wire}
        if wire.get("alternatives") or wire.get("slots"):
            raise BadGold("an alternative has no alternatives or slots of its own")
        shared: dict[str, Any] = {"kind": gold.kind, "unit": gold.unit, "asked_scale": gold.scale}
        shared |= {"asked_decimals": gold.decimals, "choices": list(gold.choices)}
        same = wire.get("kind", gold.kind) == gold.kind
        found.append(gold_of({**(shared if same else {}), **wire, "slot": gold.slot}))
    return tuple(found)


def _tolerance(kind: str, value: str, wide: object) -> Tolerance | None:
    if wide is None:
        return None
    if isinstance(wide, Mapping):
        low, high = (DecimalText(str(_decimal(wide.get(end)))) for end in ("low", "high"))
        return Tolerance(low=low, high=high, why=str(wide.get("why") or "given with gold"))
    reach = _decimal(wide)
    if reach < 0:
        raise BadGold(f"a tolerance is not negative: {wide!r}")
    middle = Decimal(0) if kind in ("vector", "range") else _decimal(value)  # from each element
    return Tolerance(
        low=DecimalText(str(CONTEXT.subtract(middle, reach))),
        high=DecimalText(str(CONTEXT.add(middle, reach))),
        why="given with gold",
    )


def _decimal(value: object) -> Decimal:
    try:
        found = Decimal(_text(value))
    except InvalidOperation:
        raise BadGold(f"not a decimal number: {value!r}") from None
    if not found.is_finite() or abs(found.adjusted()) > 60 or len(str(value)) > 80:
        raise BadGold(f"not a bounded decimal number: {value!r}")
    return found


def _listed(wire: Mapping[str, Any], name: str, most: int) -> list[Any]:
    found = wire.get(name) or []
    if not isinstance(found, list) or len(found) > most:
        raise BadGold(f"{name} is a list of at most {most}")
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal):
        return str(value)
    return str(JsonText(json.dumps(value, ensure_ascii=False)))
