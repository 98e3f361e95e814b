"""Guards over everything that is made: no row that holds a public benchmark's question, and none
that is another's near copy.

Both are those of a corpus (`taggers/contamination.py`, `dedup/minhash.py`, `shingles.py`), with
numerals kept: two problems of one wording over other figures are two problems.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from qhdata.dedup.minhash import band_keys, signatures
from qhdata.readers.questions import questions_digest, read_questions
from qhdata.shingles import Features, features, groups, jaccard, numbers_agree, runs
from qhdata.synth.made import Made
from qhdata.taggers.contamination import Contamination, Index
from qhdata.words import words

SHINGLE, BANDS, ROWS = 5, 32, 4
"""32 bands of 4 bins: a pair at Jaccard 0.6 meets with probability 0.99."""


def words_of(made: Made) -> str:
    """Everything that is said in a finished draft."""
    said = [made.prompt, *(document.text for document in made.documents)]
    for example in made.examples:
        said += [m.content for m in example.messages if m.content and m.content != made.prompt]
        said += [m.thinking for m in example.messages if m.thinking]
    return "\n\n".join(said)


def contaminated(made: Sequence[Made], against: str) -> set[int]:
    """Places of what holds a text, a table or a question of the sets under a folder."""
    index = _index(against, questions_digest(Path(against)))
    least = index.settings.share
    return {
        n
        for n, one in enumerate(made)
        if any(hit.share >= least for hit in index.find(f"made:{n}", words_of(one)))
    }


@lru_cache(maxsize=1)
def _index(against: str, digest: str) -> Index:
    settings = Contamination(against=against, sha256=digest)
    return Index(read_questions(Path(against)), settings)


def near_copies(texts: Sequence[str], threshold: float, agree: float = 0.98) -> dict[int, int]:
    """Place of a text -> place of the earlier text, itself no copy, whose near copy it is.

    threshold: Jaccard similarity of their 5-word shingles; agree: share of numerals in common.
    """
    found: dict[int, int] = {}
    buckets: dict[int, list[int]] = defaultdict(list)
    known: dict[int, Features] = {}
    for group in groups(texts):
        some = texts[group]
        for n, keys, own in zip(
            range(group.start, group.stop), _keys(some), features(some, SHINGLE), strict=True
        ):
            near = sorted({m for key in keys for m in buckets[key]})
            match = next((m for m in near if _alike(known[m], own, threshold, agree)), None)
            if match is not None:
                found[n] = match
                continue
            known[n] = own
            for key in keys:
                buckets[key].append(n)
    return found


def _keys(texts: Sequence[str]) -> Iterable[list[int]]:
    said = words(texts)
    made = signatures(*runs(said, len(texts), SHINGLE), len(texts), BANDS * ROWS, seed=1)
    keys: list[list[int]] = np.asarray(band_keys(made, BANDS)).tolist()
    return keys


def _alike(a: Features, b: Features, threshold: float, agree: float) -> bool:
    return jaccard(a, b) >= threshold and numbers_agree(a, b) >= agree
