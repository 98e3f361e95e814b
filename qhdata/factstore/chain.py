"""The chain of reports of one value: what each filing says, and whether that is a restatement.

A later report that agrees with the one before at the coarser of their precisions only rounds it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qhdata.factstore.rows import FACT, StoredFact, read_fact, where
from qhdata.factstore.sound import rounding_explains

Change = Literal["first", "same", "rounding", "restatement", "conflict", "undated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """One report of a value, beside the one before."""

    fact: StoredFact
    change: Change
    """first: nobody reported it before. same, rounding, restatement: against the report before.
    conflict: another document of the same filing says otherwise, beyond rounding. undated: nobody
    knows when it became public; it is compared with nothing.
    """
    difference: Decimal
    """The value less the one before; 0 for the first and the undated."""


def vintages(reports: Sequence[StoredFact]) -> list[Vintage]:
    """Reports of one value in one unit, oldest first and undated last, as a chain."""
    found: list[Vintage] = []
    before: StoredFact | None = None
    for fact in reports:
        if fact.public_at is None or before is None:
            change: Change = "undated" if fact.public_at is None else "first"
            found.append(Vintage(fact=fact, change=change, difference=Decimal(0)))
        else:
            gap = fact.value - before.value
            found.append(Vintage(fact=fact, change=_change(before, fact), difference=gap))
        if fact.public_at is not None:
            before = fact
    return found


def _change(before: StoredFact, fact: StoredFact) -> Change:
    if fact.value == before.value:
        return "same"
    if agree(before, fact):
        return "rounding"
    return "conflict" if fact.filing_id == before.filing_id else "restatement"


def agree(a: StoredFact, b: StoredFact) -> bool:
    """Whether two reports differ by no more than the rounding of the coarser."""
    return rounding_explains(a.value, b.value, a.decimals, b.decimals)


def restatements(
    connection: sqlite3.Connection, as_of: str | None
) -> Iterator[tuple[StoredFact, StoredFact]]:
    """(as first reported, as last reported) where a later filing gives another value for the same
    thing.
    """
    only, values = where({"dimensions": "[]", "kind": "number"}, "public_at", as_of)
    rows = connection.execute(
        f"SELECT {FACT} FROM facts{only} AND public_at IS NOT NULL AND value IS NOT NULL "
        "ORDER BY filer_id, concept, period_end, period_start, unit, public_at, fact_id",
        values,
    )
    chain: list[StoredFact] = []
    for row in rows:
        fact = read_fact(row)
        if chain and _same_thing(chain[-1], fact):
            chain.append(fact)
            continue
        yield from _changed(chain)
        chain = [fact]
    yield from _changed(chain)


def _same_thing(a: StoredFact, b: StoredFact) -> bool:
    return (a.filer_id, a.concept, a.period_start, a.period_end, a.unit) == (
        b.filer_id,
        b.concept,
        b.period_start,
        b.period_end,
        b.unit,
    )


def _changed(chain: Sequence[StoredFact]) -> Iterator[tuple[StoredFact, StoredFact]]:
    if len(chain) > 1 and chain[0].filing_id != chain[-1].filing_id:
        first, last = chain[0], chain[-1]
        if first.value != last.value and not agree(first, last):
            yield first, last
