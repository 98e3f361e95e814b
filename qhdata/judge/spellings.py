"""Ways in which replies write one number, and ways in which they spoil it; shared by the numeric
kinds' proofs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from qhdata.judge.closeness import Truth, shown
from qhdata.judge.reasons import Reason
from qhdata.quantities.render import render_number

_WIDE = {ord(char): chr(ord(char) + 0xFEE0) for char in "0123456789.,%"}


def spell(value: Decimal, tail: str = "", *, sign: str = "") -> Iterator[str]:
    """One number with its tail (`%`, ` million`) and currency sign, as replies write it."""
    digits, grouped = (render_number(abs(value), separators=wanted) for wanted in (False, True))
    minus = "-" if value < 0 else ""
    for text in (digits, grouped):
        yield f"{minus}{sign}{text}{tail}"
    yield f"{minus}{sign}{grouped}{tail}.".replace("-", "−")
    yield f"Answer: {minus}{sign}{grouped}{tail}"
    yield f"**Final answer:** {minus}{sign}{grouped}{tail}"
    yield f"答案：{minus}{sign}{digits}{tail}".translate(_WIDE)
    latex = f"{minus}{sign}{grouped}{tail}".replace("%", "\\%").replace("$", "\\$")
    yield f"<think>perhaps \\boxed{{1}}</think>So it is \\boxed{{{latex}}}."
    yield json.dumps({"answer": f"{minus}{sign}{digits}{tail}"}, ensure_ascii=False)
    yield f"about {minus}{sign}{grouped}{tail}"
    if value < 0:
        yield f"({sign}{grouped}{tail})"
        yield f"({sign}{grouped}){tail}"
        yield f"负{digits}{tail}"
        yield f"minus {sign}{digits}{tail}"


def spoil(gold: Truth, tail: str = "") -> Iterator[tuple[str, Reason]]:
    """Replies that hold gold's number and yet are no answer."""
    right = shown(gold)
    one, two = render_number(right) + tail, render_number(right + 7) + tail
    yield "", Reason("no_answer")
    yield f"The figures follow.\nIt is {one}, as computed.\nSee above.", Reason("no_answer")
    yield f"<think>Answer: {one}", Reason("no_answer")
    yield f"<think>\\boxed{{{one}}}</think>\\boxed{{{one}", Reason("no_answer")
    yield f"Answer: {one} or {two}", Reason("hedged")
    yield f"Answer: at least {one}", Reason("hedged")
    yield f"Answer: {one} to {two}", Reason("range")
    yield f"Answer: between {one} and {two}", Reason("range")
    yield f"Answer: {one}; {two}", Reason("multiple_answers")
    yield f"Answer: {one}\nAnswer: {two}", Reason("multiple_answers")
    yield f"\\boxed{{{one}}} \\boxed{{{two}}}", Reason("multiple_answers")
    yield f"Answer: not {one}", Reason("unparsable")
    yield "Answer: nan", Reason("not_finite")
    yield "Answer: -inf", Reason("not_finite")
    yield "Answer: 1e999", Reason("too_large")
    yield f"Answer: {one} " + "!" * 300, Reason("too_long")
    yield "Answer: the amount", Reason("unparsable")
    yield "Answer: __import__('os').getcwd()", Reason("unparsable")
