"""Rows of exam sets (CFLUE and its like) as text: the question, its options, the answer.

`question`, `choices` or `options` (a list, letters to texts, or either as a string, as CFLUE has
it), `answer` (letters, an option's place from 0, or its words), `analysis`. What is written is what
`qhdata.synth.exam_items` reads again, in the language of the question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

COLUMNS = ("question", "choices", "options", "answer", "analysis")
LETTERS = "ABCDEFGH"
_LONGEST = 20_000
"""Characters of options that are written as one string."""
_KEYS = re.compile(r"[A-H](?:[\s,;、，；]*[A-H])*", re.I)
_QUOTED = re.compile(
    r"(?:^\{|,) {0,3}(['\"])([A-H])\1: {0,3}"
    r"(['\"])(.{0,3000}?)\3(?= {0,3}(?:, {0,3}['\"]|\}$))",
    re.S,
)
"""`'A': '...'` of a dictionary as Python prints it; bounded, so no text makes it slow."""
_CHINESE = re.compile("[一-鿿]")


def exam_text(row: Mapping[str, Any]) -> str:
    """The row as an exam item; "" where it is none, or its answer names no option."""
    question = row.get("question")
    if not isinstance(question, str) or not question.strip():
        return ""
    options = _options(row.get("choices") or row.get("options"))
    keys = _keys(row.get("answer"), options)
    if len(options) < 2 or not keys:
        return ""
    lines = [" ".join(question.split())]
    lines += [f"{letter}. {' '.join(text.split())}" for letter, text in options.items()]
    lines.append(f"答案：{keys}" if _CHINESE.search(question) else f"Answer: {keys}")
    analysis = row.get("analysis")
    if isinstance(analysis, str) and analysis.strip():
        lines += ["", analysis.strip()]
    return "\n".join(lines)


def _options(value: Any) -> dict[str, str]:
    """Letter -> text, in order; {} where they cannot be read."""
    if isinstance(value, str) and len(value) <= _LONGEST:
        value = _said(value.strip())
    if isinstance(value, list | tuple):
        value = dict(zip(LETTERS, value, strict=False)) if len(value) <= len(LETTERS) else {}
    if not isinstance(value, Mapping):
        return {}
    found = {str(key).strip().upper(): text for key, text in value.items() if text is not None}
    fine = all(len(key) == 1 and key in LETTERS for key in found)
    said = all(isinstance(text, str) and text.strip() for text in found.values())
    return dict(sorted(found.items())) if fine and said else {}


def _said(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return {match[2]: match[4] for match in _QUOTED.finditer(text)}


def _keys(answer: Any, options: Mapping[str, str]) -> str:
    """The letters of the right options; "" where they are not among them."""
    if isinstance(answer, int) and not isinstance(answer, bool):
        answer = LETTERS[answer] if 0 <= answer < len(LETTERS) else ""
    if isinstance(answer, list | tuple):
        answer = "".join(map(str, answer))
    if not isinstance(answer, str):
        return ""
    if _KEYS.fullmatch(answer.strip()):
        keys = "".join(sorted(set(re.sub("[^A-H]", "", answer.upper()))))
        return keys if all(key in options for key in keys) else ""
    named = [key for key, text in options.items() if text.split() == answer.split()]
    return named[0] if len(named) == 1 else ""
