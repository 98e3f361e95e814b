"""One of a closed list: `B`, (B), B. Net income fell; or the words of a choice, exactly but for
case and quotes.

`gold.choices` is the list. Where its entries are letters, an answer may repeat the choice's text
after its letter; another letter after it is two choices and no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qhdata.judge.kinds.text import normalise
from qhdata.judge.reasons import BadGold, Reason
from qhdata.records.task import Gold

_LEADING = re.compile(
    r"[(\[（【]?\s?([A-Za-z])\s?(?:(?:[)\]）】.:：、,]|\s[-–—]\s|选?项?$|is\s(?:correct|right)$)\s?(.*))?",
    re.DOTALL,
)
_PREFIX = re.compile(
    r"(?:(?:therefore|thus|so|hence|因此|所以|综上|故)[,，]?\s?)?(?:(?:the\s)?(?:correct\s|right\s)?answer\sis"
    r"|(?:正确|最终)?答案(?:是|为|应为|选)?|本题(?:应?选|答案[是为])|故选|应选|option|choice|选项|选择|选)"
    r"\s?[:：]?\s?",
    re.IGNORECASE,
)
_ARTICLE = r"A\s(?!(?:is|was|and|or|too|also|as|may|might|could|seems|would|should)\b)[a-z]"
_SECOND = re.compile(
    rf"(?:^|\band\b|\bor\b|[,、;；&/和或])\s?[(（]?(?!{_ARTICLE})[A-Z][)）]?(?:$|[.,、;；\s)）:：])"
)


_SAYS_OF_IT = re.compile(
    r"(?:is|was|seems|looks)\s(?:wrong|incorrect|false|unlikely"
    r"|not\s(?:it|right|correct|the\s(?:answer|one|right|correct)))\b"
    r"|(?:may|might|could)\sbe\s(?:it|right|wrong|correct|the)\b|(?:but|though)\s(?:not sure|i\b)"
    r"|(?:maybe|perhaps|possibly|probably|not sure|i think)\W*$"
    r"|不是[。.]?$|不对|不选|是错|可能[对是]?[。.]?$|但.{0,4}[A-Z]|或者?[A-Z]",
    re.IGNORECASE,
)
"""What follows a letter and says of that choice that it is wrong or unsure: a choice's own text may
say "is lower" or "不是关联方".
"""
_OTHER = re.compile(
    r"(?:^|[.,;:。，；：]\s?|\b(?:but|not|then|so)\s)[(（]?([A-Za-z])\s?(?:[)）:：]|is\b)"
)

_TURNS = re.compile(
    r"\b(?:could|can|might|may|maybe|perhaps|possibly|probably|wait|actually|sorry|mean|think|though"
    r"|although|unless|again|instead|rather|either|also|hmm|no|not|but|or|answer|correct|right"
    r"|should|alternatively)\b|\?|？|应|选|错|也|但|或|可能|不|答案|正确|改|还是",
    re.IGNORECASE,
)
"""Words with which who has named a choice goes on to another, or leaves it open."""
_ALONE = re.compile(rf"(?<![A-Za-z0-9'’&/-])(?!{_ARTICLE})[A-Z](?![A-Za-z0-9'’&/-])")


def _turns_to_another(rest: str, letter: str, choices: dict[str, str]) -> bool:
    """Whether the words behind a choice name another letter of the list and turn to it: "could be
    C", "wait, the answer is C". "Class A shares" of the choice's own text turns to nothing.
    """
    named = {one[0].lower() for one in _ALONE.finditer(rest)} - {letter.lower(), "i"}
    if "i" in choices and re.search(r"\bI\b(?!\s[a-z])", rest):
        named.add("i")
    return bool(named & choices.keys()) and _TURNS.search(rest) is not None


def _names_another(rest: str, letter: str, choices: dict[str, str]) -> bool:
    """Whether another letter of the list stands there as a choice: `A: wrong. C: right`."""
    named = {one[1].lower() for one in _OTHER.finditer(rest)}
    return bool((named - {letter.lower()}) & choices.keys())


def check(gold: Gold) -> None:
    """Raise BadGold where gold is not one of its choices, or choices repeat."""
    folded = [normalise(choice) for choice in gold.choices]
    if normalise(gold.value) not in folded or len(set(folded)) != len(folded) or "" in folded:
        raise BadGold(f"{gold.value!r} is not one of {gold.choices!r}")


def read(text: str, gold: Gold) -> tuple[str] | Reason:
    """The one choice that the slot names."""
    if len(text) > 400:
        return Reason("too_long")
    if not text.strip():
        return Reason("empty")
    choices = {normalise(choice): choice for choice in gold.choices}
    if normalise(text) in choices:
        return (choices[normalise(text)],)
    text = _PREFIX.sub("", text.strip(), count=1)
    match = _LEADING.fullmatch(text.rstrip(".。"))
    if match is not None and match[1].lower() in choices:
        rest = match[2] or ""
        if (
            _SECOND.search(rest)
            or _SAYS_OF_IT.match(rest)
            or _names_another(rest, match[1], choices)
            or _turns_to_another(rest, match[1], choices)
        ):
            return Reason("ambiguous_choice")
        return (choices[match[1].lower()],)
    if normalise(text) in choices:
        return (choices[normalise(text)],)
    named = [choice for folded, choice in choices.items() if folded in _words(text)]
    return Reason("ambiguous_choice" if len(named) > 1 else "not_a_choice")


def differs(found: tuple[str], gold: Gold) -> Reason | None:
    """None: the same choice."""
    check(gold)
    return None if normalise(found[0]) == normalise(gold.value) else Reason("wrong_choice")


def show(found: tuple[str], gold: Gold) -> str:
    """The choice as the list has it."""
    return found[0]


def renderings(gold: Gold) -> Iterator[str]:
    """Its own words, and for letters the ways to write them."""
    value = gold.value
    for text in (value, value.lower(), f"**{value}**", f"“{value}”", f"{value}."):
        yield text
        yield f"Answer: {text}"
    yield f"\\boxed{{{value}}}"
    yield f"\\boxed{{\\text{{{value}}}}}"
    if len(value) == 1:
        for text in (f"({value})", f"{value}) as computed", f"选{value}", f"Option {value}"):
            yield f"Answer: {text}"


def near_misses(gold: Gold) -> Iterator[tuple[str, Reason]]:
    """Every other choice, two choices, none of them."""
    others = [choice for choice in gold.choices if normalise(choice) != normalise(gold.value)]
    for other in others:
        yield f"Answer: {other}", Reason("wrong_choice")
        yield f"Answer: {gold.value}\nAnswer: {other}", Reason("multiple_answers")
    if others and len(gold.value) == len(others[0]) == 1:
        yield f"Answer: {gold.value} or {others[0]}", Reason("ambiguous_choice")
        yield f"Answer: {gold.value}, {others[0]}", Reason("ambiguous_choice")
    yield "Answer: none of these at all", Reason("not_a_choice")
    yield "", Reason("no_answer")


def _words(text: str) -> list[str]:
    return [normalise(word) for word in re.split(r"[\s,、;；/&]+", text)]
