"""Checks of general tasks: each criterion names one, and code, not a language model, says whether
it holds.

A check takes the reply after its reasoning block and the criterion's arguments, and gives True or
False. A criterion that names no check or has wrong arguments is the task's defect: its part is
None, so the reply is unscored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qhdata.judge.answer_slot import after_thinking, answer_object, answer_slots
from qhdata.judge.compose import compose
from qhdata.judge.judge import judge
from qhdata.judge.kinds.text import normalise
from qhdata.judge.reasons import BadGold
from qhdata.quantities.parse import parse
from qhdata.records.base import DecimalText
from qhdata.records.task import Criterion, Gold
from qhdata.records.verdict import Part, Score

Arguments = Mapping[str, Any]

LONGEST = 50_000
"""Characters of a reply that a check may look at; a longer reply fails every check."""


def label_in_set(answer: str, arguments: Arguments) -> bool:
    """The final answer is one of `labels`; with `expected`, that one."""
    slots = answer_slots(answer)
    if len(slots) != 1:
        return False
    expected = arguments.get("expected")
    wanted = _texts(arguments, "labels") if expected is None else [_text(arguments, "expected")]
    return normalise(slots[0]) in {normalise(label) for label in wanted}


def json_keys(answer: str, arguments: Arguments) -> bool:
    """The reply is one JSON object (bare or fenced) with exactly `keys`; with `more`, others may
    stand beside.
    """
    wanted = set(_texts(arguments, "keys"))
    found = _only_object(answer)
    if found is None:
        return False
    return wanted <= set(found) if arguments.get("more") else wanted == set(found)


def json_values(answer: str, arguments: Arguments) -> bool:
    """The reply's JSON object holds `values`, texts compared folded and numbers as numbers."""
    wanted = arguments["values"]
    found = answer_object(answer)
    if not isinstance(wanted, dict):
        raise BadGold("values is an object")
    return found is not None and all(
        key in found and _same_value(found[key], value) for key, value in wanted.items()
    )


def verbatim_quote(answer: str, arguments: Arguments) -> bool:
    """Every quotation of at least `min_words` words stands in `text` word for word, and there is at
    least one.
    """
    text = _words_of(_text(arguments, "text"))
    least = int(arguments.get("min_words", 4))
    quotes = [_words_of(found) for found in _QUOTED.findall(_typographic(answer))]
    long = [quote for quote in quotes if _word_count(quote) >= least]
    return bool(long) and all(quote in text for quote in long)


def says_not_stated(answer: str, arguments: Arguments) -> bool:
    """The reply says that the text does not state it, and gives no number.

    With `expected` false: it does not say so.
    """
    says = any(phrase in normalise(answer) for phrase in _NOT_STATED)
    expected = bool(arguments.get("expected", True))
    if not expected:
        return not says
    return says and not any(char.isdigit() for char in answer)


def max_words(answer: str, arguments: Arguments) -> bool:
    """At least one and at most `words` words; a Chinese character counts as one."""
    return 0 < _word_count(answer) <= int(arguments["words"])


def min_words(answer: str, arguments: Arguments) -> bool:
    """At least `words` words, a third of them different: repetition does not count."""
    words = _WORD.findall(answer.lower())
    return len(words) >= int(arguments["words"]) and len(set(words)) * 3 >= len(words)


def contains_all(answer: str, arguments: Arguments) -> bool:
    """Each of `texts` stands in the reply as whole words."""
    return all(_contains(answer, text) for text in _texts(arguments, "texts"))


def contains_any(answer: str, arguments: Arguments) -> bool:
    """One of `texts` stands in the reply as whole words."""
    return any(_contains(answer, text) for text in _texts(arguments, "texts"))


def contains_none(answer: str, arguments: Arguments) -> bool:
    """The reply says something, and none of `texts` stands in it as whole words."""
    texts = _texts(arguments, "texts")
    return bool(answer.strip()) and not any(_contains(answer, text) for text in texts)


def bullet_count(answer: str, arguments: Arguments) -> bool:
    """The reply has exactly `count` bullets (`-`, `*`, `•`, `1.`), each with words."""
    return len(_BULLET.findall(answer)) == int(arguments["count"])


def sentence_count(answer: str, arguments: Arguments) -> bool:
    """The reply has exactly `count` sentences, by their closing marks."""
    text = answer.strip().rstrip("\"'”’)")
    stops = [match.end() for match in _STOP.finditer(text)]
    unclosed = bool(text) and (not stops or stops[-1] < len(text))
    return len(stops) + unclosed == int(arguments["count"])


def language_is(answer: str, arguments: Arguments) -> bool:
    """The reply is in `language`: `zh` where at least half of its letters are Chinese, `en` where
    at most a tenth.
    """
    language = _text(arguments, "language")
    if language not in ("en", "zh"):
        raise BadGold(f"language is en or zh, not {language!r}")
    letters = [char for char in answer if char.isalpha()]
    if not letters:
        return False
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in letters) / len(letters)
    return chinese >= 0.5 if language == "zh" else chinese <= 0.1


def number_matches(answer: str, arguments: Arguments) -> bool:
    """The final answer is the number `value`, judged as `kind` (default number) with `unit`,
    `scale`, `decimals`.
    """
    decimals = arguments.get("decimals")
    gold = Gold(
        slot="answer",
        kind=str(arguments.get("kind", "number")),
        value=_text(arguments, "value"),
        unit=str(arguments.get("unit", "")),
        scale=DecimalText(str(arguments.get("scale", "1"))),
        decimals=None if decimals is None else int(decimals),
    )
    verdict = judge(gold, answer)
    if verdict.outcome == "unscored":
        raise BadGold(f"not a gold number: {gold.value!r}")
    return verdict.outcome == "correct"


