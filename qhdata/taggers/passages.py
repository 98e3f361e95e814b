"""Passages of a document's prose: what the finance classifier is trained on and judges by.

One tokenisation for training and use: lower-cased words, digits as `0` (which number it is says
nothing of finance), Chinese characters apart. Pairs of words are words too, written `net_income`:
fastText's own pairs live in a matrix that version 0.9.3 leaves uninitialised with one thread.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise

from qhdata.taggers.prose import prose_lines

TOKEN = re.compile(r"[㐀-䶿一-鿿]|[^\W\d_]+|\d+|[$€£¥%]")
PASSAGE_TOKENS = 120


def passages(text: str, most: int) -> list[str]:
    """At most `most` passages of 120 tokens and their pairs, spread evenly over the prose (over
    the tables where there is none); [] where there are under 8 tokens.
    """
    prose = "\n".join(prose_lines(text)) or text
    # A passage needs about 700 characters: read only what evenly spread windows can use.
    span = 1600
    starts = [0]
    if len(prose) > span and most > 1:
        starts = [int(i * (len(prose) - span) / (most - 1)) for i in range(most)]
    found: list[str] = []
    last = -span
    for start in starts:
        if start - last < span // 2 and found:
            continue
        last = start
        tokens = [
            "0" if token[0].isdigit() else token.lower()
            for token in islice(
                (m.group() for m in TOKEN.finditer(prose, start, start + span)), PASSAGE_TOKENS
            )
        ]
        if len(tokens) >= 8:
            found.append(" ".join([*tokens, *(f"{a}_{b}" for a, b in pairwise(tokens))]))
    return found
