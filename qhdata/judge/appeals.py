r"""Second opinions on answers that the rules could not read; off unless asked for.

Algebra is math-verify's (`\frac{3}{4}`, `2 \times 10^6`): it says which number is meant, and the
rules judge that number, with gold's scale, tolerance and distractors. Words are a model judge's.
Neither is asked where the rules read an answer and found it another: a scale error, a wrong sign, a
value out of tolerance stays wrong whatever anybody says of it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import Any

from qhdata.errors import MissingExtra
from qhdata.judge.answer_slot import answer_slots
from qhdata.judge.judge import judge_text
from qhdata.judge.model_judge import CHECK, MODEL_JUDGE, Ask, Judged, model_judge
from qhdata.judge.reasons import MATCH
from qhdata.judge.wire import to_wire
from qhdata.records.base import json_text
from qhdata.records.task import Criterion, Gold
from qhdata.records.verdict import Verdict

ALGEBRA = frozenset(("unparsable", "malformed_number"))
"""Reasons for which algebra is looked for."""
UNREAD = ALGEBRA | frozenset(
    (
        "not_a_range", "not_a_date", "not_a_period", "not_a_list", "not_a_choice", "unknown_label",
        "not_json", "wrong_text", "missing_span", "extra_span", "ambiguous_choice",
    )
)  # fmt: skip
"""Reasons for which a model judge may be asked: no number was read, or words are others."""
NUMBERS = frozenset(
    ("number", "percent", "percentage_points", "points", "bps", "multiple", "per_share", "count")
)
LONGEST = 120
"""Characters of algebra, of few signs and with one small power, so that none runs away."""
CLAIM = (
    "The answer says the same as the reference. Other words, spellings and formats are the same; "
    "another number, unit, sign, scale, date, period or choice is not."
)
_SIGNS = re.compile(
    r"(?:[0-9.,+\-/*×·(){} ]|\^\s?(?:\d|\{\s?-?\d{1,2}\s?\})|\\[dt]?frac|\\cdot|\\times|\\sqrt"
    r"|\\div)+"
)
_CONTEXT = Context(prec=24)  # as many digits as a number that is read may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """What became of an answer that the rules had called wrong."""

    by: str
    """`math-verify 0.9.0`, `model judge@1`."""
    rules: str
    """The reason that the rules gave."""
    verdict: Verdict
    """Correct where the appeal was granted, else the rules' own; `unscored` is never one."""
    heard: bool = True
    """False where the votes failed: the rules' verdict stands unheard."""


def by_algebra(gold: Gold, answer: str, verdict: Verdict) -> Appeal | None:
    r"""The number that an expression comes to, judged by the rules; None where there is none.

    Raises MissingExtra where math-verify is not installed.
    """
    if verdict.outcome != "wrong" or verdict.reason not in ALGEBRA or gold.kind not in NUMBERS:
        return None
    slots = answer_slots(answer)
    number = _number(slots[0]) if len(slots) == 1 else None
    if number is None:
        return None
    found = judge_text(gold, f"{number:f}")
    by = f"math-verify {math_verify()[1]}"
    return Appeal(by=by, rules=verdict.reason, verdict=replace(found, judge=by))


def by_model(
    rows: Sequence[tuple[Gold, str, str, Verdict]], ask: Ask, votes: int = 1
) -> list[Appeal | None]:
    """What a model judge says of (gold, question, answer, the rules' verdict); None for rows that
    it is not asked about. votes: odd; more than half of them decide.
    """
    open_to = [
        n for n, (_, _, _, v) in enumerate(rows) if v.outcome == "wrong" and v.reason in UNREAD
    ]
    asked = []
    for n in open_to:
        gold, question, answer, _ = rows[n]
        own = Criterion(
            criterion_id="same", text=CLAIM, check=CHECK,
            arguments=json_text({"reference": json_text(to_wire(gold))}),
        )  # fmt: skip
        asked.append(Judged(criteria=(own,), question=question, answer=answer))
    found: list[Appeal | None] = [None] * len(rows)
    for n, score in zip(open_to, model_judge(asked, ask, votes) if asked else [], strict=True):
        verdict = rows[n][3]
        after = verdict
        if score.total == 1.0:
            after = replace(verdict, outcome="correct", reason=MATCH, judge=MODEL_JUDGE)
        found[n] = Appeal(
            by=MODEL_JUDGE, rules=verdict.reason, verdict=after, heard=score.total is not None
        )
    return found


def _number(text: str) -> Decimal | None:
    """What an expression of numbers alone comes to; its power has two digits at most."""
    text = text.strip().strip("$").strip()
    plain = len(text) <= LONGEST and text.count("^") <= 1 and _SIGNS.fullmatch(text)
    if not plain or not any(c.isdigit() for c in text):
        return None
    parse, _ = math_verify()
    latex = text.replace("×", r"\times ").replace("·", r"\cdot ").replace("*", r"\times ")
    # Its clock is an alarm, which only the main thread has.
    clock = 2 if threading.current_thread() is threading.main_thread() else None
    try:
        found = parse(f"${latex}$", parsing_timeout=clock)
    except Exception:  # of another's parser on a model's text: then nobody can read it
        return None
    return _exact(found[0]) if found else None


def _exact(value: Any) -> Decimal | None:
    import sympy

    try:
        exact = sympy.nsimplify(value, rational=True).doit()
        if exact.is_Rational:
            return _CONTEXT.divide(Decimal(int(exact.p)), Decimal(int(exact.q)))
        real = exact.evalf(24) if exact.is_real and exact.is_finite else None
        return _CONTEXT.create_decimal(str(real)) if real is not None and real.is_Float else None
    except (ArithmeticError, TypeError, ValueError, AttributeError):
        return None


def math_verify() -> tuple[Any, str]:
    """Its parser and its version. Raises MissingExtra where it is not installed."""
    try:
        from importlib.metadata import version

        from math_verify import parse
    except ImportError:
        raise MissingExtra(
            what="math-verify is not installed", mend="pip install 'qhdata[algebra]'"
        ) from None
    return parse, version("math-verify")
