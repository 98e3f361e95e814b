"""Find the one place of a reply that holds its final answer; nothing is ever picked out of prose.

A slot is a complete `\\boxed{...}` or `<answer>...</answer>`, a JSON object with an `answer` key,
or a line `Answer: ...` (答案：...), after any `</think>`. A reply of one short line is its own
slot. The last slot counts, and where several say different things the reply has many answers,
which is wrong. Reasoning that never closes has no answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

LONGEST_REPLY = 200_000
"""Characters of a reply in which the end of its reasoning is looked for, counted from its end."""
LONGEST_TAIL = 20_000
"""Characters behind the reasoning that are looked at, counted from their end."""
LONGEST_SLOT = 2_000
"""Characters of one slot; lists need more than one number does."""
LONGEST_LINE = 400
"""Characters of a reply that may be its own slot."""
_MOST_SLOTS = 8
_MOST_PLACES = 4 * _MOST_SLOTS
"""Places of a word that are looked at, the last ones: more of them are no answer, but an attack."""
_MOST_BRACES = 2_000
_MOST_OBJECTS = 200
_DEEPEST = 32
"""Levels of a JSON answer; one that is nested deeper is none."""

_BOXED = "\\boxed{"
_BRACES = re.compile(r"\\boxed\{|[{}]")
_OPEN, _CLOSE = "<answer>", "</answer>"
_LINE = re.compile(
    r"[ \t#*_>-]{0,8}(?:the )?(?:final |correct |right )?(?:因此，?|所以，?)?(?:最终|最后|正确)?"
    r"(?P<word>answer|答案|答)(?: is|是|为)?"
    r"(?:[ *_]{0,4}[:：][ *_]{0,4}(?P<content>[^\n]*)|(?P<heading>[ *_]{0,4}(?=\n)))",
    re.IGNORECASE,
)
_ANSWERS = ("answer", "Answer", "ANSWER", "答")
_LONGEST_LEAD = 24
_LATEX = re.compile(r"\\(?:text|mathrm|mathbf|textbf|operatorname)\s?\{([^{}]*)\}")
_SPACES = re.compile(r"\\[,;:! ]|~|\\q?quad")
_GROUPED = re.compile(r"(?<=\d)\\,(?=\d{3}(?!\d))")
"""A thin space that parts thousands."""


def answer_slots(reply: str) -> tuple[str, ...]:
    """The different texts of a reply's final-answer slots, in order; () where there is none.

    >>> answer_slots("<think>maybe 4</think> So \\\\boxed{35}.")
    ('35',)
    >>> answer_slots("Revenue was 47.\\nAnswer: 35%"), answer_slots("It is 47, then.\\nOr so.")
    (('35%',), ())
    """
    text = after_thinking(reply)
    if text is None:
        return ()
    text = text.replace("\\boxed {", _BOXED)
    slots = [*_boxed(text), *_tagged(text), *_json_answers(text), *_answer_lines(text)]
    if not slots and _BOXED not in text:
        line = text.strip()
        if line and len(line) <= LONGEST_LINE and "\n" not in line:
            slots = [(0, line)]
    if len(slots) == 1:
        return (plain(slots[0][1]),)
    slots.sort(key=_position)
    return tuple(dict.fromkeys(plain(slot[1]) for slot in slots[-_MOST_SLOTS:]))


def answer_object(reply: str) -> dict[str, Any] | None:
    """The last JSON object of a reply, for tasks with several slots; None where there is none."""
    objects = answer_objects(reply)
    return objects[-1] if objects else None


def answer_objects(reply: str) -> list[dict[str, Any]]:
    """The JSON objects of a reply, in order."""
    text = after_thinking(reply)
    return [] if text is None else [found for _, found in _json_objects(text)]


def after_thinking(reply: str) -> str | None:
    """What follows the reasoning block; None when that block never closes."""
    text = reply[-LONGEST_REPLY:]
    if "think>" in text:
        close = text.rfind("</think>")
        opened = text.rfind("<think>")
        if opened > close:
            return None
        if close >= 0:
            text = text[close + len("</think>") :]
    return text[-LONGEST_TAIL:]


def plain(text: str) -> str:
    r"""A slot without LaTeX, markdown and the sentence's full stop.

    >>> plain(r"\$1{,}234\text{ million}"), plain("**12.5\\%**.")
    ('$1,234 million', '12.5%')
    """
    text = text[: LONGEST_SLOT + 1]
    if "\\" in text or "{,}" in text:
        text = _GROUPED.sub(",", _LATEX.sub(r"\1", text))
        text = _SPACES.sub(" ", text.replace("{,}", ",").replace("\\!", ""))
        text = text.replace("\\%", "%").replace("\\$", "$").replace("\\times", "×")
        text = text.replace("\\approx", "≈").replace("{-}", "-").replace("--", "–")
        for mark in ("\\left", "\\right", "\\(", "\\)", "\\[", "\\]"):
            text = text.replace(mark, "")
    text = text.strip()
    if text and (text[0] in "*`$_" or text[-1] in "*`$._。"):
        text = text.strip("*`_ ").rstrip(".。").strip("*`_ ")
        if len(text) > 1 and text[0] == "$" and text[-1] == "$":
            text = text.strip("$").strip()
    return text


def _last(text: str, words: Sequence[str]) -> list[int]:
    """Where the words begin, in order: of each the last ones, found from the end."""
    found: list[int] = []
    for word in words:
        at = len(text)
        for _ in range(_MOST_PLACES):
            at = text.rfind(word, 0, at)
            if at < 0:
                break
            found.append(at)
    found.sort()
    return found[-_MOST_PLACES:]


def _position(slot: tuple[int, str]) -> int:
    return slot[0]


def _boxed(text: str) -> list[tuple[int, str]]:
    """Complete `\\boxed{...}` and their positions, the innermost where they nest; one pass."""
    starts = _last(text, (_BOXED,))
    if not starts or text.count("{", starts[0]) > _MOST_BRACES:
        return []
    found: list[tuple[int, str]] = []
    opened: list[int] = []  # where each open brace's content starts; negative: of a box
    innermost = 0
    for match in _BRACES.finditer(text, starts[0]):
        if match[0] != "}":
            opened.append(match.end() if match[0] == "{" else -match.end())
            innermost = max(innermost, -opened[-1])
        elif opened:
            start = -opened.pop()
            if start >= innermost > 0 and match.start() - start <= LONGEST_SLOT + 1:
                found.append((start, text[start : match.start()]))
    return found


def _tagged(text: str) -> list[tuple[int, str]]:
    """Complete `<answer>...</answer>`; what holds a box or an answer in JSON is found as that."""
    found = []
    for close in _last(text, (_CLOSE,)):
        start = text.rfind(_OPEN, max(0, close - LONGEST_SLOT), close)
        content = text[start + len(_OPEN) : close].strip()
        if start < 0 or _CLOSE in content or _BOXED in content or '"answer"' in content:
            continue
        line = _LINE.match(content)
        said = line["content"] if line else None
        found.append((start, content if said is None else said.strip(" *_`")))
    return found


def _answer_lines(text: str) -> list[tuple[int, str]]:
    """Lines that begin with `Answer:`; where that line holds nothing more, the next one."""
    found = []
    for word in _last(text, _ANSWERS):
        reach = max(0, word - _LONGEST_LEAD)
        start = text.rfind("\n", reach, word) + 1
        if not start and reach:
            continue  # the word stands deep in its line
        match = _LINE.match(text, start)
        if match is None or match.start("word") != word:
            continue
        if match["heading"] is not None and match[0].lstrip(" \t")[:1] not in ("#", "*"):
            continue  # a line of one word; a heading is marked as one
        content = (match["content"] or "").strip(" *_`")
        if not content:
            content = text[match.end() : match.end() + LONGEST_SLOT].strip().partition("\n")[0]
        if content and _BOXED not in content and not content.lstrip().startswith("{"):
            found.append((match.start(), content))
    return found


def _json_answers(text: str) -> list[tuple[int, str]]:
    """`{"answer": ..., "unit": ...}` objects, as the text `answer unit`."""
    if '"answer"' not in text:
        return []
    found = []
    for at, item in _json_objects(text):
        if "answer" in item:
            unit = item.get("unit")
            answer = value_text(item["answer"])
            if (
                isinstance(unit, str)
                and unit.strip()
                and isinstance(item["answer"], str | int | float)
            ):
                answer = f"{answer}%" if unit.strip() == "%" else f"{answer} {unit}"
            found.append((at, answer))
    return found


def value_text(value: object) -> str:
    """A JSON value as the text of a slot."""
    return str(value) if isinstance(value, str) else _written(value)


class _Digits(str):
    """A number as it was written: 0.10 does not pass through a float."""


def _written(value: object) -> str:
    if isinstance(value, _Digits):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(k, ensure_ascii=False)}: {_written(v)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    return json.dumps(value, ensure_ascii=False)


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError where it says a key twice: two answers are none."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


_DECODER = json.JSONDecoder(
    parse_float=_Digits, parse_constant=_Digits, object_pairs_hook=each_once
)


def _json_objects(text: str) -> list[tuple[int, dict[str, Any]]]:
    """Top-level JSON objects and their positions; the last places where one may begin are tried."""
    found: list[tuple[int, dict[str, Any]]] = []
    end = 0
    # An answer of many objects begins farther back than the last braces.
    first = text.find("{") if text.count("{") <= _MOST_OBJECTS else -1
    starts = {first, *_last(text, ('{"answer"',)), *_last(text, ("{",))}
    for at in sorted(starts):
        if at < max(0, end) or not _looks_like_object(text, at):
            continue
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and _is_flat(value, _DEEPEST):
            found.append((at, value))
    return found


def _is_flat(value: object, left: int) -> bool:
    """Whether a value is nested no deeper than an answer is; what walks it may then recurse."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left > 0 and all(_is_flat(one, left - 1) for one in inner)


def _looks_like_object(text: str, at: int) -> bool:
    rest = text[at + 1 : at + 40].lstrip()
    return rest[:1] in ('"', "}")
