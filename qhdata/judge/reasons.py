"""Reason codes: the closed list of why a verdict is what it is."""

from __future__ import annotations

from typing import Literal, NewType, get_args

Reason = NewType("Reason", str)
"""A reason code. It is a string, which is how `read` tells it from what it found."""

_WRONG = Literal[
    # no single answer could be read
    "no_answer", "multiple_answers", "missing_slot", "empty", "too_long", "unparsable",
    "range", "hedged", "not_finite", "too_large", "malformed_number", "not_a_range",
    "not_a_date", "not_a_period", "ambiguous_date", "ambiguous_choice", "not_a_list",
    "not_a_choice", "unknown_label", "not_json",
    # an answer was read, and differs
    "sign_error", "scale_error", "unit_error", "percent_fraction", "points_error",
    "rounding", "out_of_tolerance", "not_whole", "off_by_one", "wrong_date", "wrong_period",
    "wrong_choice", "missing_label", "extra_label", "wrong_length", "order_error", "wrong_text",
    "missing_span", "extra_span", "missing_key", "extra_key", "wrong_value", "distractor",
]  # fmt: skip

MATCH = Reason("match")
"""The one reason of a correct verdict."""
BAD_GOLD = Reason("bad_gold")
"""The one reason of an unscored verdict: gold cannot be read. Never the answer's doing."""
WRONG: frozenset[Reason] = frozenset(Reason(name) for name in get_args(_WRONG))
"""Every reason of a wrong verdict."""


class BadGold(ValueError):
    """Gold that cannot be read: a task's defect, so its answers are unscored."""
