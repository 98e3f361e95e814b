"""Chance that can be repeated: generators seeded by names, and templates with choices.

`rng_for(seed, "filer", 3)` is the same stream on every machine, and independent of how many
others were drawn before it, so that a larger universe does not change the filers that a smaller
one has.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from random import Random

_CHOICE = re.compile(r"\[([^\[\]]*)\]")


def rng_for(*names: object) -> Random:
    """A generator whose seed is the blake2b hash of its names."""
    text = "\x1f".join(str(name) for name in names)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return Random(int.from_bytes(digest, "big"))


def say(template: str, rng: Random, slots: Mapping[str, object] | None = None) -> str:
    """One reading of a template: `[a|b]` chooses (innermost first, may be empty), `{name}`
    fills in.

    >>> say("[It|Revenue] was {x}", rng_for(1), {"x": 7}) in ("It was 7", "Revenue was 7")
    True
    """
    text = template
    while "[" in text:
        text = _CHOICE.sub(lambda found: rng.choice(found.group(1).split("|")), text)
    if slots is not None:
        text = text.format_map(slots)
    return " ".join(text.split())


def vary(rng: Random, value: int, per_mille: int) -> int:
    """`value` moved by up to `per_mille` thousandths either way; integers only."""
    return value * (1000 + rng.randint(-per_mille, per_mille)) // 1000
