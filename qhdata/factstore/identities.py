"""Identities that statements keep: the balance sheet balances, subtotals add up.

An identity is checked only where all its parts are reported for one date or period; a breach names
the difference, and whether rounding explains it (half a unit of the last reported place for each
part).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`total` is the signed sum of `parts`."""

    name: str
    total: str
    parts: tuple[tuple[str, int], ...]
    """(concept key, +1 or -1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One identity, tried on one set of values."""

    identity: str
    difference: Decimal
    holds: bool
    """The difference is no more than the rounding of the parts allows."""


IDENTITIES: tuple[Identity, ...] = (
    Identity(
        name="balance", total="liabilities_and_equity", parts=(("liabilities", 1), ("equity", 1))
    ),
    Identity(name="assets_equal_claims", total="assets", parts=(("liabilities_and_equity", 1),)),
    Identity(
        name="assets_less_liabilities", total="equity", parts=(("assets", 1), ("liabilities", -1))
    ),
    Identity(
        name="gross_profit", total="gross_profit", parts=(("revenue", 1), ("cost_of_revenue", -1))
    ),
    Identity(
        name="net_income", total="net_income", parts=(("pretax_income", 1), ("income_tax", -1))
    ),
)


def check_identities(
    values: Mapping[str, Decimal], unit: Decimal = Decimal(1)
) -> Iterator[Finding]:
    """Try every identity whose parts are all in `values` (concept key -> value, base units).

    unit: the last place that is reported, such as 1000000 for figures in millions.
    """
    for identity in IDENTITIES:
        if identity.total not in values or any(key not in values for key, _ in identity.parts):
            continue
        total = sum((values[key] * sign for key, sign in identity.parts), Decimal(0))
        difference = values[identity.total] - total
        slack = unit * (len(identity.parts) + 1) / 2
        yield Finding(identity=identity.name, difference=difference, holds=abs(difference) <= slack)
