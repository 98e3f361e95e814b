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
_NOTHING = {"no", "none", "nil", "not"}


def word_number(text: str) -> int | None:
    """The integer that English words say, or None.

    >>> word_number("twenty-five"), word_number("two hundred and six thousand"), word_number("None")
    (25, 206000, 0)
    """
    words = re.findall(r"[a-z]+", text.lower())
    if not words or len(words) > 24:
        return None
    if len(words) == 1 and words[0] in _NOTHING:
        return 0
    total = group = 0
    said = False
    for word in words:
        if word in _UNITS:
            group += _UNITS[word]
        elif word in _TENS:
            group += _TENS[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in _SCALES:
            total += max(group, 1) * _SCALES[word]
            group = 0
        elif word in ("and", "a", "an"):
            continue
        else:
            return None
        said = True
    return total + group if said else None
