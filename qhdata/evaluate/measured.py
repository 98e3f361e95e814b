"""Measured: one metric of one checkpoint, item by item, so that checkpoints compare in pairs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qhdata.durable import write_bytes
from qhdata.errors import UserError
from qhdata.evaluate.statistics import Paired, paired_mean, paired_rate, paired_ratio, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One metric of one checkpoint on one set, item by item."""

    metric: str
    n: int
    value: float
    items: Mapping[str, float]
    """Score of each item; for bits per byte the bits of each document."""
    sizes: Mapping[str, float]
    """Bytes of each document; 1 for tasks."""
    seconds: float
    notes: Mapping[str, Any]
    of: Mapping[str, str] = field(default_factory=dict)
    """Digests of the model and of the set: another model's scores are never taken for these."""

    def save(self, path: Path) -> None:
        """Write as JSON."""
        data = {name: getattr(self, name) for name in self.__slots__}
        write_bytes(path, (json.dumps(data, indent=1) + "\n").encode())

    @classmethod
    def load(cls, path: Path) -> Measured | None:
        """Read what `save` wrote; None where there is nothing, or nothing whole."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def compare(before: Measured, after: Measured) -> Paired:
    """Before and after on the same items: those that both have a score of. Raises UserError where
    the items are not the same for another reason than that a score could not be given.
    """
    keys = [name for name in after.items if name in before.items]
    alone = len(before.items.keys() ^ after.items.keys())
    unscored = sum(int(m.notes.get("unscored", 0)) for m in (before, after))
    if before.metric != after.metric or alone > unscored or not keys:
        raise UserError(
            what="the two were not measured on the same items",
            where=after.metric,
            mend="evaluate both checkpoints on one set with the same settings",
        )
    b, a = [before.items[k] for k in keys], [after.items[k] for k in keys]
    if after.metric == "bits_per_byte":
        return paired_ratio(b, a, [after.sizes[k] for k in keys])
    if after.metric == "constraints":
        return paired_mean(b, a)
    return paired_rate([x >= 1.0 for x in b], [x >= 1.0 for x in a])


def interval(measured: Measured) -> tuple[float, float]:
    """95 % interval of one measurement."""
    if measured.metric in ("exact", "success"):
        return wilson(sum(v >= 1.0 for v in measured.items.values()), measured.n)
    zero = [0.0] * measured.n
    values = list(measured.items.values())
    if measured.metric == "constraints":
        found = paired_mean(zero, values)
        return max(0.0, found.low), min(1.0, found.high)
    found = paired_ratio(zero, values, list(measured.sizes.values()))
    return found.low, found.high
