"""Calculation: whether a reported total is the sum of its reported parts."""

from __future__ import annotations

from dataclasses import dataclass

from qhdata.records.base import DecimalText, JsonText


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """One sum that a document's facts should keep: of one period and unit, without dimensions."""

    calculation_id: str
    """`<doc_id>/sum<n>`."""
    doc_id: str
    rule: str
    """Name of one of our rules, or the role of the filer's own calculation linkbase."""
    concept: str
    """The total."""
    fact_id: str
    unit: str
    period_start: str | None
    period_end: str
    parts: JsonText
    """[[weight, concept, value, fact_id], ...]: those that are reported."""
    absent: tuple[str, ...]
    """Parts that the linkbase names and the document does not report; they count as nothing."""
    expected: DecimalText
    """The parts by their weights."""
    found: DecimalText
    """The total as reported."""
    tolerance: DecimalText
    """Half a unit of the last reported place of each number, by `decimals`."""
    holds: bool
    """Whether the two are no farther apart than that."""
