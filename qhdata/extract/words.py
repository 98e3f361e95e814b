"""English number words to integers, as `ixt:num-words-en` and durations need them."""

from __future__ import annotations

import re

_UNITS = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * n
    for n, w in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_IN_BRACKETS = re.compile(r"\([\d,. ]+\)")
_NOTHING = {"no", "none", "nil", "not"}


def word_number(text: str) -> int | None:
    """The integer that English words say, or None where they say two or digits stand among them.

    >>> word_number("twenty-five"), word_number("two hundred and six thousand"), word_number("None")
    (25, 206000, 0)
    >>> word_number("three (3)"), word_number("2 million"), word_number("one two")
    (3, None, None)
    """
    if any(c.isdigit() for c in _IN_BRACKETS.sub("", text)):
        return None
    words = re.findall(r"[a-z]+", text.lower())
    if not words or len(words) > 24:
        return None
    if len(words) == 1 and words[0] in _NOTHING:
        return 0
    total = group = 0
    said = False
    below = 10**15
    for word in words:
        if word in _UNITS:
            taken = group % 100 if _UNITS[word] > 9 or group % 100 < 20 else group % 10
            if taken or (said and not _UNITS[word]):
                return None
            group += _UNITS[word]
        elif word in _TENS:
            if group % 100:
                return None
            group += _TENS[word]
        elif word == "hundred":
            if group >= 100:
                return None
            group = max(group, 1) * 100
        elif word in _SCALES:
            if _SCALES[word] >= below or (said and not group):
                return None
            below = _SCALES[word]
            total += max(group, 1) * below
            group = 0
        elif word in ("and", "a", "an"):
            continue
        else:
            return None
        said = True
    return total + group if said else None
