"""Spans quoted from a text, in any order: a JSON list, or a line each; nothing added or left out.

A span is compared character by character but for spaces and the kind of quotes and dashes; case
counts. All or nothing: a missing span and one too many are told apart in the reason.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator

from qhdata.judge.reasons import BadGold, Reason
from qhdata.records.task import Gold

LONGEST = 20_000
MOST = 64
_FOLD = {ord(a): b for a, b in zip("“”„‘’–—−‐‑", '"""\'\'-----', strict=True)}
_MARKS = "-*•·"


def check(gold: Gold) -> None:
    """Raise BadGold where gold is no JSON list of texts."""
    _truth(gold)


def read(text: str, gold: Gold) -> Counter[str] | Reason:
    """The spans of the slot, folded, and how often each stands in it."""
    if len(text) > LONGEST:
        return Reason("too_long")
    text = text.strip()
    spans = _listed(text) if text.startswith("[") else _lines(text, gold)
    if spans is None or len(spans) > MOST:
        return Reason("not_a_list")
    found = Counter(span for one in spans if (span := _folded(one)))
    return found if found else Reason("empty")


def differs(found: Counter[str], gold: Gold) -> Reason | None:
    """None: the same spans."""
    expected = _truth(gold)
    if expected - found:
        return Reason("missing_span")
    return Reason("extra_span") if found - expected else None


def show(found: Counter[str], gold: Gold) -> str:
    """The folded spans, sorted, as JSON."""
    return json.dumps(sorted(found.elements()), ensure_ascii=False)


def renderings(gold: Gold) -> Iterator[str]:
    """JSON in any order; a list with marks; one span alone as it is."""
    spans = json.loads(gold.value)
    for ordered in (spans, spans[::-1]):
        yield f"Answer: {json.dumps(ordered, ensure_ascii=False)}"
        yield json.dumps({"answer": ordered}, ensure_ascii=False)
    if len(spans) == 1 and "\n" not in spans[0]:
        yield f"Answer: “{spans[0]}”"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """One left out, one added, one cut short."""
    spans = json.loads(gold.value)
    cut = [spans[0] + " and more", *spans[1:]]
    yield json.dumps({"answer": cut}), Reason("missing_span")
    yield json.dumps({"answer": [*spans, "zzz"]}), Reason("extra_span")
    if len(spans) > 1:
        yield json.dumps({"answer": spans[1:]}), Reason("missing_span")
    yield 'Answer: ["', Reason("not_a_list")
    yield "", Reason("no_answer")


def _listed(text: str) -> list[str] | None:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    texts = isinstance(items, list) and all(isinstance(item, str) for item in items)
    return items if texts else None


def _lines(text: str, gold: Gold) -> list[str]:
    """A text of one span, or a span a line, with marks of a list."""
    if _folded(text) in _truth(gold):
        return [text]
    return [line.strip().lstrip(_MARKS) for line in text.split("\n")]


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(_FOLD)
    return " ".join(folded.split()).strip("\"' ")


def _truth(gold: Gold) -> Counter[str]:
    try:
        spans = json.loads(gold.value)
    except ValueError:
        raise BadGold(f"not JSON: {gold.value[:80]!r}") from None
    texts = isinstance(spans, list) and all(isinstance(s, str) and _folded(s) for s in spans)
    if not texts or not spans or len(spans) > MOST or len(gold.value) > LONGEST:
        raise BadGold(f"not a list of 1 to {MOST} texts: {gold.value[:80]!r}")
    return Counter(_folded(span) for span in spans)
