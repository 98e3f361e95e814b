"""Tool arguments as a model writes them: strict JSON, bounded, and never an exception.

Strict means: no NaN or Infinity, no number beyond a double, no key twice, no lone surrogate, not
more than `MAX_CHARS` characters or `MAX_DEPTH` levels. A model that writes anything else wrote a
malformed call; which of these it was is not worth a reason code of its own.
"""

from __future__ import annotations

import json
import re
from typing import Any

MAX_CHARS = 8192
"""Of one call's text."""
MAX_DEPTH = 16

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,63}")


class Malformed(Exception):
    """The text is not one strict JSON value."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a key twice")
    return found


def _constant(text: str) -> Any:
    raise Malformed(f"{text} is not JSON")


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Malformed("a number beyond a double")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_float, strict=True
)


def value_at(text: str, at: int) -> tuple[Any, int]:
    """The JSON value that starts at `at`, and where it ends. Raises Malformed."""
    if len(text) > MAX_CHARS:
        raise Malformed("too long")
    try:
        value, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from None
    _check(value, 0)
    return value, end


def whole(text: str) -> Any:
    """The JSON value that the text is, white space around it allowed. Raises Malformed."""
    text = text.strip()
    value, end = value_at(text, 0)
    if end != len(text):
        raise Malformed("text after the value")
    return value


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Malformed("nested too deeply")
    if isinstance(value, str):
        if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
            raise Malformed("a lone surrogate")
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth + 1)
            _check(item, depth + 1)
