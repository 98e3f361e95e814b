"""What stands before an item of a numbered list: its number, in the signs of the list."""

from __future__ import annotations

_ROMAN = (("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))


def ordinal(n: int, signs: str | None) -> str:
    """A number as `type` of `<ol>` has it; digits where it has no such sign.

    >>> ordinal(3, "a"), ordinal(4, "I"), ordinal(27, "A"), ordinal(2, None)
    ('c', 'IV', '27', '2')
    """
    text = str(n)
    if signs in ("a", "A") and 1 <= n <= 26:
        text = chr(ord("a") + n - 1)
    elif signs in ("i", "I") and 1 <= n < 40:
        text = ""
        for sign, worth in _ROMAN:
            text += sign * (n // worth)
            n %= worth
    return text.upper() if signs in ("A", "I") else text


def count(said: str | None) -> int | None:
    """The number that `start` or `value` says, or None."""
    digits = (said or "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else None
