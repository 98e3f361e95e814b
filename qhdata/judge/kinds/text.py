"""A short text, exactly but for case, width, quotes, spaces and the final stop; never a substring.

For names, codes and quoted phrases. Where several wordings would do, ask for a choice instead.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator

from qhdata.judge.reasons import BadGold, Reason
from qhdata.records.task import Gold

_FOLD = {ord(a): b for a, b in zip("“”„‘’`–—−‐‑", "\"\"\"'''-----", strict=True)}
_EDGES = " \t\"'.。,，;；"


def normalise(text: str) -> str:
    """Case, width, quotes, dashes and spaces folded; quotes and stops at the edges removed.

    >>> normalise("“Net  Income”.") == normalise("net income")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_FOLD)
    return " ".join(folded.split()).strip(_EDGES)


def check(gold: Gold) -> None:
    """Raise BadGold where gold is empty or too long to be an answer."""
    if not normalise(gold.value) or len(gold.value) > 2_000:
        raise BadGold("a text gold has 1 to 2,000 characters")


def read(text: str, gold: Gold) -> tuple[str] | Reason:
    """The slot's text, folded."""
    if len(text) > 2_000:
        return Reason("too_long")
    folded = normalise(text)
    return (folded,) if folded else Reason("empty")


def differs(found: tuple[str], gold: Gold) -> Reason | None:
    """None: the same text."""
    check(gold)
    return None if found[0] == normalise(gold.value) else Reason("wrong_text")


def show(found: tuple[str], gold: Gold) -> str:
    """The folded text."""
    return found[0]


def renderings(gold: Gold) -> Iterator[str]:
    """Other case, quotes, a full stop."""
    value = gold.value
    for text in (value, value.upper(), f"“{value}”", f"{value}."):
        yield f"Answer: {text}"
    yield json.dumps({"answer": value}, ensure_ascii=False)


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """More, less, a negation: containing gold is not being gold."""
    yield f"Answer: not {gold.value}", Reason("wrong_text")
    yield f"Answer: {gold.value} and others", Reason("wrong_text")
    yield f"Answer: {gold.value}\nAnswer: something else", Reason("multiple_answers")
    if len(normalise(gold.value)) > 3:
        yield f"Answer: {normalise(gold.value)[:-2]}", Reason("wrong_text")
    yield "", Reason("no_answer")
