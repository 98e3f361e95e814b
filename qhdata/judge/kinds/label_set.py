"""A set of labels from a closed list, in any order: `["liquidity", "credit"]`, liquidity; credit,
or `ABD` for letters.

All or nothing: a missing label, an extra one and one that is not in the list are told apart in the
reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from qhdata.judge.kinds.text import normalise
from qhdata.judge.reasons import BadGold, Reason
from qhdata.records.task import Gold

_SPLIT = re.compile(r"\s*[;；、\n]\s*|,\s+|，\s*|\s+and\s+|,(?=\S)")
_WITH = re.compile(r"[和与及]")
_FRAME = re.compile(
    r"^\s*(?:(?:options?|choices?)\b|选项|选)[\s:：]*|[\[\]{}()（）\\]|[.。]\s*$", re.I
)
_JOINS = re.compile(r"\band\b|[&和与及]", re.I)
_LETTERS = re.compile(r"(?:(?!(?:or|nor|not?|but|either|only)\b)[A-Za-z]+|[\s,，、;；]+)*", re.I)
"""Letters alone, side by side or in a row; words that join or deny are none of them."""


def check(gold: Gold) -> None:
    """Raise BadGold where gold is no JSON list of its choices."""
    _truth(gold)


def read(text: str, gold: Gold) -> frozenset[str] | Reason:
    """The labels of the slot, folded; every one must be of the closed list."""
    if len(text) > 2_000:
        return Reason("too_long")
    known = {normalise(choice) for choice in gold.choices}
    text = text.strip()
    if text.startswith("["):
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError):
            return Reason("not_a_list")
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            return Reason("not_a_list")
    elif all(len(choice) == 1 for choice in known) and _LETTERS.fullmatch(bare := _bare(text)):
        listed = re.findall(r"[A-Za-z]", bare)
    else:
        listed = [text] if normalise(text) in known else _SPLIT.split(text)
    if any(normalise(item) not in known for item in listed):
        listed = [part for item in listed for part in _parted(item, known)]
    labels = frozenset(normalise(item) for item in listed) - {""}
    if not labels and not text.startswith("["):
        return Reason("empty")
    return Reason("unknown_label") if labels - known else labels


def _bare(text: str) -> str:
    """Letters without brackets and what joins them."""
    return _JOINS.sub(" ", _FRAME.sub(" ", text))


def _parted(item: str, known: set[str]) -> list[str]:
    """Labels that 和 joins, where each of them is one; else the item as it is."""
    parts = _WITH.split(item)
    return parts if all(normalise(part) in known for part in parts) else [item]


def differs(found: frozenset[str], gold: Gold) -> Reason | None:
    """None: the same set."""
    expected = _truth(gold)
    if found == expected:
        return None
    return Reason("missing_label" if expected - found else "extra_label")


def show(found: frozenset[str], gold: Gold) -> str:
    """The folded labels, sorted, as JSON."""
    return json.dumps(sorted(found), ensure_ascii=False)


def renderings(gold: Gold) -> Iterator[str]:
    """JSON, lists with commas and semicolons, any order."""
    labels = json.loads(gold.value)
    for ordered in (labels, labels[::-1], sorted(labels)):
        yield f"Answer: {json.dumps(ordered, ensure_ascii=False)}"
        yield json.dumps({"answer": ordered}, ensure_ascii=False)
        if labels:
            yield f"Answer: {'; '.join(ordered)}"
            yield f"Answer: {'、'.join(ordered).upper()}."


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """One too few, one too many, one that is not in the list."""
    labels = json.loads(gold.value)
    others = [choice for choice in gold.choices if choice not in labels]
    if labels:
        yield f"Answer: {json.dumps(labels[1:], ensure_ascii=False)}", Reason("missing_label")
    for other in others:
        yield f"Answer: {json.dumps([*labels, other], ensure_ascii=False)}", Reason("extra_label")
    if others:
        everything = json.dumps(list(gold.choices), ensure_ascii=False)
        yield f"Answer: {everything}", Reason("extra_label")
    yield f"Answer: {json.dumps([*labels, 'zzz unheard of'])}", Reason("unknown_label")
    yield 'Answer: ["', Reason("not_a_list")
    yield "", Reason("no_answer")


def _truth(gold: Gold) -> frozenset[str]:
    try:
        labels = json.loads(gold.value)
    except ValueError:
        raise BadGold(f"not JSON: {gold.value!r}") from None
    if not isinstance(labels, list) or any(label not in gold.choices for label in labels):
        raise BadGold(f"{gold.value} is not a list of {gold.choices!r}")
    return frozenset(normalise(label) for label in labels)