def starts_with(answer: str, arguments: Arguments) -> bool:
    """The reply begins with `text`."""
    return answer.strip().startswith(_text(arguments, "text"))


def ends_with(answer: str, arguments: Arguments) -> bool:
    """The reply ends with `text`."""
    return answer.strip().endswith(_text(arguments, "text"))


def no_digits(answer: str, arguments: Arguments) -> bool:
    """The reply has words and no digit."""
    return _word_count(answer) > 0 and not any(char.isdigit() for char in answer)


CHECKS: dict[str, Callable[[str, Arguments], bool]] = {
    "label_in_set": label_in_set,
    "json_keys": json_keys,
    "json_values": json_values,
    "verbatim_quote": verbatim_quote,
    "says_not_stated": says_not_stated,
    "max_words": max_words,
    "min_words": min_words,
    "contains_all": contains_all,
    "contains_any": contains_any,
    "contains_none": contains_none,
    "bullet_count": bullet_count,
    "sentence_count": sentence_count,
    "language_is": language_is,
    "number_matches": number_matches,
    "starts_with": starts_with,
    "ends_with": ends_with,
    "no_digits": no_digits,
}
"""Name in a criterion -> the check."""


def check_criterion(criterion: Criterion, answer: str) -> Part:
    """One criterion as a part: 1 it holds, 0 it does not, None where the criterion is wrong."""
    check = CHECKS.get(criterion.check)
    value: float | None = None
    if check is not None:
        text = after_thinking(answer)
        try:
            arguments = json.loads(criterion.arguments)
            if not isinstance(arguments, dict):
                raise BadGold("arguments are an object")
            held = check("" if text is None or len(text) > LONGEST else text, arguments)
            value = 1.0 if held else 0.0
        except (BadGold, KeyError, TypeError, ValueError):
            value = None
    return Part(
        name=criterion.criterion_id, value=value, weight=criterion.weight, gate=criterion.gate
    )


def check_all(criteria: Sequence[Criterion], answer: str) -> Score:
    """Every criterion of a task, composed: gates multiply, weights average."""
    return compose([check_criterion(criterion, answer) for criterion in criteria])


_QUOTED = re.compile(r'"([^"]{1,4000})"')
_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_]+(?:['’.,-][^\W_]+)*")
_BULLET = re.compile(r"^[ \t]{0,8}(?:[-*•·]|\d{1,3}[.)、])[ \t]*\S", re.MULTILINE)
_STOP = re.compile(r"[。！？]+|(?<![.!?])[.!?]++(?=[\"'”’)]?(?:\s|$))")
"""The end of a sentence; the point of 3.5 is none."""
_NOT_STATED = (
    "not stated", "not disclosed", "not provided", "not given", "not mentioned", "does not state",
    "does not say", "does not disclose", "does not give", "does not mention", "does not provide",
    "cannot be determined", "no information", "未披露", "没有披露", "未提及", "没有提到",
    "未说明", "未给出", "没有说明", "无法确定",
)  # fmt: skip


def _text(arguments: Arguments, name: str) -> str:
    value = arguments[name]
    if not isinstance(value, str) or not value:
        raise BadGold(f"{name} is a text")
    return value


def _texts(arguments: Arguments, name: str) -> list[str]:
    value = arguments[name]
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise BadGold(f"{name} is a list of texts")
    return value


def _typographic(text: str) -> str:
    return text.translate({0x201C: '"', 0x201D: '"', 0x300C: '"', 0x300D: '"'})


def _words_of(text: str) -> str:
    """Text with spaces and quotes folded; case and digits stay, as a quotation keeps them."""
    return " ".join(_typographic(text).replace("’", "'").split()).strip(" .,;")


def _word_count(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def _contains(answer: str, text: str) -> bool:
    """Whole words: "5" is not in "15" nor in "5.2", nor "net" in "network"."""
    folded, wanted = normalise(answer), normalise(text)
    if not wanted:
        return False
    at = folded.find(wanted)
    while at >= 0:
        if _edge(folded, at - 1, at) and _edge(folded, at + len(wanted), at + len(wanted) - 1):
            return True
        at = folded.find(wanted, at + 1)
    return False


def _edge(text: str, beside: int, inside: int) -> bool:
    """Whether a word ends between these two neighbouring characters."""
    if not 0 <= beside < len(text):
        return True
    one, other = text[beside], text[inside]
    if "\u4e00" <= other <= "\u9fff" or "\u4e00" <= one <= "\u9fff":
        return True
    if one.isalnum() and other.isalnum():
        return False
    further = beside + (1 if beside > inside else -1)
    continues = other.isdigit() and one in ".," and 0 <= further < len(text)
    return not (continues and text[further].isdigit())


def _only_object(answer: str) -> dict[str, Any] | None:
    text = answer.strip()
    if text.startswith("```") and text.endswith("```"):
        text = text[3:-3].removeprefix("json")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _same_value(found: object, wanted: object) -> bool:
    if isinstance(wanted, str) and isinstance(found, str):
        left, right = parse(found), parse(wanted)
        if not isinstance(left, str) and not isinstance(right, str):
            return left == right
        return normalise(found) == normalise(wanted)
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(wanted, int | float | str) and isinstance(found, int | float | str):
        left, right = parse(str(found)), parse(str(wanted))
        return not isinstance(left, str) and left == right
    return found == wanted
