"""Yes or no: `true`, No., 是, 不正确; anything beside that one word is no answer ("not true" is not
read as true).
"""

from __future__ import annotations

from collections.abc import Iterator

from qhdata.judge.reasons import BadGold, Reason
from qhdata.records.task import Gold

_TRUE = ("true", "yes", "correct", "是", "对", "正确", "真", "是的", "对的", "属实", "没错",
         "yes, it is", "yes, it does")  # fmt: skip
_FALSE = ("false", "no", "incorrect", "否", "错", "错误", "不正确", "假", "不是", "不对", "不属实",
          "no, it is not", "no, it does not")  # fmt: skip
_READ = {word: True for word in _TRUE} | {word: False for word in _FALSE}


def check(gold: Gold) -> None:
    """Raise BadGold where gold is neither `true` nor `false`."""
    if gold.value not in ("true", "false"):
        raise BadGold(f"neither true nor false: {gold.value!r}")


def read(text: str, gold: Gold) -> bool | Reason:
    """The one word of the slot."""
    if len(text) > 40:
        return Reason("too_long")
    word = text.strip(" \t.。!！\"'“”‘’").lower()
    if not word:
        return Reason("empty")
    return _READ.get(word, Reason("unparsable"))


def differs(found: bool, gold: Gold) -> Reason | None:
    """None: the same truth."""
    check(gold)
    return None if found is (gold.value == "true") else Reason("wrong_choice")


def show(found: bool, gold: Gold) -> str:
    """`true` or `false`."""
    return "true" if found else "false"


def renderings(gold: Gold) -> Iterator[str]:
    """Every word for it."""
    for word in _TRUE if gold.value == "true" else _FALSE:
        yield word
        yield f"Answer: {word.upper()}."
        yield f"\\boxed{{\\text{{{word.title()}}}}}"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """The opposite, both, a negation."""
    for word in _FALSE if gold.value == "true" else _TRUE:
        yield f"Answer: {word}", Reason("wrong_choice")
    for text in ("yes and no", "not true", "not false", "It depends", "yes or no", "truefalse"):
        yield f"Answer: {text}", Reason("unparsable")
    yield "Answer: yes\nAnswer: no", Reason("multiple_answers")
    yield "", Reason("no_answer")
