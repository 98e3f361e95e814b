"""Reason codes: the closed list of why a verdict is what it is."""

from __future__ import annotations

from typing import Literal, NewType, get_args

Reason = NewType("Reason", str)
"""A reason code. It is a string, which is how `read` tells it from what it found."""

_WRONG = Literal[
    # no single answer could be read
    "no_answer", "many_answers", "missing_slot", "empty", "too_long", "unreadable",
    "many_numbers", "range", "hedge", "not_finite", "too_large", "malformed_number",
    "not_a_date", "not_a_period", "ambiguous_date", "ambiguous_choice", "not_a_list",
    "not_a_choice", "unknown_label",
    # an answer was read, and differs
    "sign_error", "scale_error", "unit_error", "percent_error", "points_error",
    "rounding_error", "value_error", "not_whole", "off_by_one", "wrong_date", "wrong_period",
    "wrong_choice", "missing_label", "extra_label", "wrong_length", "order_error", "wrong_text",
]  # fmt: skip

MATCH = Reason("match")
"""The one reason of a correct verdict."""
BAD_GOLD = Reason("bad_gold")
"""The one reason of an unscored verdict: gold cannot be read. Never the answer's doing."""
WRONG: frozenset[Reason] = frozenset(Reason(name) for name in get_args(_WRONG))
"""Every reason of a wrong verdict."""


class BadGold(ValueError):
    """Gold that cannot be read: a task's defect, so its answers are unscored."""
