"""Quantity: a number as it counts, with unit and sense; Unread: why a text is not one."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from qhdata.quantities.units import Sense

Unread = Literal[
    "empty", "too_long", "unparsable", "multiple_answers", "range", "hedged", "not_finite",
    "too_large", "malformed_number",
]  # fmt: skip
"""Why a text is not one quantity."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it counts: 1,234.5 million USD has the value 1234500000."""

    value: Decimal
    """In base units; percents, points and bps count in themselves (12.5 % is 12.5)."""
    unit: str = ""
    """`USD`, `CNY`, `shares`, `USD/shares`; empty when none is written."""
    sense: Sense = "plain"
    scale: Decimal | None = field(default=None, compare=False)
    """Factor of the scale word; None when none is written."""
    places: int = field(default=0, compare=False)
    """Decimal places as written, before the scale."""
